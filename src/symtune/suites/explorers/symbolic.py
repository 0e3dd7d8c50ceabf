"""Explorer ``symbolic``: one input per path of a reference, found by CrossHair inside the guest."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from symtune.domain import decode_value
from symtune.errors import BadValueError
from symtune.sandbox import Limits
from symtune.suites.contracts.contract import Domain, Region
from symtune.suites.contracts.precondition import precondition_source
from symtune.suites.explorers.target import Input, Target

PATH_FRACTION = 0.2
"""Most of a turn's time that one path may take."""

BOUNDS = ((2, 3), (5, 8))
"""Items of a collection and characters of a text at most, by turn: small ones have few paths, and are searched to the end."""

MAX_REFERENCES = 2
"""References explored within each bound."""

MEMORY_BYTES = 1 << 30
"""Address space of the explorer on top of the warm guest's own."""

MAX_INPUTS = 300
"""Paths kept per turn, the shortest inputs first seen; a loop can be unrolled without end."""

MAX_FRAME_CHARACTERS = 100_000
"""An input whose JSON form is longer is left out."""


def explore(target: Target) -> Iterator[list[Input]]:
    """Yield, per turn, the inputs of the paths of one reference within one bound of sizes; the smallest bound comes first."""
    num_left = target.max_paths
    for max_items, max_characters in BOUNDS:
        for source in target.references[:MAX_REFERENCES]:
            small = _bounded(target.contract, max_items, max_characters)
            found, num_paths = _search(target, source, small, num_left)
            num_left = None if num_left is None else num_left - num_paths
            yield found
            if num_left is not None and num_left <= 0:
                return


def _bounded(region: Region, max_items: int, max_characters: int) -> Region:
    """Return the region with no collection and no text larger than the bounds, or than it demands."""

    def bounded(domain: Domain) -> Domain:
        bound = max_characters if domain.kind == "text" else max_items
        size = min(domain.max_size, max(domain.min_size, bound))
        return domain.model_copy(update={"max_size": size, "items": tuple(bounded(one) for one in domain.items)})

    return region.model_copy(
        update={
            "args": tuple(bounded(one) for one in region.args),
            "kwargs": {key: bounded(one) for key, one in region.kwargs.items()},
        }
    )


def _search(target: Target, source: str, region: Region, num_paths: int | None) -> tuple[list[Input], int]:
    """Return the inputs found in one turn, and the number of paths; what came before a kill is kept."""
    execution = target.guest.run(
        {
            "mode": "symbolic",
            "source": source,
            **target.view.guest_fields(),
            "examples": [case.to_json() for case in target.view.cases],
            "precondition": precondition_source(region),
            "budget_s": target.turn_s,
            "max_paths": num_paths,
            "path_s": max(0.3, PATH_FRACTION * target.turn_s),
        },
        Limits(cpu_time_s=target.turn_s + 1.0, wall_time_s=4 * target.turn_s + 3.0, memory_bytes=MEMORY_BYTES),
    )
    frames = [frame for frame in execution.frames if isinstance(frame, dict)]
    num_done = 0
    for frame in frames:
        if "problem" in frame:
            target.note(f"symbolic_{frame['problem']}")
        if "ignored" in frame:
            target.note("symbolic_paths_without_input", int(frame["ignored"]))
            num_done = int(frame["ignored"]) + int(frame.get("paths", 0))
        target.types.update(frame.get("types", {}))
    if not any("done" in frame or "problem" in frame for frame in frames):
        target.note(f"symbolic_{execution.ended}")
    return list(_inputs(target, frames)), num_done


def _inputs(target: Target, frames: list[dict[str, Any]]) -> Iterator[Input]:
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
