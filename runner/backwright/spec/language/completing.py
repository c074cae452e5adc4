"""What is decided for new resources at the end: usual fields, keys, pages."""

from __future__ import annotations

from backwright.naming import words
from backwright.spec.apply import members
from backwright.spec.language.draft import Draft
from backwright.spec.language.nouns import MOST_WORDS, one_of
from backwright.spec.language.tokens import Misread
from backwright.spec.lexicon import lexicon
from backwright.spec.model import FieldSpec, RelationSpec, ResourceSpec


def complete(draft: Draft) -> None:
    """Give new resources without fields the usual ones, and say what else was decided."""
    for name in draft.new:
        resource = draft.spec.resource(name)
        if resource is None:
            continue
        parts = name.split("_")
        if len(parts) == MOST_WORDS and all(draft.spec.resource(part) is not None for part in (parts[0], parts[-1])):
            raise Misread(parts, "this is not the name of a resource; say what each of them has")
        if not resource.fields and name in draft.fieldless:
            add_usual(draft, resource)
        resource = draft.named((name,))
        stamps = "created_at and updated_at" if resource.timestamps else "no timestamps"
        key = "a random UUID" if resource.key.value == "uuid" else "an integer"
        draft.assume(
            f"{name} have {key} as key, pages of {resource.list.page_size} "
            f"(at most {resource.list.max_page_size}), {stamps}"
        )


def add_usual(draft: Draft, resource: ResourceSpec) -> None:
    """Give a resource without fields those that resources of its name usually have."""
    known = lexicon()
    added: list[str] = []
    there = set(members(resource)) | {relation.target for relation in resource.relations}
    for member in known.members(one_of(resource.name)):
        if isinstance(member, FieldSpec) and member.name not in there:
            draft.add_member(resource.name, member)
        elif (
            isinstance(member, RelationSpec)
            and (target := draft.find((member.target,))) is not None
            and target.name not in {resource.name, *there}
        ):
            draft.add_member(resource.name, member.model_copy(update={"target": target.name}))
        else:
            continue
        added.append(member.name)
    source = (
        f"what {words(resource.name)} usually have" if known.knows(one_of(resource.name)) else "as no fields were named"
    )
    draft.assume(f"{resource.name} have {', '.join(added)} ({source})")
