"""Operators on sequences: index and slice off by one, ends left out, items of a display dropped or swapped."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from symtune.suites.mutants.numbers import number_node, shifted
from symtune.suites.mutants.sites import Site


def index(site: Site) -> Iterator[ast.AST]:
    """``a[i]`` -> ``a[i + 1]``, ``a[i - 1]``; the first item -> the last, and back."""
    node = site.node
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant | ast.UnaryOp):
        ends = {"0": -1, "-1": 0}
        if (text := ast.unparse(node.slice)) in ends:
            yield ast.Subscript(node.value, number_node(ends[text]), node.ctx)
    elif isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Slice | ast.Tuple | ast.JoinedStr):
        for step in (-1, 1):
            yield ast.Subscript(node.value, shifted(node.slice, step), node.ctx)


def slice_ends(site: Site) -> Iterator[ast.AST]:
    """``a[i:j]`` -> one sooner or later at either end, an end or the step left out."""
    node = site.node
    if not isinstance(node, ast.Slice):
        return
    lower, upper, step = node.lower, node.upper, node.step
    if lower is not None:
        yield ast.Slice(None, upper, step)
        yield from (ast.Slice(shifted(lower, one), upper, step) for one in (-1, 1))
    elif step is None:
        yield ast.Slice(ast.Constant(1), upper, step)
    if upper is not None:
        yield ast.Slice(lower, None, step)
        yield from (ast.Slice(lower, shifted(upper, one), step) for one in (-1, 1))
    if step is not None:
        yield ast.Slice(lower, upper, None)


def items(site: Site) -> Iterator[ast.AST]:
    """``(a, b)`` -> ``(b, a)``; ``[a, b]`` -> ``[b]``, ``[a]``; a filter of a comprehension left out."""
    node = site.node
    if isinstance(node, ast.List | ast.Tuple) and isinstance(node.ctx, ast.Load):
        for at in range(len(node.elts) - 1):
            turned = list(node.elts)
            turned[at], turned[at + 1] = turned[at + 1], turned[at]
            yield type(node)(turned, ast.Load())
        if isinstance(node, ast.List):
            yield from (ast.List(node.elts[:at] + node.elts[at + 1 :], ast.Load()) for at in range(min(len(node.elts), 3)))
    elif isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp) and any(one.ifs for one in node.generators):
        bare = [ast.comprehension(one.target, one.iter, [], one.is_async) for one in node.generators]
        yield type(node)(node.elt, bare)


def looped_over(site: Site) -> Iterator[ast.AST]:
    """``for x in a`` -> without the first item, without the last; comprehensions alike."""
    node = site.node
    is_loop = site.field == "iter" and isinstance(site.parent, ast.For | ast.comprehension)
    if not is_loop or not isinstance(node, ast.expr):
        return
    listed = ast.Call(ast.Name("list", ast.Load()), [node], [])
    yield ast.Subscript(listed, ast.Slice(ast.Constant(1), None, None), ast.Load())
    yield ast.Subscript(listed, ast.Slice(None, number_node(-1), None), ast.Load())
