"""Progress of long work. A room counts what it finished; whoever shows it (the command line does) sets the display.

    with show_progress(display):                 # once, around everything
        with Progress(len(items), "judging") as progress:
            for item in items:
                progress.advance()
"""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from typing import Protocol, Self

PLAIN_INTERVAL_S = 15.0
"""Seconds between two plain lines."""


class Display(Protocol):
    """Shows the progress of one piece of work."""

    def update(self, num_done: int) -> None:
        """Show that ``num_done`` items are finished."""

    def close(self) -> None:
        """Show the end."""


DisplayFactory = Callable[[int, str], Display]
"""Makes a display from the total number of items and a label."""

_factories: list[DisplayFactory] = []


@contextlib.contextmanager
def show_progress(factory: DisplayFactory) -> Iterator[None]:
    """Show every `Progress` made inside the block with displays from this factory."""
    _factories.append(factory)
    try:
        yield
    finally:
        _factories.remove(factory)


class Progress:
    """Counts finished items of ``total``; silent unless a display is set with `show_progress`.

    Args:
        total: how many items there are.
        label: what is being done, in a word or two.
    """

    def __init__(self, total: int, label: str) -> None:
        self.total, self.label, self.num_done = total, label, 0
        self._display: Display | None = None

    def __enter__(self) -> Self:
        if _factories:
            self._display = _factories[-1](self.total, self.label)
        return self

    def __exit__(self, *_: object) -> None:
        if self._display is not None:
            self._display.close()
            self._display = None

    def advance(self, num_items: int = 1) -> None:
        """Count finished items."""
        self.num_done += num_items
        if self._display is not None:
            self._display.update(self.num_done)


class PlainDisplay:
    """Lines on stderr, at most one every `PLAIN_INTERVAL_S` seconds, with rate and time left."""

    def __init__(self, total: int, label: str) -> None:
        self._total, self._label, self._num_done = total, label, 0
        self._started_s = self._printed_s = time.monotonic()

    def update(self, num_done: int) -> None:
        """Show that ``num_done`` items are finished."""
        self._num_done = num_done
        if time.monotonic() - self._printed_s >= PLAIN_INTERVAL_S:
            self._print_line()

    def close(self) -> None:
        """Print the last line."""
        self._print_line()

    def _print_line(self) -> None:
        self._printed_s = time.monotonic()
        rate = self._num_done / max(self._printed_s - self._started_s, 1e-9)
        is_under_way = 0 < self._num_done < self._total
        left = f", {(self._total - self._num_done) / rate:.0f} s left" if is_under_way else ""
        print(f"{self._label}: {self._num_done}/{self._total}, {rate:.1f}/s{left}", file=sys.stderr, flush=True)
