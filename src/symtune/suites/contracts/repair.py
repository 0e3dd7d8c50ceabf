"""Make a formula true by changing one argument: the number compared, the length compared, the items out of bounds.

Only what is easy is done; what is not is left for the check that follows. Source: ours.
"""

from __future__ import annotations

import ast
import random
from collections.abc import Callable, Iterator
from typing import Any

from symtune.suites.contracts.formula import COMPARISONS, GRAPHS, CannotTellError, holds, parse_formula, value_of
from symtune.suites.contracts.graphs import as_connected, as_rooted, as_simple, as_tree
from symtune.suites.contracts.wholes import as_convex, as_palindrome

_STEP: dict[type, int] = {ast.Lt: -1, ast.Gt: 1}
_FLIPPED: dict[type, type] = {ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE, ast.Eq: ast.Eq, ast.NotEq: ast.NotEq}
MAX_SIZE = 1_000
"""Collections are never stretched beyond this many items."""


def repair(text: str, values: dict[str, Any], rng: random.Random) -> None:
    """Change the arguments in place so that the formula holds, where that is easy."""
    if holds(text, values):
        return
    tree = parse_formula(text)
    try:
        if isinstance(tree, ast.Compare):
            _compare(tree, values, rng)
        elif isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) and tree.func.id == "all" and isinstance(tree.args[0], ast.GeneratorExp):
            _items(tree.args[0], values, rng)
        elif isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.Or) and isinstance(tree.values[-1], ast.Compare):
            _compare(tree.values[-1], values, rng)
        elif isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) and tree.func.id in GRAPHS:
            _graph(tree.func.id, tree.args, values, rng)
    except (CannotTellError, TypeError, ValueError, LookupError, ArithmeticError, RecursionError):
        return


def _compare(tree: ast.Compare, values: dict[str, Any], rng: random.Random) -> None:
    left = tree.left
    for sign, right in zip(tree.ops, tree.comparators, strict=True):
        one, other = value_of(left, values), value_of(right, values)
        if not COMPARISONS[type(sign)](one, other):
            sides = [(left, type(sign), other), (right, _FLIPPED.get(type(sign), type(sign)), one)]
            for side, kind, wanted in (sides if rng.random() < 0.5 else sides[::-1]):
                if _set(side, kind, wanted, values, rng):
                    break
        left = right


def _set(side: ast.expr, sign: type, wanted: Any, values: dict[str, Any], rng: random.Random) -> bool:
    """Give a side of a comparison a value for which it holds; False when the side is not that simple."""
    if isinstance(side, ast.Name) and type(values.get(side.id)) in (int, float) and type(wanted) in (int, float):
        values[side.id] = type(values[side.id])(_near(values[side.id], sign, wanted))
        return True
    if isinstance(side, ast.Subscript) and isinstance(side.value, ast.Name) and type(wanted) is str and sign is ast.NotEq:
        name, text = side.value.id, values[side.value.id]
        place = value_of(side.slice, values)
        others = [one for one in text if one != wanted] or ["1"]
        values[name] = text[:place] + rng.choice(others) + text[place + 1 :]
        return True
    if isinstance(side, ast.Call) and isinstance(side.func, ast.Name) and isinstance(side.args[0], ast.Name):
        name = side.args[0].id
        if side.func.id == "len" and type(wanted) is int:
            return _resize(name, _near(len(values[name]), sign, wanted), values, rng)
        if side.func.id == "sorted" and sign is ast.Eq and isinstance(wanted, list):
            rng.shuffle(wanted)
            values[name] = "".join(wanted) if type(values[name]) is str else type(values[name])(wanted)
            return True
    if isinstance(side, ast.BinOp) and isinstance(side.op, ast.Mod) and sign is ast.Eq:
        divisor = value_of(side.right, values)
        number = value_of(side.left, values)
        return bool(divisor) and _set(side.left, ast.Eq, number - number % divisor + wanted, values, rng)
    return False


def _graph(function: str, args: list[ast.expr], values: dict[str, Any], rng: random.Random) -> None:
    """Redraw edges, points or a text; where edges are too few to join all vertices, there are fewer vertices, if an argument says how many."""
    if not isinstance(args[0], ast.Name) or not values[args[0].id]:
        return
    name, edges = args[0].id, values[args[0].id]
    if function == "is_convex":
        values[name] = as_convex(edges, value_of(args[1], values), rng)
    elif function != "is_connected":
        values[name] = _REDRAWN[function](edges, rng)
    else:
        if isinstance(args[1], ast.Name) and value_of(args[1], values) > len(edges) + 1:
            values[args[1].id] = rng.randint(2, len(edges) + 1)
        values[name] = as_connected(edges, value_of(args[1], values), rng)


_REDRAWN: dict[str, Callable[[Any, random.Random], Any]] = {
    "is_tree": as_tree,
    "is_simple": as_simple,
    "is_rooted": as_rooted,
    "is_unique": lambda rows, _rng: list(dict.fromkeys(rows)),
    "is_palindrome": lambda text, _rng: as_palindrome(text),
}


