"""Explorer ``large``: inputs as large as the contract lets them be, so that slow programs are seen to be slow.

Sizes and numbers go up to what the statement or the signature promises, not only to the reach of the other explorers; where nothing is
promised, collections stay below `UNSTATED_SIZE`. They grow step by step until that limit or the room of a case is met, with one leap at the start. The oracle keeps what the
references answer quickly, and few of these become cases. Source: ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from symtune.suites.contracts.contract import BUILDERS, SEQUENCES, UNLIMITED, Domain, Region
from symtune.suites.contracts.vary import pick
from symtune.suites.explorers.target import Input, Target, with_values

SIZES = (30, 200, 1000, 5000, 20_000)
"""Steps of the size of collections and texts, cut off at what the contract allows."""

LEAP_SIZE = 5000
"""Size of one more input of the first step, for programs that read text and may be given so much: a budget often ends before the later steps,
and a program that is too slow, or fails on long numbers, is told by no other."""

UNSTATED_SIZE = 40
"""Size that collections and texts may have where nothing is said of it, and the examples are smaller."""

NUM_SHAPES = 3
"""Inputs per step: random, equal, and rising items."""


def explore(target: Target) -> Iterator[list[Input]]:
    """Yield one batch per step of sizes, until a step brings nothing larger."""
    region = stretched(target)
    slots: list[int | str] = [*range(len(region.args)), *region.kwargs]
    domains = dict(zip(slots, [*region.args, *region.kwargs.values()], strict=True))
    largest = max((_room(domain) for domain in domains.values()), default=0)
    base = target.full_inputs()[0]
    leaps = [(LEAP_SIZE, 0)] if target.problem.is_stdin and largest >= LEAP_SIZE else []
    for size in SIZES:
        yield [
            with_values(base, {slot: _grown(domain, reached, shape, target) for slot, domain in domains.items()})
            for reached, shape in [*((size, shape) for shape in range(NUM_SHAPES)), *leaps]
        ]
        leaps = []
        if size >= largest:
            return


def stretched(target: Target) -> Region:
    """Return the reach of a contract, its sizes and numbers widened to what is promised."""
    reach, promise = target.contract, target.promise
    args = tuple(map(_stretched, reach.args, promise.args))
    kwargs = {key: _stretched(one, promise.kwargs[key]) for key, one in reach.kwargs.items()}
    return reach.model_copy(update={"args": args, "kwargs": kwargs})


def _stretched(mine: Domain, theirs: Domain) -> Domain:
    if mine.kind != theirs.kind:
        return mine
    if mine.kind in ("int", "float"):
        return mine.model_copy(update={"high": mine.high if theirs.high is None else theirs.high})
    items = tuple(map(_stretched, mine.items, theirs.items)) if len(mine.items) == len(theirs.items) else mine.items
    is_sized = mine.kind in ("text", *SEQUENCES) and mine.min_size < mine.max_size
    stated = theirs.max_size if theirs.max_size < UNLIMITED else max(mine.max_size, UNSTATED_SIZE)
    return mine.model_copy(update={"items": items, "max_size": max(mine.max_size, stated) if is_sized else mine.max_size})


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
