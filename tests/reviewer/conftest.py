"""The reviewer as the pipeline loads it."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath

import pytest
from backwright.finding import Finding
from backwright.skills.loader import load_review
from backwright.skills.lookup import find_skill

Review = Callable[[Mapping[PurePosixPath, bytes]], tuple[Finding, ...]]
Found = list[tuple[str, int]]
KNOWN = """
from typing import Annotated, Any, ClassVar, Literal, Optional
import fastapi
from fastapi import APIRouter, Body, Depends, FastAPI, Header, Path, Query, Response, status
from fastapi.responses import FileResponse, JSONResponse, StreamingResponse
from pydantic import BaseModel, Field, PositiveInt, conint, field_validator
import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Index, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column
router = APIRouter()
"""


@pytest.fixture(scope="session")
def review(tmp_path_factory: pytest.TempPathFactory) -> Review:
    """The ``review`` function of the bundled skill."""
    return load_review(find_skill("code-reviewer", tmp_path_factory.mktemp("anywhere")))


@pytest.fixture
def found(review: Review) -> Callable[[str], Found]:
    """Code and line of each finding in one file that knows the usual names, lines counted from its first."""

    def in_file(text: str) -> Found:
        source = KNOWN + textwrap.dedent(text)
        findings = review({PurePosixPath("app/code.py"): source.encode()})
        return [(finding.code, (finding.place.line or 0) - KNOWN.count("\n")) for finding in findings]

    return in_file


@pytest.fixture
def found_in(review: Review) -> Callable[[Mapping[str, str]], list[tuple[str, str, int | None]]]:
    """Code, file and line of each finding in several files."""

    def in_files(files: Mapping[str, str]) -> list[tuple[str, str, int | None]]:
        tree = {PurePosixPath(path): textwrap.dedent(text).encode() for path, text in files.items()}
        return [(finding.code, finding.place.path, finding.place.line) for finding in review(tree)]

    return in_files
