"""Problems with one thing open: the statement leaves a choice out of ``m`` that only the public tests settle.

Who reads the statement alone can do no better than guess one of the ``m`` variants, so a reply that has seen no feedback is
right with probability 1/m at most; the public tests, once shown, name the variant. So these problems tell a policy that
reads its feedback from one that only draws again.
"""

from __future__ import annotations

import dataclasses
import hashlib
import operator
import random
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from symtune.datasets.gym.composition import BUCKETS, NUM_BUCKETS, GymSplit
from symtune.domain import Case, Problem, content_digest
from symtune.errors import BadInputError

NUM_TESTS = 2
"""Private tests of a problem."""


@dataclasses.dataclass(frozen=True)
class Variant:
    """One way to settle what is open.

    Attributes:
        code: a Python expression over ``a``; ``{k}`` stands for the parameter.
        run: the meaning, as ``run(value, parameter)``; trusted code of ours.
    """

    code: str
    run: Callable[[Any, Any], Any]


@dataclasses.dataclass(frozen=True)
class Family:
    """Problems that leave the same thing open.

    Attributes:
        name: unique name.
        openings, clauses: an opening and a clause make a statement; ``{k}`` stands for the parameter.
        parameters: what ``{k}`` may be; stated, so nobody has to guess it.
        variants: what is open, all equally likely.
        telling: inputs, each of which gets another answer from every variant: one public test is enough.
        others: inputs for private tests, none of them telling ones.
    """

    name: str
    openings: tuple[str, ...]
    clauses: tuple[str, ...]
    parameters: tuple[int, ...]
    variants: tuple[Variant, ...]
    telling: tuple[Any, ...]
    others: tuple[Any, ...]

    def statements(self) -> Iterator[tuple[str, int]]:
        """Yield every statement with its parameter, in a fixed order."""
        for parameter in self.parameters:
            for opening in self.openings:
                for clause in self.clauses:
                    yield f"{opening}, {clause.format(k=parameter)}.", parameter

    def source(self, variant_index: int, parameter: int) -> str:
        """Return the program of one variant."""
        return f"def solve(a):\n    return {self.variants[variant_index].code.format(k=parameter)}\n"


def _shift(constant: int) -> Variant:
    return Variant(f"a * {{k}} + {constant}", lambda a, k: a * k + constant)


def _greeting(word: str) -> Variant:
    return Variant(f'"{word} " + a + "{{k}}"', lambda a, k: f"{word} {a}{k}")


def _bound(sign: str, keeps: Callable[[str, str], bool]) -> Variant:
    code = f'"".join(x for x in a if x {sign} "m") + "{{k}}"'
    return Variant(code, lambda a, k: "".join(x for x in a if keeps(x, "m")) + str(k))


def _order(code: str, put: Callable[[str], str]) -> Variant:
    return Variant(f'{code} + "{{k}}"', lambda a, k: put(a) + str(k))


FAMILIES: dict[str, Family] = {
    family.name: family
    for family in (
        Family(
            "constant",
            ("Given an integer", "From a number", "Take an integer"),
            (
                "multiply it by {k} and add the usual constant", "add the fixed amount to {k} times its value",
                "scale it by {k} and raise it as agreed",
            ),
            tuple(range(2, 10)),
            tuple(_shift(constant) for constant in range(1, 9)),
            telling=(0,), others=(1, 2, 3, 5, 10, -1, -4),
        ),
        Family(
            "greeting",
            ("Given a name", "From a name", "Take a name"),
            (
                "greet it as usual and write {k}", "put the house greeting before it and {k} after it",
                "say the agreed word, the name and {k}",
            ),
            tuple(range(2, 10)),
            tuple(_greeting(word) for word in ("hi", "hey", "yo", "hello", "salut", "ciao", "moin", "hola")),
            telling=("bo",), others=("al", "ida", "tom", "x", "Eve"),
        ),
        Family(
            "bound",
            ("Given a text", "From a string", "Take a text"),
            (
                "keep the letters on the right side of m and write {k}", "drop the letters that m rules out and write {k}",
                "keep what may stand beside m and write {k}",
            ),
            tuple(range(2, 10)),
            (
                _bound(">", operator.gt), _bound(">=", operator.ge), _bound("<", operator.lt), _bound("<=", operator.le),
                _bound("==", operator.eq), _bound("!=", operator.ne),
            ),
            telling=("lmn",), others=("melon", "zoom", "mmx", "lime", "moon", "apple"),
        ),
        Family(
            "order",
            ("Given a text", "From a string", "Take a text"),
            (
                "put its letters in the usual order and write {k}", "arrange the letters as agreed and write {k}",
                "line its letters up and write {k}",
            ),
            tuple(range(2, 10)),
            (
                _order('"".join(sorted(a))', lambda a: "".join(sorted(a))),
                _order('"".join(sorted(a, reverse=True))', lambda a: "".join(sorted(a, reverse=True))),
                _order("a[::-1]", lambda a: a[::-1]), _order("a[1:] + a[:1]", lambda a: a[1:] + a[:1]),
                _order("a[-1:] + a[:-1]", lambda a: a[-1:] + a[:-1]), _order("a[2:] + a[:2]", lambda a: a[2:] + a[:2]),
            ),
            telling=("cbda",), others=("boat", "seat", "table", "xyz", "oboe"),
        ),
    )
}  # fmt: skip
"""Every family by its name."""


