"""Domain: the values one position of an input may take, as a tree of types, bounds and orders.

`symtune.suites.contracts.contract` puts one domain on each argument; a domain knows how to check a value, and nothing of other arguments.
"""

from __future__ import annotations

import itertools
import json
import math
import re
from typing import Any, Literal

from pydantic import Field

from symtune.domain import Record, encode_value
from symtune.errors import BadValueError

Kind = Literal[
    "any", "int", "float", "bool", "none", "text", "bytes", "list", "tuple", "set", "frozenset", "record", "dict", "fields",
    "choice", "fixed",
]  # fmt: skip
Order = Literal["", "rising", "strictly_rising", "falling", "strictly_falling"]

PARITIES: dict[str, Any] = {
    "even": lambda items: any(item % 2 == 0 for item in items),
    "odd": lambda items: any(item % 2 == 1 for item in items),
}
"""Kind of item -> whether integers hold one of it."""

SEQUENCES = ("list", "tuple", "set", "frozenset")
BUILDERS: dict[str, Any] = {"list": list, "tuple": tuple, "set": set, "frozenset": frozenset}
EMPTY: dict[str, Any] = {"text": "", "dict": {}} | {kind: build() for kind, build in BUILDERS.items()}
"""Kind -> its value without items."""

UNLIMITED = 1 << 62
"""A size bound that says nothing."""


class Domain(Record):
    """The values one position of the input may take. What is not set promises nothing.

    Attributes:
        kind: the type; ``record`` is a tuple with one domain per position, ``fields`` a dict with these
            ``keys`` and one domain for each, ``choice`` is one of ``items``, ``fixed`` is one of ``values`` and nothing else,
            ``any`` is whatever has a JSON form.
        low, high: bounds of a number, inclusive.
        is_not_zero: a number is never zero.
        divisor, remainder: an integer leaves this remainder when it is divided (2 and 0: even).
        has_specials: a float may be infinite or no number.
        min_size, max_size: bounds of the length of a text or collection.
        alphabet: the characters a text may hold; empty: any.
        pattern: a regular expression that the whole text matches; empty: any.
        items: item domain of a collection (one), positions of a record, options of a choice, key and value of a dict, values
            of fields in the order of ``keys``.
        keys: the texts that are the keys of every dict of kind ``fields``.
        order: how the items follow each other.
        is_unique: no item repeats.
        permutation_from: the items are this integer and those that follow it, each once, in some order.
        equal_sizes: the items of one collection all have the same length.
        is_square: every item is as long as the collection.
        needs: kinds of item of which one must be there, of `PARITIES`.
        values: the values of a fixed domain, each as JSON text.
        is_hashable: values of kind ``any`` can stand in a set.
        seen: values met in the examples; explorers draw on them. Not part of the JSON form.
    """

    kind: Kind
    low: float | int | None = None
    high: float | int | None = None
    is_not_zero: bool = False
    divisor: int = Field(1, ge=1)
    remainder: int = 0
    has_specials: bool = False
    min_size: int = 0
    max_size: int = UNLIMITED
    alphabet: str = ""
    pattern: str = ""
    items: tuple[Domain, ...] = ()
    keys: tuple[str, ...] = ()
    order: Order = ""
    is_unique: bool = False
    permutation_from: int | None = None
    equal_sizes: bool = False
    is_square: bool = False
    needs: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    is_hashable: bool = False
    seen: tuple[Any, ...] = Field((), exclude=True)

    def fault(self, value: Any) -> str | None:
        """Return the promise that ``value`` breaks, in a word, or None when it is inside."""
        return _FAULTS[self.kind](self, value)


def _fault_number(domain: Domain, value: Any) -> str | None:
    if type(value) is not (int if domain.kind == "int" else float):
        return "type"
    if domain.kind == "float" and not math.isfinite(value) and not domain.has_specials:
        return "not_finite"
    if domain.is_not_zero and value == 0:
        return "zero"
    if domain.low is not None and value < domain.low:
        return "too_low"
    if domain.high is not None and value > domain.high:
        return "too_high"
    return None if domain.divisor == 1 or value % domain.divisor == domain.remainder else "remainder"


def _fault_text(domain: Domain, value: Any) -> str | None:
    if type(value) is not (bytes if domain.kind == "bytes" else str):
        return "type"
    if not domain.min_size <= len(value) <= domain.max_size:
        return "size"
    if domain.alphabet and not set(value) <= set(domain.alphabet):
        return "alphabet"
    if domain.pattern and type(value) is str and re.fullmatch(domain.pattern, value) is None:
        return "pattern"
    return "repeated" if domain.is_unique and len(set(value)) < len(value) else None


