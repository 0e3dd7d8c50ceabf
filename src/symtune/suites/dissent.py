"""What it means when references part over inputs of one problem: a wrong reference, or a contract that was misread.

Right programs may do anything with an input that the statement excludes, so they part there: some raise, others answer, each in its own way.
Inputs of a contract that was read rightly hardly ever make them part. So the inputs that references have parted over tell of all the others:

    one wrong     `MIN_VOTERS` references or more, and the same one stands alone each time: it is wrong
    in doubt      else, `MIN_PARTED` inputs and a share of `MAX_PARTED_FRACTION` of those asked; or, where there are fewer references than
                  `MIN_WITNESSES`, they raise on `MIN_RAISED` inputs and a share of `MAX_RAISED_FRACTION`

A contract in doubt is too wide somewhere, and the inputs on which the references happen to agree are no better known to be valid than the
others. Where three references or more refuse the same inputs and part over no other, they know the promise, and say which inputs keep it.
Inputs that are to be large count for nothing, since recursion and memory end there. Source: ours.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from symtune.judging import CaseResult

MIN_VOTERS = 5
"""References from which on one that stands alone is believed to be wrong."""

MIN_PARTED, MAX_PARTED_FRACTION = 2, 0.01
"""Inputs that make references part, and their share of those asked, from which on the contract is in doubt."""

MIN_RAISED, MAX_RAISED_FRACTION = 5, 0.1
"""The same for inputs on which all of them raise, where they are few."""

MIN_WITNESSES = 3
"""References from which on it is no accident that all refuse the same inputs."""


class Dissent:
    """The inputs that the references of one problem were asked about."""

    def __init__(self) -> None:
        self._num_asked = self._num_raised = self._num_references = 0
        self._parted: list[frozenset[int]] = []

    def note(self, results: Sequence[CaseResult], agree: Callable[[Any, Any], bool]) -> None:
        """Take down what all references said of one input, in order; none of them overran."""
        self._num_asked += 1
        self._num_references = len(results)
        if all(one.cause is not None for one in results):
            self._num_raised += 1
            return
        groups: list[list[int]] = []
        for number, result in enumerate(results):
            mine = next((group for group in groups if _is_same(results[group[0]], result, agree)), None)
            if mine is None:
                groups.append([number])
            else:
                mine.append(number)
        if len(groups) > 1:
            largest = max(groups, key=len)
            self._parted.append(frozenset(range(len(results))) - frozenset(largest))

    def wrong_one(self, num_references: int) -> int | None:
        """Return the number of the reference that alone stands against all others each time, or None."""
        if len(self._parted) < MIN_PARTED or num_references < MIN_VOTERS:
            return None
        alone = self._parted[0]
        return next(iter(alone)) if len(alone) == 1 and all(one == alone for one in self._parted) else None

    def forget(self) -> None:
        """Forget how the references parted, once one of them is gone."""
        self._parted.clear()

    @property
    def is_in_doubt(self) -> bool:
        """Whether the contract is."""
        is_parted = len(self._parted) >= max(MIN_PARTED, MAX_PARTED_FRACTION * self._num_asked)
        if is_parted or self._num_references >= MIN_WITNESSES:
            return is_parted
        return self._num_raised >= max(MIN_RAISED, MAX_RAISED_FRACTION * self._num_asked)


def _is_same(one: CaseResult, other: CaseResult, agree: Callable[[Any, Any], bool]) -> bool:
    if one.cause is not None or other.cause is not None:
        return one.cause is not None and other.cause is not None
    return agree(one.stdout, other.stdout)
