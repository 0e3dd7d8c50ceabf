"""The region that looks like the examples: how far explorers go where nothing is promised.

Bounds, sizes, alphabets, orders and relations are those of the examples, widened by the general rules of `suites.contracts.rules` and
narrowed by a few phrases of the statement (`suites.contracts.statement`). `within` then cuts the region to what is promised. Source: ours.
"""

from __future__ import annotations

import math
import string
from collections.abc import Sequence
from typing import Any

from symtune.errors import BadValueError
from symtune.suites.contracts.contract import (
    PARITIES,
    RELATIONS,
    SEQUENCES,
    Domain,
    Order,
    Region,
    Relation,
    follows,
    has_repeat,
    value_text,
)
from symtune.suites.contracts.patterns import marks_pattern, pattern_of
from symtune.suites.contracts.rules import Rules
from symtune.suites.contracts.statement import Promises, read_promises

MAX_RECORD_SIZE = 3
"""Tuples of one type that always have this length or less are read as records, longer ones as sequences."""

MIN_SORTED_ITEMS = 4
"""A sequence counts as "always sorted" when some example of it has this many items."""

MIN_FIELDS_SAMPLES = 2
"""Dicts count as "always these keys" from this many examples on."""

LONG_SIZE = 4
"""Collections that always had this many items or more keep two at least."""

LARGEST = 10**100
"""Numbers are reached for up to this magnitude."""

MAX_DEPTH = 30
"""Values nested deeper (or that hold themselves) are taken as they are."""

MIN_RELATED_INPUTS = 2
"""Relations between arguments are looked for from this many different inputs on."""


def reach_of(inputs: Sequence[tuple[tuple[Any, ...], dict[str, Any]]], *, statement: str, rules: Rules) -> Region:
    """Return the region that these inputs support.

    Args:
        inputs: positional and keyword arguments of the examples, all with as many positional ones.
        statement: the problem's words; what they promise narrows the rules.
        rules: how far to go beyond the inputs.
    """
    rules = _narrow(rules, read_promises(statement))
    width = len(inputs[0][0]) if inputs else 0
    keys = sorted({key for _, kwargs in inputs for key in kwargs})
    if width + len(keys) > 1 and rules.empty_beside_others:
        rules = rules.model_copy(update={"empty_arguments": True})
    domains = tuple(_domain([args[index] for args, _ in inputs], rules, True) for index in range(width))
    named = {key: _domain([kwargs[key] for _, kwargs in inputs if key in kwargs], rules, True) for key in keys}
    values = [[*args, *(kwargs[key] for key in keys)] for args, kwargs in inputs if len(kwargs) == len(keys)]
    return Region(args=domains, kwargs=named, relations=_relations((*domains, *named.values()), values, rules))


_NO_NEGATIVES = {"negative_arguments": False, "negative_items": False}
_NO_ZEROS = {"zero_arguments": False, "zero_items": False}
_CHANGES: dict[str, dict[str, Any]] = {
    "is_positive": _NO_NEGATIVES | _NO_ZEROS,
    "is_measure": _NO_NEGATIVES | _NO_ZEROS,
    "not_negative": _NO_NEGATIVES,
    "not_zero": _NO_ZEROS | {"keep_from_zero": True},
    "is_ordinal": {"negative_arguments": False, "zero_arguments": False},
    "is_count": {"negative_arguments": False},
    "has_measures": _NO_NEGATIVES,
    "is_position": {"negative_arguments": False, "zero_arguments": False},
    "is_month": {"negative_arguments": False, "zero_arguments": False, "largest_argument": 12},
    "is_sorted": {"keep_sorted": True},
    "is_index": {"may_reach_length": False},
    "is_member": {"keep_member": True},
    "is_range": {"keep_order": True},
    "has_items": {"empty_arguments": False, "empty_beside_others": False},
    "has_whitespace": {"whitespace": True},
    "is_word": {"space": False},
    "is_unique": {"keep_unique": True},
}
"""What the words of a statement suggest -> the rules it sets."""


def _narrow(rules: Rules, promises: Promises) -> Rules:
    changes: dict[str, Any] = {}
    for name, change in _CHANGES.items():
        if getattr(promises, name):
            changes |= change
    if promises.parities:
        changes["keep_parities"] = promises.parities
    return rules.model_copy(update=changes)


def _domain(values: list[Any], rules: Rules, is_top: bool = False) -> Domain:
    if is_top and _is_too_deep(values):
        return Domain(kind="any", seen=tuple(values))
    groups: dict[type, list[Any]] = {}
    for value in values:
        groups.setdefault(type(value), []).append(value)
    domains = [_LEARNERS.get(kind, _fixed)(group, rules, is_top) for kind, group in groups.items()]
    if not domains:
        return Domain(kind="any")
    if len(domains) == 1:
        return domains[0]
    return Domain(kind="choice", items=tuple(domains), seen=tuple(values))


