"""Records as they are met, by whatever program they were written: read whole, with findings, never refused."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import PurePosixPath
from typing import TypeVar

from backwright.errors import Place
from backwright.finding import Finding, Severity
from backwright.memory.frontmatter import Split, Value, read_mapping, split_frontmatter, unified
from backwright.memory.record import CheckResult, Links, Record, Run, Stage
from backwright.memory.record_names import PROMPTS, route_of
from backwright.memory.record_sections import evaluation_of, outcome_of, sections
from backwright.memory.record_text import NOTHING
from backwright.memory.redact import home_paths, secrets

_ALL_KEYS = """
    id title stage date surface model feature branch user command labels links files tests run date_iso
    files_yaml tests_yaml labels_yaml files_created_or_modified files_modified tests_run_or_added created
    timestamp author agent
"""
_KEYS = tuple(_ALL_KEYS.split())
_SPELLINGS = {
    "date": ("date", "date_iso", "timestamp", "created"),
    "files": ("files", "files_yaml", "files_modified", "files_created_or_modified"),
    "tests": ("tests", "tests_yaml", "tests_run_or_added"),
    "labels": ("labels", "labels_yaml"),
}
_PLACEHOLDER = re.compile(r"\{\{\s*\w+\s*\}\}|\[[A-Z][A-Z_ ]+\]|<[A-Z][A-Z_ ]+>")
Number = TypeVar("Number", int, float, Decimal)
_FILE_NAME = re.compile(r"(?P<id>\d+)-(?P<slug>.*?)\.(?P<stage>[\w-]+)\.prompt\.md$")


def parse_record(text: str, path: str = "record") -> tuple[Record | None, tuple[Finding, ...]]:
    """Return the record in a text and what is wrong with it; None only where there is nothing of a record.

    ``path`` is the file's path from the repository's root: findings name it, and where the frontmatter says nothing
    its name tells number, title and stage.
    """
    text = unified(text)
    split = split_frontmatter(text, _KEYS)
    values, flaws = _values(split, path)
    parts = sections(split.body)
    if not values and not parts:
        return None, (Finding("record-empty", Severity.ERROR, Place(path), "there is neither frontmatter nor prompt"),)
    name = _FILE_NAME.search(PurePosixPath(path).name)
    record = _record(_Taken(values), parts, name.groupdict() if name else {})
    place = Place(path, split.first_line if split.yaml is not None else 1)
    found = (*flaws, *_unsaid(record, values, parts, place), *_unfit(record, path, place), *_leaks(text, path))
    return record, found


def _values(split: Split, path: str) -> tuple[dict[str, Value], tuple[Finding, ...]]:
    if split.yaml is None:
        fix = "put the keys between two lines of ---"
        return {}, (Finding("record-frontmatter", Severity.ERROR, Place(path, 1), "there is no frontmatter", fix),)
    values, flaws = read_mapping(split.yaml, _KEYS, path=path, first_line=split.first_line, code="record-yaml")
    if split.flaw:
        place = Place(path, split.first_line)
        flaws = (Finding("record-frontmatter", Severity.WARNING, place, split.flaw), *flaws)
    return values, flaws


class _Taken:
    """Values of the frontmatter; what is taken under a known key is no longer among the others."""

    def __init__(self, values: Mapping[str, Value]) -> None:
        self.left = dict(values)

    def take(self, name: str) -> Value:
        keys = [key for key in _SPELLINGS.get(name, (name,)) if key in self.left]
        values = [self.left.pop(key) for key in keys]
        return next((value for value in values if value is not None), None)

    def text(self, name: str) -> str | None:
        value = _text(self.take(name))
        return None if value is None or value.lower() in NOTHING else value

    def texts(self, name: str) -> tuple[str, ...]:
        return _texts(self.take(name))


def _text(value: Value) -> str | None:
    if value is None:
        return None
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_text(part) or ''}".strip() for key, part in value.items())
    return ", ".join(filter(None, map(_text, value)))


def _texts(value: Value) -> tuple[str, ...]:
    """Return a list however it is written: as one, as a block of ``- `` lines, in brackets, with commas."""
    if isinstance(value, str):
        parts: list[str | None] = (
            re.split(r"\n\s*", value) if "\n" in value else [*re.split(r"\s*,\s*", value.strip().strip("[]"))]
        )
        parts = [part.strip().removeprefix("- ").strip().strip("\"'") for part in parts if part]
        return tuple(part for part in parts if part and part.lower() not in NOTHING)
    if isinstance(value, Mapping):
        return tuple(filter(None, (_text({key: part}) for key, part in value.items())))
    return tuple(text for text in map(_text, value or ()) if text)


def _record(taken: _Taken, parts: Mapping[str, str], name: Mapping[str, str]) -> Record:
    number = taken.text("id")
    stage = taken.text("stage")
    return Record(
        id=number if number and re.search(r"\d", number) else name.get("id", number or ""),
        title=taken.text("title") or name.get("slug", "").replace("-", " "),
        stage=stage.lower() if stage and stage.lower() in set(Stage) else stage or name.get("stage", ""),
        date=taken.text("date") or "",
        surface=taken.text("surface"),
        model=taken.text("model"),
        feature=taken.text("feature"),
        branch=taken.text("branch"),
        user=taken.text("user"),
        command=taken.text("command"),
        labels=taken.texts("labels"),
        links=_links(taken.take("links")),
        files=taken.texts("files"),
        tests=taken.texts("tests"),
        run=_run(taken.take("run")),
        prompt=parts.get("prompt", ""),
        response=parts.get("response", ""),
        outcome=outcome_of(parts.get("outcome", "")),
        evaluation=evaluation_of(parts.get("evaluation", "")),
        other={key: _text(value) or "" for key, value in taken.left.items()},
    )


def _links(value: Value) -> Links:
    if not isinstance(value, Mapping):
        return Links(spec=_text(value))
    inner = _Taken(value)
    return Links(spec=inner.text("spec"), ticket=inner.text("ticket"), adr=inner.text("adr"), pr=inner.text("pr"))


def _run(value: Value) -> Run | None:
    if not isinstance(value, Mapping):
        return None
    agent = value.get("agent")
    named = agent if isinstance(agent, Mapping) else {"name": agent}
    skills = value.get("skills")
    checks = value.get("verification")
    return Run(
        engine=_text(value.get("engine")) or "",
        version=_text(value.get("version")) or "",
        agent=_text(named.get("name")) or "",
        agent_digest=_text(named.get("sha256")),
        reason=_text(named.get("reason")),
        skills={key: _text(part) or "" for key, part in skills.items()} if isinstance(skills, Mapping) else {},
        spec=_text(value.get("spec")),
        memory=_text(value.get("memory")),
        seconds=_number(value.get("seconds"), float),
        tokens=_number(value.get("tokens"), int),
        cost=_number(value.get("cost"), Decimal),
        verification=tuple(_checks(checks)) if isinstance(checks, tuple) else (),
        notes=_texts(value.get("notes")),
        read_as=_text(value.get("read_as")),
        answers=dict(_answers(value.get("answers"))),
    )


def _checks(values: tuple[Value, ...]) -> Iterator[CheckResult]:
    for value in values:
        if isinstance(value, Mapping):
            name, result, detail = (_text(value.get(key)) or "" for key in ("check", "result", "detail"))
            yield CheckResult(name, result, detail)


def _answers(values: Value) -> Iterator[tuple[str, str]]:
    for value in values if isinstance(values, tuple) else ():
        if isinstance(value, Mapping):
            yield _text(value.get("question")) or "", _text(value.get("answer")) or ""


def _number(value: Value, read: Callable[[str], Number]) -> Number | None:
    try:
        return None if value is None or not isinstance(value, str) else read(value)
    except (ValueError, InvalidOperation):
        return None


def _unsaid(record: Record, values: Mapping[str, Value], parts: Mapping[str, str], place: Place) -> Iterator[Finding]:
    for name in ("id", "title", "stage", "date", "files", "tests"):
        value = next((values[key] for key in _SPELLINGS.get(name, (name,)) if key in values), None)
        if value is None:
            yield Finding("record-missing", Severity.WARNING, place, f"{name} is missing")
        elif placeholder := _PLACEHOLDER.search(json.dumps(value, default=dict, ensure_ascii=False)):
            yield Finding("record-placeholder", Severity.WARNING, place, f"{name} still holds {placeholder.group()}")
    if not record.prompt.strip():
        said = "the prompt is empty" if "prompt" in parts else "the prompt is missing"
        yield Finding("record-prompt", Severity.WARNING, place, said)
    elif re.fullmatch(r"\{\{\s*\w+\s*\}\}|\[PROMPT_TEXT\]", record.prompt.strip()):
        yield Finding("record-placeholder", Severity.WARNING, place, f"the prompt still is {record.prompt.strip()}")


def _unfit(record: Record, path: str, place: Place) -> Iterator[Finding]:
    if record.stage and record.stage not in set(Stage):
        known = ", ".join(Stage)
        yield Finding("record-stage", Severity.WARNING, place, f"{record.stage!r} is no stage", f"one of {known}")
    name = _FILE_NAME.search(PurePosixPath(path).name)
    if name and record.id.isdigit() and int(name["id"]) != int(record.id):
        yield Finding("record-id", Severity.WARNING, place, f"the id is {record.id}, the file's name says {name['id']}")
    if name and record.stage in set(Stage) and name["stage"] != record.stage:
        said = f"the stage is {record.stage}, the file's name says {name['stage']}"
        yield Finding("record-stage", Severity.WARNING, place, said)
    lies = PurePosixPath(path)
    if record.stage in set(Stage) and lies.is_relative_to(PROMPTS):
        route, right = lies.parent.relative_to(PROMPTS).as_posix(), route_of(record.stage, record.feature)
        if route != right:
            said = f"a record of stage {record.stage} lies in {route}, not in {right}"
            yield Finding("record-route", Severity.WARNING, place, said)


def _leaks(text: str, path: str) -> Iterator[Finding]:
    for code, severity, what, found in (
        ("record-secret", Severity.ERROR, "a secret", secrets(text)),
        ("record-path", Severity.WARNING, "an absolute path of a person's machine", home_paths(text)),
    ):
        for secret in found:
            place = Place(path, text.count("\n", 0, secret.start) + 1)
            yield Finding(code, severity, place, f"this holds {what} ({secret.kind})", f"[redacted:{secret.kind}]")
