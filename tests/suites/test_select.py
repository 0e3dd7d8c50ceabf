"""A suite is chosen by what is new, in order, under a cap."""

from __future__ import annotations

import random

from symtune.suites.features import features_of
from symtune.suites.select import Candidate, select_cases


def choose(features, *, kills=None, sizes=None, origins=None, covered=frozenset(), max_cases=10):
    num = len(features)
    rows = zip(features, kills or [()] * num, sizes or [1] * num, origins or ["a"] * num, strict=True)
    candidates = [Candidate(frozenset(one), frozenset(told), size, origin) for one, told, size, origin in rows]
    return select_cases(candidates, covered=covered, max_cases=max_cases)


def test_every_feature_is_covered_when_the_cap_allows():
    rng = random.Random(3)
    features = [{rng.randrange(40) for _ in range(5)} for _ in range(60)]
    chosen = choose(features, max_cases=30)
    assert set().union(*(features[index] for index in chosen)) == set().union(*features)


def test_the_case_with_most_that_is_new_comes_first():
    assert choose([{1}, {1, 2, 3}, {3}, {4}], max_cases=2) == [1, 3]
    assert choose([{1}, {2, 3}, {4, 5, 6}], max_cases=3) == [2, 1, 0]


def test_the_case_that_tells_most_programs_comes_first_and_those_that_tell_a_program_again_before_those_that_tell_none():
    assert choose([{1, 2}, set(), set(), {"a"}], kills=[(), (1, 2), (2,), ()], max_cases=4) == [1, 2, 0, 3]


def test_what_the_suite_covers_already_counts_less():
    assert choose([{1}, {4}], covered=frozenset({1}), max_cases=1) == [1]


def test_a_smaller_input_wins_a_tie():
    assert choose([{1}, {1}], sizes=[9, 2], max_cases=1) == [1]


def test_branches_weigh_more_than_looks():
    assert choose([{"a", "b", "c"}, {1}], max_cases=1) == [1]


def test_the_rest_is_drawn_evenly_from_the_origins():
    origins = ["symbolic"] * 20 + ["mutation"] * 20
    chosen = choose([set()] * 40, origins=origins, max_cases=10)
    assert len(chosen) == 10
    assert sum(origins[index] == "symbolic" for index in chosen) == 5


def test_inputs_that_look_different_have_different_features():
    looks = [features_of(args, {}, 0) for args in (([],), ([0],), ([1, 1],), ([2, 1],), ([1, 2],), ([-1],), (["a"],))]
    assert len({frozenset(one) for one in looks}) == len(looks)
    assert features_of((1, 2), {}, 0) != features_of((2, 1), {}, 0)
    assert features_of(([3, 4], 3), {}, 0) != features_of(([3, 4], 5), {}, 0)


def test_where_a_part_occurs_in_a_text_or_list_makes_inputs_look_different():
    texts = [features_of((text, "a"), {}, "") for text in ("bab", "abb", "bba", "aab", "aba", "aaba", "abaa")]
    assert len(set(map(frozenset, texts))) == len(texts)
    assert features_of(([3, 1, 3], 3), {}, 0) != features_of(([3, 3, 1], 3), {}, 0)
