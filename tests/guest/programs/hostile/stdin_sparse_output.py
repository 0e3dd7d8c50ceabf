import os

os.lseek(1, (8 << 20) - 1, os.SEEK_SET)
os.write(1, b"6")
