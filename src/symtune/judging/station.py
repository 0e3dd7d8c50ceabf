"""Station: one warm guest of the judge, the stretches it has under way, and the suites it knows.

Source: ours.
"""

from __future__ import annotations

import dataclasses
import time
from collections import OrderedDict, deque
from collections.abc import Generator
from concurrent.futures import Future
from typing import Any

from symtune.judging.play import Stretch
from symtune.judging.sheet import Sheet
from symtune.sandbox import Guest, Isolation, Order

MAX_SHEETS_IN_GUEST = 32
MAX_UNDER_WAY = 2
"""Turns handed to a guest at a time: one runs, the next waits at the door, so that the guest never waits for the host."""

MAX_BYTES_AT_THE_DOOR = 1 << 15
"""Largest order that is sent to a guest at work: it fits the socket, so that sending never waits."""


@dataclasses.dataclass
class Job:
    """One program on its way: steps that ask for stretches, and where the result goes.

    Attributes:
        stretch: what it waits for.
        num_deaths: how many guests died under this stretch.
        num_unread: how many died before they had read it.
    """

    steps: Generator[Any, Any, Any]
    future: Future[Any]
    stretch: Stretch | None = None
    num_deaths: int = 0
    num_unread: int = 0


@dataclasses.dataclass
class UnderWay:
    """A stretch that a guest has; its job is None when the stretch was withdrawn and runs elsewhere."""

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
        """Whether a stretch on this suite may wait at the guest's door."""
        if not self.is_ready or len(self.under_way) >= MAX_UNDER_WAY or self.is_asleep:
            return False
        return self.knows(sheet) or sheet.input_bytes <= MAX_BYTES_AT_THE_DOOR

    def send(self, job: Job) -> None:
        """Hand the job's stretch to the guest.

        Raises:
            GuestDiedError: the guest went away; the stretch has not run.
        """
        assert job.stretch is not None
        order = job.stretch.order(self._news(job.stretch.sheet))
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
        """Take back the stretch that waits at the door, if there is one; it may run elsewhere."""
        if len(self.under_way) < 2 or self.under_way[-1].job is None:
            return None
        last = self.under_way[-1]
        last.order.withdraw()
        job, last.job = last.job, None
        return job

    def take_finished(self) -> UnderWay:
        """Take the oldest stretch off; its order is the caller's to close."""
        self.is_asleep = False
        self.idle_since_s = time.monotonic()
        return self.under_way.popleft()

    @property
    def has_begun(self) -> bool:
        """Whether the guest has taken the oldest stretch up; one that went away before that went for another reason."""
        return bool(self.under_way) and self.under_way[0].job is not None and self.under_way[0].order.is_taken

    def abandon(self) -> list[Job]:
        """Take all stretches off, the oldest first; the guest is of no use any more."""
        jobs = [stretch.job for stretch in self.under_way if stretch.job is not None]
        for stretch in self.under_way:
            stretch.order.close()
        self.under_way.clear()
        return jobs
