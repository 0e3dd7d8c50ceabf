"""Episodes in the report: the figures stand where they belong, many episodes are capped and said so, hostile texts stay texts."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from made_episodes import episode, problem, random_episodes
from report.sample_runs import HOSTILE
from report.test_page import BROWSERS, Elements, dumped

from symtune import store
from symtune.domain import Run
from symtune.evaluation import write_episodes_run
from symtune.report import ReportFiles, write_report
from symtune.report.curves import panels_of
from symtune.report.sources import MAX_DIALOGUES, StoredRun

MAX_PAGE_BYTES = 12_000_000
"""A page of 2,000 episodes stays below this; one run keeps at most 4 million characters of dialogues."""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> ReportFiles:
    root = tmp_path_factory.mktemp("episodes")
    problems = [problem(f"p{index:02d}", ("introductory", "competition")[index % 2]) for index in range(40)]
    hostile = episode("p00", "WP", index=99, sources=[HOSTILE, HOSTILE + "\nx = 1"])
    played = [hostile, *random_episodes(problems, num_episodes=25, right=0.2, repair=0.5, seed=3)]
    before = random_episodes(problems, num_episodes=25, right=0.2, repair=0.05, seed=4)
    options = {"problems": problems, "turns": 3, "budget": 3, "n": 1, "num_resamples": 20}
    write_episodes_run(root / "before", episodes=before, name="before <i>training</i>", **options)
    write_episodes_run(
        root / "after", episodes=played, name="RLEF", baseline=root / "before", paper_row="Llama 3.1 8B RLEF, 1@3", **options
    )
    return write_report([root], out=tmp_path_factory.mktemp("report"), title="Episodes")


def test_two_thousand_episodes_are_capped_and_the_page_says_so(report: ReportFiles) -> None:
    page = report.html.read_text()
    data = json.loads(Elements(page).scripts[0])
    assert len(data["dialogues"]) == MAX_DIALOGUES
    assert f"{MAX_DIALOGUES} of 2,001 episodes" in page
    assert {one["policy"] for one in data["dialogues"]} == {"RLEF", "before <i>training</i>"}
    assert report.html.stat().st_size < MAX_PAGE_BYTES


def test_hostile_programs_come_through_as_text(report: ReportFiles) -> None:
    page = report.html.read_text()
    assert HOSTILE not in page
    assert "<i>training</i>" not in page
    assert [tag for tag, _ in Elements(page).tags].count("script") == 2
    data = json.loads(Elements(page).scripts[0])
    hostile = next(one for one in data["dialogues"] if one["id"] == "p00#99")
    assert hostile["turns"][0]["source"] == HOSTILE
    assert hostile["turns"][1]["changes"] == ["@@ -1 +1,2 @@", f" {HOSTILE}", "+x = 1"]


def test_tables_hold_rate_control_gain_and_the_papers_figures(report: ReportFiles) -> None:
    text = report.text.read_text()
    row = next(line for line in text.splitlines() if line.startswith("RLEF  "))
    assert "1@3" in row
    assert "17.2 / 16.1 (p)" in row
    for title in ("Solve rates n@k", "Solved by turn limit", "Outcomes by turn", "Causes by turn", "Repaired in the next turn", "Edits between"):
        assert title in text
    assert {path.stem for path in report.figures} == {"episodes-limit", "episodes-outcomes", "episodes-repairs", "episodes-edits"}


def test_in_a_browser_a_dialogue_shows_its_turns_and_differences(report: ReportFiles, tmp_path: Path) -> None:
    browser = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if browser is None:
        pytest.skip(f"no headless browser ({', '.join(BROWSERS)}) is installed; the page is checked by its text only")
    data = json.loads(Elements(report.html.read_text()).scripts[0])
    at = next(index for index, one in enumerate(data["dialogues"]) if one["id"] == "p00#99")
    page, log = dumped(browser, f"{report.html.as_uri()}#dialogue={at}", tmp_path / "profile")
    root = re.search(r"<html[^>]*>", page)
    assert root is not None
    assert 'data-ready="1"' in root[0]
    assert 'data-errors="0"' in root[0]
    assert "CONSOLE" not in log
    shown = page[page.index('id="dialogue-detail"') :]
    assert "Turn 2" in shown
    assert "solved" in shown
    assert re.search(r'<span class="line added">\+x = 1</span>', shown)
    assert "<img" not in shown[: shown.index("</article>")]


def test_curves_of_rlef_are_those_it_logged() -> None:
    metrics = tuple(
        {"step": step, "reward": 0.1 * step, "return": 0.05 * step, "kl": 0.01, "solve_rate_turn_1": 0.1, "solve_rate_turn_2": 0.2, "turns": 2.0}
        for step in range(3)
    )
    run = Run(stage="rlef", config_digest="0" * 64, seed=0)
    panels = panels_of([StoredRun(label="r/rlef", path=Path(), run=run, config={}, metrics=metrics)])
    shown = {panel.title: list(panel.series) for panel in panels}
    assert shown == {
        "rlef: reward and return": ["reward", "return"],
        "rlef: solve rate by turn": ["solve_rate_turn_1", "solve_rate_turn_2"],
        "rlef: KL to the initial policy": ["kl"],
        "rlef: turns used": ["turns"],
    }
    assert panels[0].x_label == "step"


def test_a_second_evaluation_into_the_same_folder_changes_nothing(tmp_path: Path) -> None:
    problems = [problem("a")]
    played = [episode("a", "WP")]
    once = write_episodes_run(tmp_path / "run", problems=problems, episodes=played, name="x", num_resamples=5)
    before = (tmp_path / "run" / "records" / "dialogues.jsonl").read_bytes()
    assert write_episodes_run(tmp_path / "run", problems=problems, episodes=played, name="x", num_resamples=5) == once
    assert (tmp_path / "run" / "records" / "dialogues.jsonl").read_bytes() == before
    assert store.read_run(tmp_path / "run").summary["1@3"] == 1.0
