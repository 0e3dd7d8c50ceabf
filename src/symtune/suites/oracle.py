"""What a problem's references say of an input: its expected value, or why it is no test.

An input is kept only when every reference gives a plain value in time, all of them agree, and the value is finite and not too
long; `suites.trial` then runs it once more in another process with another hash seed. Where references disagree again and again,
though each gives an answer, one that stands alone against the others is dropped as wrong; else the problem has several valid
answers and is set apart, unless it has a checker, which then has to take every reference's answer. Of a program that reads text the
contract is doubted first (`suites.dissent`), and of one whose statement takes several answers only those count that say there is none.
Source: ours.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from symtune.domain import Case, Cause, Problem, encode_value
from symtune.errors import CheckerError
from symtune.judging import CaseResult, Checkers, Judge, compare
from symtune.judging.sheet import make_sheet
from symtune.suites.contracts.answers import is_foreign, learn_answers
from symtune.suites.dissent import Dissent
from symtune.suites.several import says_there_is_none, takes_several_answers

COMPARATORS = frozenset({"exact", "float_close", "unordered", "sequence", "same_set", "same_truth", "whitespace_tokens", "any_case"})
"""Comparators whose expected value is what a reference returned; others expect something else, so no case can be made."""

CPU_TIME_S = 0.5
"""An input on which a reference needs longer is dropped: a test suite has to run many times."""

LARGE_CPU_TIME_S = 1.0
"""The same for the few inputs that are to be large."""

MAX_OVERRUNS = 4
"""After this many inputs that overran, the others have `HASTY_CPU_TIME_S`."""

HASTY_CPU_TIME_S = 0.1
"""What an input may take once some have overrun."""

MAX_HASTY_OVERRUNS = 12
"""After this many more, no further input is run."""

MAX_ANSWER_CHARACTERS = 4000
"""A longer expected value (as JSON) makes a case too large to keep."""

DEFAULT_TOLERANCE = 1e-6
"""Of expected values with floats in them where the given cases compare exactly; absolute below 1, relative above."""

SPREAD_FACTOR = 10.0
"""The tolerance is this many times the largest spread between references, where that is more than the default."""

MAX_SPREAD = 1e-4
"""References whose floats lie further apart disagree."""

MAX_ASKED = 8
"""References of a program that reads text which are asked about every input; the others confirm the cases chosen."""

MAX_LONE_DISSENTS = 2
"""A confirming reference that alone contradicts more of the chosen cases than this is wrong itself; up to this many are dropped."""

MIN_DISAGREEMENTS, MIN_DISAGREEING_FRACTION = 3, 0.1
"""From this many inputs, and this share of those that all references answer, the references disagree on the problem."""


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
            if problem.checker is None and not compare(case.comparator, result.stdout if problem.is_stdin else result.value, case.expected):
                return "wrong_value"
        start, size = start + size, size * 4
    return None


def comparator_of(given: Sequence[Case]) -> str:
    """Return the comparator most of the given cases use, the earlier one on a tie."""
    return Counter(case.comparator for case in given).most_common(1)[0][0]


@dataclass(frozen=True)
class Decided:
    """An input that is a test: its case with the expected value, and the CPU seconds of the slowest reference."""

    case: Case
    cpu_s: float


class Oracle:
    """The references of one problem, asked about inputs.

    Args:
        references: the sound ones, one at least.
        given: the cases the problem came with.
        checkers: guests for a problem that has a checker.
        doubts: whether references that part make the contract doubtful; False where inputs are examples put together anew.

    Attributes:
        references: those still believed that are asked about every input.
        waiting: those that confirm the cases chosen.
        dropped: references that were dropped, by reason.
        is_ambiguous: the references disagree on valid inputs and nothing says who is right.
        is_in_doubt: the references part so often that the contract must be wider than the statement.
        slowest_s: CPU seconds of the slowest answer that was kept.
    """

    def __init__(
        self,
        problem: Problem,
        references: Sequence[str],
        *,
        given: Sequence[Case],
        judge: Judge,
        checkers: Checkers | None = None,
        doubts: bool = True,
    ) -> None:
        asked = MAX_ASKED if problem.is_stdin else len(references)
        self.references, self.waiting = list(references[:asked]), tuple(references[asked:])
        self.dropped: Counter[str] = Counter()
        self.is_ambiguous = self.is_in_doubt = False
        self.slowest_s = 0.0
        self._dissent = Dissent() if doubts and problem.is_stdin and problem.checker is None else None
        self._takes_several = problem.is_stdin and problem.checker is None and takes_several_answers(problem.statement)
        self._problem, self._judge, self._checkers = problem, judge, checkers
        self._comparator = comparator_of(given)
        self._has_complex = any(_has(case.expected, lambda one: isinstance(one, complex)) for case in given)
        self._num_overruns = self._num_answered = 0
        self._disagreements: list[frozenset[int]] = []
        self._spread = 0.0
        self._promises = () if problem.is_stdin else learn_answers(given)

    def decide(self, candidates: Sequence[Case]) -> list[Decided | str]:
        """Run inputs through the references; return for each the case, or why it is none."""
        if not candidates:
            return []
        if self.is_ambiguous:
            return ["several_answers"] * len(candidates)
        if self.is_in_doubt:
            return ["contract_in_doubt"] * len(candidates)
        if self._num_overruns > MAX_OVERRUNS + MAX_HASTY_OVERRUNS:
            return ["not_run_after_overruns"] * len(candidates)
        usual_s = CPU_TIME_S if self._num_overruns <= MAX_OVERRUNS else HASTY_CPU_TIME_S
        limit_s = max(LARGE_CPU_TIME_S if case.origin == "large" else usual_s for case in candidates)
        limited = self._problem.model_copy(update={"time_limit_s": min(limit_s, self._problem.time_limit_s or limit_s)})
        columns = [self._judge.run_inputs(limited, source, candidates) for source in self.references]
        rows = [list(results) for results in zip(*columns, strict=True)]
        decided = [self._decided(case, results) for case, results in zip(candidates, rows, strict=True)]
        if self._dissent is not None:
            return self._doubted(self._dissent, candidates, rows, decided)
        return self._checked(decided, rows) if self._problem.checker is not None else self._agreed(decided)

    def unconfirmed(self, cases: Sequence[Case]) -> set[int]:
        """Return the places of chosen cases that references not asked before contradict, or on which they fail."""
        if not cases or not self.waiting or self._problem.checker is not None:
            return set()
        limited = self._problem.model_copy(update={"time_limit_s": self._problem.time_limit_s or LARGE_CPU_TIME_S})
        against: list[set[int]] = []
        for source in self.waiting:
            results = self._judge.run_inputs(limited, source, cases)
            pairs = list(zip(cases, results, strict=True))
            against.append({place for place, (case, one) in enumerate(pairs) if one.cause is not None or not self._stands(case, one)})
        num_against = Counter(place for places in against for place in places)
        lone = [{place for place in places if num_against[place] == 1} for places in against]
        wrong = [number for number, places in enumerate(lone) if len(places) > MAX_LONE_DISSENTS]
        self.dropped["reference_disagrees"] += len(wrong)
        return {place for number, places in enumerate(against) for place in places if number not in wrong or num_against[place] > 1}

    def _stands(self, case: Case, result: CaseResult) -> bool:
        return compare(case.comparator, result.stdout if case.stdin is not None else result.value, case.expected)

    def _doubted(
        self, dissent: Dissent, candidates: Sequence[Case], rows: Sequence[Sequence[CaseResult]], decided: list[Decided | str]
    ) -> list[Decided | str]:
        """Look at how the references parted so far: drop one that is wrong, or doubt the contract."""
        for case, results in zip(candidates, rows, strict=True):
            if case.origin != "large" and not any(one.cause in (Cause.TIMEOUT, Cause.MEMORY) for one in results):
                dissent.note(results, self._is_same_text)
        wrong = dissent.wrong_one(len(self.references))
        if wrong is not None:
            del self.references[wrong]
            self.dropped["reference_disagrees"] += 1
            dissent.forget()
        elif dissent.is_in_doubt:
            self.is_in_doubt = True
            return ["contract_in_doubt"] * len(decided)
        return decided

    def _is_same_text(self, one: str, other: str) -> bool:
        if self._takes_several:
            return says_there_is_none(one) == says_there_is_none(other)
        return compare(self._comparator, other, one)

    def _decided(self, case: Case, results: Sequence[CaseResult]) -> Decided | str:
        failure = next((one.cause for one in results if one.cause is not None), None)
        if failure is Cause.TIMEOUT and not any(one.cpu_s for one in results):
            return "not_run_after_overruns"  # the judge runs no more of a batch after three in a row
        if failure is not None:
            self._num_overruns += failure is Cause.TIMEOUT
            return f"reference_{failure.value}"
        answers = [one.stdout if case.stdin is not None else one.value for one in results]
        self._num_answered += 1
        if self._takes_several and not all(says_there_is_none(str(one)) for one in answers):
            return "several_answers"
        if self._problem.checker is None and (apart := self._apart(answers)):
            self._disagreements.append(apart)
            return "references_disagree"
        first = answers[0]
        if _has(first, lambda one: isinstance(one, (float, complex)) and not _is_finite(one)):
            return "answer_not_finite"
        if not self._has_complex and _has(first, lambda one: isinstance(one, complex)):
            return "answer_complex"
        if is_foreign(self._promises, case.args, first):
            return "answer_foreign"
        if len(str(encode_value(first))) > MAX_ANSWER_CHARACTERS:
            return "answer_too_long"
        cpu_s = max(one.cpu_s for one in results)
        self.slowest_s = max(self.slowest_s, cpu_s)
        return Decided(case.model_copy(update={"expected": first, "comparator": self._comparator_for(case, first)}), cpu_s)

    def _apart(self, answers: Sequence[Any]) -> frozenset[int]:
        """Return the numbers of the references that do not agree with the first; spreads of floats are remembered."""
        apart = set()
        for number, answer in enumerate(answers[1:], 1):
            if compare(self._comparator, answer, answers[0]):
                continue
            if self._comparator == "exact" and compare(f"float_close:{MAX_SPREAD}", answer, answers[0]) and type(answer) is type(answers[0]):
                self._spread = max(self._spread, _spread(answer, answers[0]))
                continue
            apart.add(number)
        return frozenset(apart)

    def _agreed(self, decided: list[Decided | str]) -> list[Decided | str]:
        """Look at the disagreements so far: drop a reference that stands alone, or give the problem up."""
        num = len(self._disagreements)
        if num < MIN_DISAGREEMENTS or num < MIN_DISAGREEING_FRACTION * self._num_answered:
            return decided
        alone = frozenset.intersection(*self._disagreements)
        others = frozenset(range(1, len(self.references)))
        if len(self.references) > 2 and len(alone) == 1 and all(one == alone for one in self._disagreements):
            del self.references[next(iter(alone))]
        elif len(self.references) > 2 and all(one == others for one in self._disagreements):
            del self.references[0]  # all others may yet disagree among themselves; then the next rounds say so
        else:
            self.is_ambiguous = True
            return ["several_answers"] * len(decided)
        self.dropped["reference_disagrees"] += 1
        self._disagreements.clear()
        return decided

    def _checked(self, decided: list[Decided | str], rows: Sequence[Sequence[CaseResult]]) -> list[Decided | str]:
        """Ask the checker about every reference's answer to the inputs that have one."""
        found = {place: one.case for place, one in enumerate(decided) if isinstance(one, Decided)}
        if not found or self._checkers is None:
            return decided
        places = list(found)
        sheet = make_sheet(self._problem, list(found.values()), limits=None)
        answers = [
            (index, one.stdout if self._problem.is_stdin else one.value)
            for index, place in enumerate(places)
            for one in rows[place]
        ]
        try:
            taken = self._checkers.check_all(sheet, answers)
        except CheckerError:
            return ["checker_failed" if isinstance(one, Decided) else one for one in decided]
        refused = {places[index] for (index, _), is_right in zip(answers, taken, strict=True) if not is_right}
        return ["checker_refuses_reference" if place in refused else one for place, one in enumerate(decided)]

    def _comparator_for(self, case: Case, answer: Any) -> str:
        """Return how answers are compared; where floats go in, whole answers may be reached by rounding, as those that are floats."""
        may_be_rounded = _has(answer, _is_float) or (_has(case.args, _is_float) and _has(answer, _is_whole))
        if self._comparator == "exact" and may_be_rounded:
            return f"float_close:{max(DEFAULT_TOLERANCE, SPREAD_FACTOR * self._spread):g}"
        return self._comparator


def _spread(one: Any, other: Any) -> float:
    """Return the largest distance between floats at the same place of two answers of one shape, relative above 1."""
    if isinstance(one, dict) and isinstance(other, dict):
        return max((_spread(one[key], other[key]) for key in one if key in other), default=0.0)
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return max(map(_spread, one, other), default=0.0)
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return abs(one - other) / max(1.0, abs(one), abs(other))
    return 0.0


def _is_float(value: Any) -> bool:
    return isinstance(value, float)


def _is_whole(value: Any) -> bool:
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
