"""The report as plain text: the same tables, and Figure 3 drawn in characters."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import symtune.report.paper as paper
import symtune.report.tables as tables
from symtune.domain.results import SuiteResult, SuiteSizes
from symtune.report.episodes import episode_tables, paper_solve_table
from symtune.report.power import power_tables, problem_table
from symtune.report.sources import ReportData
from symtune.report.tables import Table

BAR_WIDTH = 40
MAX_TEXT_BINS = 12


def render_text(data: ReportData, *, title: str) -> str:
    """Return ``report.txt``."""
    parts = [title, "=" * len(title), ""]
    if data.critics:
        parts += [table_text(tables.critic_table(data.critics)), table_text(tables.paper_critic_table())]
    for table in tables.policy_tables(data.policies):
        parts.append(table_text(table))
    if data.policies:
        parts += [table_text(tables.paper_policy_table()), table_text(tables.outcome_table(data.policies))]
    parts += [table_text(table) for table in episode_tables(data.episodes)]
    parts += [table_text(paper_solve_table())] if data.episodes else []
    parts += [suite_text(suites) for suites in data.suites]
    parts += [table_text(table) for table in power_tables([one.result for one in data.power])]
    parts += [table_text(problem_table(one.rows, name=one.result.name)) for one in data.power]
    unfinished = [stored for stored in data.runs if stored.run.status != "done"]
    parts += [f"Not finished: {stored.label} ({stored.run.status})." for stored in unfinished]
    parts.append(f"Read from {len(data.runs)} runs: " + ", ".join(stored.label for stored in data.runs) + "\n")
    return "\n".join(parts)


def table_text(table: Table) -> str:
    """Return a table in aligned columns; ``*`` marks the best of a column, ``(p)`` a figure of the paper."""
    grid = [list(table.columns)]
    for row in table.rows:
        cells = [
            cell.text + ("*" if cell.is_best else "") + (f" [{cell.interval}]" if cell.interval else "")
            + (" (p)" if cell.is_paper else "")
            for cell in row.cells
        ]  # fmt: skip
        grid.append([one_line(row.label), *cells])
    widths = [max(_width(line[column]) for line in grid) for column in range(len(table.columns))]
    lines = ["  ".join(_pad(text, width, index) for index, (text, width) in enumerate(zip(line, widths, strict=True)))
             for line in grid]  # fmt: skip
    rule = "-" * max(_width(line.rstrip()) for line in lines)
    body = [lines[0], rule, *lines[1:]]
    notes = [f"  {note}" for note in table.notes]
    return "\n".join([table.title, table.caption, "", *(line.rstrip() for line in body), *notes, ""])


def suite_text(suites: SuiteResult) -> str:
    """Return Figure 3 in characters."""
    growth = suites.growth
    lines = [f"Figure 3. Tests per problem, before and after ({one_line(suites.name)})"]
    lines.append(
        f"{growth.after.num_problems:,} problems, {growth.num_grown:,} with new cases, {growth.num_missing:,} dropped. "
        f"The paper: mean {paper.SUITE_GROWTH['mean_before']} -> {paper.SUITE_GROWTH['mean_after']}, "
        f"median {paper.SUITE_GROWTH['median_before']} -> {paper.SUITE_GROWTH['median_after']}."
    )
    bins = _bins([growth.before, growth.after])
    for name, sizes in (("before", growth.before), ("after", growth.after)):
        mean = "-" if sizes.mean is None else f"{sizes.mean:.2f}"
        median = "-" if sizes.median is None else f"{sizes.median:g}"
        lines += ["", f"  {name}: mean {mean}, median {median}"]
        counts = [_in_bin(sizes, low, high) for low, high in bins]
        largest = max([*counts, 1])
        for (low, high), count in zip(bins, counts, strict=True):
            label = f"{low}" if low == high else f"{low}-{high}"
            bar = "#" * round(BAR_WIDTH * count / largest) or ("." if count else "")
            lines.append(f"  {label:>9} | {bar} {count}")
    origins = ", ".join(f"{name} {count:,}" for name, count in growth.num_by_origin.items())
    lines += ["", f"  cases by origin: {origins or 'none'}"]
    if growth.dropped_inputs:
        lines.append("  inputs dropped: " + ", ".join(f"{name} {n:,}" for name, n in growth.dropped_inputs.items()))
    if growth.skipped_problems:
        lines.append("  no new cases: " + ", ".join(f"{name} {n:,}" for name, n in growth.skipped_problems.items()))
    return "\n".join([*lines, ""])


def one_line(text: str) -> str:
    """Return a text without line breaks and control characters, fit for a terminal."""
    return "".join(char if char.isprintable() else " " for char in text)


def _bins(sets: Sequence[SuiteSizes]) -> list[tuple[int, int]]:
    sizes = [int(size) for one in sets for size in one.histogram]
    if not sizes:
        return []
    width = -(-(max(sizes) - min(sizes) + 1) // MAX_TEXT_BINS)
    return [(low, low + width - 1) for low in range(min(sizes), max(sizes) + 1, width)]


def _in_bin(sizes: SuiteSizes, low: int, high: int) -> int:
    return sum(count for size, count in sizes.histogram.items() if low <= int(size) <= high)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _pad(text: str, width: int, column: int) -> str:
    fill = " " * (width - _width(text))
    return text + fill if column == 0 else fill + text
