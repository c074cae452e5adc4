"""Secrets in text: found by anchored patterns, replaced by ``[redacted:kind]``.

A pattern is anchored on both sides, so that ``task-…`` is no key and ``password: string`` no password. The replacement
matches no pattern: redacting twice changes nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_PREFIXED = {
    "aws-access-key": r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}",
    "github-token": r"(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{22,255})",
    "gitlab-token": r"glpat-[A-Za-z0-9_-]{20,255}",
    "anthropic-key": r"sk-ant-[A-Za-z0-9_-]{20,255}",
    "openai-key": r"sk-(?:proj|svcacct|admin|None|or-v1)-[A-Za-z0-9_-]{20,255}",
    "api-key": r"sk-(?=[A-Za-z]*[0-9])[A-Za-z0-9]{32,255}",
    "slack-token": r"xox[abeoprs]-[A-Za-z0-9-]{10,255}",
    "stripe-key": r"(?:(?:sk|rk)_(?:live|test)_|whsec_)[A-Za-z0-9]{16,255}",
    "google-key": r"AIza[A-Za-z0-9_-]{35}",
    "huggingface-token": r"hf_[A-Za-z0-9]{34}",
    "npm-token": r"npm_[A-Za-z0-9]{36}",
    "pypi-token": r"pypi-AgE[A-Za-z0-9_-]{50,255}",
    "sendgrid-key": r"SG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{16,64}",
    "jwt": r"eyJ[A-Za-z0-9_-]{8,4096}\.eyJ[A-Za-z0-9_-]{8,8192}\.[A-Za-z0-9_-]{0,4096}",
}
_PRIVATE_KEY = (
    r"-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----"
    r"(?:[^-]{0,20000}-----END (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----|[A-Za-z0-9+/=\s\\]{0,20000})"
)
_AWS_PAIR = r"(?i:aws.{0,20}?(?:secret|key).{0,20}?)[=:]\s*[\"']?(?P<secret>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])"
_SLACK_HOOK = r"hooks\.slack\.com/services/(?P<secret>[A-Za-z0-9/_-]{20,120})"
_URL = (
    r"(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]{0,30}://[^\s/:@\"'<>`\[\]]{0,256}:"
    r"(?P<secret>[^\s/\"'<>`\[\]]{1,512})@(?=[A-Za-z0-9\[\$\{%])"
)
_BEARER = r"(?i:\b(?:bearer|basic))\s+(?P<secret>(?=[A-Za-z._~+/-]{0,200}[0-9])[A-Za-z0-9._~+/-]{20,4096}={0,2})"
_WORD = (
    r"(?:passwords?|passwd|pwd|passphrase|secret(?:[_-]?key)?|api[_-]?key|access[_-]?key|private[_-]?key|signing[_-]?key"
    r"|encryption[_-]?key|client[_-]?secret|(?:access|auth|refresh|bearer|api|secret)[_-]?token|token)"
)
_ASSIGNED = (
    rf"(?<![A-Za-z0-9])(?:[A-Za-z0-9]{{1,40}}[_-]){{0,6}}?(?i:(?P<key>{_WORD}))[\"']?"
    r"(?P<sign>[ \t]{0,4}(?:=|:=|:|=>)[ \t]{0,4})(?![=>])"
    r"(?:(?P<quote>[\"'])(?P<quoted>[^\"'\s]{1,512})(?P=quote)|(?P<bare>[^\s\"'`,;()<>{}|\[\]]{1,512}+)(?!\())"
)
_HOME = (
    r"(?P<secret>(?<![\w./~-])(?:/home/[^\s/\"'`:]{1,64}(?=/)|/Users/[^\s/\"'`:]{1,64}(?=/)"
    r"|/mnt/[a-z]/(?i:users)/[^\s/\"'`:]{1,64}|/root(?=/)"
    r"|[A-Za-z]:[\\/]{1,2}(?i:users)[\\/]{1,2}[^\s\\/\"'`:]{1,64}))"
)

_STAND_INS = """
    string str text varchar char int integer number float decimal bool boolean uuid date datetime email url
    bytes object array list secretstr jwt bearer basic oauth oauth2 api none null nil undefined true false yes
    no optional required unique hashed encrypted hidden field column header cookie query body hash hasher bcrypt
    argon2 argon2id scrypt sha256 sha512 md5 pbkdf2 hs256 rs256 es256 base64 utf8 uuid4 uuid7 int32 int64 min
    max any every write-only writeonly write_only readonly nullable placeholder example sample redacted password
    passwords token secret changed
