n, *numbers = map(int, open('/dev/stdin').read().split())
print(sum(numbers))
