"""verl's ``compute_score``: its signature, its scores, and that no verdict is no score."""

from __future__ import annotations

import inspect
import json

import pytest
from adapters.double import COPY, PROBLEM, RIGHT, SQUARE, fenced

from symtune.adapters import verl
from symtune.domain import Program, Unjudged
from symtune.errors import BadInputError, SandboxError
from symtune.judging import Judge
from symtune.rewards import reward_of

(ROW,) = verl.verl_rows([PROBLEM])
TRUTH = ROW["reward_model"]["ground_truth"]


@pytest.fixture(scope="module", autouse=True)
def guests_are_stopped():
    yield
    import os

    verl._judge(os.getpid(), 1, "namespaces").close()
    verl._judge.cache_clear()


def score(reply, **settings):
    """As verl's reward managers call it."""
    return verl.compute_score(
        data_source=ROW["data_source"], solution_str=reply, ground_truth=TRUTH, extra_info=ROW["extra_info"], workers=1, **settings
    )


@pytest.mark.parametrize("scheme", ["binary", "pass_fraction", "coderl"])
def test_the_score_is_the_judges(scheme):
    with Judge(workers=1) as judge:
        for source in (RIGHT, COPY, SQUARE, "def double(:\n"):
            (verdict,) = judge.judge([PROBLEM], [Program(problem_id="double", source=source)], split="all")
            assert score(fenced(source), scheme=scheme) == reward_of(verdict, scheme)


def test_a_reply_without_code_fails():
    assert score("I do not know.") == 0.0
    assert score("I do not know.", scheme="coderl") == -1.0


def test_it_takes_what_verl_gives():
    names = list(inspect.signature(verl.compute_score).parameters)
    assert names[:4] == ["data_source", "solution_str", "ground_truth", "extra_info"]
    settings = list(inspect.signature(verl.compute_score).parameters.values())[4:]
    assert all(setting.kind is setting.KEYWORD_ONLY and setting.default is not setting.empty for setting in settings)


def test_a_row_holds_the_problem_whole():
    assert verl._problem(TRUTH) == PROBLEM
    assert "double(2)" in ROW["prompt"][0]["content"]
    assert "double(-5)" not in ROW["prompt"][0]["content"]
    json.dumps(ROW)


def test_no_verdict_is_no_score(monkeypatch):
    class Broken:
        def __init__(self, fault):
            self.found = Unjudged(problem_id="double", program_id="x", reason="the guest died twice", fault=fault)

        def begin(self, *_, **__):
            return self

        def result(self):
            return self.found

    monkeypatch.setattr(verl, "_judge", lambda *_: Broken("judge"))
    with pytest.raises(SandboxError, match="the guest died twice; it has no score"):
        score(fenced(RIGHT))
    monkeypatch.setattr(verl, "_judge", lambda *_: Broken("input"))
    with pytest.raises(BadInputError, match="cannot be judged"):
        score(fenced(RIGHT))
    with pytest.raises(BadInputError, match="make the data set with verl_rows"):
        verl.compute_score("symtune", fenced(RIGHT), "42")


def test_verls_own_reward_manager_uses_it():
    pytest.importorskip("verl", reason="verl is not installed")
    numpy, torch = pytest.importorskip("numpy"), pytest.importorskip("torch")
    from verl import DataProto
    from verl.trainer.ppo.reward import get_custom_reward_fn
    from verl.utils.reward_score import default_compute_score
    from verl.workers.reward_manager import NaiveRewardManager

    theirs = list(inspect.signature(default_compute_score).parameters)[:4]
    assert theirs == list(inspect.signature(verl.compute_score).parameters)[:4]

    class Characters:
        def decode(self, ids, **_):
            return "".join(chr(one) for one in ids.tolist())

    replies = [fenced(RIGHT), fenced(COPY)]
    size = max(map(len, replies))
    responses = torch.tensor([[ord(letter) for letter in reply.ljust(size)] for reply in replies])
    attention = torch.cat([torch.ones(2, 1), torch.tensor([[1.0] * len(r) + [0.0] * (size - len(r)) for r in replies])], dim=1)
    data = DataProto.from_dict(
        tensors={"prompts": torch.full((2, 1), ord("?")), "responses": responses, "attention_mask": attention.long()},
        non_tensors={
            "reward_model": numpy.array([ROW["reward_model"]] * 2, dtype=object),
            "data_source": numpy.array(["symtune"] * 2, dtype=object),
            "extra_info": numpy.array([ROW["extra_info"]] * 2, dtype=object),
        },
    )
    given = {"custom_reward_function": {"path": verl.__file__, "name": "compute_score", "reward_kwargs": {"scheme": "pass_fraction", "workers": 1}}}
    manager = NaiveRewardManager(Characters(), 0, compute_score=get_custom_reward_fn(given))
    scores = manager(data)
    assert scores.sum(-1).tolist() == [1.0, 0.5]
    import os
    import sys

    sys.modules["custom_module"]._judge(os.getpid(), 1, "namespaces").close()
