"""Limits as words of the command line: seconds or a multiple of the reference's own time, sizes as 512MiB, counts."""

from __future__ import annotations

import re
from typing import Any

from pydantic import ValidationError

from symtune.errors import BadConfigError
from symtune.judging import TimeLimit
from symtune.sandbox import Limits

_UNITS = {"": 1, "b": 1, "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30, "kb": 10**3, "mb": 10**6, "gb": 10**9}
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]*)", re.IGNORECASE)


def parse_time_limit(text: str | float | None) -> float | TimeLimit | None:
    """Read ``2.5`` (CPU seconds of one case) or ``reference*5+0.5``.

    Raises:
        BadConfigError: neither of the two, or no time at all.
    """
    if text is None:
        return None
    try:
        seconds = float(text)
    except ValueError:
        return TimeLimit.parse(str(text))
    if not 0 < seconds < float("inf"):
        raise BadConfigError(f"time limit {text!r}: must be more than 0 seconds")
    return seconds


def parse_size(text: str | int | None, *, name: str) -> int | None:
    """Read ``512MiB``, ``1.5GiB``, ``200kB`` or a number of bytes.

    Raises:
        BadConfigError: no such size.
    """
    if text is None:
        return None
    found = _SIZE.fullmatch(str(text).strip())
    if found is None or found[2].lower() not in _UNITS:
        raise BadConfigError(f"{name} {text!r}: write bytes, or a size such as 512MiB or 2GiB")
    return int(float(found[1]) * _UNITS[found[2].lower()])


def run_limits(
    *,
    time_limit: str | float | None = None,
    wall_time_limit: float | None = None,
    memory_limit: str | int | None = None,
    process_limit: int | None = None,
    output_limit: str | int | None = None,
    file_limit: int | None = None,
) -> tuple[Limits | None, TimeLimit | None]:
    """Return the limits that a run states for every problem, and the multiple by which its time is measured, if it is.

    Only what is stated is set; the rest stays each problem's own, else the default. Arguments as the flags of `symtune judge`.

    Raises:
        BadConfigError: a limit that is none; names it.
    """
    time = parse_time_limit(time_limit)
    stated: dict[str, Any] = {
        "cpu_time_s": None if isinstance(time, TimeLimit) else time,
        "wall_time_s": wall_time_limit,
        "memory_bytes": parse_size(memory_limit, name="memory limit"),
        "num_processes": process_limit,
        "output_bytes": parse_size(output_limit, name="output limit"),
        "num_files": file_limit,
    }
    stated = {name: value for name, value in stated.items() if value is not None}
    try:
        limits = Limits(**stated) if stated else None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise BadConfigError(f"limit '{first['loc'][0]}': {first['msg']} (got {first['input']!r})") from error
    return limits, time if isinstance(time, TimeLimit) else None
