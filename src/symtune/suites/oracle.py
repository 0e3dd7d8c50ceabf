"""What a problem's references say of an input: its expected value, or why it is no test.

An input is kept only when every reference gives a plain value in time, all of them agree, a second run in another process
with another hash seed gives the same, and the value is finite and not too long. Source: ours.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from symtune.domain import Case, Problem, encode_value
from symtune.judging import CaseResult, Judge, compare
from symtune.suites.contracts.answers import is_foreign, learn_answers

COMPARATORS = frozenset({"exact", "float_close", "unordered", "sequence", "same_set", "same_truth"})
"""Comparators whose expected value is what a reference returned; others expect something else, so no case can be made."""

CPU_TIME_S = 0.5
"""An input on which a reference needs longer is dropped: a test suite has to run many times."""

CHUNK_SIZE = 40
"""Inputs run at a time, so that a problem on which many overrun is stopped early."""

MAX_OVERRUNS = 4
"""After this many inputs that overran, the problem's remaining inputs are not run."""

MAX_ANSWER_CHARACTERS = 4000
"""A longer expected value (as JSON) makes a case too large to keep."""

FLOAT_COMPARATOR = "float_close:1e-6"
"""For expected values with floats in them where the given cases compare exactly."""


@dataclass
class Verdict:
    """Cases that hold up, and the count of those that do not, by reason."""

    cases: list[Case] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)


def sound_references(problem: Problem, given: Sequence[Case], judge: Judge) -> tuple[list[str], Counter[str]]:
    """Return the references that give every given case its expected value, and the count of the others by reason."""
    sound: list[str] = []
    dropped: Counter[str] = Counter()
    for source in problem.references:
        reason = _fault_of_reference(problem, source, given, judge)
        if reason is None:
            sound.append(source)
        else:
            dropped[f"reference_{reason}"] += 1
    return sound, dropped


def _fault_of_reference(problem: Problem, source: str, given: Sequence[Case], judge: Judge) -> str | None:
    """Return why a reference fails the given cases, or None. Few cases run at first, so that one that loops is soon seen."""
    start, size = 0, 1
    while start < len(given):
        chunk = given[start : start + size]
        for case, result in zip(chunk, judge.run_inputs(problem, source, chunk), strict=True):
            if result.cause is not None:
                return result.cause.value
            if not compare(case.comparator, result.value, case.expected):
                return "wrong_value"
        start, size = start + size, size * 4
    return None


def comparator_of(given: Sequence[Case]) -> str:
    """Return the comparator most of the given cases use, the earlier one on a tie."""
    return Counter(case.comparator for case in given).most_common(1)[0][0]


def decide(
    problem: Problem, candidates: Sequence[Case], *, references: Sequence[str], given: Sequence[Case], judge: Judge
) -> Verdict:
    """Run candidates (inputs without an expected value yet) through the references.

    Args:
        references: the sound ones, one at least.
        given: the cases the problem came with.
    """
    verdict = Verdict()
    problem = problem.model_copy(update={"time_limit_s": min(CPU_TIME_S, problem.time_limit_s or CPU_TIME_S)})
    comparator = comparator_of(given)
    has_complex = any(_has(case.expected, lambda one: isinstance(one, complex)) for case in given)
    promises = learn_answers(given)
    num_overruns = 0
    for start in range(0, len(candidates), CHUNK_SIZE):
        chunk = candidates[start : start + CHUNK_SIZE]
        if num_overruns > MAX_OVERRUNS:
            verdict.dropped["not_run_after_overruns"] += len(chunk)
            continue
        columns = [judge.run_inputs(problem, source, chunk) for source in references]
        for case, *results in zip(chunk, *columns, strict=True):
            reason = _reason(results, comparator, has_complex)
            num_overruns += reason == "reference_timeout"
            if reason is None and is_foreign(promises, case.args, results[0].value):
                reason = "answer_foreign"
            if reason is None:
                verdict.cases.append(_with_expected(case, results[0].value, comparator))
            else:
                verdict.dropped[reason] += 1
    return verdict


def _reason(results: Sequence[CaseResult], comparator: str, has_complex: bool) -> str | None:
    """Return why an input is no test, or None."""
    failure = next((one.cause for one in results if one.cause is not None), None)
    if failure is not None:
        return f"reference_{failure.value}"
    first = results[0].value
    if not all(compare(comparator, one.value, first) for one in results[1:]):
        return "references_disagree"
    if _has(first, lambda one: isinstance(one, (float, complex)) and not _is_finite(one)):
        return "answer_not_finite"
    if not has_complex and _has(first, lambda one: isinstance(one, complex)):
        return "answer_complex"
    return "answer_too_long" if len(str(encode_value(first))) > MAX_ANSWER_CHARACTERS else None


def _with_expected(case: Case, answer: Any, comparator: str) -> Case:
    """Return the case with its answer; where floats go in, whole answers may be reached by rounding, as those that are floats."""
    if comparator == "exact" and (_has(answer, _is_float) or (_has(case.args, _is_float) and _has(answer, _is_number))):
        comparator = FLOAT_COMPARATOR
    return case.model_copy(update={"expected": answer, "comparator": comparator})


def _is_float(value: Any) -> bool:
    return isinstance(value, float)


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_finite(value: float | complex) -> bool:
    return math.isfinite(value.real) and math.isfinite(value.imag)


def _has(value: Any, test: Any) -> bool:
    """Whether the value or anything in it passes a test."""
    if isinstance(value, dict):
        return any(_has(key, test) or _has(item, test) for key, item in value.items())
    if isinstance(value, (list, tuple, set, frozenset)):
        return any(_has(item, test) for item in value)
    return bool(test(value))
