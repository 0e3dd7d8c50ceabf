"""The figures on episodes: solved by turn limit, outcomes by turn, repairs, edit sizes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from symtune.domain.episode_results import EpisodeBehaviour, EpisodeResult
from symtune.report.episodes import OUTCOMES, behaviours, repairs
from symtune.report.figures import Figure, Palette, canvas_of, fit, render_figure

OUTCOME_COLOURS = {
    "passed": "#1f9d78", "failed_test": "#e3b04b", "runtime_error": "#d9764f", "compile_error": "#9c74b8", "no_code": "#7b8794",
    "unjudged": "#b9c2cc",
}  # fmt: skip
"""As in ``templates/page.css``."""

MAX_POLICIES = 6
"""Policies in one figure: the palette's colours; the tables hold them all."""

Named = Sequence[tuple[str, EpisodeBehaviour]]


def episode_figures(results: Sequence[EpisodeResult]) -> list[Figure]:
    """Return the figures that there is something to draw in."""
    shown = list(behaviours(results))[:MAX_POLICIES]
    if not shown:
        return []
    names = ", ".join(name for name, _ in shown)
    figures = [
        render_figure(
            lambda palette: _draw_limits(shown, palette), key="episodes-limit", title="Solved by turn limit",
            caption="The same episodes cut at 1, 2, ... turns: percent of rollouts solved, with 95% bootstrap intervals over problems.",
            alt=f"Lines of the share of rollouts solved by turn limit: {names}. The table has the figures.",
        ),
        render_figure(
            lambda palette: _draw_outcomes(shown, palette), key="episodes-outcomes", title="Outcomes by turn",
            caption="Replies of each turn by their verdict on the public tests, as a share of all episodes; episodes that had ended are left blank.",
            alt=f"Stacked bars of outcomes by turn: {names}. The table has the figures.",
        ),
    ]  # fmt: skip
    if any(repairs(behaviour) for _, behaviour in shown):
        figures.append(render_figure(
            lambda palette: _draw_repairs(shown, palette), key="episodes-repairs", title="Repaired in the next turn",
            caption="By what was wrong, all turns together; kinds with fewer than 5 such replies are left out.",
            alt=f"Dots of the share repaired in the next turn, by cause: {names}. The table has the figures.",
        ))  # fmt: skip
    if any(edit.num_pairs for _, behaviour in shown for edit in behaviour.edits or ()):
        figures.append(render_figure(
            lambda palette: _draw_edits(shown, palette), key="episodes-edits", title="Edit sizes",
            caption="1 - chrF between successive programs, all turns together: percent of the pairs by tenth. Unchanged programs, and those "
            "whose white space alone changed, stand at the left.",
            alt=f"Histograms of edit sizes: {names}. The table has means and shares of unchanged programs.",
        ))  # fmt: skip
    return figures


def _draw_limits(shown: Named, palette: Palette) -> Any:
    canvas, grid = canvas_of(7.2, 3.4)
    axes = grid[0][0]
    limits: set[int] = set()
    for index, (name, behaviour) in enumerate(shown):
        colour = palette.series[index]
        known = [(int(limit), rate) for limit, rate in behaviour.solve_rates.items() if rate.value is not None]
        shift = 0.03 * (index - (len(shown) - 1) / 2)
        limits |= {limit for limit, _ in known}
        axes.plot([x + shift for x, _ in known], [100 * (rate.value or 0) for _, rate in known], "o-", color=colour, linewidth=1.8,
                  markersize=5, label=fit(name, 30))  # fmt: skip
        for x, rate in known:
            if rate.low is not None and rate.high is not None:
                axes.plot([x + shift] * 2, [100 * rate.low, 100 * rate.high], color=colour, linewidth=2.2, alpha=0.4)
    axes.set_xticks(sorted(limits))
    axes.set_ylim(bottom=0)
    axes.set_xlabel("turn limit")
    axes.set_ylabel("rollouts solved, percent")
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=min(3, len(shown)), fontsize=8)
    return canvas


