"""Checkers for contest problems whose statement accepts several answers: one file each, found by the problem's contest and letter.

Every file is trusted source that defines ``check(input, got, expected) -> bool`` for `symtune.judging.checker`: the text of stdin, the
text that a program wrote, the text of the data set's own answer. It imports the standard library only and runs in a guest.

Source: ours, after the statements.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path

BY_CONTEST: dict[str, str] = {
    "288_c": "xor_permutation",
    "464_b": "restored_cube",
    "618_c": "constellation",
    "715_b": "completed_graph",
    "925_c": "big_secret",
    "1076_d": "edge_deletion",
    "1217_d": "coloring_edges",
    "1391_e": "pairs_of_pairs",
    "1438_d": "powerful_ksenia",
}
"""Codeforces contest and letter -> file with the checker."""

_NAME = re.compile(r"^(\d+)[_ ]?([a-z]\d?)(?=[_. ]|$)", re.IGNORECASE)
_URL = re.compile(r"codeforces\.com/(?:problemset/problem|contest)/(\d+)/(?:problem/)?([a-z]\d?)", re.IGNORECASE)


def checker_of(name: str) -> str | None:
    """Return the source of the checker of a contest problem, or None.

    Args:
        name: a CodeContests name (``1076_D. Edge Deletion``, ``1076_d_edge_deletion_9486``) or a Codeforces address.
    """
    found = _NAME.match(name) or _URL.search(name)
    file = BY_CONTEST.get(f"{found[1]}_{found[2].lower()}") if found else None
    return _source(file) if file else None


@functools.cache
def _source(file: str) -> str:
    return (Path(__file__).parent / f"{file}.py").read_text(encoding="utf-8")
