"""A contract in doubt is narrowed step by step, down to the examples themselves, and its record says so."""

from __future__ import annotations

from symtune.domain import Case
from symtune.suites.contracts import Contract, learn_contract
from symtune.suites.contracts.contract import contract_of
from symtune.suites.contracts.learn import narrowed
from symtune.suites.contracts.rules import Rules
from symtune.suites.contracts.shown import narrower

CASES = [Case(args=(2, [1, 2, 3])), Case(args=(5, [4, 4]))]


def learnt(cases=CASES) -> Contract:
    return learn_contract(cases, names=("k", "a")[: len(cases[0].args)], rules=Rules().of_contests())


def test_lists_are_fixed_first_then_numbers_as_well():
    first, last = narrower(learnt(), CASES)
    assert [domain.kind for domain in first.reach.args] == ["int", "fixed"]
    assert [domain.kind for domain in last.reach.args] == ["fixed", "fixed"]
    assert first.reach.fault((3, [4, 4]), {}) is None
    assert first.reach.fault((3, [4]), {}) is not None
    assert last.reach.fault((3, [4, 4]), {}) is not None


def test_numbers_alone_and_lists_alone_have_one_step():
    assert len(list(narrower(learnt([Case(args=(2,)), Case(args=(5,))]), [Case(args=(2,)), Case(args=(5,))]))) == 1
    assert list(narrower(learnt(), [])) == []


def test_examples_with_another_number_of_arguments_show_nothing():
    first, _ = narrower(learnt(), [*CASES, Case(args=(7,)), Case(args=(7, [9], 0))])
    assert first.reach.fault((7, [9]), {}) is not None


def test_the_promise_stays_as_wide_as_it_was_and_the_record_is_read_back():
    wide = learnt()
    first = next(narrower(wide, CASES))
    assert first.args == wide.args
    again = narrowed(contract_of(first.to_json()), CASES)
    assert again.reach.is_shown
    assert again.reach.args[1].kind == "fixed"
