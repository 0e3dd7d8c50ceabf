"""Problems with one thing open: the public test settles it, nothing else does, and guessing has its ceiling."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict

import pytest

from symtune.cli.problems import gym as gym_verb
from symtune.datasets import gym
from symtune.errors import BadInputError

SPLITS = ("train", "validation", "test")
WHOLE = {"train": 900, "validation": 100, "test": 100}
"""Numbers of problems that every split has."""


@pytest.fixture(scope="module")
def problems():
    return {split: gym.generate_open_choice(split, count=WHOLE[split], seed=3) for split in SPLITS}


def solve(source: str):
    namespace: dict = {}
    exec(compile(source, "gym", "exec"), namespace)
    return namespace["solve"]


def passes(source: str, cases) -> bool:
    function = solve(source)
    return all(function(*case.args) == case.expected for case in cases)


@pytest.mark.parametrize("name", sorted(gym.FAMILIES))
def test_every_variant_does_what_its_program_does(name):
    family = gym.FAMILIES[name]
    for parameter, index in itertools.product(family.parameters, range(len(family.variants))):
        function = solve(family.source(index, parameter))
        for value in (*family.telling, *family.others):
            assert function(value) == family.variants[index].run(value, parameter)


@pytest.mark.parametrize("name", sorted(gym.FAMILIES))
def test_a_telling_input_gets_another_answer_from_every_variant_and_is_no_private_test(name):
    family = gym.FAMILIES[name]
    assert not set(family.telling) & set(family.others)
    for parameter, value in itertools.product(family.parameters, family.telling):
        answers = {variant.run(value, parameter) for variant in family.variants}
        assert len(answers) == len(family.variants) >= 6


def test_the_public_test_lets_one_program_through_and_that_one_solves_the_problem(problems):
    for problem in problems["test"]:
        programs = gym.possible_programs(problem)
        assert len(programs) == problem.meta["num_variants"]
        right = [source for source in programs if passes(source, problem.examples)]
        assert right == list(problem.references)
        assert passes(right[0], problem.tests)


def test_the_statement_says_nothing_of_the_choice(problems):
    variants = defaultdict(set)
    for problem in problems["train"]:
        variants[problem.statement].add(problem.meta["variant"])
        assert not problem.starter_code
    num_whole = sum(len(seen) >= 6 for seen in variants.values())
    assert num_whole >= len(variants) - 1  # the last statement may be cut by the count


def test_whoever_reads_the_statement_alone_is_right_one_time_in_m(problems):
    by_statement = defaultdict(list)
    for problem in problems["train"]:
        by_statement[problem.statement].append(problem)
    for alike in by_statement.values():
        if len(alike) < alike[0].meta["num_variants"]:
            continue
        fixed = gym.possible_programs(alike[0])[0]
        assert sum(passes(fixed, problem.examples) for problem in alike) == 1


def test_no_statement_of_one_split_occurs_in_another(problems):
    statements = {split: {problem.statement for problem in problems[split]} for split in SPLITS}
    for one, other in itertools.combinations(SPLITS, 2):
        assert not statements[one] & statements[other]


def test_every_family_is_in_every_split_about_equally(problems):
    for split in SPLITS:
        counts = Counter(problem.meta["family"] for problem in problems[split])
        assert set(counts) == set(gym.FAMILIES)
        assert max(counts.values()) <= 2 * min(counts.values())


def test_the_seed_decides(problems):
    assert gym.generate_open_choice("test", count=100, seed=3) == problems["test"]
    assert gym.generate_open_choice("test", count=100, seed=4) != problems["test"]


def test_ids_and_cases_are_distinct(problems):
    for split in SPLITS:
        assert len({problem.id for problem in problems[split]}) == WHOLE[split]
        for problem in problems[split]:
            assert len({case.args for case in (*problem.examples, *problem.tests)}) == 3


def test_what_cannot_be_given_is_refused(tmp_path, problems):
    with pytest.raises(BadInputError, match="are asked for"):
        gym.generate_open_choice("test", count=10_000, seed=0)
    with pytest.raises(BadInputError, match="families must be some of"):
        gym.generate_open_choice("test", count=1, seed=0, families=["sums"])
    with pytest.raises(BadInputError, match="no open choice"):
        gym.possible_programs(gym.generate("test", count=1, seed=0)[0])
    with pytest.raises(BadInputError, match="no hidden truth suite"):
        gym_verb(open_choice=True, truth_out=tmp_path / "truth.jsonl")


def test_a_settled_problem_says_its_public_test_and_allows_one_program(problems):
    for problem in problems["test"][:40]:
        told = gym.settled(problem)
        assert told.statement.startswith(problem.statement + "\n")
        assert repr(problem.examples[0].expected) in told.statement
        assert gym.possible_programs(told) == list(problem.references)
        assert (told.examples, told.tests) == (problem.examples, problem.tests)
