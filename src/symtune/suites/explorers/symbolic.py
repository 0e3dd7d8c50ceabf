"""Explorer ``symbolic``: one input per path of a reference, found by CrossHair inside the guest."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from symtune.domain import decode_value
from symtune.errors import BadValueError
from symtune.sandbox import Limits
from symtune.suites.contracts.precondition import precondition_source
from symtune.suites.explorers.target import Input, Target

PATH_FRACTION = 0.2
"""Most of the budget that one path may take."""

MEMORY_BYTES = 1 << 30
"""Address space of the explorer on top of the warm guest's own."""

MAX_INPUTS = 300
"""Paths kept per problem, the shortest inputs first seen; a loop can be unrolled without end."""

MAX_FRAME_CHARACTERS = 100_000
"""An input whose JSON form is longer is left out."""


def explore(target: Target, budget_s: float) -> Iterator[Input]:
    """Yield the inputs of the paths that end within ``budget_s`` CPU seconds; what came before a kill is kept."""
    problem = target.problem
    execution = target.guest.run(
        {
            "mode": "symbolic",
            "source": target.source,
            "prelude": target.prelude,
            "entry_point": problem.entry_point,
            "examples": [case.to_json() for case in target.cases],
            "precondition": precondition_source(target.contract),
            "budget_s": budget_s,
            "max_paths": target.max_paths,
            "path_s": max(0.3, PATH_FRACTION * budget_s),
        },
        Limits(cpu_time_s=budget_s + 1.0, wall_time_s=2 * budget_s + 3.0, memory_bytes=MEMORY_BYTES),
    )
    frames = [frame for frame in execution.frames if isinstance(frame, dict)]
    for frame in frames:
        if "problem" in frame:
            target.note(f"symbolic_{frame['problem']}")
        if "ignored" in frame:
            target.note("symbolic_paths_without_input", int(frame["ignored"]))
        target.types.update(frame.get("types", {}))
    if not any("done" in frame or "problem" in frame for frame in frames):
        target.note(f"symbolic_{execution.ended}")
    for frame in itertools.islice((frame for frame in frames if _is_input(frame)), MAX_INPUTS):
        try:
            args = tuple(decode_value(item) for item in frame["args"])
            kwargs = {key: decode_value(item) for key, item in frame["kwargs"].items()}
        except BadValueError:
            target.note("symbolic_not_plain")
            continue
        if len(str(frame)) <= MAX_FRAME_CHARACTERS:
            yield args, kwargs


def _is_input(frame: dict[str, Any]) -> bool:
    return isinstance(frame.get("args"), list) and isinstance(frame.get("kwargs"), dict)
