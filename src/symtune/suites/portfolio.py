"""Portfolio: whose turn it is to propose inputs, under one budget.

Every explorer has a first turn, in order. Then the next turn goes to the explorer with the highest

    score = (mean gain of its last `MEMORY` turns + `CURIOSITY` * sqrt(ln(turns of all) / turns of its own)) / price

where the gain of a turn is what it brought that was new: branches of the reference, rivals told for the first time, and, for
less, looks of inputs and answers; and the price of a turn is 1 for those that propose a batch and `TIMED_PRICE` for those that use up
their time. An explorer rests after `MAX_IDLE_TURNS` turns in a row without a gain, and is woken when a gain of another has changed what it
starts from. When all rest or are done, the search ends and what is left of the budget is not spent.

Prices are nominal, not measured, so that a busy machine does not change whose turn it is: the clock decides only when the budget
ends. References and rivals can use it up before anything was explored; then the `PROMISED` explorers still have a first turn, one after
the other, until one input has held up. Source: UCB1 (Auer et al. 2002) for the bonus; the window and the rest are ours.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from symtune.suites.budget import Budget
from symtune.suites.explorers import EXPLORERS, Input, Target

MEMORY = 4
"""Turns whose gains are averaged."""

CURIOSITY = 2.0
"""Weight of the bonus for explorers that had few turns."""

MAX_IDLE_TURNS = 3
"""Turns in a row without a gain after which an explorer rests."""

LATE: Mapping[str, int] = {"difference": 8}
"""Explorers that have turns only while all others rest, and after how many turns without a gain they rest themselves."""

PROMISED = frozenset({"boundary", "exhaustive", "dictionary", "mutation"})
"""Explorers that propose within milliseconds and so have a first turn whatever was spent before, while nothing has held up."""

FEW = 16
"""Inputs of such a turn."""

TURN_FRACTION = 0.15
"""Share of the budget that an explorer which uses up its time gets for one turn."""

MIN_TURN_S = 0.3
"""CPU seconds below which such a turn finds nothing."""

TIMED_PRICE: Mapping[str, float] = {"symbolic": 4.0, "large": 2.0, "difference": 8.0}
"""Explorer -> what a turn costs against a batch of ready inputs; 1 where it is not named."""


@dataclass
class Arm:
    """One explorer at work."""

    name: str
    turns: Iterator[list[Input]]
    gains: deque[float] = field(default_factory=lambda: deque(maxlen=MEMORY))
    num_turns: int = 0
    num_idle: int = 0
    is_done: bool = False

    @property
    def patience(self) -> int:
        """Turns in a row without a gain after which it rests."""
        return LATE.get(self.name, MAX_IDLE_TURNS)

    @property
    def is_ready(self) -> bool:
        """Whether it may have another turn."""
        return not self.is_done and self.num_idle < self.patience

    def score(self, num_turns: int) -> float:
        """Return what a turn of it promises, per price; infinite before the first one."""
        if not self.num_turns:
            return math.inf
        mean = sum(self.gains) / len(self.gains)
        bonus = CURIOSITY * math.sqrt(math.log(max(num_turns, 2)) / self.num_turns)
        return (mean + bonus) / TIMED_PRICE.get(self.name, 1.0)


class Portfolio:
    """The explorers of one problem.

    Args:
        names: explorers to use, in the order of their first turns.
        target: what they are given.
        budget: what is spent, by whom.
    """

    def __init__(self, names: Sequence[str], target: Target, budget: Budget) -> None:
        self._arms = [Arm(name, EXPLORERS[name](target)) for name in names]
        self._target, self._budget = target, budget

    def run(
        self,
        worth: Callable[[str, list[Input]], float],
        *,
        is_over: Callable[[], bool],
        has_any: Callable[[], bool] = lambda: True,
    ) -> None:
        """Let explorers take turns until the budget is spent, or nothing new is to be expected.

        Args:
            worth: tries the inputs of one turn and returns what they gained.
            is_over: whether no input can hold up any more.
            has_any: whether some input has held up; while none has, promised first turns are taken on a spent budget too.
        """
        num_turns = 0
        while not is_over():
            ready = [arm for arm in self._arms if arm.is_ready]
            if self._budget.is_spent:
                ready = [] if has_any() else [arm for arm in ready if arm.name in PROMISED and not arm.num_turns]
            if not ready:
                return
            early = [arm for arm in ready if arm.name not in LATE]
            arm = max(early or ready, key=lambda one: one.score(num_turns))
            self._target.turn_s = max(MIN_TURN_S, min(TURN_FRACTION * self._budget.total_s, self._budget.left_s))
            num_turns += 1
            self._take_turn(arm, worth)

    def _take_turn(self, arm: Arm, worth: Callable[[str, list[Input]], float]) -> None:
        with self._budget.spent_by(arm.name):
            batch = next(arm.turns, None)
        if batch is None:
            arm.is_done = True
            return
        gain = worth(arm.name, batch[:FEW] if self._budget.is_spent else batch)
        arm.num_turns += 1
        arm.gains.append(gain)
        arm.num_idle = arm.num_idle + 1 if gain <= 0 else 0
        if gain > 0:
            for other in self._arms:
                other.num_idle = min(other.num_idle, other.patience - 1)
