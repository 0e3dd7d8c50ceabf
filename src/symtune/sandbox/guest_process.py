"""Guest: one warm, isolated process that runs requests of one worker, each in a fork of its own.

Covered, by layers that docs/judging.md lists: files, devices, network, other processes, shared memory, the environment,
capabilities, kernel calls that only attacks make; CPU and wall time, memory, processes, output and files of each process, and
CPU time and memory summed over all processes of a program; what a program leaves for the next.

Not covered: faults in the kernel itself; side channels of timing and load; the kernel's own buffers (pipes, socket pairs); in a
function, the time of one case alone, since its cases share a process (their sum holds). In the weaker mode ``rlimits``, besides:
the list of processes, a full disk, and, on kernels without Landlock, every file that the program's user may reach.

Source: ours.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from symtune.errors import GuestDiedError, IsolationError, SandboxError
from symtune.sandbox.inspection import close_own_memory
from symtune.sandbox.limits import MIB, Limits
from symtune.sandbox.order import Execution, Order

Isolation = Literal["namespaces", "rlimits"]
"""``namespaces``: the full sandbox. ``rlimits``: limits, seccomp filter and, where there is one, Landlock; processes are visible."""

_PACKAGE = Path(__file__).resolve().parent.parent
GUEST_FOLDER = _PACKAGE / "guest"
_PROGRAM_UID_INSIDE, _PROGRAM_UID_OUTSIDE, _NOBODY = 1000, 65533, 65534
_START_TIMEOUT_S, _STOP_TIMEOUT_S = 60.0, 0.8
_TEMP_BYTES = 256 * MIB
_KILLED_CODES = (-signal.SIGKILL, 256 - signal.SIGKILL)
"""Exit codes of the outermost process when it, or the server below it, was killed."""

_TEMP_PREFIX = "symtune-guest-"


class Guest:
    """A warm guest process; a context manager.

    Args:
        worker: name of a file in ``symtune/guest`` with ``handle(request, send)``.
        isolation: ``namespaces``, or by name the weaker ``rlimits``.
        python_path: further folders that its Python may import from, shown read-only.
        hash_seed: ``PYTHONHASHSEED``; another one orders sets of text another way.
        is_started: False leaves the handshake, which takes a moment, to a call of `start`.

    Raises:
        IsolationError: this machine does not give the isolation asked for; says what is missing.
    """

    def __init__(
        self,
        worker: str,
        *,
        isolation: Isolation = "namespaces",
        python_path: Sequence[str | Path] | None = None,
        hash_seed: int = 0,
        is_started: bool = True,
    ) -> None:
        if python_path is None:
            python_path = [sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
        if isolation == "rlimits":
            close_own_memory()
        self._temp_folder = _make_temp_folder() if isolation == "rlimits" else None
        try:
            self._plan = _plan(worker, isolation, [str(path) for path in python_path], self._temp_folder)
        except IsolationError:
            if self._temp_folder is not None:
                os.rmdir(self._temp_folder)
            raise
        self._was_killed = False
        self._run_cpu_s = 0.0
        self._messages = tempfile.TemporaryFile()  # noqa: SIM115 (closed by close)
        self._channel, theirs = socket.socketpair()
        try:
            with theirs:
                self._process = subprocess.Popen(
                    [sys.executable, "-s", "-P", "-B", "-X", "utf8", str(GUEST_FOLDER / "server.py"), str(theirs.fileno())],
                    env=_environment(self._plan["temp_folder"], hash_seed),
                    cwd="/",
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=self._messages,
                    pass_fds=[theirs.fileno()],
                    start_new_session=True,
                )
            if is_started:
                self.start()
        except BaseException:
            self.close()
            raise

    def start(self) -> None:
        """Enclose and warm the guest; another thread may call `close` meanwhile.

        Raises:
            IsolationError: this machine does not give the isolation asked for; says what is missing.
            GuestDiedError: the guest went away.
        """
        self._channel.settimeout(_START_TIMEOUT_S)
        self._send(self._plan)
        stage = self._receive()
        if stage["stage"] == "unshared":
            self._plan["program_uid"] = _write_id_maps(self._process.pid, may_add=self._plan["program_uid"] is not None)
            self._send({"program_uid": self._plan["program_uid"]})
            stage = self._receive()
        if stage["stage"] == "failed":
            if self._plan["isolation"] == "rlimits":
                raise IsolationError(f"the guest could not set its limits: {stage['what']}")
            raise IsolationError(
                f"no full isolation on this machine: {stage['what']}. User namespaces must be allowed (sysctl "
                "user.max_user_namespaces, kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns; "
                "in a container: a seccomp profile that allows unshare and mount). To accept weaker isolation, ask for "
                "isolation='rlimits'."
            )
        self._channel.settimeout(None)

    @property
    def pid(self) -> int:
        """The host's pid of the guest's outermost process."""
        return self._process.pid

    @property
    def run_cpu_s(self) -> float:
        """CPU seconds that the forks of all calls of `run` have used."""
        return self._run_cpu_s

    def fileno(self) -> int:
        """The descriptor that becomes readable when `receive` has something to tell."""
        return self._channel.fileno()

    def run(
        self, request: dict[str, Any], limits: Limits, *, num_steps: int = 1, shared: dict[str, Any] | None = None
    ) -> Execution:
        """Run one request in a fork of the guest and wait for its end; the arguments are those of `Order`.

        Raises:
            GuestDiedError: the guest, not the request, went away; start a new one.
            SandboxError: the fork could not confine itself; nothing of the request ran.
        """
        order = Order(request, limits, num_steps=num_steps, shared=shared)
        try:
            self.send(order)
            while "ended" not in (report := self.receive()):
                pass
            if report["ended"] == "broken":
                raise SandboxError(f"a fork of the guest could not confine itself. {self.last_words()}")
            execution = order.execution(report)
            self._run_cpu_s += execution.cpu_s
            return execution
        finally:
            order.close()

    def send(self, order: Order) -> None:
        """Hand over an order; the guest takes orders one after the other.

        Raises:
            GuestDiedError: the guest went away; start a new one.
        """
        message = b"o" + len(order.head).to_bytes(4, "big") + order.head
        try:
            num_sent = socket.send_fds(self._channel, [message], order.files)
            if num_sent < len(message):
                self._channel.sendall(message[num_sent:])
        except OSError as error:
            raise GuestDiedError(f"the guest went away: {error}. {self.last_words()}") from error

    def receive(self) -> dict[str, Any]:
        """Wait for what the guest tells of the oldest order: ``{"ended": ...}`` at its end, before that ``{"asleep": is_asleep}``.

        Raises:
            GuestDiedError: the guest went away; start a new one.
        """
        return self._receive()

    def _send(self, form: dict[str, Any]) -> None:
        body = json.dumps(form, separators=(",", ":")).encode()
        try:
            self._channel.sendall(len(body).to_bytes(4, "big") + body)
        except OSError as error:
            raise GuestDiedError(f"the guest went away: {error}. {self.last_words()}") from error

    def _receive(self) -> dict[str, Any]:
        head = self._receive_exactly(4)
        return json.loads(self._receive_exactly(int.from_bytes(head, "big")))

    def _receive_exactly(self, num_bytes: int) -> bytes:
        parts = []
        while num_bytes:
            try:
                part = self._channel.recv(num_bytes)
            except OSError as error:
                raise GuestDiedError(f"the guest does not answer: {error}. {self.last_words()}") from error
            if not part:
                raise GuestDiedError(f"the guest went away. {self.last_words()}")
            parts.append(part)
            num_bytes -= len(part)
        return b"".join(parts)

    def last_words(self) -> str:
        """Return what the guest wrote on its standard error, as a sentence."""
        self._messages.seek(0)
        text = self._messages.read().decode(errors="replace").strip()
        return f"Its last words: {text[-2000:]}" if text else "It left no message."

    @property
    def was_killed(self) -> bool:
        """Whether SIGKILL from elsewhere ended a process of the closed guest; told by the outermost one."""
        return self._was_killed

    def hang_up(self) -> None:
        """Tell the guest to end, and wake a thread that waits for its answer; `close` waits for the end."""
        with contextlib.suppress(OSError):
            self._channel.shutdown(socket.SHUT_RDWR)

    def close(self, *, timeout_s: float = _STOP_TIMEOUT_S) -> None:
        """End the guest and everything in it, also while a program runs; within a second, unless told otherwise."""
        self.hang_up()
        self._channel.close()
        if hasattr(self, "_process"):
            try:
                self._was_killed = self._process.wait(timeout_s) in _KILLED_CODES
            except subprocess.TimeoutExpired:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
        self._messages.close()
        if self._temp_folder is not None:
            shutil.rmtree(self._temp_folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _make_temp_folder() -> str:
    """Make a folder named after this process; those of processes that were killed go."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_TEMP_PREFIX}*-*"):
        owner = folder.name.removeprefix(_TEMP_PREFIX).partition("-")[0]
        if owner.isdigit() and not Path(f"/proc/{owner}").exists():
            shutil.rmtree(folder, ignore_errors=True)
    return tempfile.mkdtemp(prefix=f"{_TEMP_PREFIX}{os.getpid()}-")


