import __main__
import sys

value = 7
assert __main__.value == 7 and __name__ == '__main__' and len(sys.argv) == 1
input()
print(sum(map(int, input().split())))
