"""The tables of a report, as data: the text report and the page print the same ones."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Literal

import symtune.report.paper as paper
from symtune.domain import Outcome
from symtune.domain.results import DIFFICULTIES, CriticResult, CriticScores, Estimate, PolicyResult

RowKind = Literal["ours", "baseline", "paper"]

NO_FIGURE = "–"


@dataclasses.dataclass(frozen=True)
class Cell:
    """One figure: its text, its interval, and whether it is the best of its column."""

    text: str
    interval: str = ""
    note: str = ""
    is_best: bool = False
    is_paper: bool = False


@dataclasses.dataclass(frozen=True)
class Row:
    """One line of a table."""

    label: str
    cells: tuple[Cell, ...]
    description: str = ""
    kind: RowKind = "ours"


@dataclasses.dataclass(frozen=True)
class Table:
    """A titled table; the first column holds the rows' labels."""

    key: str
    title: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()


def critic_table(critics: Sequence[CriticResult]) -> Table:
    """Return the paper's Table 1: accuracy and MAE of each critic, with baselines and the paper's figures."""
    has_paper = any(critic.paper_row in paper.CRITICS for critic in critics)
    best_accuracy = _best([critic.metrics.scores.accuracy for critic in critics], largest=True)
    best_mae = _best([critic.metrics.scores.mae for critic in critics], largest=False)
    rows = []
    for critic in critics:
        scores = critic.metrics.scores
        cells = [
            estimate_cell(scores.accuracy, "{:.4f}", best=best_accuracy),
            estimate_cell(scores.mae, "{:.4f}", best=best_mae),
            Cell(f"{critic.metrics.num_programs:,}"),
        ]
        if has_paper:
            theirs = paper.CRITICS.get(critic.paper_row or "")
            cells += [Cell(f"{figure:.4f}", is_paper=True) for figure in theirs] if theirs else [Cell(NO_FIGURE)] * 2
        rows.append(Row(critic.name, tuple(cells), critic.description))
    for label, scores in _baselines(critics):
        cells = [estimate_cell(scores.accuracy, "{:.4f}"), estimate_cell(scores.mae, "{:.4f}"), Cell("")]
        rows.append(Row(label, tuple(cells + [Cell("")] * (2 if has_paper else 0)), kind="baseline"))
    columns = ("critic", "accuracy", "MAE", "programs")
    return Table(
        key="table-1",
        title="Table 1. Critics",
        caption="Accuracy over the four outcomes (higher is better) and mean absolute error over their ranks 0 to 3 "
        "(lower is better), with 95% bootstrap intervals.",
        columns=columns + (("accuracy, paper", "MAE, paper") if has_paper else ()),
        rows=tuple(rows),
        notes=(f"Columns marked 'paper': {paper.NAME}, {paper.SETTING}.",) if has_paper else (),
    )


def _baselines(critics: Sequence[CriticResult]) -> list[tuple[str, CriticScores]]:
    """Return the baselines once when all critics saw the same programs, else once per critic."""
    rows: list[tuple[str, CriticScores]] = []
    is_shared = len({tuple(sum(row) for row in critic.metrics.confusion) for critic in critics}) == 1
    for critic in critics[:1] if is_shared else critics:
        suffix = "" if is_shared else f" (programs of {critic.name})"
        rows += [
            (f"always the most frequent outcome{suffix}", critic.metrics.baselines["majority"]),
            (f"uniform guess{suffix}", critic.metrics.baselines["chance"]),
        ]
    return rows


def policy_tables(policies: Sequence[PolicyResult]) -> list[Table]:
    """Return the paper's Table 2, once per k, the paper's own k first, then from the largest down."""
    ks = sorted({k for policy in policies for k in policy.evaluation.ks}, key=lambda k: (k != paper.POLICIES_K, -k))
    return [_policy_table(policies, k, part=index) for index, k in enumerate(ks)]


def _policy_table(policies: Sequence[PolicyResult], k: int, *, part: int) -> Table:
    key = str(k)
    groups = _group_names(policies)
    has_gain = any(key in policy.gains for policy in policies)
    has_paper = k == paper.POLICIES_K and any(policy.paper_row in paper.POLICIES for policy in policies)
    best = {name: _best([_score(policy, name, key) for policy in policies], largest=True) for name in groups}
    rows = []
    for policy in policies:
        cells = [estimate_cell(_score(policy, name, key), "{:.2f}", best=best[name], scale=100) for name in groups]
        if has_gain:
            gain = policy.gains.get(key, {}).get("total")
            cells.append(estimate_cell(gain.relative, "{:+.1f}%", scale=100) if gain else Cell(NO_FIGURE))
        if has_paper:
            theirs = paper.POLICIES.get(policy.paper_row or "")
            cells.append(Cell(f"{theirs['total']:.2f}", is_paper=True) if theirs else Cell(NO_FIGURE))
            cells.append(Cell(_paper_gain(theirs), is_paper=True) if theirs else Cell(NO_FIGURE))
        rows.append(Row(policy.name, tuple(cells), policy.description))
    baselines = sorted({policy.baseline for policy in policies if policy.baseline})
    gain_column = (f"gain over {baselines[0] if len(baselines) == 1 else 'baseline'}",) if has_gain else ()
    notes = [f"{policy.name}: {reason}." for policy in policies if (reason := _score(policy, "total", key).reason)]
    unjudged = [
        f"{policy.name} {policy.evaluation.total.num_unjudged:,} ({policy.evaluation.total.unjudged_fraction:.2%})"
        for policy in policies
        if policy.evaluation.total.num_unjudged
    ]
    notes += [f"Programs that could not be judged and are left out: {', '.join(unjudged)}."] if unjudged else []
    if has_paper:
        notes.append(f"Columns marked 'paper': {paper.NAME}, {paper.SETTING}.")
    return Table(
        key=f"table-2-k{k}",
        title=f"Table 2. Policies, pass@{k}" if part == 0 else f"Table 2, continued: pass@{k}",
        caption=f"Chance in percent that at least one of {k} programs passes every test" * (k > 1)
        + "Chance in percent that a program passes every test" * (k == 1)
        + ", by difficulty, with 95% bootstrap intervals over problems"
        + ("; gains are relative, paired by problem." if has_gain else "."),
        columns=("policy", *groups, *gain_column, *(("total, paper", "gain, paper") if has_paper else ())),
        rows=tuple(rows),
        notes=tuple(notes),
    )


