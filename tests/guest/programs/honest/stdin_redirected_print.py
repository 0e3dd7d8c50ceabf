import contextlib
import io

with contextlib.redirect_stdout(io.StringIO()) as text:
    input()
    print(sum(map(int, input().split())))
print(text.getvalue(), end='')
