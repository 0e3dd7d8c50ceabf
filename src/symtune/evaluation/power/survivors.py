"""What is known of a mutant that no case kills.

    missed          an input tells it from the reference, and no case holds it
    equal           the symbolic search followed every path within its bounds, or the two were run on all inputs that the contract lets be
    equal_by_runs   neither search nor runs found a difference, on inputs by the thousand that tell all killed mutants (`suites.agreement`)
    undecided       none of these
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from symtune.domain import Case, Problem
from symtune.domain.power import Fate
from symtune.errors import BadInputError, BadValueError
from symtune.judging import PRELUDE_KEY, Judge
from symtune.sandbox import Guest
from symtune.suites.agreement import Bench
from symtune.suites.constants import constants_of
from symtune.suites.contracts.contract import Contract
from symtune.suites.contracts.for_problem import contract_for
from symtune.suites.contracts.precondition import precondition_source
from symtune.suites.difference import find_differences
from symtune.suites.explorers import Target
from symtune.suites.kills import kill_matrix
from symtune.suites.view import FunctionView

MAX_EXAMPLES = 12
"""Cases from which the search infers argument types."""


class Examiner:
    """Looks for differences between the references of one problem and their surviving mutants.

    Args:
        problem: a function problem.
        examples: the cases it had before its suite was grown: types come from them, and the contract where no record holds one.
        judge: runs what the search finds.
        guest: gives the guest of the worker ``explore``, started when first asked for.
        budget_s: CPU seconds of the symbolic search per mutant.
    """

    def __init__(
        self, problem: Problem, examples: Sequence[Case], *, judge: Judge, guest: Callable[[], Guest], budget_s: float
    ) -> None:
        self._problem, self._judge, self._guest, self._budget_s = problem, judge, guest, budget_s
        self._examples = tuple(examples)[:MAX_EXAMPLES]
        self._contract = _contract_of(problem, examples)

    def fates(self, reference: str, survivors: Sequence[str], *, killed: Sequence[str], cpu_time_s: float) -> list[Fate]:
        """Return what is known of each mutant of a reference that survived all cases.

        Each runs beside the reference on the inputs of an enumeration first, and is searched symbolically if none tells it.

        Args:
            killed: mutants of the reference that some case tells; inputs that do not tell them all prove nothing.
            cpu_time_s: CPU time limit of one case; a mutant that needs longer is told apart by that.

        Raises:
            GuestDiedError: the guest went away.
        """
        if self._contract is None or not survivors:
            return ["undecided"] * len(survivors)
        target = _target(self._problem, self._contract, reference, survivors, examples=self._examples, guest=self._guest())
        bench = Bench(
            self._problem, reference, target, given=self._problem.tests, judge=self._judge, cpu_time_s=cpu_time_s, witnesses=killed
        )
        return [self._fate(bench, self._contract, reference, mutant, cpu_time_s) for mutant in survivors]

    def _fate(self, bench: Bench, contract: Contract, reference: str, mutant: str, cpu_time_s: float) -> Fate:
        verdict, _ = bench.verdict(mutant)
        if verdict == "differs":
            return "missed"
        if bench.is_complete:
            return "equal"
        unsearched: Fate = "equal_by_runs" if verdict == "equal" else "undecided"
        try:
            found = find_differences(
                self._guest(),
                reference=reference,
                suspect=mutant,
                entry_point=str(self._problem.entry_point),
                prelude=str(self._problem.meta.get(PRELUDE_KEY, "")),
                examples=self._examples,
                precondition=precondition_source(contract),
                budget_s=self._budget_s,
            )
        except BadValueError:
            return unsearched
        if found.status == "equal_within_bounds":
            return "equal"
        inputs = [one for one in found.inputs if contract.fault(*one) is None]
        return "missed" if inputs and self._tells_apart(reference, mutant, inputs, cpu_time_s) else unsearched

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


def _target(
    problem: Problem, contract: Contract, reference: str, survivors: Sequence[str], *, examples: Sequence[Case], guest: Guest
) -> Target:
    """Return what inputs are enumerated from: the contract, the examples, and the literals of all programs compared."""
    return Target(
        problem=problem,
        view=FunctionView(problem.model_copy(update={"examples": (), "tests": tuple(examples)})),
        contract=contract.reach,
        promise=contract,
        references=(reference,),
        constants=constants_of([reference, *survivors]),
        guest=guest,
        rng=random.Random(f"survivors:{problem.id}"),
        pool=[(case.args, case.kwargs) for case in examples],
    )
