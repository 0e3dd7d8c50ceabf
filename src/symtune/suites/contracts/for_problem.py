"""The contract of a `Problem`: learnt from its cases, statement and header, or the one a person has edited."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from symtune.datasets.signatures import find_function, parameter_names
from symtune.domain import Case, Problem
from symtune.suites.contracts.contract import Contract, contract_of
from symtune.suites.contracts.expressions import Expression
from symtune.suites.contracts.learn import learn_contract, narrowed
from symtune.suites.contracts.rules import Rules


def contract_for(
    problem: Problem,
    cases: Sequence[Case],
    *,
    names: Sequence[str] = (),
    rules: Rules | None = None,
    is_kept: bool = False,
    meanings: Mapping[str, Expression] | None = None,
) -> Contract:
    """Return the contract that the inputs of a problem are held to.

    Args:
        cases: what to learn from, in argument form.
        names: of the positional arguments; without them they are read from the first reference, or from the starter code.
        rules: how far explorers go beyond the cases.
        meanings: what names of the statement that are no arguments stand for, such as counts.
        is_kept: use the contract that stands in the problem's suite record as it stands, where there is one; else learn anew.

    Raises:
        BadInputError: the contract in the record was edited into something that is none; the message names the field.
    """
    if is_kept and problem.suite is not None and problem.suite.contract is not None:
        return narrowed(contract_of(problem.suite.contract), cases, rules=rules, statement=problem.statement)
    entry_point = str(problem.meta.get("adapted_entry_point") or problem.entry_point or "")
    sources = [*problem.references[:1], problem.starter_code or ""]
    headers = (parameter_names(source, entry_point) for source in sources)
    names = names or next((found for found in headers if found), ())
    annotations = {key: value for source in reversed(sources) for key, value in annotations_of(source, entry_point).items()}
    return learn_contract(cases, statement=problem.statement, names=names, annotations=annotations, rules=rules, meanings=meanings)


def annotations_of(source: str, entry_point: str) -> dict[str, str]:
    """Return the type annotations of a function's parameters, as text; empty when the function is not there."""
    function = find_function(source, entry_point)
    if function is None:
        return {}
    arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    return {one.arg: ast.unparse(one.annotation) for one in arguments if one.annotation is not None}
