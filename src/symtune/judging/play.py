"""Playing a program on a sheet in a guest: requests, and what each case gave. No comparison happens here.

A case that ends its process (a limit, a crash, an exit) is charged to itself: the next cases run in a new fork, so the pass
fraction is kept. After `MAX_ENDED_IN_A_ROW` such cases in a row the rest is not run and charged alike, so that a program which hangs
everywhere costs three time limits and not a hundred.

Source: ours.
"""

from __future__ import annotations

import dataclasses
import math
import signal
from collections.abc import Generator
from typing import Any

from symtune.domain import Cause
from symtune.errors import SandboxError
from symtune.judging.sheet import Sheet
from symtune.sandbox import Execution, Order

MAX_ENDED_IN_A_ROW = 3
MAX_FULL_IN_ALL = 8
"""Forks whose answers together may fill the room for output, so that large answers are judged and the host's memory is safe."""

FIRST_CHUNK = 4

_CAUSE_OF_END = {
    "cpu_timeout": Cause.TIMEOUT,
    "wall_timeout": Cause.TIMEOUT,
    "memory": Cause.MEMORY,
    "output_limit": Cause.OUTPUT_LIMIT,
    "forbidden": Cause.FORBIDDEN,
    "killed": Cause.CRASH,
    "exited": Cause.EARLY_EXIT,
    "finished": Cause.EARLY_EXIT,
}
_CAUSES_OF_LOADING = {
    cause.value: cause for cause in (Cause.SYNTAX, Cause.IMPORT, Cause.LOAD, Cause.ENTRY_POINT, Cause.MEMORY)
}
_CAUSES_OF_CASES = {
    cause.value: cause
    for cause in (
        Cause.EXCEPTION, Cause.IMPORT, Cause.EARLY_EXIT, Cause.MEMORY, Cause.OUTPUT_LIMIT, Cause.PROCESS_LIMIT, Cause.NOT_PLAIN,
    )
}  # fmt: skip
"""What a frame may give as cause: whoever writes frames by hand chooses among failures that a program can have."""

_MESSAGES = {
    Cause.TIMEOUT: "it took too long",
    Cause.MEMORY: "it ran out of memory",
    Cause.OUTPUT_LIMIT: "it wrote more than allowed",
    Cause.FORBIDDEN: "it made a system call that the sandbox forbids",
    Cause.CRASH: "its process crashed",
    Cause.EARLY_EXIT: "its process ended without an answer",
}


@dataclasses.dataclass(frozen=True)
class Answer:
    """What one case gave: the JSON form of a value or the text of stdout, or a cause why there is none.

    Attributes:
        is_by_chance: the clock on the wall or a kill from outside ended it, so that it may come otherwise another time.
    """

    form: Any = None
    output: str | None = None
    cause: Cause | None = None
    message: str = ""
    trace: str = ""
    cpu_s: float = 0.0
    is_by_chance: bool = False


@dataclasses.dataclass(frozen=True)
class Played:
    """What a program gave on a sheet: answers by case, or why it did not load (then there are none).

    Attributes:
        cpu_s: CPU seconds of all its forks, loading included.
        load_cpu_s: CPU seconds of loading, in the fork where it took longest.
    """

    answers: list[Answer]
    load_failure: Answer | None
    wall_s: float
    num_bytes: int = 0
    cpu_s: float = 0.0
    load_cpu_s: float = 0.0

    @property
    def is_by_chance(self) -> bool:
        """Whether any answer is; such a verdict is not kept for another time."""
        return any(answer.is_by_chance for answer in ([self.load_failure] if self.load_failure else self.answers))


