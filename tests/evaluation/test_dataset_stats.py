from __future__ import annotations

from symtune.domain import Case, Problem
from symtune.evaluation.dataset_stats import dataset_stats, symbolic_obstacle

F = "def f(x): return x"


def problem(name, num_tests, *, entry_point="f", references=(F,), value=1, **fields):
    tests = tuple(
        Case.text(str(index), expected="") if entry_point is None else Case.call(value, index, expected=0) for index in range(num_tests)
    )
    return Problem(id=name, statement="s", entry_point=entry_point, tests=tests, references=references, **fields)


def test_the_figures_match_a_count_by_hand():
    stats = dataset_stats([
        problem("a", 1, difficulty="introductory", source="x"),
        problem("b", 1, difficulty="introductory", source="x", references=(F, F + " ")),
        problem("c", 4, entry_point=None, source="y"),
        problem("d", 10, entry_point="Solution.f", references=("class Solution:\n    def f(self, x): return x",)),
    ])
    assert stats.num_problems == 4
    assert stats.tests.mean == 4.0
    assert stats.tests.median == 2.5
    assert stats.tests.one_fraction == 0.5
    assert stats.tests.num_problems_by_value == {1: 2, 4: 1, 10: 1}
    assert stats.references.mean == 1.25
    assert stats.num_by_kind == {"function": 2, "method": 1, "stdin": 1}
    assert stats.num_by_difficulty == {"introductory": 2, "none": 2}
    assert stats.num_symbolic == 3
    assert stats.num_not_symbolic_by_reason == {"reads stdin": 1}
    assert ("function", "2 (50.0%)") in stats.as_table()
    assert ("usable for symbolic execution", "3 (75.0%)") in stats.as_table()


def test_each_obstacle_has_its_reason():
    assert symbolic_obstacle(problem("p", 1)) is None
    assert symbolic_obstacle(problem("p", 1, references=())) == "no reference"
    assert symbolic_obstacle(problem("p", 1, references=("def f(",))) == "no reference parses"
    assert symbolic_obstacle(problem("p", 1, references=("f = len",))).startswith("no reference defines")
    assert symbolic_obstacle(problem("p", 0)) == "no sample inputs"
    assert symbolic_obstacle(problem("p", 1, value=1j)) == "an argument of a type that is not varied"
    assert symbolic_obstacle(problem("p", 1, value=[{"a": (None, 1.5)}])) is None
    assert symbolic_obstacle(problem("p", 1, references=("def f(x):\n    yield x",))) == "the reference is a generator"


def test_no_problems_give_zeros():
    stats = dataset_stats([])
    assert (stats.num_problems, stats.tests.mean, stats.tests.median, stats.symbolic_fraction) == (0, 0.0, 0.0, 0.0)
    assert stats.as_table()[0] == ("problems", "0")
