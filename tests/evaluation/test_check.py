from __future__ import annotations

from symtune.domain import Case, Problem
from symtune.evaluation.check import check


def problem(name, references, *, tests=None):
    tests = (Case.call(2, expected=4), Case.call(3, expected=6)) if tests is None else tests
    return Problem(
        id=name, statement="s", entry_point="f", examples=(Case.call(1, expected=2),), tests=tests, references=references, source="made"
    )


RIGHT, WRONG = "def f(x): return 2 * x", "def f(x): return x + 1"


def test_problems_are_sorted_into_passing_and_set_apart_with_reasons():
    result = check(
        [
            problem("good", (RIGHT,)),
            problem("mixed", (WRONG, RIGHT, "def f(x: return")),
            problem("bad", (WRONG,)),
            problem("bare", ()),
            problem("untested", (RIGHT,), tests=()),
        ],
        workers=1,
    )
    assert [item.id for item in result.passing] == ["good", "mixed"]
    assert result.passing[1].references == (RIGHT,)
    assert [(item.problem_id, item.index) for item in result.failing_references] == [("mixed", 0), ("mixed", 2)]
    reasons = {item.problem.id: item.reason for item in result.set_apart}
    assert "failed_test (wrong_value), case 1" in reasons["bad"]
    assert reasons["bare"] == "it has no references"
    assert reasons["untested"] == "it has no tests"
    assert result.pass_fraction == 2 / 5
    assert result.num_by_source() == {"made": (2, 5)}


def test_examples_count_too():
    bad_example = problem("p", ("def f(x): return 2 * x if x > 1 else 0",))
    (item,) = check([bad_example], workers=1).set_apart
    assert item.reason.startswith("no reference passes")


def test_nothing_to_check_is_a_pass():
    assert check([]).pass_fraction == 1.0
