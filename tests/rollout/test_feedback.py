"""Feedback says, by cause, which public tests failed and how; the same verdict gives the same text in every process."""

from __future__ import annotations

import subprocess
import sys

import pytest

from symtune.domain import Case, Problem, Program
from symtune.judging import Judge
from symtune.rollout import MessageStyle, failure_feedback, first_message, no_code_feedback, wrong_feedback
from symtune.rollout.feedback import PLAIN, unanswered
from symtune.rollout.shorten import lines_text, value_text
from symtune.sandbox import Limits

CALLED = Problem(
    id="called", statement="Append b to a.", entry_point="f",
    examples=(Case.call([], 3, expected=[3]), Case.call([1, 2], kwargs={"b": 0}, expected=[1, 2, 0])),
)  # fmt: skip
READ = Problem(id="read", statement="Add.", examples=(Case.text("2\n1 2\n", expected="3\nYES\n"), Case.text("7\n", expected="7\n")))
BRIEF = MessageStyle(style="brief", code="bare")
RULE = "Answer with the whole program in one fenced code block:\n```python\n# the program\n```"


@pytest.fixture(scope="module")
def judge():
    with Judge(workers=2, limits=Limits(cpu_time_s=0.5, wall_time_s=60.0)) as one:
        yield one


def told(judge, problem, source, style=PLAIN, **options):
    found = judge.begin_by_case(problem, Program(problem_id=problem.id, source=source), split="examples").result()
    return failure_feedback(problem, found, style=style, **options)


def test_a_wrong_value_is_shown_with_its_input_and_what_was_expected(judge):
    source = "def f(a, b):\n    return [*a, b or 1]\n"
    assert told(judge, CALLED, source) == (
        "Your program passes 1 of 2 public tests.\n\nTest 2 fails.\ncall: f([1, 2], b=0)\nexpected: [1, 2, 0]\ngot: [1, 2, 1]\n\n"
        f"Try again. {RULE}"
    )
    assert told(judge, CALLED, source, BRIEF) == "f([1, 2], b=0): want [1, 2, 0], got [1, 2, 1]\ntry again"


def test_an_exception_is_shown_in_the_programs_own_lines(judge):
    source = "def g(a):\n    return a[7]\n\n\ndef f(a, b):\n    return g(a) if a else [b]\n"
    assert "Test 2 fails.\ncall: f([1, 2], b=0)\nit raised IndexError: list index out of range\n" in told(judge, CALLED, source)
    assert "\n  line 6, in f: return g(a) if a else [b]\n  line 2, in g: return a[7]\n\n" in told(judge, CALLED, source)
    assert told(judge, CALLED, source, BRIEF) == "f([1, 2], b=0): IndexError: list index out of range (line 2)\ntry again"


@pytest.mark.parametrize(
    ("body", "full", "brief"),
    [
        ("while True: pass", "it took too long", "too slow"),
        ("return bytearray(1 << 40)", "it ran out of memory", "out of memory (line 2)"),
        ("raise SystemExit", "it ended before it gave an answer", "ended early (line 2)"),
        ("return f", "what it returned is no plain value (a number, text, list, ...)", "no plain value"),
        ("import nothing_here", "it raised ModuleNotFoundError: No module", "ModuleNotFoundError: No module named"),
    ],
)
def test_other_causes_have_their_words(judge, body, full, brief):
    source = f"def f(a, b):\n    {body}\n"
    problem = CALLED.model_copy(update={"examples": CALLED.examples[:1]})
    found = judge.begin_by_case(problem, Program(problem_id="called", source=source), split="examples").result()
    assert f"call: f([], 3)\n{full}" in failure_feedback(problem, found)
    assert f"f([], 3): {brief}" in failure_feedback(problem, found, style=BRIEF)


@pytest.mark.parametrize(
    ("source", "full", "brief"),
    [
        ("def f(a, b) return", "it does not parse: SyntaxError: expected ':' (<program>, line 1)", "SyntaxError: expected ':'"),
        ("import nothing_here", "it imports what is not there: ModuleNotFoundError", "ModuleNotFoundError"),
        ("x = 1 / 0", "it raised an exception while it was loaded: ZeroDivisionError: division by zero\n  line 1", "ZeroDivision"),
        ("g = 1", "it does not define what is called: the program defines no callable 'f'", "the program defines no callable 'f'"),
    ],
)
def test_a_program_that_does_not_load_is_told_why_without_tests(judge, source, full, brief):
    text = told(judge, CALLED, source)
    assert text.startswith(f"Your program passes none of the public tests: {full}")
    assert text.endswith(f"\n\nTry again. {RULE}")
    assert "Test 1" not in text
    assert told(judge, CALLED, source, BRIEF).startswith(brief)
    assert told(judge, CALLED, source, BRIEF).endswith("\ntry again")


def test_texts_of_several_lines_stand_under_their_label(judge):
    text = told(judge, READ, "print(int(input()) + 1)\n")
    assert "Test 1 fails.\ninput:\n  2\n  1 2\nexpected output:\n  3\n  YES\noutput: 3\n\nTest 2 fails.\ninput: 7\n" in text
    assert told(judge, READ, "print(7)", BRIEF) == "'2\\n1 2': want '3\\nYES', got '7'\ntry again"
    assert "output: (nothing)" in told(judge, READ, "")


