"""What examples alone can promise: the types of the arguments, and no more than that.

Three examples do not show that a list is never empty or a number never negative; people choose small, tidy, sorted examples. So bounds, orders
and alphabets are promised by the statement or by a person only. From the examples come types: the kind of each argument, and the kinds of its
items where the statement or the header names types at all. Where words leave it open whether a number is whole, both are admitted; tuples
have a fixed length where the words speak of pairs or points. Source: ours.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from symtune.suites.contracts.contract import Domain, Evidence, Unkept

MAX_DEPTH = 30
"""Values nested deeper than this (or that hold themselves) are any value."""

_WHOLE = re.compile(
    r"\b(integers?|ints?|natural|whole|nth|n-th|n'th|index|indices|indexes|counts?|number of|digits?|bits?|bitwise|binary|decimal|octal|hexadecimal|roman|even|odd"
    r"|primes?|factorials?|factors?|divisors?|divisible|multiples?|first n|last n|n times|kth|k-th|position|permutations?|combinations?|gcd|lcm|years?|months?)\b",
    re.IGNORECASE,
)
_TYPED = re.compile(
    r"\b(integers?|ints?|numbers?|numeric|numerical|floats?|decimals?|strings?|texts?|words?|characters?|letters?|digits?|booleans?|bools?|bits?|positive|negative|natural"
    r"|even|odd|primes?|sums?|products?|average|mean|median|names?|graph|nodes|edges|matrix|points?|coordinates)\b",
    re.IGNORECASE,
)
_WHOLE_ITEMS = re.compile(
    r"\b(integers|ints|digits|bits|natural numbers|whole numbers|even|odd|primes?|binary|indices|integer (?:array|list|matrix|tuple|sequence|values|elements)s?)\b", re.IGNORECASE
)
_TYPED_ITEMS = re.compile(
    r"\b(integers|ints|numbers|floats|decimals|strings|texts|words|characters|letters|digits|booleans|bools|bits|names|edges|points|coordinates|sums?|products?|average|mean|median"
    r"|(?:integer|number|string|numeric|binary|boolean|char|character) (?:array|list|matrix|grid|tuple|sequence|values|elements)s?)\b",
    re.IGNORECASE,
)
_ELEMENT = re.compile(r"\b(element|item|value|object)\b", re.IGNORECASE)
_PAIRED = re.compile(r"\b(pairs?|coordinates?|points?|triples?|triplets?|intervals?|ranges|edges?|\w+ and \w+ pairs)\b|\(\s*\w+\s*,\s*\w+\s*(?:,\s*\w+\s*)?\)", re.IGNORECASE)


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
    prose = "\n".join(line for line in statement.splitlines() if not line.lstrip().startswith((">>>", "assert ")))
    for index, name in enumerate(names):
        annotation = annotations.get(name, "")
        is_said = bool(annotation) or not prose.strip()
        learner = _Learner(
            is_whole="float" not in annotation and (is_said or _WHOLE.search(prose) is not None),
            has_whole_items="float" not in annotation and (is_said or _WHOLE_ITEMS.search(prose) is not None),
            has_typed_items="[" in annotation or not prose.strip() or _TYPED_ITEMS.search(prose) is not None,
            is_typed=is_said or _TYPED.search(prose) is not None or _ELEMENT.search(prose) is None,
            is_paired=_PAIRED.search(prose) is not None,
        )
        domain = learner.domain([values[index] for values in inputs], 0)
        if re.search(r"\b(Optional|None)\b", annotation) and domain.kind != "any":
            domain = _choice([domain, Domain(kind="none")])
        unkept += [Unkept(reason=reason, text=name) for reason in sorted(learner.reasons)]
        domains.append(domain)
        evidence.append(
            Evidence(promise=f"type of {name}", source="signature" if annotation else "examples", text=annotation or describe(domain))
        )
    return domains, evidence, unkept


def describe(domain: Domain) -> str:
    """Return a type in a few words: ``list of int or float``."""
    if domain.kind == "choice":
        return " or ".join(map(describe, domain.items))
    return f"{domain.kind} of {', '.join(map(describe, domain.items))}" if domain.items else domain.kind


def _choice(options: list[Domain]) -> Domain:
    flat = [one for option in options for one in (option.items if option.kind == "choice" else (option,))]
    distinct = [one for index, one in enumerate(flat) if one not in flat[:index]]
    return distinct[0] if len(distinct) == 1 else Domain(kind="choice", items=tuple(distinct))


class _Learner:
    """Learns the types of one argument; ``reasons`` says what could not be told."""

    def __init__(self, *, is_whole: bool, has_whole_items: bool, has_typed_items: bool, is_typed: bool, is_paired: bool) -> None:
        self._is_whole, self._has_whole_items, self._is_paired = is_whole, has_whole_items, is_paired
        self._has_typed_items, self._is_typed = has_typed_items, is_typed
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
        is_mixed = len(groups) > 1 and any(kind in (list, tuple, dict, set, frozenset) for kind in groups)
        if depth > 0 and (not self._has_typed_items or is_mixed):
            return Domain(kind="any")
        if depth == 0 and not self._is_typed and all(kind in (int, float, str) for kind in groups):
            return Domain(kind="any")
        return _choice([self._one(kind, group, depth) for kind, group in groups.items()])

    def _one(self, kind: type, values: list[Any], depth: int) -> Domain:
        whole_or_not = [Domain(kind="int"), Domain(kind="float", has_specials=True)]
        if kind is int:
            return whole_or_not[0] if (self._has_whole_items if depth else self._is_whole) else _choice(whole_or_not)
        if kind is float:
            return _choice(whole_or_not)
        if kind in _PLAIN:
            return Domain(kind=_PLAIN[kind])
        if kind is tuple:
            return self._tuple(values, depth)
        if kind in (list, set, frozenset):
            item = self.domain([item for value in values for item in value], depth + 1)
            return Domain(kind=_COLLECTIONS[kind], items=(item,))
        if kind is dict:
            keys = [key for value in values for key in value]
            items = [item for value in values for item in value.values()]
            return Domain(kind="dict", items=(self.domain(keys, depth + 1), self.domain(items, depth + 1)))
        self.reasons.add("type_not_read")
        return Domain(kind="any")

    def _tuple(self, values: list[tuple[Any, ...]], depth: int) -> Domain:
        sizes = {len(value) for value in values}
        if len(sizes) == 1 and depth > 0 and self._is_paired and sizes <= {2, 3}:
            places = tuple(self.domain([value[index] for value in values], depth + 1) for index in range(next(iter(sizes))))
            return Domain(kind="record", items=places)
        return Domain(kind="tuple", items=(self.domain([item for value in values for item in value], depth + 1),))


_PLAIN: dict[type, Any] = {bool: "bool", str: "text", bytes: "bytes", type(None): "none"}
_COLLECTIONS: dict[type, Any] = {list: "list", set: "set", frozenset: "frozenset"}
