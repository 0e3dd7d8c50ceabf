"""Answers that look like no example's give a reference away that is run outside its problem."""

from __future__ import annotations

from symtune.domain import Case
from symtune.suites.contracts.answers import is_foreign, learn_answers

SWAP = [Case.call([12, 35, 9], expected=[9, 35, 12]), Case.call([1, 2], expected=[2, 1])]


def test_an_answer_as_long_as_its_argument_is_expected_to_stay_so():
    promises = learn_answers(SWAP)
    assert [(one.places, one.offset) for one in promises] == [((0,), 0)]
    assert not is_foreign(promises, ([7, 8, 9, 10],), [10, 8, 9, 7])
    assert is_foreign(promises, ([63],), [63, 63])


def test_the_lengths_of_two_arguments_may_add_up():
    cases = [Case.call([1, 3, 5], [2, 4], expected=[1, 3, 2, 4]), Case.call(["a"], ["b", "c"], expected=["b", "c"])]
    promises = learn_answers(cases)
    assert ((0, 1), -1) in [(one.places, one.offset) for one in promises]
    assert is_foreign(promises, ([], [2, 4]), [2, 4])
    assert not is_foreign(promises, ([9], [2, 4]), [2, 4])


def test_answers_of_one_length_or_without_length_promise_nothing():
    assert learn_answers([Case.call([1, 2], expected=[2, 1]), Case.call([3, 4], expected=[4, 3])]) == ()
    assert learn_answers([Case.call([1, 2], expected=2), Case.call([3], expected=1)]) == ()
    assert not is_foreign((), ([63],), [63, 63])


def test_one_promise_kept_is_enough_where_examples_could_not_tell_which():
    cases = [Case.call([1, 2], [3, 4], expected=[1, 2]), Case.call([1], [3], expected=[1])]
    promises = learn_answers(cases)
    assert len(promises) == 2
    assert not is_foreign(promises, ([1, 2, 3], []), [1, 2, 3])


def test_lengths_that_agree_by_chance_promise_nothing():
    prefixes = [Case.call("flow", "flower", expected="flow"), Case.call("dog", "cat", expected="")]
    assert learn_answers(prefixes) == ()
    shorter = [Case.call([1, 2, 3, 4], expected=[2, 3]), Case.call([1, 2, 3], expected=[2])]
    assert learn_answers(shorter) == ()
