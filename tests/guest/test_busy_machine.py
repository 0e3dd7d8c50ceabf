"""Wall time ends what sleeps; a program that waits for its turn on a busy machine keeps its verdict."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from symtune.domain import Case, Cause, Outcome, Problem, Program
from symtune.judging import Judge
from symtune.sandbox import Limits

NUM_RIVALS = 3
LIMITS = Limits(cpu_time_s=20.0, wall_time_s=1.5)
SPIN = "import time\ndef work():\n    end = time.process_time() + 0.8\n    while time.process_time() < end:\n        pass\n"
CALLED = Problem(id="called", statement="", entry_point="f", tests=(Case.call(expected=1),))
READ = Problem(id="read", statement="", tests=(Case.text("", expected="1"),))


@pytest.fixture
def busy_core():
    """Pin this process, and so its guests, to one core that several endless loops share."""
    before = os.sched_getaffinity(0)
    core = min(before)
    os.sched_setaffinity(0, {core})
    rivals = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(NUM_RIVALS)]
    try:
        yield
    finally:
        for rival in rivals:
            rival.kill()
            rival.wait()
        os.sched_setaffinity(0, before)


def test_waiting_for_a_core_is_no_sleep(busy_core):
    programs = [
        Program(problem_id="called", source=SPIN + "def f():\n    work()\n    return 1\n", id="called"),
        Program(problem_id="read", source=SPIN + "work()\nprint(1)\n", id="read"),
    ]
    with Judge(workers=1, limits=LIMITS) as judge:
        for verdict in judge.judge([CALLED, READ], programs):
            assert verdict.outcome is Outcome.PASSED, verdict


def test_what_sleeps_is_ended_there_too(busy_core):
    programs = [
        Program(problem_id="called", source="import time\ndef f():\n    time.sleep(600)\n", id="called"),
        Program(problem_id="read", source="import time\ntime.sleep(600)\n", id="read"),
    ]
    started_s = time.monotonic()
    with Judge(workers=1, limits=LIMITS) as judge:
        for verdict in judge.judge([CALLED, READ], programs):
            assert verdict.cause is Cause.TIMEOUT, verdict
    assert time.monotonic() - started_s < 120