def _fault_sequence(domain: Domain, value: Any) -> str | None:
    if type(value) is not BUILDERS[domain.kind]:
        return "type"
    if not domain.min_size <= len(value) <= domain.max_size:
        return "size"
    for item in value:
        if fault := domain.items[0].fault(item):
            return fault
    return _fault_together(domain, list(value))


def _fault_together(domain: Domain, items: list[Any]) -> str | None:
    """Return what the items of a collection break with each other."""
    if domain.order and not follows(domain.order, items):
        return "unsorted"
    if domain.is_unique and has_repeat(items):
        return "repeated"
    if domain.permutation_from is not None and not is_permutation(items, domain.permutation_from):
        return "no_permutation"
    if domain.equal_sizes and len({len(item) for item in items if hasattr(item, "__len__")}) > 1:
        return "unequal_sizes"
    if domain.is_square and any(not hasattr(item, "__len__") or len(item) != len(items) for item in items):
        return "not_square"
    return next((f"no_{name}_item" for name in domain.needs if not PARITIES[name](items)), None)


def _fault_record(domain: Domain, value: Any) -> str | None:
    if type(value) is not tuple:
        return "type"
    if len(value) != len(domain.items):
        return "size"
    return next((fault for one, item in zip(domain.items, value, strict=True) if (fault := one.fault(item))), None)


def _fault_dict(domain: Domain, value: Any) -> str | None:
    if type(value) is not dict:
        return "type"
    if not domain.min_size <= len(value) <= domain.max_size:
        return "size"
    for key, item in value.items():
        if fault := domain.items[0].fault(key) or domain.items[1].fault(item):
            return fault
    return None


def _fault_fields(domain: Domain, value: Any) -> str | None:
    if type(value) is not dict:
        return "type"
    if set(value) != set(domain.keys):
        return "keys"
    return next((fault for key, one in zip(domain.keys, domain.items, strict=True) if (fault := one.fault(value[key]))), None)


def _fault_choice(domain: Domain, value: Any) -> str | None:
    faults = [one.fault(value) for one in domain.items]
    if None in faults:
        return None
    return next((fault for fault in faults if fault != "type"), "type")


def _fault_fixed(domain: Domain, value: Any) -> str | None:
    try:
        return None if value_text(value) in domain.values else "not_seen"
    except BadValueError:
        return "type"


def _fault_any(domain: Domain, value: Any) -> str | None:
    try:
        encode_value(value)
    except BadValueError:
        return "type"
    return "unhashable" if domain.is_hashable and not _is_hashable(value) else None


def _is_hashable(value: Any) -> bool:
    return all(map(_is_hashable, value)) if type(value) is tuple else type(value) not in (list, dict, set)


def value_text(value: Any) -> str:
    """Return the JSON text of a value, by which fixed values are compared.

    Raises:
        BadValueError: the value has no JSON form.
    """
    return json.dumps(encode_value(value), sort_keys=True)


_FAULTS = {
    "any": _fault_any,
    "int": _fault_number,
    "float": _fault_number,
    "bool": lambda _domain, value: None if type(value) is bool else "type",
    "none": lambda _domain, value: None if value is None else "type",
    "text": _fault_text,
    "bytes": _fault_text,
    "record": _fault_record,
    "dict": _fault_dict,
    "fields": _fault_fields,
    "choice": _fault_choice,
    "fixed": _fault_fixed,
} | dict.fromkeys(SEQUENCES, _fault_sequence)


def is_rising(items: list[Any]) -> bool:
    """Whether no item is smaller than the one before it; False when two cannot be compared."""
    return follows("rising", items)


def follows(order: Order, items: list[Any]) -> bool:
    """Whether the items stand in this order; False when two cannot be compared."""
    ordered = items[::-1] if order.endswith("falling") else items
    is_strict = order.startswith("strictly")
    try:
        return all(earlier < later if is_strict else not later < earlier for earlier, later in itertools.pairwise(ordered))
    except (TypeError, RecursionError):
        return False


def has_repeat(items: list[Any]) -> bool:
    """Whether two items are equal; works for unhashable ones."""
    try:
        return len(set(items)) < len(items)
    except TypeError:
        return any(item in items[:index] for index, item in enumerate(items))


def is_permutation(items: list[Any], first: int) -> bool:
    """Whether the items are ``first`` and the integers that follow it, each once."""
    return all(type(item) is int for item in items) and set(items) == set(range(first, first + len(items))) and not has_repeat(items)
