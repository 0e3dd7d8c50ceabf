"""What references say of an input, when they disagree, and when a checker decides."""

from __future__ import annotations

import pytest

from symtune.domain import Case, Problem
from symtune.judging import Checkers, Judge
from symtune.suites.oracle import Decided, Oracle, sound_references


@pytest.fixture(scope="module")
def judge():
    with Judge(workers=1) as judge:
        yield judge


GIVEN = (Case.call(9, expected=3),)


def oracle(judge, *references, given=GIVEN, **more):
    problem = Problem(id="p", statement="s", entry_point="f", tests=given, references=references, checker=more.pop("checker", None))
    return Oracle(problem, references, given=given, judge=judge, **more)


def inputs(*values):
    return [Case(args=(value,), origin="boundary") for value in values]


def test_an_answer_all_agree_on_becomes_the_expected_value_and_exceptions_none(judge):
    one = oracle(judge, "def f(n):\n    return 10 // n\n", "def f(n):\n    return int(10 / n)\n")
    first, second = one.decide(inputs(2, 0))
    assert isinstance(first, Decided)
    assert first.case.expected == 5
    assert second == "reference_exception"


def test_references_that_disagree_again_and_again_set_the_problem_apart(judge):
    one = oracle(judge, "def f(xs):\n    return xs[0]\n", "def f(xs):\n    return xs[-1]\n")
    assert set(one.decide(inputs([1, 1], [1, 2], [3, 2], [4, 5]))) == {"several_answers"}
    assert one.is_ambiguous
    assert one.decide(inputs([7, 7])) == ["several_answers"]


def test_a_reference_that_stands_alone_is_dropped_and_the_others_go_on(judge):
    good, also, odd = "def f(n):\n    return n * 2\n", "def f(n):\n    return n + n\n", "def f(n):\n    return n * 2 if n < 5 else 0\n"
    for references in ((good, also, odd), (odd, good, also)):
        one = oracle(judge, *references)
        assert one.decide(inputs(1, 6, 7, 8))[1:] == ["references_disagree"] * 3
        assert one.dropped["reference_disagrees"] == 1
        (again,) = one.decide(inputs(9))
        assert again.case.expected == 18


def test_a_disagreement_now_and_then_costs_only_the_input(judge):
    one = oracle(judge, "def f(n):\n    return n\n", "def f(n):\n    return n if n != 3 else 0\n")
    decided = one.decide(inputs(*range(20)))
    assert [index for index, verdict in enumerate(decided) if isinstance(verdict, str)] == [3]
    assert not one.is_ambiguous


def test_the_tolerance_comes_from_the_spread_between_references(judge):
    near = oracle(judge, "def f(n):\n    return n / 3\n", "def f(n):\n    return n * 0.33333\n")
    (first,) = near.decide(inputs(1.0))
    name, _, tolerance = first.case.comparator.partition(":")
    assert name == "float_close"
    assert float(tolerance) == pytest.approx(10 * (1 / 3 - 0.33333), rel=0.1)
    same = oracle(judge, "def f(n):\n    return n / 3\n")
    assert same.decide(inputs(1.0))[0].case.comparator == "float_close:1e-06"


CHECKER = "def check(input, got, expected):\n    return len(got) == 2 and sum(got) == input['args'][0]\n"


def test_a_checker_decides_where_several_answers_are_right(judge):
    given = (Case.call(9, expected=[4, 5]),)
    halves, ends, wrong = ("def f(n):\n    return [n // 2, n - n // 2]\n", "def f(n):\n    return [0, n]\n", "def f(n):\n    return [n, n]\n")
    with Checkers() as checkers:
        one = oracle(judge, halves, ends, given=given, checker=CHECKER, checkers=checkers)
        decided = one.decide(inputs(4, 7, 12, 13))
        assert [verdict.case.expected for verdict in decided] == [[2, 2], [3, 4], [6, 6], [6, 7]]
        other = oracle(judge, halves, wrong, given=given, checker=CHECKER, checkers=checkers)
        assert other.decide(inputs(4, 0))[0] == "checker_refuses_reference"


