import sys
n = int(input())
print(sum(map(int, input().split())))
sys.exit(3)
