from __future__ import annotations

import pytest

from symtune.datasets.literals import parse_arguments, parse_literal, scan_literal
from symtune.errors import BadValueError


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("[1, -2.5, 'a']", [1, -2.5, "a"]),
        ("(1, {2: [3]})", (1, {2: [3]})),
        ("{1, 2}", {1, 2}),
        ("set()", set()),
        ("3 * 19 * 3", 171),
        ("(3 + 5 + 7, 3 * 5 * 7)", (15, 105)),
        ("'ab' + 'c' * 3", "abccc"),
        ("[1, 0 ** 0]", [1, 1]),
        ("-inf", float("-inf")),
        ("[1, null, true]", [1, None, True]),
        ("not 1", False),
        ("list(range(-3, 3, 2))", [-3, -1, 1]),
    ],
)
def test_constant_expressions_have_their_value(text, value):
    assert parse_literal(text) == value
    assert type(parse_literal(text)) is type(value)


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').getpid()",
        "open('/etc/passwd')",
        "[x for x in (1, 2)]",
        "(lambda: 1)()",
        "'%s' % 1",
        "unknown",
        "f'{1}'",
        "''.join(['a'])",
        "1 if True else 2",
        "...",
        "1 +",
        "",
    ],
)
def test_what_is_not_constant_is_refused(text):
    with pytest.raises(BadValueError):
        parse_literal(text)


@pytest.mark.parametrize("text", ["9 ** 9 ** 9", "2 ** 100000", "'a' * 10 ** 9", "[0] * 10 ** 9", "list(range(10 ** 9))"])
def test_expressions_that_would_eat_time_or_memory_are_refused(text):
    with pytest.raises(BadValueError):
        parse_literal(text)


def test_arguments_are_read_by_name_and_by_position():
    assert parse_arguments("nums = [1, 2], k = 3") == ([], {"nums": [1, 2], "k": 3})
    assert parse_arguments("[1, 2], 3") == ([[1, 2], 3], {})
    assert parse_arguments("[1, 2], 3", parameters=("nums", "k")) == ([], {"nums": [1, 2], "k": 3})
    assert parse_arguments("[1, 2], k = 3", parameters=("nums", "k")) == ([], {"nums": [1, 2], "k": 3})


def test_text_that_closes_the_call_and_goes_on_is_no_argument_list():
    with pytest.raises(BadValueError):
        parse_arguments("1) + f(2")


def test_the_longest_literal_at_the_start_counts():
    assert scan_literal("[1, 2] because (3)") == ([1, 2], " because (3)")
    assert scan_literal("1.5. Then")[0] == 1.5
    assert scan_literal("'a b' # note")[0] == "a b"
    with pytest.raises(BadValueError):
        scan_literal("because")
