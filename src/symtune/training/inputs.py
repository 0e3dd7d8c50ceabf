"""What a stage is given: problems, programs and verdicts, as files or in memory, joined and checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from symtune.domain import Judgement, Problem, Program, Record, Unjudged, content_digest
from symtune.errors import BadRecordError, TrainingError
from symtune.store import as_records, read_jsonl

RecordT = TypeVar("RecordT", bound=Record)

Problems = Path | str | Sequence[Problem]
Programs = Path | str | Sequence[Program]
Judgements = Path | str | Iterable[Judgement | Unjudged]

GREEDY_LABEL = "greedy"
"""Label of the greedy program of a problem, whose return is the baseline; its id ends in ``#greedy``."""


@dataclass(frozen=True)
class Judged:
    """A program with its problem and its verdict."""

    problem: Problem
    program: Program
    judgement: Judgement

    @property
    def is_greedy(self) -> bool:
        """Whether it is the policy's greedy program, which is no sample."""
        return self.program.label == GREEDY_LABEL or self.program.program_id.endswith("#greedy")


@dataclass(frozen=True)
class JudgedPrograms:
    """The programs a stage may use, and how many it may not.

    Attributes:
        num_unjudged: programs without a verdict, kept out.
        num_without_problem: programs whose problem was not given, kept out.
    """

    items: tuple[Judged, ...]
    num_unjudged: int
    num_without_problem: int


def load_problems(given: Problems) -> list[Problem]:
    """Return the problems of a file, or those given."""
    return as_records(given, Problem)


def load_programs(given: Programs) -> list[Program]:
    """Return the programs of a file, or those given."""
    return as_records(given, Program)


def load_judgements(given: Judgements) -> list[Judgement | Unjudged]:
    """Return the verdicts of a file, or those given; a line without an outcome is read as `Unjudged`."""
    if not isinstance(given, Path | str):
        return list(given)
    verdicts: list[Judgement | Unjudged] = []
    for line, form in read_jsonl(given):
        kind = Judgement if "outcome" in form else Unjudged
        try:
            verdicts.append(kind.from_json(form))
        except BadRecordError as error:
            raise BadRecordError(error.reason, path=given, line=line, field=error.field) from error
    return verdicts


def join(problems: Sequence[Problem], programs: Sequence[Program], judgements: Iterable[Judgement | Unjudged]) -> JudgedPrograms:
    """Join programs with their problem and verdict, in the order of the programs.

    Programs without a verdict (never judged, or `Unjudged`) are counted and kept out of everything.
    """
    by_problem = {problem.id: problem for problem in problems}
    verdicts = {
        (verdict.problem_id, verdict.program_id): verdict for verdict in judgements if isinstance(verdict, Judgement)
    }
    items, num_unjudged, num_without_problem = [], 0, 0
    for program in programs:
        problem = by_problem.get(program.problem_id)
        verdict = verdicts.get((program.problem_id, program.program_id))
        if problem is None:
            num_without_problem += 1
        elif verdict is None:
            num_unjudged += 1
        else:
            items.append(Judged(problem, program, verdict))
    return JudgedPrograms(tuple(items), num_unjudged, num_without_problem)


def require(items: Sequence[object], *, what: str, remedy: str) -> None:
    """Refuse to train on nothing.

    Raises:
        TrainingError: ``items`` is empty; the message says what is missing and what to do.
    """
    if not items:
        raise TrainingError(f"nothing to train on: {what}; {remedy}")


def input_digests(given: Mapping[str, object]) -> dict[str, Path | str]:
    """Return what `RunDirectory.open` takes as inputs: files and folders as they are, records by their digest."""
    digests: dict[str, Path | str] = {}
    for name, value in given.items():
        if isinstance(value, Path | str):
            path = Path(value)
            digests[name] = path if path.exists() else str(value)
        elif isinstance(value, Sequence):
            digests[name] = content_digest([record.to_json() for record in value])
    return digests
