"""Seeded gym problems: compose parts at random, keep what is worth asking, say it in English."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Sequence
from typing import Any, Literal

from symtune.datasets.gym.composition import NUM_LAYOUTS, OPENINGS, PARTS, Composition, GymSplit, Step
from symtune.datasets.gym.part import Kind, Part
from symtune.datasets.gym.truth_suite import WORD_POOL, truth_inputs
from symtune.domain import Case, Problem, content_digest
from symtune.errors import BadInputError

DEPTHS: dict[str, int] = {"introductory": 1, "interview": 2, "competition": 3}
"""Number of parts in a problem of each difficulty."""

INPUT_SHARES: dict[Kind, float] = {"ints": 0.6, "text": 0.16, "words": 0.16, "int": 0.08}
"""How often a problem takes an input of each kind."""

Breadth = Literal["core", "full"]

CORE_PARTS = frozenset(
    ["keep_above", "keep_at_least", "keep_below", "keep_at_most", "keep_even", "keep_odd", "keep_multiples", "drop_value", "add", "subtract", "multiply", "square", "absolute", "negate", "cap", "raise_to", "remainder", "zero_below", "sort", "sort_down", "reverse", "distinct", "first", "last", "skip", "drop_last", "even_places", "differences", "neighbour_sums", "running_sums", "rising", "sum", "count", "max", "min", "count_above", "num_distinct", "digits", "up_to", "plus", "times", "gap", "exceeds", "upper", "lower", "reverse_text", "remove_letter", "first_chars", "last_chars", "length", "count_letter", "split", "longer", "shorter", "starting", "sort_words", "reverse_words", "lengths", "join", "first_words", "num_words"]
)
"""The parts of breadth ``core``: what a tiny model learns within minutes; ``full`` is every part."""

MAX_ATTEMPTS_PER_PROBLEM = 1000
"""Compositions drawn for one problem before the generator gives up."""

MAX_ANSWER_SHARE = 0.6
"""No answer may be right for more than this share of a problem's truth inputs."""

SINGLE_TEST_SHARE = 0.7
"""Share of the problems with one private test; the others have two."""

NUM_PROBED_INPUTS = 120
"""Truth inputs used to see whether a composition is worth asking."""


def generate(
    split: GymSplit,
    *,
    count: int,
    seed: int,
    depths: Sequence[str] = ("introductory", "interview", "competition"),
    breadth: Breadth = "core",
) -> list[Problem]:
    """Return ``count`` problems of one split; the same arguments give the same problems.

    Args:
        split: which compositions; see `Composition.split`.
        count: number of problems.
        seed: seed of every random choice.
        depths: the difficulties of the problems in turn, keys of `DEPTHS`; a name given twice comes twice as often.
        breadth: which parts are drawn: `CORE_PARTS`, or all.

    No statement occurs twice in one call, nor, where there are two parts or more, a composition; single parts are few and
    come again in other words. No composition of one split occurs in another.

    Raises:
        BadInputError: an unknown depth, or more problems than the split has.
    """
    unknown = [depth for depth in depths if depth not in DEPTHS]
    if unknown or not depths:
        raise BadInputError(f"depths must be some of {', '.join(DEPTHS)}; got {list(depths)!r}")
    draw = random.Random(f"{split} {seed}")
    seen: set[str] = set()
    parts = [part for part in PARTS.values() if breadth == "full" or part.name in CORE_PARTS]
    return [
        _new_problem(split, depths[index % len(depths)], draw, seen=seen, parts=parts) for index in range(count)
    ]


def _new_problem(
    split: GymSplit, depth: str, draw: random.Random, *, seen: set[str], parts: Sequence[Part]
) -> Problem:
    for _ in range(MAX_ATTEMPTS_PER_PROBLEM):
        composition = _draw_composition(DEPTHS[depth], draw, parts=parts)
        if composition is None or composition.split() != split:
            continue
        key = repr(composition.to_json())
        if key in seen or not is_worth_asking(composition):
            continue
        problem = _to_problem(composition, split, depth, draw)
        if problem.statement not in seen:
            seen |= {problem.statement} | ({key} if len(composition.steps) > 1 else set())
            return problem
    raise BadInputError(
        f"the gym found no new {depth} composition for the {split} split in {MAX_ATTEMPTS_PER_PROBLEM} draws; ask for fewer"
    )


