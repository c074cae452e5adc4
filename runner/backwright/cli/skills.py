"""``agent skills``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from backwright.cli.document import file_document, finding_document, write_json
from backwright.counting import counted

if TYPE_CHECKING:
    from backwright.skills.assets import Override
    from backwright.skills.spec import SkillFile, SkillSpec
    from backwright.skills.trust import Hashed

app = typer.Typer(rich_markup_mode=None, add_completion=False, no_args_is_help=True)

Repo = Annotated[Path, typer.Option("--repo", help="Look from this folder.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]


@app.callback()
def skills() -> None:
    """List, show, trust and run skills: the target's, your own, the bundled ones."""


@app.command("list")
def list_command(repo: Repo = Path(), as_json: AsJson = False) -> None:
    """List every skill, nearest first, with what had to be said about its file."""
    from backwright.cli.table import shortened, write_table
    from backwright.skills.assets import overrides_in_use
    from backwright.skills.lookup import list_skills, nearest_of_each

    files = list_skills(repo)
    if as_json:
        write_json([_document(file, repo) for file in files])
        return
    used = {spec.folder for spec in nearest_of_each(files)}
    rows = [
        (
            file.spec.name if file.spec.folder in used else f"({file.spec.name})",
            file.scope,
            _does(file.spec),
            shortened(file.spec.summary, 60),
        )
        for file in files
        if file.spec
    ]
    write_table(("NAME", "SCOPE", "OFFLINE", "DESCRIPTION"), rows)
    if any(file.spec and file.spec.folder not in used for file in files):
        sys.stdout.write("(a name in brackets is hidden by a nearer skill of that name)\n")
    for override in (one for spec in nearest_of_each(files) for one in overrides_in_use(spec, repo)):
        sys.stdout.write(f"{override.skill}: {_override(override)}\n")
    for finding in (finding for file in files for finding in file.findings):
        sys.stderr.write(f"{finding}\n")


@app.command("show")
def show_command(name: str, repo: Repo = Path(), as_json: AsJson = False) -> None:
    """Show one skill as it was read."""
    from backwright.skills.assets import overrides_in_use
    from backwright.skills.lookup import find_skill
    from backwright.skills.trust import trusted

    skill = find_skill(name, repo)
    if as_json:
        write_json(_spec(skill, repo))
        return
    rows = [
        ("name", skill.name),
        ("description", skill.summary),
        ("also called", ", ".join(skill.aliases)),
        ("requires", ", ".join(skill.requires)),
        ("offline", _does(skill)),
        ("license", skill.license or ""),
        ("compatibility", skill.compatibility or ""),
        ("allowed tools", " ".join(skill.allowed_tools or ())),
        ("trusted", "yes" if trusted(skill) else "no"),
        ("source", f"{skill.folder} ({skill.origin})"),
        *(("overridden", _override(override)) for override in overrides_in_use(skill, repo)),
    ]
    for key, value in rows:
        if value:
            sys.stdout.write(f"{key + ':':<15} {value}\n")
    sys.stdout.write(f"\n{skill.body.strip()}\n")


@app.command("trust")
def trust_command(name: str, repo: Repo = Path()) -> None:
    """Let the code and templates that came with a repository run, as they are now."""
    from backwright.skills.assets import overrides_of
    from backwright.skills.lookup import find_skill
    from backwright.skills.trust import trust, trusted

    skill = find_skill(name, repo)
    folders: list[Hashed] = [skill, *overrides_of(skill, repo)]
    for found in folders:
        if trusted(found):
            sys.stdout.write(f"already trusted: {found.folder}\n")
        else:
            trust(found)
            sys.stdout.write(f"trusted: {found.folder} ({found.digest[:12]})\n")


@app.command("run")
def run_command(
    name: str,
    repo: Repo = Path(),
    spec: Annotated[list[Path] | None, typer.Option(help="A spec file (YAML) to bring in; repeatable.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the diff, apply nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Apply without asking.")] = False,
    no_commit: Annotated[bool, typer.Option("--no-commit", help="Change the working tree only.")] = False,
    verify: Annotated[str, typer.Option(help="How much to check: quick, full or none.")] = "quick",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
    as_sarif: Annotated[bool, typer.Option("--sarif", help="A reviewer's findings as SARIF 2.1.0.")] = False,
    fix: Annotated[bool, typer.Option("--fix", help="Mend what can be mended mechanically.")] = False,
) -> int:
    """Run one skill alone: a reviewer prints its findings (exit status 1 on errors), a builder applies the spec.

    With --fix a reviewer mends what can be mended mechanically, in a run like any other: diff, question, commit.
    """
    from functools import partial

    from backwright.cli.run import LevelName, conclude_as_json, conclude_for_person
    from backwright.errors import BadInput
    from backwright.pipeline import run_mend, run_skill
    from backwright.run_options import Options
    from backwright.skills.lookup import find_skill

    if fix and as_sarif:
        raise BadInput("--fix mends and --sarif tells what was found: one of the two")
    skill = find_skill(name, repo)
    if skill.review_script and not skill.build_script and not fix:
        return _review(skill, repo, as_json=as_json, as_sarif=as_sarif)
    if verify not in set(LevelName):
        raise BadInput(f"--verify {verify}: it may be quick, full or none")
    options = Options(
        words=(), repo=repo, spec_files=tuple(spec or ()), dry_run=dry_run, yes=yes, commit=not no_commit, verify=verify
    )
    start = partial(run_mend if fix else run_skill, name, options)
    return conclude_as_json(start, events=False) if as_json else conclude_for_person(start)


def _review(skill: SkillSpec, repo: Path, *, as_json: bool, as_sarif: bool) -> int:
    from backwright.finding import Severity
    from backwright.review import review_folder

    findings = review_folder(skill, repo)
    if as_sarif:
        from backwright.reviewer.rules import bundled_rules
        from backwright.reviewer.sarif import sarif_of

        write_json(sarif_of(findings, bundled_rules()))
    elif as_json:
        write_json([finding_document(finding) for finding in findings])
    else:
        for finding in findings:
            sys.stdout.write(f"{finding}\n")
        sys.stdout.write(f"{counted(len(findings), 'finding')}\n" if findings else "nothing was found\n")
    return 1 if any(finding.severity is Severity.ERROR for finding in findings) else 0


def _does(skill: SkillSpec) -> str:
    return ", ".join(what for what, path in (("build", skill.build), ("review", skill.review)) if path) or "-"


def _override(override: Override) -> str:
    names = ", ".join(map(str, override.replaced)) or "none of its assets"
    return f"{names} from {override.folder}{'' if override.trusted else ' (not trusted)'}"


def _spec(skill: SkillSpec, repo: Path) -> dict[str, object]:
    import dataclasses

    from backwright.skills.assets import overrides_in_use

    values = {f.name: getattr(skill, f.name) for f in dataclasses.fields(skill) if f.name != "files"}
    overrides = [dataclasses.asdict(override) for override in overrides_in_use(skill, repo)]
    return {**values, "files": sorted(str(path) for path in skill.files), "overrides": overrides}


def _document(file: SkillFile, repo: Path) -> dict[str, object]:
    return file_document(file.path, file.scope, file.findings, _spec(file.spec, repo) if file.spec else None)
