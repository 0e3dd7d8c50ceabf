"""One fork per case for programs that read stdin: a fresh interpreter state, and files as descriptors 0 and 1.

The fork ends as an interpreter would: threads are joined, ``atexit`` hooks run, buffers are flushed. The process that
watches runs no line of the program; as process 1 of the program's pid namespace it kills, after each case, whatever the
case left behind. What a case says about its own failure comes through a file of that case and is read as text only.

Source: ours.
"""

from __future__ import annotations

import atexit
import builtins
import errno
import gc
import json
import os
import resource
import select
import signal
import sys
import threading
import time
import types
import weakref
from _signal import signal as set_signal  # without turning numbers into enumerations
from _thread import _count as num_threads
from typing import Any

from confine import fork
from faults import cause_of, describe
from rest import BUSY_FACTOR, is_at_rest, outer_pid

MAX_ENDED_IN_A_ROW = 3
_STEP_S = 0.02
_MAX_SAID_BYTES = 1 << 14
_FRAMES_DESCRIPTOR = 200
_END_ON_FULL_FILE, _LIMIT_OF_CPU = int(signal.SIGXFSZ), resource.RLIMIT_CPU
_CAUSES_SAID = ("exception", "import", "early_exit", "memory", "output_limit", "process_limit")


def run_cases(request: dict[str, Any], codes: list[Any], inputs: list[bytes], send: Any) -> None:
    """Run every case in a fork of its own and send its output, or why there is none."""
    num_ended = 0
    _open_standard_files()
    for index in range(request["start"], request["stop"]):
        send.begin_step()
        try:
            frame = _run_case(request, codes, inputs[index], send)
        except MemoryError:
            frame = {"e": "memory", "w": 0, "s": 0.0}
        except OSError as error:  # what earlier cases left in the temporary folder may have filled it
            frame = {"e": "output_limit", "w": 0, "s": 0.0, "m": str(error)}
        try:
            send({"i": index} | frame)
        except MemoryError:
            frame = {"e": "output_limit", "w": 0, "s": 0.0}
            send({"i": index} | frame)
        except OSError:  # the file for answers is full: the host sees that and charges this case and the rest
            return
        num_ended = num_ended + 1 if frame.get("e", "ended") != "ended" else 0
        if num_ended == request.get("max_ended_in_a_row", MAX_ENDED_IN_A_ROW):
            return


def _run_case(request: dict[str, Any], codes: list[Any], given_bytes: bytes, send: Any) -> dict[str, Any]:
    files: list[int] = []
    try:
        files.extend(_unnamed_file() for _ in range(3))  # those opened before one fails are closed too
        given, output, said = files
        rest, position = memoryview(given_bytes), 0
        while position < len(rest):
            position += os.pwrite(given, rest[position:], position)
        pid = fork()
        if pid == 0:
            _play(request, codes, (given, output, said), send)
        ended, status, cpu_s = _watch(pid, request["limits"])
        end_leftovers(pid)
        size = os.lseek(output, 0, os.SEEK_END)
        if ended == "ended" and size >= request["limits"]["output_bytes"]:
            ended = "output_limit"
        if ended == "ended" and status == 0:
            return {"o": os.pread(output, size, 0).decode("utf-8", "replace"), "s": cpu_s}
        explanation = _explanation(os.pread(said, _MAX_SAID_BYTES, 0)) if ended == "ended" else {}
        return {"e": ended, "w": status, "s": cpu_s} | explanation
    finally:
        for descriptor in files:
            os.close(descriptor)


def _unnamed_file() -> int:
    """Open a file of the temporary folder that no other process can find by name."""
    try:
        return os.open(".", os.O_TMPFILE | os.O_RDWR, 0o600)
    except OSError as error:
        if error.errno not in (errno.EOPNOTSUPP, errno.EISDIR):  # a file system that only knows files with names
            raise
    import tempfile  # with it come libraries that every fork would pay for

    descriptor, path = tempfile.mkstemp()
    os.unlink(path)
    return descriptor


def _explanation(said: bytes) -> dict[str, str]:
    """Return what a case said about its failure, or nothing if that does not read as such."""
    try:
        frame = json.loads(said)
        parts = {key: str(frame[key]) for key in ("c", "m", "t")}
    except (ValueError, TypeError, KeyError, RecursionError):
        return {}
    return parts if parts["c"] in _CAUSES_SAID else {}


