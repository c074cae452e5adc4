"""What a record is called: its number, title, slug, stage, folder."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable
from pathlib import PurePosixPath

from backwright.errors import BadInput
from backwright.memory.record import Record, Stage
from backwright.memory.redact import redact_private

PROMPTS = PurePosixPath("history/prompts")
FEWEST_WORDS = 3
MOST_WORDS = 7
WIDTH = 4
_LONGEST_WORD = 30
_LONGEST_SLUG = 60
_MOST_DIGITS = 6  # more is a date or a time, no counter
_NUMBERED = re.compile(r"^(?:phr[-_])?(\d+)(?=[-_.])", re.IGNORECASE)
_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "Æ": "AE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "ð": "d", "þ": "th", "œ": "oe"}
)
_SMALL_WORDS = """
    a an and as at be by for from has have in into is of on or that the to which with
"""
_WEAK_ENDINGS = frozenset(_SMALL_WORDS.split())


def next_id(names: Iterable[str | PurePosixPath]) -> str:
    """Return the first free number after all of these names or paths, whatever their width, stage or folder.

    Pass the names of every git ref: a number is taken also where it is on another branch.
    """
    return f"{max((number for name in names if (number := number_of(name)) is not None), default=0) + 1:0{WIDTH}}"


def number_of(name: str | PurePosixPath) -> int | None:
    """Return the number a record's file name begins with, or None."""
    match = _NUMBERED.match(PurePosixPath(name).name)
    if match is None or len(match[1].lstrip("0")) > _MOST_DIGITS:
        return None
    return int(match[1])


def title_of(prompt: str) -> str:
    """Return three to seven words that say what was asked, always the same for the same prompt."""
    words = _words(redact_private(prompt))[:MOST_WORDS]
    while len(words) > FEWEST_WORDS and words[-1].lower() in _WEAK_ENDINGS:
        words.pop()
    if len(words) < FEWEST_WORDS:
        words = [*(["Request:"] if len(words) == FEWEST_WORDS - 1 else ["Request", "for"]), *(words or ["nothing"])]
    return (first := words[0])[:1].upper() + " ".join([first, *words[1:]])[1:]


def _words(prompt: str) -> list[str]:
    plain = re.sub(r"\[redacted:[a-z-]+\]", " ", prompt)
    printable = ("".join(c for c in word if c.isprintable()) for word in plain.split())
    words = (re.sub(r"^[\W_]+|[\W_]+$", "", word) for word in printable)
    return [word[:_LONGEST_WORD] for word in words if word]


def slug_of(title: str) -> str:
    """Return the title in lowercase ASCII words and hyphens; where nothing is left of it, a short digest of it."""
    ascii_text = unicodedata.normalize("NFKD", title.translate(_LETTERS)).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", ascii_text.lower()).strip("-")
    if len(slug) > _LONGEST_SLUG:
        slug = slug[: _LONGEST_SLUG + 1].rpartition("-")[0] or slug[:_LONGEST_SLUG]
    if re.search("[a-z0-9]", slug) and _mostly_kept(title, slug):
        return slug
    digest = hashlib.sha256(title.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{slug}-{digest}" if slug else f"record-{digest}"


def _mostly_kept(title: str, slug: str) -> bool:
    letters = sum(character.isalnum() for character in title)
    return len(slug) >= _LONGEST_SLUG // 2 or 2 * sum(c.isalnum() for c in slug) >= letters


def stage_and_feature(
    branch: str | None, exists: Callable[[PurePosixPath], bool], *, built: bool, spec_only: bool = False
) -> tuple[Stage, str | None]:
    """Return a record's stage and feature.

    On a feature branch (one with a folder ``specs/<branch>/``, which ``exists`` is asked for) what was built is
    ``green``, a change of the spec alone ``spec`` and an answer ``explainer``; elsewhere the stage is ``general``.
    ``specs/backend`` is ours and makes no feature.
    """
    if branch is None or not _is_route(branch) or not exists(PurePosixPath("specs") / branch):
        return Stage.GENERAL, None
    if not built:
        return Stage.EXPLAINER, branch
    return (Stage.SPEC if spec_only else Stage.GREEN), branch


def _is_route(branch: str) -> bool:
    parts = branch.split("/")
    return branch not in {"backend", "general", "constitution"} and all(
        re.fullmatch(r"\w[\w.+@=-]*", part) and not part.endswith(".") for part in parts
    )


def route_of(stage: str, feature: str | None) -> str:
    """Return the folder below ``history/prompts`` for a stage and feature."""
    if stage == Stage.CONSTITUTION:
        return "constitution"
    return Stage.GENERAL.value if stage == Stage.GENERAL or feature is None else feature


def record_path(record: Record) -> PurePosixPath:
    """Return where a record lies, from the repository's root.

    Raises:
        BadInput: its feature is no name of a folder.
    """
    route = route_of(record.stage, record.feature)
    if route == record.feature and not _is_route(route):
        raise BadInput(f"the feature {route!r} cannot be the name of a folder")
    if not re.fullmatch(r"[0-9]+", record.id) or record.stage not in set(Stage):
        raise BadInput(f"a record needs a number and a stage; this one has {record.id!r} and {record.stage!r}")
    return PROMPTS / route / f"{record.id}-{slug_of(record.title)}.{record.stage}.prompt.md"