def _draw_composition(num_parts: int, draw: random.Random, *, parts: Sequence[Part]) -> Composition | None:
    kind: Kind = draw.choices(list(INPUT_SHARES), weights=list(INPUT_SHARES.values()))[0]
    steps: list[Step] = []
    for index in range(num_parts):
        choices = [part for part in parts if _may_follow(part, kind, steps, is_last=index == num_parts - 1)]
        if not choices:
            return None
        part = draw.choice(choices)
        steps.append(Step(part, draw.choice(part.parameters) if part.parameters else None))
        kind = part.gives
    return Composition(tuple(steps))


def _may_follow(part: Part, kind: Kind, steps: Sequence[Step], *, is_last: bool) -> bool:
    if part.takes != kind or part.name in {step.part.name for step in steps}:
        return False
    is_start = part.takes == "int" and part.gives == "ints"
    if kind == "int" and is_start != (not steps):
        return False
    return is_last or part.gives != "bool"


def is_worth_asking(composition: Composition) -> bool:
    """Return whether answers vary and every step matters (leaving it out, where kinds allow, changes some answer)."""
    inputs = truth_inputs(composition)[-NUM_PROBED_INPUTS:]
    answers = [repr(composition.run(value)) for value in inputs]
    if max(Counter(answers).values()) > MAX_ANSWER_SHARE * len(answers):
        return False
    for index, step in enumerate(composition.steps):
        rest = Composition(composition.steps[:index] + composition.steps[index + 1 :])
        if step.part.takes != step.part.gives or not rest.steps:
            continue
        if [repr(rest.run(value)) for value in inputs] == answers:
            return False
    return True


def _to_problem(composition: Composition, split: GymSplit, depth: str, draw: random.Random) -> Problem:
    phrasing_indices = tuple(draw.randrange(len(step.part.phrasings)) for step in composition.steps)
    statement = composition.statement(
        phrasing_indices,
        opening_index=draw.randrange(len(OPENINGS[composition.takes])),
        layout_index=draw.randrange(NUM_LAYOUTS if len(composition.steps) > 1 else NUM_LAYOUTS - 1),
    )
    num_examples, num_tests = draw.randint(1, 3), 1 if draw.random() < SINGLE_TEST_SHARE else 2
    cases = _typical_cases(composition, num_examples + num_tests, draw)
    return Problem(
        id=f"gym-{split}-{content_digest([composition.to_json(), statement])[:12]}",
        statement=statement,
        entry_point="solve",
        starter_code=composition.signature() + "\n",
        difficulty=depth,
        examples=cases[:num_examples],
        tests=cases[num_examples:],
        references=(composition.source(), composition.source(is_other=True)),
        source="gym",
        meta={"composition": composition.to_json(), "split": split},
    )


def _typical_cases(composition: Composition, num_cases: int, draw: random.Random) -> tuple[Case, ...]:
    """Return a few everyday inputs with their answers: weak, as the tests of human sets are."""
    digest = hashlib.sha256(repr(composition.to_json()).encode()).digest()
    draw = random.Random(digest + draw.randbytes(4))
    inputs: dict[str, Any] = {}
    while len(inputs) < num_cases:
        value = _typical_input(composition.takes, draw)
        inputs.setdefault(repr(value), value)
    return tuple(Case.call(value, expected=composition.run(value)) for value in inputs.values())


def _typical_input(kind: Kind, draw: random.Random) -> Any:
    if kind == "ints":
        return [draw.randint(-2, 12) for _ in range(draw.randint(2, 4))]
    if kind == "int":
        return draw.randint(5, 60)
    words = [draw.choice(WORD_POOL) or "so" for _ in range(draw.randint(1, 3))]
    return words if kind == "words" else " ".join(words)
