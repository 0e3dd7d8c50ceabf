"""Verdicts asked for while something else goes on, and asked for again while the judge is out.

Source: ours (decision 0103).
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Sequence
from typing import Any

from symtune.domain import Unjudged
from symtune.judging import Pending


@dataclasses.dataclass(frozen=True)
class Ask:
    """One program on its way through the judge.

    Attributes:
        begin: puts it on its way again.
    """

    begin: Callable[[], Pending[Any]]
    pending: Pending[Any]

    @classmethod
    def now(cls, begin: Callable[[], Pending[Any]]) -> Ask:
        """Put a program on its way."""
        return cls(begin, begin())


def collect(asks: Sequence[Ask], *, pauses_s: Sequence[float]) -> tuple[list[Any], int]:
    """Wait for verdicts; ask again for those that the judge failed to give, once per entry of ``pauses_s``.

    The pause is made only where the last try gave no verdict at all: then the judge is out. Where it gave others, it is not.

    Returns:
        The verdicts, `Unjudged` where there is none after the last try, and how many tries were repeated.
    """
    results = [ask.pending.result() for ask in asks]
    tried = list(range(len(asks)))
    num_repeated = 0
    for pause_s in pauses_s:
        broken = [index for index in tried if _is_broken(results[index])]
        if not broken:
            break
        if len(broken) == len(tried):
            time.sleep(pause_s)
        again = [asks[index].begin() for index in broken]
        for index, pending in zip(broken, again):
            results[index] = pending.result()
        tried, num_repeated = broken, num_repeated + len(broken)
    return results, num_repeated


def _is_broken(result: Any) -> bool:
    return isinstance(result, Unjudged) and result.fault == "judge"
