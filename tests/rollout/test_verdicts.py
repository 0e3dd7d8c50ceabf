"""The judge is asked again while it is out, with pauses only where it gives no verdict at all, and never for bad input."""

from __future__ import annotations

import pytest

from symtune.domain import Program, Unjudged
from symtune.judging import Pending
from symtune.rollout import verdicts
from symtune.rollout.verdicts import Ask, collect


@pytest.fixture
def pauses(monkeypatch):
    made: list[float] = []
    monkeypatch.setattr(verdicts.time, "sleep", made.append)
    return made


def ask(num_failures: int, *, fault: str = "judge") -> Ask:
    """A program that gets its verdict, a number, after so many failures."""
    left = [num_failures]

    def begin() -> Pending:
        left[0] -= 1
        program = Program(problem_id="p", source="")
        return Pending(program, 7 if left[0] < 0 else Unjudged(problem_id="p", program_id="x", reason="out", fault=fault))

    return Ask.now(begin)


def test_verdicts_come_in_order_without_a_pause_when_the_judge_is_there(pauses):
    assert collect([ask(0), ask(0)], pauses_s=(1.0,)) == ([7, 7], 0)
    assert pauses == []


def test_an_outage_is_waited_for_as_often_as_there_are_pauses(pauses):
    found, num_repeated = collect([ask(2), ask(9)], pauses_s=(1.0, 5.0, 30.0))
    assert found[0] == 7
    assert isinstance(found[1], Unjudged)
    assert pauses == [1.0, 5.0]  # the third try follows one that gave a verdict
    assert num_repeated == 2 + 2 + 1


def test_one_program_that_breaks_the_judge_makes_the_others_wait_only_once_it_is_alone(pauses):
    found, _ = collect([ask(0), ask(9), ask(0)], pauses_s=(1.0, 5.0))
    assert (found[0], found[2]) == (7, 7)
    assert pauses == [5.0]


def test_what_cannot_be_judged_is_not_asked_again(pauses):
    found, num_repeated = collect([ask(9, fault="input")], pauses_s=(1.0, 5.0))
    assert (found[0].fault, num_repeated, pauses) == ("input", 0, [])
