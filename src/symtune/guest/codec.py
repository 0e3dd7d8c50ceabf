"""Python values <-> tagged JSON, inside the guest: the same form as `symtune.domain.values`, which it must not import.

Programs hand in what they like, so every question is put to the type itself and every content read through the slots of the
base class: a subclass that lies about its class, its items or its equality is written down as the value it really holds.
Functions are bound when this file loads, before any program runs.

Beyond the plain types, these are turned into the plain value that Python calls equal: subclasses of plain types (named
tuples, OrderedDict, Counter, IntEnum), dict_keys and dict_items, bytearray, Decimal and Fraction, numpy numbers and arrays.

Source: ours.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections import OrderedDict
from typing import Any

LARGE_INT_BITS = 8192
MAX_DEPTH = 200

_kind_of, _is_finite, _all, _sorted, _hex, _repr = type, math.isfinite, all, sorted, hex, repr
_join, _to_bytes = "".join, str.encode
_base64 = base64.b64encode
_is_subtype = type.__subclasscheck__
_type_get = type.__getattribute__
_starts_with = str.startswith
_whole = slice(None)
_dict_keys, _dict_items = type({}.keys()), type({}.items())


def json_encoder(*, is_sorted: bool) -> Any:
    """Return a function from a JSON form to bytes, made of C code only: patching the json module does not reach it."""

    def refuse(value: Any) -> Any:
        raise TypeError(f"{_kind_of(value)} is no JSON")

    separators = (", ", ": ") if is_sorted else (",", ":")
    chunks = json.encoder.c_make_encoder(  # type: ignore[attr-defined]
        None, refuse, json.encoder.encode_basestring_ascii, None, separators[1], separators[0], is_sorted, False, False
    )
    return lambda form: _to_bytes(_join(chunks(form, 0)))


_sort_key = json_encoder(is_sorted=True)


class NotPlainError(Exception):
    """A value that has no JSON form."""


def encode(value: Any, depth: int = 0) -> Any:
    """Return the JSON form of a value, or raise `NotPlainError`."""
    kind = _kind_of(value)
    if value is None or kind is bool or kind is str:
        return value
    if depth > MAX_DEPTH:
        raise NotPlainError(f"the answer nests deeper than {MAX_DEPTH} levels, or holds itself")
    if kind is int:
        return value if value.bit_length() <= LARGE_INT_BITS else {"$int": _hex(value)}
    if kind is float:
        return value if _is_finite(value) else {"$float": _repr(value)}
    if kind is list:
        return [encode(item, depth + 1) for item in value]
    if kind is tuple:
        return {"$tuple": [encode(item, depth + 1) for item in value]}
    if kind is dict:
        if _all(_kind_of(key) is str and not _starts_with(key, "$") for key in value):
            return {key: encode(item, depth + 1) for key, item in value.items()}
        return {"$dict": [[encode(key, depth + 1), encode(item, depth + 1)] for key, item in value.items()]}
    if kind is set or kind is frozenset:
        items = _sorted((encode(item, depth + 1) for item in value), key=_sort_key)
        return {"$set" if kind is set else "$frozenset": items}
    if kind is bytes:
        return {"$bytes": _base64(value).decode("ascii")}
    if kind is complex:
        return {"$complex": [encode(value.real, depth + 1), encode(value.imag, depth + 1)]}
    return encode(_to_plain(value, kind), depth + 1)


def _ordered_items(value: Any) -> dict[Any, Any]:
    return {key: dict.__getitem__(value, key) for key in OrderedDict.__iter__(value)}


_BASES: tuple[tuple[type, Any], ...] = (
    (int, int.__int__),
    (float, float.__float__),
    (str, str.__str__),
    (list, list.copy),
    (tuple, lambda value: tuple.__getitem__(value, _whole)),
    (OrderedDict, _ordered_items),
    (dict, lambda value: dict(dict.items(value))),
    (set, lambda value: {*set.__iter__(value)}),
    (frozenset, lambda value: frozenset([*frozenset.__iter__(value)])),
    (bytes, lambda value: bytes.__getitem__(value, _whole)),
    (bytearray, lambda value: b"" + bytearray.__getitem__(value, _whole)),
    (complex, lambda value: complex(complex.__add__(value, 0))),
)


def _to_plain(value: Any, kind: type) -> Any:
    """Return the plain value behind an instance of some other type; what it returns is encoded again."""
    for base, read in _BASES:
        if _is_subtype(base, kind):
            return read(value)
    if kind is _dict_keys or kind is _dict_items:
        return {*value}
    module, name = _type_get(kind, "__module__"), _type_get(kind, "__qualname__")
    if module in ("decimal", "fractions") and name in ("Decimal", "Fraction"):
        whole = int(value)
        return whole if whole == value else float(value)
    if module == "numpy" and hasattr(kind, "tolist"):
        plain = kind.tolist(value)
        if _kind_of(plain) is not kind:
            return plain
    raise NotPlainError(f"the answer holds a {module}.{name}, which is no plain value")


_NESTED = frozenset((list, dict))


def decode(form: Any) -> Any:
    """Return the value of a JSON form that the host wrote."""
    if isinstance(form, list):
        return [decode(item) if type(item) in _NESTED else item for item in form]
    if not isinstance(form, dict):
        return form
    tag = next(iter(form), "")
    if not tag.startswith("$"):
        return {key: decode(item) for key, item in form.items()}
    return _DECODERS[tag](form[tag])


_DECODERS = {
    "$tuple": lambda body: tuple([decode(item) for item in body]),
    "$set": lambda body: {decode(item) for item in body},
    "$frozenset": lambda body: frozenset([decode(item) for item in body]),
    "$dict": lambda body: {decode(key): decode(item) for key, item in body},
    "$float": float,
    "$bytes": binascii.a2b_base64,
    "$complex": lambda body: complex(*[decode(item) for item in body]),
    "$int": lambda body: int(body, 16),
}
