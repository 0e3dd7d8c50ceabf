"""Hardening end to end, inside real guests: survivors are killed, proved equal, or left undecided, and right programs stay unharmed."""

from __future__ import annotations

import pytest

from symtune.cli.harden import summarise_hardening
from symtune.cli.main import main
from symtune.domain import Case, Problem, Program, Survivors
from symtune.errors import BadInputError, RunMismatchError
from symtune.judging import judge
from symtune.store import load_records, save_records
from symtune.suites import harden, strengthen

BUDGET_S = 4.0


def problem(name, source, *cases, **fields):
    sources = (source,) if isinstance(source, str) else source
    tests = tuple(Case.call(*args, expected=expected) for args, expected in cases)
    return Problem(id=name, statement="Do it.", entry_point="f", tests=tests, references=sources, **fields)


def program(of, name, source):
    return Program(problem_id=of, id=name, source=source)


IDENTITY = problem("identity", "def f(n):\n    return n\n", ((5,), 5), ((900,), 900))
TOTAL = problem("total", "def f(xs):\n    return sum(xs)\n", (([1, 2],), 3), (([4],), 4))
REFUSING = problem("refusing", "def f(n):\n    if n % 3 == 0:\n        raise ValueError\n    return n\n", ((5,), 5), ((7,), 7))
DEPENDING = problem("depending", "def f(words):\n    return list(set(words))[0]\n", ((["ab"],), "ab"), ((["cd"],), "cd"))
TWO = problem("two", ("def f(n):\n    return n * 2\n", "def f(n):\n    return n * 2 if n != 41 else 0\n"), ((5,), 10), ((7,), 14))
MEAN = problem(
    "mean", "def f(xs):\n    if len(xs) < 2:\n        return 0.0\n    return sum(xs[1:]) / (len(xs) - 1)\n", (([4, 1, 2],), 1.5), (([5],), 0.0)
)
TRIPLES = problem(
    "triples",
    "def f(xs):\n    n = len(xs)\n    return any(xs[i] + xs[j] + xs[k] == 0 for i in range(n) for j in range(n) for k in range(n) if i != j != k != i)\n",
    (([1, 2, -3, 4],), True),
    (([1, 2],), False),
)
PROBLEMS = [IDENTITY, TOTAL, REFUSING, DEPENDING, TWO, MEAN, TRIPLES, problem("bare", (), ((1,), 1))]

PROGRAMS = [
    program("identity", "magic", "def f(n):\n    if n * 7 - 13 == 3 * n + 4119:\n        return 0\n    return n\n"),
    program("identity", "right", "def f(n):\n    return n + 1 - 1\n"),
    program("identity", "caught", "def f(n):\n    return n + 1\n"),
    program("identity", "exits", "import os\ndef f(n):\n    if n == 31:\n        os._exit(0)\n    return n\n"),
    program("identity", "loops", "def f(n):\n    while n == 77:\n        pass\n    return n\n"),
    program("total", "set", "def f(xs):\n    return sum(set(xs))\n"),
    program("total", "loop", "def f(xs):\n    total = 0\n    for x in xs:\n        total += x\n    return total\n"),
    program("refusing", "lenient", "def f(n):\n    return n\n"),
    program("depending", "first", "def f(words):\n    return words[0]\n"),
    program("two", "odd", "def f(n):\n    return n * 2 if n != 41 else 1\n"),
    program("mean", "right", "def f(xs):\n    if len(xs) <= 1:\n        return 0.0\n    return sum(xs[1:]) / len(xs[1:])\n"),
    program("triples", "fewer", TRIPLES.references[0].replace("for k in range(n)", "for k in range(len(set(xs)))")),
    program("bare", "one", "def f(n):\n    return n\n"),
    program("unknown", "other", "def f(n):\n    return n\n"),
]


@pytest.fixture(scope="module")
def hardened():
    return {one.id: one for one in harden(PROBLEMS, PROGRAMS, budget_s=BUDGET_S, workers=2)}


def fate(hardened, of, name):
    survivors = hardened[of].suite.survivors
    return survivors.by_program.get(name, "killed")


def test_no_problem_is_lost_and_the_old_tests_stay_first(hardened):
    assert list(hardened) == [one.id for one in PROBLEMS]
    for one in PROBLEMS:
        assert hardened[one.id].tests[: len(one.tests)] == one.tests
        assert {case.origin for case in hardened[one.id].tests[len(one.tests) :]} <= {"hardened"}


@pytest.mark.parametrize(("of", "name"), [("identity", "magic"), ("identity", "exits"), ("identity", "loops"), ("total", "set"), ("triples", "fewer")])
def test_a_wrong_program_that_the_suite_let_through_is_killed_by_a_new_case(hardened, of, name):
    assert fate(hardened, of, name) == "hardened"
    (one,) = [one for one in PROGRAMS if (one.problem_id, one.id) == (of, name)]
    fast = hardened[of].model_copy(update={"time_limit_s": 0.5})
    assert next(judge([fast], [one], workers=1)).cause is not None


def test_what_the_suite_kills_already_is_not_hunted(hardened):
    assert "caught" not in hardened["identity"].suite.survivors.by_program
    assert hardened["identity"].suite.survivors.programs["killed"] == 1


