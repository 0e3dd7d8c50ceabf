"""Every engine gives the verdicts of the local one, also when its workers are killed under it, and leaves nothing behind."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import get_args

import psutil
import pytest

from symtune.domain import Case, Problem, Program, Unjudged
from symtune.errors import BadInputError, MissingExtraError
from symtune.judging.engines import ENGINES, EngineName, Lost, find_engine, judge_programs
from symtune.judging.engines.ray_actors import _connected
from symtune.store import save_records
from symtune.suites import strengthen

WAIT_S = 180.0


def problem(name: str, factor: int) -> Problem:
    cases = tuple(Case.call(n, expected=factor * n) for n in range(6))
    return Problem(id=name, statement="", entry_point="f", tests=cases)


PROBLEMS = [problem("double", 2), problem("triple", 3), Problem(id="empty", statement="", entry_point="f")]
SOURCES = {
    "right": "def f(n):\n    return {factor} * n\n",
    "wrong": "def f(n):\n    return {factor} * n + (n > 3)\n",
    "raises": "def f(n):\n    raise ValueError(n)\n",
    "exits": "import os\ndef f(n):\n    os._exit(0)\n",
    "broken": "def f(n:\n",
}


def programs(num_programs: int) -> list[Program]:
    made = []
    for number in range(num_programs):
        name, factor = (("double", 2), ("triple", 3))[number // 5 % 2]
        source = list(SOURCES.values())[number % 5].format(factor=factor) + f"# {number}\n"
        made.append(Program(problem_id=name, source=source, id=str(number)))
    return made


ODD_ONES = [
    Program(problem_id="nowhere", source="x", id="unknown problem"),
    Program(problem_id="empty", source="x", id="no cases"),
    Program(problem_id="double", source="another", id="0"),
]


def without_time(verdicts):
    return [verdict.model_copy(update={"duration_s": 0.0}) if not isinstance(verdict, Unjudged) else verdict for verdict in verdicts]


@pytest.fixture(scope="module")
def local_ray():
    """A small Ray of this machine, for all tests of this file."""
    ray = pytest.importorskip("ray", reason="Ray is not installed (pip install 'symtune[ray]'), so its engine is not tested")
    with _connected(2):
        yield ray


def stations() -> list[psutil.Process]:
    """The processes of Ray's actors."""
    found = []
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if "ray::RayWorker" in " ".join(process.cmdline()):
                found.append(process)
    return found


def wait_for(condition, what: str) -> None:
    deadline_s = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < deadline_s, what
        time.sleep(0.05)


def test_the_table_and_the_choices_of_the_command_line_agree():
    assert set(get_args(EngineName)) == set(ENGINES)
    with pytest.raises(BadInputError, match="unknown engine 'spark'; known: local, ray"):
        find_engine("spark")


def test_a_missing_ray_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'symtune\[ray\]'"):
        next(judge_programs(PROBLEMS, programs(1), engine="ray"))


def test_ray_gives_the_verdicts_of_the_local_engine(local_ray):
    given = programs(60) + ODD_ONES
    local = without_time(judge_programs(PROBLEMS, given, engine="local"))
    assert without_time(judge_programs(PROBLEMS, given, engine="ray")) == local
    assert without_time(judge_programs(PROBLEMS, given, engine="ray", stop="first_failure")) == without_time(
        judge_programs(PROBLEMS, given, engine="local", stop="first_failure")
    )
    wait_for(lambda: not stations(), "actors are left")


def test_actors_killed_half_way_take_no_verdict_with_them(local_ray):
    given = programs(300)
    local = without_time(judge_programs(PROBLEMS, given, engine="local"))
    verdicts, killed = [], []
    for number, verdict in enumerate(judge_programs(PROBLEMS, given, engine="ray")):
        verdicts.append(verdict)
        if number in (20, 110, 200):
            station = next(station for station in stations() if station.children())
            killed.append([station, *station.children(recursive=True)])
            station.send_signal(signal.SIGKILL)
    assert without_time(verdicts) == local
    assert len({station.pid for station, *_ in killed}) == 3
    wait_for(lambda: not any(process.is_running() for family in killed for process in family), "a guest outlives its actor")


def test_suites_grown_on_ray_are_those_grown_here(local_ray):
    examples = tuple(Case.call(n, expected=2 * n) for n in (1, 2, 5))
    reference = "def f(n: int) -> int:\n    return 2 * n\n"
    given = [
        Problem(id=name, statement="Double.", entry_point="f", tests=examples, references=(reference,)) for name in ("a", "b", "c")
    ]
    here, there = (
        [one.to_json() | {"suite": None} for one in strengthen(given, explorers=("boundary",), budget_s=4.0, engine=engine)]
        for engine in get_args(EngineName)
    )
    assert here == there
    assert all(len(one["tests"]) > len(examples) for one in there)


def test_ctrl_c_ends_everything_and_keeps_what_was_judged(tmp_path):
    pytest.importorskip("ray", reason="Ray is not installed (pip install 'symtune[ray]'), so its engine is not tested")
    save_records(tmp_path / "problems.jsonl", PROBLEMS)
    save_records(tmp_path / "programs.jsonl", programs(20_000))
    out = tmp_path / "judgements.jsonl"
    arguments = ["judge", str(tmp_path / "problems.jsonl"), str(tmp_path / "programs.jsonl"), "--engine", "ray", "--out", str(out)]
    hears = {"preexec_fn": lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)}  # jobs in the background are born deaf to it
    process = psutil.Popen([sys.executable, "-m", "symtune.cli.main", *arguments], stderr=subprocess.PIPE, text=True, **hears)
    partial = Path(f"{out}.partial")
    wait_for(lambda: partial.is_file() and partial.stat().st_size > 5000, "nothing was judged")
    family = process.children(recursive=True)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=WAIT_S)
    assert process.returncode == 130, said
    assert "interrupted" in said
    wait_for(lambda: not any(one.is_running() and one.status() != "zombie" for one in family), "a process is left")
    assert len(partial.read_text().splitlines()) > 10


class Sleeper:
    """A worker that tells where it runs, and dies of an item that says so."""

    def work(self, items):
        for item in items:
            if item == "die":
                os.kill(os.getpid(), signal.SIGKILL)
            elif isinstance(item, str):
                Path(item).write_text(str(os.getpid()))
                time.sleep(WAIT_S)
        return [(item, os.getpid()) for item in items]

    def close(self):
        pass


@pytest.fixture
def sleepers():
    """Sleeper by value, since the actors cannot import this file."""
    from ray import cloudpickle

    module = sys.modules[Sleeper.__module__]
    cloudpickle.register_pickle_by_value(module)
    yield Sleeper
    cloudpickle.unregister_pickle_by_value(module)


def test_only_the_item_that_kills_its_workers_is_lost(local_ray, sleepers):
    items = [*range(5), "die", *range(5)]
    results = dict(find_engine("ray").spread(sleepers, items, workers=2, chunk_size=4))
    assert [number for number, result in results.items() if isinstance(result, Lost)] == [5]
    assert "died" in results[5].reason
    assert [results[number][0] for number in range(11) if number != 5] == [*range(5), *range(5)]


def test_work_that_is_left_ends_its_actors(local_ray, sleepers, tmp_path):
    note = tmp_path / "note"
    results = find_engine("ray").spread(sleepers, [1, str(note)], workers=1)
    assert next(results)[0] == 0
    started_s = time.monotonic()
    results.close()
    assert time.monotonic() - started_s < 5.0
    wait_for(lambda: not stations(), "an actor is left")
