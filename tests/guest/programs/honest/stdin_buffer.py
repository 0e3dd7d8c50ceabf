import sys

n, *numbers = map(int, sys.stdin.buffer.read().split())
sys.stdout.buffer.write(b'%d\n' % sum(numbers))
