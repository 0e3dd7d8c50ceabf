import re


def double(values):
    return re.match(r'(a+)+$', 'a' * 64 + 'b')
