def double(values):
    raise ValueError("x" * 100_000_000)
