"""What people do to a tree, at random: edits with a mark in them, moves, deletions, reformatting."""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Mapping
from pathlib import PurePosixPath

MARK = re.compile(r"mark_\d+")
Tree = dict[PurePosixPath, bytes]


def homes(tree: Mapping[PurePosixPath, bytes]) -> dict[str, list[tuple[str, str]]]:
    """Return where each mark stands: its file and the definition around it."""
    found: dict[str, list[tuple[str, str]]] = {}
    for path, content in tree.items():
        if path.suffix == ".py" and b"mark_" in content:
            source = content.decode()
            tree = ast.parse(source)
            for number, line in enumerate(source.split("\n"), 1):
                for mark in MARK.findall(line):
                    found.setdefault(mark, []).append((str(path), _around(tree, number)))
    return {mark: sorted(set(places)) for mark, places in found.items()}


def _around(node: ast.AST, line: int) -> str:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.ClassDef):
            first = min([child.lineno, *(decorator.lineno for decorator in child.decorator_list)])
            if first <= line <= (child.end_lineno or 0):
                return f"{child.name}.{_around(child, line)}"
    return ""


def edit(chance: random.Random, source: str, mark: str) -> str | None:
    """Return the source with an edit that leaves the generator's lines alone, or None where it does not apply."""
    lines = source.split("\n")
    kind = chance.choice([_statement, _method, _field, _function, _import, _comment, _argument, _docstring])
    kind(chance, lines, mark)
    edited = "\n".join(lines)
    return edited if edited != source and _compiles(edited) else None


def contest(chance: random.Random, source: str, mark: str) -> str | None:
    """Return the source with a line changed that the generator is likely to change too."""
    patterns = (
        r"^    \w+: (str|int|Decimal|date|UUID)$",
        r"^PAGE = \d+$",
        r'^        \w+=data\["\w+"\],$',
        r"^    ROWS\.pop\(key\)$",
    )
    lines = source.split("\n")
    places = [number for number, line in enumerate(lines) if any(re.match(pattern, line) for pattern in patterns)]
    if not places:
        return None
    number = chance.choice(places)
    lines[number] += f"  # {mark}"
    return "\n".join(lines)


def _compiles(source: str) -> bool:
    try:
        compile(source, "edited", "exec")
    except SyntaxError:
        return False
    return True


def _bodies(lines: list[str]) -> list[tuple[int, int, str]]:
    """Return for each function the first and last line of its body (from 0), after the docstring, and its indent."""
    functions = [node for node in ast.walk(ast.parse("\n".join(lines))) if isinstance(node, ast.FunctionDef)]
    return [
        (node.body[1].lineno - 1, node.body[-1].lineno - 1, " " * node.body[0].col_offset)
        for node in functions
        if len(node.body) > 1
    ]


def _statement(chance: random.Random, lines: list[str], mark: str) -> None:
    """Add a statement somewhere in a function, where the generator adds some too."""
    bodies = _bodies(lines)
    if bodies:
        first, last, indent = chance.choice(bodies)
        starts = [n for n in range(first, last + 1) if re.match(rf"{indent}\w", lines[n]) and lines[n].strip() != ")"]
        lines.insert(chance.choice(starts), f'{indent}{mark} = "kept"')


def _class(lines: list[str]) -> ast.ClassDef | None:
    body = ast.parse("\n".join(lines)).body
    return next((node for node in body if isinstance(node, ast.ClassDef)), None)


def _method(chance: random.Random, lines: list[str], mark: str) -> None:
    node = _class(lines)
    if node:
        lines[node.end_lineno or 0 : node.end_lineno] = [
            "",
            f"    def {mark}(self) -> str:",
            f'        return "{mark}"',
        ]


def _field(chance: random.Random, lines: list[str], mark: str) -> None:
    """Add a field after the last one, where the generator adds its own."""
    node = _class(lines)
    fields = [child for child in node.body if isinstance(child, ast.AnnAssign)] if node else []
    if fields:
        lines.insert(fields[-1].end_lineno or 0, f"    {mark}: int = 0")


def _function(chance: random.Random, lines: list[str], mark: str) -> None:
    """Add a function at the end, where the generator adds its own."""
    while lines and not lines[-1]:
        lines.pop()
    lines.extend(["", "", f"def {mark}() -> str:", f'    """Say {mark}."""', f'    return "{mark}"', ""])


def _import(chance: random.Random, lines: list[str], mark: str) -> None:
    """Use something that the generator may import, or stop to import, too."""
    name, module = chance.choice(
        [("Decimal", "decimal"), ("date", "datetime"), ("UUID", "uuid"), ("reduce", "functools")]
    )
    statement = f"from {module} import {name}"
    imports = [n for n, line in enumerate(lines) if line.startswith("from ")]
    _function(chance, lines, mark)
    lines[-2] = f"    return str({name}) + {mark!r}"
    if statement not in lines:
        lines.insert(imports[-1] + 1, statement)


def _comment(chance: random.Random, lines: list[str], mark: str) -> None:
    starts = [number for number, line in enumerate(lines) if re.match(r"(    )?(def|class) ", line)]
    starts = [number - 1 if lines[number - 1].lstrip().startswith("@") else number for number in starts]
    if starts:
        number = chance.choice(starts)
        indent = lines[number][: len(lines[number]) - len(lines[number].lstrip())]
        lines.insert(number, f"{indent}# {mark}: why it is so")


def _argument(chance: random.Random, lines: list[str], mark: str) -> None:
    """Add an entry to a list or mapping that the generator adds to as well."""
    for number, line in enumerate(lines):
        if line in ("]", "    }"):
            entry = f'    "{mark}",' if line == "]" else f'        "{mark}": 0,'
            lines.insert(number, entry)
            return


def _docstring(chance: random.Random, lines: list[str], mark: str) -> None:
    places = [number for number, line in enumerate(lines) if re.fullmatch(r' +"""[^"]*\."""', line)]
    if places:
        number = chance.choice(places)
        indent = lines[number][: len(lines[number]) - len(lines[number].lstrip())]
        lines[number : number + 1] = [lines[number].removesuffix('"""'), "", f"{indent}See {mark}.", f'{indent}"""']
