def double(values):
    values.append(values)
    return values