"""
_NO_SECRETS = frozenset(_STAND_INS.split())


@dataclass(frozen=True)
class Secret:
    """A secret's kind and where it lies in the text, from ``start`` to before ``end``."""

    kind: str
    start: int
    end: int


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    edges = {kind: rf"(?<![A-Za-z0-9_-])(?P<secret>{body})(?![A-Za-z0-9_])" for kind, body in _PREFIXED.items()}
    named = {
        "private-key": f"(?P<secret>{_PRIVATE_KEY})",
        "aws-secret-key": _AWS_PAIR,
        "slack-webhook": _SLACK_HOOK,
        "url-password": _URL,
        "bearer-token": _BEARER,
    }
    return tuple((kind, re.compile(body)) for kind, body in {**edges, **named}.items())


@lru_cache(maxsize=1)
def _assigned() -> re.Pattern[str]:
    return re.compile(_ASSIGNED)


@lru_cache(maxsize=1)
def _home() -> re.Pattern[str]:
    return re.compile(_HOME)


def secrets(text: str) -> tuple[Secret, ...]:
    """Return the secrets in a text, in order, none overlapping another."""
    found = [
        Secret(kind, *match.span("secret"))
        for kind, pattern in _patterns()
        for match in pattern.finditer(text)
        if not _is_stand_in(match["secret"])
    ]
    found += [secret for match in _assigned().finditer(text) if (secret := _assigned_secret(match))]
    return _apart(found)


def home_paths(text: str) -> tuple[Secret, ...]:
    """Return the parts of paths that lead to a person's home folder, as ``/home/ann`` in ``/home/ann/shop``."""
    return tuple(Secret("home", *match.span("secret")) for match in _home().finditer(text))


def redact(text: str) -> str:
    """Return the text with ``[redacted:kind]`` for every secret in it."""
    return replaced(text, secrets(text))


def redact_private(text: str) -> str:
    """Return the text with ``[redacted:kind]`` for every secret and for every home folder in it."""
    text = redact(text)
    return replaced(text, home_paths(text))


def replaced(text: str, found: tuple[Secret, ...]) -> str:
    """Return the text with each of these places replaced by its kind."""
    parts: list[str] = []
    at = 0
    for secret in found:
        parts += [text[at : secret.start], f"[redacted:{secret.kind}]"]
        at = secret.end
    return "".join([*parts, text[at:]])


def _apart(found: list[Secret]) -> tuple[Secret, ...]:
    """Return them in order; of overlapping ones the longer, which is named first where they are the same."""
    kept: list[Secret] = []
    for secret in sorted(found, key=lambda s: (s.start, -s.end)):
        if kept and secret.start < kept[-1].end:
            if secret.end > kept[-1].end:
                kept[-1] = Secret(kept[-1].kind, kept[-1].start, secret.end)
            continue
        kept.append(secret)
    return tuple(kept)


def _assigned_secret(match: re.Match[str]) -> Secret | None:
    group = "quoted" if match["quoted"] is not None else "bare"
    value = match[group].rstrip(".!?") if group == "bare" else match[group]
    if _is_stand_in(value) or not _looks_assigned(match, value, quoted=group == "quoted"):
        return None
    kind = "password" if match["key"].lower().startswith("pass") or match["key"].lower() == "pwd" else "secret"
    start = match.start(group)
    return Secret(kind, start, start + len(value))


def _looks_assigned(match: re.Match[str], value: str, *, quoted: bool) -> bool:
    """Tell a value from prose and code: quoted, or joined by a bare ``=``, or of letters and digits mixed."""
    if value.lower() == match["key"].lower() or len(value) < 4:  # noqa: PLR2004 - shorter says nothing
        return False
    if quoted:
        return True
    if match["sign"] == "=":
        return not re.fullmatch(r"[A-Za-z_][A-Za-z_]*(?:\.[A-Za-z_]+)+|[0-9]{1,6}", value)
    mixed = bool(re.search(r"[0-9]", value)) and bool(re.search(r"[A-Za-z]", value))
    return mixed and len(value) >= 6 and ".." not in value  # noqa: PLR2004 - `a..b` is a range of the spec


def _is_stand_in(value: str) -> bool:
    """Say whether this names a value without being one: a type, a placeholder, a variable."""
    return (
        value.strip("*_.").lower() in {"", *_NO_SECRETS}
        or value[0] in "$<{%*["
        or set(value.lower()) <= {"x", "-", "."}
        or value.startswith(("settings.", "os.", "env.", "config.", "self.", "process.env"))
    )
