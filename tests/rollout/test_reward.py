"""The reward function speaks TRL's language and never rewards a program that was not judged."""

from __future__ import annotations

import pytest

import symtune
from symtune.domain import Case, Problem, Unjudged
from symtune.errors import BadInputError
from symtune.models import build_prompt

PROBLEM = Problem(
    id="double",
    statement="Double a number.",
    entry_point="double",
    tests=(Case.call(2, expected=4), Case.call(0, expected=0)),
)
RIGHT, HALF_RIGHT, BROKEN = "def double(x):\n    return 2 * x\n", "def double(x):\n    return x * x * x\n", "def double(:\n"


@pytest.fixture(scope="module")
def rewards():
    opened = {scheme: symtune.reward([PROBLEM], scheme=scheme, workers=1) for scheme in ("coderl", "binary", "pass_fraction")}
    yield opened
    for reward in opened.values():
        reward.close()


@pytest.mark.parametrize(
    ("scheme", "expected"), [("coderl", [1.0, -0.3, -1.0]), ("binary", [1.0, 0.0, 0.0]), ("pass_fraction", [1.0, 0.5, 0.0])]
)
def test_schemes_reward_completions_in_order(rewards, scheme, expected):
    completions = [RIGHT, [{"role": "assistant", "content": f"Here:\n```python\n{HALF_RIGHT}```\n"}], BROKEN]
    got = rewards[scheme](prompts=[""] * 3, completions=completions, problem_id=["double"] * 3, completion_ids=[[1]] * 3)
    assert got == pytest.approx(expected)


def test_a_problem_is_found_by_its_prompt(rewards):
    assert rewards["binary"]([build_prompt(PROBLEM)], [RIGHT]) == [1.0]


def test_an_unknown_problem_is_refused(rewards):
    with pytest.raises(BadInputError, match="problem_id"):
        rewards["binary"](["who?"], [RIGHT])


def test_unjudged_is_none_and_never_zero(rewards, monkeypatch):
    reward = rewards["binary"]
    unjudged = Unjudged(problem_id="double", program_id="x", reason="the guest died twice")
    monkeypatch.setattr(reward._judge, "judge", lambda *_, **__: iter([unjudged]))
    assert reward([""], [RIGHT], problem_id=["double"]) == [None]


def test_trl_accepts_it_by_name_and_signature(rewards):
    trl_trainer = pytest.importorskip("trl.trainer.grpo_trainer", reason="trl is not installed")
    assert trl_trainer.get_callable_name(rewards["coderl"]) == "symtune_coderl"
    assert not trl_trainer.is_async_callable(rewards["coderl"])
