"""Read a skill's folder into its spec."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

from backwright.agents.document import Document, read_document
from backwright.agents.fields import Fields, KeyCodes, fields_of, split_names
from backwright.agents.flaw import Code, Flaw
from backwright.agents.node import Map, Scalar, Seq
from backwright.agents.reader import kebab
from backwright.agents.values import values
from backwright.finding import Severity
from backwright.skills.folder import Contents, TooMuch, read_folder
from backwright.skills.spec import SkillFile, SkillSpec

_CODES = KeyCodes(Code.SKILL_UNKNOWN_KEY, Code.SKILL_MEANT_KEY, Code.SKILL_KEY_TWICE, Code.SKILL_WRONG_TYPE)
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
_FILE_NAMES = ("SKILL.md", "skill.md")
_TOOL = re.compile(r"[^\s,(]+(?:\([^()]*\))?")


def skill_file(folder: Path) -> Path | None:
    """Return the file that makes a folder a skill."""
    return next((folder / name for name in _FILE_NAMES if (folder / name).is_file()), None)


def read_skill(folder: Path, *, scope: str = "path") -> SkillFile:
    """Return the skill in a folder with everything that had to be said about it; its content never raises."""
    path = skill_file(folder) or folder / _FILE_NAMES[0]
    try:
        contents = read_folder(folder)
    except (TooMuch, OSError) as error:
        flaw = Flaw(Code.TOO_LARGE, 1, f"the folder cannot be read: {error}", severity=Severity.ERROR)
        return SkillFile(None, (flaw.at(path),), path, scope)
    data = contents.files.get(PurePosixPath(path.name))
    if data is None or len(data) > values().limits.file:
        flaw = Flaw(Code.UNREADABLE, 1, "no file SKILL.md that can be read", severity=Severity.ERROR)
        return SkillFile(None, (flaw.at(path),), path, scope)
    spec, flaws = _spec(read_document(data, values().skill_keys), contents, scope)
    return SkillFile(spec, tuple(flaw.at(path) for flaw in flaws), path, scope)


def _spec(document: Document, contents: Contents, scope: str) -> tuple[SkillSpec | None, tuple[Flaw, ...]]:
    if document.fields is None:
        return None, document.flaws
    fields = fields_of(document, values().skill_keys, _CODES)
    description = fields.text("description")
    if not description:
        flaw = Flaw(
            Code.SKILL_NO_DESCRIPTION,
            document.first_line,
            "the skill has no description",
            "add `description:`",
            Severity.ERROR,
        )
        return None, (*document.flaws, *fields.flaws, flaw)
    metadata = _metadata(fields)
    limits = values().limits
    _say_long(fields, "description", limits.skill_description)
    _say_long(fields, "compatibility", limits.skill_compatibility)
    spec = SkillSpec(
        name=_name(fields, contents.folder),
        description=description,
        folder=contents.folder,
        body=document.body,
        digest=contents.digest,
        license=fields.text("license"),
        compatibility=fields.text("compatibility"),
        metadata=metadata,
        allowed_tools=_allowed_tools(fields),
        build=_script(fields, metadata, "build", contents),
        review=_script(fields, metadata, "review", contents),
        requires=_words(metadata.get("requires", "")),
        aliases=_words(metadata.get("aliases", "")),
        origin=scope,
        files=contents.files,
    )
    return spec, (*document.flaws, *fields.flaws)


def _name(fields: Fields, folder: Path) -> str:
    """Return the name; it may differ from the folder's, and where there is none the folder's is taken."""
    written = fields.text("name")
    at = fields.document.first_line
    if not written:
        name = kebab(folder.name) or "skill"
        message = f"the skill has no name; its folder's was taken, `{name}`"
        fields.flaws.append(Flaw(Code.SKILL_NO_NAME, at, message, f"add `name: {name}`"))
        return name
    node = fields.by_key["name"]
    name = written
    if not _NAME.match(written) or len(written) > values().limits.skill_name:
        name = kebab(written)[: values().limits.skill_name].strip("-") or kebab(folder.name) or "skill"
        message = f"{written[:80]!r} is no name for a skill; it was read as `{name}`"
        fields.say(Code.SKILL_BAD_NAME, node, message, f"write `{name}`")
    if name != folder.name:
        message = f"the skill `{name}` is in a folder `{folder.name}`; some programs will not load it"
        fields.say(Code.SKILL_NOT_ITS_FOLDER, node, message, "give both the same name")
    return name


def _say_long(fields: Fields, key: str, limit: int) -> None:
    text = fields.text(key)
    if text is not None and len(text) > limit:
        message = f"`{key}` has {len(text)} characters; {limit} are allowed"
        fields.say(Code.SKILL_TOO_LONG, fields.by_key[key], message, "shorten it")


def _metadata(fields: Fields) -> dict[str, str]:
    node = fields.by_key.get("metadata")
    if node is None or (isinstance(node, Scalar) and node.is_null):
        return {}
    if not isinstance(node, Map):
        fields.say(Code.SKILL_WRONG_TYPE, node, "`metadata` is no mapping; it was left out", "write `key: value` lines")
        return {}
    found: dict[str, str] = {}
    for key, value in node.pairs:
        if isinstance(value, Scalar):
            found[key.text] = value.text
            continue
        words = [item.text for item in value.items if isinstance(item, Scalar)] if isinstance(value, Seq) else []
        taken = "its words were taken" if words else "it was left out"
        fields.say(Code.SKILL_WRONG_TYPE, value, f"`metadata.{key.text}` is no text; {taken}", "write text")
        if words:
            found[key.text] = " ".join(words)
    return found


def _allowed_tools(fields: Fields) -> tuple[str, ...] | None:
    node = fields.by_key.get("allowed-tools")
    if isinstance(node, Scalar):
        return None if node.is_null else tuple(dict.fromkeys(_TOOL.findall(node.text)))
    return fields.names("allowed-tools")


def _script(fields: Fields, metadata: dict[str, str], what: str, contents: Contents) -> PurePosixPath | None:
    named = metadata.get(what)
    if not named:
        return None
    path = PurePosixPath(named)
    if path in contents.files and path.suffix == ".py":
        return path
    node = fields.by_key["metadata"]
    message = f"`metadata.{what}` names `{named[:80]}`, which is no Python file of this folder"
    fields.say(
        Code.SKILL_SCRIPT, node, message, f"name one, such as `scripts/{contents.folder.name.replace('-', '_')}.py`"
    )
    return None


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for part in split_names(text) for word in part.split())
