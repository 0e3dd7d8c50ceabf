from __future__ import annotations

import pytest

from symtune.domain import Case, Problem
from symtune.judging import Judge
from symtune.suites.settle import settle

DOUBLE = "print(2 * int(input()))"


@pytest.fixture(scope="module")
def judge():
    with Judge(workers=1) as judge:
        yield judge


def problem(expected, *, references=(DOUBLE,), **meta):
    cases = [Case.text(str(index), expected=text) for index, text in enumerate(expected)]
    return Problem(id="p", statement="s", examples=tuple(cases[:1]), tests=tuple(cases[1:]), references=references, meta=meta)


def test_a_reference_that_agrees_leaves_everything_as_it_is(judge):
    given = problem(["0", "2", "4"], references=("print(9)", DOUBLE), several_answers=True)
    assert settle(given, judge) is given


def test_cases_the_references_contradict_are_dropped_and_counted(judge):
    settled = settle(problem(["0", "2", "9", "6"]), judge)
    assert [case.expected for case in settled.examples + settled.tests] == ["0", "2", "6"]
    assert settled.meta["dropped_cases"] == 1


def test_nothing_is_dropped_for_a_reference_that_is_wrong_on_most(judge):
    given = problem(["0", "9", "9", "9"])
    assert settle(given, judge) is given


def test_where_several_answers_are_right_the_references_answer_counts(judge):
    source = "n = int(input())\nprint('YES', n)"
    settled = settle(problem(["YES 0", "YES 7", "YES 8"], references=(source,), several_answers=True), judge)
    assert [case.expected.split() for case in settled.tests] == [["YES", "1"], ["YES", "2"]]
    assert settled.meta["reference_answers"] == 2


def test_an_answer_of_another_form_is_not_taken_over(judge):
    given = problem(["1 2 3", "4 5 6"], several_answers=True)
    assert settle(given, judge) is given


def test_the_last_test_is_never_dropped(judge):
    given = problem(["0", "9"])
    assert settle(given, judge) is given


PATTERN = "def f(a, b):\n    return len(a) == len(b.split())\n"


def quoted(source, *others, case=('"ab"', '"cat dog"', False)):
    first, second, expected = case
    texts = [Case.call(first, second, expected=expected)]
    bare = [Case.call(first.strip('"'), second.strip('"'), expected=expected)]
    one = Problem(id="p", statement="s", entry_point="f", tests=texts, references=(source, *others))
    return one, one.model_copy(update={"tests": tuple(bare)})


def test_quotation_marks_inside_texts_are_taken_off_and_the_references_answer_anew(judge):
    given, bare = quoted(PATTERN, "def f(a, b):\n    return len(a) - b.count(' ') == 1\n")
    settled = settle(given, judge, unquoted=bare)
    assert (settled.tests[0].args, settled.tests[0].expected) == (("ab", "cat dog"), True)
    assert settled.meta["unquoted_cases"] == 1


@pytest.mark.parametrize(
    "others",
    [
        ("def f(a, b):\n    return False\n",),  # agrees with the quoted case, answers the bare one otherwise
        ("def f(a, b):\n    return 1 / (a[0] == '\"') < 0\n",),  # agrees with the quoted case, raises on the bare one
    ],
)
def test_texts_stay_quoted_where_references_part_or_break_without_the_marks(judge, others):
    given, bare = quoted(PATTERN, *others)
    assert settle(given, judge, unquoted=bare) is given


def test_a_reference_that_fails_the_quoted_case_has_no_word_on_the_bare_one(judge):
    given, bare = quoted("def f(a, b):\n    return 7\n", PATTERN)
    assert settle(given, judge, unquoted=bare).tests[0].expected is True
    alone, bare = quoted("def f(a, b):\n    return 7\n")
    assert settle(alone, judge, unquoted=bare) is alone
