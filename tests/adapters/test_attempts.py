"""An episode that another loop plays ends, tells and rewards as one of our own."""

from __future__ import annotations

import pytest
from adapters.double import COPY, PROBLEM, RIGHT, SQUARE, fenced

from symtune.adapters.attempts import Attempts
from symtune.domain import Unjudged
from symtune.errors import BadInputError
from symtune.models import Reply
from symtune.rollout import EpisodeConfig, play

CONFIG = EpisodeConfig(workers=1, max_turns=3, judge_pauses_s=())
EMPTY = "I do not know."


@pytest.fixture(scope="module")
def attempts():
    with Attempts([PROBLEM], CONFIG) as opened:
        yield opened


class Scripted:
    """A policy that says what it is given, and keeps what it was asked."""

    context_tokens = None

    def __init__(self, replies):
        self.replies, self.asked = list(replies), []

    def num_prompt_tokens(self, messages):
        return None

    def chat(self, requests, settings):
        self.asked += [message.content for message in requests[0].messages[-1:]]
        return [Reply(self.replies.pop(0), (), (), (), "end_token") for _ in requests]


SCRIPTS = {
    "right at once": ([RIGHT], 1.0),
    "repaired": ([SQUARE, RIGHT], 1.0),
    "copied from the public tests": ([COPY], -1.0),
    "never right": ([SQUARE, SQUARE, SQUARE], -1.0),
    "no code, then right": ([None, RIGHT], 0.8),
    "no code at the end": ([SQUARE, SQUARE, None], -1.2),
    "does not parse": (["def double(:\n"] * 3, -1.0),
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_it_is_the_episode_that_play_plays(attempts, name):
    sources, reward = SCRIPTS[name]
    replies = [EMPTY if source is None else fenced(source) for source in sources]
    policy = Scripted(replies)
    (wanted,) = play([PROBLEM], policy, config=CONFIG, judge=attempts.judge).episodes
    attempt = attempts.begin("double")
    told = [attempt.first_message]
    for reply in replies:
        assert not attempt.is_over
        told.append(attempt.submit(reply))
    assert attempt.is_over
    assert told == [*policy.asked, None]
    episode = attempt.episode()
    without_times = [
        one.model_copy(
            update={
                "judgement": one.judgement and one.judgement.model_copy(update={"duration_s": 0.0}),
                "turns": tuple(
                    turn.model_copy(update={"judgement": turn.judgement and turn.judgement.model_copy(update={"duration_s": 0.0})})
                    for turn in one.turns
                ),
            }
        )
        for one in (episode, wanted)
    ]
    assert without_times[0] == without_times[1]
    assert attempt.reward() == pytest.approx(reward)


def test_the_last_program_is_graded_where_the_other_loop_stops_early(attempts):
    attempt = attempts.begin("double")
    attempt.submit(fenced(SQUARE))
    assert not attempt.is_over
    assert attempt.reward() == -1.0
    assert attempt.is_over


def test_an_outage_of_the_judge_is_no_reward(attempts, monkeypatch):
    class Broken:
        def result(self):
            return Unjudged(problem_id="double", program_id="x", reason="the guest died twice")

    monkeypatch.setattr(attempts.judge, "begin", lambda *_, **__: Broken())
    attempt = attempts.begin("double")
    attempt.submit(fenced(RIGHT))
    assert attempt.reward() is None
    assert attempt.unjudged_reason == "the guest died twice"
    monkeypatch.setattr(attempts.judge, "begin_by_case", lambda *_, **__: Broken())
    attempt = attempts.begin("double")
    assert attempt.submit(fenced(RIGHT)) is None
    assert attempt.is_over
    assert attempt.reward() is None


def test_what_cannot_be_done_is_refused_with_the_reason(attempts):
    with pytest.raises(BadInputError, match="no problem with the id 'other'"):
        attempts.begin("other")
    attempt = attempts.begin("double")
    with pytest.raises(BadInputError, match="nothing was submitted"):
        attempt.reward()
    with pytest.raises(BadInputError, match="must be text, got int"):
        attempt.submit(3)
    attempt.submit(fenced(RIGHT))
    with pytest.raises(BadInputError, match=r"is over \(public_passed\)"):
        attempt.submit(fenced(RIGHT))
