"""``metrics.jsonl`` of training runs -> panels of curves."""

from __future__ import annotations

import dataclasses
import fnmatch
import math
from collections.abc import Mapping, Sequence
from typing import Any

from symtune.report.sources import StoredRun

X_KEYS = ("step", "global_step", "epoch")
"""The key that places a line on the x axis: the first of these that every plotted line has, else the line's number."""

SHOWN_WORDS = ("loss", "accuracy", "reward", "pass@", "mae", "kl")
"""Metrics whose names hold one of these words are drawn, in this order of preference."""

MAX_SERIES = 3
"""Curves in one panel; losses and scores get panels of their own."""


PANELS_OF_STAGE: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "rlef": (
        ("reward and return", ("reward", "return")),
        ("solve rate by turn", ("solve_rate_turn_*",)),
        ("KL to the initial policy", ("kl",)),
        ("entropy", ("entropy",)),
        ("clip fraction", ("clip_fraction", "value_clip_fraction")),
        ("explained variance", ("explained_variance",)),
        ("policy loss", ("policy_loss",)),
        ("value loss", ("value_loss",)),
        ("reply length, tokens", ("reply_tokens",)),
        ("turns used", ("turns",)),
        ("shares of turns or episodes", ("no_code_fraction", "truncated_fraction", "unjudged_fraction")),
        ("seconds", ("generation_s", "judging_s", "update_s")),
    ),
}
"""Stage -> its panels, each with the metrics it shows; ``*`` stands for every ending. What a run did not log is left out."""

MAX_STAGE_SERIES = 5
"""Curves in one panel of `PANELS_OF_STAGE`."""


@dataclasses.dataclass(frozen=True)
class Panel:
    """One chart: curves ``name -> ((x, y), ...)`` over one x axis."""

    title: str
    x_label: str
    series: Mapping[str, tuple[tuple[float, float], ...]]


def panels_of(runs: Sequence[StoredRun]) -> list[Panel]:
    """Return the panels of all runs that logged metrics: losses first, then other scores, run by run."""
    panels = []
    for stored in runs:
        x_key = next((key for key in X_KEYS if any(_is_number(line.get(key)) for line in stored.metrics)), "line")
        if stored.run.stage in PANELS_OF_STAGE:
            panels += _stage_panels(stored, x_key)
            continue
        series = {name: points for name in _names(stored.metrics) if len(points := _points(stored.metrics, name, x_key)) > 1}
        losses = {name: points for name, points in series.items() if "loss" in name}
        scores = {name: points for name, points in series.items() if name not in losses}
        name = stored.label.rsplit("/", 1)[-1]
        title = name if stored.run.stage in name else f"{name} ({stored.run.stage})"
        panels += [
            Panel(title=f"{title}: {what}", x_label=x_key, series=dict(list(group.items())[:MAX_SERIES]))
            for what, group in (("loss", losses), ("scores", scores))
            if group
        ]
    return panels


def _stage_panels(stored: StoredRun, x_key: str) -> list[Panel]:
    """Return the panels of a stage that has a table of them, with more than one point."""
    logged = sorted({name for line in stored.metrics for name in line})
    label = stored.label.rsplit("/", 1)[-1]
    panels = []
    for title, patterns in PANELS_OF_STAGE[stored.run.stage]:
        names = [name for pattern in patterns for name in fnmatch.filter(logged, pattern)]
        series = {name: points for name in dict.fromkeys(names) if len(points := _points(stored.metrics, name, x_key)) > 1}
        if series:
            panels.append(Panel(title=f"{label}: {title}", x_label=x_key, series=dict(list(series.items())[:MAX_STAGE_SERIES])))
    return panels


def _names(lines: Sequence[Mapping[str, Any]]) -> list[str]:
    names = {name for line in lines for name, value in line.items() if _is_number(value)}
    rank = {name: next((i for i, word in enumerate(SHOWN_WORDS) if word in name.lower()), None) for name in names}
    return sorted((name for name in names if rank[name] is not None), key=lambda name: (rank[name], len(name), name))


def _points(lines: Sequence[Mapping[str, Any]], name: str, x_key: str) -> tuple[tuple[float, float], ...]:
    points = []
    for number, line in enumerate(lines):
        x, y = line.get(x_key, number), line.get(name)
        if _is_number(x) and _is_number(y):
            points.append((float(x), float(y)))  # type: ignore[arg-type]
    return tuple(points)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
