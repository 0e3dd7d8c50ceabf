import os

os.closerange(0, 1024)
os.write(1, b"6\n")
