"""The just corpus: right programs in the idioms of real submissions. Each one has to pass every case of its problem.

`STDIN` holds programs that read stdin and answer `TOTAL`, `CALLED` programs whose entry point is called and that answer
`GATHER`; each entry is name -> source. `just_others` holds those with a problem of their own.
"""

from __future__ import annotations

from just_others import OTHERS

from symtune.domain import Case, Problem, Program

TOTAL = Problem(
    id="total",
    statement="Read n, then n numbers on one line; print their sum.",
    tests=(
        Case.text("3\n1 2 3\n", expected="6\n"),
        Case.text("2\r\n10 -4\r\n", expected="6\r\n"),
        Case.text("1\n5", expected="5"),
        Case.text("4\n1 1 1 1\n\n", expected="4\n\n"),
    ),
)

STDIN: dict[str, str] = {
    "input": "n = int(input())\nprint(sum(map(int, input().split())))\n",
    "readline": "import sys\nn = int(sys.stdin.readline())\nprint(sum(map(int, sys.stdin.readline().split())))\n",
    "readlines": "import sys\nlines = sys.stdin.readlines()\nprint(sum(map(int, lines[1].split())))\n",
    "read": "import sys\nprint(sum(map(int, sys.stdin.read().split()[1:])))\n",
    "buffer_read": "import sys\nprint(sum(map(int, sys.stdin.buffer.read().split()[1:])))\n",
    "buffer_readline": (
        "import sys\ninput = sys.stdin.buffer.readline\nn = int(input())\nprint(sum(int(x) for x in input().split()))\n"
    ),
    "buffer_until_empty": (
        "import sys\nlines = [line for line in iter(sys.stdin.buffer.readline, b'')]\nprint(sum(map(int, lines[1].split())))\n"
    ),
    "open_zero": "print(sum(map(int, open(0).read().split()[1:])))\n",
    "open_zero_bytes": "with open(0, 'rb') as f:\n    print(sum(map(int, f.read().split()[1:])))\n",
    "unpacked_open_zero": "n, *a = map(int, open(0).read().split())\nprint(sum(a))\n",
    "star_of_lines": "_, a, *_ = [*open(0)]\nprint(sum(map(int, a.split())))\n",
    "os_read": (
        "import os\ndata = b''\nwhile True:\n    part = os.read(0, 4)\n    if not part:\n        break\n    data += part\n"
        "print(sum(map(int, data.split()[1:])))\n"
    ),
    "os_read_at_once": "import os\nprint(sum(map(int, os.read(0, os.fstat(0).st_size).split()[1:])))\n",
    "os_write": "import os, sys\nos.write(1, str(sum(map(int, sys.stdin.read().split()[1:]))).encode() + b'\\n')\n",
    "mmap": "import mmap\nm = mmap.mmap(0, 0, access=mmap.ACCESS_READ)\nm.readline()\nprint(sum(map(int, m.readline().split())))\n",
    "dev_stdin": "print(sum(map(int, open('/dev/stdin').read().split()[1:])))\n",
    "iteration": "import sys\nlines = [line for line in sys.stdin]\nprint(sum(map(int, lines[1].split())))\n",
    "fileinput": "import fileinput\nlines = [line.rstrip() for line in fileinput.input()]\nprint(sum(map(int, lines[1].split())))\n",
    "until_eof": (
        "rows = []\ntry:\n    while True:\n        rows.append(input())\nexcept EOFError:\n    pass\nprint(sum(map(int, rows[1].split())))\n"
    ),
    "next_of_lines": (
        "import sys\ninput = iter(sys.stdin.read().splitlines()).__next__\nn = int(input())\nprint(sum(map(int, input().split())))\n"
    ),
    "lambda_input": (
        "import sys\ninput = lambda: sys.stdin.readline().rstrip('\\r\\n')\nn = int(input())\nprint(sum(map(int, input().split())))\n"
    ),
    "stringio": (
        "import io, sys\nsys.stdin = io.StringIO(sys.stdin.read())\nn = int(input())\nprint(sum(map(int, input().split())))\n"
    ),
    "bytesio": (
        "import io, os\ninput = io.BytesIO(os.read(0, os.fstat(0).st_size)).readline\ninput()\nprint(sum(map(int, input().split())))\n"
    ),
    "buffered_output": (
        "import atexit, io, sys\nbuffer = io.BytesIO()\nsys.stdout = io.TextIOWrapper(buffer, write_through=True)\n"
        "@atexit.register\ndef write():\n    sys.__stdout__.write(buffer.getvalue().decode())\n"
        "n = input()\nprint(sum(map(int, input().split())))\n"
    ),
    "no_newline_at_the_end": "input()\nprint(sum(map(int, input().split())), end='')\n",
    "carriage_return_in_output": "import sys\ninput()\nsys.stdout.write(str(sum(map(int, input().split()))) + '\\r\\n')\n",
    "trailing_spaces": "input()\nprint(sum(map(int, input().split())), ' ', end=' \\n\\n')\n",
    "buffer_write": "import sys\ninput()\nsys.stdout.buffer.write(b'%d\\n' % sum(map(int, input().split())))\n",
    "writelines": "import sys\ninput()\nsys.stdout.writelines([str(sum(map(int, input().split()))), '\\n'])\n",
    "fdopen": "import os\nout = os.fdopen(1, 'w')\ninput()\nout.write(str(sum(map(int, input().split()))))\nout.flush()\n",
    "reopened_stdout": "import sys\nsys.stdout = open(1, 'w', buffering=1 << 16)\ninput()\nprint(sum(map(int, input().split())))\n",
    "debug_on_stderr": (
        "import sys, warnings\ninput()\nprint('debug', file=sys.stderr)\nwarnings.warn('x')\nprint(sum(map(int, input().split())))\n"
    ),
    "main_block": (
        "def main():\n    n = int(input())\n    print(sum(map(int, input().split())))\n\n\nif __name__ == '__main__':\n    main()\n"
    ),
    "exit": "input()\nprint(sum(map(int, input().split())))\nexit()\nprint('never')\n",
    "exit_zero": "input()\nprint(sum(map(int, input().split())))\nexit(0)\n",
    "quit": "input()\nprint(sum(map(int, input().split())))\nquit()\n",
    "sys_exit": "import sys\ninput()\nprint(sum(map(int, input().split())))\nsys.exit()\n",
    "sys_exit_of_main": (
        "import sys\n\n\ndef main():\n    input()\n    print(sum(map(int, input().split())))\n\n\nif __name__ == '__main__':\n"
        "    sys.exit(main())\n"
    ),
    "raise_system_exit": "input()\nprint(sum(map(int, input().split())))\nraise SystemExit\n",
    "sys_exit_in_function": (
        "import sys\ndef done(x):\n    print(x)\n    sys.exit(0)\ninput()\ntry:\n    done(sum(map(int, input().split())))\n"
        "except ValueError:\n    pass\n"
    ),
    "os_exit_after_flush": (
        "import os, sys\ninput()\nprint(sum(map(int, input().split())))\nsys.stdout.flush()\nos._exit(0)\n"
    ),
    "thread_with_large_stack": (
        "import sys, threading\nsys.setrecursionlimit(10**6)\nthreading.stack_size(2**27)\n\n\ndef add(a, i):\n"
        "    return 0 if i == len(a) else a[i] + add(a, i + 1)\n\n\ndef main():\n    n = int(input())\n"
        "    a = list(map(int, input().split()))\n    print(add(a + [0] * 100_000, 0))\n\n\n"
        "t = threading.Thread(target=main)\nt.start()\nt.join()\n"
    ),
    "thread_with_larger_stack_and_sort_key": (
        "import sys\nfrom threading import Thread, stack_size\nsys.setrecursionlimit(1 << 25)\nstack_size(1 << 28)\n\n\n"
        "def deep(i):\n    return 0 if i == 0 else max([i], key=lambda x: deep(i - 1)) * 0\n\n\ndef main():\n    input()\n"
        "    print(sum(map(int, input().split())) + deep(20_000))\n\n\nThread(target=main).start()\n"
    ),
    "deep_recursion_through_c": (
        "import sys\nfrom functools import lru_cache\nsys.setrecursionlimit(10**6)\n\n\n@lru_cache(None)\ndef count(i):\n"
        "    return 0 if i == 0 else count(i - 1) + 1\n\n\ninput()\nprint(sum(map(int, input().split())) + count(9_000) - 9_000)\n"
    ),
    "star_preludes": (
        "from math import *\nfrom functools import *\nfrom itertools import *\nfrom collections import *\nfrom heapq import *\n"
        "from bisect import *\nfrom string import *\nfrom operator import *\nimport sys, os, re\n"
        "input()\nprint(reduce(add, map(int, input().split())))\n"
    ),
    "star_of_os": "import sys\nfrom os import *\nsys.stdin.readline()\nprint(sum(map(int, sys.stdin.readline().split())))\n",
    "class_solution_with_state": (
        "class Solution:\n    def __init__(self):\n        self.total = 0\n\n    def add(self, x):\n        self.total += x\n\n"
        "    def run(self):\n        input()\n        for x in map(int, input().split()):\n            self.add(x)\n"
        "        print(self.total)\n\n\nSolution().run()\n"
    ),
    "generator": (
        "def numbers():\n    input()\n    yield from map(int, input().split())\n\n\nprint(sum(x for x in numbers()))\n"
    ),
    "dataclass": (
        "from dataclasses import dataclass, field\n\n\n@dataclass(order=True, slots=True)\nclass Box:\n    items: list = field(default_factory=list)\n\n\n"
        "box = Box()\ninput()\nbox.items.extend(map(int, input().split()))\nprint(sum(box.items))\n"
    ),
    "named_tuple_enum_typing": (
        "from enum import Enum\nfrom typing import NamedTuple\n\n\nclass Kind(Enum):\n    SUM = 'sum'\n\n\nclass Row(NamedTuple):\n    n: int\n    a: list\n\n\n"
        "row = Row(int(input()), list(map(int, input().split())))\nprint({Kind.SUM: sum(row.a)}[Kind.SUM])\n"
    ),
    "from_future": "from __future__ import annotations\n\n\ndef f(a: list[int]) -> int:\n    return sum(a)\n\n\ninput()\nprint(f(list(map(int, input().split()))))\n",
    "eval_and_exec": "n = eval(input())\nexec('a = list(map(int, input().split()))')\nprint(sum(a))\n",
    "global_names": (
        "n = int(input())\n\n\ndef read():\n    global a\n    a = list(map(int, input().split()))\n\n\nread()\nprint(sum(globals()['a']))\n"
    ),
    "map_print": "input()\nlist(map(print, [sum(map(int, input().split()))]))\n",
    "asyncio": (
        "import asyncio\n\n\nasync def main():\n    input()\n    await asyncio.sleep(0)\n    print(sum(map(int, input().split())))\n\n\nasyncio.run(main())\n"
    ),
    "thread_pool": (
        "from concurrent.futures import ThreadPoolExecutor\ninput()\na = input().split()\nwith ThreadPoolExecutor(4) as pool:\n"
        "    print(sum(pool.map(int, a)))\n"
    ),
    "decimal_and_fractions": (
        "from decimal import Decimal, getcontext\nfrom fractions import Fraction\ngetcontext().prec = 50\ninput()\n"
        "print(int(sum(Fraction(Decimal(x)) for x in input().split())))\n"
    ),
    "pickled_class_of_main": (
        "import pickle\n\n\nclass Node:\n    def __init__(self, value):\n        self.value = value\n\n\ninput()\n"
        "nodes = pickle.loads(pickle.dumps([Node(int(x)) for x in input().split()]))\nprint(sum(node.value for node in nodes))\n"
    ),
    "unicode_names_and_comments": (
        "# сумма чисел\nπ = 0\ninput()\nfor ж in map(int, input().split()):\n    π += ж\nprint(π)\n"
    ),
    "windows_line_ends_and_mark": "\ufeffn = int(input())\r\nif n:\r\n    print(sum(map(int, input().split())))\r\n",
    "tabs_and_semicolons": "input();a=input().split()\nif 1:\n\tprint(sum(map(int,a)));\n",
    "closes_stdin": "import sys\nwith sys.stdin as f:\n    print(sum(map(int, f.read().split()[1:])))\n",
    "numpy": "import numpy as np\ninput()\nprint(np.array(input().split(), dtype=np.int64).sum())\n",
    "numpy_loadtxt": "import sys\nimport numpy as np\nsys.stdin.readline()\nprint(int(np.loadtxt(sys.stdin, dtype=int, ndmin=1).sum()))\n",
}  # fmt: skip
"""Programs that answer `TOTAL`."""

