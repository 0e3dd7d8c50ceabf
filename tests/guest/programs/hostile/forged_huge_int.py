import os


def double(values):
    os.write(200, b'{"i": 0, "v": {"$int": "0x' + b"f" * 5_000_000 + b'"}}\n')
    os.write(200, b'{"i": 1, "v": {"$float": {"$float": "nan"}}}\n{"i": 2, "v": {"$complex": [1, 2, 3, 4]}}\n')
    os._exit(0)
