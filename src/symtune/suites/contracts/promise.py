"""What examples alone can promise: the types of the arguments, and no more than that.

Three examples do not show that a list is never empty or a number never negative; people choose small, tidy, sorted examples. So bounds, orders
and alphabets are promised by the statement or the reference only; from the examples come types, and lengths that a parameter's name speaks
of. Where words leave it open whether a number is whole, both are admitted. Source: ours.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

from symtune.suites.contracts.contract import Domain, Evidence, Region, Relation, Unkept

MAX_DEPTH = 30
"""Values nested deeper than this (or that hold themselves) are any value."""

MIN_PAIRS = 4
"""A list of pairs is one when this many items, over two examples or more, are tuples of one length."""

MAX_PAIR_SIZE = 3

_WHOLE = re.compile(
    r"\b(integers?|ints?|natural|whole|nth|n-th|n'th|index|indices|indexes|counts?|number of|digits?|bits?|bitwise|binary|decimal|octal|hexadecimal|roman|even|odd"
    r"|primes?|factorials?|factors?|divisors?|divisible|multiples?|first n|last n|n times|kth|k-th|position|permutations?|combinations?|gcd|lcm|years?|months?|powers?)\b",
    re.IGNORECASE,
)
_LENGTH_NAMES = re.compile(r"(?:n|m|size|len|length|count|num|arr_size|(?:len|size|n)_?\w+|\w+_(?:len|length|size|count))", re.IGNORECASE)


def promise_of(
    inputs: Sequence[tuple[Any, ...]], *, names: Sequence[str], statement: str, annotations: dict[str, str]
) -> tuple[list[Domain], list[Evidence], list[Unkept]]:
    """Return one domain per argument, where each comes from, and what could not be inferred.

    Args:
        inputs: the arguments of each example, all of one length.
        names: of the arguments.
        statement: the problem's words.
        annotations: type annotations by name, as text.
    """
    domains: list[Domain] = []
    evidence: list[Evidence] = []
    unkept: list[Unkept] = []
    for index, name in enumerate(names):
        annotation = annotations.get(name, "")
        is_open = bool(statement.strip()) and not annotation and not _WHOLE.search(statement)
        learner = _Learner(is_open=is_open or "float" in annotation)
        domain = learner.domain([values[index] for values in inputs], 0)
        if re.search(r"\b(Optional|None)\b", annotation) and not _admits(domain, "none"):
            domain = _choice([domain, Domain(kind="none")])
        if not inputs:
            unkept.append(Unkept(reason="no_examples", text=name))
        unkept += [Unkept(reason=reason, text=name) for reason in sorted(learner.reasons)]
        domains.append(domain)
        evidence.append(
            Evidence(promise=f"type of {name}", source="signature" if annotation else "examples", text=annotation or domain.kind)
        )
    return domains, evidence, unkept


def _admits(domain: Domain, kind: str) -> bool:
    return domain.kind == kind or (domain.kind == "choice" and any(one.kind == kind for one in domain.items))


def _choice(options: list[Domain]) -> Domain:
    flat = [one for option in options for one in (option.items if option.kind == "choice" else (option,))]
    distinct = list(dict.fromkeys(flat))
    return distinct[0] if len(distinct) == 1 else Domain(kind="choice", items=tuple(distinct))


class _Learner:
    """Learns the types of one argument; ``reasons`` says what could not be told."""

    def __init__(self, *, is_open: bool) -> None:
        self._is_open = is_open
        self.reasons: set[str] = set()

    def domain(self, values: list[Any], depth: int) -> Domain:
        if depth > MAX_DEPTH:
            self.reasons.add("too_deep")
            return Domain(kind="any")
        groups: dict[type, list[Any]] = {}
        for value in values:
            groups.setdefault(type(value), []).append(value)
        if not groups:
            self.reasons.add("type_not_shown")
            return Domain(kind="any")
        return _choice([self._one(kind, group, depth) for kind, group in groups.items()])

    def _one(self, kind: type, values: list[Any], depth: int) -> Domain:
        if kind is int:
            return _choice([Domain(kind="int"), Domain(kind="float")]) if self._is_open else Domain(kind="int")
        if kind is float:
            has_specials = any(not math.isfinite(value) for value in values)
            return _choice([Domain(kind="int"), Domain(kind="float", has_specials=has_specials)])
        if kind in _PLAIN:
            return Domain(kind=_PLAIN[kind])
        if kind is tuple:
            return self._tuple(values, depth)
        if kind in (list, set, frozenset):
            item = self.domain([item for value in values for item in value], depth + 1)
            return Domain(kind=kind.__name__, items=(item,))
        if kind is dict:
            return self._dict(values, depth)
        self.reasons.add("type_not_read")
        return Domain(kind="any")

    def _tuple(self, values: list[tuple[Any, ...]], depth: int) -> Domain:
        sizes = {len(value) for value in values}
        size = next(iter(sizes))
        if len(sizes) == 1 and size > 0:
            by_place = [{type(value[index]) for value in values} for index in range(size)]
            is_mixed = all(len(kinds) == 1 for kinds in by_place) and len(set.union(*by_place)) > 1
            if is_mixed or (depth > 0 and len(values) >= MIN_PAIRS and size <= MAX_PAIR_SIZE):
                places = tuple(self.domain([value[index] for value in values], depth + 1) for index in range(size))
                return Domain(kind="record", items=places)
        return Domain(kind="tuple", items=(self.domain([item for value in values for item in value], depth + 1),))

    def _dict(self, values: list[dict[Any, Any]], depth: int) -> Domain:
        keys = [key for value in values for key in value]
        names = list(values[0])
        has_same_keys = len(values) > 1 and names and all(set(value) == set(names) for value in values)
        kinds = {type(item) for value in values for item in value.values()}
        if has_same_keys and all(type(name) is str for name in names) and (len(kinds) > 1 or (depth > 0 and len(values) >= MIN_PAIRS)):
            fields = tuple(self.domain([value[name] for value in values], depth + 1) for name in names)
            return Domain(kind="fields", keys=tuple(names), items=fields)
        items = [item for value in values for item in value.values()]
        return Domain(kind="dict", items=(self.domain(keys, depth + 1), self.domain(items, depth + 1)))


_PLAIN: dict[type, Any] = {bool: "bool", str: "text", bytes: "bytes", type(None): "none"}


def named_lengths(region: Region, inputs: Sequence[dict[str, Any]]) -> tuple[list[Relation], list[Evidence]]:
    """Return the parameters that are named like a length and were one in all examples, of lists of different lengths."""
    relations: list[Relation] = []
    evidence: list[Evidence] = []
    domains = region.domains()
    sized = [name for name, domain in domains.items() if domain.kind in ("list", "tuple", "text")]
    for name, domain in domains.items():
        if not _admits(domain, "int") or not _LENGTH_NAMES.fullmatch(name):
            continue
        for other in sized:
            lengths = {len(values[other]) for values in inputs}
            if len(inputs) > 1 and len(lengths) > 1 and all(values[name] == len(values[other]) for values in inputs):
                relations.append(Relation(kind="formula", text=f"{name} == len({other})"))
                evidence.append(Evidence(promise=f"{name} == len({other})", source="examples", text=f"{name} in {len(inputs)} examples"))
                break
    return relations, evidence
