"""Text -> values, by the parts of a format."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from symtune.suites.stdin.parts import Item, Part, row_of

_INT = re.compile(r"0|-?[1-9]\d{0,4000}")
_FLOAT = re.compile(r"-?\d+(?:\.\d+)?")


class NoFitError(ValueError):
    """The text does not have this format. Never leaves the package."""


class Page(NamedTuple):
    """A text as lines, and each line as tokens."""

    lines: tuple[str, ...]
    tokens: tuple[tuple[str, ...], ...]


def page_of(text: str) -> Page:
    """Return the lines of a text without blanks at their ends and without the empty ones at the end."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    while lines and not lines[-1]:
        lines.pop()
    return Page(tuple(lines), tuple(tuple(line.split()) for line in lines))


def read_parts(parts: tuple[Part, ...], page: Page, *, place: int, counts: dict[str, int]) -> tuple[list[Any], int]:
    """Return the values of the parts from line ``place`` on, and the line after them; fills in ``counts``.

    Raises:
        NoFitError: the text does not have this format.
    """
    values: list[Any] = []
    for part in parts:
        if part.is_block:
            rows, place = _read_block(part, page, place, counts)
            values.append(rows)
        else:
            values += _read_line(part, page, place, counts)
            place += 1
    return values, place


def _read_block(part: Part, page: Page, place: int, counts: dict[str, int]) -> tuple[list[Any], int]:
    rows: list[Any] = []
    number = None if part.size is None else part.size.number(counts)
    if number is not None and not 0 <= number <= len(page.lines) - place + 1:
        raise NoFitError("a block has no such size")
    while number is None or len(rows) < number:
        if number is None and place >= len(page.lines):
            break
        if place > len(page.lines):
            raise NoFitError("the text ends too early")
        before = place
        values, place = read_parts(part.parts, page, place=place, counts=counts)
        if place == before:
            raise NoFitError("a round of a block takes no line")
        rows.append(row_of(part.parts, values))
    return rows, place


def _read_line(part: Part, page: Page, place: int, counts: dict[str, int]) -> list[Any]:
    """A line after the last one reads as empty: texts are often cut off there."""
    tokens = page.tokens[place] if place < len(page.tokens) else ()
    if len(part.items) == 1 and part.items[0].kind == "text":
        if place >= len(page.lines):
            raise NoFitError("the text ends too early")
        return [page.lines[place]]
    values: list[Any] = []
    for index, item in enumerate(part.items):
        if item.is_run:
            number = len(tokens) - (len(part.items) - index - 1) if item.size is None else item.size.number(counts)
            if not 0 <= number <= len(tokens):
                raise NoFitError("a line has other tokens")
            values.append([value_of(item, token) for token in tokens[:number]])
            tokens = tokens[number:]
            continue
        if not tokens:
            raise NoFitError("a line has too few tokens")
        value, tokens = value_of(item, tokens[0]), tokens[1:]
        if item.kind == "count":
            counts[item.name] = value
            continue
        if item.size is not None and len(value) != item.size.number(counts):
            raise NoFitError("a word has another length")
        values.append(value)
    if tokens:
        raise NoFitError("a line has too many tokens")
    return values


def value_of(item: Item, token: str) -> Any:
    """Return the value of one token.

    Raises:
        NoFitError: it is no such token, or is written in a way that would not come out the same.
    """
    if item.kind in ("word", "raw"):
        return token
    if item.kind in ("int", "count"):
        if not _INT.fullmatch(token) or (item.kind == "count" and len(token) > 9):
            raise NoFitError("no integer")
        return int(token)
    if _FLOAT.fullmatch(token) and float_text(float(token), item.decimals) == token:
        return float(token)
    raise NoFitError("no decimal number of this style")


def float_text(value: float, decimals: int | None) -> str:
    """Return a float with so many decimals, or with as many as it needs."""
    if decimals is not None:
        return f"{value:.{decimals}f}"
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def is_int(token: str) -> bool:
    """Whether a token is an integer written in the usual way."""
    return _INT.fullmatch(token) is not None
