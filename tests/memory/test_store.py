"""Notes are written whole, below their own folder, and none is lost."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest
from backwright.errors import BadInput
from backwright.memory.notes import MOST_BYTES, MOST_LINES, Fact, seen_part, stale_facts
from backwright.memory.store import (
    MemoryFolder,
    add_note,
    folder_path,
    forget,
    memory_folder,
    move_out,
    remember,
    staged_memory,
)

PRODUCTS = Fact(
    "products", "The resource products", "Table `products`.", evidence="app/models/product.py", sha256="0" * 64
)


@pytest.fixture
def folder(tmp_path: Path) -> MemoryFolder:
    return memory_folder("fastapi-backend", "project", tmp_path, tmp_path / "home")


def index(folder: MemoryFolder, tmp_path: Path) -> Path:
    return tmp_path / folder.path / "MEMORY.md"


def test_a_note_is_a_line_that_is_read_again(folder: MemoryFolder, tmp_path: Path) -> None:
    assert add_note(folder, "ids: uuid").paths == (folder.path / "MEMORY.md",)
    assert index(folder, tmp_path).read_text().endswith("\n- ids: uuid\n")
    assert "ids: uuid" in [note.text for note in folder.read().notes]


def test_the_same_note_again_changes_nothing(folder: MemoryFolder, tmp_path: Path) -> None:
    add_note(folder, "ids: uuid")
    before = index(folder, tmp_path).stat()
    assert add_note(folder, "- ids: uuid").paths == ()
    assert index(folder, tmp_path).stat().st_mtime_ns == before.st_mtime_ns


def test_what_people_wrote_stays_as_it_is(folder: MemoryFolder, tmp_path: Path) -> None:
    path = index(folder, tmp_path)
    path.parent.mkdir(parents=True)
    path.write_bytes("# Mine\r\n\r\n* caf\u00e9\r\n\xff no end".encode("latin-1"))
    add_note(folder, "page size: 50")
    assert path.read_bytes() == "# Mine\r\n\r\n* caf\u00e9\r\n\xff no end\r\n- page size: 50\r\n".encode("latin-1")


def test_a_long_note_gets_a_file_of_its_own(folder: MemoryFolder, tmp_path: Path) -> None:
    text = "Prices are kept in cents because the payment provider rounds. " * 5 + "\n\n- ids: uuid"
    added = add_note(folder, text)
    assert len(added.paths) == 2
    line = index(folder, tmp_path).read_text().splitlines()[-1]
    assert len(line) <= 150
    assert line.startswith("- [Prices are kept in cents")
    memory = folder.read()
    assert memory.facts[0].body.strip() == text.strip()
    assert "ids: uuid" in [note.text for note in memory.notes]
    assert add_note(folder, text).paths == ()


@pytest.mark.parametrize(
    "text",
    ["", "  ", "token ghp_" + "a1B2c3" * 6, "DB_PASSWORD=hunter2", "ids:\u200b uuid", "x\u202ey", "bad \udcff byte"],
)
def test_a_note_that_must_not_be_kept_is_refused(folder: MemoryFolder, tmp_path: Path, text: str) -> None:
    with pytest.raises(BadInput) as refused:
        add_note(folder, text)
    assert "hunter2" not in str(refused.value)
    assert not index(folder, tmp_path).exists()


@pytest.mark.parametrize(
    "name",
    ["../x", "a/b", "..", "a:b", "a\\b", "", " ", "-x", ".hidden", "x.", "x ", "nul", "COM1", "a\0b", "a..b", "x\n"],
)
def test_names_that_lead_elsewhere_are_refused(name: str) -> None:
    with pytest.raises(BadInput):
        folder_path(name, "project")


def test_scopes_have_their_folders(tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        folder_path("x", "global")
    places = {
        scope: memory_folder("x", scope, tmp_path / "repo", tmp_path / "home") for scope in ("project", "user", "local")
    }
    for scope, folder in places.items():
        add_note(folder, scope)
    found = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("MEMORY.md"))
    assert found == [
        "home/.claude/agent-memory/x/MEMORY.md",
        "repo/.claude/agent-memory-local/x/MEMORY.md",
        "repo/.claude/agent-memory/x/MEMORY.md",
    ]
    if os.name != "nt":
        assert stat.S_IMODE((tmp_path / found[0]).stat().st_mode) == 0o600


@pytest.mark.skipif(os.name == "nt", reason="symlinks need a privilege there")
@pytest.mark.parametrize("where", [".claude", ".claude/agent-memory", ".claude/agent-memory/fastapi-backend"])
def test_nothing_is_written_through_a_linked_folder(folder: MemoryFolder, tmp_path: Path, where: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    link = tmp_path / where
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(elsewhere, target_is_directory=True)
    with pytest.raises(BadInput, match="symlink"):
        add_note(folder, "ids: uuid")
    assert list(elsewhere.rglob("*")) == []


@pytest.mark.skipif(os.name == "nt", reason="symlinks need a privilege there")
@pytest.mark.parametrize("kind", ["link", "dangling", "hard", "fifo", "folder"])
def test_a_memory_that_is_no_file_of_its_own_is_refused(folder: MemoryFolder, tmp_path: Path, kind: str) -> None:
    target = tmp_path / "outside.md"
    path = index(folder, tmp_path)
    path.parent.mkdir(parents=True)
    if kind != "dangling":
        target.write_text("mine\n")
    make = {
        "link": lambda: path.symlink_to(target),
        "dangling": lambda: path.symlink_to(target),
        "hard": lambda: path.hardlink_to(target),
        "fifo": lambda: os.mkfifo(path),
        "folder": path.mkdir,
    }
    make[kind]()
    with pytest.raises(BadInput):
        add_note(folder, "ids: uuid")
    assert not target.exists() if kind == "dangling" else target.read_text() == "mine\n"


def test_links_out_of_the_folder_are_not_followed(folder: MemoryFolder, tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("- ids: uuid\n")
    path = index(folder, tmp_path)
    path.parent.mkdir(parents=True)
    path.write_text(f"- [a](../../../secret.md)\n- [b]({tmp_path}/secret.md)\n- [c](gone.md)\n")
    memory = folder.read()
    assert memory.facts == ()
    assert [finding.code for finding in memory.findings] == ["memory-link"]


def test_a_state_folder_that_cannot_be_written_is_one_message(
    folder: MemoryFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("BACKWRIGHT_STATE", str(tmp_path / "file"))
    with pytest.raises(BadInput, match="no lock can be kept"):
        add_note(folder, "ids: uuid")
    assert not index(folder, tmp_path).exists()


def add_many(root: str, start: int) -> None:
    for number in range(start, start + 15):
        add_note(memory_folder("fastapi-backend", "project", Path(root), Path(root)), f"fact number {number}")


def test_two_writers_at_once_lose_nothing(folder: MemoryFolder, tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=add_many, args=(str(tmp_path), start)) for start in (100, 200, 300)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
        assert writer.exitcode == 0
    said = {note.text for note in folder.read().notes}
    assert {f"fact number {n}" for s in (100, 200, 300) for n in range(s, s + 15)} <= said
    assert sorted(p.name for p in index(folder, tmp_path).parent.iterdir()) == ["MEMORY.md"]


def test_a_writer_that_is_killed_leaves_the_old_or_the_new(folder: MemoryFolder, tmp_path: Path) -> None:
    add_note(folder, "first")
    script = (
        "import os, sys; from pathlib import Path; from backwright.memory.store import add_note, memory_folder\n"
        "import backwright.target.confined\n"
        "def die(*a, **k): os._exit(9)\n"
        "os.rename = die\n"
        "add_note(memory_folder('fastapi-backend', 'project', Path(sys.argv[1]), Path(sys.argv[1])), 'second')\n"
    )
    before = index(folder, tmp_path).read_bytes()
    assert subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False).returncode == 9
    assert index(folder, tmp_path).read_bytes() == before
    add_note(folder, "third")
    assert {"first", "third"} <= {note.text for note in folder.read().notes}


def test_what_counts_is_200_lines_or_25_kilobytes() -> None:
    assert seen_part("x\n" * MOST_LINES) == ("x\n" * MOST_LINES, "")
    assert seen_part("x\n" * (MOST_LINES + 2))[1] == "x\n" * 2
    long = ("é" * 500 + "\n") * 40
    seen, rest = seen_part(long)
    assert len(seen.encode()) <= MOST_BYTES < len(seen.encode()) + 1001
    assert seen + rest == long


def test_a_write_over_the_limit_is_said_and_entries_move_out_whole(folder: MemoryFolder, tmp_path: Path) -> None:
    path = index(folder, tmp_path)
    path.parent.mkdir(parents=True)
    lines = ["# Memory", "", "- ids: uuid", "- [Kept](kept.md) — linked"]
    lines += [f"- plain entry {n}\n  with more of {n}" for n in range(150)]
    path.write_text("\n".join(lines) + "\n")
    (path.parent / "kept.md").write_text("kept\n")
    added = add_note(folder, "the newest")
    assert "the newest" in [note.text for note in added.unseen]
    assert "memory-unseen" in [finding.code for finding in folder.read().findings]

    moved = move_out(folder)
    assert moved.unseen == ()
    memory = folder.read()
    assert memory.unseen == ()
    texts = [note.text for note in memory.notes]
    assert {"ids: uuid", "the newest", *(f"plain entry {n}" for n in range(150))} <= set(texts)
    assert set(texts) >= {f"with more of {n}" for n in range(150)}
    assert path.read_text().startswith("# Memory\n\n- ids: uuid\n- [Kept](kept.md)")
    assert move_out(folder).paths == ()


def test_facts_of_resources_are_files_and_link_their_folder_once(folder: MemoryFolder, tmp_path: Path) -> None:
    assert len(remember(folder, [PRODUCTS]).paths) == 2
    before = index(folder, tmp_path).read_bytes()
    assert remember(folder, [PRODUCTS]).paths == ()
    orders = Fact("orders", "The resource orders", "Table `orders`.", evidence="app/models/order.py")
    assert remember(folder, [orders]).paths == (folder.path / "resources/orders.md",)
    assert index(folder, tmp_path).read_bytes() == before
    assert before.count(b"](resources/)") == 1
    assert [fact.name for fact in folder.read().facts] == ["orders", "products"]
    assert folder.read().facts[1].sha256 == "0" * 64
    assert remember(folder, []).paths == ()


def test_facts_whose_evidence_is_gone_or_changed_are_stale(folder: MemoryFolder, tmp_path: Path) -> None:
    remember(folder, [PRODUCTS])
    memory = folder.read()
    assert [f.code for f in stale_facts(memory, lambda _: None)] == ["memory-stale"]
    assert [f.code for f in stale_facts(memory, lambda _: hashlib.sha256(b"").hexdigest())] == ["memory-stale"]
    assert stale_facts(memory, lambda _: "0" * 64) == ()


@pytest.mark.parametrize("name", ["../x", "a/b", "", "A"])
def test_a_fact_has_a_plain_name(folder: MemoryFolder, name: str) -> None:
    with pytest.raises(BadInput):
        remember(folder, [Fact(name, "d", "b")])


class Tree:
    def __init__(self) -> None:
        self.content: dict[PurePosixPath, bytes] = {PurePosixPath("app/main.py"): b""}

    def read(self, path: PurePosixPath) -> bytes | None:
        return self.content.get(path)

    def write(self, path: PurePosixPath, content: bytes) -> None:
        self.content[path] = content

    def delete(self, path: PurePosixPath) -> None:
        self.content.pop(path, None)

    def paths(self) -> tuple[PurePosixPath, ...]:
        return tuple(self.content)


def test_facts_are_forgotten_but_for_those_people_wrote_in() -> None:
    tree = Tree()
    folder = staged_memory("fastapi-backend", tree)
    remember(folder, [replace(PRODUCTS, name=name) for name in ("products", "reviews", "tags")])
    products, reviews, tags = (folder.path / "resources" / f"{name}.md" for name in ("products", "reviews", "tags"))
    tree.content[reviews] += b"- Ada: ask before you touch it\n"
    tree.content[tags] = tree.content[tags].replace(b"metadata:\n", b"metadata:\n  owner: Ada\n")

    kept = forget(folder, ["products", "reviews", "tags", "nothing"], lambda fact: "Ada" not in fact.body)

    assert [fact.path for fact in kept] == [str(reviews), str(tags)]
    assert products not in tree.content
    assert b"Ada" in tree.content[reviews]
    assert b"Ada" in tree.content[tags]


def test_the_same_functions_work_on_a_staged_tree() -> None:
    tree = Tree()
    folder = staged_memory("fastapi-backend", tree)
    remember(folder, [PRODUCTS])
    add_note(folder, "ids: uuid")
    again = dict(tree.content)
    remember(folder, [PRODUCTS])
    assert tree.content == again
    assert [str(path) for path in sorted(tree.content)][:2] == [
        ".claude/agent-memory/fastapi-backend/MEMORY.md",
        ".claude/agent-memory/fastapi-backend/resources/products.md",
    ]
    assert folder.digest() != staged_memory("other", tree).digest()


def git(where: Path, *arguments: str) -> None:
    who = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
    subprocess.run(["git", *who, *arguments], cwd=where, check=True, capture_output=True)


@pytest.mark.parametrize("has_memory", [True, False])
def test_two_branches_that_learn_of_a_resource_each_merge(tmp_path: Path, *, has_memory: bool) -> None:
    folder = memory_folder("fastapi-backend", "project", tmp_path, tmp_path)
    git(tmp_path, "init", "-q", "-b", "main")
    (tmp_path / "a").write_text("a")
    if has_memory:
        add_note(folder, "ids: uuid")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "first")
    for name in ("orders", "reviews"):
        git(tmp_path, "switch", "-qc", name, "main")
        remember(folder, [Fact(name, name, name)])
        git(tmp_path, "add", ".")
        git(tmp_path, "commit", "-qm", name)
    git(tmp_path, "merge", "-q", "orders")
    assert [fact.name for fact in folder.read().facts] == ["orders", "reviews"]
