"""Programs against suites: Judgements, with every comparison on the host. Works without torch."""

from symtune.judging.by_case import ByCase, CaseResult, CaseVerdict, joined, with_cases_not_run
from symtune.judging.checker import Checkers
from symtune.judging.comparators import COMPARATORS, compare, find_comparator
from symtune.judging.explain import Explanation, explain
from symtune.judging.judge import Judge, Pending, Stop, judge
from symtune.judging.sheet import PRELUDE_KEY, limits_of
from symtune.judging.time_limit import TimeLimit
from symtune.judging.verdict import Column

__all__ = [
    "COMPARATORS", "PRELUDE_KEY", "ByCase", "CaseResult", "CaseVerdict", "Checkers", "Column", "Explanation", "Judge", "Pending", "Stop", "TimeLimit", "compare",
    "explain", "find_comparator", "joined", "judge", "limits_of", "with_cases_not_run",
]  # fmt: skip
