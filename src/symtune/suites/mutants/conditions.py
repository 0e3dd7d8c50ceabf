"""Operators on conditions: boundary of a comparison, comparison turned, condition negated or forced, ``and`` for ``or``."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from symtune.suites.mutants.sites import Site

_BOUNDARY: dict[type[ast.cmpop], type[ast.cmpop]] = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
_TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.GtE, ast.LtE: ast.Gt, ast.Gt: ast.LtE, ast.GtE: ast.Lt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip


def boundary(site: Site) -> Iterator[ast.AST]:
    """``a < b`` -> ``a <= b`` and back; not where the branch takes the larger of two, which is the same at a tie."""
    if not _is_choice_of_larger(site):
        yield from _compared(site.node, _BOUNDARY)


def relation(site: Site) -> Iterator[ast.AST]:
    """``a < b`` -> ``a >= b``, ``==`` -> ``!=``, ``in`` -> ``not in``, ``is`` -> ``is not``."""
    yield from _compared(site.node, _TURNED)


def negated(site: Site) -> Iterator[ast.AST]:
    """A condition -> its opposite, where it is no plain comparison (see `relation`)."""
    node = site.node
    is_plain = isinstance(node, ast.Compare) and len(node.ops) == 1
    is_not = isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
    if _is_condition(site) and isinstance(node, ast.expr) and not is_plain and not is_not:
        yield ast.UnaryOp(ast.Not(), node)


def connective(site: Site) -> Iterator[ast.AST]:
    """``a and b`` -> ``a or b``, and each part left out."""
    node = site.node
    if not isinstance(node, ast.BoolOp):
        return
    yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    for index in range(len(node.values)):
        rest = node.values[:index] + node.values[index + 1 :]
        yield rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)


def forced(site: Site) -> Iterator[ast.AST]:
    """A condition that always holds, or never; a loop's never. ``a if c else b`` -> ``a``, ``b``."""
    node = site.node
    if isinstance(node, ast.IfExp):
        yield node.body
        yield node.orelse
    elif _is_condition(site) and not isinstance(node, ast.Constant) and not isinstance(site.parent, ast.IfExp):
        yield ast.Constant(False)
        if not isinstance(site.parent, ast.While):
            yield ast.Constant(True)


def _is_condition(site: Site) -> bool:
    return (site.field == "test" and isinstance(site.parent, ast.If | ast.While | ast.IfExp)) or site.field == "ifs"


def _compared(node: ast.AST, table: dict[type[ast.cmpop], type[ast.cmpop]]) -> Iterator[ast.AST]:
    if not isinstance(node, ast.Compare):
        return
    for index, op in enumerate(node.ops):
        if type(op) in table:
            yield ast.Compare(node.left, [*node.ops[:index], table[type(op)](), *node.ops[index + 1 :]], node.comparators)


def _is_choice_of_larger(site: Site) -> bool:
    """Whether ``if a > b: b = a`` or ``a if a > b else b`` stands here: at a tie both ways give the same."""
    node, parent = site.node, site.parent
    if not (isinstance(node, ast.Compare) and len(node.ops) == 1 and site.field == "test"):
        return False
    sides = {_text(node.left), _text(node.comparators[0])}
    if isinstance(parent, ast.IfExp):
        return sides == {_text(parent.body), _text(parent.orelse)}
    if not (isinstance(parent, ast.If) and len(parent.body) == 1 and not parent.orelse):
        return False
    only = parent.body[0]
    return isinstance(only, ast.Assign) and len(only.targets) == 1 and sides == {_text(only.targets[0]), _text(only.value)}


def _text(node: ast.AST) -> str:
    return ast.unparse(node)
