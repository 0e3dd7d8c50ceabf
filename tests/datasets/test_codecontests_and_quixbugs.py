from __future__ import annotations

import pytest

from symtune.datasets import read_programs
from symtune.datasets.formats import FORMATS
from symtune.datasets.rows import read_row


def contest(**changes):
    form = {
        "name": "n",
        "description": "d",
        "difficulty": 7,
        "public_tests": {"input": ["1"], "output": ["2"]},
        "private_tests": {"input": ["1", "3"], "output": ["2", "4"]},
        "generated_tests": {"input": ["5", "3"], "output": ["6", "4"]},
        "solutions": {"language": [1, 3, 2, 3], "solution": ["old", "new", "cpp", "new"]},
        "incorrect_solutions": {"language": [3], "solution": ["wrong"]},
        "cf_tags": ["", "math"],
        "time_limit": {"seconds": 2, "nanos": 500_000_000},
        "memory_limit_bytes": 256_000_000,
    } | changes
    return read_row(FORMATS["codecontests"], form, index=0)


def test_public_private_and_generated_tests_keep_their_origin_and_stand_once():
    problem = contest().problem
    assert [(case.stdin, case.origin) for case in problem.examples] == [("1", "public")]
    assert [(case.stdin, case.origin) for case in problem.tests] == [("3", "private"), ("5", "generated")]


def test_only_python_3_solutions_are_references():
    assert contest().problem.references == ("new",)


def test_limits_and_difficulty_are_carried_over():
    problem = contest().problem
    assert (problem.time_limit_s, problem.memory_limit_bytes, problem.difficulty) == (2.5, 256_000_000, "a")
    problem = contest(time_limit=None, memory_limit_bytes=0, difficulty=0).problem
    assert (problem.time_limit_s, problem.memory_limit_bytes, problem.difficulty) == (None, None, None)
    assert contest(difficulty=2).problem.difficulty == "medium"


def test_public_tests_alone_leave_one_private():
    nothing = {"input": [], "output": []}
    problem = contest(private_tests=nothing, generated_tests=nothing).problem
    assert (len(problem.examples), len(problem.tests)) == (0, 1)


def test_a_row_without_tests_or_with_unequal_ones_is_set_aside():
    nothing = {"input": [], "output": []}
    assert contest(public_tests=nothing, private_tests=nothing, generated_tests=nothing).field == "private_tests"
    assert contest(private_tests={"input": ["1"], "output": []}).field == "private_tests"


def quix(**changes):
    form = {
        "name": "g",
        "correct": "def g(n):\n    yield n\n",
        "buggy": 'def g(n):\n    yield n + 1\n\n"""\nYield n.\n"""\n',
        "cases": [[[1], [1]], [[2], [2]]],
    } | changes
    return read_row(FORMATS["quixbugs"], form, index=0)


def test_a_generator_is_listed_by_an_adapter():
    problem = quix().problem
    assert problem.entry_point == "call_g"
    assert "return list(answer)" in problem.meta["prelude"]
    assert problem.statement == "Yield n."


def test_a_plain_function_needs_none():
    problem = quix(correct="def g(n):\n    return [n]\n").problem
    assert (problem.entry_point, problem.meta) == ("g", {})
    assert [case.args for case in problem.examples] == [(1,)]
    assert [case.args for case in problem.tests] == [(2,)]


@pytest.mark.parametrize(
    ("changes", "field"), [({"correct": "x = 1"}, "correct"), ({"cases": []}, "cases"), ({"cases": [[1, 2]]}, "cases")]
)
def test_a_bad_row_names_its_field(changes, field):
    assert quix(**changes).field == field


def test_the_wrong_program_comes_labelled(data_dir):
    programs = read_programs(data_dir / "quixbugs" / "quixbugs.jsonl.gz", format="quixbugs")
    assert len(programs) == 31
    assert {program.label for program in programs} == {"wrong"}
