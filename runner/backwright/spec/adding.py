"""``add …``: resources with or without fields, fields for a resource that is there, or a new backend."""

from __future__ import annotations

from collections.abc import Sequence

from backwright.errors import BadInput, NotSupported
from backwright.naming import kebab, plural, singular, snake, words
from backwright.spec.access import has_auth
from backwright.spec.apply import resource_named
from backwright.spec.change import AddField, AddRelation, AddResource, ChangeService, Step
from backwright.spec.conventions import new_list, new_service
from backwright.spec.heads import heads_after_backend, read_heads, refuse_single_endpoint
from backwright.spec.lexicon import lexicon
from backwright.spec.meaning import Member, World, holds_already, member_of, name_and_type
from backwright.spec.mention import resource_at
from backwright.spec.model import AuthSpec, FieldSpec, KeyType, OnDelete, RelationSpec, ResourceSpec
from backwright.spec.options import COMES_ANYWAY, Options, without_options
from backwright.spec.phrase import MANY, Phrase, read_phrases
from backwright.spec.words import (
    ARTICLES,
    CRUD_NOUNS,
    FIELD_NOUNS,
    RESOURCE_NOUNS,
    Cursor,
    Misread,
    Token,
)

_WITH = (
    "that have",
    "that has",
    "which have",
    "which has",
    "with the fields",
    "with fields",
    "with",
    "having",
    ":",
    "(",
)
_BELONGING = (
    "that belongs to", "that belong to", "which belong to", "belonging to", "belongs to", "belong to", "referencing",
    "linked to", "related to", "attached to", "of", "for", "per",
)  # fmt: skip
_UNFINISHED = frozenset(
    {"with", "and", "or", "without", "having", "to", "of", "for", ",", ":", "(", "using", "a", "an"}
)
_LINKS = frozenset(
    {"belonging", "belongs", "belong", "linked", "related", "reference", "relation", "attached", "link", "up"}
    | {"connected", "key", "refers", "pointing", "points", "defaults", "default", "equal"}
)


def read_add(tokens: tuple[Token, ...], world: World, *, said: bool) -> tuple[Step, ...]:
    """Return what ``add`` means; ``said`` is whether there was such a word at all."""
    options = Options()
    if tokens and tokens[-1].lower in _UNFINISHED and tokens[-1].kind != "quoted":
        raise Misread([token.text for token in tokens], "the request ends too early")
    tokens = without_options(tokens, options)
    refuse_single_endpoint(Cursor(tokens))
    to_resource = _to_resource(tokens, world)
    if to_resource is not None:
        if not said and tokens[0].lower not in ARTICLES and tokens[1].lower not in FIELD_NOUNS:
            raise Misread([token.text for token in tokens], "what shall be done with it?")
        if options != Options():
            raise Misread(options.taken or ["with"], "a resource that is there keeps its key and its lists")
        return add_members(*to_resource, world)
    cursor = Cursor(tokens)
    steps: list[Step] = []
    heads = read_heads(cursor, options, world.ignored, said=said)
    if said and not heads and not cursor.ended:
        heads = heads_after_backend(cursor)
    open_up = options.without_auth and has_auth(world.spec.service)
    if options.name or options.layout or options.session or options.database or open_up:
        steps.append(_service_step(options, world))
    if not heads and not steps:
        raise Misread([token.text for token in tokens], "name the resource: add products CRUD")
    for head in heads:
        world.soon.update({plural(head): plural(head), singular(head): plural(head)})
    members = _read_members(cursor, heads, world)
    steps += [_add_resource(head, members, options, world) for head in heads]
    return tuple(steps)


