import os
import signal

for number in (signal.SIGTERM, signal.SIGINT, signal.SIGSTOP, signal.SIGKILL):
    for target in (1, os.getppid()):
        try:
            os.kill(target, number)
        except OSError:
            pass
print("wrong")
