"""Keeping the host's own memory from programs that run under its uid, where no namespace and no Landlock hides it.

Source: ours.
"""

from __future__ import annotations

import ctypes
import os

_LANDLOCK_CREATE_RULESET, _LANDLOCK_ONLY_VERSION, _MIN_LANDLOCK = 444, 1, 2
_PR_SET_DUMPABLE = 4


def close_own_memory() -> bool:
    """Forbid other processes of this user to read this process, expected values included; returns whether that was needed.

    As root, programs run under another uid; with Landlock, the kernel keeps them from inspecting anybody outside. Else this
    process becomes non-dumpable for good: debuggers of the same user are kept out too, and it leaves no core.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    version = libc.syscall(_LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), _LANDLOCK_ONLY_VERSION)
    if os.geteuid() == 0 or version >= _MIN_LANDLOCK:
        return False
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    return True