def _to_resource(tokens: Sequence[Token], world: World) -> tuple[tuple[Token, ...], str] | None:
    """Return the words about fields and the resource they are for, in ``a stock field to products``."""
    for at in range(len(tokens) - 1, 0, -1):
        word, previous = tokens[at].lower, tokens[at - 1].lower
        if tokens[at].kind != "word" or word not in ("to", "on", "in", "for") or previous in _LINKS:
            continue
        if word in ("on", "in", "for") and (previous in CRUD_NOUNS or not _says_field(tokens[:at])):
            continue
        start = at + 1
        while start < len(tokens) and tokens[start].lower in ARTICLES | RESOURCE_NOUNS:
            start += 1
        hit = resource_at(tokens, start, world)
        if hit is None and word == "to" and start < len(tokens) and not previous.isdigit():
            resource_named(world.spec, snake(tokens[start].value))
        if hit is None:
            continue
        end = hit[1]
        if end < len(tokens) and tokens[end].kind == "dot":
            raise Misread(
                [token.text for token in tokens[start:]], f"to change a field say make it indexed on {hit[0]}"
            )
        while end < len(tokens) and tokens[end].lower in RESOURCE_NOUNS:
            end += 1
        return (*tokens[:at], *_tail(tokens[end:])), hit[0]
    return None


def _tail(tokens: Sequence[Token]) -> Sequence[Token]:
    """Return what follows the resource as more about the field: ``, unique``, ``with default 0``."""
    start = 0
    while start < len(tokens) and tokens[start].lower in (",", "with", "and", "that", "which", "is"):
        start += 1
    return tokens[start:]


def _says_field(tokens: Sequence[Token]) -> bool:
    return any(token.lower in FIELD_NOUNS for token in tokens)


def add_members(tokens: tuple[Token, ...], owner: str, world: World) -> tuple[Step, ...]:
    """Return the steps that add the fields and relations named to a resource that is there."""
    resource = resource_named(world.spec, owner)
    steps: list[Step] = []
    phrases = read_phrases(_after_nouns(tokens))
    if not phrases:
        raise Misread([token.text for token in tokens] or ["field"], f"name the field: add a color to {owner}")
    for phrase in phrases:
        name, _ = name_and_type(phrase)
        if name in COMES_ANYWAY and phrase.type is None:
            world.assume(f"{resource.name} have {name} already, nothing to do for it")
            continue
        there = resource.field(name)
        if there is not None and holds_already(there, phrase):
            world.assume(f"{resource.name}.{name} is there already, nothing to do for it")
            continue
        member = member_of(phrase, resource.name, world)
        steps.append(
            AddField(resource=resource.name, field=member)
            if isinstance(member, FieldSpec)
            else AddRelation(resource=resource.name, relation=member)
        )
    return tuple(steps)


