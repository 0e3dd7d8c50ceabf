"""The power of many suites from that of each: ratios of sums over problems, with intervals by problem. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, Literal

from symtune.domain.power import LabelCounts, LabelFigures, MutantCounts, PowerFigures, PowerResult, ProblemPower
from symtune.domain.results import Estimate
from symtune.evaluation.bootstrap import estimate_ratio
from symtune.evaluation.suite_growth import suite_sizes

Side = Literal["before", "after"]
Ratio = Callable[[ProblemPower], tuple[float, float]]
"""Numerator and denominator of a figure, for one problem."""


def total_power(
    rows: Sequence[ProblemPower], *, name: str, description: str = "", notes: Counter[str] | None = None,
    num_resamples: int = 1000, seed: int = 0,
) -> PowerResult:  # fmt: skip
    """Return the figures of all suites. A share is sum of numerators / sum of denominators, over problems.

    Args:
        rows: one per problem.
        name: the suites' name in tables; description: how they were made.
        notes: further reasons to count, such as programs of unknown problems.
        num_resamples: bootstrap resamples of the problems; seed: their seed.

    Source: ours; intervals as in `symtune.evaluation.bootstrap`.
    """

    def estimate(ratio: Ratio) -> Estimate:
        pairs = [pair for row in rows if (pair := ratio(row))[1]]
        return estimate_ratio(
            [top for top, _ in pairs], [bottom for _, bottom in pairs], num_resamples=num_resamples, seed=seed
        )

    def figures(side: Side) -> PowerFigures:
        return PowerFigures(
            line_coverage=estimate(lambda row: _covered(row, side, "lines")),
            branch_coverage=estimate(lambda row: _covered(row, side, "branches")),
            mutation_score=estimate(lambda row: _killed(row, side)),
            wrong_accepted=estimate(lambda row: _accepted(row, side, "wrong")),
            right_rejected=estimate(lambda row: _rejected(row, side)),
        )

    def of_label(label: str) -> LabelFigures:
        counts = [row.labels[label] for row in rows if label in row.labels]
        return LabelFigures(
            counts=LabelCounts(truth=counts[0].truth, **_sums(counts, "truth")),
            accepted_before=estimate(lambda row: _of(row, label, "num_accepted_before", "num_programs")),
            accepted=estimate(lambda row: _of(row, label, "num_accepted", "num_programs")),
            still_accepted=estimate(lambda row: _of(row, label, "num_accepted", "num_accepted_before")),
        )

    counted = Counter(notes or {})
    seconds: dict[str, float] = {}
    for row in rows:
        counted.update(row.notes)
        for explorer, spent_s in row.seconds_by_explorer.items():
            seconds[explorer] = seconds.get(explorer, 0.0) + spent_s
    contracts = sorted({name for row in rows for name in row.validity})
    return PowerResult(
        name=name,
        description=description,
        before=figures("before"),
        after=figures("after"),
        still_accepted=estimate(_still_accepted),
        sizes_before=suite_sizes([row.num_tests_before for row in rows]),
        sizes=suite_sizes([row.num_tests for row in rows]),
        mutants_before=_mutants([row.mutants_before for row in rows]),
        mutants=_mutants([row.mutants for row in rows]),
        labels={label: of_label(label) for label in sorted({label for row in rows for label in row.labels})},
        invalid_cases={name: estimate(lambda row, name=name: _invalid(row, name)) for name in contracts},  # type: ignore[misc]
        faults={name: _faults(rows, name) for name in contracts},
        seconds_by_explorer=seconds,
        notes=dict(counted.most_common()),
        num_misjudged=sum(len(row.misjudged) for row in rows),
    )


def _covered(row: ProblemPower, side: Side, what: str) -> tuple[float, float]:
    counts = row.coverage_before if side == "before" else row.coverage
    if counts is None:
        return 0, 0
    if what == "lines":
        return counts.num_lines_run, counts.num_lines
    return counts.num_branches_taken, counts.num_branches


def _killed(row: ProblemPower, side: Side) -> tuple[float, float]:
    counts = row.mutants_before if side == "before" else row.mutants
    return (0, 0) if counts is None else (counts.num_killed, counts.num_mutants - counts.num_equal)


def _accepted(row: ProblemPower, side: Side, truth: str) -> tuple[float, float]:
    counts = [one for one in row.labels.values() if one.truth == truth]
    field = "num_accepted_before" if side == "before" else "num_accepted"
    return sum(getattr(one, field) for one in counts), sum(one.num_programs for one in counts)


def _rejected(row: ProblemPower, side: Side) -> tuple[float, float]:
    accepted, total = _accepted(row, side, "right")
    return total - accepted, total


def _still_accepted(row: ProblemPower) -> tuple[float, float]:
    return _accepted(row, "after", "wrong")[0], _accepted(row, "before", "wrong")[0]


def _of(row: ProblemPower, label: str, top: str, bottom: str) -> tuple[float, float]:
    counts = row.labels.get(label)
    return (0, 0) if counts is None else (getattr(counts, top), getattr(counts, bottom))


def _invalid(row: ProblemPower, contract: str) -> tuple[float, float]:
    counts = row.validity.get(contract)
    return (0, 0) if counts is None else (counts.num_invalid, counts.num_cases)


def _faults(rows: Sequence[ProblemPower], contract: str) -> dict[str, int]:
    found: Counter[str] = Counter()
    for row in rows:
        if contract in row.validity:
            found.update(row.validity[contract].faults)
    return dict(found.most_common())


def _mutants(counts: Sequence[MutantCounts | None]) -> MutantCounts | None:
    known = [one for one in counts if one is not None]
    return MutantCounts(**_sums(known)) if known else None


def _sums(counts: Sequence[Any], *left_out: str) -> dict[str, int]:
    return {name: sum(getattr(one, name) for one in counts) for name in type(counts[0]).model_fields if name not in left_out}
