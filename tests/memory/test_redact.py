"""Secrets are found, and nothing else is."""

from __future__ import annotations

import pytest
from backwright.memory.hidden import hidden_characters
from backwright.memory.redact import redact, redact_private, secrets
from hypothesis import given, settings
from hypothesis import strategies as st

# Put together here, so that no scanner takes this file for a leak.
ANTHROPIC = "sk-" + "ant-api03-" + "aB3_" * 12
OPENAI = "sk-" + "proj-" + "Zy9-" * 12
OLD_OPENAI = "sk-" + "abc123DEF456" * 4
GITHUB = "ghp_" + "a1B2c3" * 6
AWS = "AKIA" + "IOSFODNN7EXAMPLE"
JWT = "eyJ" + "hbGciOiJIUzI1NiJ9" + ".eyJ" + "zdWIiOiIxMjM0NTY3ODkwIn0" + ".dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"
PRIVATE = "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIEow\nIBAAKC\n-----END RSA " + "PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("text", "kind", "secret"),
    [
        (f"use {ANTHROPIC} please", "anthropic-key", ANTHROPIC),
        (f"key={OPENAI}.", "openai-key", OPENAI),
        (f"({OLD_OPENAI})", "api-key", OLD_OPENAI),
        (f"token {GITHUB}", "github-token", GITHUB),
        (f"id {AWS}", "aws-access-key", AWS),
        (
            "aws_secret_access_key = " + "wJalrXUtnFEMI/K7MDENG/" + "bPxRfiCYEXAMPLEKEY",
            "aws-secret-key",
            "wJalrXUtnFEMI",
        ),
        (f"Authorization: Bearer {JWT}", "", JWT),
        ("Authorization: Bearer abcdef0123456789abcdef", "bearer-token", "abcdef0123456789abcdef"),
        (PRIVATE, "private-key", "MIIEow"),
        (PRIVATE.split("-----END", maxsplit=1)[0], "private-key", "MIIEow"),
        ("postgresql://app:hunter2@db/shop", "url-password", "hunter2"),
        ("postgresql://app:p@ss:word@db/shop", "url-password", "p@ss:word"),
        ("redis://:hunter2@cache:6379/0", "url-password", "hunter2"),
        ("password=hunter2", "password", "hunter2"),
        ("DB_PASSWORD=correcthorse", "password", "correcthorse"),
        ("password: hunter2", "password", "hunter2"),
        ('{"password": "correct-horse"}', "password", "correct-horse"),
        ("SECRET_KEY='abcdabcd'", "secret", "abcdabcd"),
        ("X-Api-Key: 9f8e7d6c5b4a", "secret", "9f8e7d6c5b4a"),
        ("/callback?token=a1b2c3d4e5", "secret", "a1b2c3d4e5"),
    ],
)
def test_a_secret_is_replaced_by_its_kind(text: str, kind: str, secret: str) -> None:
    written = redact(text)
    assert secret not in written
    assert f"[redacted:{kind}" in written


@pytest.mark.parametrize(
    "text",
    [
        "task-abcdefghijklmnopqrstuvwxyzabcdefghijklmnop and risk-assessment, ask-0123456789012345678901234567890123",
        "add users with email, password: string and token: text",
        "password: str = Field(min_length=8)",
        "password: string(8..64)",
        "password = get_password_hash(plain)",
        "token=create_access_token(data)",
        "password=settings.password",
        "the password is at least 8 characters long; passwords: hashed",
        "POSTGRES_PASSWORD=${DB_PASSWORD}",
        "api_key: <your key>",
        "access_token_expire_minutes=30",
        "token=30",
        "registration, login and profile management with JWT auth and PostgreSQL",
        "requires Bearer authentication for every administrator-only endpoint",
        "http://localhost:8000/docs and mail@example.com, also http://host:8000/users/@me",
        "sk-learn and scikit-learn; sk-",
        "3f786850e387550fdab836ed7e6dc881de23001b is a commit",
        "secret: required, unique",
        "AKIA is a prefix",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redact(text) == text


@given(st.text(max_size=300))
@settings(max_examples=200)
def test_redacting_twice_changes_nothing(text: str) -> None:
    once = redact_private(f"password={text} {AWS} postgresql://a:{text}@b /home/ann/{text}")
    assert redact_private(once) == once


def test_home_folders_are_redacted_and_routes_are_not() -> None:
    assert redact_private("see /home/ann/shop/spec.md") == "see [redacted:home]/shop/spec.md"
    assert redact_private(r"see C:\Users\ann\shop") == r"see [redacted:home]\shop"
    assert redact_private("see /mnt/c/Users/ann/shop") == "see [redacted:home]/shop"
    routes = "add GET /home/feed and /users/me/orders, /api/v1/users/ann/orders"
    assert redact_private(routes) == routes


def test_neighbouring_secrets_are_each_named() -> None:
    assert [s.kind for s in secrets(f"{AWS} {GITHUB}")] == ["aws-access-key", "github-token"]


@pytest.mark.parametrize("unit", ["a.", "password", "a_", "eyJ", "-----BEGIN PRIVATE KEY-----", "aws key ", "://a:"])
def test_long_input_is_read_to_its_end(unit: str) -> None:
    text = unit * (100_000 // len(unit))  # a pattern that tries every split would not come back
    assert redact(f"{text} the end").endswith((" the end", "[redacted:private-key]"))


def test_hidden_characters_are_found_where_they_are() -> None:
    assert [(h.line, h.column) for h in hidden_characters("plain\nids\u200b: \u202euuid")] == [(2, 4), (2, 7)]
    assert "TAG LATIN SMALL LETTER A" in hidden_characters("x\U000e0061")[0].name


def test_visible_text_of_any_script_hides_nothing() -> None:
    assert hidden_characters("\ufeffnaïve 日本語 \u0645\u200c\u0641 👩\u200d💻\r\n\ttab") == ()
