"""Somebody who may do everything, signed in to a running backend; nobody where it does not ask who calls."""

from __future__ import annotations

import json
import re
import subprocess
import time
import urllib.parse
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.quality.processes import environment, python

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

EMAIL, FIRST, SECOND, THIRD = "root@example.com", "Correct-horse-7", "Another-horse-8", "Last-horse-9"
OFTEN = "999999/second"
MAILED = re.compile(r"#token=(\S+)")


@dataclass(frozen=True)
class SignedIn:
    """Headers that say who calls, and the operations that were answered 2xx on the way there."""

    headers: Mapping[str, str]
    answered: frozenset[tuple[str, str]] = frozenset()


def has_auth(root: Path) -> bool:
    """Whether a backend has accounts."""
    return (root / "app" / "create_superuser.py").is_file()


def settings(root: Path) -> dict[str, str]:
    """Return settings under which a fuzzer is neither held up nor signed out."""
    if not has_auth(root):
        return {}
    limits = dict.fromkeys(("LOGIN", "REGISTER", "REFRESH", "RECOVERY"), OFTEN)
    return {
        "SECRET_KEY": "a key for measuring, which is long enough",
        "ACCESS_TOKEN_EXPIRE_MINUTES": "1440",
        "PASSWORD_HASH_KIB": "8",
        "PASSWORD_HASH_ROUNDS": "1",
        **{f"RATE_LIMIT_{route}": limit for route, limit in limits.items()},
    }


def make_superuser(root: Path, env: Mapping[str, str]) -> None:
    """Run the command that makes a superuser.

    Raises:
        subprocess.CalledProcessError: It failed.
    """
    command = python("-m", "app.create_superuser", EMAIL)
    subprocess.run(command, cwd=root, env=environment(env), input=f"{FIRST}\n", text=True, check=True)


def sign_in(root: Path, url: str, document: Mapping[str, Any], log: Path) -> SignedIn:
    """Sign in as the superuser, after changing the password, resetting it by mail and refreshing a session."""
    if not has_auth(root):
        return SignedIn({})
    prefix = next(path for path in document["paths"] if path.endswith("/auth/login")).removesuffix("/login")
    answered = set()

    def post(path: str, body: object, token: str = "") -> Any:
        answered.add(("POST", f"{prefix}{path}"))
        return _post(f"{url}{prefix}{path}", body, token)

    def login(word: str) -> Any:
        answered.add(("POST", f"{prefix}/login"))
        form = urllib.parse.urlencode({"username": EMAIL, "password": word}).encode()
        with urllib.request.urlopen(f"{url}{prefix}/login", form, timeout=30) as response:
            return json.load(response)

    first = login(FIRST)
    post("/refresh", {"refresh_token": first["refresh_token"]})
    post("/password", {"current_password": FIRST, "new_password": SECOND}, first["access_token"])
    post("/password-reset", {"email": EMAIL})
    post("/password-reset/confirm", {"token": _mailed(log), "new_password": THIRD})
    return SignedIn({"Authorization": f"Bearer {login(THIRD)['access_token']}"}, frozenset(answered))


def _mailed(log: Path) -> str:
    """Return the token of the last mail on the server's console, which comes soon after the answer."""
    for _ in range(50):
        if found := MAILED.findall(log.read_text(encoding="utf-8")):
            return str(found[-1])
        time.sleep(0.1)
    return ""


def _post(url: str, body: object, token: str) -> Any:
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    request = urllib.request.Request(url, json.dumps(body).encode(), headers, method="POST")
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.loads(response.read() or b"null")
