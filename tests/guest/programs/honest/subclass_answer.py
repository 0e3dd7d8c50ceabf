class Numbers(list):
    pass


def double(values):
    return Numbers(2 * value for value in values)
