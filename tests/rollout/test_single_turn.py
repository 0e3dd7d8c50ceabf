from __future__ import annotations

import random

import pytest

from symtune.errors import BadInputError
from symtune.models import Reply, build_prompt
from symtune.rollout import draw_seed, sample

OPTIONS = {"num_samples": 3, "temperature": 0.9, "top_p": 0.95, "seed": 7, "batch_size": 5, "max_new_tokens": 12}


class Echo:
    """A policy that answers with what it was asked, and remembers it."""

    def __init__(self) -> None:
        self.windows = []

    def generate(self, requests, settings):
        self.windows.append(requests)
        return [Reply(f"# {request.seed}", (), (), (), "end_token") for request in requests]


class Silent:
    def generate(self, requests, settings):
        return [Reply(" \n", (), (), (), "end_token") for _ in requests]


def test_programs_come_in_order_with_their_ids_and_labels(problems, policy):
    programs = list(sample(problems, policy, **OPTIONS, greedy=True))
    assert [program.id for program in programs] == [
        f"p{index}#{name}" for index in range(6) for name in ("0", "1", "2", "greedy")
    ]
    assert all(program.problem_id == program.id.split("#")[0] for program in programs)
    assert [program.label for program in programs] == [None, None, None, "greedy"] * 6


def test_the_same_arguments_give_the_same_programs_and_another_seed_others(problems, policy):
    first, second = (list(sample(problems, policy, **OPTIONS)) for _ in range(2))
    other = list(sample(problems, policy, **{**OPTIONS, "seed": 8}))
    assert first == second
    assert sum(a.source != b.source for a, b in zip(first, other)) > len(first) / 2


@pytest.mark.parametrize("batch_size", [1, 4, 100])
def test_the_batch_size_does_not_matter(problems, policy, batch_size):
    expected = list(sample(problems, policy, **OPTIONS, greedy=True))
    assert list(sample(problems, policy, **{**OPTIONS, "batch_size": batch_size}, greedy=True)) == expected


def test_the_other_problems_do_not_matter(problems, policy):
    expected = {program.id: program for program in sample(problems, policy, **OPTIONS)}
    chosen = random.Random(0).sample(problems, 3)
    assert all(expected[program.id] == program for program in sample(chosen, policy, **OPTIONS))


def test_more_samples_leave_the_first_ones_as_they_are(problems, policy):
    few = {program.id: program for program in sample(problems, policy, **OPTIONS)}
    many = {program.id: program for program in sample(problems, policy, **{**OPTIONS, "num_samples": 5})}
    assert few.items() <= many.items()


def test_the_greedy_program_has_no_seed_and_the_others_their_own(problems):
    policy = Echo()
    programs = list(sample(problems, policy, **OPTIONS, greedy=True))
    assert len({program.source for program in programs}) == 6 * 3 + 1
    assert all((program.source == "# None") == (program.label == "greedy") for program in programs)


def test_the_policy_sees_the_prompt_of_training(problems):
    policy = Echo()
    list(sample(problems, policy, **OPTIONS))
    seen = [request.prompt for window in policy.windows for request in window]
    assert seen == [build_prompt(problem) for problem in problems for _ in range(3)]


def test_finished_windows_are_not_decoded_again_and_torn_ones_are_decoded_whole(problems):
    policy = Echo()
    everything = list(sample(problems, policy, **OPTIONS))
    whole = list(policy.windows)
    policy.windows.clear()
    skip = {program.id for program in everything[:7]}
    assert list(sample(problems, policy, **OPTIONS, skip=skip)) == everything[7:]
    assert policy.windows == whole[1:]


def test_a_blank_reply_is_a_program_without_source(problems):
    assert {program.source for program in sample(problems, Silent(), **OPTIONS)} == {""}


def test_seeds_differ_by_run_problem_and_number():
    seeds = {draw_seed(seed, name, index) for seed in range(3) for name in ("a", "1", "a\n1") for index in range(20)}
    assert len(seeds) == 3 * 3 * 20


def test_bad_requests_are_refused(problems, policy):
    with pytest.raises(BadInputError, match="two problems have the id 'p0'"):
        list(sample([problems[0], problems[0]], policy, **OPTIONS))
    with pytest.raises(BadInputError, match="nothing to sample"):
        list(sample(problems, policy, **{**OPTIONS, "num_samples": 0}))
    with pytest.raises(BadInputError, match="batch_size"):
        list(sample(problems, policy, **{**OPTIONS, "batch_size": 0}))
