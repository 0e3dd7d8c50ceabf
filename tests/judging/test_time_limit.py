"""Limits: what a run states wins, then the problem, then the default; a time limit may be a multiple of the reference's own."""

from __future__ import annotations

import dataclasses

import pytest

from symtune.cli.limits import parse_size, parse_time_limit, run_limits
from symtune.domain import Case, Cause, Judgement, Outcome, Problem, Program, Unjudged
from symtune.errors import BadConfigError, BadInputError
from symtune.judging import Judge, TimeLimit, limits_of
from symtune.judging.sheet import make_sheet
from symtune.sandbox import MIB, Limits

BUSY = "def f(n):\n    import time\n    end = time.process_time() + n\n    while time.process_time() < end:\n        pass\n    return n\n"


def problem(**more) -> Problem:
    return Problem(**{"id": "p", "statement": "", "entry_point": "f", "tests": (Case.call(0.0, expected=0.0), Case.call(0.1, expected=0.1))} | more)


@pytest.mark.parametrize(
    ("text", "factor", "extra_s"), [("reference*5+0.5", 5, 0.5), ("reference * 2", 2, 0), ("reference+1", 1, 1), ("reference", 1, 0), ("reference*.5", 0.5, 0)]
)
def test_multiples_are_read(text, factor, extra_s):
    limit = TimeLimit.parse(text)
    assert (limit.factor, limit.extra_s) == (factor, extra_s)
    assert TimeLimit.parse(str(limit)) == limit
    assert limit.seconds(0.2) == pytest.approx(factor * 0.2 + extra_s)


@pytest.mark.parametrize("text", ["", "5x", "reference*0", "reference*-1", "reference-1", "reference**2", "reference*5+", "0", "-1", "nan", "inf"])
def test_what_is_no_time_limit_is_refused(text):
    with pytest.raises(BadConfigError, match="time limit"):
        parse_time_limit(text)


def test_sizes_are_read_with_their_unit():
    assert [parse_size(text, name="x") for text in ("512MiB", "2 gib", "10kB", "7", 5, None)] == [512 * MIB, 2048 * MIB, 10_000, 7, 5, None]
    with pytest.raises(BadConfigError, match="memory limit '12 apples'"):
        parse_size("12 apples", name="memory limit")


def test_a_limit_that_is_none_is_refused_by_name():
    with pytest.raises(BadConfigError, match="num_files"):
        run_limits(file_limit=3)
    with pytest.raises(BadInputError, match="problem 'p', limit 'cpu_time_s'"):
        limits_of(problem(time_limit_s=-1.0))


def test_the_run_wins_over_the_problem_and_the_problem_over_the_default():
    own = problem(time_limit_s=2.0, memory_limit_bytes=300 * MIB, limits={"num_processes": 3, "wall_time_s": 9.0})
    assert limits_of(own) == Limits(cpu_time_s=2.0, memory_bytes=300 * MIB, num_processes=3, wall_time_s=9.0)
    stated, measured = run_limits(time_limit="4", process_limit=5)
    assert measured is None
    assert limits_of(own, stated) == Limits(cpu_time_s=4.0, memory_bytes=300 * MIB, num_processes=5, wall_time_s=9.0)
    assert limits_of(problem()) == Limits()


def test_limits_are_part_of_a_verdicts_key_and_measured_seconds_are_not():
    cases = problem().tests
    keys = {
        make_sheet(asked, asked.tests, limits=limits).verdict_key("x", stop="never", isolation="namespaces")
        for asked, limits in (
            (problem(), None), (problem(), Limits(cpu_time_s=3.0)), (problem(meta={"prelude": "import os"}), None),
            (problem(checker="def check(i, g, e): return True"), None), (problem(tests=cases[:1]), None), (problem(entry_point="g"), None),
            (problem(tests=(cases[0], cases[1].model_copy(update={"expected": 1})),), None),
            (problem(tests=(cases[0], cases[1].model_copy(update={"comparator": "sequence"})),), None),
        )
    }  # fmt: skip
    assert len(keys) == 8
    sheet = make_sheet(problem(), cases, limits=None)
    assert len({sheet.verdict_key(*key, isolation="namespaces", stop=stop) for key, stop in ((("x",), "never"), (("y",), "never"), (("x",), "first_failure"))}) == 3
    measured = [
        dataclasses.replace(sheet, limits=Limits(cpu_time_s=seconds), time_limit=TimeLimit()).verdict_key("x", stop="never", isolation="rlimits")
        for seconds in (1.0, 2.0)
    ]
    assert measured[0] == measured[1] != dataclasses.replace(sheet, limits=Limits(cpu_time_s=1.0)).verdict_key("x", stop="never", isolation="rlimits")


def test_the_slowest_case_of_the_slowest_reference_sets_the_time():
    """References need 0.1 s and 0.5 s on the slower case, so 2 times the slower is about 1 s: 0.6 s pass, 3 s do not."""
    references = (BUSY, BUSY.replace("+ n\n", "+ 5 * n\n"), "def f(n):\n    return -1\n")
    asked = problem(references=references)
    programs = [Program(problem_id="p", source=BUSY.replace("+ n\n", f"+ {factor} * n\n"), id=str(factor)) for factor in (6, 30)]
    with Judge(workers=1, limits=Limits(wall_time_s=120.0), time_limit=TimeLimit.parse("reference*2")) as pool:
        near, far = pool.judge([asked], programs)
    assert near.outcome is Outcome.PASSED, near
    assert (far.outcome, far.cause, far.num_passed) == (Outcome.RUNTIME_ERROR, Cause.TIMEOUT, 1), far


@pytest.mark.parametrize(
    ("references", "why"), [((), "it has no reference"), (("def f(n):\n    return 1\n",), "reference 0 does not pass: expected 0.0, got 1")]
)
def test_without_a_passing_reference_there_is_nothing_to_measure_by(references, why):
    fine = problem(id="q", references=(BUSY,))
    programs = [Program(problem_id=name, source=BUSY, id=name) for name in ("p", "q")]
    with Judge(workers=1, time_limit=TimeLimit(extra_s=5.0)) as pool:
        refused, judged = pool.judge([problem(references=references), fine], programs)
    assert isinstance(refused, Unjudged)
    assert refused.fault == "input"
    assert f"the time limit reference*5+5 cannot be measured: {why}" in refused.reason
    assert isinstance(judged, Judgement)
    assert judged.outcome is Outcome.PASSED
