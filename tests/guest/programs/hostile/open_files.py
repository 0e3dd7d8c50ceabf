def double(values):
    return [open("/dev/null") for _ in range(100_000)]
