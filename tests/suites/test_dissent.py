"""How references part tells a wrong reference from a contract that was misread."""

from __future__ import annotations

from operator import eq

import pytest

from symtune.domain import Cause
from symtune.judging import CaseResult
from symtune.suites.dissent import Dissent
from symtune.suites.several import may_have_none, says_there_is_none, takes_several_answers


def said(*answers):
    """One result per letter; ``!`` stands for an exception."""
    return [CaseResult(cause=Cause.EXCEPTION) if one == "!" else CaseResult(stdout=one) for one in answers]


def dissent(*rows):
    found = Dissent()
    for row in rows:
        found.note(said(*row), eq)
    return found


def test_references_that_agree_or_all_refuse_leave_no_doubt():
    assert not dissent(*["aaa"] * 50, *["!!!"] * 50).is_in_doubt


def test_two_inputs_that_part_them_put_the_contract_in_doubt_and_one_does_not():
    assert not dissent(*["aaa"] * 9, "aab").is_in_doubt
    assert dissent(*["aaa"] * 9, "aab", "aab").is_in_doubt
    assert dissent(*["aaa"] * 9, "a!a", "!aa").is_in_doubt


def test_a_small_share_of_many_inputs_is_no_doubt():
    assert not dissent(*["aaa"] * 300, "aab", "aba").is_in_doubt


def test_few_references_that_raise_again_and_again_put_it_in_doubt():
    assert dissent(*["aa"] * 20, *["!!"] * 5).is_in_doubt
    assert not dissent(*["aa"] * 60, *["!!"] * 5).is_in_doubt
    assert not dissent(*["!!"] * 4).is_in_doubt


def test_one_of_five_that_always_stands_alone_is_wrong_and_one_of_three_is_not():
    assert dissent("aaaab", "aaaa!").wrong_one(5) == 4
    assert dissent("baaaa", "caaaa").wrong_one(5) == 0
    assert dissent("aaaab", "aaaba").wrong_one(5) is None
    assert dissent("aaaab").wrong_one(5) is None
    assert dissent("aab", "aab").wrong_one(3) is None


def test_once_a_wrong_one_is_gone_its_dissent_is_forgotten():
    found = dissent("aaaab", "aaaab")
    found.forget()
    assert not found.is_in_doubt


@pytest.mark.parametrize(("words", "is_several"), [
    ("If there are several answers, you can print any.", True),
    ("If there are multiple possible strings, output any.", True),
    ("If there are multiple solutions where the number of quantifiers is maximum,\nprint any.", True),
    ("If there are multiple ways to satisfy the condition, any of those is accepted.", True),
    ("Print any of them.", True),
    ("You may print every letter in any case. There are many ways to pay.", False),
    ("You can do the operations any number of times.", False),
    ("Print the number of ways.\n\nNote\n\nThere are too many answers in the third test, so we won't describe any of them.", False),
])  # fmt: skip
def test_which_words_take_several_answers(words, is_several):
    assert takes_several_answers(words) is is_several


def test_only_what_says_that_there_is_none_is_the_only_answer():
    for text in ("NO\n", "No", "-1\n", "IMPOSSIBLE", "no solution"):
        assert says_there_is_none(text)
    for text in ("YES\n", "1", "-2", "NO\nNO\n", "Norway", ""):
        assert not says_there_is_none(text)
    assert may_have_none('Print "-1" if there is no such string.')
    assert not may_have_none("Print the k colours.")