def test_inputs_that_overrun_are_dropped_and_the_later_ones_have_less_time(judge):
    slow = "def f(n):\n    total = 0\n    for _ in range(n):\n        total += 1\n    return total\n"
    one = oracle(judge, slow)
    for _ in range(6):
        assert one.decide(inputs(10**9)) == ["reference_timeout"]
    assert one.decide(inputs(5 * 10**6)) == ["reference_timeout"]
    (quick,) = one.decide(inputs(10))
    assert quick.case.expected == 10


BAD = {
    "timeout": "def f(n):\n    while True:\n        pass\n",
    "early_exit": "import os\ndef f(n):\n    os._exit(0)\n",
    "import": "import nothing_of_that_name\ndef f(n):\n    return 3\n",
    "wrong_value": "def f(n):\n    return 0\n",
    "exception": "def f(n):\n    return open('/etc/nothing').read()\n",
}


def test_references_that_fail_a_given_case_are_dropped_by_reason_and_printing_does_no_harm(judge):
    good = "def f(n):\n    print('x')\n    return 3\n"
    problem = Problem(id="p", statement="s", entry_point="f", tests=GIVEN, references=(*BAD.values(), good), time_limit_s=0.3)
    sound, dropped = sound_references(problem, GIVEN, judge)
    assert sound == [good]
    assert dropped == {f"reference_{reason}": 1 for reason in BAD}


TEXTS = (Case.text("1\n", expected="1\n"),)


def text_oracle(judge, *references, statement="s"):
    one = Problem(id="p", statement=statement, entry_point=None, tests=TEXTS, references=references)
    return Oracle(one, references, given=TEXTS, judge=judge)


def texts(*values):
    return [Case.text(f"{value}\n", expected="").model_copy(update={"origin": "boundary"}) for value in values]


ECHO = "print(input())\n"
ODD = "n = int(input())\nprint(n if n < 5 else 0)\n"


def test_programs_that_read_text_and_part_put_the_contract_in_doubt(judge):
    one = text_oracle(judge, ECHO, ECHO, ODD)
    assert set(one.decide(texts(1, 2, 6, 7))) == {"contract_in_doubt"}
    assert one.is_in_doubt
    assert not one.is_ambiguous


def test_of_five_programs_that_read_text_one_alone_is_wrong(judge):
    one = text_oracle(judge, *[ECHO] * 4, ODD)
    decided = one.decide(texts(1, 2, 6, 7))
    assert [type(verdict) for verdict in decided] == [Decided, Decided, str, str]
    assert one.dropped["reference_disagrees"] == 1
    assert isinstance(one.decide(texts(8))[0], Decided)


def test_where_several_answers_are_right_only_that_there_is_none_counts(judge):
    finds = "n = int(input())\nprint(-1 if n % 2 else n // 2 * {})\n"
    one = text_oracle(judge, finds.format(2), finds.format(3), statement="If there are several answers, print any. Print -1 if there is none.")
    assert [isinstance(verdict, Decided) for verdict in one.decide(texts(3, 4, 5, 6))] == [True, False, True, False]
    assert not one.is_in_doubt


def test_references_beyond_those_asked_confirm_the_cases_chosen(judge):
    wrong_once = "n = int(input())\nprint(0 if n == 3 else n)\n"
    chosen = [verdict.case for verdict in text_oracle(judge, ECHO).decide(texts(2, 3, 6, 7, 8))]
    assert text_oracle(judge, *[ECHO] * 8, wrong_once).unconfirmed(chosen) == {1}
    assert text_oracle(judge, *[ECHO] * 8, ODD).unconfirmed(chosen) == set()  # alone on three cases, it is wrong itself
    assert text_oracle(judge, *[ECHO] * 8, ODD, ODD).unconfirmed(chosen) == {2, 3, 4}
