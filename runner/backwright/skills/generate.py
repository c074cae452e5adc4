"""``generate(spec)``: everything the building skills write for a spec, as one tree; a pure function."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from backwright.codegen.assemble import Generated, assemble
from backwright.codegen.build import Build, Revision
from backwright.codegen.contribution import Contribution
from backwright.codegen.project import own_project
from backwright.skills.assets import templates_of
from backwright.skills.loader import load_build
from backwright.skills.spec import SkillSpec
from backwright.spec.change import SpecChange
from backwright.spec.model import BackendSpec


def contributions_of(
    skills: Sequence[SkillSpec],
    spec: BackendSpec,
    *,
    previous: BackendSpec | None = None,
    change: SpecChange | None = None,
    revisions: tuple[Revision, ...] = (),
    start: Path | None = None,
) -> Mapping[str, Contribution]:
    """Return what each skill that can build offline writes for the spec, by the skill's name.

    ``start`` is where overrides of templates are looked up from (None: only the skills' own).

    Raises:
        BadInput: a skill cannot be loaded or returns something else than a contribution.
    """
    contributions = {}
    for skill in skills:
        if skill.build_script:
            build = Build(
                spec=spec,
                project=own_project(spec.service),
                templates=templates_of(skill, start),
                previous=previous,
                change=change or SpecChange(),
                revisions=revisions,
            )
            contributions[skill.name] = load_build(skill)(build)
    return contributions


def generate(spec: BackendSpec) -> Generated:
    """Return the whole backend the bundled skills write for a spec that was never built before."""
    from backwright.skills.lookup import bundled_skills

    return assemble(contributions_of(bundled_skills(), spec), own_project(spec.service))
