"""Those who call a running backend: somebody who may do everything and two users; nobody where it does not ask."""

from __future__ import annotations

import json
import re
import subprocess
import time
import urllib.parse
import urllib.request
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, Any

from tests.quality.processes import environment, python

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

EMAIL, FIRST, SECOND, THIRD = "root@example.com", "Correct-horse-7", "Another-horse-8", "Last-horse-9"
USERS = ("alice", "bob")
OFTEN = "999999/second"
MAILED = re.compile(r"#token=(\S+)")


@dataclass(frozen=True)
class SignedIn:
    """Headers that say who calls, and the operations that were answered 2xx on the way there."""

    headers: Mapping[str, str]
    answered: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True)
class Session:
    """What somebody got for a password; ``csrf`` is empty where tokens are not in cookies."""

    access: str
    refresh: str
    csrf: str = ""


def has_auth(root: Path) -> bool:
    """Whether a backend has accounts."""
    return (root / "app" / "create_superuser.py").is_file()


def settings(root: Path) -> dict[str, str]:
    """Return settings under which a fuzzer is neither held up nor signed out."""
    if not has_auth(root):
        return {}
    limits = dict.fromkeys(("LOGIN", "REGISTER", "REFRESH", "ACCOUNT", "RECOVERY"), OFTEN)
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
    prefix = _prefix(document)
    answered = {("POST", f"{prefix}/login")}

    def post(path: str, body: object, headers: Mapping[str, str] | None = None) -> None:
        answered.add(("POST", f"{prefix}{path}"))
        _post(f"{url}{prefix}{path}", body, headers or {})

    first = _log_in(f"{url}{prefix}", EMAIL, FIRST)
    if first.csrf:
        cookies = (f"__Secure-refresh_token={first.refresh}", f"__Host-csrf_token={first.csrf}")
        post("/refresh", None, {"Cookie": "; ".join(cookies), "X-CSRF-Token": first.csrf})
    else:
        post("/refresh", {"refresh_token": first.refresh})
    post("/password", {"current_password": FIRST, "new_password": SECOND}, _bearer(first))
    post("/password-reset", {"email": EMAIL})
    post("/password-reset/confirm", {"token": _mailed(log), "new_password": THIRD})
    return SignedIn(_bearer(_log_in(f"{url}{prefix}", EMAIL, THIRD)), frozenset(answered))


def sign_in_users(url: str, document: Mapping[str, Any], superuser: SignedIn) -> dict[str, SignedIn]:
    """Make two users and sign them in, by cookies where the backend has them; they get no more than any user."""
    prefix = _prefix(document)
    register = f"{prefix}/register"
    path = register if register in document["paths"] else prefix.removesuffix("/auth") + "/users"
    found = {}
    for name in USERS:
        email = f"{name}@example.com"
        _post(f"{url}{path}", {"email": email, "password": FIRST}, superuser.headers)
        session = _log_in(f"{url}{prefix}", email, FIRST)
        found[name] = SignedIn(_cookies(session) if session.csrf else _bearer(session))
    return found


def _prefix(document: Mapping[str, Any]) -> str:
    return next(str(path) for path in document["paths"] if path.endswith("/auth/login")).removesuffix("/login")


def _log_in(url: str, email: str, password: str) -> Session:
    form = urllib.parse.urlencode({"username": email, "password": password}).encode()
    with urllib.request.urlopen(f"{url}/login", form, timeout=30) as response:
        body = json.load(response)
        jar = SimpleCookie("; ".join(line.partition(";")[0] for line in response.headers.get_all("Set-Cookie", [])))
    if "access_token" in body:
        return Session(body["access_token"], body["refresh_token"])
    return Session(jar["__Host-access_token"].value, jar["__Secure-refresh_token"].value, body["csrf_token"])


def _bearer(session: Session) -> dict[str, str]:
    return {"Authorization": f"Bearer {session.access}"}


def _cookies(session: Session) -> dict[str, str]:
    """Return what a browser sends with a change, but for the refresh token: a session that is refreshed moves on."""
    cookies = f"__Host-access_token={session.access}; __Host-csrf_token={session.csrf}"
    return {"Cookie": cookies, "X-CSRF-Token": session.csrf}


def _mailed(log: Path) -> str:
    """Return the token of the last mail on the server's console, which comes soon after the answer."""
    for _ in range(50):
        if found := MAILED.findall(log.read_text(encoding="utf-8")):
            return str(found[-1])
        time.sleep(0.1)
    return ""


def _post(url: str, body: object, headers: Mapping[str, str]) -> None:
    data = b"" if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json", **headers}, method="POST")
    with urllib.request.urlopen(request, timeout=30) as response:
        response.read()
