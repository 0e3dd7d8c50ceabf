"""Worker that runs one program as a script and sends back what it printed, its exit code and files; nothing is judged here.

The program runs in a fork of the fork, as ``python program.py`` would: arguments, ``__main__``, its folder on the path, real descriptors 0, 1
and 2, tracebacks on stderr, threads joined, exit hooks run. The process that watches runs no line of it and reads what it left
after the whole tree is dead.

Source: ours.
"""

from __future__ import annotations

import atexit
import base64
import builtins
import os
import resource
import select
import signal
import stat
import sys
import tempfile
import threading
import time
import types
import zlib
from typing import Any

import judge
from stdin_case import end_leftovers, let_go_of_main

WATCHES_FORKS = True
_STEP_S = 0.02
_FRAMES_DESCRIPTOR = 200
_OUR_MODULES = ("run_code", "judge", "codec", "channel", "confine", "enclose", "faults", "stdin_case", "server")


def prepare() -> None:
    """Import what programs import most; find the temporary folder, which tries it by writing."""
    judge.prepare()
    tempfile.gettempdir()


def handle(request: dict[str, Any], send: Any) -> None:
    """Run the program of a request.

    The request holds ``source``, ``stdin`` (base64), ``files`` (name -> base64), ``fetch`` (names), ``limits`` (cpu_time_s, wall_time_s,
    output_bytes). One frame comes back: ``ended`` (``ended``, ``cpu_timeout`` or ``wall_timeout``), ``status`` (of the wait call), ``out``,
    ``err`` and ``files`` (base64), ``cpu_s``, ``wall_s``.
    """
    send.begin_step()
    folder = os.getcwd()
    for name, content in request["files"].items():
        _write(os.path.join(folder, name), base64.b64decode(content))
    source = request["source"].encode("utf-8", "surrogatepass")
    program = os.path.join(folder, f"program_{zlib.crc32(source):08x}.py")
    _write(program, source)
    with (
        tempfile.TemporaryFile(buffering=0) as given,
        tempfile.TemporaryFile(buffering=0) as output,
        tempfile.TemporaryFile(buffering=0) as errors,
    ):
        _write_all(given, base64.b64decode(request["stdin"]))
        given.seek(0)
        started_s = time.monotonic()
        pid = os.fork()
        if pid == 0:
            _play(request, program, (given.fileno(), output.fileno(), errors.fileno()), send)
        ended, status, cpu_s = _watch(pid, request["limits"])
        wall_s = time.monotonic() - started_s
        end_leftovers(pid)
        limit = request["limits"]["output_bytes"]
        frame = {"ended": ended, "status": status, "cpu_s": cpu_s, "wall_s": wall_s}
        frame |= {key: _text(os.pread(file.fileno(), limit, 0)) for key, file in (("out", output), ("err", errors))}
    frame["files"] = _fetched(request["fetch"], folder, limit)
    send(frame)


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


def _write_all(file: Any, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[file.write(rest) :]


def _write(path: str, content: bytes) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb", buffering=0) as file:
        _write_all(file, content)


def _fetched(names: list[str], folder: str, limit_bytes: int) -> dict[str, str]:
    """Return the regular files below the folder that were asked for; a link that leads elsewhere is not followed."""
    found, num_bytes = {}, 0
    for name in names:
        path = os.path.join(folder, name)
        if not os.path.realpath(path).startswith(os.path.realpath(folder) + os.sep):
            continue
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:
            continue
        try:
            facts = os.fstat(descriptor)
            if stat.S_ISREG(facts.st_mode) and num_bytes + facts.st_size <= limit_bytes:
                num_bytes += facts.st_size
                found[name] = _text(os.pread(descriptor, facts.st_size, 0))
        finally:
            os.close(descriptor)
    return found


def _watch(pid: int, limits: dict[str, Any]) -> tuple[str, int, float]:
    """Wait for the program, or end it at its limits; return ("ended" | why it was killed, status, CPU seconds)."""
    descriptor = os.pidfd_open(pid)
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    clock = ((~pid) << 3) | 2  # the CPU clock of another process, as clock_getcpuclockid(3) makes it
    ended, wait_s, started_s = "ended", limits["cpu_time_s"], time.monotonic()
    while not poll.poll(max(1, min(wait_s * 1000, 60_000))):
        cpu_left_s = limits["cpu_time_s"] - time.clock_gettime(clock)
        wall_left_s = limits["wall_time_s"] - (time.monotonic() - started_s)
        if min(cpu_left_s, wall_left_s) <= 0:
            ended = "cpu_timeout" if cpu_left_s <= 0 else "wall_timeout"
            os.kill(pid, signal.SIGKILL)
            break
        wait_s = max(_STEP_S, min(cpu_left_s, wall_left_s))
    os.close(descriptor)
    _, status, usage = os.wait4(pid, 0)
    return ended, status, usage.ru_utime + usage.ru_stime


def _play(request: dict[str, Any], program: str, files: tuple[int, int, int], send: Any) -> None:
    """Run the program in this fork and leave with its exit code."""
    leave, status = os._exit, 1
    try:
        os.setpgid(0, 0)
        for target, descriptor in enumerate(files):
            os.dup2(descriptor, target)
        os.closerange(3, 4096)
        send.restrict_signals()
        limits = request["limits"]
        resource.setrlimit(resource.RLIMIT_FSIZE, (limits["output_bytes"], limits["output_bytes"]))
        hard_s = int(limits["cpu_time_s"]) + 2
        resource.setrlimit(resource.RLIMIT_CPU, (hard_s, hard_s))
        stdout, stderr = _open_standard_files()
        module = types.ModuleType("__main__")
        module.__dict__.update({"__builtins__": builtins, "__file__": program})
        for name in _OUR_MODULES:
            sys.modules.pop(name, None)
        sys.modules["__main__"] = module
        sys.argv, sys.path[0] = [program], os.path.dirname(program)
        status = _run(request["source"], program, module.__dict__)
        threading._shutdown()
        atexit._run_exitfuncs()
        stdout.flush()
        del module
        let_go_of_main()
        stderr.flush()
        stdout.flush()
    except BaseException:  # the program broke its own way out (closed stdout, raised in a hook)
        leave(status or 120)
    leave(status)


def _run(source: str, program: str, namespace: dict[str, Any]) -> int:
    """Run the source and return the exit code, after an exception has been printed as an interpreter prints it."""
    try:
        exec(compile(source, program, "exec", dont_inherit=True), namespace)
    except SystemExit as error:
        if error.code is None or isinstance(error.code, int):
            return (error.code or 0) & 0xFF
        print(error.code, file=sys.stderr)
        return 1
    except BaseException as error:
        error.__traceback__ = error.__traceback__ and error.__traceback__.tb_next  # without the line above
        sys.excepthook(type(error), error, error.__traceback__)
        return 1
    return 0


def _open_standard_files() -> tuple[Any, Any]:
    settings: dict[str, Any] = {"encoding": "utf-8", "errors": "surrogateescape", "closefd": False}
    sys.stdin = sys.__stdin__ = open(0, **settings)  # noqa: SIM115
    sys.stdout = sys.__stdout__ = open(1, "w", **settings)  # noqa: SIM115
    settings |= {"errors": "backslashreplace", "buffering": 1}
    sys.stderr = sys.__stderr__ = open(2, "w", **settings)  # noqa: SIM115
    return sys.stdout, sys.stderr
