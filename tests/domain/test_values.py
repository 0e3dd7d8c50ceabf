"""Values survive the trip through JSON with their exact types; decoding builds only plain values."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symtune.domain import Case, Problem, decode_value, encode_value
from symtune.errors import BadRecordError, BadValueError

HASHABLE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary(),
    lambda inner: st.tuples(inner, inner) | st.frozensets(inner, max_size=3),
    max_leaves=5,
)
VALUES = st.recursive(
    HASHABLE | st.complex_numbers(allow_nan=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(HASHABLE, inner, max_size=4) | st.sets(HASHABLE, max_size=4),
    max_leaves=20,
)


def typed(value):
    """A value with the type of every part made visible, so that 1, True and 1.0 differ."""
    if isinstance(value, list | tuple):
        return (type(value), [typed(item) for item in value])
    if isinstance(value, set | frozenset):
        return (type(value), sorted(repr(typed(item)) for item in value))
    if isinstance(value, dict):
        return (dict, sorted(repr((typed(key), typed(item))) for key, item in value.items()))
    return (type(value), hex(value) if type(value) is int else repr(value))


@given(VALUES)
def test_round_trip_keeps_value_and_types(value):
    wire = json.loads(json.dumps(encode_value(value)))
    assert typed(decode_value(wire)) == typed(value)


@pytest.mark.parametrize(
    "value", [10**5000, -(10**5000), float("inf"), float("-inf"), -0.0, {"$tuple": [1]}, {1: {2}}], ids=type
)
def test_awkward_values_round_trip(value):
    assert typed(decode_value(json.loads(json.dumps(encode_value(value))))) == typed(value)


def test_nan_round_trips():
    assert math.isnan(decode_value(encode_value(float("nan"))))


@pytest.mark.parametrize(
    "form",
    [{"$x": 1}, {"$set": [[1]]}, {"$float": "1"}, {"$bytes": "*"}, {"$dict": [[1]]}, {"$tuple": 3}, {"$set": [], "a": 1}],
)
def test_malformed_tags_are_refused(form):
    with pytest.raises(BadValueError):
        decode_value(form)


class Lying(int):
    """A subclass of a plain type."""


def test_only_plain_and_finite_values_have_a_form():
    cyclic: list = []
    cyclic.append(cyclic)
    for value in (Lying(3), object(), cyclic, range(3)):
        with pytest.raises(BadValueError):
            encode_value(value)


def test_problem_round_trips_and_names_the_bad_field():
    case = Case.call([1], (2, {3}), kwargs={"k": b"x"}, expected={1: float("inf")})
    problem = Problem(id="a", statement="s", entry_point="f", examples=(case,), tests=(case, case))
    form = json.loads(json.dumps(problem.to_json()))
    assert Problem.from_json(form) == problem
    form["tests"][1]["args"] = [{"$tuple": 3}]
    with pytest.raises(BadRecordError, match=r"tests\.1"):
        Problem.from_json(form)
    with pytest.raises(BadRecordError, match="must have 'args'"):
        Problem.from_json({**problem.to_json(), "tests": [{"stdin": "1\n", "expected": "1"}]})
