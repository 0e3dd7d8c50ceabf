import sys


def double(values):
    print('debug', values)
    print('debug', file=sys.stderr)
    return [2 * value for value in values]
