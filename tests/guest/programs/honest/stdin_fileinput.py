import fileinput

lines = [line for line in fileinput.input()]
print(sum(map(int, lines[1].split())))
