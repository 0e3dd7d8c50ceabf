"""The verdict on every case in one run, and two judgements put together as if the suites had been one."""

from __future__ import annotations

import pytest

from symtune.domain import Case, Cause, Judgement, Outcome, Problem, Program
from symtune.judging import ByCase, Judge, joined, with_cases_not_run
from symtune.sandbox import Limits

PROBLEM = Problem(
    id="half", statement="", entry_point="f",
    examples=tuple(Case.call(number, expected=number // 2) for number in (4, 0, 7)),
    tests=tuple(Case.call(number, expected=number // 2) for number in (9, -3)),
)  # fmt: skip
SOURCES = {
    "right": "def f(x):\n    return x // 2\n",
    "wrong in the second part": "def f(x):\n    return x // 2 if x >= 0 else 0\n",
    "raises": "def f(x):\n    return x // 2 if x else 1 // x\n",
    "wrong, then raises": "def f(x):\n    if x < 0:\n        raise ValueError(x)\n    return (x + 1) // 2\n",
    "does not load": "def f(x) return x",
    "no function": "g = 1",
}


@pytest.fixture(scope="module")
def judge():
    with Judge(workers=2, limits=Limits(cpu_time_s=20.0, wall_time_s=120.0)) as one:
        yield one


def program(name: str) -> Program:
    return Program(problem_id="half", source=SOURCES[name], id=name)


def steady(judgement: Judgement) -> Judgement:
    return judgement.model_copy(update={"duration_s": 0.0})


def test_each_case_has_its_cause_value_and_trace(judge):
    found = judge.begin_by_case(PROBLEM, program("wrong, then raises"), split="all").result()
    assert [case.cause for case in found.cases] == [None, None, Cause.WRONG_VALUE, Cause.WRONG_VALUE, Cause.EXCEPTION]
    assert [case.got for case in found.cases] == [2, 0, 4, 5, None]
    assert found.cases[4].message == "ValueError: -3"
    assert found.cases[4].trace == "line 3, in f: raise ValueError(x)"


@pytest.mark.parametrize("name", SOURCES)
def test_the_judgement_is_that_of_judge(judge, name):
    found = judge.begin_by_case(PROBLEM, program(name), split="all").result()
    plain = judge.begin(PROBLEM, program(name), split="all").result()
    assert isinstance(found, ByCase)
    assert steady(found.judgement) == steady(plain)
    assert sum(case.is_passed for case in found.cases) == plain.num_passed


@pytest.mark.parametrize("name", SOURCES)
def test_two_suites_joined_are_one(judge, name):
    first, second, both = (judge.begin(PROBLEM, program(name), split=split).result() for split in ("examples", "tests", "all"))
    assert steady(joined(first, second)) == steady(both)


def test_cases_that_were_not_run_count_as_not_passed(judge):
    first, both = (judge.begin(PROBLEM, program("does not load"), split=split).result() for split in ("examples", "all"))
    assert steady(with_cases_not_run(first, 2)) == steady(both)
    passed = judge.begin(PROBLEM, program("right"), split="examples").result()
    assert passed.outcome is Outcome.PASSED
    with pytest.raises(ValueError, match="every case"):
        with_cases_not_run(passed, 2)


def test_judgements_of_two_programs_are_not_joined(judge):
    one, other = (judge.begin(PROBLEM, program(name)).result() for name in ("right", "raises"))
    with pytest.raises(ValueError, match="two programs"):
        joined(one, other)


def test_what_cannot_be_judged_says_why(judge):
    empty = PROBLEM.model_copy(update={"examples": ()})
    found = judge.begin_by_case(empty, program("right"), split="examples").result()
    assert (found.fault, "no cases" in found.reason) == ("input", True)


def test_a_closed_judge_gives_unjudged():
    with Judge(workers=1) as closing:
        begun = closing.begin_by_case(PROBLEM, Program(problem_id="half", source="import time; time.sleep(60)", id="x"))
    assert begun.result().fault == "judge"
