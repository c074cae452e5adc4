"""What a phrase means: a field or a relation, completed by what is usual, with every assumption said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from backwright.errors import BadInput, NotSupported
from backwright.naming import article, plural, singular, snake, words
from backwright.spec.change import Question
from backwright.spec.choices import refuse_missing_choice
from backwright.spec.conventions import Conventions
from backwright.spec.lexicon import lexicon
from backwright.spec.model import BackendSpec, FieldSpec, FieldType, Format, OnDelete, RelationSpec
from backwright.spec.nouns import is_adverb, is_plain, is_plural
from backwright.spec.phrase import HARD_TYPES, SOFT_TYPES, Phrase
from backwright.spec.short import field_line
from backwright.spec.shorttypes import MONEY, TYPES, completed, type_named
from backwright.spec.words import Misread

Member = FieldSpec | RelationSpec
_LONGEST_NAME = 2
_LONGEST_WITH_OF = 3
_LISTS = frozenset({"tags", "images", "photos", "items", "lines", "attachments", "files"})
_NUMBER_KEYS = ("minimum", "maximum", "exclusive_minimum", "exclusive_maximum")


@dataclass
class World:
    """What is known while a request is read; ``spec`` is as it would be after the clauses read so far.

    ``answers`` are those to questions, by what was asked.
    """

    spec: BackendSpec
    conventions: Conventions
    answers: Mapping[str, str] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    assumptions: list[str] = field(default_factory=list)
    soon: dict[str, str] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)

    def resource(self, word: str) -> str | None:
        """Return the name of the resource a word means, also of one that this request adds; or None."""
        for name in (word, plural(word), singular(word)):
            found = self.spec.resource(name)
            if found is not None:
                return found.name
            if name in self.soon:
                return self.soon[name]
        return None

    def ask(self, what: str, choices: tuple[str, ...], assumed: str) -> str:
        """Return the answer to a question, or what is assumed as long as nobody answered."""
        answer = self.answers.get(what, assumed)
        self.questions.append(Question(what, choices, answer))
        return answer

    def assume(self, text: str) -> None:
        """Say what was decided without being asked, once."""
        if text not in self.assumptions:
            self.assumptions.append(text)


def member_of(phrase: Phrase, owner: str, world: World) -> Member:
    """Return the field or relation a phrase means, for the resource ``owner``.

    Raises:
        Misread: there is no name in it.
        BadInput: it points at no resource, or its parts contradict each other.
        NotSupported: it means several of something.
    """
    world.ignored += phrase.ignored
    name, type_word = name_and_type(phrase)
    if phrase.many:
        raise _several(name or phrase.target or "things", owner, world)
    if phrase.target is not None:
        return _relation(phrase, name, phrase.target, owner, world)
    plain = phrase.type is None and type_word is None and not phrase.bounds and phrase.enum is None
    if plain and phrase.default is None and (found := _pointed_at(name, owner, world)) is not None:
        return _relation(phrase, found[0], found[1], owner, world)
    if plain and not phrase.lengths and phrase.default is None:
        _refuse_several(name, owner, world)
    return field_of(phrase, name, type_word, owner, world)


def _refuse_several(name: str, owner: str, world: World) -> None:
    """Refuse a plural without a type: several of something, which one field cannot hold.

    Raises:
        NotSupported: it is a known list, or a resource that everybody knows.
        BadInput: it is another plural.
    """
    pointed = name.removesuffix("_id")
    if pointed != name and lexicon().knows(singular(pointed)):
        raise BadInput(
            f"there is no resource {plural(pointed)} to belong to",
            hint=f"Add it first: add {plural(pointed)}; or say {name} as integer.",
        )
    if name == "parent":
        raise BadInput(
            "parent could be a relation or a text", hint=f"Say: a parent {words(singular(owner))}, or parent as text."
        )
    last = name.rpartition("_")[2]
    if lexicon().field(name) is not None or not (is_plural(last) or last in _LISTS):
        return
    if last in _LISTS or lexicon().knows(singular(last)):
        raise _several(name, owner, world)
    raise BadInput(
        f"{name} could be several of something (has-many, which cannot be built yet) or one field",
        hint=f"Say its type, as {name} as text or {name} as integer; or add {name} belonging to {owner}.",
    )


def _several(name: str, owner: str, world: World) -> NotSupported:
    many = plural(name)
    found = world.resource(many)
    there = found is not None and world.spec.resource(found) is not None
    one = singular(owner)
    return NotSupported(
        f"several {words(many)} of one {words(one)} (lists, has-many) cannot be built yet",
        hint=f"Point the other way: add {article(one)} {words(one)} to {many}."
        if there
        else f"Add {words(many)} as a resource of their own: add {words(many)} belonging to {words(owner)}.",
    )


def name_and_type(phrase: Phrase) -> tuple[str, str | None]:
    """Part the words of a phrase into the field's name and its type."""
    run = list(phrase.run)
    joined = snake("_".join(run)) if run else ""
    if not run:
        return "", None
    if len(run) == 1 or lexicon().fields.get(joined):
        if joined in HARD_TYPES and phrase.type is None and len(run) == 1:
            raise Misread(run, f"{article(joined)} {joined} needs a name")
        return _identifier(run, joined), None
    return _parted(run, joined)


