"""The warm guest: encloses itself once, then runs each request in a fork of its own and tells the host how it ended.

Started by `symtune.sandbox.Guest` as ``python server.py DESCRIPTOR``. The worker is a sibling file with
``handle(request, send)``, and optionally ``prepare()`` (once, at warm-up) and ``admit(shared)`` (before the fork: work on
trusted data that later forks share); it is loaded by the zygote, which programs are forked from. Frames that a fork sends go to
a file in memory that the host reads after the whole tree of the fork is dead, so a kill loses none and nobody waits for a reader.

Source: ours.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import sys
import time
from typing import Any, NoReturn

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from channel import receive_frame, receive_order, send_frame, send_frame_bytes
from codec import json_encoder
from confine import _LIBC, Confinement, SetupError, checked, forbid_inspection
from enclose import build_root, leave_host, marks_of, mount_temp_folder, remove_contents
from landlock import restrict_files
from pages import copy_page_tables
from watch import FIRST_LOOK_S, Watch
from zygote import Zygote

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
_SIGKILL_DEADLINE_S = 5.0


class Server:
    """One warm guest: a zygote and the loop over requests."""

    def __init__(self, channel: socket.socket, plan: dict[str, Any]) -> None:
        self._channel = channel
        self._is_enclosed = plan["isolation"] == "namespaces"
        self._temp_bytes = plan["temp_bytes"]
        self._temp_folder = plan["temp_folder"]
        self._temp_marks: tuple[Any, ...] | None = None  # unknown: the first request clears it
        self._confinement = Confinement(
            program_uid=plan["program_uid"],
            num_processes_base=plan["num_processes_base"],
            is_alone=self._is_enclosed,
        )
        self._zygote = Zygote(plan, self._confinement)
        self._zygote.wait_until_warm()
        self._poll = select.poll()
        self._poll.register(channel, select.POLLRDHUP)
        self._poll.register(self._zygote.reports, select.POLLIN)
        self._poll.register(self._zygote.descriptor, select.POLLIN)
        os.chdir(self._temp_folder)

    def serve(self) -> None:
        """Answer orders until the host goes away."""
        encode = json_encoder(is_sorted=False)
        send_frame(self._channel, {"stage": "ready"})
        while (received := receive_order(self._channel)) is not None:
            order, request, answers = received
            try:
                report = self.run((request, os.lseek(request, 0, os.SEEK_END), answers), order)
            finally:
                os.close(request)
                os.close(answers)
            send_frame_bytes(self._channel, encode(report))
        self._leave()

    def run(self, files: tuple[int, int, int], order: dict[str, Any]) -> dict[str, Any]:
        """Run one request in a fork; return how it ended.

        Args:
            files: descriptor of the request, its size, descriptor of the answers.
        """
        limits, num_steps, zygote = order["limits"], order["num_steps"], self._zygote
        started_s = time.monotonic()
        zygote.begin(files, order["shared"], self._confinement.limits_of(limits, limits["cpu_time_s"] * num_steps))
        ended = self._watched(limits, num_steps, started_s=started_s)
        if not self._is_enclosed and files[1]:
            self._kill(zygote.fork_pid)
            zygote.let_reap()
        status, cpu_s = zygote.result()
        if not files[1]:
            return {"ended": "withdrawn"}  # the host emptied the request: it runs elsewhere
        if not self._is_enclosed:
            self._kill_orphans(spared=zygote.pid)
        self._clear_temp_folder()
        if ended == "ended":
            is_full = os.lseek(files[2], 0, os.SEEK_END) >= limits["output_bytes"]
            ended = _classify(status, cpu_s, limits, is_output_full=is_full)
        return {
            "ended": ended if zygote.is_confined else "broken",
            "exit_code": os.WEXITSTATUS(status) if os.WIFEXITED(status) else None,
            "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else None,
            "cpu_s": cpu_s,
            "wall_s": time.monotonic() - started_s,
            "num_steps": zygote.steps[0],
        }

    def _watched(self, limits: dict[str, Any], num_steps: int, *, started_s: float) -> str:
        """Wait for the fork to end, or end it at its limits; return "ended", or the limit."""
        zygote, watch, ended = self._zygote, None, "ended"
        wait_s = min(limits["cpu_time_s"], FIRST_LOOK_S)
        while not (events := self._poll.poll(max(1, wait_s * 1000) if ended == "ended" else None)):
            if watch is None and zygote.fork_pid:  # before, the zygote takes in what came with the request
                watch = Watch(zygote, self._channel, limits=limits, num_steps=num_steps, started_s=started_s)
            if watch is not None:
                ended, wait_s = watch.look()
            if ended != "ended":
                self._kill(zygote.fork_pid)
        if all(descriptor != zygote.reports for descriptor, _ in events):  # the host has left, or the zygote was killed
            self._leave()
        return ended

    def _leave(self) -> NoReturn:
        """End with the host or with the zygote; without a pid namespace, whatever a program left is ended first, with its files."""
        pid, status = os.waitpid(self._zygote.pid, os.WNOHANG)
        if not self._is_enclosed:
            if self._zygote.fork_pid:
                self._kill(self._zygote.fork_pid)
            self._kill_orphans(spared=0)
            remove_contents(self._temp_folder)
        os._exit(os.waitstatus_to_exitcode(status) & 0xFF if pid else 0)

    def _kill(self, pid: int) -> None:
        """Kill the fork; as process 1 of its own pid namespace it takes its whole tree along."""
        try:
            if not self._is_enclosed:
                os.killpg(pid, signal.SIGKILL)
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return

    def _kill_orphans(self, *, spared: int) -> None:
        """Without a pid namespace: end and reap what the program left, which the kernel hands to this process."""
        deadline_s = time.monotonic() + _SIGKILL_DEADLINE_S
        while time.monotonic() < deadline_s:
            children = [child for child in _children(os.getpid()) if child != spared]
            if not children:
                return
            for child in children:
                os.kill(child, signal.SIGKILL)
            num_reaped = sum(os.waitpid(child, os.WNOHANG)[0] > 0 for child in children)
            if not num_reaped:
                time.sleep(0.001)

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
            copy_page_tables()
            build_root(plan)
        else:
            copy_page_tables()
            checked(_LIBC.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), "prctl(PR_SET_CHILD_SUBREAPER)")
        os.environ.pop("LD_BIND_NOW", None)  # was for this interpreter, not for programs
        forbid_inspection()
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        if plan["isolation"] == "rlimits":  # before the zygote is there: server and programs must be of one domain, to be killed
            restrict_files([*plan["read_only"], *plan["shown"]], plan["temp_folder"])
        server = Server(channel, plan)
    except (SetupError, OSError, ImportError) as error:
        send_frame(channel, {"stage": "failed", "what": f"{type(error).__name__}: {error}"})
        return
    server.serve()


if __name__ == "__main__":
    main(int(sys.argv[1]))
