"""Values with other counts: lists and texts cut, or filled up with their own items again. Source: ours."""

from __future__ import annotations

from typing import Any

from symtune.errors import BadValueError
from symtune.suites.stdin.format import Args, InputFormat
from symtune.suites.stdin.parts import Part, Size, own_counts, row_of, values_of
from symtune.suites.stdin.reading import NoFitError, page_of, read_parts


def counts_of(format: InputFormat, args: Args) -> dict[str, int]:
    """Return the counts that these arguments have, those inside blocks left out.

    Raises:
        BadValueError: the arguments do not have this format.
    """
    counts: dict[str, int] = {}
    plain = format.model_copy(update={"tests": None, "gap": 0})
    try:
        read_parts(plain.parts, page_of(plain.render(args)), place=0, counts=counts)
    except NoFitError as error:
        raise BadValueError(f"the arguments do not come back from their text: {error}") from error
    return {name: counts[name] for name in own_counts(format.parts)}


def resized(format: InputFormat, args: Args, counts: dict[str, int]) -> Args:
    """Return the arguments with these counts.

    Raises:
        BadValueError: something empty would have to be filled up.
    """
    return tuple(_resized(format.parts, list(args), counts))


def _resized(parts: tuple[Part, ...], values: list[Any], counts: dict[str, int]) -> list[Any]:
    rest = iter(values)
    found: list[Any] = []
    for part in parts:
        if part.is_block:
            rows = [row_of(part.parts, _resized(part.parts, values_of(part.parts, row), counts)) for row in next(rest)]
            found.append(_stretched(rows, part.size, counts))
            continue
        for item in part.items:
            if item.kind != "count":
                value = next(rest)
                found.append(_stretched(value, item.size, counts) if isinstance(value, (list, str)) else value)
    return found


def _stretched(value: Any, size: Size | None, counts: dict[str, int]) -> Any:
    if size is None or size.count not in counts:
        return value
    number = size.number(counts)
    if number < 0 or (number and not value):
        raise BadValueError(f"nothing to fill {number} places with")
    return (value * (number // max(1, len(value)) + 1))[:number]