def _is_too_deep(values: list[Any]) -> bool:
    """Whether values nest deeper than `MAX_DEPTH`, or hold themselves."""
    level = {id(value): value for value in values}
    for _ in range(MAX_DEPTH):
        inner: dict[int, Any] = {}
        for value in level.values():
            if isinstance(value, (list, tuple, set, frozenset)):
                inner.update((id(item), item) for item in value)
            elif isinstance(value, dict):
                inner.update((id(item), item) for item in (*value.keys(), *value.values()))
        if not inner:
            return False
        level = inner
    return True


def _number(values: list[Any], rules: Rules, is_top: bool) -> Domain:
    may_be_negative = rules.negative_arguments if is_top else rules.negative_items
    may_be_zero = rules.zero_arguments if is_top else rules.zero_items
    kind = type(values[0])
    finite = [max(-LARGEST, min(LARGEST, value)) for value in values if kind is int or math.isfinite(value)] or [kind(0)]
    smallest, largest = min(finite), max(finite)
    high = max(rules.min_high, _grown(largest, rules))
    if is_top and rules.largest_argument is not None:
        high = max(rules.largest_argument, largest)
    if smallest < 0 or may_be_negative:
        low = min(-rules.min_high, -high, _grown(smallest, rules))
    elif smallest == 0 or may_be_zero:
        low = 0
    else:
        low = min(1, smallest)
    is_not_zero = rules.keep_from_zero and 0 not in finite
    return Domain(kind=kind.__name__, low=kind(low), high=kind(high), is_not_zero=is_not_zero, seen=tuple(values))


def _grown(value: Any, rules: Rules) -> Any:
    """Return a magnitude times the growth; exact for integers too large for floats."""
    return value * round(rules.growth * 1000) // 1000 if isinstance(value, int) else value * rules.growth


def _text(values: list[str], rules: Rules, _is_top: bool) -> Domain:
    shortest, longest = min(map(len, values)), max(map(len, values))
    if shortest == longest == 1:
        low, high = 1, 1
    else:
        low = 0 if shortest == 0 or rules.empty_text else 1
        high = max(rules.min_size, round(longest * rules.growth))
    alphabet = _alphabet(set("".join(values)), rules)
    pattern = pattern_of(values) or (marks_pattern(values) if rules.keep_marks else "")
    return Domain(kind="text", min_size=low, max_size=high, alphabet=alphabet, pattern=pattern, seen=tuple(values))


def _alphabet(seen: set[str], rules: Rules) -> str:
    """Return the characters seen and those of the classes they open."""
    grown = set(seen)
    lower, upper = bool(seen & set(string.ascii_lowercase)), bool(seen & set(string.ascii_uppercase))
    if set(seen) <= set("01"):
        return "01" if seen else string.ascii_lowercase
    if not rules.letters:
        return "".join(sorted(grown))
    if lower or (upper and rules.other_case):
        grown |= set(string.ascii_lowercase)
    if upper or (lower and rules.other_case):
        grown |= set(string.ascii_uppercase)
    if seen & set(string.digits) or (rules.digits and (lower or upper)):
        grown |= set(string.digits)
    if rules.space and (lower or upper):
        grown |= {" "}
    if rules.whitespace and " " in grown:
        grown |= set("\t\n")
    if rules.punctuation and (lower or upper or seen & set(string.punctuation)):
        grown |= set(string.punctuation)
    return "".join(sorted(grown))


def _sizes(values: list[Any], rules: Rules, is_top: bool) -> tuple[int, int]:
    shortest, longest = min(map(len, values)), max(map(len, values))
    may_be_empty = rules.empty_arguments if is_top else rules.empty_items
    low = 0 if shortest == 0 or may_be_empty else 2 if shortest >= LONG_SIZE and rules.keep_several else 1
    return low, max(rules.min_size, round(longest * rules.growth))


def _sequence(values: list[Any], rules: Rules, is_top: bool) -> Domain:
    kind = type(values[0]).__name__
    items = [item for value in values for item in value]
    if not items:
        return _fixed(values, rules, is_top)
    ordered = [list(value) for value in values]
    low, high = _sizes(values, rules, is_top)
    inner_sizes = [{len(item) for item in value if hasattr(item, "__len__")} for value in ordered if len(value) > 1]
    item = _domain(items, rules)
    lengths = {len(one) for one in items} if item.kind in ("list", "tuple") else set()
    if len(lengths) == 1 and next(iter(lengths)) <= MAX_RECORD_SIZE and len(items) > 1:
        size = next(iter(lengths))
        item = item.model_copy(update={"min_size": size, "max_size": size})
    return Domain(
        kind=kind,
        min_size=low,
        max_size=high,
        items=(item,),
        order=_order(ordered) if rules.keep_sorted and kind in ("list", "tuple") and item.kind in ("int", "float", "text") else "",
        is_unique=rules.keep_unique and not any(has_repeat(one) for one in ordered),
        equal_sizes=item.kind in ("list", "tuple", "text") and bool(inner_sizes) and all(len(s) == 1 for s in inner_sizes),
        is_square=rules.keep_square and _is_square(ordered),
        needs=tuple(name for name in rules.keep_parities if item.kind == "int" and all(PARITIES[name](one) for one in ordered)),
        seen=tuple(values),
    )


