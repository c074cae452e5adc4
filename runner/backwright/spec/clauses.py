"""One clause of a request, such as ``rename stock to quantity in products``, as steps of a change."""

from __future__ import annotations

from collections.abc import Sequence

from backwright.errors import BadInput
from backwright.naming import plural, singular, snake, words
from backwright.spec.adding import read_add
from backwright.spec.apply import members, resource_named
from backwright.spec.change import (
    ChangeField,
    ChangeRelation,
    RemoveField,
    RemoveResource,
    RenameField,
    RenameResource,
    Step,
)
from backwright.spec.having import begins_having, read_having
from backwright.spec.meaning import World, changed
from backwright.spec.mention import Mention, mentioned
from backwright.spec.model import OnDelete, RelationSpec, ResourceSpec
from backwright.spec.nouns import MOST_LETTERS, is_plain
from backwright.spec.phrase import Phrase, join, read_phrase
from backwright.spec.words import (
    ADD,
    ARTICLES,
    CHANGE,
    FIELD_NOUNS,
    NOISE,
    REMOVE,
    RENAME,
    RESOURCE_NOUNS,
    VERBS,
    Cursor,
    Misread,
    Token,
)

_ENDS = frozenset({";", ".", "!", "then"})
_POLITE = (
    "can you", "could you", "would you", "i want to", "i want", "i need to", "i need", "we need to", "we need",
    "we want", "i would like to", "i would like", "i'd like to", "let's", "lets", "help me", "go ahead and",
    "want to", "need to",
)  # fmt: skip


def clauses_of(tokens: Sequence[Token]) -> list[tuple[Token, ...]]:
    """Part a request where a sentence ends or another verb begins."""
    clauses: list[list[Token]] = [[]]
    for at, token in enumerate(tokens):
        ends = token.kind in ("mark", "word") and token.lower in _ENDS
        parts = token.lower in (",", "and") and (_verb_follows(tokens, at + 1) or begins_having(tokens, at + 1))
        if ends or parts:
            clauses.append([])
        else:
            clauses[-1].append(token)
    return [tuple(clause) for clause in clauses if clause]


def _verb_follows(tokens: Sequence[Token], at: int) -> bool:
    while at < len(tokens) and tokens[at].lower in ("and", "then", "also", ","):
        at += 1
    if at + 1 >= len(tokens) or tokens[at].kind != "word":
        return False
    return tokens[at].lower in VERBS - {"new", "need", "want"} and tokens[at + 1].kind in ("word", "quoted")


def read_clause(tokens: tuple[Token, ...], world: World) -> tuple[Step, ...]:
    """Return what one clause means; words without an effect go to ``world.ignored``.

    Raises:
        Misread: with the words that were not understood.
        BadInput: a resource or field that is not there.
        NotSupported: what no skill writes yet.
    """
    having = read_having(tokens, world)
    if having is not None:
        return having
    cursor = Cursor(tokens)
    world.ignored += cursor.skip(NOISE)
    while cursor.phrase(*_POLITE):
        world.ignored += cursor.skip(NOISE)
    world.ignored += cursor.skip(NOISE)
    verb = cursor.word()
    if verb in ("make", "set") and cursor.word(1) in ("a", "an", "me", "new", "up"):
        verb = "add"
        cursor.take()
        cursor.accept("up", "me")
    elif verb == "get" and cursor.word(1) == "rid":
        verb = "remove"
        cursor.phrase("get rid of")
    elif verb in VERBS:
        cursor.take()
    if verb in RENAME:
        return _rename(cursor.rest(), world)
    if verb in REMOVE:
        return _remove(cursor.rest(), world)
    if verb in CHANGE:
        return _change(cursor.rest(), world)
    return read_add(cursor.rest(), world, said=verb in ADD)


def _without(tokens: Sequence[Token], *more: str) -> list[Token]:
    leave_out = ARTICLES | FIELD_NOUNS | frozenset(more)
    return [token for token in tokens if token.kind == "quoted" or token.lower not in leave_out]


def _rename(tokens: tuple[Token, ...], world: World) -> tuple[Step, ...]:
    mention = mentioned(tokens, world)
    rest = mention.rest
    middle = [at for at, token in enumerate(rest) if token.lower in ("to", "as", "into", "->", "=")]
    if len(middle) != 1:
        raise Misread([token.text for token in tokens], "say rename OLD to NEW in RESOURCE")
    old, new = rest[: middle[0]], rest[middle[0] + 1 :]
    before, after = _name(_without(old, *RESOURCE_NOUNS)), _name(_without(new, *RESOURCE_NOUNS))
    asks_field = any(token.lower in FIELD_NOUNS for token in (*old, *new)) or mention.resource is not None
    target = None if asks_field else world.resource(before)
    if target is not None:
        return (_rename_resource(target, after, world),)
    owner = _owner(mention, before, world)
    name = _member_name(owner, before)
    if any(relation.name == name for relation in owner.relations):
        after = after.removesuffix("_id")
    return (RenameField(resource=owner.name, field=name, name=after),)


def _rename_resource(old: str, new: str, world: World) -> Step:
    many = plural(new)
    led = [f"{r.name}.{x.name}" for r in world.spec.resources for x in r.relations if x.target == old]
    if led:
        world.assume(f"{', '.join(led)} keeps its name and points at {many}")
    return RenameResource(resource=old, name=many, singular=singular(many))