def generate_open_choice(
    split: GymSplit, *, count: int, seed: int, families: Sequence[str] = tuple(FAMILIES)
) -> list[Problem]:
    """Return ``count`` problems of one split; the same arguments give the same problems.

    Each has one public example, which settles the choice, and two private tests. ``meta`` holds the ``family``, the
    ``parameter``, the ``variant`` that is right and ``num_variants``, the m of the ceiling 1/m.

    Every statement comes with each of its variants once before the next statement is taken, so that over whole statements
    no answer is likelier than another, and a policy that reads no feedback is right 1/m of the time whatever it does. The
    problems are shuffled. The statement decides the split, so no statement of one split occurs in another.

    Args:
        split: which statements.
        count: number of problems.
        seed: seed of every random choice.
        families: names out of `FAMILIES`, taken in turn.

    Raises:
        BadInputError: an unknown family, or more problems than the split has.
    """
    unknown = [name for name in families if name not in FAMILIES]
    if unknown or not families:
        raise BadInputError(f"families must be some of {', '.join(FAMILIES)}; got {list(families)!r}")
    draw = random.Random(f"open choice {split} {seed}")
    problems: list[Problem] = []
    for family, statement, parameter in _statements_in_turn(split, [FAMILIES[name] for name in families], draw=draw):
        if len(problems) >= count:
            break
        problems += [
            _to_problem(family, statement, parameter, variant_index=index, split=split, draw=draw)
            for index in range(len(family.variants))
        ]
    if len(problems) < count:
        raise BadInputError(f"the {split} split of {', '.join(families)} has {len(problems)} problems; {count} are asked for")
    problems = problems[:count]
    draw.shuffle(problems)
    return problems


def settled(problem: Problem) -> Problem:
    """Return the problem with its public test written under the statement, so that nothing is left open.

    A model that learns these knows how a test names a program; whether it heeds a test in feedback is another question.

    Raises:
        BadInputError: the problem was not made by `generate_open_choice`.
    """
    possible_programs(problem)
    test = problem.examples[0]
    statement = f"{problem.statement}\nsolve({test.args[0]!r}): want {test.expected!r}"
    return problem.model_copy(
        update={"id": f"{problem.id}-settled", "statement": statement, "meta": problem.meta | {"is_settled": True, "num_variants": 1}}
    )


def possible_programs(problem: Problem) -> list[str]:
    """Return every program that the statement allows, the right one among them: one for each variant, of a settled problem only one.

    Raises:
        BadInputError: the problem was not made by `generate_open_choice`.
    """
    family = FAMILIES.get(str(problem.meta.get("family")))
    if family is None:
        raise BadInputError(f"problem {problem.id!r} has no open choice in its meta; make some with symtune gym --open-choice")
    indices = [int(problem.meta["variant"])] if problem.meta.get("is_settled") else range(len(family.variants))
    return [family.source(index, int(problem.meta["parameter"])) for index in indices]


def _split_of(statement: str) -> GymSplit:
    bucket = int.from_bytes(hashlib.sha256(statement.encode()).digest()[:4], "big") % NUM_BUCKETS
    return next(split for split, buckets in BUCKETS.items() if bucket in buckets)


def _statements_in_turn(
    split: GymSplit, families: Sequence[Family], *, draw: random.Random
) -> Iterator[tuple[Family, str, int]]:
    """Yield the split's statements, one family after the other, each family's in random order."""
    left: list[list[tuple[Family, str, int]]] = []
    for family in families:
        own = [(family, statement, parameter) for statement, parameter in family.statements() if _split_of(statement) == split]
        draw.shuffle(own)
        left.append(own)
    while any(left):
        for own in left:
            if own:
                yield own.pop()


def _to_problem(
    family: Family, statement: str, parameter: int, *, variant_index: int, split: GymSplit, draw: random.Random
) -> Problem:
    variant = family.variants[variant_index]
    inputs = [draw.choice(family.telling), *draw.sample(family.others, NUM_TESTS)]
    cases = tuple(Case.call(value, expected=variant.run(value, parameter)) for value in inputs)
    return Problem(
        id=f"open-{split}-{content_digest([statement, variant_index])[:12]}",
        statement=statement,
        entry_point="solve",
        difficulty="introductory",
        examples=cases[:1],
        tests=cases[1:],
        references=(family.source(variant_index, parameter),),
        source="gym",
        meta={
            "family": family.name, "parameter": parameter, "variant": variant_index, "num_variants": len(family.variants),
            "split": split,
        },
    )  # fmt: skip