def _watch(pid: int, limits: dict[str, Any]) -> tuple[str, int, float]:
    descriptor = os.pidfd_open(pid)
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    clock = ((~pid) << 3) | 2
    ended, wait_s, started_s = "ended", limits["cpu_time_s"], time.monotonic()
    while not poll.poll(max(1, wait_s * 1000)):
        cpu_left_s = limits["cpu_time_s"] - time.clock_gettime(clock)
        wall_left_s = limits["wall_time_s"] - (time.monotonic() - started_s)
        if cpu_left_s > 0 and -limits["wall_time_s"] * BUSY_FACTOR < wall_left_s <= 0 and not is_at_rest(outer_pid(descriptor)):
            wall_left_s = _STEP_S
        if cpu_left_s <= 0 or wall_left_s <= 0:
            ended = "cpu_timeout" if cpu_left_s <= 0 else "wall_timeout"
            os.kill(pid, signal.SIGKILL)
            break
        wait_s = max(_STEP_S, min(cpu_left_s, wall_left_s))
    os.close(descriptor)
    _, status, usage = os.wait4(pid, 0)
    return ended, status, usage.ru_utime + usage.ru_stime


def end_leftovers(pid: int) -> None:
    """Kill and reap what a program left behind."""
    try:
        if os.getpid() == 1:
            os.kill(-1, signal.SIGKILL)
        else:
            os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
    while True:
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def _play(request: dict[str, Any], codes: list[Any], files: tuple[int, int, int], send: Any) -> None:
    """Run the program in this fork and leave with exit code 0, or 1 after a frame that says why."""
    leave, failure = os._exit, None
    try:
        os.setpgid(0, 0)
        for descriptor, target in zip(files, (0, 1, _FRAMES_DESCRIPTOR)):
            os.dup2(descriptor, target, inheritable=target < 2)
            os.close(descriptor)
        send.restrict_signals()
        set_signal(_END_ON_FULL_FILE, 0)  # 0: what the kernel does by default
        hard_s = int(request["limits"]["cpu_time_s"]) + 2
        resource.setrlimit(_LIMIT_OF_CPU, (hard_s, hard_s))
        stdout = sys.stdout
        flush = stdout.flush
        module = types.ModuleType("__main__")
        module.__dict__.update({"__builtins__": builtins, "__file__": "/tmp/program.py"})
        sys.modules["__main__"] = module
        sys.argv = ["program.py"]
        try:
            for code in codes:
                exec(code, module.__dict__)
        except SystemExit as error:
            if error.code not in (None, 0):
                failure = {"c": "early_exit", "m": f"exit code {error.code!s:.200}", "t": ""}
        if num_threads():  # joining none takes a while
            threading._shutdown()
        atexit._run_exitfuncs()
        if sys.stdout is not stdout and hasattr(sys.stdout, "flush"):
            sys.stdout.flush()
        flush()
        del module
        let_go_of_main()
        flush()
    except BaseException as error:
        cause = "import" if isinstance(error, ImportError) else cause_of(error)
        failure = {"c": cause} | describe(error, request["source"])
    if failure is not None:
        send(failure)
        leave(1)
    leave(0)


def let_go_of_main() -> None:
    """Let the program's module go as an interpreter that ends does: it is collected whole, and its names are cleared only if something holds it.

    Many programs of contests write what they buffered when their output object dies, and do so with names that have to be there still. The
    caller must hold neither the module nor its names.
    """
    sys.stdin, sys.stdout = getattr(sys, "__stdin__", None), getattr(sys, "__stdout__", None)
    main: Any = sys.modules.pop("__main__", None)
    held = weakref.ref(main) if isinstance(main, types.ModuleType) else None
    del main
    gc.collect()
    main = held() if held is not None else None
    if main is not None:
        names = [name for name in main.__dict__ if name != "__builtins__"]
        for name in sorted(names, key=lambda name: not (name[:1] == "_" and name[:2] != "__")):
            main.__dict__[name] = None
        gc.collect()


def _open_standard_files() -> None:
    """Open what the cases find as ``sys.stdin`` and ``sys.stdout``, once for all: it reads nothing of the descriptors, which each case fills."""
    settings: dict[str, Any] = {"encoding": "utf-8", "errors": "surrogateescape", "closefd": False}
    sys.stdin = sys.__stdin__ = open(0, **settings)  # noqa: SIM115
    sys.stdout = sys.__stdout__ = open(1, "w", **settings)  # noqa: SIM115
