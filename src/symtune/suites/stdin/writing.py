"""Values -> text, by the parts of a format. Counts are found from the values, since they are sizes."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from symtune.errors import BadValueError
from symtune.suites.stdin.parts import Item, Part, Size, num_values, own_counts, row_of, values_of
from symtune.suites.stdin.reading import float_text

Demands = dict[str, list[int]]
"""Count -> the values that the sizes it stands for ask of it."""


def write_parts(parts: tuple[Part, ...], values: list[Any], counts: dict[str, int]) -> list[str]:
    """Return the lines of these values.

    Raises:
        BadValueError: a value is of another type, sizes that must agree do not, or a count cannot be known.
    """
    if len(values) != num_values(parts):
        raise BadValueError(f"expected {num_values(parts)} values, got {len(values)}")
    counts = counts | _own(parts, values)
    lines: list[str] = []
    rest = iter(values)
    for part in parts:
        if part.is_block:
            rows = _list(next(rest), part.name)
            _check_size(part.size, len(rows), counts, part.name)
            for row in rows:
                lines += write_parts(part.parts, _row_values(part, row), counts)
        else:
            lines.append(" ".join(_tokens(part.items, rest, counts)))
    return lines


def fit_parts(parts: tuple[Part, ...], values: list[Any], counts: dict[str, int]) -> list[Any]:
    """Return the values with whatever is too long for another size cut off.

    Raises:
        BadValueError: as `write_parts`.
    """
    if len(values) != num_values(parts):
        raise BadValueError(f"expected {num_values(parts)} values, got {len(values)}")
    demands = _demands(parts, values)
    counts = counts | {name: min(demands[name]) for name in own_counts(parts) if demands[name]}
    fitted: list[Any] = []
    rest = iter(values)
    for part in parts:
        if part.is_block:
            rows = _cut(_list(next(rest), part.name), part.size, counts)
            fitted.append([row_of(part.parts, fit_parts(part.parts, _row_values(part, row), counts)) for row in rows])
            continue
        for item in part.items:
            if item.kind != "count":
                value = next(rest)
                fitted.append(_cut(value, item.size, counts) if isinstance(value, (list, str)) else value)
    return fitted


def _cut(value: Any, size: Size | None, counts: dict[str, int]) -> Any:
    if size is None or (size.count is not None and size.count not in counts):
        return value
    return value[: max(0, size.number(counts))]


def _own(parts: tuple[Part, ...], values: list[Any]) -> dict[str, int]:
    """Return the counts on the lines of these parts."""
    demands = _demands(parts, values)
    found: dict[str, int] = {}
    for name in own_counts(parts):
        if not demands[name]:
            raise BadValueError(f"nothing says how large {name} is")
        found[name] = demands[name][0]
    return found


def _demands(parts: tuple[Part, ...], values: list[Any]) -> Demands:
    demands: Demands = defaultdict(list)
    rest = iter(values)
    for part in parts:
        if part.is_block:
            rows = _list(next(rest), part.name)
            _demand(demands, part.size, len(rows))
            inner = set(own_counts(part.parts))
            for row in rows:
                for name, asked in _demands(part.parts, _row_values(part, row)).items():
                    if name not in inner:
                        demands[name] += asked
            continue
        for item in part.items:
            if item.kind != "count":
                value = next(rest)
                if item.size is not None:
                    _demand(demands, item.size, len(_sized(item, value)))
    return demands


def _demand(demands: Demands, size: Size | None, number: int) -> None:
    if size is not None and size.count is not None:
        demands[size.count].append(size.count_for(number))


def _sized(item: Item, value: Any) -> Any:
    if type(value) is not (list if item.is_run else str):
        raise BadValueError(f"{item.name} is a {type(value).__name__}")
    return value


def _list(value: Any, name: str) -> list[Any]:
    if type(value) is not list:
        raise BadValueError(f"{name} is a {type(value).__name__}, no list")
    return value


def _row_values(part: Part, row: Any) -> list[Any]:
    number = num_values(part.parts)
    if number != 1 and (type(row) is not tuple or len(row) != number):
        raise BadValueError(f"a row of {part.name} is no tuple of {number}")
    return values_of(part.parts, row)


def _check_size(size: Size | None, number: int, counts: dict[str, int], name: str) -> None:
    if size is not None and size.number(counts) != number:
        raise BadValueError(f"{name} has {number} items, not {size.number(counts)}")


def _tokens(items: tuple[Item, ...], rest: Any, counts: dict[str, int]) -> Iterable[str]:
    for item in items:
        if item.kind == "count":
            yield str(counts[item.name])
            continue
        value = next(rest)
        if item.size is not None:
            _check_size(item.size, len(_sized(item, value)), counts, item.name)
        if item.is_run:
            yield from [token_of(item, one) for one in _list(value, item.name)]
        else:
            yield token_of(item, value)


def token_of(item: Item, value: Any) -> str:
    """Return the text of one value.

    Raises:
        BadValueError: the value is not of the item's kind, or cannot stand in a line of text.
    """
    if item.kind == "int" and type(value) is int:
        return str(value)
    if item.kind == "float" and type(value) in (int, float) and math.isfinite(value):
        return float_text(float(value), item.decimals)
    if type(value) is str and item.kind in ("word", "raw") and value.split() == [value]:
        return value
    if type(value) is str and item.kind == "text" and value == value.rstrip() and len(value.splitlines()) <= 1:
        return value
    raise BadValueError(f"{item.name}: {value!r:.60} cannot be written as {item.kind}")
