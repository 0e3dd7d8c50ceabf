"""The power of suites as tables: in all, mutants, labels, problems. The text report, the page and the command line print the same ones."""

from __future__ import annotations

from collections.abc import Sequence

from symtune.domain.power import LabelCounts, MutantCounts, PowerResult, ProblemPower
from symtune.domain.results import Estimate
from symtune.report.tables import NO_FIGURE, Cell, Row, Table, estimate_cell

CONTRACTS = {"learnt": "invalid, learnt", "published": "invalid, published"}
"""Contract -> the column of new cases that break it."""

MEASURES = {
    "line_coverage": "line coverage",
    "branch_coverage": "branch coverage",
    "mutation_score": "mutation score",
    "wrong_accepted": "wrong accepted",
    "right_rejected": "right rejected",
}
"""Figure -> its column."""

_SHORT = ("lines", "branches", "mutation score", "wrong accepted", "right rejected")


def power_tables(results: Sequence[PowerResult]) -> list[Table]:
    """Return the tables over all problems that there is something to say in."""
    if not results:
        return []
    tables = (power_table(results), mutant_table(results), label_table(results), explorer_table(results))
    return [table for table in tables if table is not None]


def power_table(results: Sequence[PowerResult]) -> Table:
    """Return every figure before and now, one pair of rows per set of suites."""
    contracts = [name for name in CONTRACTS if any(name in result.invalid_cases for result in results)]
    rows = []
    for result in results:
        for side, figures, sizes in (("before", result.before, result.sizes_before), ("now", result.after, result.sizes)):
            cells = [Cell(NO_FIGURE if sizes.mean is None else f"{sizes.mean:.2f}", note="mean tests per problem")]
            cells += [_percent(getattr(figures, name)) for name in MEASURES]
            cells += [_percent(result.invalid_cases.get(name)) if side == "now" else Cell("") for name in contracts]
            rows.append(Row(f"{result.name}, {side}", tuple(cells), result.description, "ours" if side == "now" else "baseline"))
    notes = [_still_accepted(result) for result in results if result.still_accepted.value is not None]
    notes += [
        f"{result.name}, what could not be measured or was odd: " + _counts_text(result.notes) + "." for result in results if result.notes
    ]
    return Table(
        key="power",
        title="Power of the suites",
        caption="Percent, with 95% bootstrap intervals over problems. Lines and branches: of the references. Wrong programs that a suite accepts and right ones that it "
        "rejects are its two errors: lower is better. Before: the tests that the problems had; now: those of the grown suites. Invalid: "
        "new cases that break the contract learnt for the suite, or the one that the data set publishes.",
        columns=("suites", "tests", *_SHORT, *(CONTRACTS[name] for name in contracts)),
        rows=tuple(rows),
        notes=tuple(notes),
    )


def mutant_table(results: Sequence[PowerResult]) -> Table | None:
    """Return what became of the mutants, or None where there were none."""
    rows = []
    for result in results:
        for side, counts in (("before", result.mutants_before), ("now", result.mutants)):
            if counts is not None:
                by_paths = counts.num_equal - counts.num_equal_by_runs
                numbers = (counts.num_mutants, counts.num_killed, by_paths, counts.num_equal_by_runs, counts.num_missed, counts.num_undecided)
                cells = tuple(Cell(f"{number:,}") for number in numbers)
                rows.append(Row(f"{result.name}, {side}", cells, kind="ours" if side == "now" else "baseline"))
    if not rows:
        return None
    return Table(
        key="power-mutants",
        title="Mutants of the references",
        caption="Killed by some case; equal to the reference within bounds, and set apart: proved over all paths or all inputs, or by thousands "
        "of runs that tell every killed mutant; missed, though an input is known that tells them apart; undecided. Score: killed / (mutants - "
        "equal).",
        columns=("suites", "mutants", "killed", "proved equal", "equal by runs", "missed", "undecided"),
        rows=tuple(rows),
    )


def label_table(results: Sequence[PowerResult]) -> Table | None:
    """Return what the suites say of labelled programs, or None where there were none."""
    rows = []
    for result in results:
        for label, figures in result.labels.items():
            counts = figures.counts
            cells = (
                Cell(counts.truth), Cell(f"{counts.num_programs:,}"), _percent(figures.accepted_before), _percent(figures.accepted),
                _percent(figures.still_accepted), Cell(f"{counts.num_unjudged:,}"),
            )  # fmt: skip
            rows.append(Row(label if len(results) == 1 else f"{result.name}: {label}", cells))
    if not rows:
        return None
    return Table(
        key="power-labels",
        title="Labelled programs",
        caption="Share of each label's programs that pass every test, in percent; still accepted: of those that the tests before accept.",
        columns=("label", "stands for", "programs", "accepted before", "accepted now", "still accepted", "unjudged"),
        rows=tuple(rows),
    )


