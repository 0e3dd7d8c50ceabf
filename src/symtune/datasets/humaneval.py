"""Format ``humaneval``: the classic rows, with a ``check(candidate)`` text of asserts.

Row: ``task_id, prompt, entry_point, canonical_solution, test``. The asserts are read from their syntax tree; nothing is executed here.
Where an assert stands in a loop or is computed, the guest runs ``check`` with the reference and records what it is called with, and
the reference gives the expected values. The doctests of the prompt become the examples.
Source: openai/human-eval (Chen et al. 2021), its public rows.
"""

from __future__ import annotations

import ast
from typing import Any

from symtune.datasets.literals import evaluate
from symtune.datasets.rows import ImportedRow, text_field, without_repeats
from symtune.datasets.signatures import header_of, parse_source
from symtune.datasets.statement_examples import doctest_examples
from symtune.domain import Case, Problem
from symtune.errors import BadRecordError, BadValueError

POLYNOMIAL_TASK = "find_zero"
"""HumanEval/32: any root of the polynomial is right, so the expected value is the polynomial and the comparator evaluates it."""

POLYNOMIAL_COMPARATOR = "polynomial_root:1e-4"

_RECORDER = '''
import copy as _copy, json as _json, random as _random

_calls = []


def _plain(value):
    if isinstance(value, tuple):
        return {"$tuple": [_plain(item) for item in value]}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


def _recording(*args, **kwargs):
    _calls.append([[_plain(item) for item in args], {key: _plain(item) for key, item in kwargs.items()}])
    return ENTRY_POINT(*_copy.deepcopy(args), **_copy.deepcopy(kwargs))


_random.seed(0)
check(_recording)
print(_json.dumps(_calls))
'''


def read(row: dict[str, Any]) -> ImportedRow:
    """Read one row."""
    problem = build_problem(row, source="humaneval")
    cases, is_complete = assert_cases(text_field(row, "test"), problem.entry_point or "")
    shown = {case.input_digest() for case in problem.examples}
    private = [case for case in without_repeats(cases) if case.input_digest() not in shown]
    if not private and is_complete and cases:  # the prompt shows every assert: one of them stays private
        private = cases[-1:]
        kept = [case for case in problem.examples if case.input_digest() != private[0].input_digest()]
        problem = problem.model_copy(update={"examples": tuple(kept)})
    recorder = None
    if not is_complete:
        recorder = problem.references[0] + "\n" + text_field(row, "test") + _RECORDER.replace(
            "ENTRY_POINT", problem.entry_point or ""
        )
    is_polynomial = problem.entry_point == POLYNOMIAL_TASK
    return ImportedRow(
        index=0,
        problem=problem.model_copy(update={"tests": tuple(private)}),
        recorder=recorder,
        recorded_comparator=POLYNOMIAL_COMPARATOR if is_polynomial else "exact",
        expected_from="first_argument" if is_polynomial else "reference",
        is_checked=not problem.examples,
    )


