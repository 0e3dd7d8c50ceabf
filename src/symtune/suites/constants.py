"""The literals of programs: what stands in a comparison is what an input has to hit."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterable

from symtune.suites.sources import UNREADABLE, parse

Constant = int | float | str


def constants_of(sources: Iterable[str], known: Iterable[Constant] = ()) -> tuple[Constant, ...]:
    """Return the known literals and those numbers and texts of the sources that are new, each once; docstrings are left out."""
    found: dict[tuple[type, Constant], None] = {(type(one), one): None for one in known}
    for source in sources:
        found |= {(type(one), one): None for one in _constants_of(source)}
    return tuple(value for _, value in found)


@functools.lru_cache(maxsize=512)
def _constants_of(source: str) -> tuple[Constant, ...]:
    try:
        tree = parse(source)
    except UNREADABLE:
        return ()
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    values = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in prose]
    return tuple(value for value in values if type(value) in (int, float, str) and isinstance(value, (int, float, str)))
