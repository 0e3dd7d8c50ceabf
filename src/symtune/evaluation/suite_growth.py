"""Tests per problem before and after strengthening: the data of the paper's Figure 3."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence

from symtune.domain import Problem, Split
from symtune.domain.results import SuiteGrowth, SuiteSizes
from symtune.errors import BadInputError


def suite_growth(
    original: Sequence[Problem], strengthened: Sequence[Problem], *, split: Split = "tests"
) -> SuiteGrowth:
    """Return how many tests problems had and have, over the problems present in both sets.

    Args:
        original: the problems before; may hold more problems than ``strengthened``.
        strengthened: the problems after.
        split: which cases count as tests: the private ones, unless told otherwise.

    Raises:
        BadInputError: duplicate ids, or a strengthened problem that is not among the originals.

    Source: Sakharova et al. 2025, section 3.1 and Figure 3 (mean 5.16 -> 7.22, median 1 -> 5 over 2,402 tasks).
    """
    before = _sizes_by_id(original, split, "original")
    after = _sizes_by_id(strengthened, split, "strengthened")
    strangers = [name for name in after if name not in before]
    if strangers:
        raise BadInputError(f"strengthened problem {strangers[0]!r} is not among the {len(before)} original problems")
    records = [problem.suite for problem in strengthened if problem.suite is not None]
    origins = Counter(case.origin for problem in strengthened for case in problem.cases(split).cases)
    dropped: Counter[str] = Counter()
    seconds: Counter[str] = Counter()
    for record in records:
        dropped.update(record.dropped)
        for explorer, spent_s in record.seconds_by_explorer.items():
            seconds[explorer] += spent_s  # type: ignore[assignment]
    return SuiteGrowth(
        before=suite_sizes([before[name] for name in after]),
        after=suite_sizes(list(after.values())),
        before_all=suite_sizes(list(before.values())),
        num_missing=len(before) - len(after),
        num_grown=sum(size > before[name] for name, size in after.items()),
        num_by_origin=dict(origins.most_common()),
        dropped_inputs=dict(dropped.most_common()),
        skipped_problems=dict(Counter(record.skipped for record in records if record.skipped).most_common()),
        seconds_by_explorer=dict(seconds),
    )


def suite_sizes(sizes: Sequence[int]) -> SuiteSizes:
    """Return mean, median, share of exactly one, and histogram of the numbers of tests of some problems."""
    histogram = Counter(sizes)
    return SuiteSizes(
        num_problems=len(sizes),
        num_tests=sum(sizes),
        mean=statistics.fmean(sizes) if sizes else None,
        median=float(statistics.median(sizes)) if sizes else None,
        single_test_fraction=histogram[1] / len(sizes) if sizes else None,
        histogram={str(size): histogram[size] for size in sorted(histogram)},
    )


def _sizes_by_id(problems: Sequence[Problem], split: Split, name: str) -> dict[str, int]:
    sizes = {problem.id: len(problem.cases(split)) for problem in problems}
    if len(sizes) != len(problems):
        raise BadInputError(f"{len(problems) - len(sizes)} of the {name} problems share an id with another; ids are unique")
    return sizes
