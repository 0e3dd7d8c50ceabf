"""Parts that reorder a list of integers, cut a piece out of it, or look at neighbouring items."""

from __future__ import annotations

import itertools
from typing import Any

from symtune.datasets.gym.part import Part

COUNTS = (2, 3, 4)
SKIPS = (1, 2, 3)


def _part(
    name: str, code: str, other_code: str, run: Any, phrasings: tuple[str, ...], parameters: tuple[int, ...] = ()
) -> Part:
    return Part(name, "ints", "ints", run, code, other_code, phrasings, parameters)


ORDERS = (
    _part(
        "sort", "sorted({a})", "sorted({a}, key=lambda x: x)", lambda a, _: sorted(a),
        ("sort ascending", "put them in rising order", "order from small to large"),
    ),
    _part(
        "sort_down", "sorted({a}, reverse=True)", "sorted({a}, key=lambda x: -x)", lambda a, _: sorted(a, reverse=True),
        ("sort descending", "put them in falling order", "order from large to small"),
    ),
    _part(
        "reverse", "{a}[::-1]", "list(reversed({a}))", lambda a, _: a[::-1],
        ("reverse the list", "turn the order around", "read it backwards"),
    ),
    _part(
        "sort_by_size", "sorted({a}, key=abs)", "sorted({a}, key=lambda x: abs(x))", lambda a, _: sorted(a, key=abs),
        ("sort by absolute value", "order by distance from zero", "sort ignoring signs"),
    ),
    _part(
        "distinct", "list(dict.fromkeys({a}))", "[x for x in dict.fromkeys({a})]", lambda a, _: list(dict.fromkeys(a)),
        ("drop repeated values", "keep the first of equal values", "remove duplicates"),
    ),
    _part(
        "rotate", "{a}[{k}:] + {a}[:{k}]", "[*{a}[{k}:], *{a}[:{k}]]", lambda a, k: a[k:] + a[:k],
        ("rotate left by {k}", "move the first {k} to the end", "put the leading {k} last"), SKIPS,
    ),
)  # fmt: skip

CUTS = (
    _part(
        "first", "{a}[:{k}]", "[x for x in {a}][:{k}]", lambda a, k: a[:k],
        ("take the first {k}", "keep the leading {k} items", "cut after {k} items"), COUNTS,
    ),
    _part(
        "last", "{a}[-{k}:]", "{a}[::-1][:{k}][::-1]", lambda a, k: a[-k:],
        ("take the last {k}", "keep the final {k} items", "keep just {k} at the end"), COUNTS,
    ),
    _part(
        "skip", "{a}[{k}:]", "[x for x in {a}][{k}:]", lambda a, k: a[k:],
        ("skip the first {k}", "drop the leading {k} items", "start after {k} items"), SKIPS,
    ),
    _part(
        "drop_last", "{a}[:-{k}]", "{a}[::-1][{k}:][::-1]", lambda a, k: a[:-k],
        ("drop the last {k}", "leave out the final {k} items", "stop {k} before the end"), SKIPS,
    ),
    _part(
        "even_places", "{a}[::2]", "[x for i, x in enumerate({a}) if i % 2 == 0]", lambda a, _: a[::2],
        ("take every second item from the first", "keep even positions", "keep items at index 0, 2, 4"),
    ),
    _part(
        "odd_places", "{a}[1::2]", "[x for i, x in enumerate({a}) if i % 2 == 1]", lambda a, _: a[1::2],
        ("take every second item from the second", "keep odd positions", "keep items at index 1, 3, 5"),
    ),
    _part(
        "largest", "sorted({a})[-{k}:]", "sorted(sorted({a}, reverse=True)[:{k}])", lambda a, k: sorted(a)[-k:],
        ("take the {k} largest ascending", "keep the top {k} in rising order", "keep the greatest {k} sorted"), COUNTS,
    ),
    _part(
        "smallest", "sorted({a})[:{k}]", "sorted({a}, key=lambda x: x)[:{k}]", lambda a, k: sorted(a)[:k],
        ("take the {k} smallest ascending", "keep the bottom {k} in rising order", "keep the least {k} sorted"), COUNTS,
    ),
)  # fmt: skip

WINDOWS = (
    _part(
        "differences", "[y - x for x, y in zip({a}, {a}[1:])]", "[{a}[i + 1] - {a}[i] for i in range(len({a}) - 1)]",
        lambda a, _: [y - x for x, y in itertools.pairwise(a)],
        ("take differences of neighbours", "replace by steps to the next item", "subtract each from the next"),
    ),
    _part(
        "neighbour_sums", "[x + y for x, y in zip({a}, {a}[1:])]", "[{a}[i] + {a}[i + 1] for i in range(len({a}) - 1)]",
        lambda a, _: [x + y for x, y in itertools.pairwise(a)],
        ("add up neighbours", "replace by sums of adjacent pairs", "add each to the next"),
    ),
    _part(
        "neighbour_max", "[max(x, y) for x, y in zip({a}, {a}[1:])]",
        "[max({a}[i : i + 2]) for i in range(len({a}) - 1)]", lambda a, _: [max(x, y) for x, y in itertools.pairwise(a)],
        ("take the larger of neighbours", "replace by maxima of adjacent pairs", "keep the bigger of each pair"),
    ),
    _part(
        "rising", "[y for x, y in zip({a}, {a}[1:]) if y > x]",
        "[{a}[i] for i in range(1, len({a})) if {a}[i] > {a}[i - 1]]",
        lambda a, _: [y for x, y in itertools.pairwise(a) if y > x],
        ("keep items larger than the one before", "keep each that rises", "keep what exceeds its predecessor"),
    ),
    _part(
        "window_sums", "[sum({a}[i:i + {k}]) for i in range(len({a}) - {k} + 1)]",
        "[sum({a}[i - {k}:i]) for i in range({k}, len({a}) + 1)]",
        lambda a, k: [sum(a[i : i + k]) for i in range(len(a) - k + 1)],
        ("sum each window of {k}", "add up every {k} in a row", "replace by sums of {k} consecutive"), (3, 4),
    ),
    _part(
        "running_sums", "[sum({a}[:i + 1]) for i in range(len({a}))]",
        "[sum({a}[:i]) for i in range(1, len({a}) + 1)]", lambda a, _: [sum(a[: i + 1]) for i in range(len(a))],
        ("take running sums", "replace by totals so far", "accumulate the values"),
    ),
    _part(
        "running_max", "[max({a}[:i + 1]) for i in range(len({a}))]",
        "[max({a}[:i]) for i in range(1, len({a}) + 1)]", lambda a, _: [max(a[: i + 1]) for i in range(len(a))],
        ("take running maxima", "replace by the largest so far", "carry the record along"),
    ),
    _part(
        "add_index", "[x + i for i, x in enumerate({a})]", "[{a}[i] + i for i in range(len({a}))]",
        lambda a, _: [x + i for i, x in enumerate(a)],
        ("add to each item its index", "raise items by their position from 0", "add 0, 1, 2 and so on"),
    ),
    _part(
        "times_place", "[x * i for i, x in enumerate({a}, 1)]", "[{a}[i] * (i + 1) for i in range(len({a}))]",
        lambda a, _: [x * i for i, x in enumerate(a, 1)],
        ("multiply items by their place from 1", "weigh each by its rank in line", "multiply by 1, 2, 3 and so on"),
    ),
)  # fmt: skip
