"""The hidden truth suite of a gym problem: for measuring only, never part of the problem."""

from __future__ import annotations

import hashlib
import itertools
import random
from collections.abc import Callable, Sequence
from typing import Any

from symtune.datasets.gym.composition import Composition
from symtune.datasets.gym.part import Kind
from symtune.domain import Case, Problem, Suite
from symtune.errors import BadInputError

NUM_INPUTS = 240
"""Inputs of a truth suite, at least."""

VALUES = tuple(range(-12, 25))
"""Integers that fill the lists; every threshold of a part and its neighbours lie well inside."""

MAX_INT = 400
"""Largest integer given where the input is one number."""

WORD_POOL = (
    "a", "at", "be", "so", "to", "ant", "bee", "sat", "tea", "toe", "abba", "boat", "ease", "oboe", "seat", "toast",
    "about", "Total", "assess", "bottle", "better", "Oat", "Bo", "stable", "x", "zoo", "TEST", "b2", "", "easy", "o1s",
)  # fmt: skip
"""Words that begin with, hold or lack the letters that parts ask for, of lengths around the parts' limits."""


def truth(problem: Problem) -> Suite:
    """Return the truth suite of a gym problem, recomputed from ``problem.meta``.

    At least `NUM_INPUTS` inputs: the small ones exhaustively, longer ones drawn by a generator seeded with the composition.
    Expected values come from our own interpreter of the composition, not from a reference program.

    Raises:
        BadInputError: the problem was not made by `generate`.
    """
    form = problem.meta.get("composition")
    if form is None:
        raise BadInputError(f"problem {problem.id!r} has no 'composition' in its meta: only gym problems have a truth suite")
    composition = Composition.from_json(form)
    return Suite(
        cases=tuple(
            Case.call(value, expected=composition.run(value), origin="truth") for value in truth_inputs(composition)
        )
    )


def truth_inputs(composition: Composition) -> list[Any]:
    """Return the inputs of the truth suite, without duplicates, smallest first."""
    seed = hashlib.sha256(repr(composition.to_json()).encode()).digest()
    draw = random.Random(seed)
    makers: dict[Kind, Callable[[Composition, random.Random], Sequence[Any]]] = {
        "ints": _int_lists,
        "int": _ints,
        "text": _texts,
        "words": _word_lists,
    }
    return list({repr(value): value for value in makers[composition.takes](composition, draw)}.values())


def _boundaries(composition: Composition) -> list[int]:
    near = {0, 1, -1, 2}
    for step in composition.steps:
        if isinstance(step.parameter, int):
            near |= {step.parameter - 1, step.parameter, step.parameter + 1}
    return sorted(near)


def _int_lists(composition: Composition, draw: random.Random) -> list[list[int]]:
    near = _boundaries(composition)
    found: list[list[int]] = [[], *([value] for value in VALUES)]
    found += [list(pair) for pair in itertools.product(draw.sample(near, min(6, len(near))), repeat=2)]
    found += [list(triple) for triple in itertools.product((draw.choice(near), -3, 2, 5), repeat=3)]
    while len(found) < NUM_INPUTS + 40:
        pool = draw.choice((VALUES, VALUES, near, range(10)))
        items = [draw.choice(pool) for _ in range(draw.randint(3, 9))]
        if draw.random() < 0.2:
            items.sort(reverse=draw.random() < 0.5)
        found.append(items)
    return found


def _ints(_composition: Composition, draw: random.Random) -> list[int]:
    return [*range(1, NUM_INPUTS), *sorted(draw.sample(range(NUM_INPUTS, MAX_INT), 20))]


def _texts(composition: Composition, draw: random.Random) -> list[str]:
    letters = {step.parameter for step in composition.steps if isinstance(step.parameter, str) and step.parameter}
    alphabet = "".join(sorted(letters | set("aBz 7")))
    found = ["".join(chars) for length in range(3) for chars in itertools.product(alphabet, repeat=length)]
    while len(found) < NUM_INPUTS + 40:
        if draw.random() < 0.5:
            found.append(" ".join(draw.choice(WORD_POOL) for _ in range(draw.randint(1, 6))))
        else:
            pool = draw.choice((alphabet, "abeostABEOST 1234567890-"))
            found.append("".join(draw.choice(pool) for _ in range(draw.randint(3, 14))))
    return found


def _word_lists(_composition: Composition, draw: random.Random) -> list[list[str]]:
    found: list[list[str]] = [[], *([word] for word in WORD_POOL)]
    found += [list(pair) for pair in itertools.product(draw.sample(WORD_POOL, 8), repeat=2)]
    while len(found) < NUM_INPUTS + 40:
        pool = draw.choice((WORD_POOL, draw.sample(WORD_POOL, 5)))
        found.append([draw.choice(pool) for _ in range(draw.randint(2, 7))])
    return found