def _parted(run: list[str], joined: str) -> tuple[str, str | None]:
    """Part two words or more into a name and a type at its beginning or end."""
    first, last = run[0].lower(), run[-1].lower()
    if len([word for word in run if word.lower() in HARD_TYPES]) > 1:
        raise Misread(run, "these are two types; which is the name?")
    if first == "password":
        return _identifier(run, joined), None
    if last in ("date", "time") and run[-2].lower() in ("on", "at", "from"):
        return _identifier(run[:-1], snake("_".join(run[:-1]))), type_named(last)
    if first in HARD_TYPES or (first in SOFT_TYPES and first != "number"):
        return _identifier(run[1:], snake("_".join(run[1:]))), type_named(first)
    if first == "number" and run[1].lower() != "of":
        return _identifier(run[1:], snake("_".join(run[1:]))), "number"
    if last in HARD_TYPES or last == "flag":
        return _identifier(run[:-1], snake("_".join(run[:-1]))), type_named(last)
    return _identifier(run, joined), None


def _identifier(run: list[str], name: str) -> str:
    usable = name.isascii() and name[:1].isalpha() and len(name) <= 48 and name.replace("_", "").isalnum()  # noqa: PLR2004
    longest = _LONGEST_WITH_OF if "of" in run else _LONGEST_NAME
    if (
        not usable
        or any(is_adverb(word) for word in run[1:])
        or not all(is_plain(word) for word in run)
        or _is_span(run[-1])
    ):
        raise Misread(run, f"{' '.join(run)!r} cannot be a name")
    if len(run) > longest and not lexicon().fields.get(name):
        raise Misread(run, f"write a name of several words as one, like {name}, or set commas between fields")
    refuse_missing_choice(run)
    return name


def _is_span(word: str) -> bool:
    """Whether a word is values from one to another, ``A-F``."""
    return len(word) == len("A-F") and word[1] == "-"


def _pointed_at(name: str, owner: str, world: World) -> tuple[str, str] | None:
    """Return the relation's name and its target, where a field's name is that of a resource."""
    bare = name.removesuffix("_id")
    target = world.resource(bare)
    if target is not None:
        if bare == target and singular(bare) != bare:
            raise NotSupported(
                f"several {target} of one {singular(owner)} (has-many) cannot be written yet",
                hint=f"Point the other way: add {article(singular(owner))} {words(singular(owner))} to {target}.",
            )
        return bare, target
    head, _, last = bare.rpartition("_")
    target = world.resource(last) if head else None
    if target is not None and singular(last) == last:
        return (head if head in ("parent", "owner") else bare), target
    return None


