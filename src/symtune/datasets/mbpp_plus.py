"""Format ``mbpp-plus``: EvalPlus's rows for MBPP, which publish inputs only.

Row: ``task_id, prompt, entry_point, canonical_solution, base_input, plus_input, atol, contract, assertion``. The assert in the prompt is
the example; every other base and plus input becomes a test with that origin, and the reference gives its expected value. Argument
types that JSON lost come from a table of facts.
Source: Liu et al. 2023 (EvalPlus), its public rows; Austin et al. 2021 (MBPP).
"""

from __future__ import annotations

import ast
from typing import Any

from symtune.datasets.adapters import adapter_name, build_adapter
from symtune.datasets.evalplus_facts import NOT_NONE_TASKS, checker_of, comparator_of, mbpp_arguments
from symtune.datasets.humaneval_plus import input_cases, tolerance_of
from symtune.datasets.literals import evaluate
from symtune.datasets.rows import ImportedRow, text_field, without_repeats
from symtune.datasets.signatures import parameter_names, parse_source
from symtune.domain import Problem
from symtune.errors import BadValueError

_MATCH_RESULT = "{0} if isinstance({0}, bool) else {0} is not None"


def read(row: dict[str, Any]) -> ImportedRow:
    """Read one row."""
    task_id, name = text_field(row, "task_id"), text_field(row, "entry_point")
    statement, reference = text_field(row, "prompt").strip().strip('"').strip(), text_field(row, "canonical_solution")
    comparator = comparator_of(name, tolerance=tolerance_of(row))
    cases = without_repeats([
        case.model_copy(update={"args": tuple(mbpp_arguments(task_id, list(case.args)))})
        for case in input_cases(row, comparator=comparator)
    ])
    shown = _prompt_inputs(statement, name)
    public = [case for case in cases if case.origin == "base" and case.args in shown] or cases[:1]
    public = public[: max(len(cases) - 1, 0)]
    chosen = {id(case) for case in public}
    meta: dict[str, Any] = {"contract": text_field(row, "contract", default="")}
    entry_point = name
    if name in NOT_NONE_TASKS:
        parameters = list(parameter_names(reference, name))
        meta |= {
            "prelude": build_adapter(name, parameters=parameters, result=_MATCH_RESULT),
            "adapted_entry_point": name,
        }
        entry_point = adapter_name(name)
    problem = Problem(
        id=task_id,
        statement=statement,
        entry_point=entry_point,
        examples=tuple(public),
        references=(reference,),
        source="mbpp-plus",
        meta=meta,
        checker=checker_of(name),
    )
    inputs = tuple(case for case in cases if id(case) not in chosen)
    return ImportedRow(index=0, problem=problem, inputs=inputs, is_checked=False, examples_lack_expected=True)


def _prompt_inputs(statement: str, name: str) -> list[tuple[Any, ...]]:
    """Return the argument tuples of the calls in the asserts that the prompt shows."""
    found = []
    lines = statement.splitlines()
    start = next((index for index, line in enumerate(lines) if line.strip().startswith("assert ")), len(lines))
    tree = parse_source("\n".join(lines[start:]))
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
            try:
                found.append(tuple(evaluate(item) for item in node.args))
            except BadValueError:
                continue
    return found
