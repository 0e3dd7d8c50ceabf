"""Page tables of the interpreter's code, made so that a fork takes them along.

A fork copies the page tables of private memory that was written to; those of files it leaves to the child, which then pays a fault for every 16
pages of code that it runs. One written page makes a whole mapping private memory. So one byte of each is written, as it was.

Source: ours.
"""

from __future__ import annotations

import os

_USED_BY_ALL = ("/libpython", "/python", "/libc.so", "/libc-", "/ld-linux", "/_json.", "/_struct.")


def copy_page_tables() -> None:
    """Have forks take along the page tables of the interpreter and the C library; a kernel that does not allow it is left alone."""
    try:
        memory = os.open("/proc/self/mem", os.O_RDWR)
    except OSError:
        return
    with open("/proc/self/maps", "rb") as file:
        mappings = file.read().decode(errors="replace").splitlines()
    for mapping in mappings:
        span, flags, _, _, _, *path = mapping.split()
        if not path or flags not in ("r-xp", "r--p") or not any(name in path[0] for name in _USED_BY_ALL):
            continue
        start = int(span.partition("-")[0], 16)
        try:
            os.pwrite(memory, os.pread(memory, 1, start), start)
        except OSError:
            break
    os.close(memory)
