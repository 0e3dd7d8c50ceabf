"""Looking after one fork while it runs: its limits of CPU time, wall time and memory, and whether it rests.

Source: ours.
"""

from __future__ import annotations

import socket
import time
from typing import Any

from channel import send_frame
from rest import BUSY_FACTOR, has_ended, is_at_rest
from tree import MAX_MEMORY_FACTOR, Tree
from zygote import Zygote

FIRST_LOOK_S = 0.02
"""Programs that end before nobody looks at."""

_LOOK_S, _RESTING_SHARE = 0.05, 0.2
_OTHERS_FACTOR, _OTHERS_S = 1.25, 0.5  # CPU of a step's other processes: a watcher inside may look after them more sharply


class Watch:
    """Looks at a fork again and again.

    Args:
        zygote: that made the fork.
        channel: to the host, which is told when the fork begins to rest and when it works again: the core may go to another.
        limits: times hold for each step.
        num_steps: the sum over steps is capped at so many times the limits.
        started_s: monotonic time at which the fork was called for.
    """

    def __init__(
        self, zygote: Zygote, channel: socket.socket, *, limits: dict[str, Any], num_steps: int, started_s: float
    ) -> None:
        self._zygote, self._channel, self._pid = zygote, channel, zygote.fork_pid
        self._clock = ((~self._pid) << 3) | 2  # the CPU clock of another process, as clock_getcpuclockid(3) makes it
        self._cpu_time_s, self._wall_time_s = limits["cpu_time_s"], limits["wall_time_s"]
        self._most_cpu_s = self._cpu_time_s * num_steps + 1
        self._most_others_s = self._cpu_time_s * _OTHERS_FACTOR + _OTHERS_S
        self._most_bytes = limits["memory_bytes"] * MAX_MEMORY_FACTOR
        self._last_wall_s = started_s + self._wall_time_s * num_steps
        self._tree, self._next_count_s = Tree(self._pid, zygote.pid), started_s + _LOOK_S
        self._step, self._step_wall_s, self._step_others_s = -1, 0.0, 0.0
        self._look_s, self._look_cpu_s, self._is_asleep = started_s, 0.0, False

    def look(self) -> tuple[str, float]:
        """Return "ended" or the limit that the fork has passed, and after how many seconds to look again."""
        now_s = time.monotonic()
        begun, begun_ns = self._zygote.steps
        try:
            cpu_s = time.clock_gettime(self._clock)
        except OSError:  # it has ended by itself
            return "ended", _LOOK_S
        others_s, memory_bytes = self._step_others_s, 0
        if now_s >= self._next_count_s:
            self._next_count_s = now_s + _LOOK_S
            others_s, memory_bytes = self._tree.look()
        if begun != self._step:
            self._step, self._step_wall_s, self._step_others_s = begun, now_s, others_s
        cpu_left_s = self._cpu_time_s - (cpu_s - min(begun_ns / 1e9, cpu_s))
        wall_left_s = min(self._step_wall_s + self._wall_time_s, self._last_wall_s) - now_s
        if cpu_left_s <= 0 or cpu_s >= self._most_cpu_s or others_s - self._step_others_s > self._most_others_s:
            return "cpu_timeout", 0.0
        if memory_bytes > self._most_bytes:
            return "memory", 0.0
        if wall_left_s <= 0:
            if -wall_left_s > self._wall_time_s * BUSY_FACTOR or self._is_at_rest():
                return "wall_timeout", 0.0
            wall_left_s = _LOOK_S
        self._tell_rest(now_s, cpu_s)
        return "ended", max(0.001, min(cpu_left_s, wall_left_s, _LOOK_S))

    def _is_at_rest(self) -> bool:
        """Whether the fork rests; one that has ended does not: on a busy machine the zygote may not have come to say so yet."""
        return is_at_rest(self._pid) and not has_ended(self._pid)

    def _tell_rest(self, now_s: float, cpu_s: float) -> None:
        passed_s, used_s = now_s - self._look_s, cpu_s - self._look_cpu_s
        if passed_s < FIRST_LOOK_S / 2:
            return
        self._look_s, self._look_cpu_s = now_s, cpu_s
        is_asleep = used_s < _RESTING_SHARE * passed_s and self._is_at_rest()
        if is_asleep != self._is_asleep:
            self._is_asleep = is_asleep
            send_frame(self._channel, {"asleep": is_asleep})