def _plan(worker: str, isolation: Isolation, python_path: list[str], temp_folder: str | None) -> dict[str, Any]:
    """Return what the guest's server is told at its start."""
    installation = [sys.base_prefix, sys.base_exec_prefix, sys.prefix]
    if sys.base_prefix.startswith("/nix/store"):
        installation.append("/nix/store")
    is_root = os.geteuid() == 0
    plan: dict[str, Any] = {
        "worker": worker,
        "isolation": isolation,
        "python_path": python_path,
        "temp_bytes": _TEMP_BYTES,
        "temp_folder": temp_folder or "/tmp",
        "read_only": list(dict.fromkeys([*installation, *python_path])),
        "hidden": [str(Path(folder) / "symtune") for folder in python_path],
        "shown": [str(GUEST_FOLDER)],
        "program_uid": _PROGRAM_UID_INSIDE if is_root and _is_world_readable(Path(os.__file__)) else None,
        "num_processes_base": 0,
    }
    shown = [*plan["read_only"], *plan["shown"]]
    if temp_folder is None and any(Path(path).is_relative_to("/tmp") for path in shown):
        plan["temp_folder"] = "/temp"  # the Python installation itself lies below /tmp, which must not cover it
    if isolation == "rlimits":
        assert temp_folder is not None
        if is_root and not _is_reachable(Path(os.__file__)):
            raise IsolationError(
                f"programs would run as root with the host's files in reach: no other user may read Python at {os.__file__}. "
                "Run as an ordinary user, or with a Python that every user may read."
            )
        plan["program_uid"] = _NOBODY if is_root else None
        uid = plan["program_uid"] or os.geteuid()
        try:
            os.chown(temp_folder, uid, -1)
        except OSError as error:  # a user namespace, such as a rootless container, that maps no other user
            raise IsolationError(f"programs would run as root: this user namespace has no uid {uid} ({error})") from error
        plan["num_processes_base"] = _num_tasks_of(uid) + 256 if uid else None
    elif plan["program_uid"] is None:
        plan["num_processes_base"] = 2 if _kernel_version() >= (5, 14) else None
    return plan