def _draw_outcomes(shown: Named, palette: Palette) -> Any:
    columns = min(3, len(shown))
    rows = math.ceil(len(shown) / columns)
    canvas, grid = canvas_of(7.2 if columns > 1 else 4.6, 0.6 + 2.3 * rows, rows=rows, columns=columns, sharey=True)
    for index, axes in enumerate(grid.flat):
        if index >= len(shown):
            axes.set_axis_off()
            continue
        name, behaviour = shown[index]
        whole = max((turn.num_replies for turn in behaviour.turns), default=1) or 1
        bottoms = [0.0] * len(behaviour.turns)
        xs = [turn.turn for turn in behaviour.turns]
        for outcome in OUTCOMES:
            heights = [100 * turn.outcomes.get(outcome, 0) / whole for turn in behaviour.turns]
            if any(heights):
                axes.bar(xs, heights, bottom=bottoms, width=0.7, color=OUTCOME_COLOURS[outcome], linewidth=0)
            bottoms = [low + height for low, height in zip(bottoms, heights, strict=True)]
        axes.set_title(fit(name, 30), loc="left", fontsize=9, fontweight="bold", color=palette.ink)
        axes.set_xticks(xs)
        axes.set_ylim(0, 100)
        axes.grid(axis="x", visible=False)
        axes.set_xlabel("turn", fontsize=8)
    grid[0][0].set_ylabel("episodes, percent")
    from matplotlib.patches import Patch

    seen = [name for name in OUTCOMES if any(turn.outcomes.get(name) for _, behaviour in shown for turn in behaviour.turns)]
    handles = [Patch(color=OUTCOME_COLOURS[name], label=name.replace("_", " ")) for name in seen]
    canvas.legend(handles=handles, loc="outside upper center", ncols=len(handles), fontsize=8)
    return canvas


def _draw_repairs(shown: Named, palette: Palette) -> Any:
    sums = [(name, {kind: found for kind, found in repairs(behaviour).items() if found[0] >= 5}) for name, behaviour in shown]
    kinds = sorted({kind for _, found in sums for kind in found}, key=lambda kind: -sum(found.get(kind, (0, 0))[0] for _, found in sums))
    canvas, grid = canvas_of(7.2, 1.3 + 0.42 * max(len(kinds), 1))
    axes = grid[0][0]
    for index, (name, found) in enumerate(sums):
        shift = 0.12 * (index - (len(sums) - 1) / 2)
        xs = [100 * found[kind][1] / found[kind][0] for kind in kinds if kind in found]
        ys = [place + shift for place, kind in enumerate(kinds) if kind in found]
        axes.plot(xs, ys, "o", color=palette.series[index], markersize=6.5, label=fit(name, 30))
    axes.set_yticks(range(len(kinds)), [kind.replace("_", " ") for kind in kinds], color=palette.ink)
    axes.set_ylim(len(kinds) - 0.5, -0.5)
    axes.set_xlim(-2, 102)
    axes.grid(axis="y", visible=False)
    axes.set_xlabel("repaired in the next turn, percent")
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=min(3, len(sums)), fontsize=8)
    return canvas


def _draw_edits(shown: Named, palette: Palette) -> Any:
    counted = [
        (name, [sum(bins) for bins in zip(*(edit.histogram for edit in behaviour.edits), strict=True)])
        for name, behaviour in shown
        if behaviour.edits and any(edit.num_pairs for edit in behaviour.edits)
    ]
    canvas, grid = canvas_of(7.2, 2.9)
    axes = grid[0][0]
    width = 0.9 / (10 * len(counted))
    for index, (name, bins) in enumerate(counted):
        heights = [100 * count / sum(bins) for count in bins]
        axes.bar([place / 10 + 0.005 + (index + 0.5) * width for place in range(len(bins))], heights, width=width,
                 color=palette.series[[key for key, _ in shown].index(name)], linewidth=0, label=fit(name, 30))  # fmt: skip
    axes.set_xlim(0, 1)
    axes.set_xticks([tenth / 10 for tenth in range(11)])
    axes.grid(axis="x", visible=False)
    axes.set_xlabel("edit size, 1 - chrF")
    axes.set_ylabel("pairs, percent")
    axes.legend(loc="upper right", fontsize=8)
    return canvas
