"""The kill matrix, inside real guests."""

from __future__ import annotations

import time

import pytest

from symtune.domain import Case, Problem
from symtune.judging import Judge
from symtune.suites import kills as kills_module
from symtune.suites.kills import MIN_TIME_S, kill_matrix, time_allowance
from symtune.suites.rivals import Rivals

CASES = (Case.call(3, expected=4), Case.call(-1, expected=0), Case.call(0, expected=1), Case.call(9, expected=10))
PROBLEM = Problem(id="p", statement="s", entry_point="f", references=("def f(n):\n    return n + 1\n",), tests=CASES)


@pytest.fixture(scope="module")
def judge():
    with Judge(workers=1) as one:
        yield one


def kills(judge, *sources, problem=PROBLEM, cases=CASES):
    return kill_matrix(problem, sources, cases, judge=judge, cpu_time_s=MIN_TIME_S)


def test_a_case_kills_by_wrong_value_exception_and_exit(judge):
    assert kills(
        judge,
        "def f(n):\n    return n + 1\n",
        "def f(n):\n    return abs(n) + 1\n",
        "def f(n):\n    return n + 1 if n else 1 / n\n",
        "def f(n):\n    if n == 9:\n        raise SystemExit\n    return n + 1\n",
    ) == [frozenset(), {1}, {2}, {3}]


def test_a_program_that_does_not_load_is_killed_by_every_case(judge):
    everything = frozenset(range(len(CASES)))
    assert kills(judge, "def f(n) return n", "import no_such_module", "g = 1", "while True:\n    pass\n") == [everything] * 4


def test_a_program_is_stopped_at_the_first_case_it_overruns(judge):
    kills(judge, "def f(n):\n    return n\n")
    loop = "def f(n):\n    while n < 1:\n        pass\n    return n + 1\n"
    started = time.process_time()
    assert kills(judge, *[loop] * 10) == [frozenset({1})] * 10
    assert time.process_time() - started < 0.5, "the host waits, it does not work"
    leave = "import os\ndef f(n):\n    if n < 1:\n        os._exit(0)\n    return n\n"
    assert kills(judge, leave) == [frozenset({0, 1})], "what ends its process is not run again"


def test_cases_are_compared_by_their_comparator_or_the_checker(judge):
    close = [Case.call(2, expected=0.3, comparator="float_close:1e-6"), Case.call(2, expected=0.3)]
    assert kills(judge, "def f(n):\n    return 0.1 * 3\n", cases=close) == [{1}]
    checked = PROBLEM.model_copy(update={"checker": "def check(input, got, expected):\n    return got % 2 == expected % 2\n"})
    assert kills(judge, "def f(n):\n    return n + 3\n", "def f(n):\n    return n\n", problem=checked) == [frozenset(), {0, 1, 2, 3}]


def test_a_checker_that_fails_kills_nobody(judge):
    broken = PROBLEM.model_copy(update={"checker": "def check(input, got, expected):\n    return 1 / 0\n"})
    assert kills(judge, "def f(n):\n    return n\n", problem=broken) == [frozenset()]


def test_programs_that_read_stdin_run_as_text(judge):
    problem = Problem(id="q", statement="s", references=("print(int(input()) + 1)\n",))
    cases = [Case.text("3\n", expected="4\n"), Case.text("-5\n", expected="-4\n")]
    loop = "n = int(input())\nwhile n < 0:\n    pass\nprint(n + 1)\n"
    assert kills(judge, "print(abs(int(input())) + 1)\n", loop, "print(1 / 0)", problem=problem, cases=cases) == [{1}, {1}, {0, 1}]


def test_the_time_limit_follows_the_slowest_step_of_the_reference(judge, monkeypatch):
    assert time_allowance(PROBLEM, PROBLEM.references[0], CASES, judge=judge) == MIN_TIME_S
    work = "def work():\n    return sum(i * i for i in range(2_000_000))\n"
    slow_case = work + "def f(n):\n    if n == 9:\n        work()\n    return n + 1\n"
    slow_load = work + "work()\ndef f(n):\n    return n + 1\n"
    for source in (slow_case, slow_load):
        assert 2 * MIN_TIME_S < time_allowance(PROBLEM, source, CASES, judge=judge) < 8.0
    monkeypatch.setattr(kills_module, "MEASURING_TIME_S", 0.2)
    assert time_allowance(PROBLEM, "def f(n):\n    while n:\n        pass\n", CASES, judge=judge) == 0.8


def test_rivals_that_begin_anew_know_what_the_given_cases_told_and_nothing_else(judge, monkeypatch):
    rivals = Rivals(PROBLEM, ["def f(n):\n    return abs(n) + 1\n", "def f(n):\n    return min(n, 8) + 1\n"], judge=judge)
    rivals.begin(CASES[:3], reference_s=0.0)
    rivals.run(CASES[3:], reference_s=0.0)
    monkeypatch.setattr(judge, "columns", None)  # what is known is not run again
    fresh = rivals.anew()
    assert (rivals.survivors, fresh.survivors) == ((), rivals.sources[1:])
    assert fresh.told_by_given == rivals.told_by_given == {0}
    assert fresh.anew().survivors == fresh.survivors
