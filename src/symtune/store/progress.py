"""Progress of long work: a bar with rate and time left on a terminal, plain lines when piped."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

PLAIN_INTERVAL_S = 15.0
"""Seconds between two plain lines."""


class Progress:
    """Counts finished items of ``total`` on stderr.

    Args:
        total: how many items there are.
        label: what is being done, as a word or two.
        is_quiet: show nothing.
    """

    def __init__(self, total: int, label: str, *, is_quiet: bool = False) -> None:
        self.total, self.label, self.num_done = total, label, 0
        self._is_quiet = is_quiet
        self._started_s = self._printed_s = time.monotonic()
        self._bar: Bar | None = None
        if not is_quiet and sys.stderr.isatty():
            self._bar = Bar(
                TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"),
                TimeRemainingColumn(), console=Console(stderr=True),
            )  # fmt: skip

    def __enter__(self) -> Self:
        self._started_s = self._printed_s = time.monotonic()
        if self._bar is not None:
            self._bar.start()
            self._task = self._bar.add_task(self.label, total=self.total, rate="")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
        elif not self._is_quiet:
            self._print_line()

    def advance(self, num_items: int = 1) -> None:
        """Count finished items."""
        self.num_done += num_items
        if self._bar is not None:
            self._bar.update(self._task, advance=num_items, rate=f"{self._rate():.1f}/s")
        elif not self._is_quiet and time.monotonic() - self._printed_s >= PLAIN_INTERVAL_S:
            self._print_line()

    def _rate(self) -> float:
        return self.num_done / max(time.monotonic() - self._started_s, 1e-9)

    def _print_line(self) -> None:
        self._printed_s = time.monotonic()
        left = (self.total - self.num_done) / self._rate() if self.num_done else float("inf")
        remaining = "" if self.num_done >= self.total or left == float("inf") else f", {left:.0f} s left"
        print(
            f"{self.label}: {self.num_done}/{self.total}, {self._rate():.1f}/s{remaining}", file=sys.stderr, flush=True
        )