def paper_policy_table() -> Table:
    """Return the paper's own Table 2."""
    groups = (*DIFFICULTIES, "total")
    rows = [
        Row(name, tuple(Cell(f"{figures[group]:.2f}", is_paper=True) for group in groups), kind="paper")
        for name, figures in paper.POLICIES.items()
    ]
    return Table(
        key="paper-table-2",
        title=f"{paper.NAME}, Table 2 (pass@{paper.POLICIES_K} on APPS)",
        caption=f"The paper's own table, {paper.SETTING}.",
        columns=("policy", *groups),
        rows=tuple(rows),
    )


def paper_critic_table() -> Table:
    """Return the paper's own Table 1."""
    rows = [
        Row(name, (Cell(f"{accuracy:.4f}", is_paper=True), Cell(f"{mae:.4f}", is_paper=True)), kind="paper")
        for name, (accuracy, mae) in paper.CRITICS.items()
    ]
    return Table(
        key="paper-table-1",
        title=f"{paper.NAME}, Table 1 (on APPS)",
        caption=f"The paper's own table, {paper.SETTING}.",
        columns=("critic", "accuracy", "MAE"),
        rows=tuple(rows),
    )


def outcome_table(policies: Sequence[PolicyResult]) -> Table:
    """Return the share of each outcome, and the most frequent causes, by policy."""
    rows = []
    for policy in policies:
        total = policy.evaluation.total
        shares = [Cell(f"{100 * total.outcome_fractions[outcome.value]:.1f}") for outcome in reversed(Outcome)]
        causes = sorted(total.cause_fractions.items(), key=lambda item: -item[1])[:3]
        text = ", ".join(f"{cause.replace('_', ' ')} {100 * share:.1f}" for cause, share in causes) or NO_FIGURE
        rows.append(Row(policy.name, (*shares, Cell(f"{total.num_samples:,}"), Cell(text)), policy.description))
    labels = tuple(outcome.value.replace("_", " ") for outcome in reversed(Outcome))
    return Table(
        key="outcomes",
        title="Outcomes of the sampled programs",
        caption="Share of judged programs in percent, and the most frequent causes of not passing.",
        columns=("policy", *labels, "programs", "causes"),
        rows=tuple(rows),
    )


def _group_names(policies: Sequence[PolicyResult]) -> list[str]:
    names = {name for policy in policies for name in policy.evaluation.by_difficulty}
    ordered = [name for name in DIFFICULTIES if name in names]
    return [*ordered, *sorted(names - set(ordered)), "total"]


def _score(policy: PolicyResult, group: str, key: str) -> Estimate:
    scores = policy.evaluation.total if group == "total" else policy.evaluation.by_difficulty.get(group)
    missing = Estimate(value=None, reason="not evaluated")
    return missing if scores is None else scores.pass_at_k.get(key, missing)


def _paper_gain(figures: dict[str, float]) -> str:
    base = paper.POLICIES[paper.WARM_UP]["total"]
    return NO_FIGURE if figures["total"] == base else f"{100 * (figures['total'] / base - 1):+.1f}%"


def _best(estimates: Sequence[Estimate], *, largest: bool) -> float | None:
    values = [estimate.value for estimate in estimates if estimate.value is not None]
    if len(values) < 2:
        return None
    return max(values) if largest else min(values)


def estimate_cell(estimate: Estimate, form: str, *, best: float | None = None, scale: float = 1.0) -> Cell:
    """Return a figure with its interval; one that is the ``best`` of its column is marked."""
    if estimate.value is None:
        return Cell(NO_FIGURE, note=estimate.reason or "")
    ends = (estimate.low, estimate.high)
    interval = ""
    if any(end is not None for end in ends) and not estimate.low == estimate.value == estimate.high:
        low, high = (NO_FIGURE if end is None else form.format(scale * end).rstrip("%") for end in ends)
        interval = f"{low} to {high}"
    return Cell(
        form.format(scale * estimate.value),
        interval=interval,
        note=estimate.reason or "",
        is_best=best is not None and estimate.value == best,
    )
