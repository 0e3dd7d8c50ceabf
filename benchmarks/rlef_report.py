"""The table of the RLEF benchmark: 1@3 of every policy, means over seeds, paired gains, and the paper's figures beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from symtune.evaluation.bootstrap import estimate_mean, estimate_ratio

VARIANTS = {
    "turn": ("value at each turn (RLEF)", "17.2 / 16.1"),
    "token": ("value at each token", "13.1 / 13.7"),
    "group": ("group baseline, no value network", "not in the paper"),
    "no_feedback": ("no feedback in training", "12.2 / 10.9"),
    "single_turn": ("one turn in training", "10.2 / 10.9"),
}
"""Variant -> its name, and 1@3 (valid / test) of Llama 3.1 8B in the paper."""

WARM_UP = ("warm-up, before RLEF", "8.9 / 10.5")

Scores = dict[str, dict[str, dict[str, float]]]
"""Policy -> figure -> problem id -> 1@3."""

FIGURES = ("multi", "random", "kin", "single")
"""Three turns; with another problem's feedback; with that of a problem of the same family; independent single turns."""


def summarise(seeds: Sequence[Scores]) -> dict[str, Any]:
    """Return per policy the three figures and its gains; intervals are 95% bootstrap intervals over test problems.

    Each problem counts with its mean over the seeds, and gains are paired by problem, so an interval says how far the test
    problems carry, not how much seeds differ; ``by_seed`` shows that.
    """
    policies = list(seeds[0])

    def column(policy: str, figure: str) -> list[float]:
        names = set.intersection(*(set(seed[name][one]) for seed in seeds for name in policies for one in FIGURES))
        return [sum(seed[policy][figure][name] for seed in seeds) / len(seeds) for name in sorted(names)]

    before = column("warm_up", "multi")
    summary: dict[str, Any] = {}
    for policy in policies:
        multi, random, kin, single = (column(policy, figure) for figure in FIGURES)
        entry: dict[str, Any] = {
            **{name: estimate_mean(values).to_json() for name, values in zip(FIGURES, (multi, random, kin, single), strict=True)},
            "over_single": _gain(multi, single), "over_before": _gain(multi, before),
            "by_seed": [_mean(seed[policy]["multi"].values()) for seed in seeds],
        }  # fmt: skip
        gain = _mean(multi) - _mean(before)
        for name, values in (("random", random), ("kin", kin)):
            entry[f"share_of_gain_lost_to_{name}_feedback"] = (_mean(multi) - _mean(values)) / gain if gain > 0 else None
        summary[policy] = entry
    return summary


def _gain(values: Sequence[float], below: Sequence[float]) -> dict[str, Any]:
    gains = [value - other for value, other in zip(values, below, strict=True)]
    return estimate_ratio(gains, below).to_json()


def _mean(values: Any) -> float:
    values = list(values)
    return sum(values) / len(values)


def table(summary: dict[str, Any], *, num_seeds: int) -> str:
    """Return the results as Markdown, in percent."""
    lines = [
        f"1@3 in percent on unseen problems, mean of {num_seeds} seed(s) with 95% intervals over problems; gains are relative.",
        "",
        "| policy | multi-turn | single turns | random feedback | random, same family | multi over single | over before | by seed | paper, 8B, valid / test |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for policy, entry in summary.items():
        name, paper = WARM_UP if policy == "warm_up" else VARIANTS[policy]
        cells = [interval(entry[key]) for key in ("multi", "single", "random", "kin")]
        cells += [interval(entry[key], sign="+") for key in ("over_single", "over_before")]
        cells.append(", ".join(f"{100 * value:.1f}" for value in entry["by_seed"]))
        lines.append(f"| {name} | {' | '.join(cells)} | {paper} |")
    return "\n".join(lines) + "\n"


def targets(summary: dict[str, Any]) -> str:
    """Return what was asked for beside what was reached."""
    before, after = summary["warm_up"], summary.get("turn")
    if after is None:
        return ""
    lost, lost_to_kin = (after[f"share_of_gain_lost_to_{name}_feedback"] for name in ("random", "kin"))
    rows = [
        ("before: multi-turn over single turns, not above 0", interval(before["over_single"], sign="+"), _is_not_above(before["over_single"])),
        ("after: multi-turn over single turns, +30% or more", interval(after["over_single"], sign="+"), _reaches(after["over_single"], 0.3)),
        ("after over before, multi-turn, +60% or more", interval(after["over_before"], sign="+"), _reaches(after["over_before"], 0.6)),
        ("share of the gain that random feedback takes away, half or more", _share(lost), (lost or 0) >= 0.5),
        ("the same, random feedback of the same family alone", _share(lost_to_kin), (lost_to_kin or 0) >= 0.5),
    ]
    lines = ["| asked for | reached, % | |", "|---|---|---|"]
    return "\n".join([*lines, *(f"| {asked} | {reached} | {'yes' if is_met else 'NO'} |" for asked, reached, is_met in rows)]) + "\n"


def _is_not_above(gain: dict[str, Any]) -> bool:
    return gain["low"] is not None and gain["low"] <= 0


def _share(lost: float | None) -> str:
    return "-" if lost is None else f"{100 * lost:.0f}"


def _reaches(gain: dict[str, Any], least: float) -> bool:
    return gain["value"] is not None and gain["value"] >= least and gain["low"] is not None and gain["low"] > 0


def interval(estimate: dict[str, Any], *, sign: str = "") -> str:
    """Return a figure in percent with its interval."""
    if estimate["value"] is None:
        return "-"
    low, high = (("?" if estimate[end] is None else f"{100 * estimate[end]:{sign}.1f}") for end in ("low", "high"))
    return f"{100 * estimate['value']:{sign}.1f} [{low}, {high}]"
