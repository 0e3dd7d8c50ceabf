"""StdinView: a stdin problem seen as a function of the arguments that its input texts hold."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from symtune.domain import Case, Json, Problem
from symtune.errors import BadValueError
from symtune.judging import PRELUDE_KEY, Judge
from symtune.suites.contracts.expressions import Expression
from symtune.suites.stdin.choose import choose_format
from symtune.suites.stdin.format import Args, InputFormat
from symtune.suites.stdin.meanings import meanings_of

MAX_CASES = 300
"""Test cases read from the given texts, the shortest texts first."""

MAX_TEXT_CHARACTERS = 20_000
"""Longer given texts are not read for arguments."""


@dataclass(frozen=True)
class StdinView:
    """A stdin problem in argument form.

    Attributes:
        format: how arguments stand in a text.
        cases: the given cases in argument form; every test case of a text is one.
    """

    format: InputFormat
    cases: tuple[Case, ...]
    prelude: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The names that statement and format give the arguments."""
        return self.format.names

    @property
    def meanings(self) -> Mapping[str, Expression]:
        """What counts and the columns of blocks stand for."""
        return meanings_of(self.format)

    def guest_fields(self) -> dict[str, Json]:
        """Return that there is no entry point, and the format of the text."""
        return {"entry_point": None, "prelude": self.prelude, "format": self.format.to_json()}

    def case(self, args: Args, kwargs: dict[str, Any], *, origin: str) -> Case | None:
        """Return the case whose text holds these arguments, cut where sizes must agree; None when they cannot be written."""
        return None if kwargs else self.joined([args], origin=origin)

    def joined(self, tests: Sequence[Args], *, origin: str) -> Case | None:
        """Return one case that holds several test cases, where the format knows such; None when it cannot be written."""
        try:
            text = self.format.render_all([self.format.fit(args) for args in tests])
        except BadValueError:
            return None
        return Case(stdin=text, origin=origin)


def stdin_view(
    problem: Problem, *, judge: Judge, references: Sequence[str], given: Sequence[Case], rng: random.Random
) -> StdinView | None:
    """Return the view of a stdin problem, or None when no format fits its examples.

    Args:
        references: sound ones; with several formats that fit they say which one is right.
        given: the cases the problem came with.
    """
    format = choose_format(problem, judge, references=references, given=given, rng=rng)
    return None if format is None else view_of(format, given, prelude=str(problem.meta.get(PRELUDE_KEY, "")))


def view_of(format: InputFormat, given: Sequence[Case], *, prelude: str = "") -> StdinView:
    """Return the view of this format, with the given cases in argument form; those it does not fit are left out."""
    cases: dict[str, Case] = {}
    for case in sorted(given, key=lambda one: len(one.stdin or "")):
        if case.stdin is None or len(case.stdin) > MAX_TEXT_CHARACTERS:
            continue
        for args in format.parse_all(case.stdin) or ():
            one = Case(args=args, origin=case.origin)
            if len(cases) < MAX_CASES:
                cases.setdefault(one.input_digest(), one)
    return StdinView(format, tuple(cases.values()), prelude)
