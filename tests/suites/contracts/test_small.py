"""Small values: what is small comes, long collections come of few items, and a small domain comes whole or not at all."""

from __future__ import annotations

import itertools

import pytest

from symtune.suites.contracts.contract import Domain
from symtune.suites.contracts.small import SMALL, all_values, scope_of, small_values

NUMBERS = Domain(kind="int")
LISTS = Domain(kind="list", items=(NUMBERS,))


def test_long_lists_come_of_two_different_items():
    """With `range(len(set(xs)))` for `range(len(xs))` three zeros behind two ones are not looked at: it takes five items to see that."""
    lists = small_values(LISTS, ())
    assert [1, 1, 0, 0, 0] in lists
    assert all(list(items) in lists for items in itertools.product((0, 1), repeat=6))
    assert len(lists) <= SMALL.max_values


@pytest.mark.parametrize(("low", "high", "nearest"), [(1000, None, 1000), (None, -7, -7), (-3, 3, 0), (5, 9, 5)])
def test_numbers_start_at_the_bound_nearest_to_zero(low, high, nearest):
    values = small_values(Domain(kind="int", low=low, high=high), ())
    assert values[0] == nearest
    assert len(values) >= min(400, (high - low + 1) if None not in (low, high) else 400)


def test_dicts_are_made_of_small_keys_and_values():
    domain = Domain(kind="dict", items=(Domain(kind="text", alphabet="ab", min_size=1), NUMBERS), seen=({"b": 9},))
    dicts = small_values(domain, ())
    assert dicts[0] == {"b": 9}
    assert all(one in dicts for one in ({}, {"a": 0}, {"b": 1}, {"a": 0, "b": 1}, {"a": 1, "b": 1}))
    assert {} not in small_values(domain.model_copy(update={"min_size": 1}), ())


@pytest.mark.parametrize("num_values", [10, 100, 1000, 4000])
def test_a_scope_gives_about_as_many_values_as_it_is_asked_for(num_values):
    assert num_values / 4 <= len(small_values(LISTS, (), scope=scope_of(num_values))) <= num_values


SOME = [
    (Domain(kind="int", low=-2, high=2, is_not_zero=True), 4),
    (Domain(kind="bool"), 2),
    (Domain(kind="fixed", values=('"a"', "3")), 2),
    (Domain(kind="text", alphabet="xyz", min_size=1, max_size=3), 3 + 9 + 27),
    (Domain(kind="list", items=(Domain(kind="int", low=0, high=1),), max_size=4), 31),
    (Domain(kind="list", items=(Domain(kind="int", low=0, high=3),), min_size=2, max_size=2, order="strictly_rising"), 6),
    (Domain(kind="record", items=(Domain(kind="bool"), Domain(kind="int", low=1, high=3))), 6),
    (Domain(kind="choice", items=(Domain(kind="none"), Domain(kind="bool"))), 3),
]


@pytest.mark.parametrize(("domain", "count"), SOME)
def test_a_small_domain_is_given_whole(domain, count):
    values = all_values(domain, 1000)
    assert len({repr(one) for one in values}) == len(values) == count
    assert all(domain.fault(one) is None for one in values)


@pytest.mark.parametrize(
    "domain",
    [
        NUMBERS,
        Domain(kind="int", low=0),
        Domain(kind="int", low=0, high=2000),
        LISTS,
        Domain(kind="text", alphabet="ab", max_size=12),
        Domain(kind="text", max_size=2),
        Domain(kind="list", items=(Domain(kind="int", low=0, high=9),), max_size=10**9),
        Domain(kind="any"),
        Domain(kind="float", low=0, high=1),
        Domain(kind="record", items=(Domain(kind="bool"), NUMBERS)),
    ],
)
def test_a_domain_that_is_large_or_endless_is_never_called_whole(domain):
    assert all_values(domain, 1000) is None
