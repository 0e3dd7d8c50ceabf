"""Toy problems, programs and verdicts that every training stage can be run on in a second or two."""

from __future__ import annotations

from dataclasses import dataclass

from symtune.domain import Case, Cause, FirstFailure, Judgement, Outcome, Problem, Program, Unjudged
from symtune.models import PresetSizes

SIZES = PresetSizes(num_layers=1, hidden_size=32, num_heads=2, feed_forward_size=64, vocabulary_size=320, dropout=0.1)
"""With dropout, so that a resumed run that lost its random state would differ."""

FAILURES = {
    Outcome.COMPILE_ERROR: Cause.SYNTAX,
    Outcome.RUNTIME_ERROR: Cause.EXCEPTION,
    Outcome.FAILED_TEST: Cause.WRONG_VALUE,
}


def verdict(program: Program, outcome: Outcome) -> Judgement:
    cause = FAILURES.get(outcome)
    return Judgement(
        problem_id=program.problem_id,
        program_id=program.program_id,
        outcome=outcome,
        cause=cause,
        num_passed=int(cause is None),
        num_cases=1,
        first_failure=FirstFailure(case_index=0, cause=cause, message="planted") if cause else None,
    )


@dataclass(frozen=True)
class Toy:
    problems: list[Problem]
    programs: list[Program]
    judgements: list[Judgement | Unjudged]

    def given(self) -> dict:
        return {"problems": self.problems, "programs": self.programs, "judgements": self.judgements}


def make_toy(num_problems: int = 12) -> Toy:
    """Per problem one program of each outcome, a greedy one that fails a test, and one without a verdict."""
    problems, programs, judgements = [], [], []
    for number in range(num_problems):
        name = f"p{number}"
        source = f"def f(x):\n    return x + {number}\n"
        problems.append(
            Problem(id=name, statement=f"Add {number} to x.", entry_point="f", references=(source,), tests=(Case.call(1, expected=1 + number),))
        )
        sources = {
            Outcome.PASSED: source,
            Outcome.FAILED_TEST: source.replace("+", "-"),
            Outcome.RUNTIME_ERROR: source.replace("x +", "y +"),
            Outcome.COMPILE_ERROR: source.replace("x):", "x:"),
        }
        for index, (outcome, text) in enumerate(sources.items()):
            program = Program(problem_id=name, source=text, id=f"{name}#{index}")
            programs.append(program)
            judgements.append(verdict(program, outcome))
        greedy = Program(problem_id=name, source=f"def f(x):\n    return {number}\n", id=f"{name}#greedy", label="greedy")
        lost = Program(problem_id=name, source="def f(x):\n    return lost\n", id=f"{name}#lost")
        programs += [greedy, lost]
        judgements += [
            verdict(greedy, Outcome.FAILED_TEST),
            Unjudged(problem_id=name, program_id=lost.program_id, reason="the guest went away"),
        ]
    return Toy(problems, programs, judgements)
