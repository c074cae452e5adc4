"""Backends built by the four skills of the application side, in memory or on disk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

from backwright.codegen.assemble import Generated, assemble
from backwright.codegen.build import Revision
from backwright.codegen.contribution import Contribution
from backwright.codegen.project import own_project
from backwright.skills.generate import contributions_of
from backwright.skills.lookup import bundled_skills
from backwright.spec.apply import apply_change
from backwright.spec.change import SpecChange, Step
from backwright.spec.model import BackendSpec, FieldSpec, Layout, RelationSpec, ResourceSpec, ServiceSpec, SessionKind

SKILLS = ("backend-scaffold", "crud-builder", "endpoint-generator", "sql-schema-builder")
STYLES = ((Layout.LAYER, SessionKind.ASYNC), (Layout.FEATURE, SessionKind.SYNC))


def backend(
    *resources: ResourceSpec, layout: Layout = Layout.LAYER, session: SessionKind = SessionKind.ASYNC
) -> BackendSpec:
    service = ServiceSpec(name="shop", layout=layout, session=session)
    return BackendSpec(service=service, resources=tuple(sorted(resources, key=lambda r: r.name)))


def product(*more: FieldSpec) -> ResourceSpec:
    fields = (
        FieldSpec(name="name", min_length=1, max_length=200),
        FieldSpec(name="price", type="number", format="decimal", precision=10, scale=2, exclusive_minimum=0),
        FieldSpec(name="description", format="text", required=False, nullable=True),
        *more,
    )
    return ResourceSpec(name="products", singular="product", fields=fields)


def review(**relation: object) -> ResourceSpec:
    fields = (FieldSpec(name="rating", type="integer", minimum=1, maximum=5), FieldSpec(name="text", format="text"))
    belongs = RelationSpec.model_validate({"name": "product", "target": "products", **relation})
    return ResourceSpec(name="reviews", singular="review", fields=fields, relations=(belongs,))


def contributions(
    spec: BackendSpec,
    previous: BackendSpec | None = None,
    change: SpecChange | None = None,
    revisions: tuple[Revision, ...] = (),
) -> Mapping[str, Contribution]:
    skills = [skill for skill in bundled_skills() if skill.name in SKILLS]
    return contributions_of(skills, spec, previous=previous, change=change, revisions=revisions)


def built(spec: BackendSpec) -> Generated:
    return assemble(contributions(spec), own_project(spec.service))


def raw(spec: BackendSpec) -> dict[PurePosixPath, str]:
    """Return what the skills write, not yet formatted."""
    return {path: file.content for part in contributions(spec).values() for path, file in part.files.items()}


def write(generated: Generated, folder: Path) -> Path:
    for path, owned in generated.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(owned.file.content, encoding="utf-8")
    return folder


def write_history(folder: Path, first: BackendSpec, changes: Sequence[Sequence[Step]]) -> list[BackendSpec]:
    """Write a backend as it stands after some changes, with every revision on the way; return all its specs."""
    specs, revisions = [first], ()
    generated = dict(built(first))
    revisions = _revisions(generated, revisions)
    for steps in changes:
        change = SpecChange(steps=tuple(steps))
        spec = apply_change(specs[-1], change)
        parts = contributions(spec, specs[-1], change, revisions)
        newer = assemble(parts, own_project(spec.service))
        kept = {path: owned for path, owned in generated.items() if owned.file.once}
        generated = {**kept, **newer}
        revisions = _revisions(generated, revisions)
        specs.append(spec)
    write(generated, folder)
    return specs


def _revisions(generated: Generated, known: tuple[Revision, ...]) -> tuple[Revision, ...]:
    ids = [path.name.split("_")[0] for path, owned in generated.items() if owned.file.once]
    new = [one for one in ids if one not in {revision.id for revision in known}]
    down = (known[-1].id,) if known else ()
    return (*known, *(Revision(one, down) for one in new))
