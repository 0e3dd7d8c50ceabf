"""The guest's codec and the domain's write the same JSON for plain values, and lies come out as what they are."""

from __future__ import annotations

import collections
import enum
import fractions
import importlib.util
import math
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symtune.domain import decode_value, encode_value
from symtune.sandbox import GUEST_FOLDER


def load(name: str):
    spec = importlib.util.spec_from_file_location(f"guest_{name}", GUEST_FOLDER / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


codec = load("codec")

LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.complex_numbers()
    | st.integers(min_value=1 << 8190, max_value=1 << 8195)
)  # fmt: skip
HASHABLE = st.recursive(LEAVES, lambda inner: st.tuples(inner, inner) | st.frozensets(inner, max_size=3), max_leaves=5)
VALUES = st.recursive(
    LEAVES | st.sets(HASHABLE, max_size=4) | st.text("$ab", max_size=3),
    lambda inner: st.lists(inner, max_size=4)
    | st.tuples(inner, inner)
    | st.dictionaries(st.text("$ab", max_size=2), inner, max_size=3)
    | st.dictionaries(HASHABLE, inner, max_size=3),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(VALUES)
def test_guest_writes_what_the_domain_writes(value):
    assert codec.encode(value) == encode_value(value)


@settings(max_examples=300, deadline=None)
@given(VALUES)
def test_guest_reads_what_the_domain_writes(value):
    assert encode_value(codec.decode(encode_value(value))) == encode_value(value)


class Color(enum.IntEnum):
    RED = 3


Point = collections.namedtuple("Point", "x y")


class LyingInt(int):
    def __int__(self):
        return 1

    def __eq__(self, other):
        return True

    __hash__ = int.__hash__


class LyingStr(str):
    def __str__(self):
        return "lie"


class LyingList(list):
    __class__ = tuple

    def __iter__(self):
        return iter("lie")

    def copy(self):
        return "lie"


class LyingDict(dict):
    def items(self):
        return [("lie", 1)]


class LyingSet(set):
    def __iter__(self):
        return iter(["lie"])


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (Color.RED, 3),
        (Point(1, [2]), (1, [2])),
        (collections.OrderedDict([("b", 1), ("a", 2)]), {"b": 1, "a": 2}),
        (collections.Counter("aab"), {"a": 2, "b": 1}),
        (collections.defaultdict(list, {1: [2]}), {1: [2]}),
        ({1: 2}.keys(), {1}),
        ({1: 2}.items(), {(1, 2)}),
        (bytearray(b"ab"), b"ab"),
        (fractions.Fraction(6, 3), 2),
        (LyingInt(77), 77),
        (LyingStr("truth"), "truth"),
        (LyingList(["truth"]), ["truth"]),
        (LyingDict(truth=1), {"truth": 1}),
        (LyingSet({"truth"}), {"truth"}),
    ],
)
def test_other_types_come_out_as_the_value_they_hold(value, plain):
    got = decode_value(codec.encode(value))
    assert type(got) is type(plain)
    assert got == plain


def test_items_of_an_ordered_dict_keep_their_order():
    moved = collections.OrderedDict.fromkeys("abc", 0)
    moved.move_to_end("a")
    assert list(codec.encode(moved)) == ["b", "c", "a"]


def test_numpy_values_become_python_values():
    np = pytest.importorskip("numpy")
    assert codec.encode([np.int64(3), np.float32(0.5), np.bool_(True)]) == [3, 0.5, True]
    assert codec.encode(np.array([[1, 2], [3, 4]])) == [[1, 2], [3, 4]]


@pytest.mark.parametrize("value", [object(), iter([]), range(3), (i for i in ()), sys, len, int, NotImplemented])
def test_what_is_not_plain_is_refused(value):
    with pytest.raises(codec.NotPlainError):
        codec.encode([value])


def test_depth_is_limited_and_nan_survives():
    deep = []
    for _ in range(codec.MAX_DEPTH + 5):
        deep = [deep]
    with pytest.raises(codec.NotPlainError):
        codec.encode(deep)
    assert math.isnan(decode_value(codec.encode(math.nan)))
