"""Operators on arithmetic: other operator, operand left out, operands swapped, constant changed, sign dropped, other ``op=``."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from symtune.suites.mutants.sites import Site, looks_like_sequence

_OTHERS: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Add, ast.FloorDiv),
    ast.Div: (ast.Mult, ast.FloorDiv),
    ast.FloorDiv: (ast.Mult, ast.Div),
    ast.Mod: (ast.FloorDiv, ast.Mult),
    ast.Pow: (ast.Mult,),
    ast.LShift: (ast.RShift,),
    ast.RShift: (ast.LShift,),
    ast.BitAnd: (ast.BitOr, ast.BitXor),
    ast.BitOr: (ast.BitAnd, ast.BitXor),
    ast.BitXor: (ast.BitAnd, ast.BitOr),
}
_ORDERED = (ast.Sub, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.LShift, ast.RShift)
_SENTINEL = 10_000
"""Constants this large often stand for "more than all": a step of one changes nothing there, so only one is made."""


def arithmetic(site: Site) -> Iterator[ast.AST]:
    """``a + b`` -> ``a - b`` and the like; sums of texts and lists are left to `operand`."""
    node = site.node
    if not isinstance(node, ast.BinOp) or _has_text(node, site):
        return
    for other in _OTHERS.get(type(node.op), ()):
        yield ast.BinOp(node.left, other(), node.right)


def operand(site: Site) -> Iterator[ast.AST]:
    """``a + b`` -> ``a``, ``b``."""
    node = site.node
    if isinstance(node, ast.BinOp):
        yield node.left
        if not (isinstance(node.op, ast.Mod) and _has_text(node, site)):
            yield node.right


def swapped_operands(site: Site) -> Iterator[ast.AST]:
    """``a - b`` -> ``b - a``, where the order matters."""
    node = site.node
    if not isinstance(node, ast.BinOp) or (isinstance(node.op, ast.Mod) and _has_text(node, site)):
        return
    if isinstance(node.op, _ORDERED) or (isinstance(node.op, ast.Add) and _has_text(node, site)):
        yield ast.BinOp(node.right, node.op, node.left)


def constant(site: Site) -> Iterator[ast.AST]:
    """Numbers a step up, a step down, 0; texts emptied or longer; True and False exchanged."""
    node = site.node
    if not isinstance(node, ast.Constant) or isinstance(site.parent, ast.JoinedStr):
        return
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int):
        steps = (value + 1, value - 1, 0) if abs(value) < _SENTINEL else (value + 1,)
        yield from (number_node(one) for one in dict.fromkeys(steps) if one != value)
    elif isinstance(value, float):
        yield from (ast.Constant(one) for one in (value + 1.0, value / 2, 0.0) if one != value)
    elif isinstance(value, str):
        yield from (ast.Constant(one) for one in (value[1:], value + "x") if one != value)


def unary(site: Site) -> Iterator[ast.AST]:
    """``-a``, ``not a``, ``~a`` -> ``a``."""
    if isinstance(site.node, ast.UnaryOp):
        yield site.node.operand


def augmented(site: Site) -> Iterator[ast.AST]:
    """``a += b`` -> ``a -= b``, ``a = b``."""
    node = site.node
    if not isinstance(node, ast.AugAssign):
        return
    if not looks_like_sequence(node.value, site.scope.sequences):
        for other in _OTHERS.get(type(node.op), ()):
            yield ast.AugAssign(node.target, other(), node.value)
    yield ast.Assign([node.target], node.value, lineno=node.lineno)


def number_node(value: int) -> ast.expr:
    """Return the node of an integer; below 0 it is a minus before a constant, as the parser has it."""
    return ast.Constant(value) if value >= 0 else ast.UnaryOp(ast.USub(), ast.Constant(-value))


def shifted(node: ast.expr, step: int) -> ast.expr:
    """Return the node of ``node + step``."""
    return ast.BinOp(node, ast.Add() if step > 0 else ast.Sub(), ast.Constant(abs(step)))


def _has_text(node: ast.BinOp, site: Site) -> bool:
    return looks_like_sequence(node, site.scope.sequences)
