"""Stored runs -> report.txt, figures and one page."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import symtune.report.paper as paper
from symtune import store
from symtune.report.curves import panels_of
from symtune.report.episode_figures import episode_figures
from symtune.report.figures import (
    Figure,
    curves_figure,
    policy_figure,
    power_figure,
    save_figures,
    suite_figure,
    survivors_figure,
)
from symtune.report.page import render_page
from symtune.report.sources import ReportData, read_runs
from symtune.report.text import render_text

MAX_PROBLEMS = 1_000
"""Problems on the page; those with programs come first when there are more."""


@dataclasses.dataclass(frozen=True)
class ReportFiles:
    """What was written, and the text of the tables for a terminal."""

    html: Path
    text: Path
    figures: tuple[Path, ...]
    tables_text: str


def write_report(
    runs: Sequence[Path | str], *, out: Path | str, title: str = "symtune report", max_problems: int = MAX_PROBLEMS
) -> ReportFiles:
    """Write the paper's tables and figures from stored runs, as text, PNG and one self-contained page.

    The page holds Table 1 (critics), Table 2 (policies), solve rates and behaviour on episodes, Figure 3 (tests per problem), the power of
    suites, learning curves, episodes as dialogues, and every problem with its suite and programs. Only files are read and formatted; nothing is computed, judged or loaded from a network.

    Args:
        runs: run directories, or folders that hold some at any depth (a recipe's folder).
        out: folder for ``report.html``, ``report.txt`` and ``figures/*.png``; made when absent.
        max_problems: problems kept on the page.

    Raises:
        MissingInputError: a folder that is not there.
        RunError: no run directory found, or one that cannot be read.
        MissingExtraError: matplotlib or jinja2 is not installed.
    """
    data = read_runs([Path(folder) for folder in runs], max_problems=max_problems)
    suite_figures = [
        suite_figure(suites, key="figure-3" if index == 0 else f"figure-3-{index + 1}", is_named=len(data.suites) > 1)
        for index, suites in enumerate(data.suites)
    ]
    policy_figures, curves = _policy_figures(data), None
    panels = panels_of(data.runs)
    if panels:
        curves = curves_figure(panels)
    power_figures, played_figures = _power_figures(data), episode_figures(data.episodes)
    page = render_page(
        data, title=title, suite_figures=suite_figures, policy_figures=policy_figures, power_figures=power_figures,
        played_figures=played_figures, curves=curves,
    )  # fmt: skip
    text = render_text(data, title=title)
    folder = Path(out)
    paths = save_figures([*suite_figures, *policy_figures, *power_figures, *played_figures, *([curves] if curves else [])], folder / "figures")
    html_path, text_path = folder / "report.html", folder / "report.txt"
    for path, content in ((html_path, page), (text_path, text)):
        with store.atomic_write(path) as file:
            file.write(content.encode("utf-8", "backslashreplace"))
    return ReportFiles(html=html_path, text=text_path, figures=tuple(paths.values()), tables_text=text)


def _policy_figures(data: ReportData) -> list[Figure]:
    ks = sorted({k for policy in data.policies for k in policy.evaluation.ks})
    if not ks:
        return []
    return [policy_figure(data.policies, paper.POLICIES_K if paper.POLICIES_K in ks else ks[-1])]


def _power_figures(data: ReportData) -> list[Figure]:
    if not data.power:
        return []
    survivors = [
        survivors_figure(one.rows, name=one.result.name, key="power-survivors" if index == 0 else f"power-survivors-{index + 1}")
        for index, one in enumerate(data.power)
    ]
    return [power_figure([one.result for one in data.power]), *(figure for figure in survivors if figure is not None)]
