import os


def double(values):
    for _ in range(20):
        os.write(200, b"{}\n" * 100_000)
    return values
