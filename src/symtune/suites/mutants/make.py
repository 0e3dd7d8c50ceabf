"""Make mutants: a program -> programs that differ from it in one place."""

from __future__ import annotations

import ast
import random
import types
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from symtune.suites.mutants.calls import (
    dropped_argument,
    dropped_call,
    function,
    range_ends,
    repeats,
    reverse,
    swapped_arguments,
)
from symtune.suites.mutants.conditions import boundary, connective, forced, negated, relation
from symtune.suites.mutants.numbers import arithmetic, augmented, constant, operand, swapped_operands, unary
from symtune.suites.mutants.sequences import index, items, looped_over, slice_ends
from symtune.suites.mutants.sites import Site, find_sites
from symtune.suites.mutants.statements import dropped_branch, loop_control, other_name, removed, returned
from symtune.suites.sources import UNREADABLE, compiled, parse

Operator = Callable[[Site], Iterator[ast.AST]]

OPERATORS: dict[str, Operator] = {
    "arithmetic": arithmetic,
    "operand": operand,
    "swapped_operands": swapped_operands,
    "constant": constant,
    "unary": unary,
    "augmented": augmented,
    "boundary": boundary,
    "relation": relation,
    "negated": negated,
    "connective": connective,
    "forced": forced,
    "function": function,
    "dropped_call": dropped_call,
    "swapped_arguments": swapped_arguments,
    "dropped_argument": dropped_argument,
    "reverse": reverse,
    "repeats": repeats,
    "range_ends": range_ends,
    "index": index,
    "slice_ends": slice_ends,
    "items": items,
    "looped_over": looped_over,
    "removed": removed,
    "loop_control": loop_control,
    "dropped_branch": dropped_branch,
    "returned": returned,
    "other_name": other_name,
}
"""Name -> operator: from a site to the nodes that may stand in its place."""


@dataclass(frozen=True)
class Mutant:
    """A program that differs from another in one place.

    Attributes:
        source: the whole program.
        operator: name of the operator, of `OPERATORS`.
        line: 1-based line of the change in the source it was made from.
    """

    source: str
    operator: str
    line: int


def make_mutants(source: str, *, entry_point: str | None, max_mutants: int, rng: random.Random) -> list[Mutant]:
    """Return at most ``max_mutants`` mutants, no two of them and none of them and the source the same to the compiler.

    Operators take turns; each turn takes the line that has the fewest mutants. Nothing is executed.

    Args:
        source: a program; one that does not parse has no mutants.
        entry_point: as of a Problem; code that it does not reach is left alone. None: a program that reads stdin.
        rng: the same state gives the same mutants.

    Source: the operators of mutation testing as in DeMillo, Lipton, Sayward 1978 and Offutt et al. 1996, for Python.
    Differs: two programs count as equal when their bytecode is, which spares mutants of dead code and of constants that fold alike.
    """
    try:
        tree = parse(source)
        seen = {fingerprint(source)}
    except UNREADABLE:
        return []
    sites = find_sites(tree, entry_point=entry_point)
    by_operator = {name: [(site, node) for site in sites for node in operator(site)] for name, operator in OPERATORS.items()}
    for changes in by_operator.values():
        rng.shuffle(changes)
    mutants: list[Mutant] = []
    for name, (site, node) in _in_turns(by_operator, rng):
        if len(mutants) >= max_mutants:
            break
        text = _changed(tree, site, node)
        try:
            mark = fingerprint(text)
        except UNREADABLE:
            continue
        if mark not in seen:
            seen.add(mark)
            mutants.append(Mutant(text, name, site.line))
    return mutants


def fingerprint(source: str) -> tuple[object, ...]:
    """Return what the compiler makes of a source, without names of places: equal ones behave alike.

    Raises:
        SyntaxError: it is no Python.
    """
    return _of_code(compiled(source))


def _of_code(code: types.CodeType) -> tuple[object, ...]:
    constants = tuple(_of_code(one) if isinstance(one, types.CodeType) else (type(one), repr(one)) for one in code.co_consts)
    names = (code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars)
    return code.co_code, constants, names, code.co_argcount, code.co_kwonlyargcount, code.co_flags, code.co_exceptiontable


def _in_turns(
    by_operator: dict[str, list[tuple[Site, ast.AST]]], rng: random.Random
) -> Iterator[tuple[str, tuple[Site, ast.AST]]]:
    """Yield the changes, operator by operator in turns, always on the line changed least so far."""
    num_by_line: Counter[int] = Counter()
    left = {name: list(changes) for name, changes in by_operator.items() if changes}
    while left:
        for name in rng.sample(list(left), len(left)):
            changes = left[name]
            place = min(range(len(changes)), key=lambda at: num_by_line[changes[at][0].line])
            chosen = changes.pop(place)
            num_by_line[chosen[0].line] += 1
            yield name, chosen
            if not changes:
                del left[name]


def _changed(tree: ast.Module, site: Site, node: ast.AST) -> str:
    """Return the source with another node at a site; the tree comes back as it was."""
    site.put(node)
    try:
        return ast.unparse(ast.fix_missing_locations(tree))
    finally:
        site.put(site.node)
