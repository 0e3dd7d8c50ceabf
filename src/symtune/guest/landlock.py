"""Files out of reach without a mount namespace: Landlock, for the weaker isolation that is asked for by name.

The warm guest binds itself, and with it every program it forks, to a list of folders it may read and one it may write. The
kernel then also keeps the processes outside from being inspected, and, from Linux 6.12 on, from being signalled.

Source: ours; numbers from the kernel's ``linux/landlock.h``.
"""

from __future__ import annotations

import ctypes
import os
import stat
import struct

from confine import _LIBC, checked

MIN_ABI = 2
"""Linux 5.19: before, nothing may be renamed from one folder to another, which emptying the temporary folder needs."""

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ONLY_VERSION, _PATH_BENEATH = 1, 1
_PR_SET_NO_NEW_PRIVS = 38
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR, _TRUNCATE = 1 << 0, 1 << 1, 1 << 2, 1 << 3, 1 << 14
_RIGHTS_BY_ABI = {2: (1 << 14) - 1, 3: (1 << 15) - 1}
_NETWORK_FROM_ABI, _SCOPES_FROM_ABI = 4, 6
_TCP, _SCOPES = 0x3, 0x3  # bind and connect; abstract Unix sockets and signals
SYSTEM_PATHS = (
    "/usr", "/bin", "/sbin", "/lib", "/lib64", "/lib32", "/libx32", "/etc/ld.so.cache", "/etc/localtime", "/etc/alternatives",
    "/proc", "/dev/random", "/dev/urandom",
)  # fmt: skip
_SINKS = ("/dev/null", "/dev/zero", "/dev/full")


def landlock_abi() -> int:
    """Return the version of Landlock the kernel offers; 0 when it has none or it is switched off."""
    return max(_LIBC.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _ONLY_VERSION), 0)


def restrict_files(read_only: list[str], temp_folder: str) -> bool:
    """Bind the calling process and all it forks to these paths; returns whether the kernel can.

    Args:
        read_only: folders and files that may be read, besides the system's libraries.
        temp_folder: the one folder that may be written.

    Raises:
        SetupError: the kernel offers Landlock and then refuses.
    """
    abi = landlock_abi()
    if abi < MIN_ABI:
        return False
    rights = _RIGHTS_BY_ABI[min(abi, max(_RIGHTS_BY_ABI))]
    attributes = [rights]
    if abi >= _NETWORK_FROM_ABI:
        attributes.append(_TCP)
    if abi >= _SCOPES_FROM_ABI:
        attributes.append(_SCOPES)
    packed = struct.pack(f"={len(attributes)}Q", *attributes)
    ruleset = checked(
        _LIBC.syscall(_CREATE_RULESET, packed, ctypes.c_size_t(len(packed)), 0), "landlock_create_ruleset"
    )
    for path in [*SYSTEM_PATHS, *read_only]:
        _allow(ruleset, path, _EXECUTE | _READ_FILE | _READ_DIR)
    for path in _SINKS:
        _allow(ruleset, path, _READ_FILE | _WRITE_FILE | (_TRUNCATE & rights))
    _allow(ruleset, temp_folder, rights)
    checked(_LIBC.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl(PR_SET_NO_NEW_PRIVS)")
    checked(_LIBC.syscall(_RESTRICT_SELF, ruleset, 0), "landlock_restrict_self")
    os.close(ruleset)
    return True


def _allow(ruleset: int, path: str, rights: int) -> None:
    """Add one rule; a path that is not there needs none."""
    try:
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    if not stat.S_ISDIR(os.fstat(opened).st_mode):
        rights &= _EXECUTE | _READ_FILE | _WRITE_FILE | _TRUNCATE
    rule = struct.pack("=Qi", rights, opened)
    checked(_LIBC.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, rule, 0), f"landlock_add_rule({path})")
    os.close(opened)
