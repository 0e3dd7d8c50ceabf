"""The corpus: three small problems, and every program in programs/ with the verdict it must get.

The hostile programs and their verdicts stand in `hostile`; honest programs pass.
"""

from __future__ import annotations

import secrets
from pathlib import Path

import hostile

from symtune.domain import Case, Cause, Problem, ProblemLimits, Program
from symtune.sandbox import MIB, Limits

FOLDER = Path(__file__).parent / "programs"
LIMITS = Limits(memory_bytes=256 * MIB, num_processes=32, output_bytes=8 * MIB)
ROOM_S, HANG_S = 8.0, 0.8
"""CPU seconds a case: room on a busy machine for what ends by itself, and little for what must be ended."""

DOUBLE = Problem(
    id="double",
    time_limit_s=ROOM_S,
    statement="Return the list of the doubled numbers.",
    entry_point="double",
    tests=tuple(Case.call(list(numbers), expected=[2 * n for n in numbers]) for numbers in ((3,), (1, 2), (5, -3, 7))),
)
TOTAL = Problem(
    id="total",
    time_limit_s=ROOM_S,
    statement="Read n, then n numbers on one line; print their sum.",
    tests=(
        Case.text("3\n1 2 3\n", expected="6\n"),
        Case.text("2\r\n10 -4\r\n", expected="6"),
        Case.text("1\n5", expected="5\n"),
    ),
)
SECRET = Problem(
    id="secret",
    time_limit_s=ROOM_S,
    statement="Return the secret of this number. It stands in no file and in no input.",
    entry_point="secret",
    tests=tuple(Case.call(number, expected=f"symtune-{'secret'}-{secrets.token_hex(8)}") for number in range(3)),
)
PROBLEMS = (DOUBLE, TOTAL, SECRET)
HANG, SHORT = "/hang", "/short"
"""End the ids of a problem's twins for programs that hang: with less time, and with one case only."""


def _twins(problem: Problem) -> list[Problem]:
    sharp = {"time_limit_s": HANG_S, "limits": ProblemLimits(wall_time_s=3.5)}
    return [
        problem,
        problem.model_copy(update={"id": problem.id + HANG, **sharp}),
        problem.model_copy(update={"id": problem.id + SHORT, "tests": problem.tests[:1], **sharp}),
    ]


ALL_PROBLEMS = [twin for problem in PROBLEMS for twin in _twins(problem)]


def program(kind: str, name: str, *, is_short: bool = False, turn: int = 0) -> Program:
    """Return one program of the corpus.

    Args:
        is_short: judge it on one case, where its verdict is a timeout: a program that hangs everywhere costs three limits.
        turn: makes the id differ, for judging it more than once.
    """
    source = hostile.call_source(name) if name in hostile.CALLS else (FOLDER / kind / f"{name}.py").read_text()
    problem = "total" if name.startswith("stdin_") else "secret" if name.startswith("secret_") else "double"
    if kind == "hostile" and hostile.HOSTILE[name][1] is Cause.TIMEOUT:
        problem += SHORT if is_short else HANG
    return Program(problem_id=problem, source=source, id=f"{kind}/{name}/{turn}")


def names(kind: str) -> list[str]:
    """Return the names of all program files of a kind."""
    return sorted(path.stem for path in (FOLDER / kind).glob("*.py"))
