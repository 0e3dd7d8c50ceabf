def double(values, factor=2, cache={}):
    cache[len(cache)] = values
    return [factor * value for value in values]
