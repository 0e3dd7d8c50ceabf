def double(values):
    for index in range(len(values)):
        values[index] *= 2
    return values
