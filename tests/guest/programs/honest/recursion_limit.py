import sys

sys.setrecursionlimit(10**6)


def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)


def double(values):
    assert depth(20000) == 20000
    return [2 * value for value in values]
