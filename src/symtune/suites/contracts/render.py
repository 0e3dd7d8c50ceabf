"""A comparison of a statement as a formula over the parameters: ``0 <= u_i`` -> ``all(0 <= x1[0] for x1 in edges)``."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from symtune.suites.contracts.comparisons import Comparison
from symtune.suites.contracts.expressions import Expression, NotReadError, Ref, Text, constant_of, refs_of
from symtune.suites.contracts.notation import Number

MAX_DIGITS = 30
"""Numbers with more digits are left out of formulas."""


@dataclass
class _Loops:
    """The loops that the indices of a comparison need."""

    taken: set[str]
    loops: list[str] = field(default_factory=list)
    current: dict[Ref, str] = field(default_factory=dict)

    def fresh(self) -> str:
        name = next(name for name in (f"x{number}" for number in range(1, 100)) if name not in self.taken)
        self.taken.add(name)
        return name


def formula_of(comparison: Comparison, *, names: Collection[str], is_weak: bool, measure: Callable[[Ref], str]) -> str:
    """Return a comparison, all of whose quantities are parameters, as a formula.

    Args:
        names: the parameters, which loop variables must not shadow.
        is_weak: numbers with two readings take the one that promises less.
        measure: tells whether bars around a quantity mean ``len`` or ``abs``.

    Raises:
        NotReadError: it needs what formulas lack, or two indices run over the same items.
    """
    loops = _indices([*refs_of(comparison.left), *refs_of(comparison.right)], names)
    is_upper = comparison.sign in ("<=", "<")
    left = _render(comparison.left, loops, (not is_upper) is is_weak, measure)
    right = _render(comparison.right, loops, is_upper is is_weak, measure)
    text = f"{left} {comparison.sign} {right}"
    return f"all({text} {' '.join(loops.loops)})" if loops.loops else text


def _indices(refs: list[Ref], names: Collection[str]) -> _Loops:
    loops = _Loops(taken=set(names))
    waiting = {ref: list(ref.path) for ref in refs}
    loops.current = {ref: ref.name for ref in refs}
    seen_bases: dict[str, set[str]] = {}
    while any(waiting.values()):
        for ref, steps in waiting.items():
            while steps and isinstance(steps[0], int):
                loops.current[ref] += f"[{steps.pop(0)}]"
        letter = next((steps[0] for steps in waiting.values() if steps), None)
        if letter is None:
            break
        group = [ref for ref, steps in waiting.items() if steps and steps[0] == letter]
        bases = list(dict.fromkeys(loops.current[ref] for ref in group))
        for base in bases:
            if str(letter) not in seen_bases.setdefault(base, {str(letter)}):
                raise NotReadError("two indices run over the same items")
        variable = loops.fresh()
        if len(bases) == 1:
            loops.loops.append(f"for {variable} in {bases[0]}")
        else:
            loops.loops.append(f"for {variable} in range(min({', '.join(f'len({base})' for base in bases)}))")
        for ref in group:
            loops.current[ref] = variable if len(bases) == 1 else f"{loops.current[ref]}[{variable}]"
            waiting[ref].pop(0)
    return loops


def _render(expression: Expression, loops: _Loops, is_greatest: bool, measure: Callable[[Ref], str]) -> str:
    constant = constant_of(expression)
    if constant is not None:
        value = constant.greatest if is_greatest else constant.least
        if abs(value) >= 10**MAX_DIGITS:
            raise NotReadError("a number too large")
        return repr(value)
    if isinstance(expression, Text):
        return repr(expression.value)
    if isinstance(expression, Ref):
        name = loops.current[expression]
        how = measure(expression) if expression.measure == "bars" else {"length": "len", "value": ""}[expression.measure]
        return f"{how}({name})" if how else name
    assert not isinstance(expression, Number)
    parts = [_render(part, loops, is_greatest, measure) for part in expression.parts]
    if expression.sign in ("min", "max"):
        return f"{expression.sign}({', '.join(parts)})"
    if expression.sign == "sum" and len(parts) == 1:
        return f"sum({parts[0]})"
    signs = {"+": "+", "-": "-", "*": "*", "/": "//", "%": "%"}
    if expression.sign not in signs or len(parts) != 2:
        raise NotReadError("a sign that formulas lack")
    grouped = [f"({text})" if not text.replace("_", "").isalnum() and not text.endswith(")") else text for text in parts]
    return f"{grouped[0]} {signs[expression.sign]} {grouped[1]}"
