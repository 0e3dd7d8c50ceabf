"""What all processes of a program use together: the kernel's own limits hold for each process alone.

CPU time of a child counts when it is seen at work, so a program that lets others compute while it sleeps is charged for them,
also when nobody waits for them. Memory is what lies in memory beyond the warm interpreter's own share, summed over the
processes; pages shared between them count in each, so the sum may be several times what one process is allowed.

Source: ours.
"""

from __future__ import annotations

import os

MAX_MEMORY_FACTOR = 4
"""The sum over processes may be so many times the memory of one: forks share pages, which this sum counts again."""

_MAX_PROCESSES = 512
_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_USER_TICKS, _SYSTEM_TICKS, _RESIDENT_PAGES = 11, 12, 21  # fields of /proc/PID/stat, counted from the state on


class Tree:
    """One program's processes.

    Args:
        pid: the first of them, whose own CPU time is not counted here.
        warm_pid: the process it was forked from.
    """

    def __init__(self, pid: int, warm_pid: int) -> None:
        self._pid = pid
        self._base_bytes = _usage(warm_pid)[1]
        self._cpu_s_of: dict[int, float] = {}

    def look(self) -> tuple[float, int]:
        """Return the CPU seconds of all children ever seen, and the memory in bytes of all that live."""
        todo, memory_bytes, num_seen = [self._pid], 0, 0
        while todo and num_seen < _MAX_PROCESSES:
            pid = todo.pop()
            num_seen += 1
            try:
                cpu_s, used_bytes = _usage(pid)
                for thread in os.listdir(f"/proc/{pid}/task"):
                    todo += map(int, _read(f"/proc/{pid}/task/{thread}/children").split())
            except (FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
                continue
            memory_bytes += max(0, used_bytes - self._base_bytes)
            if pid != self._pid:
                self._cpu_s_of[pid] = max(cpu_s, self._cpu_s_of.get(pid, 0.0))
        return sum(self._cpu_s_of.values()), memory_bytes


def _usage(pid: int) -> tuple[float, int]:
    """Return CPU seconds and resident bytes of one process."""
    fields = _read(f"/proc/{pid}/stat").rpartition(b") ")[2].split()
    ticks = int(fields[_USER_TICKS]) + int(fields[_SYSTEM_TICKS])
    return ticks / _TICKS_PER_S, int(fields[_RESIDENT_PAGES]) * _PAGE_BYTES


def _read(path: str) -> bytes:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return os.read(descriptor, 1 << 16)
    finally:
        os.close(descriptor)