def _relation(phrase: Phrase, name: str, word: str, owner: str, world: World) -> RelationSpec:
    target = world.resource(word)
    if target is None:
        raise BadInput(f"there is no resource {plural(word)} to belong to", hint=f"Add it first: add {plural(word)}.")
    stray = [part for part in (phrase.type_word, *phrase.bounds, *phrase.lengths) if part]
    if stray or phrase.enum or phrase.default is not None:
        raise Misread(phrase.words, f"a relation to {target} has no type, limits or default")
    required = not phrase.flags.get("optional", target == owner)
    if target == owner and "optional" not in phrase.flags:
        world.assume(f"{owner}.{name or singular(word)} is optional, since the first of {owner} can have none")
    if phrase.on_delete is None:
        world.assume(
            f"{owner}.{name or singular(word)} belongs to {target}; "
            f"{article(singular(target))} {words(singular(target))} with {owner} cannot be deleted (on delete restrict)"
        )
    if phrase.on_delete is OnDelete.SET_NULL and required and "optional" not in phrase.flags:
        required = False
        world.assume(f"{owner}.{name or singular(word)} is optional, since deleting its target sets it to null")
    return RelationSpec(
        name=name or singular(target),
        target=target,
        required=required,
        unique=phrase.flags.get("unique", False),
        immutable=phrase.flags.get("immutable", False),
        on_delete=phrase.on_delete or OnDelete.RESTRICT,
    )


def field_of(phrase: Phrase, name: str, type_word: str | None, owner: str, world: World) -> FieldSpec:
    """Return the field a phrase means."""
    if not name:
        name = phrase.type_word if phrase.type_word in SOFT_TYPES else ""
    if not name:
        raise Misread(phrase.words, "a name is missing")
    said = phrase.type or (dict(TYPES[type_word]) if type_word else None)
    if type_word == "decimal" and said is not None:
        said.update(MONEY)
    usual = lexicon().field(name)
    if phrase.enum is not None:
        said, usual = dict(TYPES["enum"]), None
    keys = _base(said, usual, phrase, name)
    keys = _with_said(keys, phrase)
    result = _built({"name": name, **completed(_lengths(keys, world.conventions))}, phrase)
    if said is None:
        _say_assumed(result, owner, world)
    return result


def _base(said: dict[str, Any] | None, usual: FieldSpec | None, phrase: Phrase, name: str) -> dict[str, Any]:
    """Return the keys to begin with: of the type that was said, of what is usual, or of what the words hint at."""
    if usual is None and name in SOFT_TYPES and said is None:
        return dict(TYPES[type_named(name) or "string"])
    if usual is not None and (said is None or _same_type(said, usual)):
        keys = {key: value for key, value in usual.model_dump(exclude_defaults=True).items() if key != "name"}
        is_count = name.rpartition("_")[2] in ("number", "size")
        if is_count and said is None and phrase.bounds and not phrase.lengths:
            return dict(TYPES["integer"])
        return {**keys, **(said or {})}
    return said if said is not None else _hinted(phrase)


def _same_type(said: Mapping[str, Any], usual: FieldSpec) -> bool:
    return said["type"] is usual.type and said.get("format") is usual.format


def _hinted(phrase: Phrase) -> dict[str, Any]:
    """Guess a type from limits and the default."""
    if phrase.default in ("true", "false", "True", "False"):
        return dict(TYPES["boolean"])
    numbers = list(phrase.bounds.values())
    default = _number(phrase.default)
    numbers += [default] if default is not None else []
    if not numbers or phrase.lengths:
        return dict(TYPES["string"])
    whole = all(number == number.to_integral_value() for number in numbers)
    return dict(TYPES["integer"]) if whole else dict(TYPES["money"])


def _number(text: str | None) -> Decimal | None:
    try:
        return None if text is None else Decimal(text)
    except ArithmeticError:
        return None