def _is_square(values: list[list[Any]]) -> bool:
    """Whether all are square, in two sizes at least beyond one."""
    sizes = {len(value) for value in values}
    return len(sizes - {0, 1}) > 1 and all(isinstance(item, (list, tuple, str)) and len(item) == len(value) for value in values for item in value)


def _order(values: list[list[Any]]) -> Order:
    """Return the order in which all stand, when one of them is long enough to show it."""
    if max(map(len, values)) < MIN_SORTED_ITEMS:
        return ""
    orders: tuple[Order, ...] = ("rising", "falling")
    return next((order for order in orders if all(follows(order, one) for one in values)), "")


def _tuple(values: list[tuple[Any, ...]], rules: Rules, is_top: bool) -> Domain:
    sizes = {len(value) for value in values}
    kinds = {type(item) for value in values for item in value}
    size = next(iter(sizes))
    same_everywhere = all(len({type(value[index]) for value in values}) == 1 for index in range(size)) if len(sizes) == 1 else False
    is_record = len(sizes) == 1 and size > 0 and (
        (len(kinds) > 1 and same_everywhere) or (len(kinds) == 1 and size <= MAX_RECORD_SIZE - is_top)
    )
    if not is_record:
        return _sequence(values, rules, is_top)
    if len(kinds) == 1:
        shared = _domain([item for value in values for item in value], rules)
        return Domain(kind="record", items=(shared,) * size, seen=tuple(values))
    positions = tuple(_domain([value[index] for value in values], rules) for index in range(size))
    return Domain(kind="record", items=positions, seen=tuple(values))


def _dict(values: list[dict[Any, Any]], rules: Rules, is_top: bool) -> Domain:
    keys = [key for value in values for key in value]
    if not keys:
        return _fixed(values, rules, is_top)
    names = list(values[0])
    if len(values) >= MIN_FIELDS_SAMPLES and all(type(key) is str for key in names) and all(set(one) == set(names) for one in values):
        fields = tuple(_domain([value[name] for value in values], rules) for name in names)
        return Domain(kind="fields", keys=tuple(names), items=fields, seen=tuple(values))
    low, high = _sizes(values, rules, is_top)
    inner = (_domain(keys, rules), _domain([item for value in values for item in value.values()], rules))
    return Domain(kind="dict", min_size=low, max_size=high, items=inner, seen=tuple(values))


def _fixed(values: list[Any], _rules: Rules, _is_top: bool) -> Domain:
    try:
        return Domain(kind="fixed", values=tuple(dict.fromkeys(map(value_text, values))), seen=tuple(values))
    except BadValueError:
        return Domain(kind="any", seen=tuple(values))


def _bool(values: list[bool], _rules: Rules, _is_top: bool) -> Domain:
    return Domain(kind="bool", seen=tuple(values))


def _none(values: list[None], _rules: Rules, _is_top: bool) -> Domain:
    return Domain(kind="none", seen=tuple(values))


_LEARNERS: dict[type, Any] = {
    int: _number,
    float: _number,
    str: _text,
    list: _sequence,
    set: _sequence,
    frozenset: _sequence,
    tuple: _tuple,
    dict: _dict,
    bool: _bool,
    type(None): _none,
}


def _relations(domains: tuple[Domain, ...], inputs: list[list[Any]], rules: Rules) -> tuple[Relation, ...]:
    found: list[Relation] = []
    if len(inputs) < MIN_RELATED_INPUTS:
        return ()
    for left, right in [(i, j) for i in range(len(domains)) for j in range(len(domains)) if i != j]:
        for kind in _candidates(domains[left], domains[right], rules):
            relation = Relation(kind=kind, left=left, right=right)
            if kind == "same_length" and left > right:
                continue
            if all(relation.relates(values) for values in inputs):
                found.append(relation)
                break
    return (*found, *_ordered_indices(found, inputs))


def _ordered_indices(found: Sequence[Relation], inputs: list[list[Any]]) -> list[Relation]:
    """Return ``below`` for two indices of one argument of which one was always the smaller: they bound a part of it."""
    indices = [one for one in found if one.kind == "index_in"]
    pairs = [(one.left, other.left) for one in indices for other in indices if one.left != other.left and one.right == other.right]
    ordered = [Relation(kind="below", left=left, right=right) for left, right in pairs]
    return [one for one in ordered if one not in found and all(one.relates(values) for values in inputs)]


def _candidates(left: Domain, right: Domain, rules: Rules) -> list[str]:
    """Return the relation kinds that could hold, strongest first."""
    sized = (*SEQUENCES, "text")
    kinds: list[str] = []
    if left.kind == "int" and right.kind in sized:
        kinds = ["length_of", "up_to_length"] if rules.may_reach_length else ["length_of", "index_in", "up_to_length"]
    elif left.kind in ("list", "tuple") and right.kind in ("list", "tuple"):
        kinds = ["same_length"]
    elif left.kind in ("int", "float") and right.kind in ("int", "float") and rules.keep_order:
        kinds = ["below", "at_most"]
    if rules.keep_member and (right.kind in SEQUENCES or (left.kind == right.kind == "text")):
        kinds.insert(0, "member_of")
    assert all(kind in RELATIONS for kind in kinds)
    return kinds
