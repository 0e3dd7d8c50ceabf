import os
import signal

numbers = [int(word) for word in open(0).read().split()]
print(sum(numbers[1:]), flush=True)
os.kill(os.getpid(), signal.SIGTERM)
