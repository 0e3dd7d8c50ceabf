"""Worker that runs the checker of a problem: trusted source with ``check(input, got, expected) -> bool``.

It runs in a guest of its own, where no program under judgement ever runs: a checker sees expected values. What a program gave
comes as plain data. A checker is written by the owner of the problem and may read and compute what it likes; the sandbox only
keeps a slow or broken one from harming the host.

Frames: ``{"load": message, "t": trace}`` when it does not load; then per case ``{"i": index, "r": bool}``, or ``{"i", "m": message,
"t": trace}`` when the checker raised or returned something else than a bool; with ``"c": true`` where it raised an ordinary exception.

Source: ours.
"""

from __future__ import annotations

import types
from typing import Any

from codec import decode
from faults import PROGRAM_FILE, describe


def prepare() -> None:
    """Import what checkers import most, so that forks share it."""
    import collections
    import fractions
    import heapq
    import itertools
    import math
    import re

    assert all((collections, fractions, heapq, itertools, math, re))


def handle(request: dict[str, Any], send: Any) -> None:
    """Ask the checker about every case of the request; the clock of each case starts anew."""
    send.begin_step()
    source = request["checker"]
    module = types.ModuleType("checker")
    try:
        exec(compile(source, PROGRAM_FILE, "exec", dont_inherit=True), module.__dict__)
        check = module.__dict__["check"]
    except KeyError:
        send({"load": "it defines no function check(input, got, expected)", "t": ""})
        return
    except BaseException as error:
        said = describe(error, source)
        send({"load": said["m"], "t": said["t"]})
        return
    for index, case in enumerate(request["cases"]):
        send.begin_step()
        try:
            is_right = check(decode(case["input"]), decode(case["got"]), decode(case["expected"]))
        except BaseException as error:
            is_ordinary = isinstance(error, Exception) and not isinstance(error, MemoryError)
            send({"i": index, "c": is_ordinary} | describe(error, source))
            continue
        if is_right is True or is_right is False:
            send({"i": index, "r": is_right})
        else:
            send({"i": index, "m": f"it returned a {type(is_right).__name__}, not True or False", "t": ""})
