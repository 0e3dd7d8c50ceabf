"""Agreement by runs: what some input of the contract tells apart is not called equal, and nothing is on inputs that tell too little."""

from __future__ import annotations

import random

import pytest

from symtune.domain import Case, Problem
from symtune.judging import Judge
from symtune.suites.agreement import Bench
from symtune.suites.constants import constants_of
from symtune.suites.contracts.learn import learn_contract
from symtune.suites.enumeration import MAX_ALL, enumerate_inputs
from symtune.suites.explorers import Target
from symtune.suites.view import FunctionView

CPU_TIME_S = 0.1
TRIPLES = """def f(xs):
    for i in range(len(xs)):
        for j in range(len(xs)):
            for k in range(len(xs)):
                if i != j and i != k and j != k and xs[i] + xs[j] + xs[k] == 0:
                    return True
    return False
"""
LETTERS = "import string\ndef f(text):\n    return sum(a in text and a.upper() in text for a in string.ascii_lowercase)\n"
WRONG_NUMBERS = tuple(f"def f(n):\n    return {text}\n" for text in ("n + 1", "-n", "0", "abs(n)", "n or 1"))


@pytest.fixture(scope="module")
def judge():
    with Judge(workers=1) as one:
        yield one


def returning(text, name="n"):
    return f"def f({name}):\n    return {text}\n"


def target(reference, suspects, *inputs, statement=""):
    cases = tuple(Case.call(*args, expected=None) for args in inputs)
    problem = Problem(id="p", statement=statement, entry_point="f", references=(reference,), tests=cases)
    contract = learn_contract(cases, statement=statement, names=("n",))
    return Target(
        problem=problem, view=FunctionView(problem), contract=contract.reach, promise=contract, references=(reference,),
        constants=constants_of([reference, *suspects]), guest=None, rng=random.Random(0), pool=[(case.args, case.kwargs) for case in cases],
    )  # fmt: skip


def bench_of(judge, reference, *suspects, inputs=((5,), (12,)), witnesses=WRONG_NUMBERS, statement=""):
    goal = target(reference, suspects, *inputs, statement=statement)
    return Bench(goal.problem, reference, goal, given=goal.problem.tests, judge=judge, cpu_time_s=CPU_TIME_S, witnesses=witnesses)


def verdict(judge, reference, suspect, **options):
    return bench_of(judge, reference, suspect, **options).verdict(suspect)[0]


NEARLY_EQUAL = [
    "0 if n == 123457 else n",
    "0 if n == -1033 else n",
    "0 if n > 10**9 else n",
    "0 if n == 2**40 - 1 else n",
    "n if n * 7 - 13 != 3 * n + 4119 else 0",
    "n / 1",
    "int(str(n)[:8])",
    "n if n % 1000 != 999 else n - 1",
]


EQUAL = ["n - 0", "n if n else 0", "-(-n)"]


@pytest.fixture(scope="module")
def numbers(judge):
    """The identity, and the inputs to compare programs of one number on."""
    return bench_of(judge, returning("n"), *map(returning, NEARLY_EQUAL))


@pytest.mark.parametrize("text", NEARLY_EQUAL)
def test_one_far_input_is_found_where_a_literal_or_a_power_is_near(numbers, text):
    assert numbers.verdict(returning(text))[0] == "differs"


def test_repeats_and_rare_letters_are_met(judge):
    fewer = TRIPLES.replace("for k in range(len(xs))", "for k in range(len(set(xs)))")
    witnesses = [TRIPLES.replace("i != k and ", ""), TRIPLES.replace("== 0", "== 1"), TRIPLES.replace("return False", "return True")]
    options = {"inputs": (([1, 2, -3],), ([5, 1],)), "witnesses": witnesses}
    triples = bench_of(judge, TRIPLES, **options)
    assert triples.verdict(fewer)[0] == "differs"
    assert triples.verdict(TRIPLES.replace("for k in range(len(xs))", "for k in range(1, len(xs))"))[0] == "equal"
    options = {"inputs": (("aAbC",), ("xy",)), "witnesses": [returning("0", "text"), returning("len(text)", "text"), returning("1", "text")]}
    letters = bench_of(judge, LETTERS, **options)
    assert letters.verdict(LETTERS.replace("ascii_lowercase)", "ascii_lowercase[:-1])"))[0] == "differs"
    assert letters.verdict(LETTERS.replace("sum(", "0 + sum("))[0] == "equal"


