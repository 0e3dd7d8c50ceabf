def double(values):
    return {number * ((1 << 61) - 1): number for number in range(200_000)}
