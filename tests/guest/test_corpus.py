"""Every hostile program loses with the outcome and cause of the table, every honest one passes, both judged side by side."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import corpus
import hostile
import siege

from symtune.judging import Judge
from symtune.sandbox import guest_process

ROUNDS = int(os.environ.get("SYMTUNE_SIEGE_ROUNDS", "1"))
"""How often the corpus is judged in a row; 3 for the full claim, as `tests/guest/siege.py` does."""

ATTACKERS, HONEST = sorted(hostile.HOSTILE), corpus.names("honest")
NEEDS_NUMPY = ("numpy_answer", "numpy_items", "stdin_numpy")
LEAVERS = [name for name in ATTACKERS if "left_" in name or name in ("temporary_folder_closed", "detached_grandchild", "comet")]


@pytest.fixture(scope="module")
def besieged() -> tuple[siege.Verdicts, list[str]]:
    """The whole corpus on two workers, hostile and honest programs alternating; and what it left on this machine."""
    before = siege.traces()
    verdicts = siege.assault(ROUNDS, is_short=ROUNDS == 1)
    return verdicts, siege.left_behind(before, siege.traces())


def test_the_tables_name_every_hostile_program_once():
    files = sorted(set(ATTACKERS) - set(hostile.CALLS))
    assert files == corpus.names("hostile")
    assert len(ATTACKERS) == len(hostile.FORGING) + len(hostile.EXHAUSTING) + len(hostile.ESCAPING) + len(hostile.CALLS)
    assert len(ATTACKERS) >= 190
    assert len(HONEST) >= 35
    assert set(hostile.SEARCHING) <= set(ATTACKERS)


@pytest.mark.parametrize("name", ATTACKERS)
def test_hostile_program_loses_with_its_outcome_and_cause(name, besieged):
    for turn in range(ROUNDS):
        key = f"hostile/{name}/{turn}"
        assert siege.wrong_verdict(key, besieged[0][key]) is None


@pytest.mark.parametrize("name", HONEST)
def test_honest_program_passes_beside_hostile_ones_and_after_them(name, besieged):
    if name in NEEDS_NUMPY:
        pytest.importorskip("numpy")
    seen = [key for key in besieged[0] if key.startswith(f"honest/{name}/")]
    assert len(seen) >= 2
    for key in seen:
        assert siege.wrong_verdict(key, besieged[0][key]) is None


def test_nothing_is_left_behind(besieged):
    assert besieged[1] == []


def test_what_would_be_left_behind_is_seen(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    before = siege.traces()
    (tmp_path / f"{siege.OURS}x").mkdir()
    with open(os.devnull):
        left = siege.left_behind(before, siege.traces())
    assert len(left) == 2
    assert siege.OURS in "".join(left)
    assert "descriptors" in "".join(left)


def test_a_program_finds_nothing_of_the_one_before():
    """Twice in a row in the same guest: what the first left, the second would find and pass by."""
    programs = [corpus.program("hostile", name, turn=turn) for name in LEAVERS for turn in (0, 1)]
    programs.append(corpus.program("honest", "temporary_file"))
    with Judge(workers=1, limits=corpus.LIMITS) as judge:
        verdicts = {item.program_id: item for item in judge.judge(corpus.ALL_PROBLEMS, programs)}
    assert siege.faults_of(verdicts) == []


IS_REFUSED_RLIMITS = os.geteuid() == 0 and not guest_process._is_reachable(Path(os.__file__))


@pytest.mark.skipif(IS_REFUSED_RLIMITS, reason="only root may read this Python, and programs never run as root")
def test_forging_loses_in_the_weaker_mode_too():
    programs = [corpus.program("hostile", name, is_short=True) for name in hostile.FORGING]
    with Judge(workers=2, limits=corpus.LIMITS, isolation="rlimits") as judge:
        verdicts = {item.program_id: item for item in judge.judge(corpus.ALL_PROBLEMS, programs)}
    assert siege.faults_of(verdicts, isolation="rlimits") == []


def test_expected_values_stand_in_no_file_and_no_input():
    text = "".join(path.read_text() for path in Path(__file__).parent.rglob("*.py"))
    for case in corpus.SECRET.tests:
        assert case.expected not in text
        assert case.expected not in str(case.args)