def explorer_table(results: Sequence[PowerResult]) -> Table | None:
    """Return the seconds that explorers spent on making the suites, or None where no record says."""
    spent = [result for result in results if result.seconds_by_explorer]
    if not spent:
        return None
    names = list(dict.fromkeys(name for result in spent for name in result.seconds_by_explorer))
    rows = [
        Row(result.name, tuple(Cell(f"{result.seconds_by_explorer.get(name, 0.0):,.1f}") for name in names)) for result in spent
    ]
    return Table(
        key="power-explorers",
        title="Seconds by explorer",
        caption="Seconds that each explorer spent on making the suites, over all problems, as the suite records hold them.",
        columns=("suites", *names),
        rows=tuple(rows),
    )


def problem_table(rows: Sequence[ProblemPower], *, limit: int | None = None, name: str = "") -> Table:
    """Return one row per problem, the weakest suites first, at most ``limit`` of them."""
    shown = sorted(rows, key=weakness)[:limit]
    has_labels = any(row.labels for row in rows)
    columns = ["problem", "tests", "lines", "branches", "mutants killed"]
    columns += ["wrong accepted", "right rejected"] * has_labels + ["invalid", "seconds", "notes"]
    which = "All problems" if len(shown) == len(rows) else f"{len(shown):,} of {len(rows):,} problems"
    return Table(
        key="power-problems",
        title="Power by problem" + (f", {name}" if name else ""),
        caption=f"{which}, the weakest suites first; an arrow leads from before to now. Mutants: killed of those not equal within bounds.",
        columns=tuple(columns),
        rows=tuple(_problem_row(row, has_labels) for row in shown),
    )


def weakness(row: ProblemPower) -> tuple[float, float, float, str]:
    """Return the sort key that puts weak suites first: programs judged wrongly, then mutants and branches left over, then the id."""
    wrong, right = _of(row, "wrong"), _of(row, "right")
    errors = sum(one.num_accepted for one in wrong) + sum(one.num_programs - one.num_accepted for one in right)
    left = 0.0 if row.mutants is None else float(_killable(row.mutants) - row.mutants.num_killed)
    branches = row.coverage.num_branches - row.coverage.num_branches_taken if row.coverage is not None else 0
    return -errors, -left, -branches, row.problem_id


def _problem_row(row: ProblemPower, has_labels: bool) -> Row:
    before, after = row.coverage_before, row.coverage
    lines = branches = mutants = Cell(NO_FIGURE)
    if before is not None and after is not None:
        lines = _change(before.num_lines_run, after.num_lines_run, after.num_lines)
        branches = _change(before.num_branches_taken, after.num_branches_taken, after.num_branches)
    if row.mutants is not None and row.mutants_before is not None:
        mutants = _change(row.mutants_before.num_killed, row.mutants.num_killed, _killable(row.mutants))
    cells = [Cell(f"{row.num_tests_before} → {row.num_tests}"), lines, branches, mutants]
    if has_labels:
        wrong, right = _of(row, "wrong"), _of(row, "right")
        cells.append(_change(_sum(wrong, "num_accepted_before"), _sum(wrong, "num_accepted"), _sum(wrong, "num_programs")))
        num_right = _sum(right, "num_programs")
        rejected_before, rejected = num_right - _sum(right, "num_accepted_before"), num_right - _sum(right, "num_accepted")
        cells.append(_change(rejected_before, rejected, num_right))
    invalid = ", ".join(f"{name} {one.num_invalid} of {one.num_cases}" for name, one in row.validity.items() if one.num_invalid)
    seconds = sum(row.seconds_by_explorer.values())
    spent = ", ".join(f"{name} {value:.2f}" for name, value in row.seconds_by_explorer.items())
    cells += [Cell(invalid or ("0" if row.validity else NO_FIGURE)), Cell(f"{seconds:.2f}", note=spent), Cell(_counts_text(row.notes))]
    return Row(row.problem_id, tuple(cells))


def _change(before: int, after: int, total: int) -> Cell:
    return Cell(f"{before} → {after} of {total}" if total else NO_FIGURE)


def _of(row: ProblemPower, truth: str) -> list[LabelCounts]:
    return [counts for counts in row.labels.values() if counts.truth == truth]


def _sum(counts: Sequence[LabelCounts], name: str) -> int:
    return sum(getattr(one, name) for one in counts)


def _killable(counts: MutantCounts) -> int:
    return counts.num_mutants - counts.num_equal


def _percent(estimate: Estimate | None) -> Cell:
    return Cell(NO_FIGURE) if estimate is None else estimate_cell(estimate, "{:.1f}", scale=100)


def _still_accepted(result: PowerResult) -> str:
    cell = _percent(result.still_accepted)
    interval = f" ({cell.interval})" if cell.interval else ""
    return f"{result.name}: of the wrong programs that the tests before accept, {cell.text}%{interval} are still accepted."


def _counts_text(counts: dict[str, int]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {count:,}" for name, count in counts.items())
