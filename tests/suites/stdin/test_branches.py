"""Branches of programs that read stdin: run as ``__main__`` on real text, one after the other in one process."""

from __future__ import annotations

from symtune.sandbox import Guest, Limits

SOURCE = """
import sys
n = int(input())
if n > 3:
    print("big")
    sys.exit()
sys.stdout.write(str(n))
if n == 0:
    1 / 0
if __name__ == "__main__" and n == 2:
    while True:
        pass
"""


def frames(source, *texts, seconds=0.5):
    request = {
        "mode": "coverage", "source": source, "prelude": "", "entry_point": None,
        "inputs": [{"stdin": text} for text in texts], "seconds_per_input": seconds,
    }  # fmt: skip
    with Guest("explore", hash_seed=1) as guest:
        return guest.run(request, Limits(cpu_time_s=10.0)).frames


def test_each_run_has_its_own_output_branches_and_failure():
    big, small, zero, loop, again, end = frames(SOURCE, "5\n", "1", "0", "2", "5\n", "")
    assert (big["result"], small["result"]) == ("big\n", "1")
    assert set(big["features"]) != set(small["features"])
    assert (zero["failed"], loop["failed"], end["failed"]) == ("ZeroDivisionError", "OverrunError", "EOFError")
    assert again == big | {"index": 4}


def test_threads_and_descriptors_are_followed():
    source = (
        "import os, threading\ndef main():\n    n = int(os.read(0, 99))\n    if n > 5:\n        n = -n\n    os.write(1, b'%d' % n)\n"
        "t = threading.Thread(target=main)\nt.start()\n"
    )
    small, big = frames(source, "3", "8")
    assert (small["result"], big["result"]) == ("3", "-8")
    assert set(big["features"]) - set(small["features"])
