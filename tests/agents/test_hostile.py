"""Whatever a definition holds: no traceback, no waiting, the body as it was, and nothing dropped in silence."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from backwright.agents.document import read_document
from backwright.agents.reader import read_agent
from backwright.agents.values import values
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

HEAD = b"---\nname: a\ndescription: b\n"
BODY = b"\nThe prompt.\n\n- with a list: and a colon\n"
GOOD = [
    HEAD + b"tools: Read, Grep\nmodel: opus\n---\n" + BODY,
    HEAD + b"skills:\n  - crud-builder\n  - test-builder\nhooks:\n  Stop:\n    - {matcher: x}\n---\n" + BODY,
    b'---\nname: a\ndescription: "Use it. \\n\\nuser: \\"Do\\""\ncolor: red\nmemory: user\n---\n' + BODY,
    b"---\nname: a\ndescription: |\n  Use it.\n\n  Context: here\nmaxTurns: 3\n---\n" + BODY,
    b"---\r\nname: a\r\ndescription: b: c\r\ntools: *\r\n---\r\n" + BODY,
]
PIECES = [b"---", b"-----", b"\n", b"\r\n", b"\t", b": ", b"*", b"&a ", b"!!x ", b"{", b"}", b"[", b'"', b"'", b"|"]
PIECES += [b"#", b"\0", b"\xff", b"\xef\xbb\xbf", b"name: z\n", b"description: y\n", b"<example>\n", b"```\n", b"- "]

pieces = st.sampled_from(PIECES) | st.binary(max_size=6)
edits = st.lists(st.tuples(st.integers(0, 160), st.integers(0, 8), pieces), min_size=1, max_size=4)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None)
@given(good=st.sampled_from(GOOD), edits=edits)
def test_a_damaged_definition_is_read_or_its_loss_is_said(tmp_path: Path, good: bytes, edits: list) -> None:
    head = good[: -len(BODY)]
    for at, gone, piece in edits:
        head = head[: min(at, len(head))] + piece + head[min(at, len(head)) + gone :]
    data = head + BODY
    path = tmp_path / "a.md"
    path.write_bytes(data)
    file = read_agent(path)
    assert data.endswith(file.body_bytes) or data[:2] in (b"\xff\xfe", b"\xfe\xff")
    assert (file.spec is None) == (file.error is not None)
    assert all(finding.place.line and finding.place.line >= 1 for finding in file.findings)
    if file.spec is not None:
        assert file.spec.name
        assert file.spec.description
        file.spec.body.encode()
        file.spec.description.encode()
    if file.spec is not None and not file.findings:
        assert re.match(rb"(?:\xef\xbb\xbf)?---[ \t]*\n", data)


@settings(max_examples=200, deadline=None, database=None)
@given(body=st.binary(max_size=200))
def test_the_body_stays_whatever_it_is_made_of(body: bytes) -> None:
    document = read_document(HEAD + b"---\n" + body, values().agent_keys)
    assert document.body_bytes == body
    assert document.fields is not None


LARGE = {
    "one long value": HEAD.replace(b": b", b": " + b"x " * 2_600_000) + b"---\n" + BODY,
    "a long list": HEAD + b"tools: " + b"x," * 2_600_000 + b"\n---\n" + BODY,
    "many lines": HEAD + b"word word\n" * 520_000 + b"---\n" + BODY,
    "blank lines": b"---\nname: a\n" + b"\n" * 5_200_000 + b"description: b\n---\n" + BODY,
    "space": b"---\nname: a\ndescription: b: c\n" + b" " * 5_200_000 + b"x\n---\n" + BODY,
    "open brackets": HEAD + b"hooks: " + b"[" * 5_200_000 + b"\n---\n" + BODY,
    "deep lists": HEAD + b"hooks: " + b"[" * 200_000 + b"\n---\n" + BODY,
    "deep dashes": HEAD + b"hooks:\n" + b"- " * 100_000 + b"a\n---\n" + BODY,
    "fences": b"text\n" + b"---\nx\n" * 800_000,
    "an open quote": HEAD.replace(b": b", b': "' + b"foo \\n " * 700_000) + b"---\n" + BODY,
    "many keys": HEAD + b"".join(b"key%d: 1\n" % number for number in range(9_000)) + b"---\n" + BODY,
    "brackets in a list": HEAD + b"tools: " + b"(" * 1_000_000 + b"," * 1_000_000 + b"\n---\n" + BODY,
    "dashes": b"-" * 5_200_000,
    "backticks": b"`" * 5_200_000,
    "every byte": bytes(range(256)) * 20_000,
}


@pytest.mark.parametrize("name", LARGE)
def test_five_megabytes_are_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(LARGE[name])
    file = read_agent(path)
    assert file.findings
    assert (file.spec is None) == (file.error is not None)
    assert LARGE[name].endswith(file.body_bytes)


def test_a_file_beyond_the_limit_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    with path.open("wb") as file:
        file.truncate(values().limits.file + 1)
    error = read_agent(path).error
    assert error is not None
    assert error.code == "FM002"


def test_neither_tags_nor_aliases_are_followed(tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    bomb = "\n".join(f"  k{n}: &k{n} [{', '.join(f'*k{n - 1}' for _ in range(9))}]" for n in range(1, 12))
    path = tmp_path / "a.md"
    path.write_text(
        f"---\nname: a\ndescription: b\ntools: Read\nmodel: !!python/object/apply:os.mkdir ['{mark}']\n"
        f"hooks:\n  k0: &k0 [x]\n{bomb}\n---\n",
        encoding="utf-8",
    )
    file = read_agent(path)
    assert not mark.exists()
    assert file.spec is not None
    assert (file.spec.hooks, file.spec.tools) == ({}, ("Read",))
    assert {"FM023", "FM026"} <= {finding.code for finding in file.findings}
