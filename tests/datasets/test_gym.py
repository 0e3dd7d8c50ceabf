"""The gym: parts mean what their code says, splits do not overlap, and the truth suite tells compositions apart."""

from __future__ import annotations

import copy
import random
import sys

import pytest

from symtune.datasets import gym
from symtune.datasets.gym import truth_suite as truth_module
from symtune.datasets.gym.composition import BUCKETS, NUM_BUCKETS, Step
from symtune.domain import Case, Problem
from symtune.errors import BadInputError

SPLITS = ("train", "validation", "test")
KINDS_OF = {"ints": list, "words": list, "int": int, "text": str, "bool": bool}


def solve(source: str):
    namespace: dict = {}
    exec(compile(source, "gym", "exec"), namespace)
    return namespace["solve"]


def answers(source: str, cases) -> list:
    function = solve(source)
    return [function(*copy.deepcopy(case.args)) for case in cases]


def one_part(part, parameter) -> gym.Composition:
    return gym.Composition((Step(part, parameter),))


def compositions(problems) -> list:
    return [gym.Composition.from_json(problem.meta["composition"]) for problem in problems]


@pytest.fixture(scope="module")
def problems():
    return {split: gym.generate(split, count=90, seed=3, breadth="full") for split in SPLITS}


def test_there_are_forty_parts_or_more_with_several_phrasings_each():
    assert len(gym.CORE_PARTS) >= 40
    assert set(gym.PARTS) > gym.CORE_PARTS
    for part in gym.PARTS.values():
        assert len(set(part.phrasings)) >= 3, part.name
        assert all(("{k}" in phrasing) == bool(part.parameters) for phrasing in part.phrasings), part.name


def test_no_phrasing_means_two_parts_of_one_kind():
    said: dict = {}
    for part in gym.PARTS.values():
        for phrasing in part.phrasings:
            assert said.setdefault((part.takes, phrasing), part.name) == part.name


@pytest.mark.parametrize("name", sorted(gym.PARTS))
def test_both_ways_of_writing_a_part_do_what_the_interpreter_does(name):
    part = gym.PARTS[name]
    for parameter in part.parameters or (None,):
        composition = one_part(part, parameter)
        inputs = truth_module.truth_inputs(composition)
        expected = [composition.run(copy.deepcopy(value)) for value in inputs]
        assert all(type(value) is KINDS_OF[part.gives] for value in expected)
        cases = [Case.call(value, expected=None) for value in inputs]
        for is_other in (False, True):
            got = answers(composition.source(is_other=is_other), cases)
            assert got == expected
            assert [type(value) for value in got] == [type(value) for value in expected]


def test_references_solve_examples_tests_and_truth(problems):
    for problem in problems["train"][:45]:
        cases = (*problem.examples, *problem.tests, *gym.truth(problem).cases)
        expected = [case.expected for case in cases]
        assert len(problem.references) == 2
        for reference in problem.references:
            assert answers(reference, cases) == expected


def test_equal_arguments_give_equal_problems_and_other_seeds_others():
    first, again, other = (gym.generate("test", count=20, seed=seed) for seed in (5, 5, 6))
    assert [problem.to_json() for problem in first] == [problem.to_json() for problem in again]
    assert first != other


def test_no_bag_of_parts_is_in_two_splits(problems):
    bags = {
        split: {tuple(sorted(step.part.name for step in one.steps)) for one in compositions(problems[split])}
        for split in SPLITS
    }
    assert all(len(bags[split]) > 40 for split in SPLITS)
    for split in SPLITS:
        for other in SPLITS:
            assert split == other or not bags[split] & bags[other]


def test_the_split_ignores_order_and_parameters():
    draw = random.Random(0)
    for one in compositions(gym.generate("train", count=60, seed=8)):
        steps = [Step(step.part, draw.choice(step.part.parameters or (None,))) for step in one.steps]
        draw.shuffle(steps)
        assert gym.Composition(tuple(steps)).split() == "train"


def test_the_buckets_cover_everything_once():
    assert sorted(bucket for buckets in BUCKETS.values() for bucket in buckets) == list(range(NUM_BUCKETS))