def _name(tokens: Sequence[Token]) -> str:
    usable = [token for token in tokens if token.kind in ("word", "quoted")]
    name = snake("_".join(token.value for token in usable))
    unusable = not usable or not all(is_plain(token.value) for token in usable) or len(plural(name)) > MOST_LETTERS
    if unusable or len(usable) != len(tokens) or len(usable) > 3 or not name.isascii() or not name[:1].isalpha():  # noqa: PLR2004
        raise Misread([token.text for token in tokens], "a name is one to three words")
    return name


def _member_name(resource: ResourceSpec, name: str) -> str:
    return next((relation.name for relation in resource.relations if name == f"{relation.name}_id"), name)


def _owner(mention: Mention, name: str, world: World) -> ResourceSpec:
    """Return the resource that was named, or else the only one that has the field."""
    if mention.resource is not None:
        return resource_named(world.spec, mention.resource)
    owners = [resource for resource in world.spec.resources if _member_name(resource, name) in members(resource)]
    if len(owners) == 1:
        world.assume(f"{name} is the one of {owners[0].name}")
        return owners[0]
    if owners:
        raise BadInput(
            f"{' and '.join(r.name for r in owners)} have a field {name}", hint="Say in which: … in products."
        )
    known = ", ".join(resource.name for resource in world.spec.resources) or "none yet"
    raise BadInput(f"there is no resource or field {words(name)}", hint=f"The resources are: {known}.")


def _remove(tokens: tuple[Token, ...], world: World) -> tuple[Step, ...]:
    mention = mentioned(tokens, world)
    steps: list[Step] = []
    for part in _parts(mention.rest):
        asks_field = any(token.lower in FIELD_NOUNS for token in part)
        name = _name(_without(part, *RESOURCE_NOUNS, "crud", "endpoints"))
        target = world.resource(name) if mention.resource is None and not asks_field else None
        if target is not None:
            steps.append(RemoveResource(resource=target))
        else:
            owner = _owner(mention, name, world)
            steps.append(RemoveField(resource=owner.name, field=_member_name(owner, name)))
    return tuple(steps)


def _parts(tokens: Sequence[Token]) -> list[list[Token]]:
    parts: list[list[Token]] = [[]]
    for token in tokens:
        if token.lower in (",", "and", "&"):
            parts.append([])
        else:
            parts[-1].append(token)
    return [part for part in parts if part] or [[]]


def _change(tokens: tuple[Token, ...], world: World) -> tuple[Step, ...]:
    mention = mentioned(tokens, world)
    cursor = Cursor(mention.rest)
    cursor.skip(ARTICLES | NOISE)
    wants_default = bool(cursor.phrase("default of", "default value of", "default for"))
    cursor.phrase("type of", "length of", "name of") if cursor.word() != "name" else None
    cursor.skip(ARTICLES)
    first = cursor.take()
    name = snake(first.value)
    owner = _owner(mention, name, world)
    name = _member_name(owner, name)
    old = members(owner).get(name)
    if old is None:
        resource_at_hand = ", ".join(members(owner)) or "none"
        raise BadInput(f"{owner.name} has no field {name}", hint=f"The fields of {owner.name} are {resource_at_hand}.")
    phrase = _said_of(cursor, wants_default=wants_default)
    if isinstance(old, RelationSpec):
        return (ChangeRelation(resource=owner.name, relation=_changed_relation(old, phrase)),)
    return (ChangeField(resource=owner.name, field=changed(old, phrase)),)


def _said_of(cursor: Cursor, *, wants_default: bool) -> Phrase:
    """Read what a field shall be."""
    filler = ARTICLES | FIELD_NOUNS | {"to", "be", "become", "into"}
    cursor.skip(frozenset(filler))
    if wants_default:
        phrase = Phrase(default=cursor.take().value)
    else:
        kept = [Token("word", "x", "x"), *_joined_type(cursor.rest())]
        inner = Cursor(kept)
        phrase = read_phrase(inner)
        while inner.accept(",", "and"):
            more = read_phrase(inner)
            if more.run or more.type:
                raise Misread(more.words)
            join(phrase, more)
        if not inner.ended or not (phrase.says_more or phrase.type):
            raise Misread([token.text for token in inner.rest() or cursor.tokens], "what shall it be?")
        cursor.position = len(cursor.tokens)
    if len(phrase.run) > 1:
        raise Misread(phrase.run[1:])
    if not cursor.ended:
        raise Misread([token.text for token in cursor.rest()])
    return phrase


def _joined_type(tokens: Sequence[Token]) -> list[Token]:
    """Put ``as`` before a bare type, so that ``to integer`` is read as one."""
    from backwright.spec.shorttypes import type_named

    kept = [token for token in tokens if token.lower not in ("be", "a", "an")]
    for at, token in enumerate(kept):
        if token.kind == "word" and type_named(token.lower) and (at == 0 or kept[at - 1].lower != "as"):
            return [*kept[:at], Token("word", "as", "as"), *kept[at:]]
    return kept


def _changed_relation(old: RelationSpec, phrase: Phrase) -> RelationSpec:
    if phrase.type or phrase.bounds or phrase.lengths or phrase.enum or phrase.default is not None:
        raise Misread(phrase.words, f"{old.name} is a relation to {old.target}")
    update: dict[str, object] = {key: phrase.flags[key] for key in ("unique", "immutable") if key in phrase.flags}
    if "optional" in phrase.flags:
        update["required"] = not phrase.flags["optional"]
    if phrase.on_delete is not None:
        update["on_delete"] = phrase.on_delete
        if phrase.on_delete is OnDelete.SET_NULL:
            update["required"] = False
    return old.model_copy(update=update)
