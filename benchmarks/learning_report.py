"""The table of the learning benchmark: means over seeds, gains over warm-up and control, and the critics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from symtune.datasets import gym
from symtune.domain import Problem
from symtune.evaluation.bootstrap import estimate_mean, estimate_ratio

KS = (1, 5)
POLICIES = ("warm_up", "control", "coderl_strong", "coderl_weak", "dpo")


def summarise(scores: dict[str, list[dict[str, dict[int, float]]]], test: Sequence[Problem]) -> dict[str, Any]:
    """Return per policy and k: the mean over seeds and problems, by difficulty, and paired gains over warm-up and control.

    Intervals are 95% bootstrap intervals over test problems, each with its mean over the seeds.
    """
    ids = [problem.id for problem in test]

    def column(policy: str, k: int) -> list[float]:
        return [sum(run[key][k] for run in scores[policy]) / len(scores[policy]) for key in ids]

    summary: dict[str, Any] = {}
    for policy in POLICIES:
        for k in KS:
            values, entry = column(policy, k), {}
            entry["mean"] = estimate_mean(values).to_json()
            entry["by_seed"] = [sum(run[key][k] for key in ids) / len(ids) for run in scores[policy]]
            for depth in gym.DEPTHS:
                rows = [value for value, problem in zip(values, test, strict=True) if problem.difficulty == depth]
                entry[depth] = sum(rows) / len(rows)
            for base in ("warm_up", "control"):
                below = column(base, k)
                gains = [value - other for value, other in zip(values, below, strict=True)]
                entry[f"gain_over_{base}"] = estimate_ratio(gains, below).to_json()
            summary[f"{policy} pass@{k}"] = entry
    return summary


def table(summary: dict[str, Any], seeds: Sequence[dict[str, Any]]) -> str:
    """Return the results as Markdown."""
    depths = list(gym.DEPTHS)
    lines = [
        f"| policy | {' | '.join(depths)} | total | over warm-up | over control | by seed |", "|---|" + "---|" * (len(depths) + 4)
    ]  # fmt: skip
    for name, entry in summary.items():
        cells = [f"{100 * entry[depth]:.1f}" for depth in depths]
        cells += [interval(entry["mean"]), interval(entry["gain_over_warm_up"], sign="+"), interval(entry["gain_over_control"], sign="+")]
        cells.append(", ".join(f"{100 * value:.1f}" for value in entry["by_seed"]))
        lines.append(f"| {name} | {' | '.join(cells)} |")
    lines += ["", "| critic | accuracy on strong verdicts | MAE | majority's accuracy |", "|---|---|---|---|"]
    for critic in ("strong", "weak"):
        figures = [seed["critics"][critic] for seed in seeds]
        means = [sum(row[key] for row in figures) / len(figures) for key in ("accuracy", "mae", "majority_accuracy")]
        lines.append(f"| trained on {critic} verdicts | {means[0]:.3f} | {means[1]:.3f} | {means[2]:.3f} |")
    return "\n".join(lines) + "\n"


def interval(estimate: dict[str, Any], *, sign: str = "") -> str:
    """Return a figure in percent with its interval."""
    if estimate["value"] is None:
        return "-"
    low, high = (("?" if estimate[end] is None else f"{100 * estimate[end]:{sign}.1f}") for end in ("low", "high"))
    return f"{100 * estimate['value']:{sign}.1f} [{low}, {high}]"
