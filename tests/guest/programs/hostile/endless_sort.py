import functools


def compare(first, second):
    while True:
        first += second


def double(values):
    return sorted(values + [1, 2], key=functools.cmp_to_key(compare))
