import os

assert not hasattr(os, 'seen')
os.seen = True
input()
print(sum(map(int, input().split())))
