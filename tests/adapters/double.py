"""One small problem with one thing open, and programs for it."""

from __future__ import annotations

from symtune.domain import Case, Problem

PROBLEM = Problem(
    id="double",
    statement="Double a number.",
    entry_point="double",
    examples=(Case.call(2, expected=4), Case.call(3, expected=6)),
    tests=(Case.call(0, expected=0), Case.call(-5, expected=-10)),
)
RIGHT = "def double(x):\n    return 2 * x\n"
SQUARE = "def double(x):\n    return x * x\n"
"""Wrong by the public tests."""
COPY = "def double(x):\n    return {2: 4, 3: 6}.get(x)\n"
"""Right by the public tests alone."""


def fenced(source: str) -> str:
    return f"Here:\n```python\n{source}```\n"