def _after_nouns(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """Leave out ``the following fields:`` before a list of them."""
    at = 0
    while at < len(tokens) and tokens[at].lower in ARTICLES | FIELD_NOUNS | {"following"}:
        at += 1
    return tokens[at + 1 :] if 0 < at < len(tokens) and tokens[at].text == ":" else tokens


def _service_step(options: Options, world: World) -> Step:
    if world.spec.resources and (options.layout or options.session or options.name):
        raise BadInput(
            "layout, session and name are decided when a backend is created; this one has resources already",
        )
    service = world.spec.service
    if options.without_auth and has_auth(service):
        if world.spec.resources:
            raise BadInput(
                "people sign in to this backend, and it has resources already",
                hint="To take authentication out of all of it, write auth: none in service.yaml and apply the spec.",
            )
        service = service.model_copy(update={"auth": AuthSpec()})
    if options.name:
        service = service.model_copy(update={"name": new_service(kebab(options.name), world.conventions).name})
    update = {"layout": options.layout, "session": options.session, "database": options.database}
    return ChangeService(service=service.model_copy(update={key: value for key, value in update.items() if value}))


def _read_members(cursor: Cursor, heads: list[str], world: World) -> list[Phrase]:
    """Read what follows the names: fields, and what the resource belongs to."""
    if cursor.ended:
        return []
    if len(heads) != 1:
        raise Misread(
            [token.text for token in cursor.rest()], "say the fields of each resource in a sentence of its own"
        )
    phrases: list[Phrase] = []
    while not cursor.ended:
        cursor.accept(",", "and", "each")
        cursor.accept("each")
        if cursor.phrase(*_BELONGING):
            phrases.append(_belonging(cursor, world))
        elif (opened := cursor.phrase(*_WITH)) or (phrases and not cursor.ended):
            rest = cursor.rest()
            if opened == "(" and rest and rest[-1].text == ")":
                rest = rest[:-1]
            cursor.position = len(cursor.tokens)
            phrases += read_phrases(rest)
        else:
            raise Misread([token.text for token in cursor.rest()])
    return phrases


def _belonging(cursor: Cursor, world: World) -> Phrase:
    cursor.skip(ARTICLES)
    if cursor.phrase(*MANY):
        raise NotSupported(
            "belonging to several (many-to-many) cannot be built yet", hint="Say: belonging to a product."
        )
    hit = resource_at(cursor.rest(), 0, world)
    if hit is None:
        word = cursor.peek()
        name = plural(snake(word.value)) if word is not None else "nothing"
        raise BadInput(f"there is no resource {name} to belong to", hint=f"Add it first: add {name}.")
    phrase = Phrase(target=hit[0], words=[token.text for token in cursor.rest()[: hit[1]]])
    cursor.position += hit[1]
    if cursor.phrase("on delete cascade", "cascading"):
        phrase.on_delete = OnDelete.CASCADE
    elif cursor.phrase("on delete set null"):
        phrase.on_delete = OnDelete.SET_NULL
    elif cursor.phrase("on delete restrict"):
        phrase.on_delete = OnDelete.RESTRICT
    return phrase


def _add_resource(head: str, phrases: list[Phrase], options: Options, world: World) -> Step:
    name = plural(head)
    if "_" in name:
        world.assume(f"the resource is called {name}")
    said = [member_of(phrase, name, world) for phrase in phrases]
    if any(not isinstance(member, RelationSpec) for member in said):
        members = said
    else:
        there = {member.name for member in said} | {
            member.target for member in said if isinstance(member, RelationSpec)
        }
        members = [member for member in _usual(name, world) if _other(member, there)] + said
    names = [member.name for member in members]
    twice = next((one for one in names if names.count(one) > 1), None)
    if twice is not None:
        raise BadInput(f"{twice} is named twice")
    return AddResource(resource=_resource(name, members, options, world))


def _other(member: Member, there: set[str]) -> bool:
    return member.name not in there and not (isinstance(member, RelationSpec) and member.target in there)


def _usual(name: str, world: World) -> list[Member]:
    """Return the fields of the lexicon, and its relations where their resource exists."""
    known = lexicon()
    one = singular(name)
    members: list[Member] = []
    for member in known.members(one):
        if isinstance(member, FieldSpec):
            members.append(member)
        elif (target := world.resource(member.target)) is not None and target != name:
            members.append(member.model_copy(update={"target": target}))
    fields = ", ".join(member.name for member in members)
    source = f"what {words(name)} usually have" if known.knows(one) else "as no fields were named"
    world.assume(f"{name} have {fields} ({source})")
    return members


def _resource(name: str, members: Sequence[Member], options: Options, world: World) -> ResourceSpec:
    conventions = world.conventions
    key = options.key or conventions.ids
    spec = new_list(conventions)
    if options.page_size is not None:
        size = options.page_size
        spec = spec.model_copy(update={"page_size": size, "max_page_size": max(size, spec.max_page_size)})
    timestamps = conventions.timestamps if options.timestamps is None else options.timestamps
    world.assume(
        f"{name} have {'a random UUID' if key is KeyType.UUID else 'an integer'} as key, "
        f"pages of {spec.page_size} (at most {spec.max_page_size})"
        f"{', created_at and updated_at' if timestamps else ' and no timestamps'}"
    )
    return ResourceSpec(
        name=name,
        singular=singular(name),
        key=key,
        fields=tuple(member for member in members if isinstance(member, FieldSpec)),
        relations=tuple(member for member in members if isinstance(member, RelationSpec)),
        list=spec,
        timestamps=timestamps,
    )
