"""What Backwright needs on a machine, and whether it is there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Check:
    """One thing that was looked for; ``ok`` is False where a run would fail without it."""

    name: str
    ok: bool
    detail: str


def examine() -> tuple[Check, ...]:
    """Look for everything a run needs; nothing is changed."""
    return (_python(), _git(), _identity(), _ruff(), _content(), _state(), _engines())


def _python() -> Check:
    version = ".".join(map(str, sys.version_info[:3]))
    return Check("python", sys.version_info >= (3, 11), f"{version} at {sys.executable}")


def _output(*argv: str) -> str | None:
    try:
        result = subprocess.run(argv, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return result.stdout.strip() if result.returncode == 0 else None


def _git() -> Check:
    from backwright.target.git import OLDEST_GIT

    needed = ".".join(map(str, OLDEST_GIT))
    text = _output("git", "--version")
    if text is None:
        return Check("git", False, f"not found; install git {needed} or later")
    numbers = re.search(r"(\d+)\.(\d+)", text)
    version = tuple(map(int, numbers.groups())) if numbers else (0, 0)
    enough = version >= OLDEST_GIT
    return Check("git", enough, text if enough else f"{text}; {needed} or later is needed to merge trees")


def _identity() -> Check:
    name, email = _output("git", "config", "user.name"), _output("git", "config", "user.email")
    if name and email:
        return Check("identity", True, f"{name} <{email}>")
    return Check("identity", True, "none; commits are made as Backwright <backwright@localhost>")


def _ruff() -> Check:
    from backwright.codegen.assemble import ruff_binary
    from backwright.errors import BackwrightError

    try:
        binary = ruff_binary()
    except BackwrightError as error:
        return Check("ruff", False, str(error).splitlines()[0])
    return Check("ruff", True, f"{_output(binary, '--version') or 'does not start'} at {binary}")


def _content() -> Check:
    from backwright.content import content_root
    from backwright.errors import BackwrightError

    try:
        root = content_root()
    except BackwrightError as error:
        return Check("content", False, error.message)
    return Check("content", True, f"agents, skills and memory at {root}")


def _state() -> Check:
    from backwright.folders import state_folder

    folder = state_folder()
    writable = os.access(_nearest(folder), os.W_OK)
    free = shutil.disk_usage(_nearest(folder)).free // 2**20
    return Check("state", writable, f"{folder} ({free:,} MiB free)" if writable else f"{folder} is not writable")


def _nearest(folder: Path) -> Path:
    return next(parent for parent in (folder, *folder.parents) if parent.exists())


def _engines() -> Check:
    return Check("engines", True, "offline (deterministic, no key needed); claude is not there yet")
