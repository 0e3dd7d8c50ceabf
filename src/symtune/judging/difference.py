"""Where two values part, in words for people; and values shortened for reading. Decides nothing.

Source: ours.
"""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

MAX_SHOWN_CHARS = 400
MAX_SHOWN_LINES = 12
MAX_DEPTH = 20


def shown(value: Any, *, max_chars: int = MAX_SHOWN_CHARS) -> str:
    """Return a value as Python writes it, a text of several lines as its lines; the middle of long ones is left out."""
    if isinstance(value, str) and "\n" in value.strip("\n"):
        lines = value.rstrip("\n").split("\n")
        if len(lines) > MAX_SHOWN_LINES:
            half = MAX_SHOWN_LINES // 2
            lines = [*lines[:half], f"... {len(lines) - 2 * half} more lines ...", *lines[-half:]]
        return "\n".join(_cut(line, max_chars // 2) for line in lines)
    if isinstance(value, str) and len(value) > 4 * max_chars:
        return f"{value[:max_chars]!r}... ({len(value)} characters)"
    try:
        return _cut(repr(value), max_chars)
    except ValueError:  # an integer of more digits than Python prints
        return f"a {type(value).__name__} too long to print"


def _cut(text: str, max_chars: int) -> str:
    if len(text) <= max_chars:
        return text
    half = max_chars // 2
    return f"{text[:half]} ... {len(text) - 2 * half} characters ... {text[-half:]}"


def difference(got: Any, expected: Any) -> str:
    """Return where a value and the one expected part first, or an empty text where that says nothing.

    Texts are compared token by token, lists, tuples and dicts item by item.
    """
    if isinstance(got, str) and isinstance(expected, str):
        return _text_difference(got, expected)
    return _value_difference(got, expected, "", 0)


def _text_difference(got: str, expected: str) -> str:
    if not got.split() and expected.split():
        return "nothing was printed"
    for line, (mine, wanted) in enumerate(zip_longest(_token_lines(got), _token_lines(expected)), start=1):
        if mine is None:
            return f"the output ends before line {line}, where {_words(wanted)} was expected"
        if wanted is None:
            return f"line {line} was not expected: {_words(mine)}"
        for number, (token, other) in enumerate(zip_longest(mine, wanted), start=1):
            if token != other:
                return f"line {line}, word {number}: expected {_word(other)}, got {_word(token)} (blank lines not counted)"
    return ""


def _token_lines(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines() if line.strip()]


def _words(tokens: list[str] | None) -> str:
    return _cut(repr(" ".join(tokens or [])), 80)


def _word(token: str | None) -> str:
    return "nothing" if token is None else _cut(repr(token), 80)


def _first_of(items: list[Any]) -> str:
    """Return the first of some items in the order of their texts: a set has none of its own."""
    return min(shown(item, max_chars=80) for item in items)


def _value_difference(got: Any, expected: Any, path: str, depth: int) -> str:
    at = f"at {path}: " if path else ""
    if depth > MAX_DEPTH or (type(got) is type(expected) and got == expected):
        return ""
    if isinstance(got, list | tuple) and isinstance(expected, list | tuple):
        for index, (item, wanted) in enumerate(zip(got, expected)):
            if found := _value_difference(item, wanted, f"{path}[{index}]", depth + 1):
                return found
        if len(got) != len(expected):
            return f"{at}{len(expected)} items expected, got {len(got)}"
    elif isinstance(got, dict) and isinstance(expected, dict):
        for key, wanted in expected.items():
            if key not in got:
                return f"{at}the key {key!r} is missing"
            if found := _value_difference(got[key], wanted, f"{path}[{key!r}]", depth + 1):
                return found
        if extra := [key for key in got if key not in expected]:
            return f"{at}the key {extra[0]!r} was not expected"
    elif isinstance(got, set | frozenset) and isinstance(expected, set | frozenset):
        if missing := [item for item in expected if item not in got]:
            return f"{at}the item {_first_of(missing)} is missing"
        if extra := [item for item in got if item not in expected]:
            return f"{at}the item {_first_of(extra)} was not expected"
    if type(got) is not type(expected) and not (isinstance(got, int | float) and isinstance(expected, int | float)):
        return f"{at}a {type(expected).__name__} expected, got a {type(got).__name__}"
    return f"{at}expected {shown(expected, max_chars=80)}, got {shown(got, max_chars=80)}" if path and got != expected else ""
