"""Measuring a time limit: the references of a problem run on its suite, here and now.

Source: ours.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from symtune.errors import BadInputError
from symtune.judging.checker import Checkers
from symtune.judging.play import Played
from symtune.judging.sheet import Sheet
from symtune.judging.time_limit import TimeLimit
from symtune.judging.verdict import judgement_of

MEASURING_FACTOR = 10.0
"""A reference may use this many times the usual limit while it is measured: the machine may be slow, which is the point."""

MAX_REFERENCES = 5
"""References measured; the slowest of the first five speaks for the rest."""


def measured_sheet(
    sheet: Sheet, time_limit: TimeLimit, play: Callable[[Sheet, str], Played], *, checkers: Checkers | None = None
) -> Sheet:
    """Return a sheet whose CPU time is ``factor * (slowest case of the slowest passing reference) + extra_s``.

    A wall time that the problem or the run states is kept; otherwise it follows from the CPU time as always.

    Args:
        sheet: the suite with its usual limits.
        time_limit: the multiple.
        play: runs a source on every case of a sheet.
        checkers: for a problem that has a checker.

    Raises:
        BadInputError: no reference passes the suite, so there is nothing to measure by.
        SandboxError: the judge broke under a reference.
    """
    generous_s = sheet.limits.cpu_time_s * MEASURING_FACTOR
    generous = dataclasses.replace(sheet, limits=sheet.limits.model_copy(update={"cpu_time_s": generous_s}))
    slowest_s: float | None = None
    reasons = []
    for number, source in enumerate(sheet.problem.references[:MAX_REFERENCES]):
        played = play(generous, source)
        judgement = judgement_of(generous, played, f"reference {number}", checkers=checkers)
        if judgement.first_failure is None:
            slowest_s = max([slowest_s or 0.0, *(answer.cpu_s for answer in played.answers)])
        else:
            reasons.append(f"reference {number} does not pass: {judgement.first_failure.message}")
    if slowest_s is None:
        why = "; ".join(reasons) or "it has no reference"
        raise BadInputError(
            f"problem {sheet.problem.id!r}: the time limit {time_limit} cannot be measured: {why}. State seconds instead."
        )
    limits = sheet.limits.model_copy(update={"cpu_time_s": time_limit.seconds(slowest_s)})
    return dataclasses.replace(sheet, limits=limits, time_limit=time_limit)