@dataclasses.dataclass(frozen=True)
class Stretch:
    """One fork of a guest: a program on the cases ``start`` to ``stop`` of a sheet."""

    sheet: Sheet
    source: str
    start: int
    stop: int
    is_cut: bool = False

    def order(self, shared: dict[str, Any] | None) -> Order:
        """Return the order for a guest.

        Args:
            shared: the inputs, for a guest that does not have them yet.
        """
        limits, is_stdin = self.sheet.limits, self.sheet.problem.is_stdin
        if is_stdin:  # cases are timed inside, one fork each; the outer clock is the backstop
            limits = limits.model_copy(update={"wall_time_s": float(limits.to_order()["wall_time_s"]) * 1.25 + 1})
        request = self.sheet.request(self.source, start=self.start, stop=self.stop)
        if self.is_cut:
            request["max_ended_in_a_row"] = 1
        return Order(request, limits, num_steps=self.stop - self.start + 1, shared=shared)


def play(
    sheet: Sheet, source: str, *, start: int = 0, stop: int | None = None, is_cut: bool = False
) -> Generator[Stretch, Execution, Played]:
    """Run a program on cases ``start`` to ``stop`` of a sheet.

    Args:
        is_cut: the first case that ends its process is the last that runs; those after it have no answer.

    Yields:
        What to run next; to be sent what came of it, or thrown the SandboxError that prevented it.

    Returns:
        What each case gave.
    """
    stop = len(sheet) if stop is None else stop
    answers: dict[int, Answer] = {}
    next_index, num_ended, num_full, wall_s, num_bytes, cpu_s, load_cpu_s = start, 0, 0, 0.0, 0, 0.0, 0.0
    while next_index < stop:
        execution = yield from _executed(Stretch(sheet, source, next_index, stop, is_cut))
        wall_s += execution.wall_s
        num_bytes += execution.num_bytes
        cpu_s += execution.cpu_s
        failure, is_loaded = _read(execution, answers, sheet, start=next_index, stop=stop)
        load_cpu_s = max(load_cpu_s, _load_cpu_s(execution))
        if failure is None and not is_loaded:
            failure = _ended(execution)
        if failure is not None:
            return Played(answers=[], load_failure=failure, wall_s=wall_s, cpu_s=cpu_s)
        reached = next((index for index in range(next_index, stop) if index not in answers), stop)
        if next_index < reached < stop and execution.ended == "output_limit" and num_full < MAX_FULL_IN_ALL:
            next_index, num_full = reached, num_full + 1  # the answers together were too large, this case alone may not be
            continue
        num_ended = 1 if reached > next_index else num_ended + 1
        if reached < stop and sheet.problem.is_stdin:  # the worker itself gave up: cases ended in a row, or no room
            num_ended = MAX_ENDED_IN_A_ROW
            if reached > next_index and answers[reached - 1].cause is not None:
                reached -= 1
            else:
                answers[reached] = _ended(execution)
        elif reached < stop:
            answers[reached] = _ended(execution)
        if is_cut and reached < stop:
            stop = reached + 1
            break
        if num_ended == MAX_ENDED_IN_A_ROW and reached < stop:
            for index in range(reached + 1, stop):
                answers[index] = dataclasses.replace(answers[reached], cpu_s=0.0)
            break
        next_index = reached + 1
    given = [answers[index] for index in range(start, stop)]
    return Played(given, None, wall_s, num_bytes, cpu_s, load_cpu_s)


def _load_cpu_s(execution: Execution) -> float:
    """Return the CPU seconds that loading took, by the program's own frame; 0.0 where it tells none."""
    told = (frame.get("s") for frame in execution.frames if isinstance(frame, dict) and "loaded" in frame)
    return next((one for one in told if isinstance(one, float) and 0 <= one < math.inf), 0.0)


def _executed(stretch: Stretch) -> Generator[Stretch, Execution, Execution]:
    """Run one stretch; once more if somebody killed it, for a stranger on the machine may have: what repeats is the program's own.

    Raises:
        SandboxError: the fork that watches a stdin program failed; it runs no line of the program.
    """
    execution = yield stretch
    if _is_killed(execution):
        execution = yield stretch
    if stretch.sheet.problem.is_stdin and execution.ended == "exited":
        raise SandboxError("the fork that watches a stdin program failed")
    return execution


