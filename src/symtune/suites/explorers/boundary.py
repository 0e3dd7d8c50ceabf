"""Explorer ``boundary``: the ends of the contract, in one argument at a time and in all of them together."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from symtune.suites.contracts.contract import BUILDERS, SEQUENCES, Domain
from symtune.suites.contracts.vary import ANYTHING
from symtune.suites.explorers.target import Input, Target, with_values

MAX_VALUES = 40
"""Boundary values tried per argument."""

MAX_PAIRS = 150
"""Inputs in which two arguments or more stand at a boundary."""


def explore(target: Target) -> Iterator[list[Input]]:
    """Yield the examples with one argument moved to a boundary, then combinations of boundaries."""
    yield from target.batches(_inputs(target))


def _inputs(target: Target) -> Iterator[Input]:
    contract = target.contract
    bases = target.full_inputs()
    domains: dict[int | str, Domain] = dict(itertools.chain(enumerate(contract.args), contract.kwargs.items()))
    values = {slot: boundary_values(domain)[:MAX_VALUES] for slot, domain in domains.items()}
    for slot, choices in values.items():
        for value in choices:
            yield with_values(target.rng.choice(bases), {slot: value})
    if len(domains) > 1:
        product = itertools.product(*(choices[:12] for choices in values.values()))
        combined = list(itertools.islice(product, 20_000))
        for chosen in target.rng.sample(combined, min(MAX_PAIRS, len(combined))):
            yield with_values(target.rng.choice(bases), dict(zip(domains, chosen, strict=True)))


def boundary_values(domain: Domain, constants: tuple[Any, ...] = ()) -> list[Any]:
    """Return values at the ends of a domain, simplest first; a value outside is projected later, or dropped."""
    if domain.kind in ("int", "float"):
        kind = int if domain.kind == "int" else float
        ends = [domain.low, domain.high, 0, 1, 2, 3, -1, 4, 5, 10, 12, 100]
        near = [one + step for one in constants if type(one) in (int, float) for step in (0, 1, -1)]
        numbers = [kind(one) for one in ends + near if one is not None]
        return _inside(domain, numbers + ([0.5, 1.5] if kind is float else []))
    if domain.kind == "text":
        return _inside(domain, _texts(domain, constants))
    if domain.kind in SEQUENCES:
        return _inside(domain, _collections(domain, constants))
    if domain.kind == "record":
        inner = [boundary_values(one, constants)[:6] for one in domain.items]
        return [tuple(one) for one in itertools.islice(itertools.product(*inner), MAX_VALUES)]
    if domain.kind == "choice":
        return [value for one in domain.items for value in boundary_values(one, constants)[:15]]
    if domain.kind == "bool":
        return [False, True]
    if domain.kind == "fields":
        fields = zip(domain.keys, domain.items, strict=True)
        return [base | {key: value} for key, one in fields for base in domain.seen[:1] for value in boundary_values(one)[:6]]
    if domain.kind == "dict":
        pairs = [dict(list(value.items())[:size]) for value in domain.seen for size in (0, 1, 2)]
        return _inside(domain, pairs)
    if domain.kind == "any":
        return _inside(domain, [*domain.seen[:2], *ANYTHING])
    return list(domain.seen)


def _texts(domain: Domain, constants: tuple[Any, ...]) -> list[str]:
    signs = domain.alphabet
    samples = [sign for group in ("a", "A", "0", " ", "z", "Z", "9") for sign in group if sign in signs]
    samples += [sign for sign in signs if not sign.isalnum()][:8]
    texts = ["", *samples, *(sign * 2 for sign in samples[:4])]
    texts += [one for one in constants if type(one) is str]
    for value in domain.seen[:3]:
        texts += [value[:1], value[-1:], value[::-1], value + value, value.lower(), value.upper(), value.capitalize()]
        texts += [sign + value for sign in samples[:4]] + [value + sign for sign in samples[:4]]
    return texts


def _collections(domain: Domain, constants: tuple[Any, ...]) -> list[Any]:
    build = BUILDERS[domain.kind]
    inner = boundary_values(domain.items[0], constants)[:10]
    found: list[list[Any]] = [[], *([item] for item in inner[:6]), *([item, item] for item in inner[:3])]
    found += [[left, right] for left, right in itertools.permutations(inner[:4], 2)]
    found += [[item] * 3 for item in inner[:2]]
    for value in domain.seen[:3]:
        items = list(value)
        found += [items[:1], items[-1:], items[::-1], items[:2], items + items, items[1:], items[:-1]]
        found += [[item, *items] for item in inner[:3]] + [[*items, item] for item in inner[:3]]
    values = []
    for items in found:
        try:
            values.append(build(items))
        except TypeError:
            continue
    return values


def _inside(domain: Domain, values: list[Any]) -> list[Any]:
    """Keep one of each value that is inside the domain, in order."""
    kept: list[Any] = []
    for value in values:
        if domain.fault(value) is None and not any(type(one) is type(value) and one == value for one in kept):
            kept.append(value)
    return kept


