import os

for cause in ('"passed"', "null", "[[]]", '"timeout"', '"syntax\\ud800"'):
    os.write(200, f'{{"load": {cause}, "m": [{cause}], "t": {{}}}}\n'.encode())
os.write(200, b'{"loaded": 1}\n{"i": 0, "v": [0]}\n')
os._exit(0)
