"""The figures of a report, drawn with matplotlib in a light and a dark palette; no window system is needed."""

from __future__ import annotations

import dataclasses
import io
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import symtune.report.paper as paper
from symtune.domain.power import PowerResult, ProblemPower
from symtune.domain.results import DIFFICULTIES, PolicyResult, SuiteResult, SuiteSizes
from symtune.errors import MissingExtraError
from symtune.report.curves import Panel
from symtune.report.power import MEASURES


@dataclasses.dataclass(frozen=True)
class Palette:
    """Colours of one scheme; the same roles as in ``templates/page.css``."""

    ink: str
    muted: str
    line: str
    surface: str
    series: tuple[str, ...]


LIGHT = Palette("#1b2430", "#5a6675", "#dfe4ea", "#ffffff", ("#2f6bd8", "#c77912", "#1b8a6b", "#a3467f", "#6a5acd", "#7a6a4f"))
DARK = Palette("#e4e9f0", "#9aa7b7", "#323c49", "#161c24", ("#7db0ff", "#f0b35a", "#58cfa8", "#e68fc3", "#b3a6ff", "#cdb892"))

MAX_BINS = 24
"""Bars of a histogram; wider bins are used when the numbers of tests spread further."""


@dataclasses.dataclass(frozen=True)
class Figure:
    """A figure as files hold it: ``png`` and ``svg`` on light ground, ``svg_dark`` on dark."""

    key: str
    title: str
    caption: str
    alt: str
    png: bytes
    svg: bytes
    svg_dark: bytes


def suite_figure(suites: SuiteResult, *, key: str = "figure-3", is_named: bool = False) -> Figure:
    """Return the paper's Figure 3: tests per problem before and after, with mean and median; its title names the suites."""
    growth = suites.growth
    before, after = growth.before, growth.after
    words = [
        f"{name}: mean {_number(sizes.mean)}, median {_number(sizes.median)}"
        for name, sizes in (("before", before), ("after", after))
    ]
    return render_figure(
        lambda palette: _draw_suites(before, after, palette),
        key=key,
        title="Figure 3. Tests per problem, before and after" + (f": {suites.name}" if is_named else ""),
        caption=f"{after.num_problems:,} problems, of which {growth.num_grown:,} got new cases. "
        f"{words[0].capitalize()}; {words[1]}. "
        f"The paper: mean {paper.SUITE_GROWTH['mean_before']} to {paper.SUITE_GROWTH['mean_after']}, median "
        f"{paper.SUITE_GROWTH['median_before']} to {paper.SUITE_GROWTH['median_after']} over "
        f"{paper.SUITE_GROWTH['num_problems']:,} APPS tasks.",
        alt=f"Two histograms of the number of tests per problem. {'; '.join(words)}.",
    )


def policy_figure(policies: Sequence[PolicyResult], k: int) -> Figure:
    """Return pass@k of every policy by difficulty, with intervals."""
    return render_figure(
        lambda palette: _draw_policies(policies, str(k), palette),
        key=f"policies-k{k}",
        title=f"pass@{k} by policy and difficulty",
        caption="Dots are means over problems, bars 95% bootstrap intervals.",
        alt=f"Dots with intervals: pass@{k} in percent of {len(policies)} policies by difficulty; Table 2 has the figures.",
    )


def power_figure(results: Sequence[PowerResult]) -> Figure:
    """Return the power of every set of suites, before and now, with intervals."""
    words = [
        f"{result.name}: {name} {_percent(before)} to {_percent(after)}"
        for result in results
        for key, name in MEASURES.items()
        for before, after in [(getattr(result.before, key).value, getattr(result.after, key).value)]
        if after is not None
    ]
    return render_figure(
        lambda palette: _draw_power(results, palette),
        key="power-figure",
        title="Power of the suites, before and now",
        caption="Rings are the tests before, dots those of now, bars 95% bootstrap intervals. Coverage and mutation score: higher is "
        "better; wrong accepted and right rejected: lower is better.",
        alt="Dots with intervals, in percent. " + "; ".join(words) + ".",
    )


