import os


def double(values):
    deep = "[" * 800 + "]" * 800
    for cause in ('"passed"', "null", "[]", '"wrong_value"', '"\\ud800"', "{}"):
        for words in (deep, '"\\ud800"', "NaN", '"' + "x" * 10_000 + '"'):
            for seconds in ("NaN", "1e999", "-1.0", '"x"', "[]"):
                os.write(200, f'{{"i": 0, "c": {cause}, "m": {words}, "t": {words}, "s": {seconds}}}\n'.encode())
    os.write(200, b'{"i": 0, "e": [], "w": -7}\n{"i": 0.0, "v": 1}\n{"i": true, "v": 1}\n{"i": 1e99, "v": 1}\n[1]\n"x"\nnull\n')
    os._exit(0)
