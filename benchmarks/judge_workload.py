"""What the judge's benchmark judges: MBPP+ programs, right and with one planted fault, and APPS programs that read stdin.

Programs are those that models wrote for these data sets. A fault is one changed operator, comparison, number or condition; the
first change under which a right program fails some case, without hanging, is taken.
"""

from __future__ import annotations

import ast
import copy
import dataclasses
import gzip
import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

from symtune.datasets import read_rows
from symtune.domain import Case, Cause, Outcome, Problem, Program, Unjudged
from symtune.judging import CaseResult, Judge, find_comparator
from symtune.sandbox import Limits

LIMITS = Limits(cpu_time_s=1.0)
MAX_PER_TASK = 3


@dataclasses.dataclass(frozen=True)
class Workload:
    """Problems, programs for them, and whether each is right."""

    problems: list[Problem]
    programs: list[Program]
    are_right: list[bool]

    @property
    def num_cases(self) -> int:
        """Cases of all programs together."""
        by_id = {problem.id: len(problem.tests) for problem in self.problems}
        return sum(by_id[program.problem_id] for program in self.programs)


def mbpp_workload(folder: Path, *, num_programs: int, num_cases: int, seed: int, max_cpu_s: float) -> Workload:
    """Draw programs of MBPP+, every second one with a planted fault.

    Args:
        folder: with ``MbppPlus.jsonl.gz`` and ``programs.jsonl.gz``.
        num_cases: cases of a problem, at most.
        max_cpu_s: CPU seconds that a program may need for all its cases; those that need more are not drawn.
    """
    rows = {row.problem.id: row for row in read_rows("mbpp-plus", folder / "MbppPlus.jsonl.gz") if row.problem}
    drawn = [row for row in _lines(folder / "programs.jsonl.gz") if row["label"] == "pass_all" and f"Mbpp/{row['task_id']}" in rows]
    random.Random(seed).shuffle(drawn)
    problems: dict[str, Problem | None] = {}
    programs: list[Program] = []
    are_right: list[bool] = []
    num_of_task: dict[str, int] = {}
    with Judge(workers=2, limits=LIMITS) as judge:
        for row in drawn:
            name = f"Mbpp/{row['task_id']}"
            if num_of_task.get(name, 0) >= MAX_PER_TASK or len(programs) >= num_programs:
                continue
            if name not in problems:
                problems[name] = _with_expected(judge, rows[name].problem, rows[name].inputs[:num_cases])
            problem = problems[name]
            if problem is None:
                continue
            is_right = len(programs) % 2 == 0
            source = _fitting(judge, problem, row["code"], is_right=is_right, max_cpu_s=max_cpu_s)
            if source is not None:
                num_of_task[name] = num_of_task.get(name, 0) + 1
                programs.append(Program(problem_id=name, source=source, id=str(len(programs))))
                are_right.append(is_right)
    used = {program.problem_id for program in programs}
    return Workload([problem for problem in problems.values() if problem and problem.id in used], programs, are_right)


def apps_workload(folder: Path, *, num_programs: int | None, limits: Limits) -> Workload:
    """Return the programs that read stdin, without those that a limit ends on some case; their verdicts are what the judge says."""
    problems = {row.problem.id: row.problem for row in read_rows("apps", folder / "train.jsonl.gz") if row.problem and row.problem.is_stdin}
    rows = [row for row in _lines(folder / "samples.jsonl.gz") if f"apps/{row['problem_id']}" in problems]
    programs = [
        Program(problem_id=f"apps/{row['problem_id']}", source=row["code"], id=str(number)) for number, row in enumerate(rows)
    ]
    kept, are_right = [], []
    with Judge(workers=2, limits=limits) as judge:
        for program, verdict in zip(programs, judge.judge(list(problems.values()), programs)):
            if len(kept) == num_programs:
                break
            problem = problems[program.problem_id]
            if isinstance(verdict, Unjudged) or _is_ended(judge, problem, program.source):
                continue
            kept.append(program)
            are_right.append(verdict.outcome is Outcome.PASSED)
    used = {program.problem_id for program in kept}
    return Workload([problem for problem in problems.values() if problem.id in used], kept, are_right)


def _is_ended(judge: Judge, problem: Problem, source: str) -> bool:
    """Return whether a limit of time ends the program on some case; a verdict tells only of the first case that fails."""
    return any(result.cause is Cause.TIMEOUT for result in judge.run_inputs(problem, source, problem.tests))


def _lines(path: Path) -> list[dict]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def _with_expected(judge: Judge, problem: Problem, inputs: Sequence[Case]) -> Problem | None:
    """Return the problem with the reference's answers as expected values; None when it has none for some input."""
    results = judge.run_inputs(problem, problem.references[0], inputs)
    if any(result.cause is not None for result in results):
        return None
    cases = tuple(case.model_copy(update={"expected": result.value}) for case, result in zip(inputs, results))
    return problem.model_copy(update={"tests": cases, "examples": ()})


def _fitting(judge: Judge, problem: Problem, source: str, *, is_right: bool, max_cpu_s: float) -> str | None:
    """Return the program, or the first faulty form of it that fits; None when there is none."""
    for candidate in [source] if is_right else _faulty(source):
        results = judge.run_inputs(problem, candidate, problem.tests)
        is_ended = any(result.cause not in (None, Cause.EXCEPTION) for result in results)
        if is_ended or sum(result.cpu_s for result in results) > max_cpu_s:
            continue
        if _passes(problem, results) == is_right:
            return candidate
    return None


def _passes(problem: Problem, results: Sequence[CaseResult]) -> bool:
    return all(
        result.cause is None and find_comparator(case.comparator)(result.value, case.expected)
        for case, result in zip(problem.tests, results)
    )


_SWAPS: dict[type, type] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.FloorDiv: ast.Mult, ast.Mod: ast.FloorDiv, ast.Lt: ast.LtE,
    ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip
_MAX_FAULTS_TRIED = 12


def _faulty(source: str) -> Iterator[str]:
    """Yield the program with one thing changed, in one place after the other."""
    tree = ast.parse(source)
    places = [number for number, node in enumerate(ast.walk(tree)) if _change(node, is_tried=True)]
    for number in places[:_MAX_FAULTS_TRIED]:
        changed = copy.deepcopy(tree)
        _change(next(node for position, node in enumerate(ast.walk(changed)) if position == number))
        yield ast.unparse(changed)


def _change(node: ast.AST, *, is_tried: bool = False) -> bool:
    """Plant a fault in one node; returns whether it takes one."""
    if isinstance(node, ast.BinOp | ast.BoolOp) and type(node.op) in _SWAPS:
        if not is_tried:
            node.op = _SWAPS[type(node.op)]()
        return True
    if isinstance(node, ast.Compare) and type(node.ops[0]) in _SWAPS:
        if not is_tried:
            node.ops[0] = _SWAPS[type(node.ops[0])]()
        return True
    if isinstance(node, ast.Constant) and type(node.value) is int:
        if not is_tried:
            node.value += 1
        return True
    if isinstance(node, ast.Return) and node.value is not None:
        if not is_tried:
            node.value = ast.List(elts=[node.value], ctx=ast.Load())
        return True
    return False
