import os

input()
print(sum(map(int, input().split())), flush=True)
os._exit(0)
