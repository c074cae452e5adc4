"""Whether the attacks notice a weak backend: ``python -m tests.attacks.weaknesses [name …]``.

Each weakness is a line of a generated backend made worse. The attacks of one module run on it, on SQLite where that is
enough, and one of them has to succeed, which is to say its test has to fail. The table says which are noticed.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

VARIABLE = "ATTACKS_WEAKNESS"
"""Names the weakness that a session of tests gives to every backend it generates."""


class NothingToWeaken(Exception):
    """The line is not there any more: the weakness has to be written anew."""


@dataclass(frozen=True)
class Weakness:
    """A regular expression in the files of a name, what replaces it, and the attacks that shall notice, on which."""

    file: str
    pattern: str
    instead: str
    attacks: str
    backends: str = "sqlite and not sync"


WEAKNESSES = {
    "signatures are not verified": Weakness(
        "core/security.py", r'\{"require": CLAIMS\}', '{"require": CLAIMS, "verify_signature": False}', "access_tokens"
    ),
    "tokens need no end": Weakness("core/security.py", r'\{"require": CLAIMS\}', "{}", "access_tokens"),
    "tokens do not expire": Weakness(
        "core/security.py", r'\{"require": CLAIMS\}', '{"require": CLAIMS, "verify_exp": False}', "access_tokens"
    ),
    "every HMAC is accepted": Weakness(
        "core/security.py", r"algorithms=\[ALGORITHM\]", 'algorithms=["HS256", "HS384", "HS512"]', "access_tokens"
    ),
    "the version of tokens is not compared": Weakness(
        "api/dependencies.py", r" or user\.token_version != claims\.version", "", "access_tokens"
    ),
    "inactive users may call": Weakness("api/dependencies.py", r"if not user\.is_active", "if False", "access_tokens"),
    "inactive users may refresh": Weakness("services/auth.py", r"if user\.is_active:", "if True:", "access_tokens"),
    "refresh tokens work twice": Weakness(
        "services/auth.py", r"RefreshToken\.used_at\.is_\(None\),", "", "refresh_tokens"
    ),
    "a replay ends nothing": Weakness(
        "services/auth.py", r"await _end_if_used\(session, token\)", "pass", "refresh_tokens"
    ),
    "refresh tokens do not expire": Weakness(
        "services/auth.py", r"RefreshToken\.expires_at > now,", "", "refresh_tokens"
    ),
    "a new password keeps old sessions": Weakness(
        "services/passwords.py", r"await end_sessions\(session, RefreshToken\.user_id == user_id\)", "pass", "passwords"
    ),
    "reset tokens do not expire": Weakness(
        "services/passwords.py", r"PasswordReset\.expires_at > utc_now\(\)", "PasswordReset.id > 0", "passwords"
    ),
    "older reset tokens go on": Weakness(
        "services/passwords.py",
        r"await session\.execute\(\s*delete\(PasswordReset\)\.where\(PasswordReset\.user_id == user\.id\)\s*\)",
        "pass",
        "passwords",
    ),
    "current passwords of any length are hashed": Weakness(
        "core/passwords.py", r"Field\(min_length=1, max_length=LONGEST\)", "Field()", "passwords"
    ),
    "unknown users cost no hash": Weakness(
        "services/auth.py", r"if await auth\.passwords\.match", "if stored and await auth.passwords.match", "accounts"
    ),
    "nothing is locked": Weakness(
        "services/auth.py", r"count >= settings\.max_failed_logins", "count >= 10**6", "accounts"
    ),
    "counts are read, then written": Weakness(
        "services/auth.py", r"failed_login_count=count,", "failed_login_count=1,", "accounts"
    ),
    "locks that ended are renewed by one wrong password": Weakness(
        "services/auth.py",
        r"case\(\(User\.locked_until\.is_\(None\), User\.failed_login_count \+ 1\), else_=1\)",
        "User.failed_login_count + 1",
        "accounts",
    ),
    "signing out keeps access tokens": Weakness(
        "services/auth.py",
        r"token_version=User\.token_version \+ 1",
        "token_version=User.token_version",
        "refresh_tokens",
    ),
    "a new password keeps keys": Weakness(
        "services/passwords.py", r"await end_keys\(session, user_id\)", "pass", "passwords"
    ),
    "keys do not expire": Weakness("services/api_keys.py", r"ApiKey\.expires_at > now", "ApiKey.id > 0", "ownership"),
    "events are logged before they are stored": Weakness(
        "core/audit.py", r"pending\.append\(\(what, user_id, fields\)\)", "record(what, user_id, **fields)", "leaks"
    ),
    "a second connection is taken with one in hand": Weakness(
        "services/auth.py", r"    await session\.commit\(\)\n", "", "connections", "few-connections and not sync"
    ),
    "addresses differ by case": Weakness("schemas/user.py", r"    LowerCased,\n", "", "accounts"),
    "users say what they are": Weakness("core/schemas.py", r'extra="forbid"', 'extra="ignore"', "roles"),
    "anybody lists users": Weakness("api/v1/endpoints/users.py", r"Depends\(current_superuser\)", "", "roles"),
    "roles are not asked for": Weakness("api/dependencies.py", r"and user\.role not in roles", "and False", "roles"),
    "rows of others are found": Weakness("crud/task.py", r"task\.user_id == user\.id", "True", "ownership"),
    "lists hold all rows": Weakness("crud/task.py", r"if not user\.is_superuser", "if False", "ownership"),
    "authors are not compared": Weakness("crud/note.py", r"note\.author_id == user\.id", "True", "ownership"),
    "keys of others are ended": Weakness(
        "services/api_keys.py",
        r"ApiKey\.id == key_id,\s*ApiKey\.user_id == user_id,",
        "ApiKey.id == key_id,",
        "ownership",
    ),
    "CSRF is not checked": Weakness("core/cookies.py", r"if not cookie or", "if False and", "cookies"),
    "an empty bearer passes CSRF": Weakness(
        "api/dependencies.py",
        r"if bearer is not None:\s*return bearer",
        "if bearer is not None:\n        return cookie",
        "cookies",
    ),
    "cookies are for scripts": Weakness("core/cookies.py", r"httponly=hidden", "httponly=False", "cookies"),
    "limits count by claimed addresses": Weakness(
        "core/rate_limit.py",
        r"host = request\.client\.host if request\.client else \"\"",
        'host = request.headers.get("X-Forwarded-For", "").partition(",")[0]',
        "rate_limits",
    ),
    "nothing is limited": Weakness("core/rate_limit.py", r"window\.count > int\(most\)", "False", "rate_limits"),
    "bodies are logged": Weakness("core/errors.py", r'message=item\["msg"\]', 'message=f"{item}"', "leaks"),
    "passwords are logged": Weakness(
        "services/auth.py", r'audit\.record\("wrong_password", ', 'audit.record(f"wrong_password {password}", ', "leaks"
    ),
    "any origin may read": Weakness(
        "core/middleware.py", r"allow_origins=settings\.allowed_origins,", 'allow_origins=["*"],', "leaks"
    ),
}


def weakened(root: Path, name: str) -> None:
    """Make a generated backend weak; one that never had the file is left alone.

    Raises:
        NothingToWeaken: the file has no such line.
    """
    weakness = WEAKNESSES[name]
    path = root / "app" / weakness.file
    if path.is_file():
        text = path.read_text()
        worse, times = re.subn(weakness.pattern, lambda _: weakness.instead, text)
        if not times:
            raise NothingToWeaken(f"{name}: {weakness.file} has no {weakness.pattern}")
        path.write_text(worse)


def main() -> int:
    """Print the table; 1 if a weakness is not noticed."""
    missed = 0
    for name in sys.argv[1:] or WEAKNESSES:
        status, words = _attacked(name)
        found = re.search(r"^FAILED \S+?::(.+?)(?: - .*)?$", words, re.MULTILINE)
        noticed = status == 1 and found is not None
        missed += not noticed
        print(f"| {name} | {found[1] if noticed and found else 'NOT NOTICED: ' + words[-300:]} |", flush=True)
    return int(missed > 0)


def _attacked(name: str) -> tuple[int, str]:
    module = Path(__file__).parent / f"test_{WEAKNESSES[name].attacks}.py"
    chosen = WEAKNESSES[name].backends
    argv = [sys.executable, "-m", "pytest", str(module), "-x", "-k", chosen, "--tb=line", "-rfE"]
    env = {**os.environ, VARIABLE: name}
    done = subprocess.run(
        argv, cwd=module.parents[2], env=env, capture_output=True, text=True, check=False, timeout=300
    )
    return done.returncode, done.stdout


if __name__ == "__main__":
    sys.exit(main())
