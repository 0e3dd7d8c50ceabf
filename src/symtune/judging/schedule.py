"""Scheduler: many programs on a few warm guests; one thread that waits for all of them at once.

Each worker is about one core busy. A program that sleeps gives its core back: the guest says so, and the next program runs in
another guest meanwhile. A guest that dies takes nothing with it: the stretch it was at runs once more elsewhere, those at its door
just run elsewhere.

Jobs are generators: they yield a `Stretch` and are sent the Execution (or thrown the SandboxError), or yield an `Aside`, a call that
takes its time, and are sent its result. So the order of things in a job is read in one place, and nothing here knows of verdicts.

Source: ours.
"""

from __future__ import annotations

import contextlib
import functools
import os
import selectors
import threading
import time
from collections import deque
from collections.abc import Callable, Generator
from concurrent.futures import Future, InvalidStateError, ThreadPoolExecutor
from typing import Any, NamedTuple

from symtune.errors import GuestDiedError, IsolationError, SandboxError
from symtune.judging.play import Stretch
from symtune.judging.station import Job, Station
from symtune.sandbox import Execution, Isolation, Order

MAX_GUESTS_PER_WORKER = 8
"""Guests that sleeping programs may hold, for each worker."""

MAX_DEATHS = 2
"""A stretch under which this many guests died is given up."""

MAX_UNREAD = 20
"""A stretch that this many guests died before reading is given up: something ends guests as fast as they start."""

MAX_FAILED_STARTS, MAX_KILLED_STARTS = 3, 100
"""Guests in a row that did not come up, by themselves or because somebody killed them, before what waits is given up."""

MAX_BYTES_AT_ONCE = 1 << 18
"""Answers beyond this are decoded and compared aside."""

IDLE_S = 10.0
"""A guest beyond one per worker that nobody used for so long is ended."""

_STOP_S = 0.6
_ASIDE_THREADS_PER_WORKER = 2


class Aside(NamedTuple):
    """A call that must not hold up the scheduler's thread, such as a checker or a comparison of large answers."""

    call: Callable[[], Any]


