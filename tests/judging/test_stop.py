"""Stopping at the first failure gives the same first failure as running every case."""

from __future__ import annotations

import pytest

from symtune.domain import Case, Outcome, Problem, Program
from symtune.judging import judge

PROBLEM = Problem(
    id="square", statement="Square.", entry_point="square", tests=tuple(Case.call(n, expected=n * n) for n in range(40))
)


@pytest.mark.parametrize("first_wrong", [0, 1, 5, 6, 39, None])
def test_first_failure_is_the_same_as_without_stopping(first_wrong):
    threshold = 99 if first_wrong is None else first_wrong
    source = f"def square(n):\n    return n * n + (n >= {threshold})\n"
    stopped, full = (
        next(judge([PROBLEM], [Program(problem_id="square", source=source)], workers=1, stop=stop))
        for stop in ("first_failure", "never")
    )
    assert stopped.outcome is full.outcome
    assert (stopped.first_failure and stopped.first_failure.case_index) == first_wrong
    assert stopped.first_failure == full.first_failure
    assert stopped.num_passed == threshold if first_wrong is not None else stopped.num_passed == 40


@pytest.mark.parametrize("source", ["def square(:", "import nowhere_to_be_found\n", "x = 1\n"])
def test_a_program_that_does_not_load_is_a_compile_error_either_way(source):
    for stop in ("first_failure", "never"):
        verdict = next(judge([PROBLEM], [Program(problem_id="square", source=source)], workers=1, stop=stop))
        assert verdict.outcome is Outcome.COMPILE_ERROR
        assert verdict.num_passed == 0
