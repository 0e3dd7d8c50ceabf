"""Symbolic difference search: inputs on which a suspect gives another answer than the reference, or word that there are none.

Both programs run inside the guest on the same symbolic arguments (`guest/explore_difference.py`), within bounds that grow, in both
orders, inside the contract's precondition. What comes back are inputs to be tried, not cases: the oracle decides.

Source: CrossHair's ``diffbehavior``; see the guest's file for what differs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from symtune.domain import Case, decode_value
from symtune.errors import BadValueError
from symtune.sandbox import Guest, Limits

Status = Literal["different", "equal_within_bounds", "undecided"]

PATH_FRACTION = 0.25
"""Most of the budget that one path may take."""

MEMORY_BYTES = 1 << 30
"""Address space of the search on top of the warm guest's own."""

MAX_INPUTS = 4
"""Inputs after which a search stops: the first may turn out to lie outside the contract."""

_STATUSES: dict[str, Status] = {"different": "different", "equal": "equal_within_bounds", "undecided": "undecided"}


@dataclass(frozen=True)
class Difference:
    """What a search gave.

    Attributes:
        status: ``different``: see the inputs; ``equal_within_bounds``: every path within the bounds was followed and agreed;
            ``undecided``: neither.
        inputs: positional and keyword arguments to be tried.
        max_size: items and characters up to which the two are equal; None unless the status says so.
        reason: why nothing was decided, in a word; empty otherwise.
    """

    status: Status
    inputs: list[tuple[tuple[Any, ...], dict[str, Any]]] = field(default_factory=list)
    max_size: int | None = None
    reason: str = ""


def find_differences(
    guest: Guest,
    *,
    reference: str,
    suspect: str,
    entry_point: str,
    prelude: str,
    examples: Sequence[Case],
    precondition: str | None,
    budget_s: float,
) -> Difference:
    """Search for inputs on which ``suspect`` differs from ``reference``.

    Args:
        guest: a warm guest of the worker ``explore``.
        examples: cases in argument form, from which argument types are inferred.
        precondition: source of ``def precondition(...) -> bool``; inputs outside are not looked at.
        budget_s: CPU seconds; what was found before they are spent is kept.

    Raises:
        GuestDiedError: the guest went away; start a new one.
    """
    execution = guest.run(
        {
            "mode": "difference",
            "source": reference,
            "suspect": suspect,
            "prelude": prelude,
            "entry_point": entry_point,
            "examples": [{key: case.to_json()[key] for key in ("args", "kwargs")} for case in examples],
            "precondition": precondition,
            "budget_s": budget_s,
            "path_s": max(0.3, PATH_FRACTION * budget_s),
            "max_inputs": MAX_INPUTS,
        },
        Limits(cpu_time_s=budget_s + 1.0, wall_time_s=2 * budget_s + 3.0, memory_bytes=MEMORY_BYTES),
    )
    frames = [frame for frame in execution.frames if isinstance(frame, dict)]
    inputs = _inputs(frames)
    done = next((frame for frame in frames if "done" in frame), None)
    if inputs:
        return Difference("different", inputs)
    if done is None:
        problem = next((str(frame["problem"]) for frame in frames if "problem" in frame), execution.ended)
        return Difference("undecided", reason=problem)
    status = _STATUSES.get(str(done["done"]), "undecided")
    bounds = done.get("bounds")
    if status == "equal_within_bounds" and execution.ended == "finished" and isinstance(bounds, list) and type(bounds[0]) is int:
        return Difference(status, max_size=bounds[0])
    doubts = done.get("doubts")
    return Difference("undecided", reason=min(doubts) if isinstance(doubts, dict) and doubts else "budget")


def _inputs(frames: Sequence[dict[str, Any]]) -> list[tuple[tuple[Any, ...], dict[str, Any]]]:
    """Return the inputs among frames. A suspect may forge frames: what does not read as an input is left out."""
    found = []
    for frame in frames:
        if isinstance(frame.get("args"), list) and isinstance(frame.get("kwargs"), dict):
            try:
                args = tuple(decode_value(item) for item in frame["args"])
                found.append((args, {key: decode_value(item) for key, item in frame["kwargs"].items()}))
            except BadValueError:
                continue
    return found[:MAX_INPUTS]
