"""Is a function parametric in the items of its arguments? Rename them, and see whether the answer comes back renamed.

A function that only moves, compares for equality and counts its items commutes with every one-to-one renaming of them:
f(rename(x)) = rename(f(x)). Where a reference does so on all given inputs, its items may be anything (`Domain` of kind ``any``).
Source: ours; this is Wadler's free theorem (1989) used as a test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import Any

from symtune.domain import Case
from symtune.judging import CaseResult
from symtune.suites.contracts.contract import Domain, Region, Relation
from symtune.suites.contracts.formula import names_of

Run = Callable[[Sequence[Case]], Sequence[CaseResult]]
"""Runs the reference on the inputs of cases."""

MAX_ARGUMENTS = 4
"""Functions with more arguments are not tried: the groups of arguments are all subsets."""


def open_items(region: Region, cases: Sequence[Case], run: Run) -> Region | None:
    """Return the region with items of any kind in the largest group of arguments that can be renamed; None if none can.

    Items become hashable ones only, where the reference cannot do with lists in their place.
    """
    places = [place for place, domain in enumerate(region.args) if _is_renamed(domain)]
    if not places or len(region.args) > MAX_ARGUMENTS:
        return None
    cases = [*cases, *_variants(cases, places, run)]
    scalars = [place for place, domain in enumerate(region.args) if domain.kind in ("int", "float", "text")]
    groups = [chosen + others for others in _subsets(scalars) for chosen in _subsets(places) if chosen]
    for group in groups:
        for is_hashable in (False, True):
            if all(_survives_renaming(group, cases, run, is_hashable=is_hashable, is_turned=turned) for turned in (False, True)):
                args = [
                    _opened(domain, is_hashable) if place in group else domain
                    for place, domain in enumerate(region.args)
                ]
                kept = tuple(
                    one for one in region.relations if not _speaks_of_any(one, dict(zip(region.parameters(), args, strict=True)))
                )
                return region.model_copy(update={"args": tuple(args), "relations": kept})
    return None


def _speaks_of_any(relation: Relation, domains: dict[str, Domain]) -> bool:
    """Whether a relation is between arguments of which one may now be anything."""
    ordered = list(domains.values())
    spoken = [domains[name] for name in names_of(relation.text)] if relation.kind == "formula" else [ordered[relation.left], ordered[relation.right]]
    return any(one.kind == "any" for one in spoken)


def _variants(cases: Sequence[Case], places: Sequence[int], run: Run) -> list[Case]:
    """Return more cases, with the reference's answers: collections turned round, and without their repeats (examples have few ties)."""
    changed = []
    for change in (lambda items: items[::-1], lambda items: list(dict.fromkeys(items))):
        for case in cases:
            args = [_changed(arg, change) if place in places else arg for place, arg in enumerate(case.args)]
            if args != list(case.args):
                changed.append(with_args(case, args))
    results = run(changed) if changed else []
    return [
        case.model_copy(update={"expected": result.value})
        for case, result in zip(changed, results, strict=True) if result.cause is None
    ]  # fmt: skip


def _changed(value: Any, change: Callable[[list[Any]], list[Any]]) -> Any:
    try:
        return type(value)(change(list(value)))
    except TypeError:  # items that cannot be hashed
        return value


def _subsets(places: Sequence[int]) -> list[tuple[int, ...]]:
    """Return all subsets, the largest first."""
    return [chosen for size in range(len(places), -1, -1) for chosen in combinations(places, size)]


def _is_renamed(domain: Domain) -> bool:
    return (
        domain.kind in ("list", "tuple", "record")
        and not domain.order
        and not domain.needs
        and any(one.kind in ("int", "float", "text", "choice") or _is_renamed(one) for one in domain.items)
    )


def _survives_renaming(group: tuple[int, ...], cases: Sequence[Case], run: Run, *, is_hashable: bool, is_turned: bool) -> bool:
    """Whether the answers follow the names; ``is_turned`` gives them out in the opposite order, for what only compares items."""
    renamed, names = [], []
    for case in cases:
        leaves = {leaf for place in group for leaf in _leaves(case.args[place])}
        order = sorted(leaves, key=lambda leaf: (str(leaf)[::-1], repr(leaf)), reverse=is_turned)
        mapping = {(type(leaf), leaf): _name(number, is_hashable) for number, leaf in enumerate(order)}
        if not mapping:
            return False
        names.append(mapping)
        args = [_renamed(arg, mapping) if place in group else arg for place, arg in enumerate(case.args)]
        renamed.append(with_args(case, args))
    if not any(len(mapping) > 1 for mapping in names):
        return False
    results = run(renamed)
    return all(
        result.cause is None
        and (is_same(result.value, _renamed(case.expected, mapping)) or is_same(result.value, case.expected))
        for case, mapping, result in zip(cases, names, results, strict=True)
    )


def _name(number: int, is_hashable: bool) -> Any:
    """Return the stand-in of a leaf: texts, floats and tuples in turn, or lists, which cannot be hashed."""
    if not is_hashable:
        return [f"n{number * 7 % 10}", number]
    return (f"n{number * 7 % 10}{number}", number + 0.5, (number, "n"))[number % 3]


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from _leaves(item)
    elif isinstance(value, (int, float, str, bool)) or value is None:
        yield value


def _renamed(value: Any, mapping: dict[tuple[type, Any], Any]) -> Any:
    if isinstance(value, (list, tuple)):
        return type(value)(_renamed(item, mapping) for item in value)
    if isinstance(value, dict):
        return value
    try:
        return mapping.get((type(value), value), value)
    except TypeError:
        return value


def with_args(case: Case, args: Sequence[Any]) -> Case:
    """Return the case with other positional arguments."""
    return case.model_copy(update={"args": tuple(args)})


def is_same(one: Any, other: Any) -> bool:
    """Whether two plain values are equal and of one type."""
    return type(one) is type(other) and bool(one == other)


def _opened(domain: Domain, is_hashable: bool) -> Domain:
    """Return a domain whose innermost scalars may be anything."""
    if domain.kind in ("list", "tuple", "record"):
        items = tuple(_opened(one, is_hashable) for one in domain.items)
        return domain.model_copy(update={"items": items, "equal_sizes": domain.equal_sizes and items[0].kind != "any"})
    if domain.kind in ("int", "float", "text", "choice", "bool", "none"):
        return Domain(kind="any", is_hashable=is_hashable, seen=domain.seen)
    return domain
