"""Which isolation this machine gives, layer by layer, seen from inside a guest: nothing is believed that was not looked at.

Source: ours.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from symtune.errors import IsolationError, SandboxError
from symtune.sandbox.guest_process import Guest, Isolation
from symtune.sandbox.limits import Limits

_LIMITS = Limits(cpu_time_s=30.0, wall_time_s=120.0)
_NAMESPACES = {
    "user": "its root is nobody here", "pid": "sees and signals no other process", "net": "has no network",
    "ipc": "shares no memory", "mnt": "sees no file that was not shown", "uts": "has a host name of its own",
}  # fmt: skip
_SYSTEM_SWITCHES = Path("/proc/sys")
_SWITCHES = {
    "user.max_user_namespaces": ("0", "sysctl -w user.max_user_namespaces=15000"),
    "kernel.unprivileged_userns_clone": ("0", "sysctl -w kernel.unprivileged_userns_clone=1"),
    "kernel.apparmor_restrict_unprivileged_userns": ("1", "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"),
}
"""Switch -> the value under which an ordinary user gets no user namespace, and the command that changes it."""

_LOOK = """
import ctypes, os, resource, tempfile
libc = ctypes.CDLL(None, use_errno=True)
head, sets = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
libc.capget(head, sets)

def reaches(path):
    try:
        return bool(os.listdir(path) if os.path.isdir(path) else open(path, "rb").read(1))
    except OSError:
        return False

def link(name):
    try:
        return os.readlink(f"/proc/self/ns/{name}")
    except OSError:
        return ""

try:
    __import__("socket").socket().close()
    has_sockets = True
except OSError:
    has_sockets = False
temp = tempfile.gettempdir()
send({
    "namespaces": {name: link(name) for name in ("user", "pid", "net", "ipc", "mnt", "uts", "time", "cgroup")},
    "no_new_privileges": libc.prctl(39, 0, 0, 0, 0) == 1,
    "seccomp": libc.prctl(21, 0, 0, 0, 0) == 2,
    "is_dumpable": libc.prctl(3, 0, 0, 0, 0) != 0,
    "capabilities": [hex(sets[index]) for index in (0, 1, 3, 4) if sets[index]],
    "uid": os.getuid(),
    "has_sockets": has_sockets,
    "environment": sorted(os.environ),
    "reached": [path for path in ask["paths"] if reaches(path)],
    "temp_folder": temp,
    "left_in_temp": os.listdir(temp),
    "processes": sum(name.isdigit() for name in os.listdir("/proc")),
    "limits": {name: resource.getrlimit(getattr(resource, "RLIMIT_" + name))[0] for name in ("CPU", "AS", "FSIZE", "NOFILE", "NPROC")},
})
"""


class Layer(BaseModel):
    """One layer of isolation.

    Attributes:
        is_on: whether programs are behind it.
        is_needed: whether full isolation needs it; others are told for completeness.
        detail: what was seen.
        advice: what to install or set where it is off; empty where nothing helps or nothing is needed.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    is_on: bool
    is_needed: bool = True
    detail: str = ""
    advice: str = ""


def look_at_layers(isolation: Isolation = "namespaces") -> list[Layer]:
    """Start a guest and tell what its programs are behind.

    Raises:
        IsolationError: this machine does not give this isolation; `missing_switches` says what may help.
        SandboxError: the guest broke.
    """
    with tempfile.NamedTemporaryFile(prefix="symtune-doctor-") as mark, Guest("probe", isolation=isolation) as guest:
        mark.write(b"x")
        mark.flush()
        os.chmod(mark.name, 0o644)
        asked = {"paths": [mark.name, "/etc/passwd", "/etc/hostname", "/var/log", "/sys/kernel", *_files_of_home()]}
        execution = guest.run({"code": f"ask = {asked!r}\n{_LOOK}"}, _LIMITS)
    if execution.ended != "finished" or not execution.frames:
        raise SandboxError(f"the look from inside a guest failed: it {execution.ended}")
    seen: dict[str, Any] = execution.frames[0]
    return [*_namespaces(seen), *_confinement(seen, isolation), *_folders(seen), *_not_used(seen)]


def _files_of_home() -> list[str]:
    """Return some files of this user that no program has any business with."""
    try:
        return sorted(str(path) for path in Path.home().iterdir() if path.is_file() and path.stat().st_size)[:5]
    except OSError:
        return []


def _namespaces(seen: dict[str, Any]) -> list[Layer]:
    layers = []
    for name, meaning in _NAMESPACES.items():
        inside, here = seen["namespaces"][name], os.readlink(f"/proc/self/ns/{name}")
        layers.append(
            Layer(
                name=f"{name} namespace",
                is_on=bool(inside) and inside != here,
                detail=meaning if inside != here else "shared with this machine",
                advice="" if inside != here else "ask for isolation='namespaces'",
            )
        )
    return layers


