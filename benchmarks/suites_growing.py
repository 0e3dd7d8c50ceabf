"""What the experiments on suites share: samples of problems, growing them, and tables."""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median

from symtune.domain import Problem
from symtune.domain.power import PowerResult
from symtune.domain.results import Estimate
from symtune.suites import EXPLORERS, strengthen
from symtune.suites.intake import import_problems


@dataclass(frozen=True)
class Grown:
    """Problems before and after, and the wall seconds it took."""

    before: list[Problem]
    after: list[Problem]
    wall_s: float

    @property
    def cpu_s(self) -> float:
        """CPU seconds spent on all suites."""
        return sum(sum(one.suite.seconds_by_explorer.values()) for one in self.after if one.suite is not None)

    def summary(self) -> list[str]:
        """Return lines on growth, origins, drops and cost."""
        records = [one.suite for one in self.after if one.suite is not None]
        before, after = [len(one.tests) for one in self.before], [len(one.tests) for one in self.after]
        num_new = sum(bool(one.num_by_origin) for one in records)
        lines = [
            f"{len(records)} problems in {self.wall_s:.0f} s wall, {self.cpu_s:.0f} s CPU; {num_new / len(records):.1%} get new cases.",
            f"Tests per problem: mean {fmean(before):.2f} -> {fmean(after):.2f}, median {median(before):g} -> {median(after):g}.",
        ]
        for title, counts in (
            ("New cases by origin", sum((Counter(one.num_by_origin) for one in records), Counter[str]())),
            ("Rivals", sum((Counter(one.rivals) for one in records), Counter[str]())),
            ("Inputs dropped", sum((Counter(one.dropped) for one in records), Counter[str]())),
            ("Problems without new cases", Counter(one.skipped for one in records if one.skipped)),
        ):
            lines.append(f"{title}: {', '.join(f'{name} {count}' for name, count in counts.most_common()) or 'none'}.")
        spent = sum((Counter(one.seconds_by_explorer) for one in records), Counter[str]())
        lines.append(f"CPU seconds: {', '.join(f'{name} {value:.1f}' for name, value in spent.most_common())}.")
        return lines


def sample(problems: Sequence[Problem], limit: int | None) -> list[Problem]:
    """Return every n-th problem, so that ``limit`` remain."""
    return list(problems) if limit is None else list(problems)[:: max(1, len(problems) // limit)][:limit]


def imported(arguments: argparse.Namespace, format: str, file: str, *, tests: str = "all") -> list[Problem]:
    """Return the problems of one file below the data folder."""
    return list(import_problems(format, arguments.data / file, tests=tests, workers=arguments.workers).problems)  # type: ignore[arg-type]


def grow(
    problems: Sequence[Problem], arguments: argparse.Namespace, *, name: str, explorers: Sequence[str] = tuple(EXPLORERS), **settings: float
) -> Grown:
    """Grow suites as the arguments say; with ``--out`` they are kept in ``<out>/<name>.jsonl``."""
    started = time.monotonic()
    options = {"budget_s": arguments.budget_s, "max_cases": arguments.max_cases} | settings
    after = strengthen(
        problems,
        workers=arguments.workers,
        seed=arguments.seed,
        explorers=explorers,
        out=arguments.out / f"{name}.jsonl" if arguments.out else None,
        **options,  # type: ignore[arg-type]
    )
    return Grown(list(problems), after, time.monotonic() - started)


def percent(estimate: Estimate) -> str:
    """Return a share with its interval."""
    return str(estimate) if estimate.value is None else f"{estimate.value:.1%}"


def power_rows(results: Sequence[tuple[str, PowerResult]]) -> list[str]:
    """Return a table of suites: size, coverage, mutation score; each result has a row for its tests of now."""
    lines = ["| suite | tests per problem, mean | line coverage | branch coverage | mutation score | killed / made - equal |", "|---|---|---|---|---|---|"]
    for name, result in results:
        figures, counts = result.after, result.mutants
        score = f"{counts.num_killed} / {counts.num_mutants - counts.num_equal}" if counts is not None else ""
        cells = [percent(one) for one in (figures.line_coverage, figures.branch_coverage, figures.mutation_score)]
        lines.append(f"| {name} | {result.sizes.mean:.1f} | {' | '.join(cells)} | {score} |")
    return lines
