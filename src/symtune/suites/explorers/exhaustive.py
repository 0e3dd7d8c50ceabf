"""Explorer ``exhaustive``: every small input, smallest first.

Most bugs show on some small input (the small scope hypothesis; Jackson 2006), and small inputs are cheap to run by the thousand.
Each domain has a list of values in order of size; inputs come in order of the sum of their values' ranks. Source: ours.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from typing import Any

from symtune.suites.contracts.contract import BUILDERS, SEQUENCES, Domain
from symtune.suites.contracts.vary import ANYTHING
from symtune.suites.explorers.target import Input, Target, with_values

MAX_INPUTS = 3000
"""Inputs proposed per problem."""

MAX_VALUES = 400
"""Values per argument."""

MAX_LENGTH = 4
"""Collections and texts up to this length, unless the contract demands more."""

NUM_ITEM_VALUES = (0, 12, 7, 5, 3)
"""By length: how many different items (or characters) a collection is made of."""

NUM_BESIDE = 4
"""Floats tried beside integers, and values seen tried beside those of other types."""

MAX_DEPTH = 3
"""Collections nested deeper keep the values seen."""


def explore(target: Target) -> Iterator[list[Input]]:
    """Yield inputs of small values, in order of the sum of their ranks."""
    yield from target.batches(itertools.islice(_inputs(target), MAX_INPUTS))


def _inputs(target: Target) -> Iterator[Input]:
    contract = target.contract
    base = target.full_inputs()[0]
    domains: dict[int | str, Domain] = dict(itertools.chain(enumerate(contract.args), contract.kwargs.items()))
    values = [small_values(domain, target.constants)[:MAX_VALUES] for domain in domains.values()]
    if not all(values):
        return
    for ranks in _ranks([len(one) for one in values]):
        chosen = [one[rank] for one, rank in zip(values, ranks, strict=True)]
        yield with_values(base, dict(zip(domains, chosen, strict=True)))


def _ranks(sizes: list[int]) -> Iterator[tuple[int, ...]]:
    """Yield the places of a grid in order of their sum."""
    for total in range(sum(sizes) - len(sizes) + 1):
        yield from _ranks_of(total, sizes)


def _ranks_of(total: int, sizes: list[int]) -> Iterator[tuple[int, ...]]:
    if len(sizes) == 1:
        if total < sizes[0]:
            yield (total,)
        return
    for first in range(min(total, sizes[0] - 1) + 1):
        for rest in _ranks_of(total - first, sizes[1:]):
            yield (first, *rest)


def small_values(domain: Domain, constants: tuple[Any, ...], depth: int = 0) -> list[Any]:
    """Return values inside a domain, smallest first."""
    if domain.kind in ("int", "float"):
        return [one for one in _numbers(domain) if domain.fault(one) is None]
    if domain.kind == "text":
        signs = _signs(domain, constants)
        return [one for one in map("".join, _products(domain, signs)) if domain.fault(one) is None]
    if domain.kind in SEQUENCES and depth < MAX_DEPTH:
        return _collections(domain, constants, depth)
    if domain.kind == "record":
        inner = [small_values(one, constants, depth + 1)[:8] for one in domain.items]
        return [tuple(one[rank] for one, rank in zip(inner, ranks, strict=True)) for ranks in _first_ranks(inner)]
    if domain.kind == "choice":
        inner = [small_values(one, constants, depth)[: _share(one, domain)] for one in domain.items]
        return [one for group in itertools.zip_longest(*inner, fillvalue=_NOTHING) for one in group if one is not _NOTHING]
    if domain.kind == "bool":
        return [False, True]
    if domain.kind == "any":
        return [one for one in _distinct((*domain.seen[:NUM_BESIDE], *ANYTHING)) if domain.fault(one) is None]
    return _distinct(domain.seen)


def _share(option: Domain, choice: Domain) -> int:
    """Return how many values of an option of a choice are tried: few floats where integers will mostly do."""
    has_whole = any(one.kind == "int" for one in choice.items)
    return NUM_BESIDE if option.kind == "float" and has_whole else MAX_VALUES


_NOTHING = object()


def _first_ranks(inner: list[list[Any]]) -> list[tuple[int, ...]]:
    return list(itertools.islice(_ranks([len(one) for one in inner]), MAX_VALUES)) if all(inner) else []


def _numbers(domain: Domain) -> Iterator[Any]:
    if domain.kind == "int":
        for size in range(MAX_VALUES):
            yield from (0,) if size == 0 else (size, -size)
        return
    for half in range(60):
        yield from (0.0,) if half == 0 else (half / 2, -half / 2)


def _signs(domain: Domain, constants: tuple[Any, ...]) -> list[str]:
    """Return characters worth trying: one of each class first, then those of the literals, then those seen."""
    classes = [sign for group in ("ab", "AB", "01", " ", "z") for sign in group if sign in domain.alphabet]
    literal = [sign for one in constants if type(one) is str for sign in one[:20] if sign in domain.alphabet]
    seen = [sign for one in domain.seen[:3] for sign in one]
    first = classes[:1] + [sign for sign in classes[1:] if sign in "A0 "]
    return list(dict.fromkeys([*first, *literal[:12], *classes, *seen]))


def _products(domain: Domain, signs: list[Any]) -> Iterator[tuple[Any, ...]]:
    """Yield tuples of items, shorter ones first; the longer, the fewer different items."""
    for length in range(domain.min_size, min(domain.max_size, max(MAX_LENGTH, domain.min_size)) + 1):
        width = NUM_ITEM_VALUES[length] if length < len(NUM_ITEM_VALUES) else 2
        choices = signs[:width] if length > 1 else signs
        yield from itertools.islice(itertools.product(choices, repeat=length), MAX_VALUES) if length else ((),)


def _collections(domain: Domain, constants: tuple[Any, ...], depth: int) -> list[Any]:
    items = small_values(domain.items[0], constants, depth + 1)
    order = sorted(items[: 4 * NUM_ITEM_VALUES[1]], key=_size)
    kept: list[Any] = []
    for chosen in _products(domain, order):
        if len(kept) >= MAX_VALUES:
            break
        try:
            value = BUILDERS[domain.kind](chosen)
        except TypeError:
            continue
        if len(value) == len(chosen) and domain.fault(value) is None:
            kept.append(value)
    return kept


def _size(value: Any) -> float:
    return abs(value) if isinstance(value, (int, float)) else len(value) if hasattr(value, "__len__") else math.inf


def _distinct(values: tuple[Any, ...]) -> list[Any]:
    kept: list[Any] = []
    for value in values:
        if not any(type(one) is type(value) and one == value for one in kept):
            kept.append(value)
    return kept