def build_problem(row: dict[str, Any], *, source: str) -> Problem:
    """Return the problem of a HumanEval row without its tests: prompt, reference, prelude and doctest examples.

    Helper functions and imports of the prompt become the prelude, so that programs may use them as the prompt promises.
    """
    task_id, prompt, name = (text_field(row, key) for key in ("task_id", "prompt", "entry_point"))
    reference = prompt + text_field(row, "canonical_solution")
    tree = parse_source(prompt)
    if tree is None:
        raise BadRecordError("is not Python", field="prompt")
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    entry = next((node for node in functions if node.name == name), None)
    if entry is None:
        raise BadRecordError(f"does not define {name}", field="prompt")
    helpers = [ast.unparse(node) for node in tree.body if node is not entry]
    imports = [ast.unparse(node) for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    comparator = POLYNOMIAL_COMPARATOR if name == POLYNOMIAL_TASK else None
    examples = []
    for args, kwargs, value in doctest_examples(ast.get_docstring(entry) or "", name):
        expected = args[0] if comparator and args else value
        chosen = comparator or ("float_close:1e-6" if isinstance(value, float) else "exact")
        examples.append(Case.call(*args, kwargs=kwargs, expected=expected, comparator=chosen, origin="doctest"))
    return Problem(
        id=task_id,
        statement=prompt,
        entry_point=name,
        starter_code="\n".join([*imports, header_of(prompt, name)]),
        examples=tuple(without_repeats(examples)),
        references=(reference,),
        source=source,
        meta={"prelude": "\n\n".join(helpers) + "\n" if helpers else ""},
    )


def assert_cases(test: str, entry_point: str) -> tuple[list[Case], bool]:
    """Return the cases that the asserts of a ``check`` function spell, and whether that is all of them."""
    tree = parse_source(test)
    check = next((node for node in (tree.body if tree else []) if isinstance(node, ast.FunctionDef) and node.name == "check"), None)
    if check is None:
        raise BadRecordError("does not define check(candidate)", field="test")
    cases: list[Case] = []
    names: dict[str, Any] = {}
    is_complete = True
    for statement in check.body:
        match statement:
            case ast.Assert(test=test_node):
                try:
                    case = _assert_case(test_node, names)
                except BadValueError:
                    is_complete = False
                    continue
                cases += [case] if case else []
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                try:
                    names[name] = evaluate(value, names)
                except BadValueError:
                    names.pop(name, None)
            case ast.Import() | ast.ImportFrom() | ast.Pass() | ast.Expr():
                pass
            case _:
                is_complete = False
    if entry_point == POLYNOMIAL_TASK:
        return [], False
    return cases, is_complete


def _assert_case(test: ast.expr, names: dict[str, Any]) -> Case | None:
    """Return the case that one assert spells, or None for an assert that calls nothing (``assert True``)."""
    match test:
        case ast.Constant():
            return None
        case ast.Compare(left=left, ops=[ast.Eq() | ast.Is()], comparators=[right]):
            wrapper, call = _unwrap(left)
            wanted = evaluate(right, names)
            if wrapper in ("set", "frozenset"):
                return _case(call, names, expected=list(wanted), comparator="same_set")
            comparator = "sequence" if wrapper else "float_close:1e-6" if isinstance(wanted, float) else "exact"
            return _case(call, names, expected=wanted, comparator=comparator)
        case ast.Compare(
            left=ast.Call(func=ast.Name(id="abs"), args=[ast.BinOp(left=call, op=ast.Sub(), right=right)]),
            ops=[ast.Lt() | ast.LtE()],
            comparators=[tolerance],
        ):
            comparator = f"float_close:{float(evaluate(tolerance, names)):g}"
            return _case(call, names, expected=evaluate(right, names), comparator=comparator)
        case ast.UnaryOp(op=ast.Not(), operand=call):
            return _case(call, names, expected=False, comparator="same_truth")
        case ast.Call(func=ast.Name(id="candidate")):
            return _case(test, names, expected=True, comparator="same_truth")
    raise BadValueError(f"an assert of another form: {ast.unparse(test)[:80]}")


def _unwrap(node: ast.expr) -> tuple[str | None, ast.expr]:
    match node:
        case ast.Call(func=ast.Name(id="tuple" | "list" | "set" | "frozenset" as wrapper), args=[inner]):
            return wrapper, inner
    return None, node


def _case(call: ast.expr, names: dict[str, Any], *, expected: Any, comparator: str) -> Case:
    if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "candidate"):
        raise BadValueError("not a call of candidate")
    args = [evaluate(item, names) for item in call.args]
    kwargs = {item.arg: evaluate(item.value, names) for item in call.keywords if item.arg is not None}
    return Case.call(*args, kwargs=kwargs, expected=expected, comparator=comparator, origin="base")
