"""The process that programs are forked from: warm, and at rest between two forks.

A fork shares its memory with its parent, and whoever writes to a page first pays for a fault and mostly a copy. So the server, which talks,
watches and counts, never forks: it starts this process once and wakes it for each program. Both share one table of
descriptors and one current folder; what a fork needs to know stands in a page of shared memory that the fork lets go of
before any line of a program runs.

Source: ours; the name is Android's.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import marshal
import mmap
import os
import platform
import select
import signal
import struct
import sys
import time
from collections.abc import Callable
from typing import Any, NoReturn

from codec import json_encoder
from confine import _HERE, _LIBC, Confinement, SetupError, checked, fork

FRAMES_DESCRIPTOR = 200
PROGRESS = struct.Struct("=QQ")
"""Steps begun, CPU nanoseconds when the last one began; programs can write here."""

_CLONE = {"x86_64": 56, "aarch64": 220}
_SHARE_FOLDER, _SHARE_DESCRIPTORS = 0x200, 0x400
_PR_SET_PDEATHSIG = 1
_PID = struct.Struct("=i")
_CONFINED_AT, _ORDER_AT = 4, 8  # in the page, after the fork's pid: 1 once the fork is confined; what it is to do
_ORDER = struct.Struct("=iqiiq5q")  # descriptor and size of the request, of the answers, of what to admit; limits
_DONE = struct.Struct("=id")  # status of the wait call, CPU seconds


class Sender:
    """Sends frames out of a fork: ``send(frame)``; ``send.begin_step()`` starts the clock of the next step.

    A worker that watches forks of its own says so with ``WATCHES_FORKS = True`` and calls ``restrict_signals`` in each
    process that runs a program; for other workers that has been done.
    """

    def __init__(self, progress: mmap.mmap, confinement: Confinement) -> None:
        self._progress = progress
        self.restrict_signals = confinement.restrict_signals
        self._num_steps = 0
        self._encode = json_encoder(is_sorted=False)
        self._write = os.write
        self._cpu_ns = time.process_time_ns

    def __call__(self, frame: dict[str, Any]) -> None:
        """Append one frame."""
        rest = self._encode(frame) + b"\n"
        while rest:
            rest = rest[self._write(FRAMES_DESCRIPTOR, rest) :]

    def begin_step(self) -> int:
        """Tell the server that the next step begins: the limits of CPU and wall time hold for each step. Returns CPU nanoseconds so far."""
        self._num_steps += 1
        cpu_ns = self._cpu_ns()
        PROGRESS.pack_into(self._progress, 0, self._num_steps, cpu_ns)
        return cpu_ns


class Zygote:
    """The server's side of the process, and in that process its life.

    Attributes:
        pid: of the process; 0 within it.
        descriptor: pidfd of the process.
        reports: descriptor that becomes readable when the fork has ended.
    """

    def __init__(self, plan: dict[str, Any], confinement: Confinement) -> None:
        self._plan = plan
        self._is_enclosed = plan["isolation"] == "namespaces"
        self._confinement = confinement
        self._progress = mmap.mmap(-1, mmap.PAGESIZE)
        self._page = mmap.mmap(-1, mmap.PAGESIZE)
        self._null = os.open("/dev/null", os.O_RDWR)
        self._calls, self._call = os.pipe()
        self.reports, self._report = os.pipe()
        self._admitted = -1
        number = ctypes.c_long(_CLONE[platform.machine()])
        flags = ctypes.c_long(_SHARE_FOLDER | _SHARE_DESCRIPTORS | signal.SIGCHLD)
        self.pid = checked(_HERE.syscall(number, flags, *[ctypes.c_long(0)] * 4), "clone")
        if self.pid == 0:
            self._live()
        self.descriptor = os.pidfd_open(self.pid)

    # the server's side

    def wait_until_warm(self) -> None:
        """Wait until the worker is loaded.

        Raises:
            SetupError: it could not be; in the words of the process.
        """
        poll = select.poll()
        poll.register(self.reports, select.POLLIN)
        poll.register(self.descriptor, select.POLLIN)
        if all(descriptor != self.reports for descriptor, _ in poll.poll()):  # it was killed: so ends the guest
            os._exit(os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1]) & 0xFF)
        failure = os.read(self.reports, 1 << 16)
        if failure != b"warm":
            raise SetupError(failure.decode(errors="replace"))

    def begin(self, files: tuple[int, int, int], shared: bytes | None, limits: tuple[int, ...]) -> None:
        """Have a fork made.

        Args:
            files: descriptor of the request, its size, descriptor of the answers.
            shared: what the worker is to admit first, in the form of `marshal`.
            limits: of `Confinement.limits_of`.
        """
        PROGRESS.pack_into(self._progress, 0, 0, 0)
        self._page[:_ORDER_AT] = bytes(_ORDER_AT)
        size = 0
        if shared is not None:
            self._admitted, rest = os.memfd_create("shared"), memoryview(shared)
            while size < len(shared):
                size += os.write(self._admitted, rest[size:])
        _ORDER.pack_into(self._page, _ORDER_AT, *files, self._admitted, size, *limits)
        os.write(self._call, b"f")

    @property
    def fork_pid(self) -> int:
        """Pid of the fork; 0 before there is one."""
        return int(_PID.unpack_from(self._page)[0])

    @property
    def is_confined(self) -> bool:
        """Whether the last fork has confined itself."""
        return bool(self._page[_CONFINED_AT])

    @property
    def steps(self) -> tuple[int, int]:
        """Steps begun, and CPU nanoseconds when the last one began, as the program says."""
        return PROGRESS.unpack_from(self._progress)

    def let_reap(self) -> None:
        """Without a pid namespace: after the first report, let the fork's pid go, which others may then get."""
        os.read(self.reports, _DONE.size)
        os.write(self._call, b"r")

    def result(self) -> tuple[int, float]:
        """Return status and CPU seconds of the fork that has ended."""
        if self._admitted >= 0:
            os.close(self._admitted)
            self._admitted = -1
        _PID.pack_into(self._page, 0, 0)
        return _DONE.unpack(os.read(self.reports, _DONE.size))

    # within the process

    def _live(self) -> NoReturn:
        try:
            checked(_LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0), "prctl(PR_SET_PDEATHSIG)")
            try:
                self._warm_up()
            except (SetupError, OSError, ImportError) as error:
                os.write(self._report, f"{type(error).__name__}: {error}".encode(errors="replace"))
            else:
                os.write(self._report, b"warm")
                self._fork_on_call()
        except BaseException:
            sys.excepthook(*sys.exc_info())
            sys.stderr.flush()
        os._exit(1)

    def _warm_up(self) -> None:
        plan = self._plan
        sys.path.extend(path for path in plan["python_path"] if path not in sys.path)
        self._worker = importlib.import_module(plan["worker"])
        if hasattr(self._worker, "prepare"):
            self._worker.prepare()
        self._sender = Sender(self._progress, self._confinement)
        self._confinement.bind()
        gc.collect()
        gc.freeze()
        self._confinement.measure()

    def _fork_on_call(self) -> None:
        """Fork on each call. What runs here between two forks touches pages that every fork copies."""
        read, write, wait, leave, calls, report, page = os.read, os.write, os.wait4, os._exit, self._calls, self._report, self._page
        enter, is_enclosed = self._entrance(), self._is_enclosed
        begin_pids, end_pids = self._confinement.pid_gate() if is_enclosed else (None, None)
        while read(calls, 1):
            order = _ORDER.unpack_from(page, _ORDER_AT)
            if order[3] >= 0:
                self._admit(order[3], order[4])
            if not order[1]:  # the request was withdrawn
                write(report, _DONE.pack(0, 0.0))
                continue
            if is_enclosed:
                begin_pids()
            pid = fork()
            if pid == 0:
                try:
                    enter(order)
                    leave(0)
                finally:
                    leave(1)
            _PID.pack_into(page, 0, pid)
            if is_enclosed:
                end_pids()
            else:
                os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
                write(report, _DONE.pack(0, 0.0))
                read(calls, 1)
            _, status, usage = wait(pid, 0)
            write(report, _DONE.pack(status, usage.ru_utime + usage.ru_stime))

    def _admit(self, descriptor: int, size: int) -> None:
        self._worker.admit(marshal.loads(os.pread(descriptor, size, 0)))
        gc.freeze()  # a collection in a fork must not touch what all forks share
        self._confinement.measure()

    def _entrance(self) -> Callable[[tuple[int, ...]], None]:
        """Return what a fork does first. All that it calls is at hand: looking names up writes to many pages of the interpreter."""
        set_session, read, duplicate, close_range, loads = os.setsid, os.pread, os.dup2, os.closerange, marshal.loads
        null, page, progress, sender, handle = self._null, self._page, self._progress, self._sender, self._worker.handle
        confine, close_page, begin = self._confinement.confiner(), self._page.close, PROGRESS.pack_into
        cpu_ns = time.process_time_ns
        is_watched = getattr(self._worker, "WATCHES_FORKS", False)

        def enter(order: tuple[int, ...]) -> None:
            set_session()  # a signal to the own process group must not reach the server
            form = loads(read(order[0], order[1], 0))
            duplicate(order[2], FRAMES_DESCRIPTOR, False)
            duplicate(null, 0)
            duplicate(null, 1)
            duplicate(null, 2)
            close_range(3, FRAMES_DESCRIPTOR)
            close_range(FRAMES_DESCRIPTOR + 1, 4096)
            confine(order[5:])
            page[_CONFINED_AT] = 1
            close_page()
            begin(progress, 0, 0, cpu_ns())
            if not is_watched:
                sender.restrict_signals()
            handle(form, sender)

        return enter