def test_problems_are_typed_public_and_weakly_tested(problems):
    for split in SPLITS:
        assert len({problem.id for problem in problems[split]}) == len(problems[split])
        for problem in problems[split]:
            assert 1 <= len(problem.examples) <= 3
            assert 1 <= len(problem.tests) <= 2
            assert problem.entry_point == "solve"
            assert problem.starter_code.startswith("def solve(a: ")
            assert problem.references[0].startswith(problem.starter_code)
            assert {problem.difficulty} <= set(gym.DEPTHS)
            assert len(problem.meta["composition"]) == gym.DEPTHS[problem.difficulty]
            inputs = [case.input_digest() for case in (*problem.examples, *problem.tests)]
            assert len(set(inputs)) == len(inputs)


def test_the_truth_suite_is_large_distinct_and_not_in_the_problem(problems):
    for problem in problems["test"]:
        suite = gym.truth(problem)
        assert len(suite) >= 200
        assert len({case.input_digest() for case in suite.cases}) == len(suite)
        assert gym.truth(Problem.from_json(problem.to_json())).digest() == suite.digest()
        assert "truth" not in str(problem.to_json())


def test_truth_needs_a_gym_problem():
    with pytest.raises(BadInputError, match="only gym problems"):
        gym.truth(Problem(id="p", statement="", entry_point="solve"))


def neighbours(one: gym.Composition, draw: random.Random):
    """Compositions that a careless reader writes: another threshold, two steps swapped, a look-alike part."""
    look_alikes = (("keep_above", "keep_at_least"), ("keep_below", "keep_at_most"), ("first", "skip"), ("cap", "raise_to"))
    for index, step in enumerate(one.steps):
        before, after = one.steps[:index], one.steps[index + 1 :]
        if isinstance(step.parameter, int):
            for parameter in (step.parameter - 1, step.parameter + 1):
                yield gym.Composition((*before, Step(step.part, parameter), *after))
        for pair in look_alikes:
            if step.part.name in pair:
                other = gym.PARTS[pair[1 - pair.index(step.part.name)]]
                yield gym.Composition((*before, Step(other, step.parameter), *after))
        if after and step.part.takes == step.part.gives == after[0].part.gives == after[0].part.takes:
            yield gym.Composition((*before, after[0], step, *after[1:]))


def random_inputs(one: gym.Composition, draw: random.Random) -> list:
    if one.takes == "ints":
        return [[draw.randint(-15, 30) for _ in range(draw.randint(0, 10))] for _ in range(300)]
    if one.takes == "int":
        return [draw.randint(1, 300) for _ in range(150)]
    words = [[draw.choice(truth_module.WORD_POOL) for _ in range(draw.randint(0, 8))] for _ in range(300)]
    return words if one.takes == "words" else [" ".join(row) for row in words]


def test_the_truth_suite_rejects_near_misses_that_differ_on_reasonable_inputs(problems):
    draw = random.Random(1)
    num_different = 0
    for problem in problems["train"]:
        right = gym.Composition.from_json(problem.meta["composition"])
        suite, unseen = gym.truth(problem), random_inputs(right, draw)
        for wrong in neighbours(right, draw):
            if all(answer(right, value) == answer(wrong, value) for value in unseen):
                continue
            num_different += 1
            assert any(answer(wrong, case.args[0]) != case.expected for case in suite.cases), (right, wrong)
    assert num_different > 150


def answer(one: gym.Composition, value):
    try:
        return one.run(copy.copy(value))
    except (ValueError, TypeError, ZeroDivisionError) as error:
        return repr(error)


def test_weak_tests_accept_near_misses(problems):
    """The tests are weak on purpose: a fair share of the near misses that the truth suite rejects pass them."""
    draw, accepted, rejected = random.Random(2), 0, 0
    for problem in problems["train"]:
        right = gym.Composition.from_json(problem.meta["composition"])
        for wrong in neighbours(right, draw):
            if any(answer(wrong, case.args[0]) != case.expected for case in gym.truth(problem).cases):
                passes = all(answer(wrong, case.args[0]) == case.expected for case in problem.tests)
                accepted, rejected = accepted + passes, rejected + (not passes)
    assert 0.2 <= accepted / (accepted + rejected) <= 0.5


@pytest.mark.parametrize("depths", [(), ("expert",)])
def test_unknown_depths_are_refused(depths):
    with pytest.raises(BadInputError, match="depths"):
        gym.generate("train", count=1, seed=0, depths=depths)


def test_more_problems_than_there_are_is_an_error(monkeypatch):
    # The package's function hides its module of the same name.
    monkeypatch.setattr(sys.modules["symtune.datasets.gym.generate"], "CORE_PARTS", frozenset({"sort", "first"}))
    with pytest.raises(BadInputError, match="ask for fewer"):
        gym.generate("train", count=100, seed=0, depths=("introductory",))
