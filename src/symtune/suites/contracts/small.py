"""Small values of a domain, smallest first, and all values where there are few.

A `Scope` says how far the lists go: the longer a collection, the fewer different items it is made of, down to two, with which long
collections still show repeats, runs and ties. Source: ours.
"""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from symtune.domain import decode_value
from symtune.suites.contracts.contract import BUILDERS, SEQUENCES, Domain
from symtune.suites.contracts.vary import ANYTHING

MAX_LENGTH = 9
"""Collections are made up to this length, unless the contract demands more."""

LAST_WIDTH = 2
"""Different items of a collection that is longer than a scope knows of."""

NUM_BESIDE = 4
"""Floats tried beside integers, and values seen tried beside those of other types."""

NUM_FIELD_VALUES = 8
"""Values of a position of a record, and of a field."""

NUM_KEYS, NUM_HELD = 6, 5
"""Different keys of a dict, and different values held under them."""

MAX_DICT_SIZE = 3
"""Items of a dict that is made from nothing."""

NUM_HALVES = 60
"""Floats go up in halves, this many to each side."""

MAX_DEPTH = 3
"""Collections nested deeper keep the values seen."""


@dataclass(frozen=True)
class Scope:
    """How many values of a domain count as small.

    Attributes:
        max_values: values of an argument.
        widths: by length, how many different items (or characters) a collection is made of.
    """

    max_values: int = 500
    widths: tuple[int, ...] = (1, 12, 7, 5, 3, 2, 2, 2)


SMALL = Scope()
"""What the explorer ``exhaustive`` looks at."""


