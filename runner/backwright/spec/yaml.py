"""Specs as YAML files: ``service.yaml`` and one ``<resource>.yaml`` each, or everything in one ``backend.yaml``.

Every error has the file, line and column of what is wrong. Writing touches only what changed: comments, order and
quoting of what people wrote stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path, PurePath
from typing import TypeVar

from pydantic import BaseModel

from backwright.errors import BadInput, Place
from backwright.spec import emit, normal, values
from backwright.spec.document import Places, as_node, read_resource, read_service
from backwright.spec.edit import Editor, Wanted, edit_keys
from backwright.spec.find import SPEC_FOLDER
from backwright.spec.model import BackendSpec, RelationSpec, ResourceSpec, ServiceSpec
from backwright.spec.node import MAX_CHARACTERS, Node, decoded, parse
from backwright.spec.node import Mapping as MappingNode

SERVICE_FILE = "service.yaml"
_SUFFIXES = (".yaml", ".yml")
_BACKEND_KEYS = frozenset({"service", "resources"})
_Part = TypeVar("_Part", bound=BaseModel)


def read_spec(
    folder: Path | Mapping[str, bytes] | Mapping[PurePath, bytes], places: Places | None = None
) -> BackendSpec:
    """Return the spec in a folder, or in its files by name (``products.yaml``); ``.base`` and others are passed over.

    ``places``, where given, is filled with the place of everything that has a name.

    Raises:
        BadInput: with the place of what is wrong; there is no ``service.yaml``.
    """
    files = _files_of(folder) if isinstance(folder, Path) else _texts(folder)
    found = {} if places is None else places
    service: ServiceSpec | None = None
    resources: list[ResourceSpec] = []
    for name, text in sorted(files.items()):
        node = _document(text, _shown(folder, name))
        if name == SERVICE_FILE:
            service = read_service(node, found)
        elif _is_backend(node):
            raise BadInput("a whole backend cannot be a file among others", place=node.place)
        else:
            resources.append(read_resource(node, PurePath(name).stem, found))
    if service is None:
        raise BadInput(f"there is no {SERVICE_FILE}", place=Place(_shown(folder, SERVICE_FILE)))
    return _joined(service, resources, found)


def read_spec_file(path: Path) -> BackendSpec | ResourceSpec | ServiceSpec:
    """Return what one file holds: a whole backend, a resource (named by ``name:`` or the file), or a service.

    The targets of a lone resource's relations are not looked for.

    Raises:
        BadInput: it cannot be read, with the place of what is wrong.
    """
    return read_spec_text(_file_text(path), str(path))


def _file_text(path: Path) -> str:
    place = Place(str(path))
    try:
        if not path.is_file():
            raise BadInput("there is no such file" if not path.exists() else "this is not a file", place=place)
        size = path.stat().st_size
        if size > MAX_CHARACTERS:
            raise BadInput(f"the file has {size:,} bytes; a spec has at most {MAX_CHARACTERS:,}", place=place)
        return decoded(path.read_bytes(), str(path))
    except OSError as error:
        raise BadInput(f"the file cannot be read: {error.strerror or error}", place=place) from None


def read_spec_text(text: str, path: str) -> BackendSpec | ResourceSpec | ServiceSpec:
    """Return what the text of one file holds; ``path`` is what errors show and what names a resource without a name."""
    places: Places = {}
    node = _document(text, path)
    if _is_backend(node):
        return _read_backend(node, places)
    if PurePath(path).name == SERVICE_FILE:
        return read_service(node, places)
    named = isinstance(node, MappingNode) and node.get("name") is not None
    return read_resource(node, None if named else PurePath(path).stem, places)


def _read_backend(node: Node, places: Places) -> BackendSpec:
    keys = values.keyed(node, {"service": as_node, "resources": as_node}, "a backend")
    if "service" not in keys:
        raise BadInput("the backend has no service", place=node.place, hint="Write service: with a name: in it.")
    service = read_service(keys["service"], places)
    entries = values.mapping(keys["resources"], "resources").entries if "resources" in keys else ()
    resources = [read_resource(entry.value, values.identifier(entry.key), places) for entry in entries]
    return _joined(service, resources, places)


def _is_backend(node: Node) -> bool:
    keys = {entry.key.text for entry in node.entries} if isinstance(node, MappingNode) else set()
    return bool(keys) and keys <= _BACKEND_KEYS


def _document(text: str, path: str) -> Node:
    node = parse(text, path)
    if node is None:
        raise BadInput("the file is empty", place=Place(path, 1))
    return node


def _files_of(folder: Path) -> dict[str, str]:
    if not folder.is_dir():
        raise BadInput("there is no spec here", place=Place(str(folder)))
    paths = [path for path in folder.iterdir() if path.suffix in _SUFFIXES and path.is_file()]
    return {path.name: _file_text(path) for path in paths}


def _texts(files: Mapping[str, bytes] | Mapping[PurePath, bytes]) -> dict[str, str]:
    return {
        PurePath(name).name: decoded(data, str(name))
        for name, data in files.items()
        if PurePath(name).suffix in _SUFFIXES and ".base" not in PurePath(name).parts
    }


def _shown(folder: object, name: str) -> str:
    return str(folder / name) if isinstance(folder, Path) else f"{SPEC_FOLDER}/{name}"


def _joined(service: ServiceSpec, resources: list[ResourceSpec], places: Places) -> BackendSpec:
    """Put the parts together; relations are led to the resources they mean."""
    by_word = {word: r.name for r in resources for word in (r.singular, r.name)}
    whole = [
        resource.model_copy(
            update={
                "relations": tuple(_led(relation, resource, by_word, places) for relation in resource.relations),
            }
        )
        for resource in resources
    ]
    return BackendSpec(service=service, resources=tuple(sorted(whole, key=lambda resource: resource.name)))


def _led(relation: RelationSpec, owner: ResourceSpec, by_word: Mapping[str, str], places: Places) -> RelationSpec:
    from backwright.naming import plural, singular

    words = (relation.target, plural(relation.target), singular(relation.target))
    target = next((by_word[word] for word in words if word in by_word), None)
    if target is None:
        near = get_close_matches(relation.target, sorted(set(by_word.values())), 1)
        known = ", ".join(sorted(set(by_word.values())))
        raise BadInput(
            f"{owner.name}.{relation.name} points at {relation.target}, which is not a resource",
            place=places.get(f"{owner.name}.{relation.name}"),
            hint=f"Did you mean {near[0]}?" if near else f"The resources are {known}.",
        )
    return relation if target == relation.target else relation.model_copy(update={"target": target})


def write_spec(spec: BackendSpec, existing: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the files of a spec by name; those in ``existing`` that are not returned are to be deleted.

    What ``existing`` says already stays as it is written, a renamed resource keeps the text of its old file.
    """
    found = dict(existing or {})
    files = {SERVICE_FILE: _written_service(spec.service, found.get(SERVICE_FILE))}
    taken = {f"{resource.name}.yaml" for resource in spec.resources}
    free = {name: text for name, text in found.items() if name not in taken and name != SERVICE_FILE}
    for resource in spec.resources:
        name = f"{resource.name}.yaml"
        text = found.get(name) or _former(resource, free)
        files[name] = write_resource(resource, text)
    return files


