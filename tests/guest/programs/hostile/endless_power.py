def double(values):
    return 3 ** (3 ** 21) % 7
