out = open(1, 'w')
n, *numbers = map(int, open(0).read().split())
print(sum(numbers), file=out)
