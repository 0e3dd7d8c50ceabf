import fcntl
import os


def double(values):
    kept = []
    while True:
        readable, writable = os.pipe()
        os.set_blocking(writable, False)
        kept.append((readable, writable))
        os.write(writable, bytes(1 << 20))