def _is_killed(execution: Execution) -> bool:
    """Whether SIGKILL ended the fork or one of its cases, and the guest did not send it."""
    if execution.ended == "memory" and execution.signal == signal.SIGKILL:
        return True
    return any(
        isinstance(frame, dict) and frame.get("e") == "ended" and frame.get("w") == signal.SIGKILL for frame in execution.frames
    )


def _ended(execution: Execution) -> Answer:
    cause = _CAUSE_OF_END[execution.ended]
    is_by_chance = execution.ended == "wall_timeout" or _is_killed(execution)
    return Answer(cause=cause, message=_MESSAGES[cause], cpu_s=execution.cpu_s, is_by_chance=is_by_chance)


def _read(
    execution: Execution, answers: dict[int, Answer], sheet: Sheet, *, start: int, stop: int
) -> tuple[Answer | None, bool]:
    """Take answers out of frames. Frames may be forged: whatever does not fit is skipped.

    Returns:
        Why the program did not load, or None; and whether it loaded.
    """
    failure, is_loaded, is_stdin = None, False, sheet.problem.is_stdin
    for frame in execution.frames:
        if not isinstance(frame, dict):
            continue
        if "load" in frame and not is_loaded:
            failure = _explained(frame, frame["load"], _CAUSES_OF_LOADING)
        elif "loaded" in frame:
            is_loaded = True
        index = frame.get("i")
        if type(index) is not int or not start <= index < stop:
            continue
        cpu_s = frame.get("s")
        cpu_s = cpu_s if isinstance(cpu_s, float) and 0 <= cpu_s < math.inf else 0.0
        if is_stdin and isinstance(frame.get("o"), str):
            answers[index] = Answer(output=frame["o"], cpu_s=cpu_s)
        elif "v" in frame and not is_stdin:
            answers[index] = Answer(form=frame["v"], cpu_s=cpu_s)
        elif "c" in frame:
            answers[index] = _explained(frame, frame["c"], _CAUSES_OF_CASES, cpu_s=cpu_s)
        elif "e" in frame:
            answers[index] = _end_of_case(frame, cpu_s)
    return failure, is_loaded


def _explained(frame: dict[str, Any], cause: Any, known: dict[str, Cause], *, cpu_s: float = 0.0) -> Answer:
    """Return why there is no answer, in the frame's own words: they are text that can be written, and a cause of failure."""
    return Answer(
        cause=known.get(cause, Cause.EXCEPTION) if isinstance(cause, str) else Cause.EXCEPTION,
        message=_text(frame.get("m"), 500),
        trace=_text(frame.get("t"), 4000),
        cpu_s=cpu_s,
    )


def _text(words: Any, num_chars: int) -> str:
    """Return the beginning of a text without halves of surrogate pairs, which no file takes; nothing for what is no text."""
    return words[:num_chars].encode(errors="backslashreplace").decode() if isinstance(words, str) else ""


def _end_of_case(frame: dict[str, Any], cpu_s: float) -> Answer:
    """Return the answer for a stdin case whose fork ended without exit code 0."""
    ended, status = frame["e"], frame.get("w")
    cause = _CAUSE_OF_END.get(ended, Cause.EARLY_EXIT) if isinstance(ended, str) else Cause.EARLY_EXIT
    if ended == "ended" and isinstance(status, int) and status & 0x7F:
        number = status & 0x7F
        by_signal = {
            signal.SIGXFSZ: Cause.OUTPUT_LIMIT, signal.SIGXCPU: Cause.TIMEOUT, signal.SIGSYS: Cause.FORBIDDEN,
            signal.SIGKILL: Cause.MEMORY,
        }  # fmt: skip
        cause = by_signal.get(signal.Signals(number), Cause.CRASH) if number < 32 else Cause.CRASH
    is_by_chance = ended == "wall_timeout" or (ended == "ended" and status == signal.SIGKILL)
    return Answer(cause=cause, message=_MESSAGES[cause], cpu_s=cpu_s, is_by_chance=is_by_chance)
