"""Agreement: programs run beside a reference on the inputs of an enumeration, where a symbolic search came to no end.

Agreement on thousands of inputs says little unless a difference would have shown. So the inputs are tried on programs that are known to be
wrong first (mutants that the suite kills): only where they tell every one of those may agreement count as equality within bounds. A contract
that was run in full needs no such trial.

All answers are compared on the host, by the problem's comparator; a program cannot say of itself that it is equal. What it can do is to
behave on these inputs and misbehave elsewhere: the word holds for the inputs that were run. Source: ours.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from symtune.domain import Case, Cause, Problem, encode_value
from symtune.errors import BadValueError
from symtune.judging import Judge
from symtune.suites.enumeration import enumerate_inputs
from symtune.suites.explorers import Input, Target
from symtune.suites.kills import TIME_FACTOR, kill_matrix, survivors_of
from symtune.suites.oracle import MAX_ANSWER_CHARACTERS, comparator_of

Verdict = Literal["differs", "equal", "agrees"]
"""``differs``: an input tells the two apart; ``equal``: within bounds no input does, and one would have; ``agrees``: nothing more is known."""

MIN_INPUTS = 500
"""Inputs that the reference answered below which agreement says nothing, unless they are all there are."""

MIN_WITNESSES = 3
"""Wrong programs below which nothing is known of the power of the inputs."""

CHUNK = 100
"""Inputs run at a time."""

MAX_OVERRUNS = 3
"""Inputs of one group on which the reference may overrun before the rest of the group is left out."""

MAX_REFERENCE_S = 0.3
"""CPU seconds of the reference on the inputs of one group."""

_OVERRUNS = (Cause.TIMEOUT, Cause.MEMORY)


class Bench:
    """One reference and the inputs it answered.

    Args:
        target: the problem; its constants are those of all programs that will be compared.
        given: the cases it came with; they say which comparator holds.
        cpu_time_s: CPU time limit of a program on one input; the reference has a `TIME_FACTOR`-th of it.
        witnesses: programs known to differ.
        is_spent: asked now and then; once it says so, no more inputs are taken in, and nothing is equal.

    Attributes:
        cases: the inputs that the reference answered, with its answers.
        is_complete: whether they are all inputs of the contract.
        is_telling: whether agreement on them means something, since they tell every witness.

    Raises:
        SandboxError: the guest died.
    """

    def __init__(
        self, problem: Problem, reference: str, target: Target, *, given: Sequence[Case], judge: Judge, cpu_time_s: float,
        witnesses: Sequence[str], is_spent: Callable[[], bool] = lambda: False,
    ) -> None:  # fmt: skip
        self._problem, self._reference, self._judge, self._cpu_time_s = problem, reference, judge, cpu_time_s
        self._comparator = comparator_of(given)
        self._is_cut, self._is_spent = False, is_spent
        enumeration = enumerate_inputs(target)
        self.cases = [case for group in enumeration.groups.values() for case in self._answered(group)]
        self.is_complete = enumeration.is_complete and not self._is_cut
        self.is_telling = self._is_telling(witnesses)

    def verdict(self, suspect: str) -> tuple[Verdict, Case | None]:
        """Return what running a program beside the reference says of it, and the first input that tells the two apart."""
        if not self.cases:
            return "agrees", None
        (kills,) = self._kills([suspect])
        if kills:
            return "differs", self.cases[min(kills)]
        return ("equal" if self.is_complete or self.is_telling else "agrees"), None

    def _kills(self, sources: Sequence[str]) -> list[frozenset[int]]:
        return kill_matrix(self._problem, sources, self.cases, judge=self._judge, cpu_time_s=self._cpu_time_s)

    def _answered(self, inputs: Sequence[Input]) -> list[Case]:
        """Return cases for those of the inputs that the reference answers in time with a plain value; the others break a promise, as a rule."""
        limited = self._problem.model_copy(update={"time_limit_s": self._cpu_time_s / TIME_FACTOR})
        cases, num_overruns, spent_s = [], 0, 0.0
        asked = list({case.input_digest(): case for case in map(self._asked, inputs) if case is not None}.values())
        for chunk in (asked[place : place + CHUNK] for place in range(0, len(asked), CHUNK)):
            if num_overruns > MAX_OVERRUNS or spent_s > MAX_REFERENCE_S or self._is_spent():
                self._is_cut = True
                break
            for case, result in zip(chunk, self._judge.run_inputs(limited, self._reference, chunk), strict=True):
                spent_s += result.cpu_s
                num_overruns += result.cause in _OVERRUNS
                if result.cause is None and len(str(encode_value(result.value))) <= MAX_ANSWER_CHARACTERS:
                    cases.append(case.model_copy(update={"expected": result.value}))
                elif result.cause is None or result.cause in _OVERRUNS:
                    self._is_cut = True
        return cases

    def _asked(self, given: Input) -> Case | None:
        case = Case(args=given[0], kwargs=given[1], comparator=self._comparator)
        try:
            case.input_digest()
        except BadValueError:
            return None
        return case

    def _is_telling(self, witnesses: Sequence[str]) -> bool:
        """Whether the inputs tell every witness from the reference, and the reference never from itself."""
        if len(self.cases) < MIN_INPUTS or len(witnesses) < MIN_WITNESSES or self._is_spent():
            return False
        alive, _ = survivors_of(self._problem, witnesses, self.cases, judge=self._judge, cpu_time_s=self._cpu_time_s)
        return not alive and not self._kills([self._reference])[0]
