"""Values and texts as a message to a policy shows them: the same in every process, head and tail of long ones kept, lengths said.

Source: ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

MAX_PRINTED_BITS = 8192
"""Integers of more bits than this are told by their size: Python does not print them."""

MAX_LINES = 20
"""Lines of one text that are shown."""

_MIN_ITEM_CHARS = 12


def value_text(value: Any, *, max_chars: int) -> str:
    """Return a plain value in Python notation, about ``max_chars`` characters at most.

    A long string, number or collection keeps its beginning and its end and says how long it is:
    ``[1, 2, 3, ... 994 more ..., 999, 1000] (1000 items)``. Sets are put in the order of their items' texts.
    """
    whole = _joined_up_to(_pieces(value), max_chars)
    if whole is not None:
        return whole
    if isinstance(value, str | bytes):
        return _long_string(value, max_chars)
    if isinstance(value, list | tuple | set | frozenset | dict) and value:
        return _long_collection(value, max_chars)
    text = "".join(_pieces(value))
    return f"{cut_middle(text, max_chars)} ({len(text)} characters)"


def cut_middle(text: str, max_chars: int) -> str:
    """Return a text, or its beginning and its end around three dots."""
    if len(text) <= max_chars:
        return text
    tail = max_chars // 3
    return f"{text[: max_chars - tail]} ... {text[len(text) - tail :]}"


def lines_text(text: str, *, max_chars: int) -> str:
    """Return a text of lines, about ``max_chars`` characters and `MAX_LINES` lines at most.

    Of a longer one the first and last lines are kept, and it is said how many there are.
    """
    text = text.rstrip("\n")
    lines = text.split("\n")
    if is_whole(text, max_chars=max_chars):
        return text
    widest = max(max_chars // 4, _MIN_ITEM_CHARS)
    head, tail = _ends(lines, max_chars, lambda line: cut_middle(line, widest), max_items=MAX_LINES)
    left_out = len(lines) - len(head) - len(tail)
    middle = [f"... {left_out} more lines ..."] if left_out else []
    return "\n".join([*head, *middle, *tail, f"({len(lines)} lines, {len(text)} characters)"])


def is_whole(text: str, *, max_chars: int) -> bool:
    """Whether `lines_text` shows all of a text."""
    text = text.rstrip("\n")
    return len(text) <= max_chars and text.count("\n") < MAX_LINES


def _pieces(value: Any) -> Iterator[str]:
    """Yield the notation of a value piece by piece, so that a long one need not be written whole."""
    if isinstance(value, list | tuple):
        yield "[" if isinstance(value, list) else "("
        for index, item in enumerate(value):
            yield ", " if index else ""
            yield from _pieces(item)
        yield "]" if isinstance(value, list) else ",)" if len(value) == 1 else ")"
    elif isinstance(value, set | frozenset):
        items = ", ".join(_ordered(value))
        braced = f"{{{items}}}" if value else ""
        yield f"frozenset({braced})" if isinstance(value, frozenset) else braced or "set()"
    elif isinstance(value, dict):
        yield "{"
        for index, (key, item) in enumerate(value.items()):
            yield ", " if index else ""
            yield from _pieces(key)
            yield ": "
            yield from _pieces(item)
        yield "}"
    elif isinstance(value, int) and value.bit_length() > MAX_PRINTED_BITS:
        yield f"<an integer of {value.bit_length()} bits>"
    else:
        yield repr(value)


def _ordered(items: set[Any] | frozenset[Any]) -> list[str]:
    return sorted("".join(_pieces(item)) for item in items)


def _joined_up_to(pieces: Iterator[str], max_chars: int) -> str | None:
    parts, length = [], 0
    for piece in pieces:
        parts.append(piece)
        length += len(piece)
        if length > max_chars:
            return None
    return "".join(parts)


def _long_string(value: str | bytes, max_chars: int) -> str:
    tail = max_chars // 3
    kind = "characters" if isinstance(value, str) else "bytes"
    return f"{value[: max_chars - tail]!r} ... {value[len(value) - tail :]!r} ({len(value)} {kind})"


def _long_collection(value: Any, max_chars: int) -> str:
    item_chars = max(max_chars // 4, _MIN_ITEM_CHARS)

    def text_of(item: Any) -> str:
        if isinstance(value, dict):
            return f"{value_text(item[0], max_chars=item_chars)}: {value_text(item[1], max_chars=item_chars)}"
        return cut_middle(value_text(item, max_chars=item_chars), 2 * item_chars)  # deep nesting adds up

    if isinstance(value, set | frozenset):
        head, tail = _ends(_ordered(value), max_chars, lambda text: cut_middle(text, item_chars))
    else:
        head, tail = _ends(list(value.items()) if isinstance(value, dict) else value, max_chars, text_of)
    left_out = len(value) - len(head) - len(tail)
    middle = [f"... {left_out} more ..."] if left_out else []
    opening, closing = ("[", "]") if isinstance(value, list) else ("(", ")") if isinstance(value, tuple) else ("{", "}")
    return f"{opening}{', '.join([*head, *middle, *tail])}{closing} ({len(value)} items)"


def _ends(items: Any, max_chars: int, text_of: Callable[[Any], str], *, max_items: int | None = None) -> tuple[list[str], list[str]]:
    """Return the texts of the first and the last items, in turns from the front and the back, while there is room; one at least."""
    head: list[str] = []
    tail: list[str] = []
    room = max_chars
    while len(head) + len(tail) < min(len(items), max_items or len(items)):
        is_front = len(head) <= 2 * len(tail)
        text = text_of(items[len(head)] if is_front else items[len(items) - 1 - len(tail)])
        if head and len(text) > room:
            break
        (head if is_front else tail).append(text)
        room -= len(text) + 2
    return head, tail[::-1]