def _environment(temp_folder: str, hash_seed: int) -> dict[str, str]:
    threads = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    return {
        "PATH": "/usr/bin:/bin", "HOME": temp_folder, "TMPDIR": temp_folder, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8",
        "PYTHONHASHSEED": str(hash_seed), "LD_BIND_NOW": "1",  # symbols that are bound when first used are bound in every fork anew
    } | dict.fromkeys(threads, "1")  # fmt: skip


def _write_id_maps(pid: int, *, may_add: bool) -> int | None:
    """Map the guest's ids: 0 inside is this user; as root, one more id for programs. Returns that id, or None."""
    folder = Path(f"/proc/{pid}")
    uid, gid = os.geteuid(), os.getegid()
    if may_add:
        try:
            for name, own in (("uid_map", uid), ("gid_map", gid)):
                lines = f"0 {own} 1\n{_PROGRAM_UID_INSIDE} {_PROGRAM_UID_OUTSIDE} 1\n"
                (folder / name).write_text(lines)
        except PermissionError:
            may_add = False
    try:
        if not may_add:
            (folder / "setgroups").write_text("deny")
            (folder / "uid_map").write_text(f"0 {uid} 1\n")
            (folder / "gid_map").write_text(f"0 {gid} 1\n")
    except OSError as error:
        raise IsolationError(f"this machine does not let a user namespace be mapped: {error}") from error
    return _PROGRAM_UID_INSIDE if may_add else None


def _is_world_readable(path: Path) -> bool:
    return bool(path.stat().st_mode & stat.S_IROTH) and bool(path.parent.stat().st_mode & stat.S_IXOTH)


def _is_reachable(path: Path) -> bool:
    """Whether any user can read the file: the permissions of every folder above it count."""
    return _is_world_readable(path) and all(folder.stat().st_mode & stat.S_IXOTH for folder in path.parents)


def _num_tasks_of(uid: int) -> int:
    num_tasks = 0
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if folder.stat().st_uid == uid:
                num_tasks += sum(1 for _ in (folder / "task").iterdir())
    return num_tasks


def _kernel_version() -> tuple[int, int]:
    found = re.match(r"(\d+)\.(\d+)", os.uname().release)
    return (int(found[1]), int(found[2])) if found else (0, 0)
