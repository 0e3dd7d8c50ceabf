"""Namespaces and the private root of a guest: new user, pid, network, IPC, host name and mount namespaces.

Nothing of the host's files is there but what is listed: the system libraries, the Python installation and the guest's own
code, all read-only. The program sees an empty temporary folder in memory, a /proc of its own pid namespace, and five
devices. Source: ours; the system calls are those that bubblewrap makes.
"""

from __future__ import annotations

import ctypes
import os
import stat
import struct
from typing import Any

from confine import _LIBC, checked

_NEW_MOUNT, _NEW_UTS, _NEW_IPC, _NEW_USER, _NEW_PID, _NEW_NET = (
    0x20000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000,
)  # fmt: skip
NEW_PID = _NEW_PID
_READ_ONLY, _NO_SUID, _NO_DEV, _NO_EXEC, _REMOUNT, _NO_ATIME, _BIND, _RECURSIVE, _PRIVATE = (
    0x1, 0x2, 0x4, 0x8, 0x20, 0x400, 0x1000, 0x4000, 0x40000,
)  # fmt: skip
_DETACH = 2
_MAX_TEMP_FILES = 20_000
_MOUNT_SETATTR, _PIVOT_ROOT = 442, {"x86_64": 155, "aarch64": 41}
_AT_FDCWD, _AT_RECURSIVE = -100, 0x8000
_SYSTEM_FOLDERS = ("usr", "bin", "sbin", "lib", "lib64", "lib32", "libx32")
_SYSTEM_FILES = ("etc/ld.so.cache", "etc/localtime", "etc/alternatives")
_DEVICES = ("null", "zero", "full", "random", "urandom")


def leave_host() -> None:
    """Move to new namespaces; the next fork is process 1 of the new pid namespace.

    Raises:
        SetupError: the kernel or its settings do not allow it.
    """
    flags = _NEW_USER | _NEW_MOUNT | _NEW_PID | _NEW_NET | _NEW_IPC | _NEW_UTS
    checked(_LIBC.unshare(flags), "unshare(user, mount, pid, net, ipc, uts)")


def _mount(source: str | None, target: str, *, kind: str | None = None, flags: int = 0, data: str | None = None) -> None:
    encoded = [None if text is None else text.encode() for text in (source, target, kind, data)]
    result = _LIBC.mount(encoded[0], encoded[1], encoded[2], ctypes.c_ulong(flags), encoded[3])
    checked(result, f"mount {kind or source} on {target}")


def build_root(plan: dict[str, Any]) -> None:
    """Replace the root by a private one; called as process 1 of the new pid namespace.

    Args:
        plan: ``read_only`` (host paths shown at the same place), ``hidden`` (folders inside them shown empty), ``shown``
            (paths shown again inside the hidden ones), ``temp_folder`` and ``temp_bytes`` (where it is, and its size).
    """
    _mount(None, "/", flags=_RECURSIVE | _PRIVATE)
    _mount("tmpfs", "/tmp", kind="tmpfs", flags=_NO_SUID | _NO_DEV, data="mode=755,size=1m")
    os.mkdir("/tmp/.host")
    machine = os.uname().machine
    checked(_LIBC.syscall(_PIVOT_ROOT[machine], b"/tmp", b"/tmp/.host"), "pivot_root")
    os.chdir("/")
    for name in _SYSTEM_FOLDERS + _SYSTEM_FILES:
        _show_system(name)
    for path in plan["read_only"]:
        _show(path)
    for path in plan["hidden"]:
        if os.path.isdir(path):
            _mount("tmpfs", path, kind="tmpfs", flags=_NO_SUID | _NO_DEV, data="mode=755,size=64k")
    for path in plan["shown"]:
        _show(path)
    _make_devices()
    os.makedirs(plan["temp_folder"], exist_ok=True)
    os.mkdir("/proc")
    _mount("proc", "/proc", kind="proc", flags=_NO_SUID | _NO_DEV | _NO_EXEC)
    checked(_LIBC.umount2(b"/.host", _DETACH), "umount the host's root")
    os.rmdir("/.host")
    for path in plan["hidden"]:
        if os.path.isdir(path):
            _mount(None, path, flags=_REMOUNT | _BIND | _READ_ONLY | _NO_SUID | _NO_DEV)
    _mount(None, "/proc", flags=_REMOUNT | _BIND | _READ_ONLY | _NO_SUID | _NO_DEV | _NO_EXEC)
    mount_temp_folder(plan["temp_folder"], plan["temp_bytes"], is_first=True)
    os.symlink(plan["temp_folder"], "/dev/shm")
    _mount(None, "/", flags=_REMOUNT | _BIND | _READ_ONLY | _NO_SUID | _NO_DEV)
    os.chdir(plan["temp_folder"])


