"""Forms chosen by a program to cost the host time or memory are refused at once, and honest ones are not."""

from __future__ import annotations

import time

import pytest

from symtune.domain import decode_value, encode_value, has_many_same_hashes
from symtune.errors import BadValueError
from symtune.judging import compare
from symtune.sandbox.order import MAX_CONTAINERS, MAX_FRAMES, _is_swollen

STEP = (1 << 61) - 1
"""Integers a multiple of this apart have the same hash."""

ROOM_S = 20.0
"""CPU seconds; without the guard each of these takes minutes."""


def colliding(number: int) -> list[int]:
    return [index * STEP for index in range(number)]


@pytest.mark.parametrize(
    "form",
    [
        {"$set": colliding(100_000)},
        {"$frozenset": colliding(100_000)},
        {"$dict": [[number, 0] for number in colliding(100_000)]},
        {"$set": [{"$tuple": [number, 1]} for number in colliding(50_000)]},
    ],
)
def test_items_with_one_hash_are_refused_at_once(form):
    started_s = time.process_time()
    with pytest.raises(BadValueError, match="same hash"):
        decode_value(form)
    assert time.process_time() - started_s < ROOM_S


def test_comparators_that_hash_refuse_them_at_once():
    got = colliding(100_000)
    started_s = time.process_time()
    for name, expected in (("same_set", [1, 2]), ("unordered", list(range(100_000))), ("same_set", [[1], [2]])):
        assert not compare(name, got, expected)
    assert not compare("same_set", [[number] for number in got], [[1], [2]])
    assert time.process_time() - started_s < ROOM_S


def test_many_honest_items_are_decoded():
    value = {(-1) ** number * number for number in range(50_000)} | {"x" * number for number in range(50)}
    assert decode_value(encode_value(value)) == value
    assert not has_many_same_hashes([7] * 5000)
    assert decode_value({"$set": [7] * 5000}) == {7}


def test_answers_that_swell_are_seen_before_they_are_decoded():
    assert _is_swollen(b"[]," * (MAX_CONTAINERS + 1))
    assert _is_swollen(b"{}\n" * (MAX_FRAMES + 1))
    assert not _is_swollen(b'{"i": 0, "v": [' + b"1," * 3_000_000 + b"1]}\n")
