"""Notes that have an effect: ``- ids: uuid`` changes what the next new resource is.

The keys and their values are the closed list of ``backwright.spec.conventions``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from backwright.errors import BadInput, Place
from backwright.finding import Finding, Severity
from backwright.memory.hidden import hidden_characters
from backwright.memory.notes import INDEX, Memory, Note, note_lines
from backwright.spec.conventions import CONVENTIONS, Convention, Conventions, convention, is_honoured, with_convention

MOST_KEY_WORDS = 3


def read_conventions(
    memory: Memory | str,
) -> tuple[Conventions, tuple[Note, ...], tuple[Note, ...]]:
    """Return the conventions, the notes that have an effect, and those that name a convention and have none.

    Of two notes for one convention the later wins. Why a note has no effect is said by ``convention_findings``.
    """
    conventions = Conventions()
    used: dict[str, Note] = {}
    for note, known, value in _stated(memory):
        if known is not None and value is not None and is_honoured(known, value):
            conventions = with_convention(conventions, known.key, value)
            used[known.key] = note
    lost = tuple(note for note, _, _ in _stated(memory) if note not in used.values())
    return conventions, tuple(sorted(used.values(), key=_notes_of(memory).index)), lost


def convention_findings(memory: Memory | str) -> tuple[Finding, ...]:
    """Return why notes that name a convention have no effect: unknown value, not there yet, overruled, near miss."""
    _, used, _ = read_conventions(memory)
    winners = {key: note for note, known, _ in _stated(memory) if note in used and (key := known and known.key)}
    return tuple(
        Finding("memory-convention", Severity.WARNING, Place(note.path, note.line), *_why(note, known, value, winners))
        for note, known, value in _stated(memory)
        if note not in used
    )


def _why(note: Note, known: Convention | None, value: str | None, winners: dict[str, Note]) -> tuple[str, str | None]:
    if known is None:
        return f"{note.text!r} names no convention", f"one of {', '.join(one.key for one in CONVENTIONS)}"
    if hidden_characters(note.text):
        return f"the note about {known.key} holds invisible characters and is left out", "write it anew"
    if value is None:
        return f"{note.text!r} is not a value of {known.key}", f"it may be {known.allowed}"
    if not is_honoured(known, value):
        return f"{known.key}: {value} cannot be honoured yet", None
    winner = winners.get(known.key)
    where = f" ({winner.path}:{winner.line})" if winner else ""
    return f"{known.key}: {value} is overruled by a later note{where}", "take one of them out"


def _notes_of(memory: Memory | str) -> tuple[Note, ...]:
    return tuple(note_lines(memory, INDEX, 1)) if isinstance(memory, str) else memory.notes


def _stated(memory: Memory | str) -> Iterator[tuple[Note, Convention | None, str | None]]:
    """Yield the notes that name a convention, with it and the value; None for what is not in the closed list."""
    for note in _notes_of(memory):
        match = re.match(
            r"([\w][\w -]{0,40}?)\s*(?::|=|→|->)\s*(\S.*)", re.sub(r"[*`\"]|(?<!\w)_|_(?!\w)", "", note.text)
        )
        if match is None or len(match[1].split()) > MOST_KEY_WORDS:
            continue
        known = convention(match[1])
        if known is not None:
            yield note, known, None if hidden_characters(note.text) else _value(known, match[2])
        elif _near_miss(match[1], match[2]):
            yield note, None, None


def _value(known: Convention, text: str) -> str | None:
    """Return the value that a text begins with, whatever is said after it, or None."""
    word = re.match(r"[\w-]+(?:[,_]\d+)*", text)
    return next((word_ for word_ in _words(word and word.group()) if _fits(known, word_)), None)


def _words(word: str | None) -> Iterable[str]:
    if not word:
        return ()
    return (word.lower(), word.lower().removesuffix("s"), *word.lower().split("-")[:1])


def _fits(known: Convention, value: str) -> bool:
    try:
        with_convention(Conventions(), known.key, value)
    except BadInput:
        return False
    return True


def _near_miss(key: str, value: str) -> bool:
    """Say whether this looks like a convention misspelt: a similar key with a value of one word."""
    names = [name for known in CONVENTIONS for name in (known.key, *known.aliases)]
    return len(value.split()) == 1 and bool(get_close_matches(key.lower(), names, 1, cutoff=0.8))
