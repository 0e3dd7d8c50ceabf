"""Episodes as tables: n@k beside its control, outcomes and repairs by turn, edits. The text report and the page print the same ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import symtune.report.paper_rlef as paper
from symtune.domain.episode_results import Comparison, EpisodeBehaviour, EpisodeResult
from symtune.domain.results import Estimate
from symtune.report.tables import NO_FIGURE, Cell, Row, Table, estimate_cell

OUTCOMES = ("passed", "failed_test", "runtime_error", "compile_error", "no_code", "unjudged")
"""What a reply can come to, in the order of the columns."""


MAX_CAUSES = 7
"""Causes that get a column."""


def episode_tables(results: Sequence[EpisodeResult]) -> list[Table]:
    """Return the tables on episodes; none where there are no results."""
    if not results:
        return []
    found = [solve_table(results), limit_table(results), turn_table(results), cause_table(results), repair_table(results), edit_table(results)]
    return [table for table in found if table.rows]


def solve_table(results: Sequence[EpisodeResult]) -> Table:
    """Return the paper's table: n@k of each policy beside single turns at the same budget, with gains."""
    has_paper = any(result.paper_row in paper.SOLVE_RATES for result in results)
    has_random = any(result.random_feedback for result in results)
    baselines = {result.baseline.other for result in results if result.baseline}
    rows, notes = [], []
    for result in results:
        cells = [Cell(result.rate.name), _percent(result.rate.total), _percent(result.control.rate.total), _gain(result.control)]
        if baselines:
            cells.append(_gain(result.baseline))
        if has_random:
            cells.append(_percent(result.random_feedback.rate.total) if result.random_feedback else Cell(NO_FIGURE))
        if has_paper:
            theirs = paper.SOLVE_RATES.get(result.paper_row or "")
            cells.append(Cell(f"{theirs[0]:.1f} / {theirs[1]:.1f}", is_paper=True) if theirs else Cell(NO_FIGURE))
        rows.append(Row(result.name, tuple(cells), result.description))
        notes += [
            f"{result.name}, {what}: {estimate.reason}."
            for what, estimate in ((result.rate.name, result.rate.total), ("single turn", result.control.rate.total))
            if estimate.reason
        ]
        notes.append(f"{result.name}: the single-turn control is drawn from {result.control.rate.origin}; {_check(result)}")
    over = f"gain over {next(iter(baselines))}" if len(baselines) == 1 else "gain over baseline"
    if has_paper:
        notes.append(f"Columns marked 'paper': validation / test, {paper.NAME}, {paper.SETTING}.")
    return Table(
        key="solve-rates",
        title="Solve rates n@k",
        caption="Chance in percent that one of n submitted programs passes all tests, when k samples may be spent and every turn is one: a "
        "rollout of three turns spends three, whether or not it stops early. Single turn: independent samples at the same budget, "
        "filtered by the public tests. 95% bootstrap intervals over problems; gains are relative, paired by problem.",
        columns=(
            "policy", "n@k", "several turns", "single turn", "gain over single", *((over,) if baselines else ()),
            *(("random feedback",) if has_random else ()), *(("paper",) if has_paper else ()),
        ),
        rows=tuple(rows),
        notes=tuple(notes),
    )  # fmt: skip


def paper_solve_table() -> Table:
    """Return the paper's own solve rates, ablations included."""
    rows = [
        Row(name, tuple(Cell(f"{figure:.1f}", is_paper=True) for figure in figures), kind="paper")
        for name, figures in paper.SOLVE_RATES.items()
    ]
    return Table(
        key="paper-solve-rates", title=f"{paper.NAME}, Table 1 and ablations (on CodeContests)",
        caption=f"The paper's own figures, in percent, {paper.SETTING}.", columns=("policy", "validation", "test"), rows=tuple(rows),
        notes=tuple(
            f"{name} on test problems at the same budget: single turns {single}, several turns {several}."
            for name, (single, several) in paper.SINGLE_TURN_1_AT_3.items()
        ),
    )  # fmt: skip


def limit_table(results: Sequence[EpisodeResult]) -> Table:
    """Return the share of rollouts solved when they are cut at 1, 2, ... turns."""
    limits = sorted({limit for _, behaviour in behaviours(results) for limit in behaviour.solve_rates}, key=int)
    missing = Estimate(value=None, reason="no episode is that long")
    rows = [
        Row(name, tuple(_percent(behaviour.solve_rates.get(limit, missing)) for limit in limits))
        for name, behaviour in behaviours(results)
    ]
    return Table(
        key="solve-by-limit", title="Solved by turn limit",
        caption="Share of rollouts solved, in percent, when the same episodes are cut at a turn limit. An episode that went on had failed a "
        "public test, so nothing needs to be judged again.",
        columns=("policy", *(f"{limit} turn{'s' * (limit != '1')}" for limit in limits)), rows=tuple(rows),
    )  # fmt: skip


def turn_table(results: Sequence[EpisodeResult]) -> Table:
    """Return what the replies of each turn came to on the public tests."""
    rows = []
    for name, behaviour in behaviours(results):
        for turn in behaviour.turns:
            shares = [Cell(f"{100 * turn.outcomes.get(outcome, 0) / max(turn.num_replies, 1):.1f}") for outcome in OUTCOMES]
            rows.append(Row(f"{name}, turn {turn.turn}", (*shares, Cell(f"{turn.num_replies:,}"), _percent(turn.repaired_share))))
    return Table(
        key="turns", title="Outcomes by turn",
        caption="Replies of each turn, in percent, by the verdict on the public tests; repaired: of the replies that another turn followed, "
        "the share whose next program passes the public tests.",
        columns=("policy and turn", *(name.replace("_", " ") for name in OUTCOMES), "replies", "repaired next"), rows=tuple(rows),
    )  # fmt: skip


