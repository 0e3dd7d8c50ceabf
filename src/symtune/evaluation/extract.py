"""Problems and programs cut to what a person looks at: the extract that a run keeps for the report's page."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from symtune.domain import Case, Judgement, Problem, Program, Unjudged
from symtune.domain.results import BrowsableCase, BrowsableProblem, BrowsableProgram

MAX_CASE_CHARS = 1_000
"""Characters of an input or an expected value that are kept."""

MAX_TEXT_CHARS = 20_000
"""Characters of a statement or a source that are kept."""

MAX_CASES = 100
"""Cases of one suite that are kept; the problem says how many there are."""

MAX_REFERENCES = 3
"""References of one problem that are kept."""


def shorten(text: str, max_chars: int) -> str:
    """Return the text, or its beginning and a note of how much is left out."""
    return text if len(text) <= max_chars else f"{text[:max_chars]}… ({len(text) - max_chars} more characters)"


def spread(items: Sequence[Any], limit: int | None) -> list[Any]:
    """Return at most ``limit`` items, evenly spaced, in order."""
    if limit is None or len(items) <= limit:
        return list(items)
    return [items[index * len(items) // limit] for index in range(limit)]


def browsable_problems(
    problems: Sequence[Problem], *, originals: Mapping[str, Problem] | None = None, max_problems: int | None = None
) -> list[BrowsableProblem]:
    """Return the extract of the problems; ``originals`` gives the numbers of tests before, by problem id."""
    before = {name: len(problem.tests) for name, problem in (originals or {}).items()}
    return [_browsable_problem(problem, before.get(problem.id)) for problem in spread(problems, max_problems)]


def browsable_programs(
    programs: Iterable[Program],
    judgements: Iterable[Judgement | Unjudged],
    *,
    policy: str,
    problems: Iterable[Problem],
    max_per_problem: int,
) -> list[BrowsableProgram]:
    """Return up to ``max_per_problem`` programs of each of the problems, as different in verdict as they come.

    The programs of a problem are taken in turns from the groups of equal outcome and cause, passed ones first.
    """
    verdicts = {(item.problem_id, item.program_id): item for item in judgements}
    by_id = {problem.id: problem for problem in problems}
    kept: dict[str, dict[tuple[int, str], list[BrowsableProgram]]] = {name: defaultdict(list) for name in by_id}
    for program in programs:
        if program.problem_id not in by_id:
            continue
        groups, problem = kept[program.problem_id], by_id[program.problem_id]
        shown = _browsable_program(program, verdicts.get((problem.id, program.program_id)), policy, problem=problem)
        group = groups[_verdict_key(shown)]
        if len(group) < max_per_problem:
            group.append(shown)
    return [
        shown
        for groups in kept.values()
        for shown in itertools.islice(_in_turns([groups[key] for key in sorted(groups)]), max_per_problem)
    ]


def python_text(value: Any) -> str:
    """Return a value in Python notation; integers too long to print are given by their size."""
    try:
        return repr(value)
    except ValueError:  # Python does not print integers of more than 4300 digits
        return f"<{type(value).__name__} with an integer too long to print>"


def _verdict_key(shown: BrowsableProgram) -> tuple[int, str]:
    if shown.judgement is None:
        return (1, "")
    cause = shown.judgement.cause
    return (-shown.judgement.outcome.rank, cause.value if cause else "")


def _in_turns(groups: Sequence[Sequence[BrowsableProgram]]) -> Iterator[BrowsableProgram]:
    for row in itertools.zip_longest(*groups):
        yield from (item for item in row if item is not None)


def _browsable_program(
    program: Program, verdict: Judgement | Unjudged | None, policy: str, *, problem: Problem
) -> BrowsableProgram:
    judgement = verdict if isinstance(verdict, Judgement) else None
    failed_case = None
    if judgement is not None and judgement.first_failure is not None:
        failure = judgement.first_failure
        is_same_suite = judgement.num_cases == len(problem.tests)
        if is_same_suite and failure.case_index is not None and failure.case_index < len(problem.tests):
            failed_case = _browsable_case(problem.tests[failure.case_index])
        cut = {
            "message": shorten(failure.message, MAX_CASE_CHARS),
            "trace": shorten(failure.trace, MAX_CASE_CHARS * 4),
            "got": None if failure.got is None else shorten(failure.got, MAX_CASE_CHARS),
        }
        judgement = judgement.model_copy(update={"first_failure": failure.model_copy(update=cut)})
    return BrowsableProgram(
        problem_id=program.problem_id,
        program_id=program.program_id,
        policy=policy,
        source=shorten(program.source, MAX_TEXT_CHARS),
        label=program.label,
        judgement=judgement,
        failed_case=failed_case,
        unjudged_reason=verdict.reason if isinstance(verdict, Unjudged) else None if verdict else "no verdict is stored",
    )


def _browsable_problem(problem: Problem, num_tests_before: int | None) -> BrowsableProblem:
    return BrowsableProblem(
        id=problem.id,
        statement=shorten(problem.statement, MAX_TEXT_CHARS),
        entry_point=problem.entry_point,
        starter_code=shorten(problem.starter_code, MAX_TEXT_CHARS),
        difficulty=problem.difficulty,
        source=problem.source,
        references=tuple(shorten(source, MAX_TEXT_CHARS) for source in problem.references[:MAX_REFERENCES]),
        examples=tuple(_browsable_case(case) for case in problem.examples[:MAX_CASES]),
        tests=tuple(_browsable_case(case) for case in problem.tests[:MAX_CASES]),
        num_examples=len(problem.examples),
        num_tests=len(problem.tests),
        num_tests_before=num_tests_before,
        suite=problem.suite,
    )


def _browsable_case(case: Case) -> BrowsableCase:
    if case.stdin is not None:
        given, expected = case.stdin, str(case.expected)
    else:
        parts = [python_text(item) for item in case.args]
        parts += [f"{key}={python_text(item)}" for key, item in case.kwargs.items()]
        given, expected = ", ".join(parts), python_text(case.expected)
    return BrowsableCase(
        given=shorten(given, MAX_CASE_CHARS),
        expected=shorten(expected, MAX_CASE_CHARS),
        comparator=case.comparator,
        origin=case.origin,
    )
