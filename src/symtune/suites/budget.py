"""Budget: the CPU seconds of one problem, measured, by who spent them.

What counts is the CPU time of the guests' forks (explorers, references, mutants, coverage) and of the thread that grows the
suite. Not counted are a guest's own administration, about a millisecond for a fork, and its start. Source: ours.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator

from symtune.judging import Judge
from symtune.sandbox import Guest


class Budget:
    """CPU seconds of one problem.

    Args:
        total_s: what may be spent in all.
        guest: the explorer's guest, which only this problem uses at the time.
        judge: likewise.
    """

    def __init__(self, total_s: float, *, guest: Guest, judge: Judge) -> None:
        self.total_s = total_s
        self.seconds_by_name: dict[str, float] = {}
        self._guest, self._judge = guest, judge

    def _clock_s(self) -> float:
        return time.thread_time() + self._judge.inputs_cpu_s + self._guest.run_cpu_s

    @contextlib.contextmanager
    def spent_by(self, name: str) -> Iterator[None]:
        """Charge what is spent inside to a name; not nested."""
        started_s = self._clock_s()
        try:
            yield
        finally:
            self.seconds_by_name[name] = self.seconds_by_name.get(name, 0.0) + self._clock_s() - started_s

    @property
    def spent_s(self) -> float:
        """CPU seconds spent so far."""
        return sum(self.seconds_by_name.values())

    @property
    def left_s(self) -> float:
        """CPU seconds left; below zero once the last step ran over."""
        return self.total_s - self.spent_s

    @property
    def is_spent(self) -> bool:
        """Whether nothing is left."""
        return self.left_s <= 0
