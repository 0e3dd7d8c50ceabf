"""Programs that read stdin are searched on typed tokens: a rare branch is found whatever the idiom of reading."""

from __future__ import annotations

import pytest

from symtune.domain import Case, decode_value
from symtune.sandbox import Guest, Limits
from symtune.suites.stdin.infer import infer_formats
from symtune.suites.stdin.view import view_of

BUDGET_S = 3.0
TWO = "if a * 7 - 13 == 3 * b + 4119:\n    print('rare')\nelse:\n    print(a + b)\n"
LIST = "if len(xs) > 1 and xs[0] * 3 - xs[1] == 4119:\n    print('rare')\nelse:\n    print(*xs)\n"
PAIRS = "if any(u * 5 - v == 3331 for u, v in ps):\n    print('rare')\nelse:\n    print(len(ps))\n"

IDIOMS = {
    "input, split, map": ("a, b = map(int, input().split())\n" + TWO, "3 4\n"),
    "one number a line": ("a = int(input())\nb = int(input().strip())\n" + TWO, "3\n4\n"),
    "sys.stdin.readline": ("import sys\na, b = [int(x) for x in sys.stdin.readline().split()]\n" + TWO, "3 4\n"),
    "readline as input": ("from sys import stdin\ninput = stdin.readline\na, b = map(int, input().rstrip().split(' '))\n" + TWO, "3 4\n"),
    "readline without its line end": ("import sys\na = int(sys.stdin.readline()[:-1])\nb = int(sys.stdin.readline())\n" + TWO, "3\n4\n"),
    "read and split": ("import sys\na, b = map(int, sys.stdin.read().split())\n" + TWO, "3 4\n"),
    "an iterator over tokens": ("import sys\nit = iter(sys.stdin.read().split())\na = int(next(it))\nb = int(next(it))\n" + TWO, "3 4\n"),
    "lines of the file": ("import sys\na, b = [int(line) for line in sys.stdin]\n" + TWO, "3\n4\n"),
    "readlines": ("import sys\nlines = sys.stdin.readlines()\na, b = map(int, lines[0].split())\n" + TWO, "3 4\n"),
    "splitlines": ("import sys\nlines = sys.stdin.read().splitlines()\na, b = int(lines[0]), int(lines[1])\n" + TWO, "3\n4\n"),
    "open(0)": ("a, b = map(int, open(0).read().split())\n" + TWO, "3 4\n"),
    "buffer": ("import sys\na, b = map(int, sys.stdin.buffer.readline().split())\n" + TWO, "3 4\n"),
    "os.read": ("import io, os\ninput = io.BytesIO(os.read(0, os.fstat(0).st_size)).readline\na, b = map(int, input().split())\n" + TWO, "3 4\n"),
    "a list with its count": ("n = int(input())\nxs = list(map(int, input().split()))\nassert n == len(xs)\n" + LIST, "3\n1 2 3\n"),
    "a list by index": ("import sys\nd = sys.stdin.read().split()\nn = int(d[0])\nxs = [int(d[i + 1]) for i in range(n)]\n" + LIST, "3\n1 2 3\n"),
    "rows": ("n = int(input())\nps = [tuple(map(int, input().split())) for _ in range(n)]\n" + PAIRS, "2\n1 2\n3 4\n"),
    "a thread for its stack": (
        "import sys, threading\ndef main():\n    a, b = map(int, input().split())\n"
        + "".join(f"    {line}\n" for line in TWO.splitlines())
        + "sys.setrecursionlimit(10 ** 6)\nt = threading.Thread(target=main)\nt.start()\nt.join()\n",
        "3 4\n",
    ),
    "an end by exit": ("import sys\na, b = map(int, input().split())\n" + TWO + "sys.exit()\n", "3 4\n"),
    "decimals": ("x, y = map(float, input().split())\nif x * 2 - y == 641.5:\n    print('rare')\nelse:\n    print(x)\n", "1.5 2.5\n"),
}


@pytest.fixture(scope="module")
def guest():
    with Guest("explore", hash_seed=1) as one:
        yield one


def search(guest, source, text, statement="", budget_s=BUDGET_S):
    """Return the frames that are not inputs, put together, and the texts of the inputs found."""
    view = view_of(infer_formats(statement, [text])[0], [Case.text(text, expected="")])
    execution = guest.run(
        {
            "mode": "stdin",
            "source": source,
            **view.guest_fields(),
            "examples": [{"args": case.to_json()["args"]} for case in view.cases],
            "precondition": None,
            "budget_s": budget_s,
            "path_s": 1.0,
            "max_paths": 30,
        },
        Limits(cpu_time_s=budget_s + 1, wall_time_s=60, memory_bytes=1 << 30),
    )
    said = {}
    for frame in execution.frames:
        said |= {} if "args" in frame else frame
    found = [view.case(tuple(map(decode_value, frame["args"])), {}, origin="symbolic") for frame in execution.frames if "args" in frame]
    return said, [case.stdin for case in found if case is not None]


def prints_rare(source, text):
    """Whether the branch is taken on real text, told by the conditions above."""
    numbers = [float(token) for token in text.split()]
    if "641.5" in source:
        return numbers[0] * 2 - numbers[1] == 641.5
    if "3331" in source:
        return any(u * 5 - v == 3331 for u, v in zip(numbers[1::2], numbers[2::2], strict=True))
    if "xs" in source:
        return len(numbers) > 2 and numbers[1] * 3 - numbers[2] == 4119
    return numbers[0] * 7 - 13 == 3 * numbers[1] + 4119


@pytest.mark.parametrize("idiom", IDIOMS)
def test_the_rare_branch_is_found_on_tokens(guest, idiom):
    source, text = IDIOMS[idiom]
    said, texts = search(guest, source, text)
    assert said["reading"] == "tokens", said
    assert any(prints_rare(source, one) for one in texts), texts[:10]
    assert not all(prints_rare(source, one) for one in texts)


def test_characters_of_a_number_are_looked_at_concretely_and_counted(guest):
    said, texts = search(guest, "n = input()\nprint(sum(map(int, list(n))))\n", "12\n", budget_s=1.0)
    assert said["realised"] > 0
    assert texts


def test_a_program_that_tokens_cannot_feed_is_given_text(guest):
    source = "import os\nd = os.fdopen(os.dup(0)).read().split()\nprint('big' if int(d[0]) > 5 else 'small')\n"
    said, texts = search(guest, source, "3\n", budget_s=1.0)
    assert said["reading"] == "text"
    assert "because" in said
    assert texts


def test_words_are_searched_by_their_characters(guest):
    source = "s = input().strip()\nprint('rare' if s[1:2] == '@' and s[0] > s[-1] else s)\n"
    said, texts = search(guest, source, "abc\n")
    assert said["reading"] == "tokens"
    assert any(text[1:2] == "@" and text[0] > text.strip()[-1] for text in texts)


def test_lists_whose_sizes_must_agree_do(guest):
    statement = (
        "Input\nThe first line contains an integer n. The second line contains n integers a_1, ..., a_n. "
        "The third line contains n integers b_1, ..., b_n.\nOutput\nx"
    )
    source = "n = int(input())\na = list(map(int, input().split()))\nb = list(map(int, input().split()))\nprint(sum(a) > sum(b))\n"
    _, texts = search(guest, source, "2\n1 2\n3 4\n", statement)
    assert texts
    for text in texts:
        count, *rows = text.removesuffix("\n").split("\n")
        assert [len(row.split()) for row in rows] == [int(count)] * 2
