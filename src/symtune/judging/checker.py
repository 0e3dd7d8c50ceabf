"""Checkers: where several answers are right, the problem's own trusted function decides each case, in a guest of its own.

A program never shares a guest with a checker, since a checker is told expected values. A checker that raises on an answer is asked
about the expected value: where it takes that, the answer is what broke it, and counts as wrong, so that no program escapes its verdict
by a malformed answer. A checker that fails on the expected value too, hangs, or returns something else than a bool decides nothing:
the program is unjudged, never failed.

Source: ours.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

from symtune.domain import encode_value
from symtune.errors import CheckerError, GuestDiedError
from symtune.judging.sheet import Sheet
from symtune.sandbox import MIB, Execution, Guest, Isolation, Limits

CHECKER_LIMITS = Limits(cpu_time_s=20.0, memory_bytes=2048 * MIB)
"""What a checker may use for one case. Source: ours."""

_NUM_TRIES = 2


class Checkers:
    """Warm guests that run checkers; a context manager. They start when first needed, one per thread that asks at a time.

    Args:
        isolation: ``namespaces``, or by name the weaker ``rlimits``.
        limits: what a checker may use for one case.
    """

    def __init__(self, *, isolation: Isolation = "namespaces", limits: Limits = CHECKER_LIMITS) -> None:
        self._isolation: Isolation = isolation
        self._limits = limits
        self._lock = threading.Lock()
        self._idle: list[Guest] = []
        self._at_work: set[Guest] = set()
        self._is_closed = False

    def check(self, sheet: Sheet, index: int, got: Any) -> bool:
        """Return whether the checker of a problem takes an answer to one case; see `check_all`."""
        return self.check_all(sheet, [(index, got)])[0]

    def check_all(self, sheet: Sheet, answers: Sequence[tuple[int, Any]]) -> list[bool]:
        """Return whether the checker takes each of a program's answers; they are checked in one fork.

        Args:
            sheet: a suite of a problem that has a checker.
            answers: index of the case, and the plain value or the text that the program gave.

        Raises:
            CheckerError: the checker did not load, hung, returned no bool, or raised on an answer without taking the expected
                value of that case; says on which case.
            GuestDiedError: its guest died twice.
            IsolationError: this machine does not isolate as asked.
        """
        if not answers:
            return []
        decided, raised = self._ask(sheet, answers)
        if raised:
            known, still_raised = self._ask(sheet, [(index, sheet.expected[index]) for index in raised])
            for index, message in raised.items():
                if index in still_raised or not known[index]:
                    raise CheckerError(message)
                decided[index] = False
        return [decided[index] for index, _ in answers]

    def _ask(self, sheet: Sheet, answers: Sequence[tuple[int, Any]]) -> tuple[dict[int, bool], dict[int, str]]:
        """Return the checker's decisions by case, and the messages of the cases on which it raised."""
        request = {
            "checker": sheet.problem.checker,
            "cases": [
                {"input": sheet.inputs[index], "got": encode_value(got), "expected": encode_value(sheet.expected[index])}
                for index, got in answers
            ],
        }
        execution = self._run(request, num_steps=len(answers) + 1)
        return _read(execution, sheet.problem.id, [index for index, _ in answers])

    def _run(self, request: dict[str, Any], *, num_steps: int) -> Execution:
        for attempt in range(1, _NUM_TRIES + 1):
            guest = self._take()
            try:
                execution = guest.run(request, self._limits, num_steps=num_steps)
            except BaseException as error:
                self._give_up(guest)
                if not isinstance(error, GuestDiedError) or attempt == _NUM_TRIES or self._is_closed:
                    raise
            else:
                self._give_back(guest)
                return execution
        raise GuestDiedError("no try was made")

    def _take(self) -> Guest:
        with self._lock:
            if self._is_closed:
                raise GuestDiedError("the judge is closed")
            guest = self._idle.pop() if self._idle else None
            if guest is not None:
                self._at_work.add(guest)
                return guest
        guest = Guest("checker", isolation=self._isolation)
        with self._lock:
            self._at_work.add(guest)
            is_closed = self._is_closed
        if is_closed:
            self._give_up(guest)
            raise GuestDiedError("the judge is closed")
        return guest

    def _give_back(self, guest: Guest) -> None:
        with self._lock:
            self._at_work.discard(guest)
            self._idle.append(guest)

    def _give_up(self, guest: Guest) -> None:
        with self._lock:
            self._at_work.discard(guest)
        guest.close()

    def close(self) -> None:
        """End all guests, also those at work."""
        with self._lock:
            self._is_closed = True
            guests = [*self._idle, *self._at_work]
            self._idle.clear()
        for guest in guests:
            guest.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _read(execution: Execution, problem_id: str, indices: Sequence[int]) -> tuple[dict[int, bool], dict[int, str]]:
    """Return the checker's decisions by case, and why it raised on others; raise CheckerError for the first case that has neither."""
    decided: dict[int, bool] = {}
    raised: dict[int, str] = {}
    for frame in execution.frames:
        if "load" in frame:
            raise CheckerError(_message(problem_id, f"does not load: {frame['load']}", frame["t"]))
        index = indices[frame["i"]]
        if "r" in frame:
            decided[index] = frame["r"]
        elif frame.get("c"):
            raised[index] = _message(problem_id, f"failed on case {index}: {frame['m']}", frame["t"])
        else:
            raise CheckerError(_message(problem_id, f"failed on case {index}: {frame['m']}", frame["t"]))
    for index in indices:
        if index not in decided and index not in raised:
            raise CheckerError(_message(problem_id, f"did not decide case {index}: {_ENDS[execution.ended]}", ""))
    return decided, raised


_ENDS = {
    "finished": "its process ended", "exited": "its process ended", "cpu_timeout": "it took too long",
    "wall_timeout": "it took too long", "memory": "it ran out of memory", "output_limit": "it wrote more than allowed",
    "forbidden": "it made a system call that the sandbox forbids", "killed": "its process crashed",
}  # fmt: skip


def _message(problem_id: str, what: str, trace: str) -> str:
    where = "; ".join(line.strip() for line in trace.splitlines()[-3:])
    return f"the checker of problem {problem_id!r} {what}" + (f" ({where})" if where else "")
