"""Why a program got its verdict, for people: the first failing case, got against expected, the program's own lines, the limits.

Source: ours.
"""

from __future__ import annotations

import dataclasses
import re
from typing import Any

from symtune.domain import Case, FirstFailure, Judgement, Problem, Program, Split, Unjudged
from symtune.judging.by_case import CaseResult
from symtune.judging.difference import difference, shown
from symtune.judging.judge import Judge
from symtune.judging.sheet import limits_of
from symtune.judging.time_limit import TimeLimit
from symtune.sandbox import MIB, Isolation, Limits

NUM_LINES_AROUND = 2
"""Lines of the program shown before and after the one that failed."""

_COMPARED_ITEM_BY_ITEM = ("exact", "sequence", "whitespace_tokens")
_LINE_IN_TRACE = re.compile(r"^line (\d+), in ", re.MULTILINE)
_LINE_IN_MESSAGE = re.compile(r"\(<program>, line (\d+)\)")


@dataclasses.dataclass(frozen=True)
class Explanation:
    """Why a program got its verdict.

    Attributes:
        verdict: the judgement, or why there is none.
        case_index: the first case that it did not pass; None when it passed, or failed before any case.
        given: the input of that case, shortened: a call, or the text of stdin.
        expected, got: the value or text wanted and given, shortened; None where there is none.
        difference: where the two part, in words; empty where a comparator or checker is the only one to know.
        compared_by: the comparator, or ``checker``.
        lines: the program's own lines where it failed, the line at fault marked with ``>``.
        trace: the program's own lines that led to an exception, outermost first.
        cpu_s: CPU seconds of that case.
        limits: what the program was allowed.
        time_limit: how the CPU time was measured, where it was.
    """

    verdict: Judgement | Unjudged
    limits: Limits
    case_index: int | None = None
    given: str | None = None
    expected: str | None = None
    got: str | None = None
    difference: str = ""
    compared_by: str | None = None
    lines: str = ""
    trace: str = ""
    cpu_s: float | None = None
    time_limit: TimeLimit | None = None

    def __str__(self) -> str:
        return "\n".join(_paragraphs(self))


def explain(
    problem: Problem,
    program: Program,
    *,
    split: Split = "tests",
    isolation: Isolation = "namespaces",
    limits: Limits | None = None,
    time_limit: TimeLimit | None = None,
) -> Explanation:
    """Judge one program and say why it got its verdict; print the result, or read its attributes.

    Args:
        problem: the problem.
        program: a program for it.
        split: which cases.
        isolation: ``namespaces``, or by name the weaker ``rlimits``.
        limits: as in `Judge`.
        time_limit: CPU time as a multiple of the reference's own.

    Raises:
        IsolationError: this machine does not isolate as asked.
        BadInputError: a limit of the problem that is none.
    """
    allowed = limits_of(problem, limits)
    measured: dict[str, Any] = {} if time_limit is None else {"time_limit": time_limit}
    with Judge(workers=1, isolation=isolation, limits=limits, **measured) as judge:
        verdict = next(iter(judge.judge([problem], [program], split=split)))
        explanation = Explanation(verdict=verdict, limits=allowed, time_limit=time_limit)
        first = verdict.first_failure if isinstance(verdict, Judgement) else None
        if first is None:
            return explanation
        where: dict[str, Any] = {"trace": first.trace, "lines": _own_lines(program.source, first)}
        if first.case_index is None:
            return dataclasses.replace(explanation, **where)
        cases = problem.cases(split).cases[: first.case_index + 1]
        result = judge.run_inputs(problem, program.source, cases)[-1]
    return dataclasses.replace(explanation, **where, **_case_parts(problem, cases[-1], first, result))


def _case_parts(problem: Problem, case: Case, first: FirstFailure, result: CaseResult) -> dict[str, Any]:
    parts: dict[str, Any] = {
        "case_index": first.case_index,
        "given": _given(problem, case),
        "expected": shown(case.expected),
        "compared_by": "checker" if problem.checker is not None else case.comparator,
        "cpu_s": result.cpu_s,
    }
    if result.cause is None:
        got = result.stdout if problem.is_stdin else result.value
        is_plain = problem.checker is None and case.comparator in _COMPARED_ITEM_BY_ITEM
        parts |= {"got": shown(got), "difference": difference(got, case.expected) if is_plain else ""}
    return parts


def _given(problem: Problem, case: Case) -> str:
    if case.stdin is not None:
        return shown(case.stdin)
    words = [shown(item) for item in case.args] + [f"{name}={shown(item)}" for name, item in case.kwargs.items()]
    name = str(problem.meta.get("adapted_entry_point") or problem.entry_point)
    return f"{name}({', '.join(words)})"


def _own_lines(source: str, first: FirstFailure) -> str:
    """Return the program's lines around the one that failed, numbered, or an empty text when none is known."""
    found = [*_LINE_IN_TRACE.findall(first.trace), *_LINE_IN_MESSAGE.findall(first.message)]
    lines = source.split("\n")
    if not found or not 0 < int(found[-1]) <= len(lines):
        return ""
    at_fault = int(found[-1])
    numbers = range(max(at_fault - NUM_LINES_AROUND, 1), min(at_fault + NUM_LINES_AROUND, len(lines)) + 1)
    return "\n".join(
        f"{'>' if number == at_fault else ' '} {number:>4}  {lines[number - 1][:200]}" for number in numbers
    )


def _paragraphs(explanation: Explanation) -> list[str]:
    verdict = explanation.verdict
    head = f"program {verdict.program_id} on problem {verdict.problem_id}"
    if isinstance(verdict, Unjudged):
        return [f"{head}: unjudged", f"  why: {verdict.reason}"]
    score = f"{verdict.num_passed} of {verdict.num_cases} cases passed"
    lines = [f"{head}: {verdict.outcome.value}" + (f" ({verdict.cause.value})" if verdict.cause else "") + f", {score}"]
    first = verdict.first_failure
    if first is not None:
        where = "before any case" if first.case_index is None else f"first on case {first.case_index} of 0..{verdict.num_cases - 1}"
        lines.append(f"  fails {where}" + ("" if explanation.got is not None else f": {first.message}"))
        rows = (
            ("input", explanation.given),
            ("expected", explanation.expected),
            ("got", explanation.got),
            ("they part", explanation.difference or None),
            ("compared by", explanation.compared_by if explanation.got is not None else None),
        )
        lines += [_row(name, text) for name, text in rows if text is not None]
        if explanation.lines:
            lines += ["  in the program:", *_indented(explanation.lines)]
        if explanation.trace.count("\n"):
            lines += ["  through its lines:", *_indented(explanation.trace)]
    if explanation.cpu_s is not None:
        lines.append(_row("CPU time", f"{explanation.cpu_s:.3f} s on that case"))
    lines.append(_row("limits", _limits(explanation)))
    return lines


def _row(name: str, text: str) -> str:
    if "\n" not in text:
        return f"  {name + ':':<13}{text}"
    return "\n".join([f"  {name}:", *_indented(text)])


def _indented(text: str) -> list[str]:
    return [f"    {line}" for line in text.split("\n")]


def _limits(explanation: Explanation) -> str:
    limits = explanation.limits
    order = limits.to_order()
    seconds = str(explanation.time_limit) if explanation.time_limit is not None else f"{limits.cpu_time_s:g} s"
    return (
        f"{seconds} CPU and {order['wall_time_s']:g} s wall a case, {limits.memory_bytes / MIB:g} MiB memory, "
        f"{limits.num_processes} processes, {limits.output_bytes / MIB:g} MiB output, {limits.num_files} files"
    )
