"""Explorer ``dictionary``: the literals of the references and of the programs still to be told from them, put into inputs.

A number comes with its neighbours, a text also as an insertion and with its characters alone; a literal goes into an argument, into an
item of a collection, and two go in together. Literals of survivors come as soon as they are known. Source: the dictionaries of fuzzers.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from symtune.suites.contracts.contract import BUILDERS, SEQUENCES, Domain
from symtune.suites.explorers.target import Input, Target, with_values

NUM_STEPS = (0, 1, -1)
"""What is added to a number."""

MAX_VALUES = 200
"""Values tried per argument and round of literals."""

NUM_PAIRS = 120
"""Inputs with a literal in two slots, per round of literals."""


def explore(target: Target) -> Iterator[list[Input]]:
    """Yield inputs with one literal in them, then with two; start again when the literals have grown."""
    known: tuple[Any, ...] | None = None
    while target.constants != known:
        known = target.constants
        yield from target.batches(_inputs(target, known))


def _inputs(target: Target, constants: tuple[Any, ...]) -> Iterator[Input]:
    contract, rng = target.contract, target.rng
    domains: dict[int | str, Domain] = dict(itertools.chain(enumerate(contract.args), contract.kwargs.items()))
    bases = target.full_inputs()
    for slot, domain in domains.items():
        for value in itertools.islice(_values(domain, constants, target, slot), MAX_VALUES):
            yield with_values(rng.choice(bases), {slot: value})
    if len(domains) > 1:
        choices = {slot: list(itertools.islice(_values(domain, constants, target, slot), 60)) for slot, domain in domains.items()}
        usable = [slot for slot, values in choices.items() if values]
        for _ in range(NUM_PAIRS if len(usable) > 1 else 0):
            pair = rng.sample(usable, 2)
            yield with_values(rng.choice(bases), {slot: rng.choice(choices[slot]) for slot in pair})


def _values(domain: Domain, constants: tuple[Any, ...], target: Target, slot: int | str) -> Iterator[Any]:
    """Yield values of a slot that hold a literal; what lies outside the domain is brought inside later."""
    if domain.kind in ("int", "float"):
        kind = int if domain.kind == "int" else float
        yield from (kind(one + step) for one in constants if type(one) in (int, float) and abs(one) < 1e15 for step in NUM_STEPS)
    elif domain.kind == "text":
        yield from _texts(domain, constants, _present(target, slot, str))
    elif domain.kind in SEQUENCES:
        inner = list(itertools.islice(_values(domain.items[0], constants, target, slot), 30))
        for value in inner:
            for items in _collections([list(one) for one in _present(target, slot, BUILDERS[domain.kind])], value, target):
                try:
                    yield BUILDERS[domain.kind](items)
                except TypeError:
                    continue
    elif domain.kind == "choice":
        for one in domain.items:
            yield from itertools.islice(_values(one, constants, target, slot), 60)
    elif domain.kind == "record":
        for place, one in enumerate(domain.items):
            for value in itertools.islice(_values(one, constants, target, slot), 15):
                for base in _present(target, slot, tuple)[:2]:
                    if len(base) == len(domain.items):
                        yield (*base[:place], value, *base[place + 1 :])


def _present(target: Target, slot: int | str, kind: type) -> list[Any]:
    """Return values that the slot has in the pool."""
    values = [kwargs.get(slot) if isinstance(slot, str) else args[slot] for args, kwargs in target.full_inputs()]
    return [value for value in values if type(value) is kind][:6]


def _texts(domain: Domain, constants: tuple[Any, ...], present: list[str]) -> Iterator[str]:
    texts = [one for one in constants if type(one) is str and one]
    signs = list(dict.fromkeys(sign for one in texts for sign in one if sign in domain.alphabet))[:40]
    pieces = list(dict.fromkeys([*texts, *signs]))
    yield from pieces
    for piece in pieces:
        for base in present[:2]:
            middle = len(base) // 2
            yield from (piece + base, base + piece, base[:middle] + piece + base[middle:])
    yield from (one + other for one, other in itertools.islice(itertools.product(pieces, pieces), 60))


def _collections(present: list[list[Any]], value: Any, target: Target) -> Iterator[list[Any]]:
    yield [value]
    yield [value, value]
    for base in present[:2]:
        place = target.rng.randrange(len(base)) if base else 0
        yield [*base[:place], value, *base[place + 1 :]]
        yield [value, *base]
        yield [*base, value]
