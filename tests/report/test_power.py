"""The power of suites in a report: the stored figures, as tables, figures and a section of the page; hostile names stay text."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from report.sample_runs import HOSTILE
from report.test_page import BROWSERS, dumped

from symtune import store
from symtune.domain import Case, Problem, Program, SuiteRecord
from symtune.domain.power import MutantCounts, PowerResult, ProblemPower
from symtune.evaluation.power import measure_suites
from symtune.report import ReportFiles, write_report
from symtune.report.figures import survivors_figure
from symtune.report.power import power_tables, problem_table
from symtune.report.text import table_text

SOURCE = "def f(x):\n    if x > 0:\n        return x\n    return -x\n"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    cases = (Case.call(3, expected=3), Case.call(-2, expected=2, origin="symbolic"))
    record = SuiteRecord(num_by_origin={"symbolic": 1}, seconds_by_explorer={"symbolic": 1.25}, contract={"args": [{"kind": "int"}]})
    problems = [
        Problem(id=name, statement=HOSTILE, entry_point="f", tests=cases, references=(SOURCE,), suite=record) for name in ("a", f"b{HOSTILE}")
    ]
    programs = [
        Program(problem_id=problem.id, source=source, id=f"{problem.id}#{label}", label=label)
        for problem in problems
        for label, source in (("right", "def f(x):\n    return max(x, -x, 2.5)\n"), ("wrong", "def f(x):\n    return x\n"), (HOSTILE, SOURCE))
    ]
    out = tmp_path_factory.mktemp("power") / "run"
    measure_suites(problems, programs, out=out, name=f"grown {HOSTILE}", max_mutants=4, num_resamples=50, workers=1)
    return out


@pytest.fixture(scope="module")
def files(run: Path, tmp_path_factory: pytest.TempPathFactory) -> ReportFiles:
    return write_report([run], out=tmp_path_factory.mktemp("report"))


def result_of(run: Path) -> PowerResult:
    return store.load_records(run / "records" / "power.jsonl", PowerResult)[0]


def test_the_tables_hold_the_stored_figures(run: Path, files: ReportFiles) -> None:
    result, text = result_of(run), files.tables_text
    assert "Power of the suites" in text
    now = next(line for line in text.splitlines() if ", now  " in line)
    for estimate in (result.after.line_coverage, result.after.branch_coverage, result.after.right_rejected):
        assert f"{100 * estimate.value:.1f}" in now
    assert (result.before.branch_coverage.value, result.after.branch_coverage.value) == (0.5, 1.0)
    assert "100.0% are still accepted" not in text
    assert "0.0% are still accepted" in text
    for word in ("Mutants of the references", "Labelled programs", "Seconds by explorer", "Power by problem", "1 → 2 of 2", "1 → 0 of 1"):
        assert word in text


def test_the_page_has_a_section_with_both_figures_and_every_problem(files: ReportFiles) -> None:
    page = files.html.read_text()
    for part in ('<section id="power">', 'href="#power"', 'id="power-figure"', 'id="power-survivors"', "2 problems</summary>", "Wrong programs accepted"):
        assert part in page
    assert {path.name for path in files.figures} == {"power-figure.png", "power-survivors.png"}
    assert HOSTILE not in page


def test_the_page_shows_the_programs_that_a_suite_gets_wrong(run: Path, files: ReportFiles) -> None:
    kept = (run / "records" / "programs.jsonl").read_text()
    assert kept.count('"label": "right"') == 2
    assert '"label": "wrong"' not in kept
    assert "max(x, -x, 2.5)" in files.html.read_text()


def test_in_a_browser_the_section_stands_without_errors(files: ReportFiles, tmp_path: Path) -> None:
    browser = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if browser is None:
        pytest.skip("no headless browser is installed; the page is checked by its text only")
    page, _ = dumped(browser, f"{files.html.as_uri()}#power", tmp_path / "profile")
    assert 'data-ready="1"' in page
    assert 'data-errors="0"' in page
    assert "window.hacked=1</script><img" not in page


def test_the_weakest_suites_come_first() -> None:
    def row(name: str, killed: int) -> ProblemPower:
        counts = MutantCounts(num_mutants=10, num_killed=killed)
        return ProblemPower(problem_id=name, num_tests_before=1, num_tests=2, mutants_before=counts, mutants=counts)

    rows = [row("strong", 10), row("weak", 1), row("middle", 5)]
    table = problem_table(rows, limit=2)
    assert [one.label for one in table.rows] == ["weak", "middle"]
    assert "2 of 3 problems" in table.caption
    assert "1 → 1 of 10" in table_text(table)
    assert survivors_figure(rows, name="x").png
    assert survivors_figure([ProblemPower(problem_id="a", num_tests_before=0, num_tests=0)], name="x") is None
    assert power_tables([]) == []
