from __future__ import annotations

import ast
from collections import Counter

import pytest

from symtune.datasets.starter import load_starter, load_witnesses
from symtune.domain import Outcome, Problem, Program
from symtune.judging import Judge
from symtune.sandbox import Limits

PROBLEMS, WRONG = load_starter()
WITNESSES = load_witnesses()
LIMITS = Limits(cpu_time_s=1.0)
"""Every program here takes a small fraction of this, save one wrong program that loops on its witness."""

PROBLEM_BY_ID = {problem.id: problem for problem in PROBLEMS}


@pytest.fixture(scope="module")
def verdicts() -> dict[str, Outcome]:
    """Outcome of every reference (id ``<problem>!reference<i>``) and every wrong program on examples and tests."""
    references = [
        Program(problem_id=problem.id, id=f"{problem.id}!reference{index}", source=source)
        for problem in PROBLEMS
        for index, source in enumerate(problem.references)
    ]
    with Judge(workers=2, limits=LIMITS) as judge:
        judgements = list(judge.judge(PROBLEMS, references + WRONG, split="all"))
    return {judgement.program_id: judgement.outcome for judgement in judgements}


@pytest.fixture(scope="module")
def witness_verdicts() -> dict[str, Outcome]:
    """Outcome of every wrong program, and of every other reference, on a suite of its witness answered by the first reference."""
    outcomes = {}
    with Judge(workers=2, limits=LIMITS) as judge:
        problems, programs = [], []
        for problem, program in [(PROBLEM_BY_ID[program.problem_id], program) for program in WRONG]:
            case = WITNESSES[program.program_id]
            (answer,) = judge.run_inputs(problem, problem.references[0], [case])
            assert answer.cause is None, f"{program.program_id}: the first reference fails on the witness: {answer.message}"
            expected = answer.stdout if problem.is_stdin else answer.value
            comparator = problem.examples[0].comparator
            case = case.model_copy(update={"expected": expected, "comparator": comparator})
            asked = problem.model_copy(update={"id": program.program_id, "tests": (case,), "examples": ()})
            problems.append(asked)
            others = [(f"{asked.id}:reference{i}", source) for i, source in enumerate(problem.references)]
            programs += [
                Program(problem_id=asked.id, id=program_id, source=source)
                for program_id, source in [(asked.id, program.source), *others]
            ]
        for judgement in judge.judge(problems, programs):
            outcomes[judgement.program_id] = judgement.outcome
    return outcomes


def test_there_are_sixty_function_and_twenty_stdin_problems_or_more():
    num_stdin = sum(problem.is_stdin for problem in PROBLEMS)
    assert num_stdin >= 20
    assert len(PROBLEMS) - num_stdin >= 60


def test_every_difficulty_is_well_filled():
    counts = Counter(problem.difficulty for problem in PROBLEMS)
    assert set(counts) == {"introductory", "interview", "competition"}
    assert min(counts.values()) >= 10


def test_ids_are_unique_and_tell_problem_and_program_apart():
    ids = [problem.id for problem in PROBLEMS] + [program.program_id for program in WRONG]
    assert len(set(ids)) == len(ids)
    assert all(program.program_id.startswith(f"{program.problem_id}!wrong") for program in WRONG)
    assert {program.label for program in WRONG} == {"wrong"}
    assert {problem.source for problem in PROBLEMS} == {"starter"}


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.id)
def test_a_problem_is_complete(problem):
    assert len(set(problem.references)) >= 2
    assert 1 <= len(problem.examples) <= 3
    assert 1 <= len(problem.tests) <= 4
    assert sum(program.problem_id == problem.id for program in WRONG) >= 2
    assert "Constraints:" in problem.statement
    inputs = [case.input_digest() for case in problem.cases("all").cases]
    assert len(set(inputs)) == len(inputs)


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.id)
def test_references_differ_in_more_than_names_and_layout(problem):
    shapes = [[type(node).__name__ for node in ast.walk(ast.parse(source))] for source in problem.references]
    assert shapes[0] != shapes[1]


def typed_parameters(problem: Problem) -> list[ast.arg]:
    (function,) = [n for n in ast.walk(ast.parse(problem.starter_code + "        pass")) if isinstance(n, ast.FunctionDef)]
    assert function.returns is not None
    return [argument for argument in function.args.args if argument.arg != "self"]


@pytest.mark.parametrize("problem", [p for p in PROBLEMS if not p.is_stdin], ids=lambda problem: problem.id)
def test_starter_code_is_typed_and_takes_the_arguments_of_the_cases(problem):
    parameters = typed_parameters(problem)
    assert all(parameter.annotation is not None for parameter in parameters)
    for case in problem.cases("all").cases:
        assert len(case.args) == len(parameters)


def test_the_types_of_coding_sites_are_covered():
    text = " ".join(problem.starter_code for problem in PROBLEMS)
    wanted = ["int", "float", "str", "bool", "list[int]", "list[str]", "list[list[int]]", "dict[", "tuple[", "| None", "self"]
    assert [part for part in wanted if part not in text] == []
    comparators = {case.comparator.partition(":")[0] for problem in PROBLEMS for case in problem.tests}
    assert comparators == {"exact", "float_close", "unordered", "whitespace_tokens"}


def test_every_reference_passes_every_case(verdicts):
    failing = {name: outcome for name, outcome in verdicts.items() if "!reference" in name and outcome is not Outcome.PASSED}
    assert failing == {}
    assert sum("!reference" in name for name in verdicts) == sum(len(problem.references) for problem in PROBLEMS)


def test_some_wrong_program_of_every_problem_passes_the_weak_cases(verdicts):
    accepted = {program.problem_id for program in WRONG if verdicts[program.program_id] is Outcome.PASSED}
    assert sorted(set(PROBLEM_BY_ID) - accepted) == []


def test_no_wrong_program_fails_to_load(verdicts):
    assert [program.program_id for program in WRONG if verdicts[program.program_id] is Outcome.COMPILE_ERROR] == []


def test_every_wrong_program_differs_from_the_references_on_its_witness(witness_verdicts):
    assert [program.program_id for program in WRONG if witness_verdicts[program.program_id] is Outcome.PASSED] == []


def test_the_references_agree_on_every_witness(witness_verdicts):
    disagreeing = [n for n, outcome in witness_verdicts.items() if ":reference" in n and outcome is not Outcome.PASSED]
    assert disagreeing == []
