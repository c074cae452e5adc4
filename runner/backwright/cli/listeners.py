"""Who listens to a run: plain lines, one JSON object a line, or nobody."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Sequence
from typing import TextIO

from backwright.counting import counted
from backwright.event import (
    Chosen,
    Diffed,
    Event,
    FileStat,
    Found,
    Listener,
    Planned,
    Said,
    StepFinished,
    StepStarted,
)


def plain(out: TextIO, *, with_diff: bool) -> Listener:
    """Write every event as plain lines; which agent was chosen goes to stderr."""

    def listen(event: Event) -> None:
        place = sys.stderr if isinstance(event, Chosen) else out
        for line in lines_of(event, with_diff=with_diff):
            place.write(line + "\n")
        place.flush()

    return listen


def lines_of(event: Event, *, with_diff: bool) -> list[str]:
    """Return what a person reads of an event, line by line."""
    match event:
        case StepStarted():
            return []
        case StepFinished():
            return [f"{event.step:8} {event.seconds:6.2f} s  {event.detail}".rstrip()]
        case Said() | Chosen() | Found():
            return [_line(event)]
        case Planned():
            return plan_lines(event)
        case Diffed():
            summary = [stat_line(file) for file in folded(event.files)]
            return [*(event.diff.splitlines() if with_diff else ()), *summary, _total(event)]


def _line(event: Said | Chosen | Found) -> str:
    match event:
        case Said():
            return f"{event.level}: {event.text}"
        case Chosen():
            return chosen_line(event)
        case Found():
            return str(event.finding)


def chosen_line(chosen: Chosen) -> str:
    """Return which agent was chosen, and why, in one line."""
    return f"agent: {chosen.agent}: {chosen.reason}"


def plan_lines(plan: Planned) -> list[str]:
    """Return the plan: what is done, how the task was read, what was decided, what it costs and why it is so."""
    parts = (
        ("Read as", (plan.read_as,) if plan.read_as else ()),
        ("Plan", plan.summary),
        ("Not used", plan.not_used),
        ("Decided", tuple(map(str, plan.decisions))),
        ("Assumptions", plan.assumptions),
        ("Risks", plan.risks),
        ("Alternatives", plan.alternatives),
        ("Reasons", plan.reasons),
    )
    return [line for title, texts in parts if texts for line in (f"{title}:", *(f"  - {text}" for text in texts))]


def folded(files: Sequence[FileStat]) -> list[FileStat]:
    """Return the files with the stored bases, which nobody reads, as one line."""
    stored = [file for file in files if "/.base/objects/" in f"/{file.path}"]
    shown = [file for file in files if file not in stored]
    if stored:
        folder = stored[0].path.partition("/objects/")[0]
        shown.append(
            FileStat(f"{folder}/objects: {counted(len(stored), 'stored base')}", "*", None, None, stored[0].reason)
        )
    return shown


def stat_line(file: FileStat) -> str:
    """Return one line about a changed file: status, path, lines, why."""
    counts = "binary" if file.added is None else f"+{file.added} -{file.deleted}"
    return f"{file.status}  {file.path}  {counts}" + (f"  ({file.reason})" if file.reason else "")


def _total(event: Diffed) -> str:
    added = sum(file.added or 0 for file in event.files)
    deleted = sum(file.deleted or 0 for file in event.files)
    return f"{counted(len(event.files), 'file')}, {counted(added, 'line')} added, {deleted} deleted"


def json_lines(out: TextIO) -> Listener:
    """Write every event as one JSON object: ``event`` names its kind, the other keys are its fields."""

    def listen(event: Event) -> None:
        document = {"event": _snake(type(event).__name__), **dataclasses.asdict(event)}
        out.write(json.dumps(document, ensure_ascii=False) + "\n")
        out.flush()

    return listen


def _snake(name: str) -> str:
    return "".join(
        f"_{letter.lower()}" if letter.isupper() and at else letter.lower() for at, letter in enumerate(name)
    )


def is_terminal() -> bool:
    """Whether a person sits at both ends."""
    return sys.stdin.isatty() and sys.stdout.isatty()
