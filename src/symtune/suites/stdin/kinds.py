"""What each token of a structure is: integer, decimal number or word, by how all examples write it. Source: ours."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

from symtune.suites.stdin.parts import Item, Part, values_of
from symtune.suites.stdin.reading import Page, float_text, is_int, read_parts

_DECIMAL = re.compile(r"-?\d+(?:\.(\d+))?")

_BINARY = re.compile(r"\bbinary\s+(?:notation|representation|string|number|form|record|system)s?\b", re.IGNORECASE)

MIN_BITS = 3
"""A number in binary notation shows by this many digits that it is none in decimal notation."""

Seen = dict[str, list[str]]
"""Item -> all its tokens."""


def tokens_seen(parts: tuple[Part, ...], pages: list[Page]) -> Seen:
    """Return the tokens of every item that is ``raw``, over all pages."""
    seen: Seen = defaultdict(list)
    for page in pages:
        values, _ = read_parts(parts, page, place=0, counts={})
        _collect(parts, values, seen)
    return seen


def _collect(parts: tuple[Part, ...], values: list[Any], seen: Seen) -> None:
    rest = iter(values)
    for part in parts:
        if part.is_block:
            for row in next(rest):
                _collect(part.parts, values_of(part.parts, row), seen)
            continue
        for item in part.items:
            if item.kind != "count":
                value = next(rest)
                seen[item.name] += value if item.is_run else [value]


def written_in_bits(seen: Seen, statement: str) -> dict[str, str]:
    """Return ``word`` for items that are numbers in binary notation: the statement speaks of such, and all tokens hold nothing but 0 and 1."""
    if not _BINARY.search(statement):
        return {}
    return {
        name: "word" for name, tokens in seen.items()
        if any(len(token) >= MIN_BITS for token in tokens) and all(set(token) <= set("01") for token in tokens)
    }  # fmt: skip


def with_kinds(parts: tuple[Part, ...], seen: Seen, kinds: dict[str, str]) -> tuple[Part, ...]:
    """Return the parts with a kind for every raw item.

    Args:
        seen: the tokens of each item.
        kinds: what the statement says an item is (``int``, ``float``, ``word``), by name; kept where the tokens allow it.
    """
    return tuple(
        part.model_copy(
            update={
                "parts": with_kinds(part.parts, seen, kinds),
                "items": tuple(_with_kind(item, seen[item.name], kinds.get(item.name)) for item in part.items),
            }
        )
        for part in parts
    )


def _with_kind(item: Item, tokens: list[str], said: str | None) -> Item:
    if item.kind != "raw":
        return item
    if said == "word" or (item.size is not None and not item.is_run):
        return item.model_copy(update={"kind": "word"})
    if said != "float" and all(map(is_int, tokens)):
        return item.model_copy(update={"kind": "int"})
    decimals = [_DECIMAL.fullmatch(token) for token in tokens]
    if all(decimals):
        styles = {len(match.group(1) or "") for match in decimals if match}
        number = next(iter(styles)) if len(styles) == 1 and (styles != {0} or said != "float") else None
        if all(float_text(float(token), number) == token for token in tokens):
            return item.model_copy(update={"kind": "float", "decimals": number})
    return item.model_copy(update={"kind": "word"})
