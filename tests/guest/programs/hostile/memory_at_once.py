def double(values):
    return bytearray(1 << 40)