def survivors_figure(rows: Sequence[ProblemPower], *, name: str, key: str = "power-survivors") -> Figure | None:
    """Return the share of mutants killed, problem by problem, before and now; None where no problem has mutants."""
    measured = [row for row in rows if row.mutants is not None and row.mutants.num_mutants > row.mutants.num_equal]
    if not measured:
        return None
    sides = {
        side: sorted(100 * counts.num_killed / (counts.num_mutants - counts.num_equal) for row in measured if (counts := pick(row)))
        for side, pick in (("before", lambda row: row.mutants_before), ("now", lambda row: row.mutants))
    }
    whole = {side: sum(score == 100 for score in scores) for side, scores in sides.items()}
    return render_figure(
        lambda palette: _draw_survivors(sides, palette),
        key=key,
        title=f"Mutants killed, by problem: {name}",
        caption=f"Problems in the order of their score. All mutants but those equal within bounds are killed on {whole['before']:,} problems "
        f"before and on {whole['now']:,} of {len(measured):,} now.",
        alt=f"Two rising lines of mutation scores over {len(measured)} problems, before and now.",
    )


def curves_figure(panels: Sequence[Panel]) -> Figure:
    """Return the learning curves of the training runs, one panel each."""
    return render_figure(
        lambda palette: _draw_panels(panels, palette),
        key="learning-curves",
        title="Learning curves",
        caption="What each training run logged, by step; thin lines are the logged values, thick ones a running mean.",
        alt="Line charts: " + "; ".join(f"{panel.title}: {', '.join(panel.series)}" for panel in panels) + ".",
    )


def render_figure(draw: Callable[[Palette], Any], *, key: str, title: str, caption: str, alt: str) -> Figure:
    """Draw a figure in both palettes and return its files."""
    files: dict[str, bytes] = {}
    for name, palette, form in (("png", LIGHT, "png"), ("svg", LIGHT, "svg"), ("svg_dark", DARK, "svg")):
        with _style(palette):
            canvas = draw(palette)
            sink = io.BytesIO()
            canvas.savefig(sink, format=form, dpi=160, metadata={"Date": None} if form == "svg" else None)
            files[name] = sink.getvalue()
    return Figure(key=key, title=title, caption=caption, alt=alt, **files)


@contextmanager
def _style(palette: Palette) -> Iterator[None]:
    try:
        import matplotlib
    except ImportError as error:
        raise MissingExtraError("matplotlib", extra="report") from error
    style = {
        "font.family": "sans-serif",
        "font.size": 9,
        "text.color": palette.ink,
        "axes.labelcolor": palette.muted,
        "axes.edgecolor": palette.line,
        "axes.facecolor": palette.surface,
        "figure.facecolor": palette.surface,
        "savefig.facecolor": palette.surface,
        "axes.grid": True,
        "axes.axisbelow": True,
        "grid.color": palette.line,
        "grid.linewidth": 0.6,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.spines.left": False,
        "xtick.color": palette.muted,
        "ytick.color": palette.muted,
        "xtick.major.size": 0,
        "ytick.major.size": 0,
        "legend.frameon": False,
        "svg.hashsalt": "symtune",
        "figure.constrained_layout.use": True,
    }
    with matplotlib.rc_context(style):
        yield


