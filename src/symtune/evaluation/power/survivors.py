"""What is known of a mutant that no case kills: proved equal within bounds, told apart by an input that no case holds, or neither."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from symtune.domain import Case, Problem
from symtune.errors import BadInputError, BadValueError
from symtune.judging import PRELUDE_KEY, Judge
from symtune.sandbox import Guest
from symtune.suites.contracts.contract import Contract
from symtune.suites.contracts.for_problem import contract_for
from symtune.suites.contracts.precondition import precondition_source
from symtune.suites.difference import find_differences
from symtune.suites.kills import kill_matrix

Fate = Literal["equal", "missed", "undecided"]

MAX_EXAMPLES = 12
"""Cases from which the search infers argument types."""


class Examiner:
    """Looks for differences between the references of one problem and their surviving mutants.

    Args:
        problem: a function problem.
        examples: the cases it had before its suite was grown: types come from them, and the contract where no record holds one.
        judge: runs what the search finds.
        guest: gives the guest of the worker ``explore``, started when first asked for.
        budget_s: CPU seconds per mutant.
    """

    def __init__(
        self, problem: Problem, examples: Sequence[Case], *, judge: Judge, guest: Callable[[], Guest], budget_s: float
    ) -> None:
        self._problem, self._judge, self._guest, self._budget_s = problem, judge, guest, budget_s
        self._examples = tuple(examples)[:MAX_EXAMPLES]
        self._contract = _contract_of(problem, examples)

    def fate(self, reference: str, mutant: str, *, cpu_time_s: float) -> Fate:
        """Return what the search says of a mutant that survived all cases.

        Args:
            cpu_time_s: CPU time limit of one case; a mutant that needs longer is told apart by that.

        Raises:
            GuestDiedError: the guest went away.
        """
        if self._contract is None:
            return "undecided"
        try:
            found = find_differences(
                self._guest(),
                reference=reference,
                suspect=mutant,
                entry_point=str(self._problem.entry_point),
                prelude=str(self._problem.meta.get(PRELUDE_KEY, "")),
                examples=self._examples,
                precondition=precondition_source(self._contract),
                budget_s=self._budget_s,
            )
        except BadValueError:
            return "undecided"
        if found.status == "equal_within_bounds":
            return "equal"
        inputs = [one for one in found.inputs if self._contract.fault(*one) is None]
        return "missed" if inputs and self._tells_apart(reference, mutant, inputs, cpu_time_s) else "undecided"

    def _tells_apart(self, reference: str, mutant: str, inputs: Sequence[tuple[tuple, dict]], cpu_time_s: float) -> bool:  # type: ignore[type-arg]
        """Whether a real run on some input gives the reference an answer that the mutant does not give."""
        cases = [Case(args=args, kwargs=kwargs, comparator=self._comparator) for args, kwargs in inputs]
        limited = self._problem.model_copy(update={"time_limit_s": cpu_time_s})
        try:
            answers = self._judge.run_inputs(limited, reference, cases)
            cases = [
                case.model_copy(update={"expected": answer.value})
                for case, answer in zip(cases, answers, strict=True)
                if answer.cause is None
            ]
            return any(kill_matrix(self._problem, [mutant], cases, judge=self._judge, cpu_time_s=cpu_time_s))
        except BadInputError:
            return False

    @property
    def _comparator(self) -> str:
        return self._problem.tests[0].comparator


def _contract_of(problem: Problem, examples: Sequence[Case]) -> Contract | None:
    """Return the contract of the record, or the one that the examples support; None where the record holds something that is none."""
    try:
        return contract_for(problem, examples, is_kept=True)
    except BadInputError:
        return None
