"""Choose a small suite, the most telling case first: what tells the most rivals and covers the most that is new, then an even draw.

Greedy set cover: case* = argmax over cases of the weights of what it brings that the chosen ones have not, until nothing new is left
or the cap is reached. A rival, a branch and a look count for the first `WANTED` cases that have them, each time for half as much;
ties go to the smaller input, then to the earlier one. Source: the classic greedy algorithm; the several times are ours, after n-detection.
"""

from __future__ import annotations

import heapq
import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

WANTED = 3
"""Cases of the suite that one fact counts for."""

KILL_WEIGHT = 40.0
"""A rival told for the first time counts this many times a look of an input."""

ARC_WEIGHT = 4.0
"""A branch feature of a reference counts this many times a look of an input."""


@dataclass(frozen=True)
class Candidate:
    """What selection knows of a case.

    Attributes:
        features: branch features as integers, looks as texts.
        kills: rivals it tells, by number.
        size: how large its input is.
        origin: the explorer that found it.
    """

    features: frozenset[int | str]
    kills: frozenset[int] = frozenset()
    size: int = 1
    origin: str = ""


def select_cases(
    candidates: Sequence[Candidate], *, covered: frozenset[int | str] = frozenset(), max_cases: int
) -> list[int]:
    """Return indices of the chosen cases, the most telling first.

    Args:
        covered: features that the suite has already.
        max_cases: most candidates chosen.
    """
    seen: Counter[int | str] = Counter(covered)
    num_kills: Counter[int] = Counter()
    chosen: dict[int, None] = {}
    queue = [(-_gain(one, seen, num_kills), one.size, index) for index, one in enumerate(candidates)]
    heapq.heapify(queue)
    while queue and len(chosen) < max_cases:
        claimed, size, index = heapq.heappop(queue)
        gain = _gain(candidates[index], seen, num_kills)
        if gain == 0:
            continue
        if -claimed > gain:
            heapq.heappush(queue, (-gain, size, index))
            continue
        chosen[index] = None
        seen.update(candidates[index].features)
        num_kills.update(candidates[index].kills)
    rest: dict[str, list[int]] = {}
    for index, one in enumerate(candidates):
        if index not in chosen:
            rest.setdefault(one.origin, []).append(index)
    turns = itertools.chain.from_iterable(itertools.zip_longest(*(_spread(indices) for indices in rest.values())))
    for index in turns:
        if len(chosen) >= max_cases:
            break
        if index is not None:
            chosen[index] = None
    return list(chosen)


def _gain(one: Candidate, seen: Counter[int | str], num_kills: Counter[int]) -> float:
    """Return what a case brings: a sum of halved weights, so that it can only fall as others are chosen."""
    facts = sum((ARC_WEIGHT if isinstance(fact, int) else 1.0) / 2 ** seen[fact] for fact in one.features if seen[fact] < WANTED)
    return facts + sum(KILL_WEIGHT / 2 ** num_kills[rival] for rival in one.kills if num_kills[rival] < WANTED)


def _spread(indices: list[int]) -> list[int]:
    """Return the indices so that each prefix lies evenly over the whole: first, last, middle, quarters, ..."""
    order: dict[int, None] = {}
    step = len(indices)
    while step >= 1:
        order |= dict.fromkeys(indices[::step])
        step //= 2
    return list(order)
