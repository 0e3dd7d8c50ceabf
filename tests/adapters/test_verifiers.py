"""The environment of verifiers plays, tells and rewards as symtune does; without the package it says what to install."""

from __future__ import annotations

import asyncio
import importlib.util
import math

import pytest
from adapters.double import COPY, PROBLEM, RIGHT, SQUARE, fenced

from symtune.domain import Unjudged
from symtune.errors import MissingExtraError
from symtune.rollout import EpisodeConfig

IS_INSTALLED = importlib.util.find_spec("verifiers") is not None
needs_verifiers = pytest.mark.skipif(not IS_INSTALLED, reason="verifiers is not installed")
CONFIG = EpisodeConfig(workers=1, max_turns=3, judge_pauses_s=())


@pytest.mark.skipif(IS_INSTALLED, reason="verifiers is installed")
def test_without_the_package_it_says_what_to_install():
    with pytest.raises(MissingExtraError, match=r"pip install 'symtune\[verifiers\]'"):
        importlib.import_module("symtune.adapters.verifiers")


@pytest.fixture(scope="module")
def environment():
    from symtune.adapters.verifiers import load_environment

    opened = load_environment([PROBLEM], config=CONFIG)
    yield opened
    opened.attempts.close()


class Client:
    """What verifiers asks of an OpenAI client, with replies given beforehand."""

    def __init__(self, replies):
        self.replies, self.asked = list(replies), []
        self.chat = self.completions = self

    async def create(self, *, messages, **_):
        from openai.types.chat import ChatCompletion

        self.asked.append(messages)
        message = {"role": "assistant", "content": self.replies.pop(0)}
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        return ChatCompletion.model_validate({"id": "1", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice]})


def rolled_out(environment, replies):
    client = Client(replies)
    row = environment.get_dataset()[0]
    return asyncio.run(environment.run_rollout(row, client, "m", {}, state_columns=["error"])), client


@needs_verifiers
@pytest.mark.parametrize(
    ("sources", "reward"),
    [([RIGHT], 1.0), ([SQUARE, RIGHT], 1.0), ([COPY], -1.0), ([None, RIGHT], 0.8), ([SQUARE, SQUARE, None], -1.2)],
    ids=["right at once", "repaired", "copied", "no code first", "no code last"],
)
def test_rollouts_end_and_are_rewarded_as_ours(environment, sources, reward):
    replies = ["I do not know." if source is None else fenced(source) for source in sources]
    output, client = rolled_out(environment, replies)
    assert output["reward"] == pytest.approx(reward)
    assert output.get("error") is None
    assert not client.replies
    attempt = environment.attempts.begin("double")
    told = [attempt.first_message, *(attempt.submit(reply) for reply in replies)]
    assert [asked[-1]["content"] for asked in client.asked] == told[:-1]


@needs_verifiers
def test_an_outage_of_the_judge_is_an_error_and_no_reward(environment, monkeypatch):
    class Broken:
        def result(self):
            return Unjudged(problem_id="double", program_id="x", reason="the guest died twice")

    for method in ("begin", "begin_by_case"):
        with monkeypatch.context() as patch:
            patch.setattr(environment.attempts.judge, method, lambda *_, **__: Broken())
            output, _ = rolled_out(environment, [fenced(RIGHT)])
        assert math.isnan(output["reward"])
        assert "the guest died twice" in str(output["error"])


@needs_verifiers
def test_a_group_is_scored_together(environment):
    row = environment.get_dataset()[0]
    client = Client([fenced(RIGHT), fenced(COPY)])
    outputs = asyncio.run(environment.run_group([row, row], client, "m", {}))
    assert sorted(output["reward"] for output in outputs) == [-1.0, 1.0]
