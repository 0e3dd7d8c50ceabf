import zlib

packed = zlib.compress(bytes(64 << 20))


def double(values):
    return [zlib.decompress(packed) for _ in range(64)]
