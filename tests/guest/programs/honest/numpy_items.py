import numpy as np


def double(values):
    return [np.int64(value) * 2 for value in values]
