import itertools


def double(values):
    return sum(itertools.cycle([1]))
