"""An explanation names the first failing case, its input, got against expected, the program's own lines and the limits."""

from __future__ import annotations

import pytest

import symtune
from symtune.domain import Case, Outcome, Problem, Program
from symtune.judging import explain
from symtune.judging.difference import difference, shown
from symtune.sandbox import Limits

ROOM = Limits(cpu_time_s=20.0, wall_time_s=120.0)
APPEND = Problem(
    id="append", statement="", entry_point="f",
    tests=(Case.call([1], 3, expected=[1, 3]), Case.call([1, 2], kwargs={"b": 3}, expected=[1, 2, 3])),
)  # fmt: skip
READ = Problem(id="read", statement="", tests=(Case.text("2\n1 2\n", expected="3\nYES\n"),))


def explained(problem: Problem, source: str, **more):
    return explain(problem, Program(problem_id=problem.id, source=source, id="x"), limits=ROOM, **more)


def test_a_wrong_value_is_shown_against_the_expected_one():
    why = explained(APPEND, "def f(a, b):\n    return a + [b if len(a) < 2 else b + 1]\n")
    assert (why.case_index, why.given, why.expected, why.got) == (1, "f([1, 2], b=3)", "[1, 2, 3]", "[1, 2, 4]")
    assert why.difference == "at [2]: expected 3, got 4"
    text = str(why)
    assert "failed_test (wrong_value), 1 of 2 cases passed" in text
    assert "20 s CPU and 120 s wall a case, 1024 MiB memory" in text


def test_an_exception_is_shown_in_the_programs_own_lines():
    why = explained(APPEND, "def g(a):\n    return a[7]\n\n\ndef f(a, b):\n    return g(a)\n")
    assert why.case_index == 0
    assert why.got is None
    assert why.trace == "line 6, in f: return g(a)\nline 2, in g: return a[7]"
    assert ">    2      return a[7]" in why.lines
    assert "IndexError: list index out of range" in str(why)


def test_a_program_that_does_not_load_points_to_its_line():
    why = explained(APPEND, "x = 1\ndef f(a, b)\n    return a\n")
    assert (why.case_index, why.given) == (None, None)
    assert ">    2  def f(a, b)" in why.lines
    assert "fails before any case: SyntaxError" in str(why)


def test_text_is_compared_word_by_word():
    why = explained(READ, "input()\nprint(sum(map(int, input().split())))\nprint('NO')\n")
    assert (why.given, why.got) == ("2\n1 2", "3\nNO")
    assert why.difference.startswith("line 2, word 1: expected 'YES', got 'NO'")


def test_what_passed_and_what_cannot_be_judged_is_said():
    right = explained(APPEND, "def f(a, b):\n    return a + [b]\n")
    assert right.verdict.outcome is Outcome.PASSED
    assert "passed, 2 of 2 cases passed" in str(right)
    empty = explained(APPEND.model_copy(update={"tests": ()}), "")
    assert "unjudged" in str(empty)
    assert "has no cases to judge by" in str(empty)


def test_where_only_a_comparator_knows_no_difference_is_claimed():
    close = Problem(id="c", statement="", entry_point="f", tests=(Case.call(expected=[1.0, 5.0], comparator="float_close:1e-3"),))
    why = explained(close, "def f():\n    return [1.0001, 6.0]\n")
    assert (why.got, why.difference, why.compared_by) == ("[1.0001, 6.0]", "", "float_close:1e-3")


def test_state_from_earlier_cases_counts():
    counting = "n = 0\ndef f(a, b):\n    global n\n    n += 1\n    return a + [b] if n == 1 else n\n"
    assert explained(APPEND, counting).got == "2"


def test_it_is_part_of_the_package():
    assert symtune.explain is explain


@pytest.mark.parametrize(
    ("got", "expected", "words"),
    [
        ("", "1\n", "nothing was printed"),
        ("1\n", "1\n2\n", "the output ends before line 2, where '2' was expected"),
        ("1\n2\n", "1\n", "line 2 was not expected: '2'"),
        ("1 2", "1", "line 1, word 2: expected nothing, got '2' (blank lines not counted)"),
        ([1, 2], [1], "1 items expected, got 2"),
        ({"a": 1}, {"b": 1}, "the key 'b' is missing"),
        ({"b": [1]}, {"b": [2]}, "at ['b'][0]: expected 2, got 1"),
        ({1}, {1, 2}, "the item 2 is missing"),
        ((1,), [1], "a list expected, got a tuple"),
        ("1", 1, "a int expected, got a str"),
        (1, 1.0, ""),
        (5, 6, ""),
    ],
)
def test_differences_are_put_in_words(got, expected, words):
    assert difference(got, expected) == words


def test_long_values_are_shortened():
    assert len(shown("x" * 10**6)) < 500
    assert len(shown(list(range(10**5)))) < 500
    assert shown("\n".join(map(str, range(1000)))).count("\n") == 12
    assert shown(10**5000) == "a int too long to print"
