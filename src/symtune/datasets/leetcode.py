"""Format ``leetcode``: LeetCodeDataset rows.

Row: ``task_id, prompt`` (imports and helper classes that stand in front of a program), ``completion`` (a solution), ``entry_point``
(``Solution().name``), ``test`` (a ``check`` function of asserts), ``input_output`` (texts), ``meta`` (statement, difficulty, tags, header).

Values are read from the asserts, where they are Python; the texts of ``input_output`` are the fall-back. Linked lists and trees
travel as plain lists (`symtune.datasets.adapters`).
Source: newfacade/LeetCodeDataset, its public rows.
"""

from __future__ import annotations

import ast
from typing import Any

from symtune.datasets.adapters import LINKED_LIST_RESULT, TREE_RESULT, adapter_name, build_adapter
from symtune.datasets.literals import evaluate, parse_arguments, parse_literal
from symtune.datasets.rows import ImportedRow, list_field, split_public, text_field
from symtune.datasets.signatures import find_function, parameter_names, parse_source
from symtune.datasets.statement_examples import call_examples
from symtune.domain import Case, Problem
from symtune.errors import BadRecordError, BadValueError

FLOAT_TOLERANCE = "1e-5"
"""Tolerance of decimal answers that the statements name."""

_NODE_BUILDERS = {"list_node": "values_of_list", "tree_node": "values_of_tree"}
_NODE_BUILDER_BY_TYPE = {"ListNode": "list_node", "TreeNode": "tree_node"}
_SAME = {"is_same_list", "is_same_tree"}
_READERS = {"values_of_list": LINKED_LIST_RESULT, "values_of_tree": TREE_RESULT}


def read(row: dict[str, Any]) -> ImportedRow:
    """Read one row."""
    task_id, prelude = text_field(row, "task_id"), text_field(row, "prompt", default="")
    completion = text_field(row, "completion")
    entry_point = text_field(row, "entry_point").replace("()", "")
    described = row.get("meta") or {}
    if not isinstance(described, dict):
        raise BadRecordError(f"expected an object, got {type(described).__name__}", field="meta")
    statement = described.get("question_title") or row.get("problem_description")
    if not isinstance(statement, str) or not statement.strip():
        raise BadRecordError("holds no statement (question_title)", field="meta.question_title")
    parameters = parameter_names(completion, entry_point)
    starter = str(described.get("lang_code") or row.get("starter_code") or "")
    cases = _cases(row, parameters)
    if not cases:
        raise BadRecordError("no assert and no input/output pair could be read as plain values", field="test")
    shown = _shown_inputs(statement, parameters)
    examples, tests = split_public(cases, lambda case: [case.args, case.kwargs] in shown)
    meta: dict[str, Any] = {"prelude": prelude, "tags": described.get("tags") or []}
    adapter, conversions = _adapter(completion, entry_point)
    if adapter:
        meta |= {"prelude": prelude + "\n\n" + adapter, "adapted_entry_point": entry_point, "plain_for": conversions}
        entry_point = adapter_name(entry_point)
    problem = Problem(
        id=f"leetcode/{task_id}",
        statement=statement,
        entry_point=entry_point,
        starter_code=starter,
        difficulty=str(described["difficulty"]).lower() if described.get("difficulty") else None,
        examples=examples,
        tests=tests,
        references=(completion,),
        source="leetcode",
        meta=meta,
    )
    return ImportedRow(index=0, problem=problem)


def _cases(row: dict[str, Any], parameters: tuple[str, ...]) -> list[Case]:
    """Return the cases of the asserts; where none can be read, those of the input/output texts."""
    tree = parse_source(text_field(row, "test", default=""))
    body = next((node.body for node in (tree.body if tree else []) if isinstance(node, ast.FunctionDef)), [])
    cases = []
    for statement in body:
        if isinstance(statement, ast.Assert):
            try:
                cases.append(_assert_case(statement.test, parameters))
            except BadValueError:
                continue
    if cases:
        return cases
    for pair in list_field(row, "input_output"):
        try:
            args, kwargs = parse_arguments(str(pair["input"]), parameters=parameters)
            cases.append(_case(args, kwargs, parse_literal(str(pair["output"]))))
        except BadValueError:
            continue
    return cases


def _assert_case(test: ast.expr, parameters: tuple[str, ...]) -> Case:
    match test:
        case ast.Compare(left=ast.Call() as call, ops=[ast.Eq() | ast.Is()], comparators=[wanted]):
            pass
        case ast.Call(func=ast.Name(id=name), args=[ast.Call() as call, wanted]) if name in _SAME:
            pass
        case _:
            raise BadValueError(f"an assert of another form: {ast.unparse(test)[:80]}")
    args = [evaluate(_plain(item)) for item in call.args]
    kwargs = {item.arg: evaluate(_plain(item.value)) for item in call.keywords if item.arg is not None}
    if args and len(args) <= len(parameters):
        kwargs, args = dict(zip(parameters, args)) | kwargs, []
    return _case(args, kwargs, evaluate(_plain(wanted)))


def _plain(node: ast.expr) -> ast.expr:
    """Return ``[1, 2]`` for ``list_node([1, 2])``: builders of linked values stand in the adapter, not in the case."""
    match node:
        case ast.Call(func=ast.Name(id=name), args=[inner]) if name in _NODE_BUILDERS:
            return inner
    return node


def _case(args: list[Any], kwargs: dict[str, Any], expected: Any) -> Case:
    comparator = f"float_close:{FLOAT_TOLERANCE}" if _has_float(expected) else "sequence"
    return Case.call(*args, kwargs=kwargs, expected=expected, comparator=comparator)


def _has_float(value: Any) -> bool:
    return isinstance(value, float) or (isinstance(value, (list, tuple)) and any(_has_float(item) for item in value))


def _shown_inputs(statement: str, parameters: tuple[str, ...]) -> list[list[Any]]:
    return [[tuple(args), kwargs] for args, kwargs, _ in call_examples(statement, parameters=parameters)]


def _adapter(completion: str, entry_point: str) -> tuple[str, dict[str, str]]:
    """Return the adapter's source and what it converts; an empty text when arguments and answer are plain already."""
    function = find_function(completion, entry_point)
    if function is None:
        raise BadRecordError(f"the solution does not define {entry_point}", field="completion")
    conversions = {
        item.arg: builder
        for item in function.args.args
        if item.annotation and (builder := _builder_in(item.annotation))
    }
    returned = _builder_in(function.returns) if function.returns else None
    if not conversions and not returned:
        return "", {}
    reader = _NODE_BUILDERS[returned] if returned else None
    source = build_adapter(
        entry_point,
        parameters=list(parameter_names(completion, entry_point)),
        conversions=conversions,
        result=f"{reader}({{}})" if reader else "{}",
    )
    return (_READERS[reader] + "\n\n" if reader else "") + source, conversions


def _builder_in(annotation: ast.expr) -> str | None:
    names = {node.id for node in ast.walk(annotation) if isinstance(node, ast.Name)}
    names |= {str(node.value) for node in ast.walk(annotation) if isinstance(node, ast.Constant)}
    return next((builder for name, builder in _NODE_BUILDER_BY_TYPE.items() if name in names), None)
