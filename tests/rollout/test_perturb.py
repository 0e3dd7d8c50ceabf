"""Perturbed values are wrong, of the same kind, and the same each time; what is judged does not change."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symtune.domain import Case, Cause, Outcome, Problem
from symtune.judging import ByCase, CaseVerdict, compare
from symtune.rollout.feedback import unanswered
from symtune.rollout.perturb import perturbed_expected

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.tuples(inner, inner) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


def problem(*expected, comparator="exact", stdin=False) -> Problem:
    if stdin:
        cases = tuple(Case.text(f"{index}\n", expected=text) for index, text in enumerate(expected))
        return Problem(id="p", statement="", examples=cases)
    cases = tuple(Case.call(index, expected=value, comparator=comparator) for index, value in enumerate(expected))
    return Problem(id="p", statement="", entry_point="f", examples=cases)


@settings(max_examples=100, deadline=None)
@given(PLAIN)
def test_a_perturbed_value_is_not_accepted_and_follows_from_its_key(value):
    one = perturbed_expected(problem(value), "0")
    assert not compare("exact", *one[0], value)
    assert one == perturbed_expected(problem(value), "0")


@pytest.mark.parametrize("value", [3, 2.5, "word", b"x", [1, 2], (1, 2), {"a": 1}, {1, 2}, frozenset({1}), True, 1j])
def test_it_is_of_the_same_kind(value):
    assert type(perturbed_expected(problem(value), "0")[0][0]) is type(value)


@pytest.mark.parametrize("comparator", ["float_close:1e-3", "unordered", "same_set", "any_case"])
def test_what_its_comparator_would_accept_is_not_shown(comparator):
    value = 1.0 if "float" in comparator else [3, 1, 2] if comparator != "any_case" else "Abc"
    for key in range(30):
        assert not compare(comparator, perturbed_expected(problem(value, comparator=comparator), str(key))[0][0], value)


@pytest.mark.parametrize(("text", "kinds"), [("YES\n", {"NO\n"}), ("Alice", {"Bob"}), ("false", {"true"})])
def test_a_word_out_of_two_becomes_the_other(text, kinds):
    assert {perturbed_expected(problem(text, stdin=True), str(key))[0][0] for key in range(5)} == kinds


def test_a_text_keeps_its_lines_and_has_one_word_changed():
    text = "12 7\nabc 3.5\n"
    for key in range(30):
        shown = perturbed_expected(problem(text, stdin=True), str(key))[0][0]
        assert [len(line.split()) for line in shown.split("\n")] == [2, 2, 0]
        assert sum(one != other for one, other in zip(shown.split(), text.split())) == 1


def test_a_share_of_the_values_is_changed():
    many = problem(*range(400))
    changed = sum(one != (index,) for index, one in enumerate(perturbed_expected(many, "0", fraction=0.25)))
    assert 70 <= changed <= 130  # 100 in the mean, standard deviation 9
    assert perturbed_expected(many, "0") != perturbed_expected(many, "1")


def test_what_the_program_gave_is_not_shown_as_expected():
    for key in range(20):
        one = perturbed_expected(problem(True, 5), str(key))
        verdict = CaseVerdict(Outcome.FAILED_TEST, Cause.WRONG_VALUE, one[1][0])
        found = ByCase(unanswered(problem(True, 5)).judgement, (CaseVerdict(Outcome.PASSED, got=True), verdict))
        other = perturbed_expected(problem(True, 5), str(key), found=found)
        assert other[1] not in ((5,), one[1])
        assert other[0] == (False,)


def test_where_a_checker_decides_nothing_is_shown_as_expected():
    checked = problem(1, 2).model_copy(update={"checker": "def check(input, got, expected):\n    return True\n"})
    assert perturbed_expected(checked, "0") == [(), ()]


def test_a_wrong_truth_value_is_not_answered_with_the_true_one():
    verdict = CaseVerdict(Outcome.FAILED_TEST, Cause.WRONG_VALUE, False)
    found = ByCase(unanswered(problem(True)).judgement, (verdict,))
    assert {perturbed_expected(problem(True), str(key), found=found)[0] for key in range(20)} == {()}