def _with_said(keys: dict[str, Any], phrase: Phrase) -> dict[str, Any]:
    """Let what was said take the place of what is usual."""
    whole = dict(keys)
    for side in ("minimum", "maximum"):
        if any(side in key for key in phrase.bounds):
            whole.pop(side, None)
            whole.pop(f"exclusive_{side}", None)
    is_string = whole.get("type", FieldType.STRING) is FieldType.STRING
    if phrase.bounds and is_string and whole.get("enum") is None and whole.get("format") in (None, Format.TEXT):
        lengths = {"min_length" if "min" in key else "max_length": int(n) for key, n in phrase.bounds.items()}
        whole.update(lengths)
    else:
        whole.update(phrase.bounds)
    whole.update(phrase.lengths)
    if phrase.lengths and "max_length" in phrase.lengths and whole.get("min_length", 0) > phrase.lengths["max_length"]:
        whole.pop("min_length")
    if phrase.enum is not None:
        whole["enum"] = phrase.enum
    if phrase.default is not None:
        whole["default"] = phrase.default
        whole.pop("required", None)
        whole.pop("nullable", None)
    optional = phrase.flags.get("optional")
    if optional is True:
        whole.update(required=False, nullable=True)
    elif optional is False:
        whole.update(required=True, nullable=False)
        whole.pop("default", None) if phrase.default is None else None
    whole.update({key: value for key, value in phrase.flags.items() if key != "optional"})
    return whole


def _lengths(keys: dict[str, Any], conventions: Conventions) -> dict[str, Any]:
    """Give strings without a length the one of the conventions."""
    is_string = keys.get("type", FieldType.STRING) is FieldType.STRING
    if is_string and keys.get("max_length") is None and keys.get("enum") is None:
        length = {None: conventions.string_length, Format.TEXT: conventions.text_length}.get(keys.get("format"))
        if length is not None:
            return {**keys, "max_length": max(length, keys.get("min_length") or 1)}
    return keys


def _built(keys: Mapping[str, Any], phrase: Phrase) -> FieldSpec:
    try:
        return FieldSpec(**keys)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        raise BadInput(f"{' '.join(phrase.words)}: {first['msg'][:1].lower()}{first['msg'][1:]}") from None


def _say_assumed(result: FieldSpec, owner: str, world: World) -> None:
    line = field_line(result) or str(result.type)
    if lexicon().knows(result.name) and result.type is FieldType.STRING and world.resource(result.name) is None:
        many = plural(result.name)
        world.assume(
            f"{owner}.{result.name} is a text field, {line}, as there is no resource {many} "
            f"(add {many} first for a relation)"
        )
    else:
        world.assume(f"{owner}.{result.name} is {line}")


def changed(old: FieldSpec, phrase: Phrase) -> FieldSpec:
    """Return a field with what was said put in the place of what it was."""
    keys = {key: value for key, value in old.model_dump(exclude_defaults=True).items() if key != "name"}
    keys.update(required=old.required, nullable=old.nullable)
    said = phrase.type if phrase.enum is None else dict(TYPES["enum"])
    if said is not None and not (_same_type(said, old) and phrase.enum is None):
        kept: tuple[str, ...] = ("required", "nullable", "unique", "index", "immutable", "description")
        if said.get("format") is None and old.type is FieldType.STRING is said["type"] and phrase.enum is None:
            kept = (*kept, "default")
        keys = {**said, **{key: keys[key] for key in kept if key in keys}}
        if phrase.enum is None and said["type"] is not FieldType.STRING and old.type is not FieldType.STRING:
            keys.update({key: getattr(old, key) for key in (*_NUMBER_KEYS, "default") if getattr(old, key) is not None})
        if keys.get("default") is None and not old.required and not old.nullable:
            keys.update(required=True)
    elif said is not None:
        keys.update(said)
    if phrase.default is not None and old.required:
        keys.pop("required")
        keys.pop("nullable")
    return _built({"name": old.name, **completed(_with_said(keys, phrase))}, phrase)


def holds_already(old: FieldSpec, phrase: Phrase) -> bool:
    """Whether everything a phrase says of a field is so already."""
    _, type_word = name_and_type(phrase)
    said = phrase.type or (dict(TYPES[type_word]) if type_word else None)
    return changed(old, replace(phrase, type=said)) == old
