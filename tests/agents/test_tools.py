"""What a definition leaves its agent."""

from __future__ import annotations

from pathlib import Path

import pytest
from backwright.agents.spec import AgentSpec
from backwright.agents.tools import ToolRule, rule, tools_of


def spec(tools: tuple[str, ...] | None = None, without: tuple[str, ...] = ()) -> AgentSpec:
    return AgentSpec("a", "b", Path("a.md"), "", "0", tools=tools, disallowed_tools=without)


@pytest.mark.parametrize(
    ("tools", "without", "can_write", "can_run"),
    [
        (None, (), True, True),
        ((), (), False, False),
        (("Read", "Grep"), (), False, False),
        (("Read", "Edit"), (), True, False),
        (("Read", "MultiEdit"), (), True, False),
        (("Write(src/**)",), (), True, False),
        (None, ("Write", "Edit"), False, True),
        (("Read", "Write"), ("Write",), False, False),
        (None, ("*",), False, False),
        (None, ("Bash(rm *)",), True, True),
        (("Bash(git diff *)",), (), False, True),
    ],
)
def test_an_agent_writes_and_runs_only_with_the_tools_for_it(
    tools: tuple[str, ...] | None, without: tuple[str, ...], can_write: bool, can_run: bool
) -> None:
    found = tools_of(spec(tools, without))
    assert (found.can_write, found.can_run) == (can_write, can_run)


def test_tools_of_mcp_servers_are_listed_apart_and_a_whole_server_can_be_taken_off() -> None:
    assert tools_of(spec()).mcp is None
    assert tools_of(spec(("Read", "mcp__a__x", "mcp__ab__y"), ("mcp__a",))).mcp == ("mcp__ab__y",)
    assert "mcp__a__x" not in tools_of(spec(("mcp__a__x",))).names


def test_patterns_are_kept_for_whoever_runs_commands() -> None:
    found = tools_of(spec(("Bash(git diff *)", "Read"), ("Bash(git push:*)",)))
    assert found.allowed == (ToolRule("Bash", "git diff *"),)
    assert found.denied == (ToolRule("Bash", "git push:*"),)
    assert rule("Bash(*)") == rule("Bash") == ToolRule("Bash")
    assert rule("Bash(a (b))") == ToolRule("Bash", "a (b)")
