"""The paper's analysis of a data set: how many tests problems have, of which kind they are, what can be done with them."""

from __future__ import annotations

import ast
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from symtune.datasets.signatures import find_function, parse_source
from symtune.domain import Case, Problem, Record

EXPLORABLE_TYPES = (bool, int, float, str, bytes, list, tuple, set, frozenset, dict, type(None))
"""Types of argument values that symbolic execution can vary."""


class Distribution(Record):
    """Numbers per problem, summed up.

    Attributes:
        num_problems_by_value: value -> problems that have it, by rising value.
        mean, median: over the problems; 0 when there are none.
        one_fraction: share of the problems whose value is exactly one.
        zero_fraction: share whose value is zero.
        largest: the largest value.
    """

    num_problems_by_value: dict[int, int]
    mean: float
    median: float
    one_fraction: float
    zero_fraction: float
    largest: int


class Stats(Record):
    """The analysis of one data set.

    Attributes:
        num_problems: how many problems there are.
        tests: private tests per problem.
        cases: public and private cases per problem, what data sets that do not divide them call their tests.
        references: references per problem.
        num_by_kind: problems by ``function``, ``method`` and ``stdin``.
        num_by_difficulty: problems by difficulty; ``none`` for those without one.
        num_by_source: problems by data set.
        num_symbolic: problems usable for symbolic execution.
        num_not_symbolic_by_reason: why the rest is not.
    """

    num_problems: int
    tests: Distribution
    cases: Distribution
    references: Distribution
    num_by_kind: dict[str, int]
    num_by_difficulty: dict[str, int]
    num_by_source: dict[str, int]
    num_symbolic: int
    num_not_symbolic_by_reason: dict[str, int]

    @property
    def symbolic_fraction(self) -> float:
        """Share of the problems usable for symbolic execution, 0 when there are none."""
        return self.num_symbolic / self.num_problems if self.num_problems else 0.0

    def as_table(self) -> list[tuple[str, str]]:
        """Return the analysis as rows of two texts, ready to be printed."""
        rows = [("problems", str(self.num_problems))]
        rows += [(f"  from {name or 'unnamed'}", self._share(count)) for name, count in self.num_by_source.items()]
        rows += [(name, self._share(count)) for name, count in self.num_by_kind.items()]
        rows += [(f"difficulty {name}", self._share(count)) for name, count in self.num_by_difficulty.items()]
        for name, spread in (("tests", self.tests), ("examples and tests", self.cases), ("references", self.references)):
            rows += [
                (f"{name} per problem, mean", f"{spread.mean:.2f}"),
                (f"{name} per problem, median", f"{spread.median:g}"),
                (f"{name} per problem, largest", str(spread.largest)),
                (f"problems with exactly one of {name}", f"{spread.one_fraction:.1%}"),
            ]
        rows += [(f"  {label} tests", self._share(count)) for label, count in _bins(self.tests.num_problems_by_value)]
        rows += [("usable for symbolic execution", self._share(self.num_symbolic))]
        rows += [(f"  not: {reason}", self._share(count)) for reason, count in self.num_not_symbolic_by_reason.items()]
        return rows

    def _share(self, count: int) -> str:
        return f"{count} ({count / self.num_problems:.1%})" if self.num_problems else str(count)


def dataset_stats(problems: Iterable[Problem]) -> Stats:
    """Analyse a set of problems. Nothing is executed: sources are only parsed.

    Source: Sakharova et al. 2025, the analysis of APPS behind Figure 3.
    """
    problems = list(problems)
    reasons = Counter(reason for problem in problems if (reason := symbolic_obstacle(problem)))
    return Stats(
        num_problems=len(problems),
        tests=spread_of([len(problem.tests) for problem in problems]),
        cases=spread_of([len(problem.examples) + len(problem.tests) for problem in problems]),
        references=spread_of([len(problem.references) for problem in problems]),
        num_by_kind=_sorted(Counter(kind_of(problem) for problem in problems)),
        num_by_difficulty=_sorted(Counter(problem.difficulty or "none" for problem in problems)),
        num_by_source=_sorted(Counter(problem.source for problem in problems)),
        num_symbolic=len(problems) - sum(reasons.values()),
        num_not_symbolic_by_reason=_sorted(reasons),
    )


def spread_of(values: Sequence[int]) -> Distribution:
    """Return the distribution of one number per problem."""
    total = len(values)
    return Distribution(
        num_problems_by_value=dict(sorted(Counter(values).items())),
        mean=statistics.fmean(values) if values else 0.0,
        median=float(statistics.median(values)) if values else 0.0,
        one_fraction=values.count(1) / total if total else 0.0,
        zero_fraction=values.count(0) / total if total else 0.0,
        largest=max(values, default=0),
    )


def kind_of(problem: Problem) -> str:
    """Return ``stdin``, ``method`` (of a class) or ``function``."""
    if problem.entry_point is None:
        return "stdin"
    return "method" if "." in problem.entry_point else "function"


def symbolic_obstacle(problem: Problem) -> str | None:
    """Return why a problem cannot be explored symbolically, or None when it can.

    Exploring needs a reference that defines the entry point, and inputs from which the argument types can be inferred.
    Differs: the paper also drops programs that are a method of a class; a method without state is explored like a function.
    """
    if problem.entry_point is None:
        return "reads stdin"
    if not problem.references:
        return "no reference"
    prelude = str(problem.meta.get("prelude", ""))
    sources = [f"{prelude}\n{source}" for source in problem.references]
    if all(parse_source(source) is None for source in sources):
        return "no reference parses"
    if all(find_function(source, problem.entry_point) is None for source in sources):
        return "no reference defines the entry point as a function"
    cases = [*problem.examples, *problem.tests]
    if not cases:
        return "no sample inputs"
    if not any(case.args or case.kwargs for case in cases):
        return "takes no arguments"
    if not all(_is_explorable(value) for case in cases[:20] for value in _arguments(case)):
        return "an argument of a type that is not varied"
    if all(_has_yield(source, problem.entry_point) for source in sources):
        return "the reference is a generator"
    return None


def _arguments(case: Case) -> list[Any]:
    return [*case.args, *case.kwargs.values()]


def _is_explorable(value: Any) -> bool:
    if isinstance(value, dict):
        return all(_is_explorable(item) for pair in value.items() for item in pair)
    if isinstance(value, (list, tuple, set, frozenset)):
        return all(_is_explorable(item) for item in value)
    return isinstance(value, EXPLORABLE_TYPES)


def _has_yield(source: str, entry_point: str) -> bool:
    function = find_function(source, entry_point)
    return function is not None and any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in ast.walk(function))


def _sorted(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def _bins(num_problems_by_value: dict[int, int]) -> list[tuple[str, int]]:
    """Return ``(label, problems)`` for the ranges 0, 1, 2, 3-5, 6-10, 11-20, 21-50, 51-100 and more."""
    edges = [(0, 0), (1, 1), (2, 2), (3, 5), (6, 10), (11, 20), (21, 50), (51, 100)]
    rows = []
    for low, high in edges:
        count = sum(number for value, number in num_problems_by_value.items() if low <= value <= high)
        if count:
            rows.append((f"{low}" if low == high else f"{low} to {high}", count))
    more = sum(number for value, number in num_problems_by_value.items() if value > edges[-1][1])
    return [*rows, (f"more than {edges[-1][1]}", more)] if more else rows
