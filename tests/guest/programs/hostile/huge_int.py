def double(values):
    return 1 << 4_000_000