GATHER = Problem(
    id="gather",
    statement="Return the numbers of the list, sorted, without repeats.",
    entry_point="gather",
    tests=tuple(
        Case.call(list(given), expected=sorted(set(given)), comparator="sequence") for given in ((3, 1, 3), (), (5, 5, -2, 0), (10**30, 1))
    ),
)

CALLED: dict[str, str] = {
    "plain": "def gather(numbers):\n    return sorted(set(numbers))\n",
    "tuple_for_a_list": "def gather(numbers):\n    return tuple(sorted(set(numbers)))\n",
    "mutated_argument": (
        "def gather(numbers):\n    numbers.sort()\n    i = 1\n    while i < len(numbers):\n        if numbers[i] == numbers[i - 1]:\n"
        "            del numbers[i]\n        else:\n            i += 1\n    return numbers\n"
    ),
    "default_argument": (
        "def gather(numbers, seen=None, key=lambda x: x, *rest, reverse=False, **more):\n    seen = set() if seen is None else seen\n"
        "    seen.update(numbers)\n    return sorted(seen, key=key, reverse=reverse)\n"
    ),
    "generator": (
        "def distinct(numbers):\n    last = object()\n    for x in sorted(numbers):\n        if x != last:\n            yield x\n        last = x\n\n\n"
        "def gather(numbers):\n    return [*distinct(numbers)]\n"
    ),
    "dataclass": (
        "from dataclasses import dataclass\n\n\n@dataclass(frozen=True, order=True)\nclass Item:\n    value: int\n\n\n"
        "def gather(numbers):\n    return [item.value for item in sorted({Item(x) for x in numbers})]\n"
    ),
    "lambda": "gather = lambda numbers: sorted(set(numbers))\n",
    "composed": (
        "from functools import partial, reduce\n\n\ndef run(steps, numbers):\n    return reduce(lambda x, f: f(x), steps, numbers)\n\n\n"
        "gather = partial(run, (set, sorted))\n"
    ),
    "callable_object": (
        "class Gather:\n    num_calls = 0\n\n    def __call__(self, numbers):\n        self.num_calls += 1\n        return sorted(set(numbers))\n\n\n"
        "gather = Gather()\n"
    ),
    "decorated": (
        "import functools\n\n\ndef traced(function):\n    @functools.wraps(function)\n    def inner(*args, **kwargs):\n        return function(*args, **kwargs)\n\n    return inner\n\n\n"
        "@traced\ndef gather(numbers):\n    return sorted(set(numbers))\n"
    ),
    "cached_on_tuples": (
        "from functools import cache\n\n\n@cache\ndef solve(numbers):\n    return sorted(set(numbers))\n\n\ndef gather(numbers):\n    return solve(tuple(numbers))\n"
    ),
    "state_between_calls": "known = {}\n\n\ndef gather(numbers):\n    known[len(known)] = numbers\n    return sorted(set(known[len(known) - 1]))\n",
    "prints_and_logs": (
        "import logging, sys\n\n\ndef gather(numbers):\n    print('debug', numbers)\n    print('error', file=sys.stderr)\n    logging.warning('x')\n    return sorted(set(numbers))\n"
    ),
    "checks_itself_at_import": "def gather(numbers):\n    return sorted(set(numbers))\n\n\nassert gather([2, 1]) == [1, 2]\nprint(gather([1]))\n",
    "main_block_reads_stdin": "def gather(numbers):\n    return sorted(set(numbers))\n\n\nif __name__ == '__main__':\n    print(gather([int(input())]))\n",
    "dict_keys": "def gather(numbers):\n    return list(dict.fromkeys(sorted(numbers)).keys())\n",
    "list_subclass": "class Row(list):\n    pass\n\n\ndef gather(numbers):\n    return Row(sorted(set(numbers)))\n",
    "heap": (
        "from heapq import *\n\n\ndef gather(numbers):\n    heapify(numbers)\n    out = []\n    while numbers:\n        x = heappop(numbers)\n"
        "        if not out or out[-1] != x:\n            out.append(x)\n    return out\n"
    ),
    "typing_annotations": (
        "from typing import *\nT = TypeVar('T')\n\n\ndef gather(numbers: List[int]) -> 'List[int]':\n    x: Optional[Set[int]] = set(numbers)\n    return sorted(x)\n"
    ),
    "thread": (
        "import sys, threading\n\n\ndef gather(numbers):\n    sys.setrecursionlimit(10**6)\n    threading.stack_size(1 << 26)\n    out = []\n"
        "    def deep(i):\n        return out.extend(sorted(set(numbers))) if i == 0 else deep(i - 1)\n"
        "    t = threading.Thread(target=deep, args=(20000,))\n    t.start()\n    t.join()\n    return out\n"
    ),
    "deep_recursion": (
        "import sys\nsys.setrecursionlimit(10**6)\n\n\ndef gather(numbers):\n    def deep(i):\n        return sorted(set(numbers)) if i == 0 else deep(i - 1)\n    return deep(50_000)\n"
    ),
    "late_import": "def gather(numbers):\n    import bisect, random, time, datetime, statistics\n    random.seed(time.time())\n    random.shuffle(numbers)\n    return sorted(set(numbers))\n",
    "match_and_walrus": (
        "def gather(numbers):\n    match numbers:\n        case []:\n            return []\n        case [_, *_] if (kept := set(numbers)):\n            return sorted(kept)\n"
    ),
    "inner_exception": (
        "def gather(numbers):\n    try:\n        numbers.nothing\n    except AttributeError:\n        pass\n    finally:\n        numbers = set(numbers)\n    return sorted(numbers)\n"
    ),
    "eval_of_text": "def gather(numbers):\n    return eval('sorted(set(numbers))', {'numbers': numbers})\n",
    "temporary_file": (
        "import json, tempfile\n\n\ndef gather(numbers):\n    with tempfile.TemporaryFile('w+') as f:\n        json.dump(numbers, f)\n        f.seek(0)\n        return sorted(set(json.load(f)))\n"
    ),
    "numpy": "import numpy as np\n\n\ndef gather(numbers):\n    if any(abs(x) > 2**62 for x in numbers):\n        return sorted(set(numbers))\n    return np.unique(np.array(numbers, dtype=np.int64))\n",
    "numpy_scalars": "import numpy as np\n\n\ndef gather(numbers):\n    return [np.int64(x) if abs(x) < 2**62 else x for x in sorted(set(numbers))]\n",
}  # fmt: skip
"""Programs that answer `GATHER`."""

NEEDS_NUMPY = frozenset({"stdin/numpy", "stdin/numpy_loadtxt", "called/numpy", "called/numpy_scalars"})


def problems() -> list[Problem]:
    """Return every problem of the corpus."""
    return [TOTAL, GATHER, *(problem for problem, _ in OTHERS.values())]


def programs() -> list[Program]:
    """Return every program of the corpus."""
    return [
        *(Program(problem_id="total", source=source, id=f"stdin/{name}") for name, source in STDIN.items()),
        *(Program(problem_id="gather", source=source, id=f"called/{name}") for name, source in CALLED.items()),
        *(Program(problem_id=problem.id, source=source, id=f"other/{name}") for name, (problem, source) in OTHERS.items()),
    ]
