"""Checkers decide where several answers are right; a broken one leaves the program unjudged, never failed."""

from __future__ import annotations

import pytest

from symtune.domain import Case, Cause, Judgement, Outcome, Problem, Program, Unjudged
from symtune.errors import CheckerError
from symtune.judging import Checkers, Judge
from symtune.judging.sheet import make_sheet
from symtune.sandbox import Limits

PAIR = "def check(input, got, expected):\n    return isinstance(got, list) and sum(got) == input['args'][0]\n"
ROOM = Limits(cpu_time_s=20.0, wall_time_s=120.0)


def problem(checker: str, *cases: Case, **more) -> Problem:
    cases = cases or (Case.call(5, expected=[2, 3]), Case.call(7, expected=[0, 7]))
    return Problem(id="pair", statement="", entry_point="f", tests=cases, checker=checker, **more)


@pytest.fixture(scope="module")
def checkers():
    with Checkers(limits=Limits(cpu_time_s=1.0, wall_time_s=10.0)) as checkers:
        yield checkers


@pytest.fixture(scope="module")
def pool():
    with Judge(workers=1, limits=ROOM) as pool:
        yield pool


def check(checkers, checker: str, *answers):
    sheet = make_sheet(problem(checker), problem(checker).tests, limits=None)
    return checkers.check_all(sheet, list(enumerate(answers)))


def test_it_sees_input_answer_and_expected_value(checkers):
    assert check(checkers, PAIR, [4, 1], [1, 1]) == [True, False]
    typed = "def check(input, got, expected):\n    return (input, got, expected) == ({'args': [5], 'kwargs': {}}, (1, {2}), [2, 3])\n"
    assert check(checkers, typed, (1, {2})) == [True]


def test_of_a_stdin_problem_it_sees_texts(checkers):
    case = Case.text("5\r\n", expected="2 3\n")
    asked = Problem(id="t", statement="", tests=(case,), checker="def check(i, g, e):\n    return (i, g, e) == ('5\\r\\n', 'x\\n', '2 3\\n')\n")
    assert checkers.check(make_sheet(asked, asked.tests, limits=None), 0, "x\n") is True


@pytest.mark.parametrize(
    ("checker", "message"),
    [
        ("def check(input, got, expected):\n    return got[9] == 1\n", r"'pair' failed on case 0: IndexError.*line 2, in check: return got\[9\]"),
        ("def check(input, got, expected):\n    return 1\n", "returned a int, not True or False"),
        ("def check(input, got, expected):\n    return None\n", "returned a NoneType"),
        ("def check(input, got, expected):\n    raise SystemExit\n", "SystemExit"),
        ("def check(input, got, expected):\n    import os\n    os._exit(0)\n", "did not decide case 0"),
        ("def check(input, got, expected):\n    while True:\n        pass\n", "did not decide case 0: it took too long"),
        ("def check(input, got, expected):\n    return len(bytearray(1 << 40)) > 0\n", "MemoryError"),
        ("def check(:\n", "does not load: SyntaxError"),
        ("import nothing_of_this_name\n", "does not load: ModuleNotFoundError"),
        ("x = 1\n", "defines no function check"),
    ],
)
def test_one_that_cannot_decide_says_why(checkers, checker, message):
    with pytest.raises(CheckerError, match=message):
        check(checkers, checker, [1])


def test_it_decides_in_place_of_the_comparator(pool):
    sources = {"other": "def f(n):\n    return [n, 0]\n", "wrong": "def f(n):\n    return [n, 1]\n", "raises": "def f(n):\n    return 1 // (n - 7)\n"}
    programs = [Program(problem_id="pair", source=source, id=name) for name, source in sources.items()]
    other, wrong, raises = pool.judge([problem(PAIR)], programs)
    assert (other.outcome, other.num_passed) == (Outcome.PASSED, 2)
    assert (wrong.outcome, wrong.cause, wrong.num_passed, wrong.first_failure.got) == (Outcome.FAILED_TEST, Cause.WRONG_VALUE, 0, "[5, 1]")
    assert (raises.outcome, raises.cause, raises.num_passed) == (Outcome.RUNTIME_ERROR, Cause.EXCEPTION, 0)


def test_stopping_at_the_first_failure_asks_it_too(pool):
    cases = [Case.call(n, expected=[0, n]) for n in range(12)]
    program = Program(problem_id="pair", source="def f(n):\n    return [n, n == 6]\n", id="x")
    (verdict,) = pool.judge([problem(PAIR, *cases)], [program], stop="first_failure")
    assert (verdict.outcome, verdict.num_passed, verdict.first_failure.case_index) == (Outcome.FAILED_TEST, 6, 6)


def test_a_broken_one_leaves_its_program_unjudged_and_judges_the_others(pool):
    broken = problem("def check(input, got, expected):\n    raise ValueError('odd')\n").model_copy(update={"id": "broken"})
    programs = [Program(problem_id=name, source="def f(n):\n    return [n, 0]\n", id=f"{name}{i}") for i in (0, 1) for name in ("broken", "pair")]
    verdicts = list(pool.judge([broken, problem(PAIR)], programs))
    for verdict in verdicts[::2]:
        assert isinstance(verdict, Unjudged)
        assert "the checker of problem 'broken' failed on case 0: ValueError: odd" in verdict.reason
    assert all(isinstance(verdict, Judgement) and verdict.outcome is Outcome.PASSED for verdict in verdicts[1::2])


def test_an_answer_that_makes_a_working_one_raise_is_wrong(pool):
    strict = "def check(input, got, expected):\n    return sum(int(x) for x in got) == input['args'][0]\n"
    programs = [
        Program(problem_id="pair", source=f"def f(n):\n    return {answer}\n", id=name)
        for name, answer in {"right": "[n, 0]", "escapes": "[n, 'x']", "mixed": "[n, 0] if n == 5 else None"}.items()
    ]
    right, escapes, mixed = pool.judge([problem(strict)], programs)
    assert (right.outcome, right.num_passed) == (Outcome.PASSED, 2)
    assert (escapes.outcome, escapes.cause, escapes.num_passed) == (Outcome.FAILED_TEST, Cause.WRONG_VALUE, 0)
    assert (mixed.outcome, mixed.num_passed) == (Outcome.FAILED_TEST, 1)


def test_a_program_finds_no_trace_of_it(pool):
    searching = (
        "import gc, sys\ndef f(n):\n    frames = [name for name in sys.modules if 'check' in name]\n"
        "    texts = [x for x in gc.get_objects() if type(x) is str and 'def check' in x]\n    return [n, len(frames) + len(texts)]\n"
    )
    (verdict,) = pool.judge([problem(PAIR)], [Program(problem_id="pair", source=searching)])
    assert verdict.outcome is Outcome.PASSED, verdict


def test_a_problem_with_one_survives_its_json_form_and_one_without_has_no_key():
    asked = problem(PAIR, limits={"num_processes": 3})
    assert Problem.from_json(asked.to_json()) == asked
    assert not {"checker", "limits"} & problem(PAIR).model_copy(update={"checker": None}).to_json().keys()