def test_sums_that_grow_over_a_limit_in_long_lists_are_met(judge):
    reference = "def f(xs):\n    total = 0\n    for x, y in zip(xs, xs[1:]):\n        if y == x + 1:\n            total = (total + x * y) % 1000007\n    return total\n"
    witnesses = [reference.replace("x * y", "x + y"), reference.replace("x + 1", "x"), reference.replace("total = 0", "total = 1")]
    options = {"inputs": (([1, 2, 4],), ([3],)), "witnesses": witnesses}
    assert verdict(judge, reference, reference.replace(" % 1000007", ""), **options) == "differs"


def test_a_division_that_rounds_is_met_though_large_primes_take_too_long(judge, factors):
    """``n / i`` is right up to 2^53; the input 3^35 tells it, and most other inputs of that size overrun."""
    witnesses = [factors.replace("i = [], 2", "i = [], 3"), factors.replace("n > 1", "n > 2"), factors.replace("found + ", "")]
    assert verdict(judge, factors, factors.replace("n //= i", "n /= i"), inputs=((8,), (70,)), witnesses=witnesses) == "differs"


@pytest.mark.parametrize("text", EQUAL)
def test_programs_that_agree_wherever_wrong_ones_are_told_are_equal(numbers, text):
    assert numbers.verdict(returning(text))[0] == "equal"


def test_nothing_is_equal_on_inputs_that_do_not_tell_every_known_wrong_program(judge):
    unmet = returning("n if n != (1 << 41) + 12345 * 777 else 0")
    assert verdict(judge, returning("n"), returning("n - 0"), witnesses=(*WRONG_NUMBERS, unmet)) == "agrees"
    assert verdict(judge, returning("n"), returning("n - 0"), witnesses=WRONG_NUMBERS[:2]) == "agrees"


def test_nothing_is_equal_where_the_reference_answers_few_inputs_or_never_the_same(judge):
    refusing = "def f(n):\n    if n % 50:\n        raise ValueError\n    return n\n"
    assert verdict(judge, refusing, returning("n"), inputs=((50,), (100,))) == "agrees"
    drawing = "import random\ndef f(n):\n    return random.random()\n"
    assert verdict(judge, drawing, drawing + "\n") != "equal"


def test_a_contract_run_in_full_needs_no_other_proof(judge):
    statement = "You are given an integer n.\n\nConstraints:\n0 <= n <= 900\n"
    bench = bench_of(judge, returning("n"), witnesses=(), statement=statement)
    assert bench.is_complete
    assert sorted(case.args[0] for case in bench.cases) == list(range(901))
    assert bench.verdict(returning("abs(n)")) == ("equal", None)
    differs, case = bench.verdict(returning("n if n - 377 else 376"))
    assert (differs, case.args) == ("differs", (377,))


def test_a_contract_is_not_run_in_full_where_the_reference_overran(judge):
    said = "You are given an integer n.\n\nConstraints:\n0 <= n <= 900\n"
    slow = "def f(n):\n    while n > 800:\n        pass\n    return n\n"
    bench = bench_of(judge, slow, witnesses=(), statement=said)
    assert not bench.is_complete
    assert bench.verdict(returning("n"))[0] == "agrees"


LYING = [
    "class Yes(int):\n    def __eq__(self, other):\n        return True\n    __hash__ = int.__hash__\ndef f(n):\n    return Yes(n + 1)\n",
    "import os\ndef f(n):\n    os._exit(0)\n",
    "def f(n):\n    print('equal')\n    raise SystemExit\n",
    "import sys\nfor name, module in list(sys.modules.items()):\n    if hasattr(module, 'compare'):\n        module.compare = lambda *_: True\ndef f(n):\n    return None\n",
    "count = 0\ndef f(n):\n    global count\n    count += 1\n    return n if count < 900 else 0\n",
]


@pytest.mark.parametrize("source", LYING)
def test_a_program_cannot_say_of_itself_that_it_is_equal(numbers, source):
    assert numbers.verdict(source)[0] == "differs"


def test_every_input_of_an_enumeration_keeps_the_promise_and_goes_beyond_the_reach():
    goal = target(returning("n"), (), (5,), (12,))
    found = enumerate_inputs(goal)
    inputs = [one for group in found.groups.values() for one in group]
    assert len(inputs) > 4000
    assert all(goal.promise.fault(*one) is None for one in inputs)
    assert any(goal.contract.fault(*one) for one in inputs)
    assert not found.is_complete
    assert len(inputs) < 2 * MAX_ALL
