"""Whether a program rests: nobody of its processes and threads runs or wants to, so another program may have the core.

A program that waits for a core is no sleeper, or a busy machine would be given more and more to do. Source: ours.
"""

from __future__ import annotations

import os
import select

BUSY_FACTOR = 30
"""Wall time ends what sleeps: a program that wants a core is granted so many times its wall limit, since the machine may be busy."""

_WANTS_A_CORE = (b"R", b"D")
_MAX_PROCESSES = 256
"""Beyond this many nobody looks on: such a program does not rest."""


def is_at_rest(pid: int) -> bool:
    """Return whether a process and all below it sleep, wait or are stopped. It may have ended meanwhile: then it rests."""
    todo, num_seen = [pid], 0
    while todo:
        num_seen += 1
        if num_seen > _MAX_PROCESSES:
            return False
        folder = f"/proc/{todo.pop()}/task"
        try:
            for thread in os.listdir(folder):
                if _read(f"{folder}/{thread}/stat").rpartition(b") ")[2][:1] in _WANTS_A_CORE:
                    return False
                todo += map(int, _read(f"{folder}/{thread}/children").split())
        except (FileNotFoundError, ProcessLookupError):
            continue
    return True


def has_ended(pid: int) -> bool:
    """Return whether a process is gone with all its threads, and waits for nothing but its parent."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        return bool(poll.poll(0))
    finally:
        os.close(descriptor)


def outer_pid(descriptor: int) -> int:
    """Return the pid that /proc has for the process of a pidfd; 0 when it has none. /proc may be that of an outer namespace."""
    try:
        for line in _read(f"/proc/self/fdinfo/{descriptor}").splitlines():
            if line.startswith(b"Pid:"):
                return max(int(line[4:]), 0)
    except (OSError, ValueError):
        return 0
    return 0


def _read(path: str) -> bytes:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return os.read(descriptor, 1 << 16)
    finally:
        os.close(descriptor)
