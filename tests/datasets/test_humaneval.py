from __future__ import annotations

import pytest

from symtune.datasets.formats import FORMATS
from symtune.datasets.humaneval import assert_cases
from symtune.datasets.rows import read_row
from symtune.errors import BadRecordError

PROMPT = '''from typing import List


def helper(x):
    return x


def f(x: int, y: int = 0) -> List[int]:
    """Do f.
    >>> f(1)
    [1]
    """
'''


def row(**changes):
    return {
        "task_id": "HumanEval/999",
        "prompt": PROMPT,
        "entry_point": "f",
        "canonical_solution": "    return [x] * (y + 1)\n",
        "test": "def check(candidate):\n    assert candidate(1) == [1]\n    assert candidate(2, 1) == [2, 2]\n",
    } | changes


def cases_of(body):
    return assert_cases("def check(candidate):\n" + "".join(f"    {line}\n" for line in body.split("\n")), "f")


@pytest.mark.parametrize(
    ("line", "args", "expected", "comparator"),
    [
        ("assert candidate([1], 'a') == (2, 3), 'why'", ([1], "a"), (2, 3), "exact"),
        ("assert candidate(3 * 19) == [3, 19]", (57,), [3, 19], "exact"),
        ("assert candidate(1) is True", (1,), True, "exact"),
        ("assert candidate(1) == 0.5", (1,), 0.5, "float_close:1e-6"),
        ("assert abs(candidate(1.33) - 2.0 / 4.0) < 1e-3", (1.33,), 0.5, "float_close:0.001"),
        ("assert candidate('<>')", ("<>",), True, "same_truth"),
        ("assert not candidate('<<')", ("<<",), False, "same_truth"),
        ("assert tuple(candidate([1])) == tuple([1, 2])", ([1],), (1, 2), "sequence"),
        ("assert set(candidate([1])) == {3}", ([1],), [3], "same_set"),
    ],
)
def test_asserts_become_cases(line, args, expected, comparator):
    (case,), is_complete = cases_of(line)
    assert is_complete
    assert (case.args, case.expected, case.comparator) == (args, expected, comparator)
    assert type(case.expected) is type(expected)


def test_names_set_before_are_known():
    (case,), is_complete = cases_of("lst = list(range(0, 6, 2))\nassert candidate(lst) == 3")
    assert (case.args, is_complete) == (([0, 2, 4],), True)


@pytest.mark.parametrize(
    "body",
    [
        "for x in range(2, 8):\n        assert candidate(x, x + 1) == str(x)",
        "assert candidate(1) == helper(1)",
        "assert candidate(candidate(1)) == 2",
        "assert math.fabs(candidate(1)) < 2",
    ],
)
def test_what_is_computed_is_left_to_the_guest(body):
    cases, is_complete = cases_of(body)
    assert (cases, is_complete) == ([], False)


def test_asserts_that_call_nothing_are_no_cases():
    assert cases_of("assert True, 'fine'\nassert candidate(1) == 1")[1] is True
    assert len(cases_of("assert True, 'fine'\nassert candidate(1) == 1")[0]) == 1


def test_a_test_without_check_is_refused():
    with pytest.raises(BadRecordError, match="check"):
        assert_cases("def other(): pass", "f")


def test_doctests_are_public_and_no_test_repeats_them():
    imported = read_row(FORMATS["humaneval"], row(), index=0)
    problem = imported.problem
    assert [case.args for case in problem.examples] == [(1,)]
    assert [case.args for case in problem.tests] == [(2, 1)]
    assert imported.needs_guest  # the reference has to confirm what the prose says
    assert imported.recorder is None


def test_one_case_stays_private_when_the_prompt_shows_all():
    problem = read_row(FORMATS["humaneval"], row(test="def check(candidate):\n    assert candidate(1) == [1]\n"), index=0).problem
    assert [case.args for case in problem.tests] == [(1,)]
    assert problem.examples == ()


def test_helpers_and_imports_of_the_prompt_are_the_prelude():
    problem = read_row(FORMATS["humaneval"], row(), index=0).problem
    assert "from typing import List" in problem.meta["prelude"]
    assert "def helper(x):" in problem.meta["prelude"]
    assert "def f(" not in problem.meta["prelude"]
    assert problem.starter_code.endswith("def f(x: int, y: int=0) -> List[int]:")


def test_plus_inputs_become_inputs_whose_expected_values_are_owed():
    form = row(base_input=[[1], [2, 1]], plus_input=[[3, 2], [3, 2], [4]], atol=0, contract="assert x")
    imported = read_row(FORMATS["humaneval-plus"], form, index=0)
    assert imported.problem.tests == ()
    assert [(case.args, case.origin, case.expected) for case in imported.inputs] == [
        ((2, 1), "base", None),
        ((3, 2), "plus", None),
        ((4,), "plus", None),
    ]
    assert imported.problem.meta["contract"] == "assert x"


def test_a_stated_tolerance_is_the_comparator():
    form = row(base_input=[[2]], plus_input=[], atol=1e-4)
    assert read_row(FORMATS["humaneval-plus"], form, index=0).inputs[0].comparator == "float_close:0.0001:1e-07"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"prompt": "def f(:"}, "prompt"),
        ({"entry_point": "g"}, "prompt"),
        ({"test": "x"}, "test"),
        ({"canonical_solution": 3}, "canonical_solution"),
    ],
)
def test_a_bad_row_names_its_field(changes, field):
    assert read_row(FORMATS["humaneval"], row(**changes), index=0).field == field


def test_inputs_must_be_lists_of_arguments():
    assert read_row(FORMATS["humaneval-plus"], row(base_input=[1]), index=0).field == "base_input"
    assert read_row(FORMATS["humaneval-plus"], row(base_input=[], plus_input={}), index=0).field == "base_input"