def test_passing_tests_are_listed_only_when_asked_and_failing_ones_first_when_there_is_no_room(judge):
    source = "def f(a, b):\n    return [*a, b or 1]\n"
    listed = told(judge, CALLED, source, MessageStyle(show_passing=True))
    assert "Test 1 passes.\ncall: f([], 3)\nexpected: [3]\n\nTest 2 fails." in listed
    assert "f([], 3): ok\nf([1, 2], b=0): want" in told(judge, CALLED, source, MessageStyle(style="brief", show_passing=True))
    assert "Test 1" not in told(judge, CALLED, source, MessageStyle(show_passing=True, max_items=1))
    assert "1 more fail" in told(judge, CALLED, "def f(a, b):\n    return 0\n", MessageStyle(max_items=1))


def test_values_shown_in_place_of_the_true_ones_leave_no_trace_of_these(judge):
    source = "def f(a, b):\n    return [*a, b or 77]\n"
    text = told(judge, CALLED, source, MessageStyle(show_passing=True), shown=[([4],), ([1, 9, 0],)])
    assert "expected: [1, 9, 0]" in text
    assert "Test 1 passes.\ncall: f([], 3)\n\n" in text
    assert "[1, 2, 0]" not in text
    hidden = told(judge, CALLED, source, shown=[(), ()])
    assert "call: f([1, 2], b=0)\ngot: [1, 2, 77]\n" in hidden
    assert told(judge, CALLED, source, BRIEF, shown=[(), ()]) == "f([1, 2], b=0): got [1, 2, 77]\ntry again"
    with pytest.raises(ValueError, match="2 examples"):
        failure_feedback(CALLED, unanswered(READ.model_copy(update={"examples": READ.examples[:1]})))


def test_the_place_of_the_first_difference_is_named_where_values_are_too_long(judge):
    given = list(range(300))
    problem = CALLED.model_copy(update={"examples": (Case.call(given, 3, expected=[*given, 3]),)})
    text = told(judge, problem, "def f(a, b):\n    return [*a[:150], 7, *a[151:], b]\n")
    assert "they part: at [150]: expected 150, got 7" in text
    assert "(301 items)" in text
    assert len(text) < 2500
    word = "ab" * 500
    problem = CALLED.model_copy(update={"examples": (Case.call(word, 3, expected=word),)})
    text = told(judge, problem, "def f(a, b):\n    return a[:601] + 'x' + a[602:]\n", BRIEF)
    assert "601" in text or "expected 'ab" in text


def test_a_message_names_no_address(judge):
    source = "class A:\n    pass\n\n\ndef f(a, b):\n    raise ValueError(A())\n"
    assert "object at 0x...>" in told(judge, CALLED, source)
    assert told(judge, CALLED, source) == told(judge, CALLED, source)


def test_replies_without_code_and_wrong_ones_are_told_the_rule():
    for text in (no_code_feedback(), wrong_feedback()):
        assert text.endswith(f"Try again. {RULE}")
    assert no_code_feedback(MessageStyle(style="brief")) == "no program found\ntry again"
    assert wrong_feedback(BRIEF) == "wrong\ntry again"
    assert no_code_feedback(MessageStyle(code="bare")).endswith("Answer with the whole program and nothing else.")


def test_the_first_message_has_statement_tests_and_rule():
    assert first_message(CALLED) == (
        "Append b to a.\n\nThe program defines `f`, which is called and returns the answer.\n\nPublic tests:\n\n"
        f"Test 1\ncall: f([], 3)\nexpected: [3]\n\nTest 2\ncall: f([1, 2], b=0)\nexpected: [1, 2, 0]\n\n{RULE}"
    )
    assert first_message(CALLED, style=BRIEF) == "Append b to a.\ndef f\nf([], 3) -> [3]\nf([1, 2], b=0) -> [1, 2, 0]"
    assert "Test 1" not in first_message(CALLED, show_examples=False)
    assert "There are 1 more public tests." in first_message(READ, style=MessageStyle(max_items=1))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({3, 1, 2}, "{1, 2, 3}"),
        (frozenset("ba"), "frozenset({'a', 'b'})"),
        ((1,), "(1,)"),
        ({"a": [None, True, 1.5]}, "{'a': [None, True, 1.5]}"),
        (set(), "set()"),
        ("a" * 60, "'aaaaaaaaaaaaaaaaaaaaaaaaaaa' ... 'aaaaaaaaaaaaa' (60 characters)"),
        (list(range(100)), "[0, 1, 2, 3, 4, 5, 6, 7, ... 88 more ..., 96, 97, 98, 99] (100 items)"),
        (10**60, "100000000000000000000000000 ... 0000000000000 (61 characters)"),
        (1 << 10_000, "<an integer of 10001 bits>"),
    ],
)
def test_values_are_short_and_say_how_long_they_are(value, text):
    assert value_text(value, max_chars=40) == text


def test_no_value_is_shown_long():
    deep = 1
    for _ in range(150):
        deep = [deep, deep] if len(repr(deep)) < 10_000 else [deep]
    for value in (deep, {"k" * 900: "v" * 900}, [["x" * 5000] * 50] * 50, "\x00" * 5000, b"\xff" * 5000):
        assert len(value_text(value, max_chars=400)) < 2500
    assert len(lines_text("\n".join("y" * 900 for _ in range(900)), max_chars=400)) < 900


def test_the_text_does_not_hang_on_the_hash_seed():
    code = (
        "from symtune.domain import Case, Problem\nfrom symtune.rollout import failure_feedback\n"
        "from symtune.rollout.feedback import PLAIN, unanswered\n"
        "problem = Problem(id='s', statement='', entry_point='f', examples=(Case.call(set('abcdefgh'), expected={'x': set('hgfedc')}),))\n"
        "print(failure_feedback(problem, unanswered(problem)))"
    )
    texts = {
        subprocess.run(
            [sys.executable, "-c", code], check=True, capture_output=True, timeout=60, env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)}
        ).stdout
        for seed in ("1", "2")
    }
    assert len(texts) == 1
