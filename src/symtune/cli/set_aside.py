"""Problems and programs for a verb that judges: what cannot be read is set aside with its reason, and all others go on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from symtune.domain import Problem, Program, Record, Unjudged
from symtune.errors import BadInputError, BadRecordError
from symtune.store import scan_records

NUM_LINES_NAMED = 5
"""Unreadable lines that a message names."""


@dataclass(frozen=True)
class Judgeable:
    """What can be judged, and what was set aside.

    Attributes:
        problems: problems with ids that differ.
        programs: programs with ids that differ, whose problem is there.
        unjudged: programs set aside, each with its reason.
        refused: why problems were set aside, whether a program asks for them or not.
    """

    problems: list[Problem]
    programs: list[Program]
    unjudged: list[Unjudged] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def judgeable(problems: Path | str | Sequence[Problem], programs: Path | str | Sequence[Program]) -> Judgeable:
    """Read problems and programs from files, or take them as they are, and set aside what cannot be judged.

    Set aside is a program on a line that cannot be read, with an id that stood before, or whose problem is unknown, cannot be
    read, or shares its id with a different problem.

    Raises:
        BadInputError: there is no line of a problem at all.
        MissingInputError: a file is not there.
    """
    known, refused = _read_problems(problems)
    by_id = {problem.id for problem in known}
    kept: dict[str, Program] = {}
    unjudged: list[Unjudged] = []
    for where, form, program in _read(programs, Program):
        if isinstance(program, BadRecordError):
            unjudged.append(_unreadable(where, form, program))
            continue
        reason = None
        if program.program_id in kept:
            reason = f"{where}: the program id {program.program_id!r} stood before; ids must be unique, the first one is judged"
        elif program.problem_id not in by_id:
            reason = refused.get(program.problem_id) or f"no problem has the id {program.problem_id!r}{refused.get('', '')}"
        if reason is None:
            kept[program.program_id] = program
        else:
            unjudged.append(_set_aside(program.problem_id, program.program_id, reason))
    reasons = [reason.removeprefix("; ") for reason in refused.values()]
    return Judgeable(problems=known, programs=list(kept.values()), unjudged=unjudged, refused=reasons)


def _read_problems(problems: Path | str | Sequence[Problem]) -> tuple[list[Problem], dict[str, str]]:
    """Return the problems that can be used, and by id why others cannot; under the empty id what has none."""
    known: dict[str, Problem] = {}
    refused: dict[str, str] = {}
    nameless: list[str] = []
    num_seen = 0
    for where, form, problem in _read(problems, Problem):
        num_seen += 1
        if isinstance(problem, BadRecordError):
            name = form.get("id") if isinstance(form, dict) else None
            if isinstance(name, str) and name:
                refused[name] = f"the problem {name!r} cannot be read: {problem}"
                known.pop(name, None)
            else:
                nameless.append(f"{where}: {problem.reason}")
        elif problem.id in known and problem != known[problem.id]:
            refused[problem.id] = f"the problem id {problem.id!r} is used twice, for different problems ({where} is the second)"
            del known[problem.id]
        elif problem.id not in refused:
            known[problem.id] = problem
    if not num_seen:
        raise BadInputError(f"{problems if isinstance(problems, Path | str) else 'problems'}: there is no problem in it")
    if nameless:
        more = f" and {len(nameless) - NUM_LINES_NAMED} more" if len(nameless) > NUM_LINES_NAMED else ""
        refused[""] = f"; lines that cannot be read: {'; '.join(nameless[:NUM_LINES_NAMED])}{more}"
    return list(known.values()), refused


def _read(given: Path | str | Sequence[Any], record_type: type[Record]) -> Any:
    """Yield ``(where, JSON form or None, record or error)`` for a file or for records."""
    if isinstance(given, Path | str):
        for number, form, record in scan_records(given, record_type):
            yield f"line {number}", form, record
    else:
        for number, record in enumerate(given):
            yield f"item {number}", None, record


def _unreadable(where: str, form: Any, error: BadRecordError) -> Unjudged:
    named = form if isinstance(form, dict) else {}
    program_id = named.get("id")
    return _set_aside(
        str(named.get("problem_id", "")), program_id if isinstance(program_id, str) and program_id else where, str(error)
    )


def _set_aside(problem_id: str, program_id: str, reason: str) -> Unjudged:
    return Unjudged(problem_id=problem_id, program_id=program_id, reason=reason, fault="input")
