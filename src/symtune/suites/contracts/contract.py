"""Contract: which inputs a problem promises, as far as its examples show it.

A contract is a tree of `Domain` nodes, one tree per argument, and `Relation` entries between arguments. It is written to
the suite record as JSON, can be edited there by hand, and is read back with `Contract.from_json`. `suites.contracts.learn` makes one
from examples; every input of every explorer is held to it.
"""

from __future__ import annotations

import itertools
import json
import math
from typing import Any, Literal

from pydantic import Field

from symtune.domain import Json, Record, encode_value
from symtune.errors import BadValueError

Kind = Literal[
    "int", "float", "bool", "none", "text", "list", "tuple", "set", "frozenset", "record", "dict", "fields", "choice", "fixed", "any"
]
PARITIES: dict[str, Any] = {
    "even": lambda items: any(item % 2 == 0 for item in items),
    "odd": lambda items: any(item % 2 == 1 for item in items),
}
"""Kind of item -> whether integers hold one of it."""

SEQUENCES = ("list", "tuple", "set", "frozenset")
BUILDERS: dict[str, Any] = {"list": list, "tuple": tuple, "set": set, "frozenset": frozenset}


class Domain(Record):
    """The values one position of the input may take.

    Attributes:
        kind: the type; ``record`` is a tuple with one domain per position, ``fields`` a dict with these
            ``keys`` and one domain for each, ``choice`` is one of ``items``, ``fixed`` is one of ``values`` and nothing else, ``any`` is any plain value.
        low, high: bounds of a number, inclusive.
        is_not_zero: a number is never zero.
        min_size, max_size: bounds of the length of a text or collection.
        alphabet: the characters a text may hold.
        items: item domain of a collection (one), positions of a record, options of a choice, key and value of a dict, values
            of fields in the order of ``keys``.
        keys: the texts that are the keys of every dict of kind ``fields``.
        is_sorted: the items never fall.
        is_unique: no item repeats.
        equal_sizes: the items of one collection all have the same length.
        needs: kinds of item of which one must be there, of `PARITIES`.
        values: the values of a fixed domain, each as JSON text.
        is_hashable: values of kind ``any`` can stand in a set.
        seen: values met in the examples; explorers draw on them. Not part of the JSON form.
    """

    kind: Kind
    low: float | int | None = None
    high: float | int | None = None
    is_not_zero: bool = False
    min_size: int = 0
    max_size: int = 0
    alphabet: str = ""
    items: tuple[Domain, ...] = ()
    keys: tuple[str, ...] = ()
    is_sorted: bool = False
    is_unique: bool = False
    equal_sizes: bool = False
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
    if not math.isfinite(value):
        return "not_finite"
    if domain.is_not_zero and value == 0:
        return "zero"
    if domain.low is not None and value < domain.low:
        return "too_low"
    return "too_high" if domain.high is not None and value > domain.high else None


def _fault_text(domain: Domain, value: Any) -> str | None:
    if type(value) is not str:
        return "type"
    if not domain.min_size <= len(value) <= domain.max_size:
        return "size"
    return None if set(value) <= set(domain.alphabet) else "alphabet"


def _fault_sequence(domain: Domain, value: Any) -> str | None:
    if type(value) is not BUILDERS[domain.kind]:
        return "type"
    if not domain.min_size <= len(value) <= domain.max_size:
        return "size"
    for item in value:
        if fault := domain.items[0].fault(item):
            return fault
    ordered = list(value)
    if domain.is_sorted and not is_rising(ordered):
        return "unsorted"
    if domain.is_unique and has_repeat(ordered):
        return "repeated"
    if domain.equal_sizes and len({len(item) for item in ordered}) > 1:
        return "unequal_sizes"
    return next((f"no_{name}_item" for name in domain.needs if not PARITIES[name](ordered)), None)


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
    "int": _fault_number,
    "float": _fault_number,
    "bool": lambda _domain, value: None if type(value) is bool else "type",
    "none": lambda _domain, value: None if value is None else "type",
    "text": _fault_text,
    "record": _fault_record,
    "dict": _fault_dict,
    "fields": _fault_fields,
    "choice": _fault_choice,
    "fixed": _fault_fixed,
    "any": _fault_any,
} | dict.fromkeys(SEQUENCES, _fault_sequence)


def is_rising(items: list[Any]) -> bool:
    """Whether no item is smaller than the one before it; False when two cannot be compared."""
    try:
        return all(not later < earlier for earlier, later in itertools.pairwise(items))
    except TypeError:
        return False


def has_repeat(items: list[Any]) -> bool:
    """Whether two items are equal; works for unhashable ones."""
    try:
        return len(set(items)) < len(items)
    except TypeError:
        return any(item in items[:index] for index, item in enumerate(items))


class Relation(Record):
    """A promise between two arguments, by their place: ``left`` stands in relation ``kind`` to ``right``.

    Places count the positional arguments, then the keyword arguments in the contract's order.

    Kinds: ``length_of`` (left == len(right)), ``index_in`` (0 <= left < len(right)), ``up_to_length`` (0 <= left <=
    len(right)), ``same_length``, ``at_most`` (left <= right), ``below`` (left < right), ``member_of`` (left in right).
    """

    kind: Literal["length_of", "index_in", "up_to_length", "same_length", "at_most", "below", "member_of"]
    left: int
    right: int

    def holds(self, values: list[Any]) -> bool:
        """Whether the arguments at these places keep the promise; False when they cannot be compared."""
        try:
            return bool(RELATIONS[self.kind](values[self.left], values[self.right]))
        except (TypeError, IndexError):
            return False


RELATIONS: dict[str, Any] = {
    "length_of": lambda left, right: left == len(right),
    "index_in": lambda left, right: 0 <= left < len(right),
    "up_to_length": lambda left, right: 0 <= left <= len(right),
    "same_length": lambda left, right: len(left) == len(right),
    "below": lambda left, right: left < right,
    "at_most": lambda left, right: left <= right,
    "member_of": lambda left, right: left in right,
}


class Contract(Record):
    """What the inputs of one problem are held to.

    Attributes:
        args: one domain per positional argument.
        kwargs: one domain per keyword argument.
        relations: promises between arguments; looked at when no keyword argument is missing.
        types: the types that were inferred for the solver, by parameter; for the reader only.
    """

    args: tuple[Domain, ...] = ()
    kwargs: dict[str, Domain] = {}
    relations: tuple[Relation, ...] = ()
    types: dict[str, str] = {}

    def to_json(self) -> dict[str, Json]:
        """Return the JSON form; what is not set is left out."""
        return self.model_dump(mode="json", exclude_defaults=True)

    def fault(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str | None:
        """Return the first promise this input breaks, in a word, or None when it keeps them all."""
        if len(args) != len(self.args) or not set(kwargs) <= set(self.kwargs):
            return "arguments"
        for domain, value in [*zip(self.args, args, strict=True), *((self.kwargs[key], kwargs[key]) for key in kwargs)]:
            if fault := domain.fault(value):
                return fault
        if set(kwargs) != set(self.kwargs):
            return None
        values = [*args, *(kwargs[key] for key in self.kwargs)]
        return next((one.kind for one in self.relations if not one.holds(values)), None)
