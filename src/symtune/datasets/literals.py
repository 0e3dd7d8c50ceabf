"""Read Python literals and constant expressions out of text, without executing anything.

Data sets print their inputs as Python source (``nums = [1, 2], k = 3 * 19``). The reader walks the syntax tree and knows
constants, displays, arithmetic on them within bounds, the constructors of plain containers, and the names that JSON and
LeetCode use (``null``, ``true``, ``inf``).
"""

from __future__ import annotations

import ast
import operator
import warnings
from collections.abc import Callable
from typing import Any

from symtune.errors import BadValueError

MAX_EXPONENT = 4096
"""Largest exponent evaluated; a larger one would only burn time."""

MAX_ITEMS = 1_000_000
"""Most items (or characters) that repeating a sequence, or a range, may give."""

_NAMES: dict[str, Any] = {"inf": float("inf"), "nan": float("nan"), "null": None, "true": True, "false": False, "none": None}
_CALLS: dict[str, Callable[..., Any]] = {
    "set": set, "frozenset": frozenset, "tuple": tuple, "list": list, "dict": dict, "sorted": sorted, "str": str,
    "int": int, "float": float, "complex": complex, "abs": abs, "round": round, "sum": sum, "len": len, "min": min,
    "max": max,
}  # fmt: skip
_UNARY: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.USub: operator.neg, ast.UAdd: operator.pos, ast.Not: operator.not_, ast.Invert: operator.invert,
}  # fmt: skip
_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod, ast.Pow: operator.pow,
}  # fmt: skip


def parse_expression(text: str) -> ast.expr:
    """Return the syntax tree of one expression.

    Raises:
        BadValueError: the text is no expression.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise BadValueError(f"not a Python expression: {text[:80]!r}") from error


def parse_literal(text: str) -> Any:
    """Return the value that a text spells as a Python literal or constant expression.

    Raises:
        BadValueError: it spells none.
    """
    return evaluate(parse_expression(text))


def evaluate(node: ast.expr, names: dict[str, Any] | None = None) -> Any:
    """Return the value of a constant expression.

    Args:
        node: its syntax tree.
        names: further names it may use, with their values.

    Raises:
        BadValueError: it is no constant expression, or goes beyond `MAX_EXPONENT` or `MAX_ITEMS`.
    """
    try:
        return _evaluate(node, names or {})
    except (ArithmeticError, TypeError, ValueError, LookupError, RecursionError) as error:
        raise BadValueError(f"not a constant expression: {error}") from error


def _evaluate(node: ast.expr, names: dict[str, Any]) -> Any:
    match node:
        case ast.Constant(value=value) if value is not ...:
            return value
        case ast.Name(id=name) if name in names or name in _NAMES:
            return names[name] if name in names else _NAMES[name]
        case ast.List(elts=items):
            return [_evaluate(item, names) for item in items]
        case ast.Tuple(elts=items):
            return tuple(_evaluate(item, names) for item in items)
        case ast.Set(elts=items):
            return {_evaluate(item, names) for item in items}
        case ast.Dict(keys=keys, values=values) if None not in keys:
            return {_evaluate(key, names): _evaluate(item, names) for key, item in zip(keys, values) if key is not None}
        case ast.UnaryOp(op=op, operand=operand):
            return _UNARY[type(op)](_evaluate(operand, names))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            return _binary(op, _evaluate(left, names), _evaluate(right, names))
        case ast.Call(func=ast.Name(id="range"), args=args, keywords=[]):
            bounds = range(*(_evaluate(item, names) for item in args))
            if len(bounds) > MAX_ITEMS:
                raise ValueError(f"a range of {len(bounds)} items")
            return list(bounds)
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in _CALLS:
            return _CALLS[name](*(_evaluate(item, names) for item in args))
    raise ValueError(f"{ast.unparse(node)[:60]!r} is not constant")


def _binary(op: ast.operator, left: Any, right: Any) -> Any:
    if isinstance(op, ast.Pow) and (abs(right) > MAX_EXPONENT or abs(left) > 2**64):
        raise ValueError("a power beyond the bound")
    if isinstance(op, ast.Mult):
        for sequence, times in ((left, right), (right, left)):
            if isinstance(sequence, (str, bytes, list, tuple)) and len(sequence) * times > MAX_ITEMS:
                raise ValueError("a repetition beyond the bound")
    if isinstance(op, ast.Mod) and isinstance(left, (str, bytes)):
        raise ValueError("text formatting is not constant")
    return _BINARY[type(op)](left, right)


def parse_arguments(text: str, *, parameters: tuple[str, ...] = ()) -> tuple[list[Any], dict[str, Any]]:
    """Read call arguments: ``a = [1], b = 2``, or positional ones, or the mixture a call may have.

    Args:
        text: what stands between the parentheses of a call.
        parameters: names of the function's parameters; positional values are given their names when all fit.

    Returns:
        Positional values and named values.

    Raises:
        BadValueError: the text is no argument list of constants.
    """
    call = parse_expression(f"f({text})")
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
        raise BadValueError(f"not an argument list: {text[:80]!r}")
    args = [evaluate(item) for item in call.args]
    kwargs = {item.arg: evaluate(item.value) for item in call.keywords if item.arg is not None}
    if args and len(args) <= len(parameters):
        named = dict(zip(parameters, args))
        if not named.keys() & kwargs.keys():
            return [], named | kwargs
    return args, kwargs


def scan_literal(text: str) -> tuple[Any, str]:
    """Return the literal that a text begins with, and the rest of the text.

    The longest prefix that parses counts, so ``[1, 2] because ...`` gives the list.

    Raises:
        BadValueError: no prefix is a literal.
    """
    for end in sorted(_possible_ends(text), reverse=True):
        try:
            return parse_literal(text[:end]), text[end:]
        except BadValueError:
            continue
    raise BadValueError(f"no literal at the start of {text[:80]!r}")


def _possible_ends(text: str) -> set[int]:
    ends = {len(text)}
    for index, letter in enumerate(text):
        if letter in ")]}\"'":
            ends.add(index + 1)
        elif not (letter.isalnum() or letter in "_.+-"):
            ends.add(index)
    ends |= {index for index, letter in enumerate(text) if letter == "."}
    return {end for end in ends if text[:end].strip()}
