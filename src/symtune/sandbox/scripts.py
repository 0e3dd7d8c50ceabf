"""Scripts: run a program as ``python program.py`` in a guest and get back what it printed, its exit code and files.

Source: ours.
"""

from __future__ import annotations

import base64
import binascii
import os
import queue
import signal
import threading
from pathlib import PurePosixPath
from types import TracebackType
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from symtune.errors import BadInputError, IsolationError, SandboxError
from symtune.sandbox.guest_process import Guest, Isolation
from symtune.sandbox.limits import MIB, Limits

SCRIPT_LIMITS = Limits(output_bytes=16 * MIB)
"""Limits of a script where none are given; ``output_bytes`` holds for stdout, for stderr, and for all fetched files together."""

_NUM_TRIES = 2


class Script(BaseModel):
    """A program to run, with what it reads.

    Attributes:
        files: name below the working folder -> content, written before the start.
        fetch: names below the working folder to read after the end.
    """

    model_config = ConfigDict(frozen=True)

    source: str
    stdin: str = ""
    files: dict[str, bytes] = {}
    fetch: tuple[str, ...] = ()


class ScriptResult(BaseModel):
    """What came of a script.

    Attributes:
        ended: ``exited`` (by itself or by a signal), or ``timeout``.
        exit_code: as `subprocess` gives it: negative for a signal; None after a timeout.
        files: fetched files, those that were there.
    """

    model_config = ConfigDict(frozen=True)

    ended: Literal["exited", "timeout"]
    exit_code: int | None
    stdout: str
    stderr: str
    files: dict[str, bytes] = Field(default_factory=dict)
    cpu_s: float
    wall_s: float


class Ticket:
    """The right to have a script run; `cancel` gives it back, and ends the script if it is at work."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._guest: Guest | None = None
        self._is_cancelled = False

    def hold(self, guest: Guest | None) -> None:
        """Note which guest works for this ticket.

        Raises:
            SandboxError: the ticket was given back.
        """
        with self._lock:
            if self._is_cancelled:
                raise SandboxError("the script was cancelled")
            self._guest = guest

    def cancel(self) -> None:
        """Give the ticket back. May be called at any time, from any thread."""
        with self._lock:
            self._is_cancelled = True
            if self._guest is not None:
                self._guest.close()


class ScriptRunner:
    """Warm guests for scripts; a context manager, safe for several threads. Guests start when first needed.

    Args:
        workers: guests, and so scripts at a time; further callers wait.
        isolation: ``namespaces``, or by name the weaker ``rlimits``.
    """

    def __init__(self, *, workers: int = 2, isolation: Isolation = "namespaces") -> None:
        if workers < 1:
            raise BadInputError(f"workers must be 1 or more, got {workers}")
        self._isolation: Isolation = isolation
        self._idle: queue.LifoQueue[Guest | None] = queue.LifoQueue()
        for _ in range(workers):
            self._idle.put(None)
        self._guests: set[Guest] = set()
        self._is_closed = False

    def run(self, script: Script, limits: Limits = SCRIPT_LIMITS, ticket: Ticket | None = None) -> ScriptResult:
        """Run a script; one whose guest dies is run once more in another.

        Args:
            limits: what it may use; ``output_bytes`` holds for stdout, for stderr, and for all fetched files together.
            ticket: for giving it up.

        Raises:
            BadInputError: a file name that leads out of the working folder.
            SandboxError: the guest died twice, the ticket was given back, or all guests are closed.
            IsolationError: this machine does not isolate as asked.
        """
        request = _request(script, limits)
        outer = limits.model_copy(
            update={
                "wall_time_s": float(limits.to_order()["wall_time_s"]) * 1.25 + 5,
                "output_bytes": 6 * limits.output_bytes + 64 * MIB,  # three texts of base64, and the files of the request
            }
        )
        ticket = ticket or Ticket()
        ticket.hold(None)
        guest = self._idle.get()
        try:
            for attempt in range(1, _NUM_TRIES + 1):
                if self._is_closed:
                    raise SandboxError("the script runner is closed")
                try:
                    guest = guest or self._start()
                    ticket.hold(guest)
                    execution = guest.run(request, outer)
                    ticket.hold(None)
                    if execution.ended == "finished":
                        return _result(execution.frames)
                    raise SandboxError(f"the fork that watches a script ended: {execution.ended}")
                except IsolationError:
                    raise
                except SandboxError:
                    self._drop(guest)
                    guest = None
                    ticket.hold(None)
                    if attempt == _NUM_TRIES or self._is_closed:
                        raise
            raise SandboxError("no try was made")
        finally:
            self._idle.put(guest)

    def _start(self) -> Guest:
        guest = Guest("run_code", isolation=self._isolation)
        self._guests.add(guest)
        if self._is_closed:
            self._drop(guest)
            raise SandboxError("the script runner is closed")
        return guest

    def _drop(self, guest: Guest | None) -> None:
        if guest is not None:
            self._guests.discard(guest)
            guest.close()

    def close(self) -> None:
        """End all guests, also those at work."""
        self._is_closed = True
        for guest in list(self._guests):
            guest.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _request(script: Script, limits: Limits) -> dict[str, Any]:
    for name in (*script.files, *script.fetch):
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or not path.parts or "\0" in name:
            raise BadInputError(f"the file name {name!r} does not lead below the working folder")
    order = limits.to_order()
    return {
        "source": script.source,
        "stdin": base64.b64encode(script.stdin.encode("utf-8", "surrogatepass")).decode("ascii"),
        "files": {name: base64.b64encode(content).decode("ascii") for name, content in script.files.items()},
        "fetch": list(script.fetch),
        "limits": {key: order[key] for key in ("cpu_time_s", "wall_time_s", "output_bytes")},
    }


def _result(frames: list[Any]) -> ScriptResult:
    """Read the frame of the watching fork; the program cannot write there."""
    try:
        (frame,) = frames
        status = int(frame["status"])
        is_timeout = frame["ended"] != "ended" or (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU)
        return ScriptResult(
            ended="timeout" if is_timeout else "exited",
            exit_code=None if is_timeout else os.waitstatus_to_exitcode(status),
            stdout=base64.b64decode(frame["out"]).decode("utf-8", "replace"),
            stderr=base64.b64decode(frame["err"]).decode("utf-8", "replace"),
            files={name: base64.b64decode(content) for name, content in frame["files"].items()},
            cpu_s=frame["cpu_s"],
            wall_s=frame["wall_s"],
        )
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error) as error:
        raise SandboxError(f"the fork that watches a script sent no whole frame: {error}") from error
