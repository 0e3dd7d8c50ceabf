"""Suite growth: means, medians and histograms by hand; dropped problems stay visible."""

from __future__ import annotations

import pytest

from symtune.domain import Case, Problem, SuiteRecord
from symtune.errors import BadInputError
from symtune.evaluation import suite_growth


def problem(name: str, num_given: int, num_found: int = 0, **record: object) -> Problem:
    cases = [Case.call(index, expected=index) for index in range(num_given)]
    cases += [Case.call(-index, expected=-index, origin="explore") for index in range(1, num_found + 1)]
    suite = SuiteRecord(**record) if record else None
    return Problem(id=name, statement="", entry_point="f", tests=tuple(cases), suite=suite)


def test_hand_worked_growth() -> None:
    before = [problem("a", 1), problem("b", 1), problem("c", 4), problem("d", 10)]
    after = [
        problem("a", 1, 4, dropped={"duplicate": 2}, seconds_by_explorer={"crosshair": 1.5}),
        problem("b", 1, skipped="no reference"),
        problem("c", 4, 2, dropped={"duplicate": 1, "raises": 3}, seconds_by_explorer={"crosshair": 0.5}),
    ]
    growth = suite_growth(before, after)
    assert (growth.before.mean, growth.before.median) == (2.0, 1.0)
    assert (growth.after.mean, growth.after.median) == (4.0, 5.0)
    assert growth.before.single_test_fraction == pytest.approx(2 / 3)
    assert growth.after.histogram == {"1": 1, "5": 1, "6": 1}
    assert growth.before_all.mean == 4.0
    assert (growth.num_missing, growth.num_grown) == (1, 2)
    assert growth.num_by_origin == {"given": 6, "explore": 6}
    assert growth.dropped_inputs == {"duplicate": 3, "raises": 3}
    assert growth.skipped_problems == {"no reference": 1}
    assert growth.seconds_by_explorer == {"crosshair": 2.0}


def test_no_problems_have_no_mean() -> None:
    growth = suite_growth([problem("a", 1)], [])
    assert growth.after.mean is None
    assert growth.num_missing == 1


def test_a_problem_from_nowhere_is_refused() -> None:
    with pytest.raises(BadInputError, match="'b' is not among"):
        suite_growth([problem("a", 1)], [problem("b", 1)])


def test_ids_that_stand_twice_are_refused() -> None:
    with pytest.raises(BadInputError, match="share an id"):
        suite_growth([problem("a", 1), problem("a", 2)], [])
