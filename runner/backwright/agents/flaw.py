"""What is wrong with a definition, by code, before it is known which file it is in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from backwright.errors import Place
from backwright.finding import Finding, Severity

_INVISIBLE = dict.fromkeys((*range(32), *range(127, 160)), "\N{REPLACEMENT CHARACTER}")


class Code(StrEnum):
    """The codes of findings on definitions; they never change their meaning.

    ``FM`` is about the file and its frontmatter (agents and skills alike), ``AG`` about an agent's fields, ``SK``
    about a skill's. An error means that there is no definition to use; whatever could be read is a warning.
    """

    UNREADABLE = "FM001"
    TOO_LARGE = "FM002"
    NOT_UTF8 = "FM003"
    BYTE_ORDER_MARK = "FM004"
    CONTROL_CHARACTER = "FM005"
    LINE_ENDINGS = "FM006"
    LEADING_BLANK = "FM010"
    TEXT_BEFORE = "FM011"
    NO_OPENING = "FM012"
    NO_CLOSING = "FM013"
    ODD_FENCE = "FM014"
    NO_FRONTMATTER = "FM015"
    NOT_YAML = "FM020"
    COLON = "FM021"
    COLUMN_0 = "FM022"
    ALIAS = "FM023"
    COLON_LATER = "FM024"
    TEMPLATE = "FM025"
    TAG = "FM026"
    TAB = "FM027"
    DUPLICATE_KEY = "FM028"
    NESTING = "FM029"
    STRAY_LINE = "FM030"
    LARGE_FRONTMATTER = "FM031"

    NO_NAME = "AG001"
    NO_DESCRIPTION = "AG002"
    BAD_NAME = "AG003"
    NAME_STYLE = "AG004"
    UNKNOWN_KEY = "AG010"
    MEANT_KEY = "AG011"
    KEY_TWICE = "AG012"
    WRONG_TYPE = "AG020"
    WRONG_CASE = "AG021"
    BAD_VALUE = "AG022"
    LITERAL_NEWLINE = "AG023"
    ALL_TOOLS = "AG030"
    UNKNOWN_TOOL = "AG031"
    LEGACY_TOOL = "AG032"
    NO_TOOLS = "AG033"

    SKILL_NO_NAME = "SK001"
    SKILL_NO_DESCRIPTION = "SK002"
    SKILL_BAD_NAME = "SK003"
    SKILL_NOT_ITS_FOLDER = "SK004"
    SKILL_TOO_LONG = "SK005"
    SKILL_UNKNOWN_KEY = "SK010"
    SKILL_MEANT_KEY = "SK011"
    SKILL_KEY_TWICE = "SK012"
    SKILL_WRONG_TYPE = "SK020"
    SKILL_SCRIPT = "SK030"


@dataclass(frozen=True)
class Flaw:
    """One thing wrong at one line of the file (counted from 1), what was made of it, and what would mend it."""

    code: Code
    line: int
    message: str
    fix: str | None = None
    severity: Severity = Severity.WARNING

    def at(self, path: Path) -> Finding:
        """Return the finding, now that the file is known."""
        message = self.message.translate(_INVISIBLE)
        return Finding(self.code, self.severity, Place(shown_path(path), self.line), message, self.fix)


def shown_path(path: Path) -> str:
    """Return a path that any terminal and any file can hold, whatever bytes the name is made of."""
    return str(path).encode("utf-8", "replace").decode("utf-8").translate(_INVISIBLE)
