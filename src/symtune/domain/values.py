"""Python values <-> JSON, with tags for what JSON lacks. Decoding never executes anything.

    {"$tuple": [...]}  {"$set": [...]}  {"$frozenset": [...]}  {"$dict": [[key, value], ...]}
    {"$float": "inf" | "-inf" | "nan"}  {"$bytes": base64}  {"$complex": [re, im]}  {"$int": hex}

A plain object stands for a dict whose keys are all strings and none starts with ``$``; every other dict is tagged.
``$int`` is used from `LARGE_INT_BITS` bits on, where Python refuses to print decimals.

Source: ours; the format is listed in docs/file-formats.md.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections import Counter
from collections.abc import Callable, Collection
from typing import Any

from symtune.errors import BadValueError

Json = Any
"""A value that `json.dumps` writes as it is."""

LARGE_INT_BITS = 8192
"""Integers with more bits than this travel as hexadecimal (Python limits decimal conversion at 4300 digits)."""

MAX_DEPTH = 200
"""Deepest nesting encoded or decoded; deeper (or cyclic) values have no JSON form."""

MAX_SAME_HASH = 1000
"""Most items of one set with the same hash; programs choose what is decoded, and could choose it to take for ever."""


def encode_value(value: Any) -> Json:
    """Turn a plain Python value into its JSON form.

    Args:
        value: None, bool, int, float, str, bytes, complex, or list, tuple, set, frozenset, dict of these. Types are
            matched exactly: a subclass of one of them is not plain.

    Raises:
        BadValueError: the value has another type, or nests deeper than `MAX_DEPTH` (a cyclic value does).
    """
    return _encode(value, 0)


def _encode(value: Any, depth: int) -> Json:
    if depth > MAX_DEPTH:
        raise BadValueError(f"a value nests deeper than {MAX_DEPTH} levels (or holds itself) and has no JSON form")
    kind = type(value)
    if value is None or kind is bool or kind is str:
        return value
    if kind is int:
        return {"$int": hex(value)} if value.bit_length() > LARGE_INT_BITS else value
    if kind is float:
        return value if math.isfinite(value) else {"$float": repr(value)}
    if kind is list:
        return [_encode(item, depth + 1) for item in value]
    if kind is tuple:
        return {"$tuple": [_encode(item, depth + 1) for item in value]}
    if kind is dict:
        if all(type(key) is str and not key.startswith("$") for key in value):
            return {key: _encode(item, depth + 1) for key, item in value.items()}
        return {"$dict": [[_encode(key, depth + 1), _encode(item, depth + 1)] for key, item in value.items()]}
    if kind is set or kind is frozenset:
        items = sorted((_encode(item, depth + 1) for item in value), key=lambda item: json.dumps(item, sort_keys=True))
        return {"$" + kind.__name__: items}
    if kind is bytes:
        return {"$bytes": base64.b64encode(value).decode("ascii")}
    if kind is complex:
        return {"$complex": [_encode(value.real, depth + 1), _encode(value.imag, depth + 1)]}
    raise BadValueError(f"a value of type {kind.__module__}.{kind.__qualname__} has no JSON form")


_NESTED = (list, dict)


def decode_value(form: Json) -> Any:
    """Turn a JSON form back into the Python value; the inverse of `encode_value`.

    Raises:
        BadValueError: an unknown tag, a malformed tagged form, an unhashable set item or key, or too deep a nesting.
    """
    return _decode(form, 0)


def _decode(form: Json, depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise BadValueError(f"a JSON form nests deeper than {MAX_DEPTH} levels")
    if isinstance(form, list):
        if depth == MAX_DEPTH:
            return [_decode(item, depth + 1) for item in form]
        return [_decode(item, depth + 1) if isinstance(item, _NESTED) else item for item in form]
    if not isinstance(form, dict):
        return form
    tag = next(iter(form), "")
    if not tag.startswith("$"):
        return {key: _decode(item, depth + 1) for key, item in form.items()}
    if len(form) != 1 or tag not in _DECODERS:
        raise BadValueError(f"unknown value tag {tag!r}; known: {', '.join(sorted(_DECODERS))}")
    try:
        return _DECODERS[tag](form[tag], depth + 1)
    except (TypeError, ValueError, binascii.Error) as error:
        raise BadValueError(f"malformed {tag} value: {error}") from error


def _items(body: Json, depth: int) -> list[Any]:
    if not isinstance(body, list):
        raise BadValueError(f"expected a list of items, got {type(body).__name__}")
    return [_decode(item, depth) for item in body]


def _dict(body: Json, depth: int) -> dict[Any, Any]:
    pairs = [(_decode(key, depth), _decode(item, depth)) for key, item in body]
    _spread([key for key, _ in pairs])
    return dict(pairs)


def _spread(items: list[Any]) -> list[Any]:
    if has_many_same_hashes(items):
        raise BadValueError(f"more than {MAX_SAME_HASH} items of a set or keys of a dict have the same hash")
    return items


def has_many_same_hashes(items: Collection[Any]) -> bool:
    """Return whether more than `MAX_SAME_HASH` different items share a hash, so that a set of n takes n * n steps.

    Raises:
        TypeError: an item cannot be hashed.
    """
    if len(items) <= MAX_SAME_HASH or max(Counter(map(hash, items)).values()) <= MAX_SAME_HASH:
        return False
    return len(set(map(repr, items))) > MAX_SAME_HASH


def _float(body: Json, _depth: int) -> float:
    if body not in ("inf", "-inf", "nan"):
        raise BadValueError(f"$float holds inf, -inf or nan, got {body!r}")
    return float(body)


_DECODERS: dict[str, Callable[[Json, int], Any]] = {
    "$tuple": lambda body, depth: tuple(_items(body, depth)),
    "$set": lambda body, depth: set(_spread(_items(body, depth))),
    "$frozenset": lambda body, depth: frozenset(_spread(_items(body, depth))),
    "$dict": _dict,
    "$float": _float,
    "$bytes": lambda body, _depth: base64.b64decode(body, validate=True),
    "$complex": lambda body, depth: complex(*_items(body, depth)),
    "$int": lambda body, _depth: int(body, 16),
}
