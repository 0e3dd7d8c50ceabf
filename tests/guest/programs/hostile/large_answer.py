def double(values):
    return 'x' * (1 << 24)
