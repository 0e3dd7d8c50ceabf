"""Arrange what held up into a suite: a cap, the most telling first, large cases last and few, public ones on request.

Source: ours.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from symtune.domain import Case, Problem
from symtune.judging import TimeLimit
from symtune.suites.features import features_of
from symtune.suites.select import Candidate, select_cases
from symtune.suites.trial import MAX_INPUT_CHARACTERS, Kept, size_of
from symtune.suites.view import View

MAX_LARGE_CASES = 3
"""Cases larger than usual that a suite may have; they count towards the cap."""

MAX_PUBLIC_CHARACTERS = 200
"""A case whose input is longer is no example to be shown."""

LARGE_TIME_LIMIT = TimeLimit(factor=10.0, extra_s=2.0)
"""Time limit of a problem that states none, once it has large cases: wide enough for a right program that is somewhat slower."""


SHORTEST_LIMIT_S = 3.0
"""The shortest such limit."""


@dataclass(frozen=True)
class Arranged:
    """The new cases of a problem, the most telling first.

    Attributes:
        public: cases to be shown; none of them is among the private ones.
        private: the others.
        time_limit_s: the problem's time limit.
    """

    public: tuple[Case, ...]
    private: tuple[Case, ...]
    time_limit_s: float | None

    def without(self, places: Collection[int]) -> Arranged:
        """Return the same without some cases, by their places in public and private ones together."""
        kept = [[one for place, one in enumerate(group, start) if place not in places] for start, group in ((0, self.public), (len(self.public), self.private))]
        return Arranged(public=tuple(kept[0]), private=tuple(kept[1]), time_limit_s=self.time_limit_s)


def arrange(
    problem: Problem, kept: Sequence[Kept], *, view: View, max_cases: int, num_public: int, slowest_s: float
) -> Arranged:
    """Return the suite made of what held up.

    Args:
        max_cases: new cases at most.
        num_public: how many of them to make public, as far as the private ones can do without them.
        slowest_s: CPU seconds of the references' slowest answer.
    """
    ordinary = [one for one in kept if size_of(one.case) <= MAX_INPUT_CHARACTERS]
    large = sorted((one for one in kept if size_of(one.case) > MAX_INPUT_CHARACTERS), key=lambda one: -size_of(one.case))
    large = large[: min(MAX_LARGE_CASES, max_cases)]
    covered = frozenset(itertools.chain.from_iterable(features_of(one.args, one.kwargs, one.expected) for one in view.cases))
    candidates = [Candidate(one.features, one.kills, size=size_of(one.case), origin=one.case.origin) for one in ordinary]
    chosen = [ordinary[index] for index in select_cases(candidates, covered=covered, max_cases=max_cases - len(large))]
    public = _spare(chosen, num_public)
    private = [one for one in chosen if one not in public] + large
    has_limit = problem.time_limit_s is not None or not any(one.case.origin == "large" for one in private)
    return Arranged(
        public=tuple(one.case for one in public),
        private=tuple(one.case for one in private),
        time_limit_s=problem.time_limit_s if has_limit else _coarse_s(LARGE_TIME_LIMIT.seconds(slowest_s)),
    )


def _coarse_s(seconds: float) -> float:
    """Return the least of `SHORTEST_LIMIT_S` and its doubles that is no shorter, so that two runs of one seed agree on the limit."""
    limit_s = SHORTEST_LIMIT_S
    while limit_s < seconds:
        limit_s *= 2
    return limit_s


def _spare(chosen: Sequence[Kept], num_public: int) -> list[Kept]:
    """Return the simplest cases, as many as asked for, that the others can do without: what they kill or reach, others do too."""
    counts = Counter(itertools.chain.from_iterable(_facts(one) for one in chosen))
    spare: list[Kept] = []
    for one in sorted(chosen, key=lambda kept: size_of(kept.case)):
        if len(spare) >= num_public:
            break
        if size_of(one.case) <= MAX_PUBLIC_CHARACTERS and all(counts[fact] > 1 for fact in _facts(one)):
            spare.append(one)
            counts.subtract(_facts(one))
    return spare


def _facts(one: Kept) -> set[tuple[str, int]]:
    return {("kill", rival) for rival in one.kills} | {("arc", fact) for fact in one.features if isinstance(fact, int)}
