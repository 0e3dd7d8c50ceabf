"""Whether new cases keep a contract: the one their suite was grown by, and the one that the data set publishes."""

from __future__ import annotations

import ast
import random
import textwrap
from collections import Counter
from collections.abc import Sequence

from symtune.datasets.signatures import find_function
from symtune.domain import Case, Cause, Problem
from symtune.domain.power import ValidityCounts
from symtune.errors import BadInputError
from symtune.judging import Judge
from symtune.suites.contracts.contract import Contract
from symtune.suites.stdin.format import InputFormat
from symtune.suites.stdin.view import stdin_view

CPU_TIME_S = 2.0
"""CPU seconds of a published contract on one input."""

_NOT_LOADED = (Cause.SYNTAX, Cause.LOAD, Cause.IMPORT, Cause.ENTRY_POINT)
_FAULTS_OF_ITS_OWN = {"NameError", "ImportError", "ModuleNotFoundError"}
"""What a contract raises that is no word on the input."""


def check_learnt(
    problem: Problem, cases: Sequence[Case], *, before: Sequence[Case], references: Sequence[str], judge: Judge
) -> tuple[ValidityCounts | None, str | None]:
    """Return how many cases break the contract of the problem's suite record, or why that is not known.

    A contract speaks of arguments; the texts of a stdin problem are parsed by the input format that its cases before
    support, and one that does not parse is invalid.

    Args:
        before: the cases that are not in question.
        references: sound ones.

    Raises:
        SandboxError: the guest died twice.
    """
    form = problem.suite.contract if problem.suite is not None else None
    if form is None:
        return None, "no_contract"
    try:
        contract = Contract.from_json(form)
    except (BadInputError, ValueError):
        return None, "contract_unreadable"
    if not problem.is_stdin:
        return _counts([contract.fault(case.args, case.kwargs) for case in cases]), None
    rng = random.Random(f"{problem.suite.seed if problem.suite is not None else 0}:{problem.id}")
    view = stdin_view(problem, judge=judge, references=references, given=before, rng=rng) if references and before else None
    if view is None:
        return None, "no_input_format"
    if any(contract.fault(case.args, {}) == "arguments" for case in view.cases):
        return None, "contract_of_another_format"
    return _counts([_fault_of_text(contract, view.format, case.stdin or "") for case in cases]), None


def _fault_of_text(contract: Contract, format: InputFormat, text: str) -> str | None:
    tests = format.parse_all(text)
    if not tests:
        return "unparsed"
    return next((fault for args in tests if (fault := contract.fault(args, {}))), None)


def check_published(problem: Problem, cases: Sequence[Case], *, judge: Judge) -> tuple[ValidityCounts | None, str | None]:
    """Return how many cases break the contract that EvalPlus publishes (``meta["contract"]``), or why that is not known.

    The contract's asserts run in the guest, as the body of a function with the reference's parameters; a case is invalid
    when they raise. Source: Liu et al. 2023 (EvalPlus), section 2.

    Raises:
        SandboxError: the guest died twice.
    """
    contract = problem.meta.get("contract")
    if not isinstance(contract, str) or not contract.strip():
        return None, None
    source = contract_program(problem, contract)
    if source is None:
        return None, "published_contract_unreadable"
    if not cases:
        return ValidityCounts(), None
    limited = problem.model_copy(update={"time_limit_s": CPU_TIME_S})
    try:
        results = judge.run_inputs(limited, source, cases)
    except BadInputError:
        return None, "published_contract_unreadable"
    faults = [None if result.cause is None else result.message.partition(":")[0] or result.cause.value for result in results]
    if any(result.cause in _NOT_LOADED for result in results) or set(faults) & _FAULTS_OF_ITS_OWN:
        return None, "published_contract_unreadable"
    return _counts(faults), None


def contract_program(problem: Problem, contract: str) -> str | None:
    """Return a program that runs a contract's asserts in place of the reference's body; None when no reference says its parameters."""
    name = str(problem.meta.get("adapted_entry_point") or problem.entry_point or "")
    function = next((found for source in problem.references if name and (found := find_function(source, name))), None)
    if function is None:
        return None
    arguments = function.args
    for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg):
        if one is not None:
            one.annotation = None
    body = textwrap.indent(textwrap.dedent(contract.strip("\n")), "    ")
    header = f"def {function.name}({ast.unparse(arguments)}):"
    return f"import math\nimport re\n\n\n{header}\n{body}\n    return True\n"


def _counts(faults: Sequence[str | None]) -> ValidityCounts:
    found = Counter(fault for fault in faults if fault is not None)
    return ValidityCounts(num_cases=len(faults), num_invalid=sum(found.values()), faults=dict(found.most_common()))
