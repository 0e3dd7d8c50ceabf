"""Explorers: ways to propose inputs. A new one is a new file here and a line in `EXPLORERS`.

An explorer is a generator ``target -> batches of inputs``; one batch is one turn, and the portfolio decides whose turn it is. What
earlier turns gained stands in the target. It may propose anything: every input is brought inside the contract, run through
all references, and dropped when it does not hold up. Its name is the ``origin`` of its cases.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from symtune.suites.explorers import boundary, dense, dictionary, difference, exhaustive, large, mutation, symbolic
from symtune.suites.explorers.target import Input, Target

Explorer = Callable[[Target], Iterator[list[Input]]]

EXPLORERS: dict[str, Explorer] = {
    "boundary": boundary.explore,
    "exhaustive": exhaustive.explore,
    "dictionary": dictionary.explore,
    "mutation": mutation.explore,
    "large": large.explore,
    "dense": dense.explore,
    "symbolic": symbolic.explore,
    "difference": difference.explore,
}
"""Origin -> explorer, in the order of their first turns."""

__all__ = ["EXPLORERS", "Explorer", "Input", "Target"]
