"""Facts about EvalPlus tasks that its rows do not carry: argument types that JSON lost, and how answers are compared.

Source: Liu et al. 2023 (EvalPlus), package evalplus 0.3.1: data/mbpp.py and eval/_special_oracle.py. Facts only.
Differs: EvalPlus accepts any answer at all for Mbpp/164, which its current release no longer holds; here the reference's counts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

SAME_SET_TASKS = frozenset({
    "similar_elements", "find_char_long", "common_in_nested_lists", "extract_singly", "larg_nnum", "intersection_array",
    "find_dissimilar", "Diff",
})  # fmt: skip
"""MBPP functions whose answers are compared as sets."""

NOT_NONE_TASKS = frozenset({"check_str", "text_match_three", "text_starta_endb"})
"""MBPP functions that answer with a match object: whether it is there is what counts."""

FLOAT_TOLERANCE = 1e-6
"""Absolute tolerance of float answers where the row gives none (``atol`` 0)."""

RELATIVE_TOLERANCE = 1e-7
"""What EvalPlus allows relative to the expected value, beside the absolute tolerance."""

_SECOND_READING = """
def second_reading({parameters}):
    {body}


def check(input, got, expected):
    if got == expected:
        return True
    if isinstance(got, bool) or not isinstance(got, (int, float)):
        return False
    if isinstance(expected, float) and abs(got - expected) <= 1e-6 + 1e-7 * abs(expected):
        return True
    try:
        return abs(got - second_reading(*input["args"])) <= 1e-6
    except (ValueError, TypeError, OverflowError, ZeroDivisionError):
        return False
"""

_READINGS = {
    "sum_div": ("number", "return 0"),
    "surface_Area": (
        "base_edge, height",
        "return round(base_edge**2 + 2 * base_edge * ((base_edge / 2) ** 2 + height**2) ** 0.5)",
    ),
    "digit_distance_nums": (
        "first, second",
        "width = max(len(str(first)), len(str(second)))\n"
        "    pairs = zip(str(first).zfill(width), str(second).zfill(width))\n"
        "    return sum(abs(int(one) - int(other)) for one, other in pairs)",
    ),
}


def checker_of(entry_point: str) -> str | None:
    """Return the checker of a task whose statement EvalPlus reads in a second way too, or None.

    ``sum_div`` (Mbpp/295) may answer 0; ``surface_Area`` (581) may take the height as that of the pyramid, rounded;
    ``digit_distance_nums`` (558) may pad the shorter number with zeros.
    """
    if entry_point not in _READINGS:
        return None
    parameters, body = _READINGS[entry_point]
    return _SECOND_READING.format(parameters=parameters, body=body)


def _tuples_at(depth: int) -> Callable[[list[Any]], list[Any]]:
    """Return a conversion that makes tuples of the lists ``depth`` levels below the argument list."""

    def convert(args: list[Any]) -> list[Any]:
        return [_at_depth(item, depth - 1) for item in args]

    return convert


def _at_depth(value: Any, depth: int) -> Any:
    if not isinstance(value, list):
        return value
    return tuple(value) if depth == 0 else [_at_depth(item, depth - 1) for item in value]


def _all_tuples(value: Any) -> Any:
    return tuple(_all_tuples(item) for item in value) if isinstance(value, list) else value


def _first_tuple(args: list[Any]) -> list[Any]:
    return [tuple(args[0]), *args[1:]]


def _second_tuple(args: list[Any]) -> list[Any]:
    return [args[0], tuple(args[1]), *args[2:]]


def _first_list_of_tuples(args: list[Any]) -> list[Any]:
    return [[tuple(item) for item in args[0]], *args[1:]]


def _tuple_of_tuples(args: list[Any]) -> list[Any]:
    return [tuple(tuple(item) for item in outer) for outer in args]


def _inner_lists_to_tuples(args: list[Any]) -> list[Any]:
    return [tuple(tuple(item) if isinstance(item, list) else item for item in args[0])]


def _sets(args: list[Any]) -> list[Any]:
    return [[set(item) if isinstance(item, list) and item else {} for item in args[0]]]


def _float_and_complex(args: list[Any]) -> list[Any]:
    return [float(args[0]), complex(args[1])]


def _tuple_values(args: list[Any]) -> list[Any]:
    return [{key: tuple(value) for key, value in args[0].items()}, *args[1:]]


_TASKS_BY_CONVERSION: dict[Callable[[list[Any]], list[Any]], tuple[int, ...]] = {
    _tuples_at(1): (2, 116, 132, 143, 222, 261, 273, 394, 399, 421, 424, 429, 470, 560, 579, 596, 616, 630, 726, 740, 744, 809),
    _tuples_at(2): (63, 64, 70, 94, 120, 237, 272, 299, 400, 409, 417, 438, 473, 614, 780),
    _first_list_of_tuples: (75, 413, 444, 753),
    _second_tuple: (106, 750),
    _sets: (115,),
    _float_and_complex: (124,),
    _first_tuple: (250, 307, 405, 446, 617, 720, 763, 808),
    _tuple_of_tuples: (259, 401, 445),
    _inner_lists_to_tuples: (278,),
    _tuple_values: (722,),
    lambda args: [complex(args[0])]: (252,),
    lambda args: [_all_tuples(item) for item in args]: (580, 615, 791),
}
_CONVERSION_BY_TASK = {task: convert for convert, tasks in _TASKS_BY_CONVERSION.items() for task in tasks}


def mbpp_arguments(task_id: str, args: list[Any]) -> list[Any]:
    """Return the arguments of an MBPP+ task with the types that its reference takes.

    Args:
        task_id: ``Mbpp/2`` or the like.
        args: the arguments as JSON gives them.
    """
    number = task_id.rpartition("/")[2]
    convert = _CONVERSION_BY_TASK.get(int(number)) if number.isdigit() else None
    return convert(args) if convert else args


def comparator_of(entry_point: str, *, tolerance: float, expected: Any = None) -> str:
    """Return how an answer of a task is compared.

    Args:
        entry_point: name of the task's function.
        tolerance: the row's ``atol``; 0 when it gives none.
        expected: the reference's answer, once it is known: floats get `FLOAT_TOLERANCE` where the row gives none.
    """
    if entry_point in SAME_SET_TASKS:
        return "same_set"
    if tolerance:
        return f"float_close:{tolerance:g}:{RELATIVE_TOLERANCE:g}"
    is_float = isinstance(expected, float) or (
        isinstance(expected, (list, tuple)) and bool(expected) and all(isinstance(item, float) for item in expected)
    )
    return f"float_close:{FLOAT_TOLERANCE:g}:{RELATIVE_TOLERANCE:g}" if is_float else "exact"
