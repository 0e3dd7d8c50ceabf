"""Formulas: promises between arguments, written as Python expressions over the parameters' names.

    len(edges) == n - 1
    all(0 <= x <= n - 1 for row in edges for x in row)

A formula is read with `ast.parse` and computed by walking its tree; nothing of it is ever executed. It may hold names, numbers,
texts, comparisons, ``and``/``or``/``not``, ``+ - * // %``, indexing, and calls of `FUNCTIONS`, with ``for`` inside their brackets. The same
text stands in the solver's precondition, so that one form serves the check, the solver and the reader. Source: ours.
"""

from __future__ import annotations

import ast
import functools
import operator
from collections.abc import Callable, Iterator
from typing import Any

from symtune.errors import BadInputError
from symtune.suites.contracts.graphs import is_connected, is_rooted, is_simple, is_tree, is_unique
from symtune.suites.contracts.wholes import is_convex, is_palindrome

FUNCTIONS: dict[str, Callable[..., Any]] = {
    "len": len, "min": min, "max": max, "sum": sum, "abs": abs, "all": all, "any": any, "set": set, "sorted": sorted,
    "range": range, "is_tree": is_tree, "is_connected": is_connected, "is_simple": is_simple,
    "is_unique": is_unique, "is_rooted": is_rooted, "is_palindrome": is_palindrome, "is_convex": is_convex,
}  # fmt: skip

GRAPHS = frozenset({"is_tree", "is_connected", "is_simple", "is_unique", "is_rooted", "is_palindrome", "is_convex"})
"""Functions of edges, rows and texts as wholes, which only the walk knows: the solver's precondition goes without."""

MAX_STEPS = 200_000
"""Most nodes computed for one check."""

MAX_FORMULA_CHARACTERS = 2_000
MAX_BITS = 4_096
"""Longest integer a formula may compute."""

_OPERATORS: dict[type, Any] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod,
}  # fmt: skip
COMPARISONS: dict[type, Any] = {
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Eq: operator.eq, ast.NotEq: operator.ne,
    ast.In: lambda left, right: left in right, ast.NotIn: lambda left, right: left not in right,
}  # fmt: skip
_UNARY: dict[type, Any] = {ast.USub: operator.neg, ast.UAdd: operator.pos, ast.Not: operator.not_}
_LEAVES = (ast.Name, ast.Constant, ast.Load, ast.Store, ast.And, ast.Or)
_NODES = (
    ast.Expression, ast.Compare, ast.BoolOp, ast.BinOp, ast.UnaryOp, ast.Subscript, ast.Call, ast.GeneratorExp, ast.comprehension,
    *_LEAVES, *_OPERATORS, *COMPARISONS, *_UNARY,
)  # fmt: skip


class CannotTellError(Exception):
    """A formula whose value cannot be computed for an input: a type that does not fit, an index outside, too many steps."""