def scope_of(num_values: int) -> Scope:
    """Return the scope with about this many values of an argument, spread evenly over the lengths of a collection."""
    each = max(1, num_values // MAX_LENGTH)
    widths = [1]
    for length in range(1, MAX_LENGTH + 1):
        width = int(each ** (1 / length) + 1e-9)
        if length > 1 and width < LAST_WIDTH:
            break
        widths.append(max(1, width))
    return Scope(num_values, tuple(widths))


def small_values(domain: Domain, constants: tuple[Any, ...], depth: int = 0, *, scope: Scope = SMALL) -> list[Any]:
    """Return values inside a domain, smallest first."""
    if domain.kind in ("int", "float"):
        return [one for one in _numbers(domain, scope) if domain.fault(one) is None]
    if domain.kind == "text":
        signs = _signs(domain, constants)
        return [one for one in map("".join, _products(domain, signs, scope)) if domain.fault(one) is None]
    if domain.kind in SEQUENCES and depth < MAX_DEPTH:
        return _collections(domain, constants, depth, scope)
    if domain.kind in ("record", "fields"):
        inner = [small_values(one, constants, depth + 1, scope=scope)[:NUM_FIELD_VALUES] for one in domain.items]
        rows = (tuple(one[rank] for one, rank in zip(inner, ranks, strict=True)) for ranks in _first_ranks(inner, scope))
        return list(rows) if domain.kind == "record" else [dict(zip(domain.keys, row, strict=True)) for row in rows]
    if domain.kind == "dict" and depth < MAX_DEPTH:
        return _dicts(domain, constants, depth, scope)
    if domain.kind == "choice":
        inner = [small_values(one, constants, depth, scope=scope)[: _share(one, domain, scope)] for one in domain.items]
        return [one for group in itertools.zip_longest(*inner, fillvalue=_NOTHING) for one in group if one is not _NOTHING]
    if domain.kind == "bool":
        return [False, True]
    if domain.kind == "any":
        return [one for one in _distinct((*domain.seen[:NUM_BESIDE], *ANYTHING)) if domain.fault(one) is None]
    return _distinct(domain.seen)


def ranks_of(sizes: list[int]) -> Iterator[tuple[int, ...]]:
    """Yield the places of a grid in order of their sum."""
    for total in range(sum(sizes) - len(sizes) + 1):
        yield from _ranks_with(total, sizes)


def _ranks_with(total: int, sizes: list[int]) -> Iterator[tuple[int, ...]]:
    if len(sizes) == 1:
        if total < sizes[0]:
            yield (total,)
        return
    for first in range(min(total, sizes[0] - 1) + 1):
        for rest in _ranks_with(total - first, sizes[1:]):
            yield (first, *rest)


def _share(option: Domain, choice: Domain, scope: Scope) -> int:
    """Return how many values of an option of a choice are tried: few floats where integers will mostly do."""
    has_whole = any(one.kind == "int" for one in choice.items)
    return NUM_BESIDE if option.kind == "float" and has_whole else scope.max_values


_NOTHING = object()

MAX_ROOM = 20
"""A power with a larger exponent is not computed to see that it is too large; one item alone has few lists of any length."""


def _first_ranks(inner: list[list[Any]], scope: Scope) -> list[tuple[int, ...]]:
    return list(itertools.islice(ranks_of([len(one) for one in inner]), scope.max_values)) if inner and all(inner) else []


def _numbers(domain: Domain, scope: Scope) -> Iterator[Any]:
    """Yield numbers away from zero, or from the bound nearest to it."""
    start = min(max(0, domain.low if domain.low is not None else 0), domain.high if domain.high is not None else math.inf)
    if domain.kind == "int":
        middle = math.ceil(start)
        for size in range(scope.max_values):
            yield from (middle,) if size == 0 else (middle + size, middle - size)
        return
    for half in range(NUM_HALVES):
        yield from (float(start),) if half == 0 else (start + half / 2, start - half / 2)


def _signs(domain: Domain, constants: tuple[Any, ...]) -> list[str]:
    """Return characters worth trying: one of each class first, then those of the literals, then those seen."""
    classes = [sign for group in ("ab", "AB", "01", " ", "z") for sign in group if sign in domain.alphabet]
    literal = [sign for one in constants if type(one) is str for sign in one[:20] if sign in domain.alphabet]
    seen = [sign for one in domain.seen[:3] for sign in one]
    first = classes[:1] + [sign for sign in classes[1:] if sign in "A0 "]
    return list(dict.fromkeys([*first, *literal[:12], *classes, *seen]))


def _products(domain: Domain, signs: list[Any], scope: Scope) -> Iterator[tuple[Any, ...]]:
    """Yield tuples of items, shorter ones first; the longer, the fewer different items."""
    for length in range(domain.min_size, min(domain.max_size, max(len(scope.widths) - 1, domain.min_size)) + 1):
        width = scope.widths[length] if length < len(scope.widths) else LAST_WIDTH
        choices = signs[:width] if length > 1 else signs
        yield from itertools.islice(itertools.product(choices, repeat=length), scope.max_values) if length else ((),)


def _collections(domain: Domain, constants: tuple[Any, ...], depth: int, scope: Scope) -> list[Any]:
    items = small_values(domain.items[0], constants, depth + 1, scope=scope)
    order = sorted(items[: 4 * max(scope.widths)], key=_size)
    kept: list[Any] = []
    for chosen in _products(domain, order, scope):
        if len(kept) >= scope.max_values:
            break
        try:
            value = BUILDERS[domain.kind](chosen)
        except TypeError:
            continue
        if len(value) == len(chosen) and domain.fault(value) is None:
            kept.append(value)
    return kept


def _dicts(domain: Domain, constants: tuple[Any, ...], depth: int, scope: Scope) -> list[dict[Any, Any]]:
    """Return the dicts seen, then those made of the smallest keys and values."""
    keys, held = (small_values(one, constants, depth + 1, scope=scope) for one in domain.items)
    made: list[dict[Any, Any]] = []
    for size in range(domain.min_size, min(domain.max_size, MAX_DICT_SIZE) + 1):
        for chosen in itertools.permutations(keys[:NUM_KEYS], size):
            for values in itertools.islice(itertools.product(held[:NUM_HELD], repeat=size), NUM_HELD**2):
                try:
                    made.append(dict(zip(chosen, values, strict=True)))
                except TypeError:
                    continue
    return [*_distinct(domain.seen), *(one for one in made if domain.fault(one) is None)][: scope.max_values]


def _size(value: Any) -> float:
    return abs(value) if isinstance(value, (int, float)) else len(value) if hasattr(value, "__len__") else math.inf


def _distinct(values: tuple[Any, ...]) -> list[Any]:
    kept: list[Any] = []
    for value in values:
        if not any(type(one) is type(value) and one == value for one in kept):
            kept.append(value)
    return kept


def all_values(domain: Domain, max_values: int) -> list[Any] | None:
    """Return every value of a domain, or None where there are more than ``max_values`` or no end of them."""
    if domain.kind == "int":
        if domain.low is None or domain.high is None or domain.high - domain.low >= max_values:
            return None
        numbers = range(math.ceil(domain.low), math.floor(domain.high) + 1)
        return [one for one in numbers if domain.fault(one) is None]
    if domain.kind == "bool":
        return [False, True]
    if domain.kind == "none":
        return [None]
    if domain.kind == "fixed":
        return [decode_value(json.loads(text)) for text in domain.values]
    if domain.kind == "choice":
        options = [all_values(one, max_values) for one in domain.items]
        found = [one for values in options for one in values or ()]
        return None if None in options or len(found) > max_values else found
    if domain.kind in ("record", "fields"):
        rows = _all_rows([all_values(one, max_values) for one in domain.items], max_values)
        return rows if rows is None or domain.kind == "record" else [dict(zip(domain.keys, row, strict=True)) for row in rows]
    if domain.kind in ("list", "tuple", "text"):
        return _all_collections(domain, max_values)
    return None


def _all_rows(inner: list[list[Any] | None], max_values: int) -> list[tuple[Any, ...]] | None:
    if any(one is None for one in inner) or math.prod(len(one or ()) for one in inner) > max_values:
        return None
    return list(itertools.product(*(one or () for one in inner)))


def _all_collections(domain: Domain, max_values: int) -> list[Any] | None:
    items = list(domain.alphabet) if domain.kind == "text" else all_values(domain.items[0], max_values)
    if not items or domain.max_size > max_values or len(items) ** min(domain.max_size, MAX_ROOM) > max_values:
        return None
    build = "".join if domain.kind == "text" else BUILDERS[domain.kind]
    made = (one for size in range(domain.min_size, domain.max_size + 1) for one in itertools.product(items, repeat=size))
    values = [build(one) for one in itertools.islice(made, max_values + 1)]
    return None if len(values) > max_values else [one for one in values if domain.fault(one) is None]
