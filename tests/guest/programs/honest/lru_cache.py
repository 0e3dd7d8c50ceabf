from functools import *
from itertools import *
from collections import *


@lru_cache(maxsize=None)
def twice(value):
    return 2 * value


def double(values):
    return list(map(twice, values))
