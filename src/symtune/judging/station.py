"""Station: one warm guest of the judge, the turns it has under way, and the suites it knows.

Source: ours.
"""

from __future__ import annotations

import dataclasses
import time
from collections import OrderedDict, deque
from collections.abc import Generator
from concurrent.futures import Future
from typing import Any

from symtune.judging.play import Turn
from symtune.judging.sheet import Sheet
from symtune.sandbox import Guest, Isolation, Order

MAX_SHEETS_IN_GUEST = 32
MAX_UNDER_WAY = 2
"""Turns handed to a guest at a time: one runs, the next waits at the door, so that the guest never waits for the host."""

MAX_BYTES_AT_THE_DOOR = 1 << 15
"""Largest order that is sent to a guest at work: it fits the socket, so that sending never waits."""


@dataclasses.dataclass
class Job:
    """One program on its way: steps that ask for turns, and where the result goes.

    Attributes:
        turn: what it waits for.
        num_deaths: how many guests died under this turn.
    """

    steps: Generator[Any, Any, Any]
    future: Future[Any]
    turn: Turn | None = None
    num_deaths: int = 0


@dataclasses.dataclass
class UnderWay:
    """A turn that a guest has; its job is None when the turn was withdrawn and runs elsewhere."""

    order: Order
    job: Job | None


class Station:
    """A place for one guest.

    Attributes:
        is_ready: whether the guest has started.
        is_asleep: whether the program that runs rests, so that another may have its core.
        idle_since_s: monotonic time since which nothing is under way.
    """

    def __init__(self, *, isolation: Isolation) -> None:
        self.guest = Guest("judge", isolation=isolation, is_started=False)
        self.under_way: deque[UnderWay] = deque()
        self.is_ready = False
        self.is_asleep = False
        self.idle_since_s = time.monotonic()
        self._known: OrderedDict[str, None] = OrderedDict()

    @property
    def is_busy(self) -> bool:
        """Whether a program of it holds a core."""
        return bool(self.under_way) and not self.is_asleep

    def knows(self, sheet: Sheet) -> bool:
        """Whether the guest has the inputs of a suite."""
        return sheet.inputs_digest in self._known

    def has_room_for(self, sheet: Sheet) -> bool:
        """Whether a turn on this suite may wait at the guest's door."""
        if not self.is_ready or len(self.under_way) >= MAX_UNDER_WAY or self.is_asleep:
            return False
        return self.knows(sheet) or sheet.input_bytes <= MAX_BYTES_AT_THE_DOOR

    def send(self, job: Job) -> None:
        """Hand the job's turn to the guest.

        Raises:
            GuestDiedError: the guest went away; the turn has not run.
        """
        assert job.turn is not None
        order = job.turn.order(self._news(job.turn.sheet))
        self.under_way.append(UnderWay(order, job))
        self.guest.send(order)

    def _news(self, sheet: Sheet) -> dict[str, Any] | None:
        """Return the inputs for the warm guest to keep, or None when it has them."""
        is_known = self.knows(sheet)
        self._known[sheet.inputs_digest] = None
        self._known.move_to_end(sheet.inputs_digest)
        if is_known:
            return None
        forget = []
        while len(self._known) > MAX_SHEETS_IN_GUEST:
            forget.append(self._known.popitem(last=False)[0])
        return {"kind": sheet.kind, "digest": sheet.inputs_digest, "inputs": sheet.inputs, "forget": forget}

    def withdraw_last(self) -> Job | None:
        """Take back the turn that waits at the door, if there is one; it may run elsewhere."""
        if len(self.under_way) < 2 or self.under_way[-1].job is None:
            return None
        last = self.under_way[-1]
        last.order.withdraw()
        job, last.job = last.job, None
        return job

    def take_finished(self) -> UnderWay:
        """Take the oldest turn off; its order is the caller's to close."""
        self.is_asleep = False
        self.idle_since_s = time.monotonic()
        return self.under_way.popleft()

    def abandon(self) -> list[Job]:
        """Take all turns off, the oldest first; the guest is of no use any more."""
        jobs = [turn.job for turn in self.under_way if turn.job is not None]
        for turn in self.under_way:
            turn.order.close()
        self.under_way.clear()
        return jobs
