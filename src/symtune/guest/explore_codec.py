"""The tagged JSON form of plain values, inside the guest (the format of docs/file-formats.md).

Only exact built-in types are encoded, so that a value which only looks like a number or a list never leaves the guest.
"""

from __future__ import annotations

import base64
import json
import math

LARGE_INT_BITS = 8192
MAX_DEPTH = 100


class NotPlainError(ValueError):
    """The value has no JSON form."""


def encode(value, depth=0):
    """Return the JSON form of a plain value, or raise `NotPlainError`."""
    if depth > MAX_DEPTH:
        raise NotPlainError("nested too deep")
    kind = type(value)
    if value is None or kind is bool or kind is str:
        return value
    if kind is int:
        return {"$int": hex(value)} if value.bit_length() > LARGE_INT_BITS else value
    if kind is float:
        return value if math.isfinite(value) else {"$float": repr(value)}
    if kind is list:
        return [encode(item, depth + 1) for item in value]
    if kind is tuple:
        return {"$tuple": [encode(item, depth + 1) for item in value]}
    if kind is dict:
        if all(type(key) is str and not key.startswith("$") for key in value):
            return {key: encode(item, depth + 1) for key, item in value.items()}
        return {"$dict": [[encode(key, depth + 1), encode(item, depth + 1)] for key, item in value.items()]}
    if kind is set or kind is frozenset:
        items = sorted((encode(item, depth + 1) for item in value), key=lambda item: json.dumps(item, sort_keys=True))
        return {"$" + kind.__name__: items}
    if kind is bytes:
        return {"$bytes": base64.b64encode(value).decode("ascii")}
    if kind is complex:
        return {"$complex": [encode(value.real), encode(value.imag)]}
    raise NotPlainError(kind.__name__)


def decode(form):
    """Return the value of a JSON form; the inverse of `encode`."""
    if isinstance(form, list):
        return [decode(item) for item in form]
    if not isinstance(form, dict):
        return form
    tag = next(iter(form), "")
    if len(form) != 1 or not tag.startswith("$"):
        return {key: decode(item) for key, item in form.items()}
    body = form[tag]
    if tag == "$tuple":
        return tuple(decode(item) for item in body)
    if tag == "$set":
        return {decode(item) for item in body}
    if tag == "$frozenset":
        return frozenset(decode(item) for item in body)
    if tag == "$dict":
        return {decode(key): decode(item) for key, item in body}
    if tag == "$float":
        return float(body)
    if tag == "$bytes":
        return base64.b64decode(body)
    if tag == "$complex":
        return complex(*(decode(item) for item in body))
    if tag == "$int":
        return int(body, 16)
    raise NotPlainError(tag)
