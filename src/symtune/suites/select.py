"""Choose a small suite: first what covers the most that is new, then an even draw over the origins.

Greedy set cover: case* = argmax over cases of sum of weights of features not covered yet, until nothing new is left or the
cap is reached; ties go to the smaller input, then to the earlier one. Source: the classic greedy algorithm.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Sequence

ARC_WEIGHT = 4.0
"""A branch feature of a reference counts this many times a feature of an input's looks."""


def select_cases(
    features: Sequence[frozenset[int | str]],
    *,
    sizes: Sequence[int],
    origins: Sequence[str],
    covered: frozenset[int | str] = frozenset(),
    max_cases: int,
) -> list[int]:
    """Return indices of the chosen cases, in their given order.

    Args:
        features: per candidate: branch features as integers, looks as texts.
        sizes: per candidate, how large its input is.
        origins: per candidate, the explorer that found it.
        covered: features that the suite has already.
        max_cases: most candidates chosen.
    """
    seen = set(covered)
    chosen: set[int] = set()
    queue = [(-_gain(one, seen), size, index) for index, (one, size) in enumerate(zip(features, sizes, strict=True))]
    heapq.heapify(queue)
    while queue and len(chosen) < max_cases:
        claimed, size, index = heapq.heappop(queue)
        gain = _gain(features[index], seen)
        if gain == 0:
            continue
        if -claimed > gain:
            heapq.heappush(queue, (-gain, size, index))
            continue
        chosen.add(index)
        seen |= features[index]
    rest: dict[str, list[int]] = {}
    for index, origin in enumerate(origins):
        if index not in chosen:
            rest.setdefault(origin, []).append(index)
    spread = [_spread(indices) for indices in rest.values()]
    turns = itertools.chain.from_iterable(itertools.zip_longest(*spread))
    for index in turns:
        if len(chosen) >= max_cases:
            break
        if index is not None:
            chosen.add(index)
    return sorted(chosen)


def _gain(features: frozenset[int | str], seen: set[int | str]) -> float:
    return sum(ARC_WEIGHT if isinstance(one, int) else 1.0 for one in features if one not in seen)


def _spread(indices: list[int]) -> list[int]:
    """Return the indices so that each prefix lies evenly over the whole: first, last, middle, quarters, ..."""
    order: dict[int, None] = {}
    step = len(indices)
    while step >= 1:
        order |= dict.fromkeys(indices[::step])
        step //= 2
    return list(order)
