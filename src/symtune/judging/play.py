"""Playing a program on a sheet in a guest: requests, and what each case gave. No comparison happens here.

A case that ends its process (a limit, a crash, an exit) is charged to itself: the next cases run in a new fork, so the pass
fraction is kept. After `MAX_ENDED_IN_A_ROW` such cases in a row the rest is not run and charged alike, so that a program which hangs
everywhere costs three time limits and not a hundred.

Source: ours.
"""

from __future__ import annotations

import dataclasses
import signal
from collections import OrderedDict
from typing import Any

from symtune.domain import Cause
from symtune.errors import GuestDiedError, SandboxError
from symtune.judging.sheet import Sheet
from symtune.sandbox import Execution, Guest, Isolation

MAX_ENDED_IN_A_ROW = 3
MAX_SHEETS_IN_GUEST = 32
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
    """What one case gave: the JSON form of a value or the text of stdout, or a cause why there is none."""

    form: Any = None
    output: str | None = None
    cause: Cause | None = None
    message: str = ""
    trace: str = ""
    cpu_s: float = 0.0


@dataclasses.dataclass(frozen=True)
class Played:
    """What a program gave on a sheet: answers by case, or why it did not load (then there are none)."""

    answers: list[Answer]
    load_failure: Answer | None
    wall_s: float


class Player:
    """One warm guest of the judge worker, started when first needed and again after a death."""

    def __init__(self, *, isolation: Isolation) -> None:
        self._isolation: Isolation = isolation
        self._guest: Guest | None = None
        self._known: OrderedDict[str, None] = OrderedDict()

    def play(self, sheet: Sheet, source: str, *, start: int = 0, stop: int | None = None) -> Played:
        """Run a program on cases ``start`` to ``stop`` of a sheet.

        Raises:
            GuestDiedError, SandboxError: the guest broke; it is started anew at the next call.
            IsolationError: this machine does not isolate as asked.
        """
        stop = len(sheet) if stop is None else stop
        answers: dict[int, Answer] = {}
        next_index, num_ended, wall_s = start, 0, 0.0
        while next_index < stop:
            execution = self._run(sheet, source, start=next_index, stop=stop)
            wall_s += execution.wall_s
            failure, is_loaded = _read(execution, answers, sheet, start=next_index, stop=stop)
            if failure is None and not is_loaded:
                failure = _ended(execution)
            if failure is not None:
                return Played(answers=[], load_failure=failure, wall_s=wall_s)
            reached = next((index for index in range(next_index, stop) if index not in answers), stop)
            num_ended = 1 if reached > next_index else num_ended + 1
            if reached < stop and sheet.problem.is_stdin:  # the worker itself gave up: cases ended in a row, or no room
                num_ended = MAX_ENDED_IN_A_ROW
                if reached > next_index and answers[reached - 1].cause is not None:
                    reached -= 1
                else:
                    answers[reached] = _ended(execution)
            elif reached < stop:
                answers[reached] = _ended(execution)
            if num_ended == MAX_ENDED_IN_A_ROW and reached < stop:
                for index in range(reached + 1, stop):
                    answers[index] = dataclasses.replace(answers[reached], cpu_s=0.0)
                break
            next_index = reached + 1
        return Played(answers=[answers[index] for index in range(start, stop)], load_failure=None, wall_s=wall_s)

    def _run(self, sheet: Sheet, source: str, *, start: int, stop: int) -> Execution:
        try:
            if self._guest is None:
                self._guest = Guest("judge", isolation=self._isolation)
                self._known.clear()
            request = sheet.request(source, start=start, stop=stop)
            shared = self._news(sheet)
            limits = sheet.limits
            if sheet.problem.is_stdin:  # cases are timed inside, one fork each; the outer clock is the backstop
                limits = limits.model_copy(update={"wall_time_s": float(limits.to_order()["wall_time_s"]) * 1.25 + 1})
            execution = self._guest.run(request, limits, num_steps=stop - start + 1, shared=shared)
            if sheet.problem.is_stdin and execution.ended == "exited":  # the watching fork runs no line of the program
                raise SandboxError("the fork that watches a stdin program failed")
            return execution
        except (GuestDiedError, SandboxError):
            self.close()
            raise

    def _news(self, sheet: Sheet) -> dict[str, Any] | None:
        """Return the inputs for the warm guest to keep, or None when it has them."""
        is_known = sheet.inputs_digest in self._known
        self._known[sheet.inputs_digest] = None
        self._known.move_to_end(sheet.inputs_digest)
        if is_known:
            return None
        forget = []
        while len(self._known) > MAX_SHEETS_IN_GUEST:
            forget.append(self._known.popitem(last=False)[0])
        return {"kind": sheet.kind, "digest": sheet.inputs_digest, "inputs": sheet.inputs, "forget": forget}

    def close(self) -> None:
        """End the guest; the next call starts another."""
        if self._guest is not None:
            self._guest.close()
            self._guest = None


def _ended(execution: Execution) -> Answer:
    cause = _CAUSE_OF_END[execution.ended]
    return Answer(cause=cause, message=_MESSAGES[cause], cpu_s=execution.cpu_s)


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
            failure = _explained(frame, frame["load"])
        elif "loaded" in frame:
            is_loaded = True
        index = frame.get("i")
        if type(index) is not int or not start <= index < stop:
            continue
        cpu_s = frame.get("s")
        cpu_s = cpu_s if isinstance(cpu_s, float) else 0.0
        if is_stdin and isinstance(frame.get("o"), str):
            answers[index] = Answer(output=frame["o"], cpu_s=cpu_s)
        elif "v" in frame and not is_stdin:
            answers[index] = Answer(form=frame["v"], cpu_s=cpu_s)
        elif "c" in frame:
            answers[index] = _explained(frame, frame["c"], cpu_s=cpu_s)
        elif "e" in frame:
            answers[index] = _end_of_case(frame, cpu_s)
    return failure, is_loaded


def _explained(frame: dict[str, Any], cause: Any, *, cpu_s: float = 0.0) -> Answer:
    known = {item.value: item for item in Cause}
    return Answer(
        cause=known.get(cause, Cause.EXCEPTION) if isinstance(cause, str) else Cause.EXCEPTION,
        message=str(frame.get("m", ""))[:500],
        trace=str(frame.get("t", ""))[:4000],
        cpu_s=cpu_s,
    )


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
    return Answer(cause=cause, message=_MESSAGES[cause], cpu_s=cpu_s)
