"""A run on a terminal: a live list of steps with times, the plan, a coloured diff, the question."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.spinner import Spinner
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from backwright.cli.listeners import chosen_line, folded, plan_lines
from backwright.event import Chosen, Diffed, Event, Found, Planned, Question, Said, StepFinished, StepStarted


class Terminal:
    """Listener and asker for a person; a context manager, since the live list has to be closed."""

    def __init__(self, console: Console | None = None) -> None:
        """Draw on this console, the process's own where none is given."""
        self.console = console or Console(highlight=False)
        self._steps: list[tuple[str, float | None, str]] = []
        self._live: Live | None = None

    def __enter__(self) -> Self:
        """Begin the live list."""
        self._go_on()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it, leaving the last state on the screen."""
        self._stop()

    def _go_on(self) -> None:
        """Begin the live list, or begin it anew below what was asked or shown."""
        if self._live is None:
            self._live = Live(self._table(), console=self.console, refresh_per_second=12, transient=False)
            self._live.__enter__()

    def _stop(self) -> None:
        """Leave the list on the screen as it is; a new one has only what is not finished."""
        if self._live:
            self._live.update(self._table())
            self._live.__exit__(None, None, None)
            self._live = None
            self._steps = [step for step in self._steps if step[1] is None]

    def __call__(self, event: Event) -> None:
        """Show one event."""
        match event:
            case StepStarted():
                self._go_on()
                self._steps.append((event.step, None, event.detail))
            case StepFinished():
                self._go_on()
                self._steps = [step for step in self._steps if step[0] != event.step]
                self._steps.append((event.step, event.seconds, event.detail))
            case Said():
                style = {"warning": "yellow", "error": "red"}.get(event.level, "dim")
                self.console.print(Text(f"{event.level}: {event.text}", style))
            case Chosen():
                self.console.print(Text(chosen_line(event), "bold"))
            case Found():
                self.console.print(Text(str(event.finding), "yellow"))
            case Planned():
                self._plan(event)
            case Diffed():
                self._diff(event)
        if self._live:
            self._live.update(self._table())

    def ask(self, question: Question) -> str:
        """Ask until one of the choices (or the start of one) is typed; Enter takes the default."""
        self._stop()
        while True:
            shown = (f"Enter: {choice}" if choice == question.default else choice for choice in question.choices)
            prompt = Text.assemble((question.text, "bold"), f" [{', or '.join(shown)}] ")
            answer = self.console.input(prompt).strip().lower() or question.default
            matching = [choice for choice in question.choices if choice.lower().startswith(answer.lower())]
            exact = [choice for choice in matching if choice.lower() == answer.lower()] or matching
            if len(exact) == 1:
                return exact[0]

    def _table(self) -> Table:
        table = Table.grid(padding=(0, 1))
        for step, seconds, detail in self._steps:
            mark = Spinner("dots", style="cyan") if seconds is None else Text("✓", "green")
            time = Text("" if seconds is None else f"{seconds:.2f} s", "dim", justify="right")
            table.add_row(mark, Text(step, "bold"), time, Text(detail, "dim"))
        return table

    def _plan(self, plan: Planned) -> None:
        for line in plan_lines(plan):
            self.console.print(Text(line, "bold" if not line.startswith(" ") else ""))

    def _diff(self, event: Diffed) -> None:
        self._stop()
        self.console.print(Syntax(event.diff, "diff", theme="ansi_dark", background_color="default", word_wrap=True))
        table = Table.grid(padding=(0, 2))
        for file in folded(event.files):
            style = {"A": "green", "D": "red"}.get(file.status, "yellow")
            counts = "binary" if file.added is None else f"[green]+{file.added}[/] [red]-{file.deleted}[/]"
            table.add_row(Text(file.status, style), Text(file.path), counts, Text(file.reason, "dim"))
        self.console.print(table)