def mount_temp_folder(folder: str, num_bytes: int, *, is_first: bool) -> None:
    """Put an empty folder in memory at this path, in place of the one that was mounted before."""
    if not is_first:
        checked(_LIBC.umount2(folder.encode(), _DETACH), "umount the temporary folder")
    data = f"mode=1777,size={num_bytes},nr_inodes={_MAX_TEMP_FILES}"
    _mount("tmpfs", folder, kind="tmpfs", flags=_NO_SUID | _NO_DEV | _NO_ATIME, data=data)


def marks_of(folder: str) -> tuple[Any, ...]:
    """Return all that a program could leave on an empty folder, and whether it is empty: equal marks, nothing was left.

    The times of files count in ticks of some milliseconds, so that the time of the last change alone would not do.
    """
    seen = os.stat(folder)
    with os.scandir(folder) as entries:
        is_empty = next(entries, None) is None
    return seen.st_mode, seen.st_atime_ns, seen.st_mtime_ns, seen.st_ctime_ns, tuple(os.listxattr(folder)), is_empty


def remove_contents(folder: str) -> None:
    """Empty a folder, however deep a program nested it: inner folders are moved up, so no path grows and nothing recurses."""
    num_moved = 0
    while names := os.listdir(folder):
        for name in names:
            path = os.path.join(folder, name)
            if os.path.islink(path) or not os.path.isdir(path):
                os.unlink(path)
                continue
            os.chmod(path, 0o700)
            for inner in os.listdir(path):
                num_moved += 1
                os.rename(os.path.join(path, inner), os.path.join(folder, f".moved-{num_moved}-{os.getpid()}"))
            os.rmdir(path)


def _show_system(name: str) -> None:
    host = f"/.host/{name}"
    if os.path.islink(host) and "/" not in name:
        os.symlink(os.readlink(host), f"/{name}")
    elif os.path.exists(host):
        _show(f"/{name}")


def _show(path: str) -> None:
    """Bind one host path, read-only, at the same place, unless it is there already as part of another."""
    host = os.path.realpath("/.host" + path) if os.path.islink("/.host" + path) else "/.host" + path
    if not os.path.exists(host) or os.path.exists(path):
        return
    if stat.S_ISDIR(os.stat(host).st_mode):
        os.makedirs(path, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb"):
            pass
    _mount(host, path, flags=_BIND | _RECURSIVE)
    attributes = struct.pack("=QQQQ", _READ_ONLY | _NO_SUID, 0, 0, 0)
    result = _LIBC.syscall(
        _MOUNT_SETATTR, _AT_FDCWD, path.encode(), _AT_RECURSIVE, attributes, ctypes.c_size_t(len(attributes))
    )
    if result < 0:  # kernels before 5.12: the top mount alone, keeping the flags that are locked
        locked = os.statvfs(path).f_flag & (_NO_SUID | _NO_DEV | _NO_EXEC | 0x400 | 0x800 | 0x1000 << 9)
        _mount(None, path, flags=_REMOUNT | _BIND | _READ_ONLY | _NO_SUID | locked)


def _make_devices() -> None:
    os.mkdir("/dev")
    for name in _DEVICES:
        with open(f"/dev/{name}", "wb"):
            pass
        _mount(f"/.host/dev/{name}", f"/dev/{name}", flags=_BIND)
    os.symlink("/proc/self/fd", "/dev/fd")
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        os.symlink(f"/proc/self/fd/{number}", f"/dev/{name}")
