"""A region as Python source: the precondition inside which the symbolic explorer searches.

It narrows rather than defines: sizes are bounded further, so that paths stay short, and what a solver is slow at
(floats' finiteness, permutations, graphs) is left to projection and to the region's own check afterwards.
"""

from __future__ import annotations

from symtune.suites.contracts.contract import SEQUENCES, Domain, Region, Relation
from symtune.suites.contracts.formula import is_of_graphs, names_of

MAX_SOLVER_ITEMS = 5
"""Collections are searched up to this many items, unless the contract demands more."""

MAX_SOLVER_ALPHABET = 4
"""Alphabets of at most this many characters are told to the solver; larger ones make it slow."""

MAX_SOLVER_CHARACTERS = 8
"""Texts are searched up to this many characters, unless the contract demands more."""


def precondition_source(region: Region) -> str:
    """Return the source of ``def precondition(a0, a1, ..., **kwargs) -> bool``; formulas stand in it as they are."""
    places = [f"a{index}" for index in range(len(region.args))]
    lines = [f"def precondition({', '.join([*places, '**kwargs'])}):"]
    for place, domain in zip(places, region.args, strict=True):
        lines += [f"    {line}" for line in _checks(domain, place, 0)]
    for key, domain in region.kwargs.items():
        lines += [f"    if {key!r} in kwargs:", *(f"        {line}" for line in ["pass", *_checks(domain, f"kwargs[{key!r}]", 0)])]
    relations = [one for one in region.relations if one.kind != "formula" or not is_of_graphs(one.text)]
    if relations:
        places += [f"kwargs[{key!r}]" for key in region.kwargs]
        if region.kwargs:
            lines.append(f"    if len(kwargs) < {len(region.kwargs)}: return True")
        spoken = frozenset[str]().union(*(names_of(one.text) for one in relations if one.kind == "formula"))
        lines += [f"    {name} = {place}" for name, place in zip(region.parameters(), places, strict=True) if name in spoken and name != place]
        lines += [f"    if not ({_relation(one, places)}): return False" for one in relations]
    return "\n".join([*lines, "    return True", ""])


def _checks(domain: Domain, name: str, depth: int) -> list[str]:
    if domain.kind in ("int", "float"):
        low = [f"{domain.low!r} <= "] if domain.low is not None else []
        high = [f" <= {domain.high!r}"] if domain.high is not None else []
        zero = [f"if {name} == 0: return False"] if domain.is_not_zero else []
        lines = [*zero, f"if not ({''.join([*low, name, *high])}): return False"] if low or high else zero
        return [*lines, f"if {name} % {domain.divisor} != {domain.remainder}: return False"] if domain.divisor > 1 else lines
    if domain.kind == "text":
        lines = [_size_check(domain, name, MAX_SOLVER_CHARACTERS)]
        if domain.alphabet and len(domain.alphabet) <= MAX_SOLVER_ALPHABET:
            lines.append(f"if any(sign not in {domain.alphabet!r} for sign in {name}): return False")
        return lines
    if domain.kind == "fixed" and domain.seen and all(type(one) in (int, str) for one in domain.seen):
        return [f"if {name} not in {tuple(domain.seen)!r}: return False"]
    if domain.kind in SEQUENCES:
        return _sequence_checks(domain, name, depth)
    if domain.kind == "record":
        return [line for index, one in enumerate(domain.items) for line in _checks(one, f"{name}[{index}]", depth)]
    if domain.kind == "fields":
        return [f"if set({name}) != {{{', '.join(map(repr, domain.keys))}}}: return False"]
    if domain.kind == "dict":
        return [_size_check(domain, name, MAX_SOLVER_ITEMS)]
    return []


def _sequence_checks(domain: Domain, name: str, depth: int) -> list[str]:
    lines = [_size_check(domain, name, MAX_SOLVER_ITEMS)]
    item = f"item{depth}"
    inner = _checks(domain.items[0], item, depth + 1)
    if inner:
        lines += [f"for {item} in {name}:", *(f"    {line}" for line in inner)]
    for remainder, parity in enumerate(("even", "odd")):
        if parity in domain.needs:
            lines.append(f"if all({item} % 2 != {remainder} for {item} in {name}): return False")
    if domain.order:
        sign = {"rising": "<", "strictly_rising": "<=", "falling": ">", "strictly_falling": ">="}[domain.order]
        lines.append(f"if any({name}[i + 1] {sign} {name}[i] for i in range(len({name}) - 1)): return False")
    if domain.permutation_from is not None:
        first = domain.permutation_from
        lines.append(f"if any(not {first} <= {name}[i] < {first} + len({name}) or {name}[i] in {name}[:i] for i in range(len({name}))): return False")
    elif domain.is_unique and domain.kind in ("list", "tuple"):
        lines.append(f"if any({name}[i] in {name}[:i] for i in range(len({name}))): return False")
    if domain.is_square and domain.kind in ("list", "tuple"):
        lines.append(f"if any(len({name}[i]) != len({name}) for i in range(len({name}))): return False")
    elif domain.equal_sizes and domain.kind in ("list", "tuple"):
        lines.append(f"if any(len({name}[i]) != len({name}[0]) for i in range(1, len({name}))): return False")
    return lines


def _size_check(domain: Domain, name: str, bound: int) -> str:
    high = min(domain.max_size, max(domain.min_size, bound))
    return f"if not ({domain.min_size} <= len({name}) <= {high}): return False"


def _relation(relation: Relation, places: list[str]) -> str:
    if relation.kind == "formula":
        return relation.text
    left, right = places[relation.left], places[relation.right]
    return {
        "length_of": f"{left} == len({right})",
        "index_in": f"0 <= {left} < len({right})",
        "up_to_length": f"0 <= {left} <= len({right})",
        "same_length": f"len({left}) == len({right})",
        "same_inner_sizes": f"len({left}) == len({right}) and all(len({left}[i]) == len({right}[i]) for i in range(len({left})))",
        "at_most": f"{left} <= {right}",
        "below": f"{left} < {right}",
        "member_of": f"{left} in {right}",
    }[relation.kind]
