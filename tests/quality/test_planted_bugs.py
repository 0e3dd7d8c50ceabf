"""Planted bugs that the given cases miss are found within a budget, and other right programs are left in peace."""

from __future__ import annotations

from collections import Counter

import pytest
from quality.planted import PLANTED

from symtune.domain import Case, Problem, Program
from symtune.judging import judge
from symtune.sandbox import Limits
from symtune.suites import harden, strengthen

BUDGET_S = {"easy": 0.7, "medium": 1.0, "hard": 3.0}
"""CPU seconds for a problem, by level of its bug."""

FAST = Limits(cpu_time_s=0.5)


def expected(planted, args):
    scope = {}
    exec(planted.reference, scope)
    return scope["f"](*args)


def weak(planted):
    return Problem(
        id=planted.name,
        statement=planted.statement,
        entry_point="f",
        tests=tuple(Case.call(*args, expected=expected(planted, args)) for args in planted.inputs),
        references=(planted.reference,),
    )


def program(planted, kind):
    return Program(problem_id=planted.name, source=getattr(planted, kind), id=kind)


@pytest.fixture(scope="module")
def grown():
    found = {}
    for level, budget_s in BUDGET_S.items():
        chosen = [one for one in PLANTED.values() if one.level == level]
        blind = [weak(one) for one in chosen if one.by == "strengthen"]
        found |= {one.id: one for one in strengthen(blind, budget_s=budget_s, workers=2)}
        told = [one for one in chosen if one.by == "harden"]
        if told:
            suspects = [program(one, kind) for one in told for kind in ("wrong", "right") if getattr(one, kind)]
            found |= {one.id: one for one in harden([weak(one) for one in told], suspects, budget_s=budget_s, workers=2)}
    return found


@pytest.mark.parametrize("name", PLANTED)
def test_the_planted_bug_is_missed_by_the_given_tests_and_caught_by_the_grown_ones(name, grown):
    planted = PLANTED[name]
    wrong = program(planted, "wrong")
    assert next(judge([weak(planted)], [wrong], workers=1, limits=FAST)).cause is None, "the bug should slip through the given tests"
    assert next(judge([grown[name]], [wrong], workers=1, limits=FAST)).cause is not None
    if planted.right is not None:
        verdict = next(judge([grown[name]], [program(planted, "right")], workers=1))
        assert verdict.cause is None, verdict.first_failure


def test_there_are_forty_bugs_of_all_levels_for_both():
    assert len(PLANTED) >= 40
    assert min(Counter(one.level for one in PLANTED.values()).values()) >= 10
    assert sum(one.by == "harden" for one in PLANTED.values()) >= 8