@pytest.mark.parametrize(("of", "name"), [("identity", "right"), ("total", "loop"), ("mean", "right")])
def test_a_right_program_is_proved_equal_and_passes(hardened, of, name):
    assert fate(hardened, of, name) == "equal"
    (one,) = [one for one in PROGRAMS if (one.problem_id, one.id) == (of, name)]
    assert next(judge([hardened[of]], [one], workers=1)).cause is None


def test_where_the_reference_refuses_or_references_disagree_nothing_is_a_case(hardened):
    assert fate(hardened, "refusing", "lenient") in ("equal", "undecided")
    assert fate(hardened, "two", "odd") in ("equal", "undecided")
    assert (41,) not in [case.args for case in hardened["two"].tests]


def test_where_answers_hang_on_the_hash_seed_nothing_is_a_case(hardened):
    assert hardened["depending"].tests == DEPENDING.tests
    assert fate(hardened, "depending", "first") == "undecided"


def test_a_problem_that_cannot_be_hardened_says_why(hardened):
    assert hardened["bare"].suite.dropped == {"not_hardened_no_references": 1}
    assert fate(hardened, "bare", "one") == "undecided"


def test_mutants_are_counted_by_fate_and_the_summary_adds_up(hardened):
    mutants = hardened["total"].suite.survivors.mutants
    assert set(mutants) <= {"killed", "hardened", "equal", "undecided"}
    assert sum(mutants.values()) > 3
    lines = summarise_hardening(list(hardened.values()))
    num_new = sum(len(hardened[one.id].tests) - len(one.tests) for one in PROBLEMS)
    assert lines[0].startswith(f"8 problems, {num_new} hardened cases")
    assert any("undecided" in line and "bare one" in line for line in lines)
    assert any("problems not hardened: no_references 1" in line for line in lines)


def test_a_hardened_suite_needs_no_second_round_and_the_same_seed_gives_the_same(hardened):
    again = harden([IDENTITY, TOTAL], PROGRAMS, budget_s=BUDGET_S, workers=1)
    assert [one.tests for one in again] == [hardened["identity"].tests, hardened["total"].tests]
    (once_more,) = harden([hardened["total"]], PROGRAMS[5:6], budget_s=BUDGET_S, workers=1)
    assert once_more.tests == hardened["total"].tests
    assert once_more.suite.survivors.by_program == {}


def test_the_contract_of_the_suite_record_holds_also_when_it_was_edited(hardened):
    (grown,) = strengthen([IDENTITY], budget_s=1.0, workers=1, max_cases=3, explorers=("boundary",))
    edited = {**grown.suite.contract, "reach": {"args": [{"kind": "int", "low": 0, "high": 950}]}}
    narrow = IDENTITY.model_copy(update={"suite": grown.suite.model_copy(update={"contract": edited})})
    (one,) = harden([narrow], PROGRAMS[:1], budget_s=BUDGET_S, workers=1)
    assert one.suite.survivors.by_program == {"magic": "equal"}
    broken = {**grown.suite.contract, "args": [{"kind": "number"}]}
    unread = narrow.model_copy(update={"suite": grown.suite.model_copy(update={"contract": broken})})
    (two,) = harden([unread], PROGRAMS[:1], workers=1)
    assert two.suite.dropped["not_hardened_bad_contract"] == 1
    assert two.tests == unread.tests


def test_harden_resumes_and_refuses_other_settings(tmp_path, hardened):
    problems, programs, out = tmp_path / "strong.jsonl", tmp_path / "programs.jsonl", tmp_path / "harder.jsonl"
    save_records(problems, [TOTAL])
    save_records(programs, PROGRAMS[5:7])
    arguments = ["harden", str(problems), "--programs", str(programs), "--out", str(out), "--budget-s", str(BUDGET_S)]
    assert main(arguments) == 0
    (one,) = load_records(out, Problem)
    assert one.suite.survivors.by_program == {"set": "hardened", "loop": "equal"}
    calls = []
    with pytest.raises(KeyboardInterrupt):
        harden([TOTAL, IDENTITY], PROGRAMS[5:7], out=out, budget_s=BUDGET_S, workers=1, progress=lambda: calls.append(1) or _interrupt())
    with pytest.raises(RunMismatchError):
        harden([TOTAL, IDENTITY], PROGRAMS[5:7], out=out, budget_s=BUDGET_S + 1, workers=1)
    harden([TOTAL, IDENTITY], PROGRAMS[5:7], out=out, budget_s=BUDGET_S, workers=1, progress=lambda: calls.append(1))
    assert len(calls) == 2, "the problem that was done is not done again"


def _interrupt():
    raise KeyboardInterrupt


def test_a_record_without_survivors_has_the_old_form():
    (grown,) = strengthen([IDENTITY], budget_s=0.5, workers=1, explorers=("boundary",))
    assert "survivors" not in grown.suite.to_json()
    assert Problem.from_json(grown.to_json()).suite.survivors is None
    record = grown.suite.model_copy(update={"survivors": Survivors(mutants={"killed": 2})})
    again = grown.model_copy(update={"suite": record})
    assert Problem.from_json(again.to_json()) == again


@pytest.mark.parametrize("arguments", [{"budget_s": 0.0}, {"difference_s": -1.0}, {"workers": 0}, {"max_cases": -1}])
def test_bad_arguments_are_refused_before_work(arguments):
    with pytest.raises(BadInputError):
        harden([IDENTITY], **arguments)
    with pytest.raises(BadInputError, match="twice"):
        harden([IDENTITY, IDENTITY])
