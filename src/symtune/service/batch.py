"""Batches of programs: what a request to ``/judge`` says, item by item, and the verdict of each.

Request: ``{"programs": [Program, ...], "problems": [Problem, ...]?, "split": "tests" | "examples" | "all"?, "stop": "never" |
"first_failure"?}``. A program names its problem by id, among those of the request first, then among those of the file the service was started
with. Reply: ``{"verdicts": [Judgement | Unjudged, ...]}`` in the order of the programs, or one verdict per line.

Source: ours.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections import OrderedDict
from collections.abc import AsyncGenerator, Mapping
from typing import Any, get_args

from symtune.domain import SCHEMA, Judgement, Problem, Program, Split, Unjudged, content_digest
from symtune.errors import BadInputError
from symtune.judging import Judge, Stop
from symtune.service.access import RefusedError

MAX_PROBLEMS_KEPT = 256
"""Problems of requests that are kept."""

_KEYS = ("programs", "problems", "split", "stop")

Verdict = Judgement | Unjudged


@dataclasses.dataclass(frozen=True)
class Batch:
    """A request, read: for each program the problem and the program, or why it cannot be judged."""

    items: list[tuple[Problem, Program] | Unjudged]
    split: Split
    stop: Stop


class ProblemReader:
    """Reads the problems of requests and keeps the last ones, so that the judge knows a problem that is sent again."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Problem] = OrderedDict()

    def read(self, form: Any) -> Problem:
        """Return a problem.

        Raises:
            BadInputError: it is none.
        """
        digest = content_digest(form)
        if digest not in self._kept:
            self._kept[digest] = Problem.from_json(form)
            while len(self._kept) > MAX_PROBLEMS_KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(digest)
        return self._kept[digest]


def read_batch(form: Any, known: Mapping[str, Problem], *, reader: ProblemReader, max_programs: int) -> Batch:
    """Read a request. An item that cannot be read is Unjudged by the input's fault, the others are judged.

    Args:
        known: problems by id, beside those of the request.

    Raises:
        RefusedError: 400 where the request as a whole makes no sense, 413 where it has too many programs.
    """
    if not isinstance(form, dict):
        raise RefusedError(400, f"the body must be a JSON object, got {type(form).__name__}")
    if unknown := [key for key in form if key not in _KEYS]:
        raise RefusedError(400, f"unknown key {unknown[0]!r}; known: {', '.join(_KEYS)}")
    programs, problems = form.get("programs"), form.get("problems", [])
    for name, value in (("programs", programs), ("problems", problems)):
        if not isinstance(value, list):
            raise RefusedError(400, f"'{name}' must be a list of objects")
    assert isinstance(programs, list)
    if len(programs) > max_programs:
        raise RefusedError(413, f"{len(programs)} programs in one request; {max_programs} are allowed")
    split, stop = form.get("split", "tests"), form.get("stop", "never")
    for name, value, choices in (("split", split, get_args(Split)), ("stop", stop, get_args(Stop))):
        if value not in choices:
            raise RefusedError(400, f"'{name}' must be one of {', '.join(choices)}, got {value!r}")
    by_id: dict[str, Problem | str] = {**known, **_read_problems(problems, reader)}
    sources: dict[tuple[str, str], str] = {}
    items = [_read_item(number, program, by_id, sources) for number, program in enumerate(programs)]
    return Batch(items=items, split=split, stop=stop)


def _read_problems(forms: list[Any], reader: ProblemReader) -> dict[str, Problem | str]:
    """Return the problems of a request by id, or why one cannot be used."""
    found: dict[str, Problem | str] = {}
    for number, form in enumerate(forms):
        name = form.get("id") if isinstance(form, dict) else None
        try:
            problem: Problem | str = reader.read(form)
        except (BadInputError, RecursionError) as error:
            problem = f"problems[{number}]: {error}"
        if isinstance(name, str):
            if found.get(name, problem) != problem:
                problem = f"two different problems of the request have the id {name!r}"
            found[name] = problem
    return found


def _read_item(
    number: int, form: Any, by_id: Mapping[str, Problem | str], sources: dict[tuple[str, str], str]
) -> tuple[Problem, Program] | Unjudged:
    try:
        program = Program.from_json(form)
    except (BadInputError, RecursionError) as error:
        names = [form.get(key) if isinstance(form, dict) else None for key in ("problem_id", "id")]
        problem_id, program_id = (name if isinstance(name, str) else "" for name in names)
        return _refused(problem_id, program_id, f"programs[{number}]: {error}")
    problem = by_id.get(program.problem_id, f"no problem has the id {program.problem_id!r}")
    if sources.setdefault((program.problem_id, program.program_id), program.source) != program.source:
        problem = f"the program id {program.program_id!r} is used twice, for different programs"
    return _refused(program.problem_id, program.program_id, problem) if isinstance(problem, str) else (problem, program)


def _refused(problem_id: str, program_id: str, reason: str) -> Unjudged:
    return Unjudged(problem_id=problem_id, program_id=program_id, reason=reason, fault="input")


async def judged(judge: Judge, batch: Batch) -> AsyncGenerator[Verdict, None]:
    """Yield the verdicts of a batch in order, all programs at once on the judge; leaving takes back what has not been judged."""
    tasks = [
        item if isinstance(item, Unjudged) else asyncio.ensure_future(judge.submit(*item, split=batch.split, stop=batch.stop))
        for item in batch.items
    ]
    try:
        for task in tasks:
            yield task if isinstance(task, Unjudged) else await task
    finally:
        for task in tasks:
            if not isinstance(task, Unjudged):
                task.cancel()


def verdict_form(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as a line of symtune's files has it."""
    return {"schema": SCHEMA, **verdict.to_json()}