def _former(resource: ResourceSpec, free: Mapping[str, str]) -> str | None:
    """Return the text of a file that says the same of a resource of another name."""
    for name, text in free.items():
        old = _readable(text, name)
        if (
            old is not None
            and old.fields == resource.fields
            and old.model_copy(
                update={"name": resource.name, "singular": resource.singular, "relations": resource.relations}
            )
            == resource
        ):
            return text
    return None


def _readable(text: str, name: str) -> ResourceSpec | None:
    try:
        return read_resource(_document(text, name), None, {})
    except BadInput:
        return None


def write_backend(spec: BackendSpec) -> str:
    """Return a whole spec as one ``backend.yaml``."""
    resources = {resource.name: normal.plain_resource(resource) for resource in spec.resources}
    for plain in resources.values():
        plain.pop("name")
    return emit.document({"service": normal.plain_service(spec.service), "resources": resources})


def write_resource(resource: ResourceSpec, existing: str | None) -> str:
    """Return the text of one resource's file, as close to the existing text (None: there is none) as it can be."""
    if existing is None:
        return emit.document(normal.plain_resource(resource))
    path = f"{resource.name}.yaml"
    try:
        node = _document(existing, path)
        old = read_resource(node, None, {}) if _named(node) else read_resource(node, resource.name, {})
    except BadInput:
        return emit.document(normal.plain_resource(resource))
    if old == resource:
        return existing
    long = _written_long(node, old, resource)
    for text in _attempts(existing, node, normal.plain_resource(old, long), normal.plain_resource(resource, long)):
        if _says(text, path, resource):
            return text
    return emit.document(normal.plain_resource(resource))


def _written_long(node: Node, old: ResourceSpec, new: ResourceSpec) -> set[str]:
    """Return the fields that people wrote over several lines, by their names before and after."""
    fields = node.get("fields") if isinstance(node, MappingNode) else None
    entries = fields.entries if isinstance(fields, MappingNode) else ()
    long = {e.key.text for e in entries if isinstance(e.value, MappingNode) and not e.value.flow}
    for field in new.fields:
        if old.field(field.name) is None:
            alike = (one for one in old.fields if one.name in long and new.field(one.name) is None)
            if any(one.model_copy(update={"name": field.name}) == field for one in alike):
                long.add(field.name)
    return long


def _named(node: Node) -> bool:
    return isinstance(node, MappingNode) and node.get("name") is not None


def _says(text: str, path: str, resource: ResourceSpec) -> bool:
    try:
        return read_resource(_document(text, path), resource.name, {}) == resource
    except BadInput:
        return False


def _attempts(
    existing: str, node: Node, old: Mapping[str, normal.Plain], new: Mapping[str, normal.Plain]
) -> Iterator[str]:
    """Yield edited texts, the one that changes least first; whoever asked checks what they say."""
    if not isinstance(node, MappingNode) or node.flow:
        return
    known = [*new, *old]
    names = {e.key.text: key for e in node.entries if (key := values.attribute_of(e.key.text, known))}
    for depth in (3, 2, 1):
        editor = Editor(existing)
        edit_keys(editor, node, Wanted(old, new, depth, names))
        yield editor.result()


def _written_service(service: ServiceSpec, existing: str | None) -> str:
    whole = emit.document(normal.plain_service(service))
    if existing is None:
        return whole
    try:
        node = _document(existing, SERVICE_FILE)
        old = read_service(node, {})
        if old == service:
            return existing
        for text in _attempts(existing, node, normal.plain_service(old), normal.plain_service(service)):
            if read_service(_document(text, SERVICE_FILE), {}) == service:
                return text
    except BadInput:
        pass
    return whole
