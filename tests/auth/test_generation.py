"""What is written about authentication is clean in every option, and nothing of it is there without it."""

from __future__ import annotations

import itertools
import re
import subprocess
import sys
from pathlib import Path

import pytest
from backwright.codegen.assemble import ruff_binary
from backwright.skills.generate import generate
from backwright.spec.model import AuthSpec

from tests.auth.generating import EVERYTHING, NONE, STYLES, backend, texts
from tests.skills_app.building import write

TRACES = re.compile(
    r"\b(auth|authorization|authenticat\w*|jwt|pyjwt|pwdlib|argon2|passwords?|login|logout|tokens?|cookies?|csrf|"
    r"superuser|current_user|redis|smtp|mailer|audit|secret_key|api_key|users?|401|403|429)\b",
    re.IGNORECASE,
)
ELSEWHERE = re.compile(
    r"user:password@|POSTGRES_(USER|PASSWORD)|USER app|useradd|--username app|u:p@|"
    r"token = request_id|reset\(token\)|\?token=secret|user\{number|whose user may|\bUser-Agent\b"
)
"""Words that mean something else: of databases, containers and variables."""


def clean(spec_folder: Path) -> str:
    checked = [ruff_binary(), "check", "--no-cache", "--output-format", "concise", "."]
    formatted = [ruff_binary(), "format", "--no-cache", "--check", "."]
    done = [
        subprocess.run(argv, cwd=spec_folder, capture_output=True, text=True, check=False)
        for argv in (checked, formatted)
    ]
    return "".join(one.stdout + one.stderr for one in done if one.returncode)


@pytest.mark.slow
@pytest.mark.parametrize("style", STYLES)
def test_every_combination_of_options_is_clean_python(tmp_path: Path, style: str) -> None:
    flags = itertools.product(
        ("jwt", "api_key"), (False, True), (False, True), ((), ("admin",)), ((), EVERYTHING.profile)
    )
    for number, (kind, cookie, registration, roles, profile) in enumerate(flags):
        auth = AuthSpec(kind=kind, cookie=cookie, registration=registration, roles=roles, profile=profile)
        folder = write(generate(backend(style, auth)), tmp_path / str(number))
        assert not clean(folder), auth


@pytest.mark.slow
@pytest.mark.parametrize("style", STYLES)
def test_all_options_together_pass_their_own_types_and_tests(tmp_path: Path, style: str) -> None:
    folder = write(generate(backend(style, EVERYTHING)), tmp_path)
    commands = (["mypy"], ["bandit", "--quiet", "--recursive", "app"], ["pytest", "-q", "-p", "no:cacheprovider"])
    for command in commands:
        done = subprocess.run([sys.executable, "-m", *command], cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


@pytest.mark.parametrize("style", STYLES)
def test_without_authentication_there_is_no_trace_of_it(style: str) -> None:
    found = [
        f"{path}: {line.strip()}"
        for path, text in texts(backend(style, NONE)).items()
        for line in (str(path), *text.splitlines())
        if TRACES.search(line) and not ELSEWHERE.search(line)
    ]
    assert not found


@pytest.mark.parametrize("style", STYLES)
def test_tokens_alone_leave_no_trace_of_keys_and_cookies(style: str) -> None:
    generated = texts(backend(style, AuthSpec(kind="jwt")))
    words = re.compile(r"\b(X-API-Key|api_keys?|csrf\w*|CookieToken|set_cookies|require_role)\b", re.IGNORECASE)
    found = [f"{path}: {line}" for path, text in generated.items() for line in text.splitlines() if words.search(line)]
    assert not [line for line in found if "csrf_failed" not in line]


def test_every_setting_is_explained() -> None:
    generated = texts(backend("async by layer", EVERYTHING))
    config = next(text for path, text in generated.items() if str(path) == "app/config.py")
    example = next(text for path, text in generated.items() if str(path) == ".env.example")
    settings = re.findall(r"^    (\w+): .*=", config, re.MULTILINE)
    assert "secret_key" in settings
    assert [name for name in settings if f"\n{name.upper()}=" not in f"\n{example}"] == []


def test_said_limits_are_the_defaults() -> None:
    auth = AuthSpec(kind="jwt", rate_limits={"login": "3/hour", "password_reset": "1/day"})
    config = next(text for path, text in texts(backend("async by layer", auth)).items() if str(path) == "app/config.py")
    assert 'rate_limit_login: RateLimit = "3/hour"' in config
    assert 'rate_limit_recovery: RateLimit = "1/day"' in config
    assert 'rate_limit_refresh: RateLimit = "30/minute"' in config
