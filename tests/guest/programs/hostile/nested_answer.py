def double(values):
    inner = values
    for _ in range(10**5):
        inner = [inner]
    return inner
