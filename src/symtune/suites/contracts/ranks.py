"""Bounds that go by the place of an item: ``1 <= p_i < i`` of ``p_2, p_3, ..., p_n`` -> ``all(p[x1] < x1 + 2 for x1 in range(len(p)))``.

The letter of the index stands for the place as the statement counts it: from the first index that it writes ("p_2, p_3, ..."), else from 1.
Trees come so more often than as edges: whoever has a parent with a smaller number is part of one. Source: ours.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from symtune.suites.contracts.comparisons import Comparison
from symtune.suites.contracts.expressions import Expression, NotReadError, Operation, Ref, constant_of, refs_of

INDEX = "@index"
"""Name of the quantity that is the index of an item; its path is the letter."""

LETTERS = ("i", "j")

_RANKED = re.compile(r"all\((\w+)\[(\w+)\](?:\[\d+\])? <=? \2 .*for \2 in range\(len\(\1\)\)\)")


def index_of(ref: Ref) -> Ref | None:
    """Return the index that a bare letter stands for, or None."""
    return Ref(INDEX, (ref.name,)) if ref.name in LETTERS and not ref.path and ref.measure == "value" else None


def has_index(comparison: Comparison) -> bool:
    """Whether a side of it speaks of an index."""
    return any(ref.name == INDEX for ref in [*refs_of(comparison.left), *refs_of(comparison.right)])


def is_ranked(formula: str) -> bool:
    """Whether a formula bounds every item from above by its place."""
    return _RANKED.fullmatch(formula) is not None


def ranked_formula(comparison: Comparison, *, first: int, names: Collection[str]) -> str:
    """Return the comparison of items with their index as a formula.

    Args:
        comparison: its quantities are parameters, items of one of them, and the index.
        first: the index that the statement gives the first item.
        names: the parameters, which the loop variable must not shadow.

    Raises:
        NotReadError: it is not about the items of one list, or needs what formulas lack.
    """
    refs = [*refs_of(comparison.left), *refs_of(comparison.right)]
    letters = {ref.path[0] for ref in refs if ref.name == INDEX}
    items = {ref for ref in refs if ref.name != INDEX and ref.path}
    lists = {ref.name for ref in items}
    if len(lists) != 1 or len(letters) != 1 or any(ref.path[0] not in letters or ref.measure != "value" for ref in items):
        raise NotReadError("an index without items of one list")
    if any(isinstance(step, str) for ref in items for step in ref.path[1:]):
        raise NotReadError("an index inside an index")
    variable = next(name for name in (f"x{number}" for number in range(1, 100)) if name not in names)
    sides = [_spelled(side, variable, first) for side in (comparison.left, comparison.right)]
    return f"all({sides[0]} {comparison.sign} {sides[1]} for {variable} in range(len({next(iter(lists))})))"


def _spelled(side: Expression, variable: str, first: int) -> str:
    value = constant_of(side)
    if value is not None:
        return repr(value.least)
    if isinstance(side, Operation) and side.sign in ("+", "-") and len(side.parts) == 2:
        shift = constant_of(side.parts[1])
        if isinstance(side.parts[0], Ref) and side.parts[0].name == INDEX and shift is not None:
            return _shifted(variable, first + int(shift.least if side.sign == "+" else -shift.least))
    if not isinstance(side, Ref) or side.measure != "value":
        raise NotReadError("more than an index and an item")
    if side.name == INDEX:
        return _shifted(variable, first)
    return side.name + (f"[{variable}]" if side.path else "") + "".join(f"[{step}]" for step in side.path[1:])


def _shifted(variable: str, offset: int) -> str:
    return f"{variable} {'-' if offset < 0 else '+'} {abs(offset)}"


def first_index(text: str, comparison: Comparison) -> int:
    """Return the least index that a sentence writes at a name of the comparison (2 in "p_2, p_3, ..., p_n"); 1 where it writes none."""
    names = {ref.name for side in (comparison.left, comparison.right) for ref in refs_of(side)}
    names |= {name[:-1] for name in names if len(name) == 2 and name[1] in LETTERS}
    found = [int(digit) for name in names - set(LETTERS) for digit in re.findall(rf"(?<![A-Za-z]){re.escape(name)}(?:_\{{?|\[)?(\d)(?!\d)", text)]
    return min(found, default=1)
