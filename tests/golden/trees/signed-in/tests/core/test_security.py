"""Passwords and keys: what they cost and where they are kept."""

import asyncio
import stat
from pathlib import Path
from threading import Lock
from time import sleep

import pytest
from pwdlib import PasswordHash
from pydantic import SecretStr

from app.config import Settings
from app.core.security import Passwords, digest, new_token, signing_key
from tests.accounts import CORRECT, WRONG

pytestmark = pytest.mark.anyio


async def test_hash_costs_what_the_settings_say(settings: Settings) -> None:
    dear = settings.model_copy(
        update={"password_hash_rounds": 2, "password_hash_kib": 16}
    )

    stored = await Passwords(dear).hash(CORRECT)

    assert stored.startswith("$argon2id$v=19$m=16,t=2,p=1$")
    assert await Passwords(settings).match(CORRECT, stored)
    assert not await Passwords(settings).match(WRONG, stored)


async def test_nobody_has_a_password(settings: Settings) -> None:
    assert not await Passwords(settings).match(CORRECT, None)
    assert not await Passwords(settings).match("", "")


class Crowd:
    """Counts those who do something at the same time."""

    def __init__(self) -> None:
        """Start with nobody."""
        self.most = self._inside = 0
        self._lock = Lock()

    def join(self, *_work: object) -> str:
        """Stay a moment; the answer is good as a hash and as a comparison."""
        with self._lock:
            self._inside += 1
            self.most = max(self.most, self._inside)
        sleep(0.02)
        with self._lock:
            self._inside -= 1
        return "done"


async def test_only_so_many_passwords_are_hashed_at_a_time(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd = Crowd()
    monkeypatch.setattr(PasswordHash, "hash", crowd.join)
    monkeypatch.setattr(PasswordHash, "verify", crowd.join)
    few = settings.model_copy(update={"password_hash_parallel": 2})
    passwords = Passwords(few)

    work = [passwords.hash("x") for _ in range(4)]
    await asyncio.gather(*work, *(passwords.match("x", None) for _ in range(4)))

    assert crowd.most == 2


def test_random_tokens_differ_and_only_their_hashes_are_kept() -> None:
    first, second = new_token(), new_token()

    assert first != second
    assert len(first) == 43
    assert len(digest(first)) == 64
    assert digest(first) != digest(second)


def test_development_makes_a_key_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    monkeypatch.chdir(tmp_path)
    without = settings.model_copy(update={"secret_key": SecretStr("")})

    first, second = signing_key(without), signing_key(without)

    kept = tmp_path / ".secret_key"
    assert first == second == kept.read_text()
    assert len(first) >= 32
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [kept]


def test_key_of_the_settings_is_used(settings: Settings) -> None:
    assert signing_key(settings) == settings.secret_key.get_secret_value()
