import time


def double(values):
    time.sleep(1000)
