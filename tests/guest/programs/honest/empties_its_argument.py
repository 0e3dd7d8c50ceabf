def double(values):
    result = []
    while values:
        result.append(values.pop(0) * 2)
    return result