def canvas_of(width: float, height: float, rows: int = 1, columns: int = 1, **options: Any) -> tuple[Any, Any]:
    """Return a figure without pyplot's global state, and its axes as a grid [rows][columns]."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as Canvas

    canvas = Canvas(figsize=(width, height))
    FigureCanvasAgg(canvas)
    return canvas, canvas.subplots(rows, columns, squeeze=False, **options)


def _draw_suites(before: SuiteSizes, after: SuiteSizes, palette: Palette) -> Any:
    canvas, grid = canvas_of(7.2, 4.0, rows=2, sharex=True, sharey=True)
    last, is_cut = _last_bar((before, after))
    width = max(1, math.ceil((last + 1) / MAX_BINS))
    for axes, name, sizes, colour in zip(grid[:, 0], ("before", "after"), (before, after), palette.series[1::-1], strict=True):
        heights: dict[int, int] = {}
        for size, count in sizes.histogram.items():
            start = min(int(size), last) // width * width
            heights[start] = heights.get(start, 0) + count
        middles = [start + (width - 1) / 2 for start in heights]
        axes.bar(middles, list(heights.values()), width=0.86 * width, color=colour, alpha=0.8, linewidth=0)
        for value, style, label in ((sizes.mean, "-", "mean"), (sizes.median, (0, (3, 2)), "median")):
            if value is not None:
                axes.axvline(min(value, last + width), color=palette.ink, linestyle=style, linewidth=1.3, label=f"{label} {_number(value)}")
        axes.set_title(name, loc="left", fontsize=10, fontweight="bold", color=palette.ink)
        axes.grid(axis="x", visible=False)
        if sizes.mean is not None:
            axes.legend(loc="lower right", bbox_to_anchor=(1.0, 0.97), ncols=2, borderaxespad=0.2)
        axes.set_ylabel("problems")
    notes = [f"bars of {width} numbers"] * (width > 1) + [f"the last bar holds {last // width * width} and more"] * is_cut
    grid[-1, 0].set_xlabel("tests per problem" + (f" ({'; '.join(notes)})" if notes else ""))
    grid[-1, 0].set_xlim(-0.6 * width, last // width * width + 1.6 * width)
    _integer_ticks(grid[-1, 0])
    return canvas


def _last_bar(sets: Sequence[SuiteSizes]) -> tuple[int, bool]:
    """Return the largest number of tests that gets a bar of its own, and whether larger ones are drawn into it.

    A few problems with very many tests would squeeze all others into one bar: past twice the 97th percentile, the rest is cut.
    """
    sizes = sorted(int(size) for one in sets for size, count in one.histogram.items() for _ in range(count))
    if not sizes:
        return 1, False
    common = max(sizes[int(0.97 * (len(sizes) - 1))], 1)
    return (2 * common, True) if sizes[-1] > 2 * common else (sizes[-1], False)


def _draw_policies(policies: Sequence[PolicyResult], key: str, palette: Palette) -> Any:
    names = {name for policy in policies for name in policy.evaluation.by_difficulty}
    groups = [name for name in DIFFICULTIES if name in names] + sorted(names - set(DIFFICULTIES)) + ["total"]
    canvas, grid = canvas_of(7.2, 1.2 + 0.34 * len(policies), columns=len(groups), sharey=True, sharex=True)
    for axes, group in zip(grid[0], groups, strict=True):
        for row, policy in enumerate(policies):
            scores = policy.evaluation.total if group == "total" else policy.evaluation.by_difficulty.get(group)
            estimate = scores.pass_at_k.get(key) if scores else None
            if estimate is None or estimate.value is None:
                continue
            colour = palette.series[row % len(palette.series)]
            if estimate.low is not None and estimate.high is not None:
                ends = [100 * estimate.low, 100 * estimate.high]
                axes.plot(ends, [row, row], color=colour, linewidth=2.4, alpha=0.55, solid_capstyle="round")
            axes.plot([100 * estimate.value], [row], "o", color=colour, markersize=6.5)
        axes.set_title(group, loc="left", fontsize=9.5, fontweight="bold", color=palette.ink)
        axes.grid(axis="y", visible=False)
        axes.locator_params(axis="x", nbins=4)
    grid[0][0].set_yticks(range(len(policies)), [fit(policy.name, 26) for policy in policies], color=palette.ink)
    grid[0][0].set_ylim(len(policies) - 0.4, -0.6)
    grid[0][0].set_xlim(left=0)
    canvas.supxlabel(f"pass@{key}, percent", fontsize=9, color=palette.muted)
    return canvas


def _draw_power(results: Sequence[PowerResult], palette: Palette) -> Any:
    shown = [key for key in MEASURES if any(getattr(result.after, key).value is not None for result in results)]
    canvas, grid = canvas_of(7.2, 1.0 + 0.36 * len(results) * max(len(shown), 1) + 0.2 * len(shown))
    axes = grid[0][0]
    step = 0.7 / len(results)
    for index, result in enumerate(results):
        colour = palette.series[index % len(palette.series)]
        for row, key in enumerate(shown):
            place = row + (index - (len(results) - 1) / 2) * step
            for estimate, face in ((getattr(result.before, key), palette.surface), (getattr(result.after, key), colour)):
                if estimate.value is None:
                    continue
                if estimate.low is not None and estimate.high is not None:
                    ends = [100 * estimate.low, 100 * estimate.high]
                    axes.plot(ends, [place, place], color=colour, linewidth=2.2, alpha=0.35, solid_capstyle="round")
                axes.plot([100 * estimate.value], [place], "o", color=colour, markerfacecolor=face, markersize=6.5)
        axes.plot([], [], "o", color=colour, label=fit(result.name, 26))
    axes.set_yticks(range(len(shown)), [MEASURES[key] for key in shown], color=palette.ink)
    axes.set_ylim(len(shown) - 0.4, -0.6)
    axes.set_xlim(-2, 102)
    axes.grid(axis="y", visible=False)
    axes.set_xlabel("percent")
    if len(results) > 1:
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=min(3, len(results)))
    return canvas


def _draw_survivors(sides: Mapping[str, Sequence[float]], palette: Palette) -> Any:
    canvas, grid = canvas_of(7.2, 2.8)
    axes = grid[0][0]
    for (side, scores), colour in zip(sides.items(), palette.series[1::-1], strict=True):
        xs = [100 * (place + 0.5) / len(scores) for place in range(len(scores))]
        axes.plot(xs, scores, color=colour, linewidth=1.8, label=side, marker="o" if len(scores) < 40 else None, markersize=3)
    axes.set_xlabel("problems, percent")
    axes.set_ylabel("mutants killed, percent")
    axes.set_ylim(-2, 102)
    axes.legend(loc="lower right")
    return canvas


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f}%"


def _draw_panels(panels: Sequence[Panel], palette: Palette) -> Any:
    columns = 2 if len(panels) in (2, 4) else min(3, len(panels))
    rows = math.ceil(len(panels) / columns)
    canvas, grid = canvas_of(9.0, 2.3 * rows, rows=rows, columns=columns)
    for index, axes in enumerate(grid.flat):
        if index >= len(panels):
            axes.set_axis_off()
            continue
        panel = panels[index]
        for colour, (name, points) in zip(palette.series, panel.series.items(), strict=False):
            _draw_series(axes, points, name=name, colour=colour)
        axes.set_title(fit(panel.title, 34), loc="left", fontsize=9, fontweight="bold", color=palette.ink)
        axes.legend(loc="best", fontsize=7.5)
        axes.set_xlabel(panel.x_label, fontsize=8)
        axes.locator_params(axis="x", nbins=5)
    return canvas


def _draw_series(axes: Any, points: Sequence[tuple[float, float]], *, name: str, colour: str) -> None:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    if len(points) < 30:
        axes.plot(xs, ys, color=colour, linewidth=1.6, marker="o", markersize=2.6, label=name)
        return
    window = max(3, len(points) // 25)
    means = [sum(part := ys[max(0, end - window) : end]) / len(part) for end in range(1, len(ys) + 1)]
    axes.plot(xs, ys, color=colour, linewidth=0.6, alpha=0.4)
    axes.plot(xs, means, color=colour, linewidth=1.6, label=name)


def _integer_ticks(axes: Any) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=12))


def fit(text: str, max_chars: int) -> str:
    """Return the text, shortened, with what matplotlib would read as a formula made plain."""
    text = text if len(text) <= max_chars else text[: max_chars - 1] + "…"
    return text.replace("$", r"\$")


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}".rstrip("0").rstrip(".")


def save_figures(figures: Sequence[Figure], folder: Path) -> Mapping[str, Path]:
    """Write the PNG files and return their paths, by key."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = {figure.key: folder / f"{figure.key}.png" for figure in figures}
    for figure in figures:
        paths[figure.key].write_bytes(figure.png)
    return paths
