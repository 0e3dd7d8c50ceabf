"""The judge: order, causes, pass fractions, stopping, what stays unjudged, and guests that die."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from symtune.domain import Case, Cause, Judgement, Outcome, Problem, Program, Unjudged
from symtune.errors import BadInputError
from symtune.judging import Judge, judge
from symtune.sandbox import Limits

LIMITS = Limits(cpu_time_s=0.3, wall_time_s=2.0)


def doubling(num_cases: int = 8, **more) -> Problem:
    cases = tuple(Case.call(number, expected=2 * number) for number in range(num_cases))
    return Problem(id="double", statement="", entry_point="f", tests=cases, **more)


def program(source: str, *, id: str | None = None, problem: str = "double") -> Program:
    return Program(problem_id=problem, source=source, id=id)


@pytest.fixture(scope="module")
def pool():
    with Judge(workers=2, limits=LIMITS) as pool:
        yield pool


def verdict(pool: Judge, problem: Problem, source: str, **more) -> Judgement:
    (result,) = pool.judge([problem], [program(source, problem=problem.id)], **more)
    assert isinstance(result, Judgement), result
    return result


def test_judgements_come_in_the_order_of_the_programs(pool):
    sources = [f"def f(x):\n    for _ in range({(i * 7919) % 20000}): pass\n    return x * {i}" for i in range(40)]
    results = list(pool.judge([doubling()], [program(source, id=str(i)) for i, source in enumerate(sources)]))
    assert [result.program_id for result in results] == [str(i) for i in range(40)]
    assert [i for i, result in enumerate(results) if result.outcome is Outcome.PASSED] == [2]


def test_a_hanging_or_dying_case_keeps_the_pass_fraction(pool):
    for trick, cause in (("[0 for _ in iter(int, 1)]", Cause.TIMEOUT), ("__import__('os')._exit(0)", Cause.EARLY_EXIT)):
        result = verdict(pool, doubling(), f"def f(x):\n    if x in (2, 5): {trick}\n    return 2 * x")
        assert (result.outcome, result.cause, result.num_passed) == (Outcome.RUNTIME_ERROR, cause, 6)
        assert result.first_failure.case_index == 2


def test_a_program_that_always_hangs_costs_three_time_limits(pool):
    started_s = time.monotonic()
    result = verdict(pool, doubling(60), "def f(x):\n    if x: while_true = [0 for _ in iter(int, 1)]\n    return 2 * x")
    assert (result.cause, result.num_passed, result.num_cases) == (Cause.TIMEOUT, 1, 60)
    assert time.monotonic() - started_s < 60 * LIMITS.cpu_time_s


def test_the_outcome_is_that_of_the_worst_case_and_the_first_failure_the_first(pool):
    result = verdict(pool, doubling(), "def f(x):\n    if x == 1: return 7\n    if x == 3: return [][0]\n    return 2 * x")
    assert (result.outcome, result.cause, result.num_passed) == (Outcome.RUNTIME_ERROR, Cause.EXCEPTION, 6)
    assert (result.first_failure.case_index, result.first_failure.cause) == (1, Cause.WRONG_VALUE)
    assert result.first_failure.message == "expected 2, got 7"


def test_a_failure_shows_message_and_the_programs_own_lines(pool):
    failure = verdict(pool, doubling(), "def g(x):\n    return 1 // x\n\ndef f(x):\n    return g(x)\n").first_failure
    assert failure.message.startswith("ZeroDivisionError: ")
    assert failure.trace == "line 5, in f: return g(x)\nline 2, in g: return 1 // x"


@pytest.mark.parametrize(
    ("source", "cause"),
    [
        ("def f(x:", Cause.SYNTAX), ("\0", Cause.SYNTAX), ("x = '\ud800'", Cause.SYNTAX), ("", Cause.ENTRY_POINT),
        ("f = 3", Cause.ENTRY_POINT), ("import nothing_of_that_name", Cause.IMPORT), ("1 / 0", Cause.LOAD),
        ("#" * 5_000_000 + "\n1 / 0", Cause.LOAD),
    ],
)  # fmt: skip
def test_what_does_not_load_is_a_compile_error(pool, source, cause):
    result = verdict(pool, doubling(), source)
    assert (result.outcome, result.cause, result.num_passed) == (Outcome.COMPILE_ERROR, cause, 0)
    assert result.first_failure.case_index is None


def test_stop_at_first_failure_runs_no_later_chunk(pool):
    source = "def f(x):\n    if x == 5: return 0\n    if x > 40: while_true = [0 for _ in iter(int, 1)]\n    return 2 * x"
    result = verdict(pool, doubling(60), source, stop="first_failure")
    assert (result.outcome, result.num_passed, result.first_failure.case_index) == (Outcome.FAILED_TEST, 5, 5)
    assert verdict(pool, doubling(60), "def f(x): return 2 * x", stop="first_failure").outcome is Outcome.PASSED


def test_methods_get_a_fresh_solution_for_each_case_and_the_prelude_runs_first(pool):
    source = "class Solution:\n    def __init__(self): self.n = 0\n    def f(self, x: List[int]):\n        self.n += 1\n        return self.n * x[0]"
    cases = tuple(Case.call([n], expected=n) for n in range(4))
    problem = Problem(id="m", statement="", entry_point="Solution.f", tests=cases, meta={"prelude": "from typing import *"})
    assert verdict(pool, problem, source).outcome is Outcome.PASSED
    assert verdict(pool, problem.model_copy(update={"meta": {}}), source).cause is Cause.LOAD


def test_inputs_are_fresh_for_each_program_and_kwargs_arrive(pool):
    cases = tuple(Case.call([1, 2], kwargs={"k": k}, expected=[1, 2, k]) for k in range(3))
    problem = Problem(id="k", statement="", entry_point="f", tests=cases)
    for _ in range(3):
        assert verdict(pool, problem, "def f(a, *, k):\n    a.append(k)\n    return a").outcome is Outcome.PASSED


def test_large_outputs_pass_through(pool):
    text = "line of text\n" * 800_000
    echo = Problem(id="echo", statement="", tests=(Case.text(text, expected=text),))
    assert verdict(pool, echo, "import sys\nsys.stdout.write(sys.stdin.read())").outcome is Outcome.PASSED
    numbers = list(range(300_000))
    same = Problem(id="same", statement="", entry_point="f", tests=(Case.call(numbers, expected=numbers),))
    assert verdict(pool, same, "def f(x): return x").outcome is Outcome.PASSED


def test_output_that_does_not_fit_is_the_programs_fault(pool):
    cases = tuple(Case.text(str(n), expected="") for n in range(3))
    problem = Problem(id="much", statement="", tests=cases)
    source = "import sys\nsys.stdout.write('\\U0001f600' * 6_000_000 if input() != '0' else '')"
    small = Judge(workers=1, limits=Limits(memory_bytes=64 << 20, output_bytes=32 << 20))
    with small:
        for trial in (small, Judge(workers=1, limits=Limits(output_bytes=32 << 20))):
            with trial:
                result = verdict(trial, problem, source)
                assert (result.num_passed, result.first_failure.case_index) == (1, 1), result
                assert result.cause in (Cause.OUTPUT_LIMIT, Cause.MEMORY)


def test_run_inputs_gives_values_and_causes_without_expected_values(pool):
    problem = doubling()
    cases = [Case.call(n, expected=None, comparator="nobody knows it") for n in (1, 0, 4)]
    results = pool.run_inputs(problem, "def f(x): return {x: (x, 1 / x)}", cases)
    assert [result.value for result in results] == [{1: (1, 1.0)}, None, {4: (4, 0.25)}]
    assert [result.cause for result in results] == [None, Cause.EXCEPTION, None]
    (result,) = pool.run_inputs(problem, "def f(x):\n    for _ in range(10**6): pass", cases[:1])
    assert 0.001 < result.cpu_s < 5
    stdin = Problem(id="s", statement="", tests=(Case.text("3\n", expected=""),))
    assert pool.run_inputs(stdin, "print(int(input()) + 1)", stdin.tests)[0].stdout == "4\n"
    assert pool.run_inputs(problem, "def f(x:", cases)[2].cause is Cause.SYNTAX


def test_what_cannot_be_judged_is_unjudged_with_a_reason_and_all_others_are_judged(pool):
    good = "def f(x): return 2 * x"
    odd = Problem(id="odd", statement="", entry_point="f", tests=(Case.call(1, expected=1, comparator="nobody"),))
    empty = Problem(id="empty", statement="", entry_point="f")
    unplain = Problem(id="unplain", statement="", entry_point="f", tests=(Case.call(object(), expected=1),))
    programs = [
        program(good, id="a"), program(good, problem="lost"), program(good, problem="odd"), program(good, problem="empty"),
        program(good, problem="unplain"), program("def f(x): return x", id="a"), program(good, id="b"),
    ]  # fmt: skip
    results = list(pool.judge([doubling(), odd, empty, unplain], programs))
    assert [isinstance(result, Judgement) for result in results] == [True, False, False, False, False, False, True]
    reasons = [result.reason for result in results if isinstance(result, Unjudged)]
    for part, reason in zip(("'lost'", "'nobody'", "no cases", "JSON form", "used twice"), reasons, strict=True):
        assert part in reason


def test_a_guest_that_dies_takes_no_verdict_with_it():
    with Judge(workers=2, limits=LIMITS) as pool:
        source = "def f(x):\n    for _ in range(20000): pass\n    return 2 * x"
        programs = [program(source, id=str(i)) for i in range(60)]
        stream = pool.judge([doubling()], programs)
        results = [next(stream) for _ in range(10)]
        for pid in _children(os.getpid()):
            os.kill(pid, 9)
        results += list(stream)
    assert [result.program_id for result in results] == [str(i) for i in range(60)]
    assert all(isinstance(result, Judgement) and result.outcome is Outcome.PASSED for result in results)


def test_an_abandoned_stream_leaves_nothing_behind():
    before = set(_children(os.getpid())), threading.active_count()
    stream = judge([doubling()], (program(f"import time\ndef f(x): time.sleep(9) # {i}") for i in range(50)), limits=Limits())
    stopper = threading.Timer(0.5, lambda: None)
    stopper.start()
    quick = judge([doubling()], (program(f"def f(x): return x # {i}") for i in range(50)))
    next(quick)
    started_s = time.monotonic()
    quick.close()
    stream.close()
    assert time.monotonic() - started_s < 2.5
    stopper.join()
    assert (set(_children(os.getpid())), threading.active_count()) == before


def test_workers_below_one_are_refused():
    with pytest.raises(BadInputError):
        Judge(workers=0)


def _children(pid: int) -> list[int]:
    words = (word for file in Path(f"/proc/{pid}/task").glob("*/children") for word in file.read_text().split())
    return [int(word) for word in words if b"server.py" in Path(f"/proc/{word}/cmdline").read_bytes()]
