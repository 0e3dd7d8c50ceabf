"""The warm guest: encloses itself once, then runs each request in a fork of its own and tells the host how it ended.

Started by `symtune.sandbox.Guest` as ``python server.py DESCRIPTOR``. The worker is a sibling file with
``handle(request, send)``, and optionally ``prepare()`` (once, at warm-up) and ``admit(shared)`` (in the warm process, before
the fork: work on trusted data that later forks share). Frames that a fork sends go to a file in memory that the host reads
after the whole tree of the fork is dead, so a kill loses none and nobody waits for a reader.

Source: ours.
"""

from __future__ import annotations

import gc
import importlib
import marshal
import mmap
import os
import select
import signal
import socket
import struct
import sys
import time
from typing import Any, NoReturn

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from channel import receive_frame, receive_order, send_frame, send_frame_bytes
from codec import json_encoder
from confine import _LIBC, Confinement, SetupError, checked, forbid_inspection, fork
from enclose import NEW_PID, build_root, leave_host, marks_of, mount_temp_folder, remove_contents
from landlock import restrict_files
from rest import BUSY_FACTOR, is_at_rest
from tree import MAX_MEMORY_FACTOR, Tree

_FRAMES_DESCRIPTOR = 200
_PROGRESS = struct.Struct("=QQ")  # steps begun, CPU nanoseconds when the last one began; programs can write here

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
_SIGKILL_DEADLINE_S = 5.0
_FIRST_LOOK_S, _LOOK_S, _RESTING_SHARE = 0.02, 0.05, 0.2
_OTHERS_FACTOR, _OTHERS_S = 1.25, 0.5  # CPU of a step's other processes: a watcher inside may look after them more sharply


