"""Right programs in the idioms of real submissions pass, all of them; the same programs with a fault planted do not."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import just

from symtune.domain import Judgement, Outcome, Program
from symtune.judging import Judge
from symtune.sandbox import Limits

LIMITS = Limits(cpu_time_s=30.0, wall_time_s=120.0)
"""Room for a busy machine: nothing here needs a second."""

NAMES = [program.id for program in just.programs()]


@pytest.fixture(scope="module")
def judgements() -> dict[str, Judgement]:
    """One run over the whole corpus on two workers."""
    with Judge(workers=2, limits=LIMITS) as judge:
        return {item.program_id: item for item in judge.judge(just.problems(), just.programs())}


def test_the_corpus_is_large_and_its_ids_differ():
    assert len(NAMES) == len(set(NAMES)) >= 120
    assert len({problem.id for problem in just.problems()}) == len(just.problems())


@pytest.mark.parametrize("name", NAMES)
def test_right_program_passes(name, judgements):
    if name in just.NEEDS_NUMPY:
        pytest.importorskip("numpy")
    verdict = judgements[name]
    assert isinstance(verdict, Judgement), verdict
    assert verdict.outcome is Outcome.PASSED, verdict


def test_the_same_suites_refuse_programs_that_are_wrong():
    wrong = [
        Program(problem_id="total", source=just.STDIN["input"].replace("sum(", "max("), id="total"),
        Program(problem_id="gather", source="def gather(numbers):\n    return sorted(numbers)\n", id="gather"),
        *(
            Program(problem_id=just.OTHERS[name][0].id, source=source, id=name)
            for name, source in {
                "one_of_several_answers": "n = int(input())\nprint(1, n)\n",
                "one_of_several_values": "def f(n):\n    return list(range(n))\n",
                "any_order": "def f():\n    return [[3], (2, 1)]\n",
                "nan": "def f():\n    return float('inf')\n",
                "infinities": "def f():\n    return [float('inf'), float('inf')]\n",
                "ten_megabytes_returned": "def f(i):\n    return 'abcdefgh'[i] * (10 * 2**20 - 1)\n",
            }.items()
        ),
        Program(problem_id="named", source="def f():\n    return [1, 2]\n", id="tuple_is_no_list"),
    ]
    with Judge(workers=2, limits=LIMITS) as judge:
        for verdict in judge.judge(just.problems(), wrong):
            assert isinstance(verdict, Judgement), verdict
            assert verdict.outcome is Outcome.FAILED_TEST, verdict
