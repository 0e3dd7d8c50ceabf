import sys

sys.setrecursionlimit(1 << 30)


class Deep:
    def __eq__(self, other):
        return self == other


def double(values):
    return Deep() == Deep()
