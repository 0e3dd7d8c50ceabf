"""Rivals: programs that a suite should tell from the references, and which inputs do so.

Mutants of the references stand for the wrong programs that nobody has written yet; programs known or suspected to be wrong are rivals
too. A rival is told by a case when it gives another value, raises, or runs over the time. It counts as a survivor until one
case tells it, and goes on being run until `WANTED_KILLS` do: suites that detect every fault several times find more unmodelled
ones (n-detection, from the testing of circuits). Source: ours.
"""

from __future__ import annotations

from collections.abc import Sequence

from symtune.domain import Case, Problem
from symtune.judging import Judge
from symtune.suites.kills import kill_matrix

WANTED_KILLS = 3
"""Cases that tell a rival before it is left alone."""

TIME_FACTOR, EXTRA_TIME_S = 10.0, 0.1
"""A rival may use this many times the references' slowest case, and this many CPU seconds more."""


class Rivals:
    """The rivals of one problem.

    Args:
        sources: mutants first or last, in an order that does not matter.
    """

    def __init__(self, problem: Problem, sources: Sequence[str], *, judge: Judge) -> None:
        self._problem, self.judge = problem, judge
        self.sources = tuple(sources)
        self.num_kills = [0] * len(self.sources)
        self.told_by_given: frozenset[int] = frozenset()
        self._num_kills_by_given = list(self.num_kills)

    @property
    def survivors(self) -> tuple[str, ...]:
        """Sources that no case tells yet."""
        return tuple(source for source, count in zip(self.sources, self.num_kills, strict=True) if not count)

    @property
    def num_killed(self) -> int:
        """How many are told."""
        return sum(count > 0 for count in self.num_kills)

    def begin(self, given: Sequence[Case], *, reference_s: float) -> None:
        """Run all on the cases that the problem came with; what these tell is no gain of anybody."""
        self.told_by_given = frozenset().union(*self.run(given, reference_s=reference_s))
        self._num_kills_by_given = list(self.num_kills)

    def anew(self) -> Rivals:
        """Return the same rivals as they stood after the given cases: what new cases told of them is forgotten."""
        fresh = Rivals(self._problem, self.sources, judge=self.judge)
        fresh.num_kills = list(self._num_kills_by_given)
        fresh.told_by_given, fresh._num_kills_by_given = self.told_by_given, list(self._num_kills_by_given)
        return fresh

    def run(self, cases: Sequence[Case], *, reference_s: float) -> list[set[int]]:
        """Run those that still count on cases with expected values; return per case the rivals it tells.

        Args:
            reference_s: CPU seconds of the references' slowest case.
        """
        told: list[set[int]] = [set() for _ in cases]
        if not cases:
            return told
        numbers = [number for number, count in enumerate(self.num_kills) if count < WANTED_KILLS]
        limit_s = TIME_FACTOR * reference_s + EXTRA_TIME_S
        sources = [self.sources[number] for number in numbers]
        for number, places in zip(
            numbers, kill_matrix(self._problem, sources, cases, judge=self.judge, cpu_time_s=limit_s), strict=True
        ):
            self.num_kills[number] += len(places)
            for place in places:
                told[place].add(number)
        return told
