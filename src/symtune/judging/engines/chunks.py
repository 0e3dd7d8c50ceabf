"""Judging on an engine whose workers are elsewhere: chunks of programs, each judged by a `Judge` with one guest."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from symtune.domain import Judgement, Problem, Program, Unjudged, content_digest
from symtune.judging.engines.engine import Engine, Lost, Shared
from symtune.judging.judge import Judge

PROGRAMS_IN_CHUNK = 16
MAX_PROBLEMS_KEPT = 256


@dataclasses.dataclass(frozen=True)
class ChunkJudgeMaker:
    """Makes the worker, where it runs.

    Attributes:
        judge_settings: for `Judge`.
        call_settings: for `Judge.judge`.
    """

    judge_settings: Mapping[str, Any]
    call_settings: Mapping[str, Any]

    def __call__(self) -> ChunkJudge:
        """Return the worker; its guest starts when first needed."""
        return ChunkJudge(self)


class ChunkJudge:
    """A worker that judges chunks of programs; keeps the problems it has fetched."""

    def __init__(self, made_by: ChunkJudgeMaker) -> None:
        self._judge = Judge(workers=1, **made_by.judge_settings)
        self._call_settings = made_by.call_settings
        self._problems: dict[str, Problem] = {}

    def work(self, items: Sequence[tuple[str, Shared | None, Program]]) -> list[Judgement | Unjudged]:
        """Judge programs, each given with its problem's digest and the shared problem (None: there is no such problem)."""
        problems = {}
        for digest, shared, _ in items:
            if shared is not None:
                problems[digest] = self._problem(digest, shared)
        return list(self._judge.judge(list(problems.values()), [program for *_, program in items], **self._call_settings))

    def _problem(self, digest: str, shared: Shared) -> Problem:
        if digest not in self._problems:
            if len(self._problems) >= MAX_PROBLEMS_KEPT:
                self._problems.pop(next(iter(self._problems)))
            self._problems[digest] = shared.fetch()
        return self._problems[digest]

    def close(self) -> None:
        """End the guest."""
        self._judge.close()


def judge_in_chunks(
    engine: Engine,
    problems: Sequence[Problem],
    programs: Iterable[Program],
    *,
    workers: int,
    progress: Callable[[], object] | None = None,
    judge_settings: Mapping[str, Any],
    call_settings: Mapping[str, Any],
) -> Iterator[Judgement | Unjudged]:
    """Judge programs in order on an engine; see `symtune.judging.judge`.

    Yields:
        What the local engine yields; a program that several workers died under is Unjudged.
    """
    by_id = {problem.id: problem for problem in problems}
    shared: dict[str, tuple[str, Shared | None]] = {}
    sources: dict[tuple[str, str], str] = {}
    given: dict[int, Program] = {}
    refused: dict[int, Unjudged] = {}

    def items() -> Iterator[tuple[str, Shared | None, Program] | None]:
        for number, program in enumerate(programs):
            name = program.problem_id
            if name not in shared:
                problem = by_id.get(name)
                shared[name] = ("", None) if problem is None else (content_digest(problem.to_json()), engine.share(problem))
            given[number] = program
            if sources.setdefault((name, program.program_id), program.source) != program.source:
                reason = f"the program id {program.program_id!r} is used twice, for different programs"
                refused[number] = Unjudged(problem_id=name, program_id=program.program_id, reason=reason, fault="input")
            yield (*shared[name], program)

    maker = ChunkJudgeMaker(judge_settings, call_settings)
    for number, result in engine.spread(maker, items(), workers=workers, chunk_size=PROGRAMS_IN_CHUNK):
        program = given.pop(number)
        if isinstance(result, Lost):
            result = Unjudged(problem_id=program.problem_id, program_id=program.program_id, reason=result.reason)
        yield refused.pop(number, result)
        if progress is not None:
            progress()