class Sender:
    """Sends frames out of a fork: ``send(frame)``; ``send.begin_step()`` starts the clock of the next step.

    A worker that watches forks of its own says so with ``WATCHES_FORKS = True`` and calls ``restrict_signals`` in each
    process that runs a program; for other workers the server has called it.
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
            rest = rest[self._write(_FRAMES_DESCRIPTOR, rest) :]

    def begin_step(self) -> None:
        """Tell the server that the next step begins: the limits of CPU and wall time hold for each step."""
        self._num_steps += 1
        _PROGRESS.pack_into(self._progress, 0, self._num_steps, self._cpu_ns())


class Server:
    """One warm guest: a worker module, a confinement, and the loop over requests."""

    def __init__(self, channel: socket.socket, plan: dict[str, Any]) -> None:
        self._channel = channel
        self._is_enclosed = plan["isolation"] == "namespaces"
        self._progress = mmap.mmap(-1, 4096)
        self._confined = mmap.mmap(-1, 4096)  # 1: the fork is confined; it lets go of this page before a program runs
        self._own_pid_namespace = os.open("/proc/self/ns/pid", os.O_RDONLY) if self._is_enclosed else -1
        self._temp_bytes = plan["temp_bytes"]
        self._temp_folder = plan["temp_folder"]
        self._temp_marks: tuple[Any, ...] | None = None  # unknown: the first request clears it
        sys.path.extend(path for path in plan["python_path"] if path not in sys.path)
        self._worker = importlib.import_module(plan["worker"])
        if hasattr(self._worker, "prepare"):
            self._worker.prepare()
        self._confinement = Confinement(
            program_uid=plan["program_uid"],
            num_processes_base=plan["num_processes_base"],
            is_alone=self._is_enclosed,
        )
        self._poll = select.poll()
        self._poll.register(channel, select.POLLRDHUP)
        self._watches_forks = getattr(self._worker, "WATCHES_FORKS", False)
        self._null = os.open("/dev/null", os.O_RDWR)
        self._sender = Sender(self._progress, self._confinement)
        os.chdir(self._temp_folder)

    def serve(self) -> None:
        """Answer orders until the host goes away."""
        encode = json_encoder(is_sorted=False)
        gc.collect()
        gc.freeze()
        send_frame(self._channel, {"stage": "ready"})
        while (received := receive_order(self._channel)) is not None:
            order, request, answers = received
            try:
                if order["shared"] is not None:
                    self._worker.admit(order["shared"])
                    gc.freeze()  # a collection in a fork must not touch what all forks share
                size = os.lseek(request, 0, os.SEEK_END)
                if size:
                    report = self.run((request, size, answers), order["limits"], order["num_steps"])
                else:
                    report = {"ended": "withdrawn"}  # the host emptied the request: it runs elsewhere
            finally:
                os.close(request)
                os.close(answers)
            send_frame_bytes(self._channel, encode(report))
        self._leave()

    def run(self, files: tuple[int, int, int], limits: dict[str, Any], num_steps: int) -> dict[str, Any]:
        """Run one request in a fork; return how it ended.

        Args:
            files: descriptor of the request, its size, descriptor of the answers.
        """
        _PROGRESS.pack_into(self._progress, 0, 0, 0)
        self._confined[0] = 0
        started_s = time.monotonic()
        pid = self._fork(files, self._confinement.limits_of(limits, limits["cpu_time_s"] * num_steps))
        ended, status, cpu_s = self._watch(pid, limits, num_steps)
        self._clear_temp_folder()
        if ended == "ended":
            is_full = os.lseek(files[2], 0, os.SEEK_END) >= limits["output_bytes"]
            ended = _classify(status, cpu_s, limits, is_output_full=is_full)
        return {
            "ended": ended if self._confined[0] else "broken",
            "exit_code": os.WEXITSTATUS(status) if os.WIFEXITED(status) else None,
            "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else None,
            "cpu_s": cpu_s,
            "wall_s": time.monotonic() - started_s,
            "num_steps": _PROGRESS.unpack_from(self._progress)[0],
        }

    def _fork(self, files: tuple[int, int, int], limits: list[tuple[int, tuple[int, int]]]) -> int:
        if self._is_enclosed:
            checked(_LIBC.unshare(NEW_PID), "unshare(pid)")
        pid = fork()
        if pid:
            if self._is_enclosed:
                checked(_LIBC.setns(self._own_pid_namespace, NEW_PID), "setns(pid)")
            return pid
        try:
            self._run_in_fork(*files, limits)
            os._exit(0)
        finally:
            os._exit(1)

    def _run_in_fork(self, request: int, size: int, answers: int, limits: list[tuple[int, tuple[int, int]]]) -> None:
        os.setsid()  # a signal to the own process group must not reach the server
        form = marshal.loads(os.pread(request, size, 0))
        os.dup2(answers, _FRAMES_DESCRIPTOR, False)
        for standard in (0, 1, 2):
            os.dup2(self._null, standard)
        os.closerange(3, _FRAMES_DESCRIPTOR)
        os.closerange(_FRAMES_DESCRIPTOR + 1, 4096)
        self._confinement.apply(limits)
        self._confined[0] = 1
        self._confined.close()
        _PROGRESS.pack_into(self._progress, 0, 0, time.process_time_ns())
        if not self._watches_forks:
            self._confinement.restrict_signals()
        self._worker.handle(form, self._sender)

    def _watch(self, pid: int, limits: dict[str, Any], num_steps: int) -> tuple[str, int, float]:
        """Wait for the fork to end, or end it at its limits; returns ("ended" | why it was killed, status, CPU s)."""
        descriptor = os.pidfd_open(pid)
        poll = self._poll
        poll.register(descriptor, select.POLLIN)
        clock = ((~pid) << 3) | 2
        step, step_wall_s, step_others_s, ended = -1, 0.0, 0.0, "ended"
        look, tree, next_count_s = Look(pid, self._channel), Tree(pid), time.monotonic() + _LOOK_S
        most_others_s = limits["cpu_time_s"] * _OTHERS_FACTOR + _OTHERS_S
        most_bytes = limits["memory_bytes"] * MAX_MEMORY_FACTOR
        wait_s = min(limits["cpu_time_s"], _FIRST_LOOK_S)
        last_wall_s = time.monotonic() + limits["wall_time_s"] * num_steps
        try:
            while True:
                events = poll.poll(max(1, min(wait_s * 1000, 60_000)))
                if any(fd == descriptor for fd, _ in events):
                    break
                if events:
                    self._kill(pid)
                    self._leave()
                now_s = time.monotonic()
                begun, begun_ns = _PROGRESS.unpack_from(self._progress)
                cpu_s = time.clock_gettime(clock)
                others_s, memory_bytes = step_others_s, 0
                if now_s >= next_count_s:
                    next_count_s = now_s + _LOOK_S
                    others_s, memory_bytes = tree.look()
                if begun != step:
                    step, step_wall_s, step_others_s = begun, now_s, others_s
                wait_s = limits["cpu_time_s"] - (cpu_s - min(begun_ns / 1e9, cpu_s))
                wall_left_s = min(step_wall_s + limits["wall_time_s"], last_wall_s) - now_s
                if wait_s <= 0 or cpu_s >= limits["cpu_time_s"] * num_steps + 1 or others_s - step_others_s > most_others_s:
                    ended = "cpu_timeout"
                elif memory_bytes > most_bytes:
                    ended = "memory"
                elif wall_left_s <= 0:
                    is_over = -wall_left_s > limits["wall_time_s"] * BUSY_FACTOR
                    ended, wall_left_s = ("wall_timeout" if is_over or is_at_rest(pid) else ended), _LOOK_S
                if ended != "ended":
                    break
                look(now_s, cpu_s)
                wait_s = max(0.001, min(wait_s, wall_left_s, _LOOK_S))
        finally:
            poll.unregister(descriptor)
            os.close(descriptor)
        if ended != "ended" or not self._is_enclosed:
            self._kill(pid)
        _, status, usage = os.wait4(pid, 0)
        if not self._is_enclosed:
            self._kill_orphans()
        return ended, status, usage.ru_utime + usage.ru_stime

    def _leave(self) -> NoReturn:
        """End with the host; without a pid namespace, whatever a program left is ended first, with its files."""
        if not self._is_enclosed:
            self._kill_orphans()
            remove_contents(self._temp_folder)
        os._exit(0)

    def _kill(self, pid: int) -> None:
        """Kill the fork; as process 1 of its own pid namespace it takes its whole tree along."""
        try:
            if not self._is_enclosed:
                os.killpg(pid, signal.SIGKILL)
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return

    def _kill_orphans(self) -> None:
        """Without a pid namespace: end and reap what the program left, which the kernel hands to this process."""
        deadline_s = time.monotonic() + _SIGKILL_DEADLINE_S
        while time.monotonic() < deadline_s:
            for child in _children(os.getpid()):
                os.kill(child, signal.SIGKILL)
            try:
                if os.waitpid(-1, os.WNOHANG)[0] == 0:
                    time.sleep(0.001)
            except ChildProcessError:
                return

    def _clear_temp_folder(self) -> None:
        """Give the next program an untouched folder: its own mode, times and attributes could carry a message too."""
        if marks_of(self._temp_folder) == self._temp_marks:
            return
        if self._is_enclosed:
            os.chdir("/")
            mount_temp_folder(self._temp_folder, self._temp_bytes, is_first=False)
            os.chdir(self._temp_folder)
        else:
            remove_contents(self._temp_folder)
            os.utime(self._temp_folder, (0, 0))
        self._temp_marks = marks_of(self._temp_folder)


class Look:
    """Looks now and then whether a program rests, and tells the host when that changes: the core may go to another."""

    def __init__(self, pid: int, channel: socket.socket) -> None:
        self._pid, self._channel = pid, channel
        self._last_s, self._last_cpu_s, self._is_asleep = time.monotonic(), 0.0, False

    def __call__(self, now_s: float, cpu_s: float) -> None:
        """Look; ``cpu_s`` is what the fork itself has used so far."""
        passed_s, used_s = now_s - self._last_s, cpu_s - self._last_cpu_s
        if passed_s < _FIRST_LOOK_S / 2:
            return
        self._last_s, self._last_cpu_s = now_s, cpu_s
        is_asleep = used_s < _RESTING_SHARE * passed_s and is_at_rest(self._pid)
        if is_asleep != self._is_asleep:
            self._is_asleep = is_asleep
            send_frame(self._channel, {"asleep": is_asleep})


def _children(pid: int) -> list[int]:
    with open(f"/proc/{pid}/task/{pid}/children", "rb") as file:
        return [int(number) for number in file.read().split()]


def _classify(status: int, cpu_s: float, limits: dict[str, Any], *, is_output_full: bool) -> str:
    if is_output_full or (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXFSZ):
        return "output_limit"
    if os.WIFEXITED(status):
        return "finished" if os.WEXITSTATUS(status) == 0 else "exited"
    number = os.WTERMSIG(status)
    if number in (signal.SIGXCPU, signal.SIGPROF) or (number == signal.SIGKILL and cpu_s >= limits["cpu_time_s"]):
        return "cpu_timeout"
    if number == signal.SIGSYS:
        return "forbidden"
    return "memory" if number == signal.SIGKILL else "killed"


def main(descriptor: int) -> None:
    """Enclose, report each stage to the host, and serve."""
    channel = socket.socket(fileno=descriptor)
    channel.set_inheritable(False)
    plan = receive_frame(channel)
    if plan is None:
        return
    try:
        if plan["isolation"] == "namespaces":
            leave_host()
            send_frame(channel, {"stage": "unshared"})
            received = receive_frame(channel)
            if received is None:
                return
            plan["program_uid"] = received["program_uid"]
            pid = os.fork()
            if pid:
                channel.close()
                os._exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) & 0xFF)
            _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            os.setresgid(0, 0, 0)
            os.setresuid(0, 0, 0)
            build_root(plan)
        else:
            checked(_LIBC.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), "prctl(PR_SET_CHILD_SUBREAPER)")
        forbid_inspection()
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        server = Server(channel, plan)
        if plan["isolation"] == "rlimits":
            restrict_files([*plan["read_only"], *plan["shown"]], plan["temp_folder"])
    except (SetupError, OSError, ImportError) as error:
        send_frame(channel, {"stage": "failed", "what": f"{type(error).__name__}: {error}"})
        return
    server.serve()


if __name__ == "__main__":
    main(int(sys.argv[1]))
