"""What the experiments on suites share: samples of problems, growing them, and tables."""

from __future__ import annotations

import argparse
import gzip
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median
from typing import TypeVar

from symtune.domain import Problem
from symtune.domain.power import PowerFigures
from symtune.domain.results import Estimate
from symtune.suites import EXPLORERS, strengthen
from symtune.suites.intake import import_problems

Item = TypeVar("Item")


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


def sample(items: Sequence[Item], limit: int | None, *, beyond: int | None = None) -> list[Item]:
    """Return every n-th of the items, so that ``limit`` remain; ``beyond``: of those that a limit of so many leaves out."""
    if beyond is not None:
        taken = set(sample(range(len(items)), beyond))
        items = [one for place, one in enumerate(items) if place not in taken]
    return list(items) if limit is None else list(items)[:: max(1, len(items) // limit)][:limit]


def imported(
    arguments: argparse.Namespace, format: str, file: str, *, tests: str = "all", num_rows: int | None = None, beyond: int | None = None
) -> list[Problem]:
    """Return the problems of one file below the data folder; of every n-th row alone, so that ``num_rows`` are read, where that is said, and
    of those that ``beyond`` as many rows leave out.
    """
    path = arguments.data / file
    if num_rows is None:
        return list(import_problems(format, path, tests=tests, workers=arguments.workers).problems)  # type: ignore[arg-type]
    with gzip.open(path, "rt", encoding="utf-8") as whole:
        rows = sample([line for line in whole if line.strip()], num_rows, beyond=beyond)
    with tempfile.TemporaryDirectory() as folder:
        few = Path(folder) / path.name
        with gzip.open(few, "wt", encoding="utf-8") as part:
            part.writelines(rows)
        return list(import_problems(format, few, tests=tests, workers=arguments.workers).problems)  # type: ignore[arg-type]


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


def power_row(name: str, figures: PowerFigures, mean_tests: float, *, num_killed: int, num_mutants: int, num_equal: int) -> str:
    """Return the row of one suite below `POWER_HEAD`."""
    num_told = num_mutants - num_equal
    score = f"{num_killed / num_told:.1%}" if num_told else ""
    cells = [percent(figures.line_coverage), percent(figures.branch_coverage), score, f"{num_killed} / {num_told}"]
    return f"| {name} | {mean_tests:.1f} | {' | '.join(cells)} |"


POWER_HEAD = ("| suite | tests per problem, mean | line coverage | branch coverage | mutation score | killed / made - equal |", "|---|---|---|---|---|---|")
"""First lines of a table of suites."""
