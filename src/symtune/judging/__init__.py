"""Programs against suites: Judgements, with every comparison on the host. Works without torch."""

from symtune.judging.checker import Checkers
from symtune.judging.comparators import COMPARATORS, compare, find_comparator
from symtune.judging.explain import Explanation, explain
from symtune.judging.judge import CaseResult, Judge, Stop, judge
from symtune.judging.sheet import PRELUDE_KEY, limits_of
from symtune.judging.time_limit import TimeLimit
from symtune.judging.verdict import Column

__all__ = [
    "COMPARATORS", "PRELUDE_KEY", "CaseResult", "Checkers", "Column", "Explanation", "Judge", "Stop", "TimeLimit", "compare", "explain", "find_comparator", "judge",
    "limits_of",
]  # fmt: skip