def _near(value: Any, sign: type, wanted: Any) -> Any:
    """Return the value nearest to ``value`` that stands in this relation to ``wanted``."""
    if sign is ast.NotEq:
        return wanted + 1
    return wanted + _STEP.get(sign, 0)


def _resize(name: str, size: int, values: dict[str, Any], rng: random.Random) -> bool:
    value = values[name]
    if not 0 <= size <= MAX_SIZE or type(value) not in (list, tuple, str):
        return False
    if size > len(value) and not len(value):
        return False
    more: Any = [rng.choice(value) for _ in range(size - len(value))]
    values[name] = value[:size] + ("".join(more) if type(value) is str else type(value)(more))
    return True


def _items(loop: ast.GeneratorExp, values: dict[str, Any], rng: random.Random) -> None:
    """Clip the items of nested lists: ``all(0 <= x <= n - 1 for row in edges for x in row)``; of places, ``all(p[k] < k + 2 for k in range(len(p)))``."""
    element = loop.elt
    first = loop.generators[0]
    if isinstance(element, ast.Compare) and isinstance(first.iter, ast.Call) and isinstance(first.target, ast.Name) and len(loop.generators) == 1:
        _places(element, first.target.id, values, rng)
        return
    if not isinstance(element, ast.Compare) or not isinstance(first.iter, ast.Name):
        return
    name = first.iter.id

    def change(item: Any, loops: list[ast.comprehension], scope: dict[str, Any]) -> Any:
        assert isinstance(loops[0].target, ast.Name)
        inner = scope | {loops[0].target.id: item}
        if len(loops) == 1:
            return _clip(element, loops[0].target.id, inner)
        deeper = loops[1]
        if isinstance(deeper.iter, ast.Name) and deeper.iter.id == loops[0].target.id:
            return _rebuilt(item, lambda one: change(one, loops[1:], inner))
        return item

    values[name] = _rebuilt(values[name], lambda item: change(item, loop.generators, values))


def _places(element: ast.Compare, variable: str, values: dict[str, Any], rng: random.Random) -> None:
    """Draw anew each whole number of a list, or in a column of its rows, that breaks a comparison with its place."""
    for side, sign, bound in _sides(element):
        column = value_of(side.slice, values) if isinstance(side, ast.Subscript) and isinstance(side.value, ast.Subscript) else None
        item = side.value if column is not None and isinstance(side, ast.Subscript) else side
        is_item = isinstance(item, ast.Subscript) and isinstance(item.slice, ast.Name) and item.slice.id == variable
        if not is_item or not isinstance(item, ast.Subscript) or not isinstance(item.value, ast.Name):
            continue
        name = item.value.id
        rows = list(values[name])
        numbers = rows if column is None else [row[column] for row in rows]
        for place, number in enumerate(numbers):
            limit = value_of(bound, values | {variable: place})
            if type(number) is int and type(limit) is int and not COMPARISONS[sign](number, limit):
                near = _near(number, sign, limit)
                drawn = rng.randint(min(near, *numbers), near) if sign in (ast.Lt, ast.LtE) else near
                rows[place] = drawn if column is None else (*rows[place][:column], drawn, *rows[place][column + 1 :])
        values[name] = rows


def _rebuilt(value: Any, change: Callable[[Any], Any]) -> Any:
    if type(value) is dict:
        return {key: change(item) for key, item in value.items()}
    return type(value)(change(item) for item in value) if type(value) in (list, tuple, set, frozenset) else value


def _clip(element: ast.Compare, variable: str, values: dict[str, Any]) -> Any:
    """Return the loop's item, or the number at a fixed place of it, brought inside the comparison."""
    for side, sign, bound in _sides(element):
        item = values[variable]
        limit = value_of(bound, values)
        if isinstance(side, ast.Name) and side.id == variable and type(item) in (int, float):
            if not COMPARISONS[sign](item, limit):
                values = values | {variable: type(item)(_near(item, sign, limit))}
        elif _is_place(side, variable) and isinstance(side, ast.Subscript):
            place = value_of(side.slice, values)
            if not COMPARISONS[sign](item[place], limit):
                changed = list(item)
                changed[place] = type(item[place])(_near(item[place], sign, limit))
                values = values | {variable: type(item)(changed)}
        elif _is_length(side, variable) and not COMPARISONS[sign](len(item), limit):
            scope = dict(values)
            _resize(variable, _near(len(item), sign, limit), scope, random.Random(len(item)))
            values = scope
    return values[variable]


def _is_place(side: ast.expr, variable: str) -> bool:
    return isinstance(side, ast.Subscript) and isinstance(side.value, ast.Name) and side.value.id == variable


def _is_length(side: ast.expr, variable: str) -> bool:
    is_call = isinstance(side, ast.Call) and isinstance(side.func, ast.Name) and side.func.id == "len"
    return is_call and isinstance(side, ast.Call) and isinstance(side.args[0], ast.Name) and side.args[0].id == variable


def _sides(element: ast.Compare) -> Iterator[tuple[ast.expr, type, ast.expr]]:
    left = element.left
    for sign, right in zip(element.ops, element.comparators, strict=True):
        yield left, type(sign), right
        yield right, _FLIPPED.get(type(sign), type(sign)), left
        left = right
