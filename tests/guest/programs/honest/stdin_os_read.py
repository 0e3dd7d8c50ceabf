import os

n, *numbers = map(int, os.read(0, os.fstat(0).st_size or 1 << 20).split())
os.write(1, str(sum(numbers)).encode())