@functools.lru_cache(maxsize=4096)
def parse_formula(text: str) -> ast.expr:
    """Return the checked tree of a formula.

    Raises:
        BadInputError: it does not parse, or uses what a formula may not.
    """
    if len(text) > MAX_FORMULA_CHARACTERS:
        raise BadInputError(f"the formula has {len(text)} characters, more than {MAX_FORMULA_CHARACTERS}")
    try:
        tree = ast.parse(text, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise BadInputError(f"the formula {text!r} is no expression: {error}") from error
    for node in ast.walk(tree):
        if not isinstance(node, _NODES):
            raise BadInputError(f"the formula {text!r} may not use {type(node).__name__}")
        if isinstance(node, ast.Call):
            is_known = isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS and not node.keywords
            if not is_known:
                raise BadInputError(f"the formula {text!r} calls something else than {', '.join(FUNCTIONS)}")
        if isinstance(node, ast.comprehension) and (node.is_async or not isinstance(node.target, ast.Name)):
            raise BadInputError(f"the formula {text!r} may only loop over one name at a time")
    return tree.body


@functools.lru_cache(maxsize=4096)
def names_of(text: str) -> frozenset[str]:
    """Return the parameters a formula speaks of: its names, but for functions and loop variables."""
    tree = parse_formula(text)
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    bound = {node.target.id for node in ast.walk(tree) if isinstance(node, ast.comprehension) and isinstance(node.target, ast.Name)}
    return frozenset(names - bound - set(FUNCTIONS))


def is_of_graphs(text: str) -> bool:
    """Whether a formula calls a function of `GRAPHS`."""
    return any(isinstance(node, ast.Name) and node.id in GRAPHS for node in ast.walk(parse_formula(text)))


def holds(text: str, values: dict[str, Any]) -> bool:
    """Whether a formula is true of these arguments; False when it cannot be computed.

    Raises:
        BadInputError: it is no formula.
    """
    try:
        return bool(value_of(parse_formula(text), values))
    except CannotTellError:
        return False


def value_of(node: ast.expr, values: dict[str, Any]) -> Any:
    """Compute one node of a formula.

    Raises:
        CannotTellError: a name is missing, a type does not fit, or it takes too many steps.
    """
    try:
        return _Walk().value(node, values)
    except (TypeError, ValueError, LookupError, ArithmeticError, RecursionError, AttributeError) as error:
        raise CannotTellError(str(error)) from error


class _Walk:
    """One computation, with its count of steps."""

    def __init__(self) -> None:
        self._num_steps = 0

    def value(self, node: ast.expr, values: dict[str, Any]) -> Any:
        self._num_steps += 1
        if self._num_steps > MAX_STEPS:
            raise CannotTellError("too many steps")
        return getattr(self, f"_{type(node).__name__.lower()}")(node, values)

    def _name(self, node: ast.Name, values: dict[str, Any]) -> Any:
        return values[node.id]

    def _constant(self, node: ast.Constant, _values: dict[str, Any]) -> Any:
        return node.value

    def _compare(self, node: ast.Compare, values: dict[str, Any]) -> bool:
        left = self.value(node.left, values)
        for kind, side in zip(node.ops, node.comparators, strict=True):
            right = self.value(side, values)
            if not COMPARISONS[type(kind)](left, right):
                return False
            left = right
        return True

    def _boolop(self, node: ast.BoolOp, values: dict[str, Any]) -> bool:
        decide = all if isinstance(node.op, ast.And) else any
        return decide(self.value(one, values) for one in node.values)

    def _binop(self, node: ast.BinOp, values: dict[str, Any]) -> Any:
        left, right = self.value(node.left, values), self.value(node.right, values)
        if type(left) not in (int, float) or type(right) not in (int, float):
            raise TypeError("formulas compute with numbers only")
        result = _OPERATORS[type(node.op)](left, right)
        if isinstance(result, int) and result.bit_length() > MAX_BITS:
            raise CannotTellError("a number too large")
        return result

    def _unaryop(self, node: ast.UnaryOp, values: dict[str, Any]) -> Any:
        return _UNARY[type(node.op)](self.value(node.operand, values))

    def _subscript(self, node: ast.Subscript, values: dict[str, Any]) -> Any:
        return self.value(node.value, values)[self.value(node.slice, values)]

    def _call(self, node: ast.Call, values: dict[str, Any]) -> Any:
        assert isinstance(node.func, ast.Name)
        arguments = [self.value(one, values) for one in node.args]
        if node.func.id == "range" and any(type(one) is not int or abs(one) > MAX_STEPS for one in arguments):
            raise CannotTellError("a range too long")
        return FUNCTIONS[node.func.id](*arguments)

    def _generatorexp(self, node: ast.GeneratorExp, values: dict[str, Any]) -> Iterator[Any]:
        return self._loop(node.elt, node.generators, values)

    def _loop(self, element: ast.expr, loops: list[ast.comprehension], values: dict[str, Any]) -> Iterator[Any]:
        if not loops:
            yield self.value(element, values)
            return
        first, *rest = loops
        assert isinstance(first.target, ast.Name)
        for item in self.value(first.iter, values):
            inner = values | {first.target.id: item}
            if all(self.value(test, inner) for test in first.ifs):
                yield from self._loop(element, rest, inner)
