"""The blind guesser writes possible programs only, draws each anew whatever it was told, and solves what chance allows."""

from __future__ import annotations

from collections import Counter

import pytest

from symtune.datasets import gym
from symtune.domain import Episode
from symtune.errors import BadInputError
from symtune.models import ChatRequest, Message, SamplingSettings
from symtune.rollout import EpisodeConfig, WarmUpConfig, play, warm_up_dialogues
from symtune.rollout.blind_guesses import BlindGuesses
from symtune.store import load_records

SETTINGS = SamplingSettings()
NUM_DRAWS = 4000
CHANCE = 0.03
"""Four standard deviations of a share of 4,000 draws of probability 1/8 are 0.021; of 160 episodes see the test."""


@pytest.fixture(scope="module")
def problems():
    return gym.generate_open_choice("train", count=80, seed=1)


def asked(problem, *told, seed) -> ChatRequest:
    messages = [Message("user", problem.statement + "\ndef solve")]
    for text in told:
        messages += [Message("assistant", "def solve(a):\n    return a\n"), Message("user", text)]
    return ChatRequest(tuple(messages), seed)


def shares(problem, *told, first_seed):
    requests = [asked(problem, *told, seed=first_seed + number) for number in range(NUM_DRAWS)]
    replies = BlindGuesses([problem], code="bare").chat(requests, SETTINGS)
    return Counter(reply.text for reply in replies)


@pytest.mark.parametrize("told", [(), ("solve(0): want 4, got 7\ntry again",)])
def test_guesses_are_uniform_over_what_the_statement_allows_whatever_was_said(problems, told):
    counts = shares(problems[0], *told, first_seed=17)
    programs = gym.possible_programs(problems[0])
    assert set(counts) == set(programs)
    assert all(abs(count / NUM_DRAWS - 1 / len(programs)) < CHANCE for count in counts.values())


def test_a_settled_problem_gets_its_one_program_and_the_open_one_beside_it_does_not(problems):
    open_one, told = problems[0], gym.settled(problems[0])
    policy = BlindGuesses([open_one, told], code="bare")
    replies = policy.chat([asked(told, seed=number) for number in range(50)], SETTINGS)
    assert {reply.text for reply in replies} == set(told.references)
    replies = policy.chat([asked(open_one, seed=number) for number in range(50)], SETTINGS)
    assert len({reply.text for reply in replies}) > 1


def test_fenced_replies_hold_their_program_in_a_block(problems):
    reply = BlindGuesses(problems).chat([asked(problems[0], seed=1)], SETTINGS)[0]
    assert reply.text.startswith("```python\ndef solve(a):\n")
    assert reply.text.endswith("\n```")


def test_played_episodes_end_where_they_should_and_are_solved_as_often_as_chance_allows(problems):
    config = EpisodeConfig(style="brief", code="bare", show_examples=False, num_episodes=2, batch_size=64)
    with config.make_judge() as judge:
        episodes = play(problems, BlindGuesses(problems, code="bare"), config=config, judge=judge).episodes
    by_id = {problem.id: problem for problem in problems}
    for episode in episodes:
        right = by_id[episode.problem_id].references[0]
        assert [turn.source == right for turn in episode.turns[:-1]] == [False] * (len(episode.turns) - 1)
        assert episode.is_solved == (episode.turns[-1].source == right)
        assert episode.is_solved or len(episode.turns) == 3
    expected = sum(1 - (1 - 1 / problem.meta["num_variants"]) ** 3 for problem in problems) / len(problems)
    share = sum(episode.is_solved for episode in episodes) / len(episodes)
    assert abs(share - expected) < 0.16  # four standard deviations of 160 episodes
    assert any("want" in turn.prompt for episode in episodes for turn in episode.turns[1:])


def test_warm_up_dialogues_go_wrong_by_chance_on_open_problems_and_are_right_at_once_on_settled_ones(problems, tmp_path):
    config = WarmUpConfig(style="brief", code="bare", show_examples=False, batch_size=64, num_episodes=2)
    asked, num_episodes = warm_up_dialogues(problems[:30], out=tmp_path / "episodes.jsonl", config=config)
    episodes = load_records(tmp_path / "episodes.jsonl", Episode)
    assert len(asked) == 60
    assert len(episodes) == num_episodes == 90
    told = [episode for episode in episodes if episode.problem_id.endswith("-settled")]
    assert [(len(episode.turns), episode.is_solved) for episode in told] == [(1, True)] * 30
    assert any(len(episode.turns) == 3 for episode in episodes)
    config = config.model_copy(update={"settle": False})
    asked, num_episodes = warm_up_dialogues(problems[:5], out=tmp_path / "open.jsonl", config=config)
    assert [problem.id for problem in asked] == [problem.id for problem in problems[:5]]
    assert num_episodes == 10


def test_a_strange_problem_is_refused(problems):
    with pytest.raises(BadInputError, match="none of the problems given"):
        BlindGuesses(problems[:1]).chat([asked(gym.generate("test", count=1, seed=0)[0], seed=1)], SETTINGS)
    with pytest.raises(BadInputError, match="no open choice"):
        BlindGuesses(gym.generate("test", count=1, seed=0))
