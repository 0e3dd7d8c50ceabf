"""Operators on statements: one removed, a branch dropped, loops left early, another variable, another return."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from symtune.suites.mutants.sites import Site, bound_names

MAX_OTHER_NAMES = 3
"""Variables tried in the place of one."""


def removed(site: Site) -> Iterator[ast.AST]:
    """A statement -> nothing, where the names it binds are bound elsewhere too."""
    node = site.node
    if isinstance(node, ast.Assign | ast.AugAssign | ast.Expr | ast.Break | ast.Continue | ast.For | ast.While):
        plain = [one for one in getattr(node, "targets", ()) if isinstance(one, ast.Name | ast.Tuple)]
        names = set().union(*(bound_names(one) for one in plain))
        if all(site.scope.num_bindings.get(name, 0) > 1 for name in names):
            yield ast.Pass()
        return
    is_guard = isinstance(node, ast.If) and not node.orelse and not all(isinstance(one, ast.Raise) for one in node.body)
    if is_guard or (isinstance(node, ast.Return) and not isinstance(site.parent, ast.FunctionDef)):
        yield ast.Pass()


def loop_control(site: Site) -> Iterator[ast.AST]:
    """``break`` -> ``continue`` and back; a loop that ends after its first turn."""
    node = site.node
    if isinstance(node, ast.Break):
        yield ast.Continue()
    elif isinstance(node, ast.Continue):
        yield ast.Break()
    elif isinstance(node, ast.For):
        yield ast.For(node.target, node.iter, [*node.body, ast.Break()], node.orelse, lineno=node.lineno)
    elif isinstance(node, ast.While):
        yield ast.While(node.test, [*node.body, ast.Break()], node.orelse)


def dropped_branch(site: Site) -> Iterator[ast.AST]:
    """``if a: b else: c`` -> ``if a: b``; an ``elif`` in the middle left out."""
    node = site.node
    if isinstance(node, ast.If) and node.orelse:
        yield ast.If(node.test, node.body, [])
        first = node.orelse[0]
        if len(node.orelse) == 1 and isinstance(first, ast.If) and first.orelse:
            yield ast.If(node.test, node.body, first.orelse)


def returned(site: Site) -> Iterator[ast.AST]:
    """``return a`` -> ``return None``; a truth value -> its opposite; ``yield a`` -> nothing."""
    node = site.node
    if isinstance(node, ast.Return) and node.value is not None:
        if isinstance(node.value, ast.BoolOp | ast.Compare | ast.Call):
            yield ast.Return(ast.UnaryOp(ast.Not(), node.value))
        if not isinstance(node.value, ast.Constant):
            yield ast.Return(None)


def other_name(site: Site) -> Iterator[ast.AST]:
    """A variable -> another of the same function."""
    node = site.node
    if isinstance(node, ast.Name) and node.id in site.scope.names and site.field != "func":
        place = site.scope.names.index(node.id)
        near = sorted((one for one in site.scope.names if one != node.id), key=lambda one: abs(site.scope.names.index(one) - place))
        yield from (ast.Name(one, ast.Load()) for one in near[:MAX_OTHER_NAMES])
