"""A promise that no parser reads: references part over inputs that break it, and the suite keeps to what the examples show."""

from __future__ import annotations

from symtune.domain import Case, Problem, Program
from symtune.judging import judge
from symtune.suites import strengthen

STATEMENT = """The first line has t, the number of test cases. Then t test cases follow.

-----Input-----

The first line of a test case has two integers n and k (1 ≤ n ≤ 10, 1 ≤ k ≤ 100). The second line has n integers a_1, a_2, ..., a_n (1 ≤ a_i ≤ 100),
a mountain of one peak.

-----Output-----

The place of the peak, times k.
"""
TEXT = "3\n3 2\n1 5 2\n5 1\n1 2 8 7 4\n4 7\n2 3 9 1\n"
FIRST = """for _ in range(int(input())):
    n, k = map(int, input().split())
    a = list(map(int, input().split()))
    print(a.index(max(a)) * k)
"""
LAST = """for _ in range(int(input())):
    n, k = map(int, input().split())
    a = list(map(int, input().split()))
    print(max(i for i in range(n) if a[i] == max(a)) * k)
"""
CLIMBS = """for _ in range(int(input())):
    n, k = map(int, input().split())
    a = list(map(int, input().split()))
    i = 0
    while i + 1 < n and a[i + 1] > a[i]:
        i += 1
    print(i * k)
"""
FROM_ONE = FIRST.replace("* k", "* k % 50")


def grown(*references):
    problem = Problem(
        id="p", statement=STATEMENT, entry_point=None, references=references, tests=(Case.text(TEXT, expected="2\n2\n14\n"),)
    )
    (found,) = strengthen([problem], budget_s=1.5, workers=1, max_cases=30)
    return found


def verdicts(problem, *sources):
    programs = [Program(problem_id="p", source=source, id=str(number)) for number, source in enumerate(sources)]
    return [one.cause is None for one in judge([problem], programs, workers=1)]


def test_lists_stand_as_shown_while_numbers_go_on_and_right_programs_pass():
    found = grown(FIRST, LAST)
    assert found.suite.dropped["contract_narrowed"] == 1
    shown = {"1 5 2", "1 2 8 7 4", "2 3 9 1"}
    assert {case.stdin.split("\n")[2] for case in found.tests[1:]} == shown
    assert len(found.tests) > 4
    assert verdicts(found, CLIMBS, FROM_ONE) == [True, False]


def test_the_record_holds_the_narrow_reach_and_grows_no_wider_from_it():
    found = grown(FIRST, LAST)
    assert found.suite.contract["reach"]["is_shown"] is True
    (again,) = strengthen([found], budget_s=0.5, workers=1, max_cases=10)
    assert verdicts(again, CLIMBS) == [True]


def test_one_reference_cannot_speak_for_words_that_were_not_read():
    problem = Problem(
        id="p", statement=STATEMENT.replace("a mountain of one peak.", "numbers.\n\nIt is guaranteed that the heights make a mountain of one peak."),
        entry_point=None, references=(FIRST,), tests=(Case.text(TEXT, expected="2\n2\n14\n"),),
    )  # fmt: skip
    (found,) = strengthen([problem], budget_s=1.0, workers=1, max_cases=20)
    assert {case.stdin.split("\n")[2] for case in found.tests[1:]} == {"1 5 2", "1 2 8 7 4", "2 3 9 1"}
    assert verdicts(found, CLIMBS, LAST) == [True, True]
