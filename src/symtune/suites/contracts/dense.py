"""Inputs of a small world: random ones in which all numbers come from a narrow range and all texts from a few letters and literals.

In such inputs values meet: items repeat, sums and products coincide, one argument occurs in another, a letter stands beside itself in the other
case. That is what branches on equality need, and what values drawn from wide bounds hardly ever do. Source: ours; the habit of
testing a program against a slow one on small random cases is older.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from typing import Any

from symtune.suites.contracts.contract import BUILDERS, SEQUENCES, Domain, Region
from symtune.suites.contracts.project import project_input
from symtune.suites.contracts.vary import pick

SPREADS = (1, 2, 3, 5, 8, 13, 30)
"""Numbers lie this far from zero, or from the bound nearest to it."""

SIZES = (1, 2, 2, 3, 4, 6, 9, 14)
"""Collections and texts have at most so many items, unless the contract demands more."""

NUM_LETTERS = (1, 1, 2, 3, 5)
"""Letters that texts are made of, each in both cases where the contract has both."""

NUM_LITERALS = (0, 1, 2, 3, 4)
"""Literals of the programs that texts are made of beside letters."""

MAX_LITERAL_SIZE = 12
"""A longer literal is no piece of a text."""

PHRASE_FRACTION, PHRASE_SIZE = 0.5, 3
"""How often a text is one phrase again and again, with the last piece between, and the pieces of a phrase."""

NEGATIVE_FRACTION = 0.4
"""How often numbers may be negative, where the contract lets them be."""


@dataclass(frozen=True)
class World:
    """What the values of one input have in common.

    Attributes:
        spread: numbers lie no further than this from where they start; ``is_signed``: on both sides.
        max_size: items of a collection.
        num_letters: letters of texts.
        literals: other pieces of texts.
        seed: decides which letters.
    """

    spread: int
    max_size: int
    num_letters: int
    literals: tuple[str, ...]
    is_signed: bool
    seed: int


def draw_input(
    region: Region, rng: random.Random, *, constants: tuple[Any, ...] = ()
) -> tuple[tuple[Any, ...], dict[str, Any]] | None:
    """Return a random input of a small world inside the region, or None where what was drawn could not be brought inside.

    Args:
        constants: literals of the programs; some of the texts among them become pieces of all texts of the world.
    """
    known = [one for one in constants if type(one) is str and 0 < len(one) <= MAX_LITERAL_SIZE]
    world = World(
        spread=rng.choice(SPREADS),
        max_size=rng.choice(SIZES),
        num_letters=rng.choice(NUM_LETTERS),
        literals=tuple(rng.sample(known, min(len(known), rng.choice(NUM_LITERALS)))),
        is_signed=rng.random() < NEGATIVE_FRACTION,
        seed=rng.getrandbits(30),
    )
    args = tuple(_draw(domain, world, rng) for domain in region.args)
    kwargs = {key: _draw(domain, world, rng) for key, domain in region.kwargs.items()}
    return project_input(region, args, kwargs=kwargs, rng=rng)


def _draw(domain: Domain, world: World, rng: random.Random) -> Any:
    if domain.kind in ("int", "float"):
        return _number(domain, world, rng)
    if domain.kind == "text" and domain.alphabet and not domain.pattern:
        pieces = [*_letters(domain, world), *(one for one in world.literals if set(one) <= set(domain.alphabet))]
        if rng.random() < PHRASE_FRACTION:
            pieces = ["".join(rng.choice(pieces) for _ in range(PHRASE_SIZE)), *pieces[-1:]]
        return "".join(rng.choice(pieces) for _ in range(_num_items(domain, world, rng)))[: domain.max_size]
    if domain.kind in SEQUENCES:
        try:
            return BUILDERS[domain.kind](_draw(domain.items[0], world, rng) for _ in range(_num_items(domain, world, rng)))
        except TypeError:
            return pick(domain, rng)
    if domain.kind == "record":
        return tuple(_draw(one, world, rng) for one in domain.items)
    if domain.kind == "fields":
        return {key: _draw(one, world, rng) for key, one in zip(domain.keys, domain.items, strict=True)}
    if domain.kind == "dict":
        key, held = domain.items
        try:
            return {_draw(key, world, rng): _draw(held, world, rng) for _ in range(_num_items(domain, world, rng))}
        except TypeError:
            return pick(domain, rng)
    if domain.kind == "choice":
        return _draw(rng.choice(domain.items), world, rng)
    if domain.kind == "any" and domain.seen:
        return rng.choice(domain.seen)  # of values that may be anything those met are the most that is known
    return pick(domain, rng)


def _num_items(domain: Domain, world: World, rng: random.Random) -> int:
    most = max(domain.min_size, min(domain.max_size, world.max_size))
    return rng.randint(min(domain.min_size, most), most)


def _number(domain: Domain, world: World, rng: random.Random) -> int | float:
    low = -math.inf if domain.low is None else domain.low
    high = math.inf if domain.high is None else domain.high
    start = min(max(0, low), high)
    least = max(low, start - world.spread if world.is_signed or high <= start else start)
    most = min(high, start + world.spread)
    if domain.kind == "int":
        return rng.randint(math.ceil(least), max(math.ceil(least), math.floor(most)))
    return min(max(round(rng.uniform(least, most) * 2) / 2, least), most)


def _letters(domain: Domain, world: World) -> str:
    """Return the characters of all texts of one world: a few of the contract's, and their other cases."""
    rng = random.Random(world.seed)
    letters = [sign for sign in domain.alphabet if sign.isalpha()]
    chosen = rng.sample(letters, min(len(letters), world.num_letters))
    others = [sign for sign in domain.alphabet if not sign.isalpha()]
    chosen += rng.sample(others, min(len(others), world.num_letters - 1 if letters else world.num_letters))
    both = dict.fromkeys(other for sign in chosen for other in (sign, sign.lower(), sign.upper()) if other in domain.alphabet)
    return "".join(both) or domain.alphabet[:1]
