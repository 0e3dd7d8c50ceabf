"""Explorers: ways to propose inputs. A new one is a new file here and a line in `EXPLORERS`.

An explorer is a function ``(target, budget_s) -> iterator of inputs``. It may propose anything: every input is brought inside
the contract, run through all references, and dropped when it does not hold up. Its name is the ``origin`` of its cases.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from symtune.suites.explorers import boundary, mutation, symbolic
from symtune.suites.explorers.target import Input, Target

Explorer = Callable[[Target, float], Iterator[Input]]

EXPLORERS: dict[str, Explorer] = {
    "symbolic": symbolic.explore,
    "boundary": boundary.explore,
    "mutation": mutation.explore,
}
"""Origin -> explorer, in the order in which duplicates are credited."""

TIMED = {"symbolic": 1.0}
"""Explorers that use up their time -> their share of what the problem's budget leaves; the others take milliseconds."""

__all__ = ["EXPLORERS", "TIMED", "Explorer", "Input", "Target"]
