import sys

input()
print(sum(map(int, input().split())))
exit()
