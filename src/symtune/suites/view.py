"""View: how the inputs of a problem look to those who make them, and how one becomes a case.

Explorers, contracts and the solver know only positional and keyword arguments. A function problem takes them as they are; for a
program that reads text, its view parses the given texts into arguments and prints arguments as text. Source: ours.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from symtune.domain import Case, Json, Problem
from symtune.judging import PRELUDE_KEY, Judge
from symtune.suites.contracts.expressions import Expression
from symtune.suites.stdin.view import stdin_view


class View(Protocol):
    """How the inputs of one problem look."""

    @property
    def cases(self) -> tuple[Case, ...]:
        """The given cases in argument form, for learning the contract; those that have none are left out."""
        ...

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the positional arguments as the statement or the starter code has them; empty where they are not known."""
        ...

    @property
    def meanings(self) -> Mapping[str, Expression]:
        """What names of the statement that are no arguments stand for, such as counts; empty where every name is one."""
        ...

    def case(self, args: tuple[Any, ...], kwargs: dict[str, Any], *, origin: str) -> Case | None:
        """Return the real case of an input, without an expected value; None when it cannot be rendered."""
        ...

    def guest_fields(self) -> dict[str, Json]:
        """Return what every request to the explorer's guest says of how a program of the problem is called: ``entry_point`` and ``prelude``,
        and for one that reads text the ``format`` in which arguments stand there.
        """
        ...


@dataclass(frozen=True)
class FunctionView:
    """Arguments are the input: the view of a function problem."""

    problem: Problem

    @property
    def cases(self) -> tuple[Case, ...]:
        """The given cases, as they are."""
        return self.problem.cases("all").cases

    @property
    def names(self) -> tuple[str, ...]:
        """Nothing: the guest reads the names from the reference."""
        return ()

    @property
    def meanings(self) -> Mapping[str, Expression]:
        """Nothing: the statement speaks of parameters."""
        return {}

    def case(self, args: tuple[Any, ...], kwargs: dict[str, Any], *, origin: str) -> Case | None:
        """Return the case that calls the entry point with these arguments."""
        return Case(args=args, kwargs=kwargs, origin=origin)

    def guest_fields(self) -> dict[str, Json]:
        """Return the entry point and the code that runs before a program."""
        return {"entry_point": self.problem.entry_point, "prelude": str(self.problem.meta.get(PRELUDE_KEY, ""))}


def view_of(
    problem: Problem, *, judge: Judge, references: Sequence[str], given: Sequence[Case], rng: random.Random
) -> View | None:
    """Return the view of a problem, or None where a program that reads text has examples that no format fits.

    Args:
        references: sound ones; where several formats fit, they say which one is right.
        given: the cases to learn from.
    """
    if not problem.is_stdin:
        return FunctionView(problem.model_copy(update={"examples": (), "tests": tuple(given)}))
    return stdin_view(problem, judge=judge, references=references, given=given, rng=rng)