class Scheduler:
    """Runs jobs on warm guests, which start when first needed.

    Args:
        workers: programs that hold a core at a time.
        isolation: of every guest.
    """

    def __init__(self, *, workers: int, isolation: Isolation) -> None:
        self._workers, self._isolation = workers, isolation
        self._stations: list[Station] = []
        self._ready: deque[Job] = deque()
        self._num_failed_starts = 0
        self._lock = threading.Lock()
        self._calls: deque[Callable[[], None]] = deque()  # from other threads, for this one
        self._aside: ThreadPoolExecutor | None = None
        self._thread: threading.Thread | None = None
        self._is_closed = False
        self._jobs: set[Future[Any]] = set()
        self._wake_descriptor = -1
        self._selector: selectors.BaseSelector | None = None

    def run(self, steps: Generator[Any, Any, Any]) -> Future[Any]:
        """Start a job; its result is what the generator returns. May be called from any thread."""
        job = Job(steps, Future())
        with self._lock:
            if self._is_closed:
                raise GuestDiedError("the judge is closed")
            if self._thread is None:
                self._begin()
            self._jobs.add(job.future)
        job.future.add_done_callback(self._jobs.discard)
        self._call(lambda: self._advance(job, None))
        return job.future

    def _begin(self) -> None:
        self._wake_descriptor = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._wake_descriptor, selectors.EVENT_READ)
        self._aside = ThreadPoolExecutor(_ASIDE_THREADS_PER_WORKER * self._workers, thread_name_prefix="judge-aside")
        self._thread = threading.Thread(target=self._serve, name="judge", daemon=True)
        self._thread.start()

    def _call(self, call: Callable[[], None]) -> None:
        """Have the scheduler's thread make a call."""
        is_first = not self._calls
        self._calls.append(call)
        if is_first:
            with contextlib.suppress(OSError):  # closed meanwhile
                os.eventfd_write(self._wake_descriptor, 1)

    def _serve(self) -> None:
        assert self._selector is not None
        try:
            while not self._is_closed:
                while self._calls:
                    self._calls.popleft()()
                self._deal()
                wait_s = 0.0 if self._calls else self._end_idle()
                for key, _ in self._selector.select(wait_s):
                    if key.data is None:
                        with contextlib.suppress(BlockingIOError):
                            os.eventfd_read(self._wake_descriptor)
                    elif not self._is_closed:
                        self._listen(key.data)
        except BaseException as error:
            self._fail_all(error)
            raise

    # jobs

    def _advance(self, job: Job, sent: Any, error: SandboxError | None = None) -> None:
        """Let a job take its next step."""
        try:
            step = job.steps.send(sent) if error is None else job.steps.throw(error)
        except StopIteration as stopped:
            _finish(job, stopped.value)
        except Exception as failure:
            with contextlib.suppress(InvalidStateError):
                job.future.set_exception(failure)
        else:
            job.num_deaths = 0
            if isinstance(step, Stretch):
                job.stretch = step
                (self._ready.append if sent is None else self._ready.appendleft)(job)
            else:
                self._set_aside(job, step.call)

    def _set_aside(self, job: Job, call: Callable[[], Any]) -> None:
        assert self._aside is not None
        with contextlib.suppress(RuntimeError):  # closed meanwhile
            self._aside.submit(self._run_aside, job, call)

    def _run_aside(self, job: Job, call: Callable[[], Any]) -> None:
        try:
            result = call()
        except SandboxError as error:
            self._call(lambda error=error: self._advance(job, None, error))  # type: ignore[misc]
        except Exception as error:
            with contextlib.suppress(InvalidStateError):
                job.future.set_exception(error)
        else:
            self._call(lambda: self._advance(job, result))

    # dealing out stretches

    def _deal(self) -> None:
        """Give stretches to guests while there are both."""
        while self._ready:
            job = self._ready[0]
            if job.future.cancelled():
                self._ready.popleft()
                job.steps.close()
                continue
            station = self._station_for(job)
            if station is None:
                break
            self._ready.popleft()
            self._send(station, job)
        if not self._ready:
            self._even_out()

    def _station_for(self, job: Job) -> Station | None:
        """Return the guest that the job's stretch goes to now; starts one more where a core is free and no guest is."""
        assert job.stretch is not None
        sheet = job.stretch.sheet
        num_busy = sum(station.is_busy for station in self._stations)
        if num_busy < self._workers:
            idle = [station for station in self._stations if station.is_ready and not station.under_way]
            if idle:
                return max(idle, key=lambda station: (station.knows(sheet), station.idle_since_s))
            num_starting = sum(not station.is_ready for station in self._stations)
            wanted = min(self._workers - num_busy, len(self._ready))
            if num_starting < wanted and len(self._stations) < MAX_GUESTS_PER_WORKER * self._workers:
                self._start_station()
        with_room = [station for station in self._stations if station.under_way and station.has_room_for(sheet)]
        return max(with_room, key=lambda station: station.knows(sheet), default=None)

    def _even_out(self) -> None:
        """Nothing waits any more: a guest that idles takes over what waits at another's door."""
        idle = [station for station in self._stations if station.is_ready and not station.under_way]
        for donor in self._stations:
            if not idle or sum(station.is_busy for station in self._stations) >= self._workers:
                return
            job = donor.withdraw_last()
            if job is not None:
                self._send(idle.pop(), job)

    def _send(self, station: Station, job: Job) -> None:
        try:
            station.send(job)
        except GuestDiedError as error:
            self._lose(station, error)

    # guests

    def _start_station(self) -> None:
        try:
            station = Station(isolation=self._isolation)
        except OSError as error:
            self._failed_start(None, GuestDiedError(f"no guest can be started: {error}"))
            return
        self._stations.append(station)
        threading.Thread(target=self._start, args=(station,), name="judge-start", daemon=True).start()

    def _start(self, station: Station) -> None:
        try:
            station.guest.start()
        except Exception as error:
            self._call(lambda error=error: self._failed_start(station, error))  # type: ignore[misc]
        else:
            self._call(lambda: self._started(station))

    def _started(self, station: Station) -> None:
        assert self._selector is not None
        station.is_ready, self._num_failed_starts = True, 0
        self._selector.register(station.guest, selectors.EVENT_READ, station)

    def _failed_start(self, station: Station | None, error: Exception) -> None:
        """A guest did not come up: try again, unless nothing else is there to run what waits and it keeps failing by itself."""
        was_killed = False
        if station is not None:
            self._stations.remove(station)
            station.guest.close()
            was_killed = station.guest.was_killed
        self._num_failed_starts += 1
        most = MAX_KILLED_STARTS if was_killed else MAX_FAILED_STARTS
        is_final = isinstance(error, IsolationError) or not isinstance(error, SandboxError)
        if (is_final and not was_killed) or self._num_failed_starts >= most:
            self._give_up(GuestDiedError(f"guests are killed as they start: {error}") if was_killed else error)
        else:
            self._call(lambda: None)  # deal once more

    def _give_up(self, error: Exception) -> None:
        """No guest starts: what waits for one gets no verdict."""
        if any(station.is_ready for station in self._stations) and isinstance(error, GuestDiedError):
            return
        self._num_failed_starts = 0
        jobs = [*self._ready]
        self._ready.clear()
        for job in jobs:
            if isinstance(error, SandboxError):
                self._advance(job, None, error)
            else:
                with contextlib.suppress(InvalidStateError):
                    job.future.set_exception(error)

    def _listen(self, station: Station) -> None:
        """Take in what a guest tells."""
        if station not in self._stations:
            return
        try:
            report = station.guest.receive()
            if "asleep" in report:
                self._note_rest(station, bool(report["asleep"]))
                return
            if report["ended"] == "broken" and station.under_way[0].job is not None:
                raise SandboxError(f"a fork of the guest could not confine itself. {station.guest.last_words()}")
        except SandboxError as error:
            self._lose(station, error)
            return
        finished = station.take_finished()
        if finished.job is None:
            finished.order.close()
        elif finished.order.answer_bytes > MAX_BYTES_AT_ONCE:
            self._set_aside(finished.job, functools.partial(_read, finished.order, report))
        else:
            self._advance(finished.job, _read(finished.order, report))

    def _note_rest(self, station: Station, is_asleep: bool) -> None:
        station.is_asleep = is_asleep
        job = station.withdraw_last() if is_asleep else None
        if job is not None:
            self._ready.appendleft(job)

    def _lose(self, station: Station, error: SandboxError) -> None:
        """A guest is gone: what it had under way runs elsewhere; the oldest stretch once more, or never again."""
        self._drop(station)
        has_begun = station.has_begun
        oldest = station.under_way[0].job if station.under_way else None
        for job in reversed(station.abandon()):
            if job is oldest:
                job.num_deaths += has_begun
                job.num_unread += not has_begun
                if job.num_deaths >= MAX_DEATHS or job.num_unread >= MAX_UNREAD:
                    self._advance(job, None, error)
                    continue
            self._ready.appendleft(job)

    def _drop(self, station: Station) -> None:
        assert self._selector is not None
        assert self._aside is not None
        self._stations.remove(station)
        self._selector.unregister(station.guest)
        station.guest.hang_up()
        self._aside.submit(station.guest.close)

    def _end_idle(self) -> float | None:
        """End guests beyond one per worker that were idle for long; return after how many seconds to look again."""
        if len(self._stations) <= self._workers:
            return None
        now_s = time.monotonic()
        idle = [station for station in self._stations if station.is_ready and not station.under_way]
        for station in sorted(idle, key=lambda station: station.idle_since_s)[: len(self._stations) - self._workers]:
            if now_s - station.idle_since_s >= IDLE_S:
                self._drop(station)
        return IDLE_S / 4

    # the end

    def _fail_all(self, error: BaseException) -> None:
        for future in list(self._jobs):
            with contextlib.suppress(InvalidStateError):
                future.set_exception(error)

    def close(self) -> None:
        """End all guests, also those at work; whoever waits for a result is told. Within a second."""
        with self._lock:
            was_closed, self._is_closed = self._is_closed, True
        if was_closed or self._thread is None:
            return
        assert self._aside is not None
        assert self._selector is not None
        os.eventfd_write(self._wake_descriptor, 1)
        self._fail_all(GuestDiedError("the judge was closed before a verdict"))
        stations = list(self._stations)
        for station in stations:
            station.guest.hang_up()
        self._thread.join()
        until_s = time.monotonic() + _STOP_S
        for station in self._stations:
            station.guest.close(timeout_s=max(until_s - time.monotonic(), 0.01))
            station.abandon()
        self._aside.shutdown(wait=True, cancel_futures=True)
        self._selector.close()
        os.close(self._wake_descriptor)


def _read(order: Order, report: dict[str, Any]) -> Execution:
    try:
        return order.execution(report)
    finally:
        order.close()


def _finish(job: Job, value: Any) -> None:
    with contextlib.suppress(InvalidStateError):  # whoever waited has cancelled
        job.future.set_result(value)
