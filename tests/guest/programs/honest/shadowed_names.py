def len(values):
    return 0


type = list = None
send = encode = index = inputs = request = source = None


def double(values):
    return [2 * value for value in values]
