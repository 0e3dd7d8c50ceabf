"""Explorer ``large``: inputs as large as the contract lets them be, so that slow programs are seen to be slow.

Sizes grow step by step until the contract's limit or the room of a case is reached; numbers stand at their highest. The oracle
keeps the largest few that the references answer quickly. Source: ours.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from symtune.suites.contracts.contract import BUILDERS, SEQUENCES, Domain
from symtune.suites.contracts.vary import pick
from symtune.suites.explorers.target import Input, Target, with_values

SIZES = (30, 200, 1000, 5000, 20_000)
"""Steps of the size of collections and texts, cut off at what the contract allows."""

MAX_TRIES = 3
"""Inputs per step: random, equal, and rising items."""


def explore(target: Target) -> Iterator[list[Input]]:
    """Yield one batch per step of sizes, until a step brings nothing larger."""
    contract = target.contract
    domains: dict[int | str, Domain] = dict(itertools.chain(enumerate(contract.args), contract.kwargs.items()))
    largest = max((_room(domain) for domain in domains.values()), default=0)
    for size in SIZES:
        batch = []
        for shape in range(MAX_TRIES):
            values = {slot: _grown(domain, size, shape, target) for slot, domain in domains.items()}
            batch.append(with_values(target.full_inputs()[0], values))
        yield batch
        if size >= largest:
            return


def _room(domain: Domain) -> float:
    """Return the largest size that a domain gives anything; numbers have their digits."""
    if domain.kind in ("text", *SEQUENCES, "dict"):
        return max([domain.max_size, *map(_room, domain.items)])
    return max(map(_room, domain.items), default=0)


def _grown(domain: Domain, size: int, shape: int, target: Target) -> Any:
    rng = target.rng
    if domain.kind in ("int", "float") and domain.high is not None:
        return (int if domain.kind == "int" else float)(domain.high if shape != 2 else min(domain.high, size))
    if domain.kind == "text" and domain.alphabet:
        signs = domain.alphabet if shape == 0 else domain.alphabet[:1] if shape == 1 else domain.alphabet[:2]
        return "".join(rng.choice(signs) for _ in range(min(size, domain.max_size)))
    if domain.kind in SEQUENCES:
        length = min(size, domain.max_size)
        inner = domain.items[0]
        if inner.items or inner.kind == "text":
            length = max(1, min(length, round(size**0.5)))
            items = [_grown(inner, round(size**0.5), shape, target) for _ in range(length)]
        elif shape == 1:
            items = [pick(inner, rng)] * length
        else:
            items = [pick(inner, rng) for _ in range(length)]
        if shape == 2 and inner.kind in ("int", "float"):
            items.sort()
        try:
            return BUILDERS[domain.kind](items)
        except TypeError:
            return pick(domain, rng)
    return pick(domain, rng)
