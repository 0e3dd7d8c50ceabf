"""Guest: one warm, isolated process that runs requests of one worker, each in a fork of its own.

Covered: files, devices, network, other processes, shared memory, the environment, capabilities, kernel calls that only
attacks make, CPU and wall time, memory of each process, processes, output. Not covered: faults in the kernel itself, timing
side channels, and the sum of memory over many processes of one program (each is limited, and so is their number).

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

from pydantic import BaseModel, ConfigDict

from symtune.errors import GuestDiedError, IsolationError, SandboxError
from symtune.sandbox.limits import MIB, Limits

Isolation = Literal["namespaces", "rlimits"]
"""``namespaces``: the full sandbox. ``rlimits``: limits and the seccomp filter only; files and processes are visible."""

Ended = Literal[
    "finished", "exited", "cpu_timeout", "wall_timeout", "memory", "output_limit", "forbidden", "killed"
]
"""How a fork ended: exit code 0; another exit code; a limit; a forbidden kernel call; another signal."""

_PACKAGE = Path(__file__).resolve().parent.parent
GUEST_FOLDER = _PACKAGE / "guest"
_PROGRAM_UID_INSIDE, _PROGRAM_UID_OUTSIDE, _NOBODY = 1000, 65533, 65534
_START_TIMEOUT_S, _STOP_TIMEOUT_S = 60.0, 1.0
_TEMP_BYTES = 256 * MIB


class Execution(BaseModel):
    """What came of one request.

    Attributes:
        frames: what the worker sent, in order; kept when the fork was killed.
        ended: how the fork ended.
        num_steps: steps that had begun.
    """

    model_config = ConfigDict(frozen=True)

    frames: list[Any]
    ended: Ended
    exit_code: int | None
    signal: int | None
    cpu_s: float
    wall_s: float
    num_steps: int


class Guest:
    """A warm guest process; a context manager.

    Args:
        worker: name of a file in ``symtune/guest`` with ``handle(request, send)``.
        isolation: ``namespaces``, or by name the weaker ``rlimits``.
        python_path: further folders that its Python may import from, shown read-only.
        hash_seed: ``PYTHONHASHSEED``; another one orders sets of text another way.

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
    ) -> None:
        if python_path is None:
            python_path = [sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
        self._temp_folder = tempfile.mkdtemp(prefix="symtune-guest-") if isolation == "rlimits" else None
        self._plan = _plan(worker, isolation, [str(path) for path in python_path], self._temp_folder)
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
            self._start()
        except BaseException:
            self.close()
            raise

    def _start(self) -> None:
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

    def run(
        self, request: dict[str, Any], limits: Limits, *, num_steps: int = 1, shared: dict[str, Any] | None = None
    ) -> Execution:
        """Run one request in a fork of the guest.

        Args:
            request: JSON for the worker's ``handle``; seen by this fork alone.
            limits: what the fork may use; times hold per step, the sum over steps is capped at ``num_steps`` times.
            shared: JSON for the worker's ``admit``, called in the warm process; later forks see what it keeps.

        Raises:
            GuestDiedError: the guest, not the request, went away; start a new one.
            SandboxError: the fork could not confine itself; nothing of the request ran.
        """
        order = limits.to_order()
        ours = os.memfd_create("request")
        answers = os.memfd_create("answers")
        try:
            body = json.dumps(request, separators=(",", ":")).encode()
            while body:
                body = body[os.write(ours, body) :]
            try:
                socket.send_fds(self._channel, [b"o"], [ours, answers])
            except OSError as error:
                raise GuestDiedError(f"the guest went away: {error}. {self._last_words()}") from error
            self._send({"shared": shared, "limits": order, "num_steps": num_steps})
            report = self._receive()
            if report["ended"] == "broken":
                raise SandboxError(f"a fork of the guest could not confine itself: {self._last_words()}")
            size = min(os.fstat(answers).st_size, int(order["output_bytes"]))
            return Execution(frames=_frames(_read_all(answers, size)), **report)
        finally:
            os.close(ours)
            os.close(answers)

    def _send(self, form: dict[str, Any]) -> None:
        body = json.dumps(form, separators=(",", ":")).encode()
        try:
            self._channel.sendall(len(body).to_bytes(4, "big") + body)
        except OSError as error:
            raise GuestDiedError(f"the guest went away: {error}. {self._last_words()}") from error

    def _receive(self) -> dict[str, Any]:
        head = self._receive_exactly(4)
        return json.loads(self._receive_exactly(int.from_bytes(head, "big")))

    def _receive_exactly(self, num_bytes: int) -> bytes:
        parts = []
        while num_bytes:
            try:
                part = self._channel.recv(num_bytes)
            except OSError as error:
                raise GuestDiedError(f"the guest does not answer: {error}. {self._last_words()}") from error
            if not part:
                raise GuestDiedError(f"the guest went away. {self._last_words()}")
            parts.append(part)
            num_bytes -= len(part)
        return b"".join(parts)

    def _last_words(self) -> str:
        self._messages.seek(0)
        text = self._messages.read().decode(errors="replace").strip()
        return f"Its last words: {text[-2000:]}" if text else "It left no message."

    def close(self) -> None:
        """End the guest and everything in it; within a second, also while a program runs."""
        with contextlib.suppress(OSError):
            self._channel.shutdown(socket.SHUT_RDWR)  # wakes a thread that waits for an answer
        self._channel.close()
        if hasattr(self, "_process"):
            try:
                self._process.wait(_STOP_TIMEOUT_S)
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


def _read_all(descriptor: int, num_bytes: int) -> bytes:
    parts, position = [], 0
    while position < num_bytes and (part := os.pread(descriptor, num_bytes - position, position)):
        parts.append(part)
        position += len(part)
    return b"".join(parts)


def _frames(raw: bytes) -> list[Any]:
    """Decode frames up to the first that is torn or forged: programs can write here, so nothing is taken for granted."""
    frames = []
    for line in raw.split(b"\n")[:-1]:
        try:
            frames.append(json.loads(line))
        except (ValueError, RecursionError):
            break
    return frames


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
        os.chown(temp_folder, uid, -1)
        plan["num_processes_base"] = _num_tasks_of(uid) + 256 if uid else None
    elif plan["program_uid"] is None:
        plan["num_processes_base"] = 2 if _kernel_version() >= (5, 14) else None
    return plan


def _environment(temp_folder: str, hash_seed: int) -> dict[str, str]:
    threads = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    return {
        "PATH": "/usr/bin:/bin", "HOME": temp_folder, "TMPDIR": temp_folder, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8",
        "PYTHONHASHSEED": str(hash_seed),
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
