"""A record as text: frontmatter by a YAML library, the sections from ``memory/prompt-record.md``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from backwright.memory.record import CheckResult, Evaluation, Links, Outcome, Record, Run
from backwright.memory.record_sections import escaped
from backwright.memory.redact import redact_private
from backwright.memory.template import filled

if TYPE_CHECKING:
    import yaml

NOTHING = frozenset({"", "none", "n/a", "null", "nil", "-", "~"})
Texts = TypeVar("Texts", Outcome, Evaluation)


def normal(record: Record, *, roots: Sequence[str] = ()) -> Record:
    """Return the record as it is written: secrets, home folders and ``roots`` redacted, its texts tidy.

    ``roots`` are absolute folders of this machine (the target's, say), whose names must not be in a record. The prompt
    is left as it is but for what is redacted.
    """
    whole = partial(_cleaned, roots=tuple(roots))

    def line(text: str) -> str:
        return " ".join(whole(text).split())

    def optional(text: str | None) -> str | None:
        return None if text is None or line(text).lower() in NOTHING else line(text)

    def lines(texts: Sequence[str]) -> tuple[str, ...]:
        return tuple(text for text in map(line, texts) if text)

    return Record(
        id=line(record.id),
        title=line(record.title),
        stage=line(record.stage),
        date=line(record.date),
        surface=optional(record.surface),
        model=optional(record.model),
        feature=optional(record.feature),
        branch=optional(record.branch),
        user=optional(record.user),
        command=optional(record.command),
        labels=lines(record.labels),
        files=lines(record.files),
        tests=lines(record.tests),
        links=Links(**{part.name: optional(getattr(record.links, part.name)) for part in fields(Links)}),
        run=None if record.run is None else _normal_run(record.run, line),
        prompt=whole(record.prompt),
        response=_paragraphs(whole(record.response)),
        outcome=_said(record.outcome, whole),
        evaluation=_said(record.evaluation, whole),
        other={line(key): line(value) for key, value in record.other.items()},
    )


def _normal_run(run: Run, line: Callable[[str], str]) -> Run:
    return replace(
        run,
        engine=line(run.engine),
        version=line(run.version),
        agent=line(run.agent),
        reason=None if run.reason is None else line(run.reason),
        skills={name: line(digest) for name, digest in sorted(run.skills.items())},
        seconds=None if run.seconds is None else round(run.seconds, 3),
        verification=tuple(CheckResult(line(c.name), line(c.result), line(c.detail)) for c in run.verification),
        notes=tuple(note for note in map(line, run.notes) if note),
        read_as=None if run.read_as is None else line(run.read_as),
        answers={line(question): line(answer) for question, answer in run.answers.items()},
    )


def _said(texts: Texts, whole: partial[str]) -> Texts:
    return type(texts)(**{part.name: _paragraphs(whole(getattr(texts, part.name))) for part in fields(texts)})


def _paragraphs(text: str) -> str:
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return "\n".join(line.rstrip() for line in unified.split("\n")).strip() or "none"


def _cleaned(text: str, *, roots: tuple[str, ...]) -> str:
    """Return text that UTF-8 can say, without secrets and without folders of this machine."""
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    for root in sorted((root.rstrip("/\\") for root in roots), key=len, reverse=True):
        if len(root) > 1:
            text = re.sub(rf"(?<![\w./\\-]){re.escape(root)}(?![\w-])", "[redacted:path]", text)
    return redact_private(text)


def render_record(record: Record, *, roots: Sequence[str] = ()) -> str:
    """Return the text of a record's file, made ``normal`` first; the same record gives the same text."""
    record = normal(record, roots=roots)
    return filled(
        "prompt-record.md",
        {
            "frontmatter": _frontmatter(record),
            "prompt": _fenced(record.prompt),
            "response": escaped(record.response),
            **{part.name: _indented(getattr(record.outcome, part.name)) for part in fields(Outcome)},
            **{part.name: _indented(getattr(record.evaluation, part.name)) for part in fields(Evaluation)},
        },
    )


def _fenced(prompt: str) -> str:
    longest = max((len(run) for run in re.findall(r"`+", prompt)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{prompt}\n{fence}"


def _indented(text: str) -> str:
    """Return the text of an item: after its label, or below it where it is a list or has several lines."""
    if "\n" not in text and not text.startswith(("- ", "* ", "+ ")):
        return f" {text}"
    return "".join(f"\n  {line}" if line else "\n" for line in text.split("\n"))


def _frontmatter(record: Record) -> str:
    import yaml

    values: dict[str, object] = {
        name: getattr(record, name)
        for name in ("id", "title", "stage", "date", "surface", "model", "feature", "branch", "user", "command")
    }
    values["labels"] = list(record.labels)
    values["links"] = {part.name: getattr(record.links, part.name) for part in fields(Links)}
    values["files"] = list(record.files)
    values["tests"] = list(record.tests)
    if record.run is not None:
        values["run"] = _run(record.run)
    values |= {key: value for key, value in record.other.items() if key not in values}
    text: str = yaml.dump(values, Dumper=_dumper(), sort_keys=False, allow_unicode=True, width=2**31)
    return text.rstrip("\n")


def _run(run: Run) -> Mapping[str, object]:
    """Return the block ``run``; what is None is written too, so that it is known to be nothing."""
    return {
        "engine": run.engine,
        "version": run.version,
        "agent": {"name": run.agent, "sha256": run.agent_digest} | ({"reason": run.reason} if run.reason else {}),
        "skills": dict(run.skills),
        "spec": run.spec,
        "memory": run.memory,
        "seconds": run.seconds,
        "tokens": run.tokens,
        "cost": None if run.cost is None else str(run.cost),
        "verification": [{"check": c.name, "result": c.result, "detail": c.detail} for c in run.verification],
        "notes": list(run.notes),
        **({"read_as": run.read_as} if run.read_as else {}),
        **({"answers": [{"question": q, "answer": a} for q, a in run.answers.items()]} if run.answers else {}),
    }


def _dumper() -> type[yaml.SafeDumper]:
    """Return a dumper that quotes every text a YAML 1.1 or 1.2 reader could take for something else."""
    import yaml

    class Dumper(yaml.SafeDumper):
        def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - every value is written out
            return True

    def text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
        plain = re.fullmatch(r"[A-Za-z][\w./@+ -]*[\w/]|[A-Za-z]", value, re.ASCII)
        style = None if plain else '"'
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)

    Dumper.add_representer(str, text)
    return Dumper
