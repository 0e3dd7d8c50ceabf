"""Every hostile program loses with the outcome and cause of the table, every honest one passes, both judged side by side."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import corpus

from symtune.domain import Judgement, Outcome
from symtune.judging import Judge

HOSTILE, HONEST = corpus.names("hostile"), corpus.names("honest")
NEEDS_NUMPY = ("numpy_answer", "numpy_items", "stdin_numpy")


@pytest.fixture(scope="module")
def judgements() -> dict[str, Judgement]:
    """One run over the whole corpus on two workers, hostile and honest programs alternating."""
    programs = [corpus.program("hostile", name) for name in HOSTILE]
    for position, name in enumerate(HONEST):
        programs.insert(2 * position, corpus.program("honest", name))
    with Judge(workers=2, limits=corpus.LIMITS) as judge:
        return {item.program_id: item for item in judge.judge([corpus.DOUBLE, corpus.TOTAL], programs)}


def test_the_table_names_every_hostile_program():
    assert sorted(corpus.HOSTILE) == HOSTILE
    assert len(HOSTILE) >= 60
    assert len(HONEST) >= 35


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_program_loses_with_its_outcome_and_cause(name, judgements):
    judgement = judgements[f"hostile/{name}"]
    assert isinstance(judgement, Judgement), judgement
    assert (judgement.outcome, judgement.cause) == corpus.HOSTILE[name], judgement
    if name in corpus.FINDS_NOTHING:
        assert judgement.first_failure.got == "None"


@pytest.mark.parametrize("name", HONEST)
def test_honest_program_passes_beside_hostile_ones(name, judgements):
    if name in NEEDS_NUMPY:
        pytest.importorskip("numpy")
    judgement = judgements[f"honest/{name}"]
    assert isinstance(judgement, Judgement), judgement
    assert judgement.outcome is Outcome.PASSED, judgement


def test_nothing_is_left_behind(tmp_path):
    marks = {path.name for path in Path("/tmp").iterdir()}
    programs = [
        corpus.program("hostile", name)
        for name in ("detached_grandchild", "kill_everyone", "left_for_the_next", "deep_folders", "left_for_the_next")
    ]
    with Judge(workers=1, limits=corpus.LIMITS) as judge:
        verdicts = list(judge.judge([corpus.DOUBLE], [p.model_copy(update={"id": None}) for p in programs]))
        pids = _descendants()
        assert pids
    assert all(verdict.outcome is not Outcome.PASSED for verdict in verdicts)
    assert not [pid for pid in pids if Path(f"/proc/{pid}").exists()]
    left = {path.name for path in Path("/tmp").iterdir()} - marks
    assert not left & {"left", "grandchild", "d", "alive"}


def _descendants() -> list[int]:
    """Pids of everything below this process."""
    found, todo = [], [str(Path("/proc/self").resolve().name)]
    while todo:
        pid = todo.pop()
        for file in Path(f"/proc/{pid}/task").glob("*/children"):
            inner = file.read_text().split()
            found += map(int, inner)
            todo += inner
    return found
