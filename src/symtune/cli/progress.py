"""The terminal's way to show progress: a bar with rate and time left; plain lines when stderr is piped."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar
from rich.text import Text

from symtune.store.progress import Display, PlainDisplay


class RateColumn(ProgressColumn):
    """Items per second."""

    def render(self, task: Task) -> Text:
        """Return the rate, once there is one."""
        return Text(f"{task.speed:.1f}/s" if task.speed else "")


class BarDisplay:
    """A bar on stderr."""

    def __init__(self, total: int, label: str) -> None:
        self._bar = Bar(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            RateColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
        )
        self._task = self._bar.add_task(label, total=total)
        self._bar.start()

    def update(self, num_done: int) -> None:
        """Move the bar."""
        self._bar.update(self._task, completed=num_done)

    def close(self) -> None:
        """Leave the bar as it stands."""
        self._bar.stop()


def terminal_display(total: int, label: str) -> Display:
    """Return a bar on a terminal, plain lines elsewhere."""
    return BarDisplay(total, label) if sys.stderr.isatty() else PlainDisplay(total, label)
