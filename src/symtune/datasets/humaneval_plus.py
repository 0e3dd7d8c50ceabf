"""Format ``humaneval-plus``: EvalPlus's rows for HumanEval, which publish inputs only.

Row: those of HumanEval (with EvalPlus's own reference) and ``base_input, plus_input, atol, contract``. Each input becomes a test with
origin ``base`` or ``plus``; the reference gives its expected value. The asserts on which inputs are valid stay in ``meta["contract"]``.
Source: Liu et al. 2023 (EvalPlus), its public rows.
"""

from __future__ import annotations

from typing import Any

from symtune.datasets.evalplus_facts import comparator_of
from symtune.datasets.humaneval import POLYNOMIAL_COMPARATOR, POLYNOMIAL_TASK, build_problem
from symtune.datasets.rows import ImportedRow, list_field, text_field, without_repeats
from symtune.domain import Case
from symtune.errors import BadRecordError


def read(row: dict[str, Any]) -> ImportedRow:
    """Read one row."""
    problem = build_problem(row, source="humaneval-plus")
    name = problem.entry_point or ""
    is_polynomial = name == POLYNOMIAL_TASK
    comparator = POLYNOMIAL_COMPARATOR if is_polynomial else comparator_of(name, tolerance=tolerance_of(row))
    shown = {case.input_digest() for case in problem.examples}
    inputs = [case for case in input_cases(row, comparator=comparator) if case.input_digest() not in shown]
    meta = problem.meta | {"contract": text_field(row, "contract", default="")}
    return ImportedRow(
        index=0,
        problem=problem.model_copy(update={"meta": meta}),
        inputs=tuple(inputs),
        expected_from="first_argument" if is_polynomial else "reference",
        is_checked=not problem.examples,
    )


def tolerance_of(row: dict[str, Any]) -> float:
    """Return the row's ``atol``, 0 when it has none."""
    value = row.get("atol") or 0
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise BadRecordError(f"expected a number, got {type(value).__name__}", field="atol")
    return float(value)


def input_cases(row: dict[str, Any], *, comparator: str) -> list[Case]:
    """Return the base and plus inputs of a row as cases without expected values, base first, repeats left out."""
    cases = []
    for part in ("base", "plus"):
        for args in list_field(row, f"{part}_input"):
            if not isinstance(args, list):
                raise BadRecordError("each input must be the list of its arguments", field=f"{part}_input")
            cases.append(Case.call(*args, expected=None, comparator=comparator, origin=part))
    if not cases:
        raise BadRecordError("holds no inputs, so nothing can be judged", field="base_input")
    return without_repeats(cases)