def cause_table(results: Sequence[EpisodeResult]) -> Table:
    """Return why programs of each turn did not pass the public tests."""
    found = list(behaviours(results))
    totals: dict[str, int] = {}
    for turn in (turn for _, behaviour in found for turn in behaviour.turns):
        for cause, count in turn.causes.items():
            totals[cause] = totals.get(cause, 0) + count
    kinds = sorted(totals, key=lambda cause: -totals[cause])[:MAX_CAUSES]
    rows = [
        Row(f"{name}, turn {turn.turn}", tuple(Cell(f"{100 * turn.causes.get(cause, 0) / max(turn.num_replies, 1):.1f}") for cause in kinds))
        for name, behaviour in found
        for turn in behaviour.turns
    ]
    return Table(
        key="causes", title="Causes by turn",
        caption=f"Why programs did not pass the public tests, in percent of the replies of each turn; the {len(kinds)} most frequent causes.",
        columns=("policy and turn", *(kind.replace("_", " ") for kind in kinds)), rows=tuple(rows) if kinds else (),
    )  # fmt: skip


def repair_table(results: Sequence[EpisodeResult]) -> Table:
    """Return how many replies of each outcome and cause the next turn repaired, all turns together."""
    sums = [(name, repairs(behaviour)) for name, behaviour in behaviours(results)]
    kinds = list(dict.fromkeys(kind for _, found in sums for kind in found))
    rows = []
    for name, found in sums:
        cells = []
        for kind in kinds:
            followed, repaired = found.get(kind, (0, 0))
            text = f"{100 * repaired / followed:.1f}" if followed else NO_FIGURE
            cells.append(Cell(text, interval=f"{repaired:,} of {followed:,}" if followed else ""))
        rows.append(Row(name, tuple(cells)))
    return Table(
        key="repairs", title="Repaired in the next turn, by what was wrong",
        caption="Of the replies that another turn followed, the share in percent whose next program passes the public tests.",
        columns=("policy", *(kind.replace("_", " ") for kind in kinds)), rows=tuple(rows) if kinds else (),
    )  # fmt: skip


def repairs(behaviour: EpisodeBehaviour) -> dict[str, tuple[int, int]]:
    """Return ``what was wrong -> (followed, repaired)`` over all turns: causes, and replies without code."""
    found: dict[str, tuple[int, int]] = {}
    for turn in behaviour.turns:
        kinds = {kind: (count, turn.repaired_causes.get(kind, 0)) for kind, count in turn.followed_causes.items()}
        if "no_code" in turn.followed:
            kinds["no_code"] = (turn.followed["no_code"], turn.repaired.get("no_code", 0))
        for kind, (followed, repaired) in kinds.items():
            before = found.get(kind, (0, 0))
            found[kind] = (before[0] + followed, before[1] + repaired)
    return found


def edit_table(results: Sequence[EpisodeResult]) -> Table:
    """Return how much programs were changed from turn to turn."""
    rows, notes = [], []
    for name, behaviour in behaviours(results):
        if behaviour.edits_reason:
            notes.append(f"{name}: {behaviour.edits_reason}.")
        for edit in behaviour.edits or ():
            cells = (estimate_cell(edit.size, "{:.3f}"), _percent(edit.unchanged), Cell(f"{edit.num_pairs:,}"), Cell(f"{edit.num_without:,}"))
            rows.append(Row(f"{name}, turn {edit.turn - 1} to {edit.turn}", cells))
    if notes and not rows:
        rows.append(Row("not measured", (Cell(NO_FIGURE),) * 4))
    return Table(
        key="edits", title="Edits between turns",
        caption="Size: mean of 1 - chrF between successive programs, 0 (the same but for white space) to 1 (nothing in common). Unchanged: "
        "share in percent of programs repeated character by character. Pairs in which a reply has no program are only counted.",
        columns=("policy and turns", "size", "unchanged", "pairs", "without code"), rows=tuple(rows), notes=tuple(notes),
    )  # fmt: skip


def behaviours(results: Sequence[EpisodeResult]) -> Iterator[tuple[str, EpisodeBehaviour]]:
    """Yield each policy's behaviour, and that under random feedback; a baseline that is no result of its own too."""
    names = {result.name for result in results}
    for result in results:
        yield result.name, result.behaviour
        for other, behaviour in result.other_behaviour.items():
            if other == "random feedback":
                yield f"{result.name}, random feedback", behaviour
            elif other not in names:
                names.add(other)
                yield other, behaviour


def _percent(estimate: Estimate) -> Cell:
    return estimate_cell(estimate, "{:.1f}", scale=100)


def _gain(compared: Comparison | None) -> Cell:
    return estimate_cell(compared.gains["total"].relative, "{:+.1f}%", scale=100) if compared else Cell(NO_FIGURE)


def _check(result: EpisodeResult) -> str:
    found = result.turn_check
    if found is None:
        return "programs of earlier turns were judged on the public tests only."
    return (
        f"{found['num_judged']:,} programs of earlier turns were judged on all tests, {found['num_passed']:,} passed "
        f"(0 expected), {found['num_unjudged']:,} could not be judged."
    )