def _confinement(seen: dict[str, Any], isolation: Isolation) -> list[Layer]:
    limits = seen["limits"]
    is_limited = all(limits[name] >= 0 for name in ("CPU", "AS", "FSIZE", "NOFILE"))
    is_own_uid = isolation == "namespaces" or seen["uid"] != os.geteuid()
    return [
        Layer(name="no new privileges", is_on=seen["no_new_privileges"], detail="a setuid program gives nothing"),
        Layer(name="seccomp", is_on=seen["seccomp"], detail="calls that only attacks make end the program"),
        Layer(name="no capabilities", is_on=not seen["capabilities"], detail=", ".join(seen["capabilities"]) or "none left"),
        Layer(name="no inspection", is_on=not seen["is_dumpable"], detail="its memory is closed to its peers; no core is written"),
        Layer(name="no sockets", is_on=not seen["has_sockets"], detail="refused by the filter"),
        Layer(
            name="another uid",
            is_on=is_own_uid,
            is_needed=False,
            detail=f"uid {seen['uid']} inside, started by uid {os.geteuid()}",
            advice="" if is_own_uid else "programs run as you: what you may read and signal, the other layers must keep from them",
        ),
        Layer(
            name="limits",
            is_on=is_limited,
            detail=f"CPU, address space, file size, open files{', processes' if limits['NPROC'] >= 0 else ''}",
        ),
        Layer(
            name="limit of processes",
            is_on=limits["NPROC"] >= 0,
            is_needed=False,
            detail=_process_limit(limits["NPROC"]),
            advice="" if limits["NPROC"] >= 0 else "Linux 5.14 or newer",
        ),
        Layer(
            name="environment",
            is_on=len(seen["environment"]) <= len(_KEPT) and set(seen["environment"]) <= _KEPT,
            detail=f"{len(seen['environment'])} variables, written anew",
        ),
    ]


def _process_limit(count: int) -> str:
    if count < 0:
        return "none: this kernel counts them over all guests of a user"
    return f"{count}, counting what the user runs elsewhere where namespaces are missing"


_KEPT = {
    "PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "PYTHONHASHSEED", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS",
    "LC_CTYPE",
}  # fmt: skip


def _folders(seen: dict[str, Any]) -> list[Layer]:
    return [
        Layer(
            name="files out of reach",
            is_on=not seen["reached"],
            detail=f"readable: {', '.join(seen['reached'])}" if seen["reached"] else "home, /etc, /var, /sys and the host's temporary folder",
            advice="Linux 5.19 or newer with Landlock (lsm=landlock) helps where namespaces are missing" if seen["reached"] else "",
        ),
        Layer(
            name="private temporary folder",
            is_on=not seen["left_in_temp"],
            detail=f"{seen['temp_folder']}, empty for every program",
        ),
    ]


def _not_used(seen: dict[str, Any]) -> list[Layer]:
    is_same_time = seen["namespaces"]["time"] in ("", _namespace_here("time"))
    return [
        Layer(name="time namespace", is_on=not is_same_time, is_needed=False, detail="not used: clocks can be read, never set"),
        Layer(
            name="control group",
            is_on=False,
            is_needed=False,
            detail="not used: needs root; the guest sums CPU time and memory over a program's processes instead",
        ),
    ]


def _namespace_here(name: str) -> str:
    path = Path(f"/proc/self/ns/{name}")
    return os.readlink(path) if path.is_symlink() else ""


def missing_switches() -> list[str]:
    """Return what to set or install where full isolation is refused."""
    advice = []
    if sys.platform != "linux":
        return [f"Linux: namespaces and seccomp are its own; this is {sys.platform}"]
    for name, (closed, command) in _SWITCHES.items():
        path = _SYSTEM_SWITCHES / name.replace(".", "/")
        if path.is_file() and path.read_text().strip() == closed:
            advice.append(command)
    if Path("/.dockerenv").exists() or Path("/run/.containerenv").exists():
        advice.append("in a container: a seccomp profile that allows unshare, mount and pivot_root, and an unmasked /proc")
    if platform.machine() not in ("x86_64", "aarch64"):
        advice.append(f"x86_64 or aarch64: there is no seccomp table for {platform.machine()}")
    return advice or ["a kernel with user namespaces (CONFIG_USER_NS) and a policy that lets this user make them"]


def refusal(isolation: Isolation = "namespaces") -> str | None:
    """Return why this machine refuses an isolation, or None when it gives it."""
    try:
        with Guest("probe", isolation=isolation):
            return None
    except IsolationError as error:
        return str(error)
