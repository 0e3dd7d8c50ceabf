"""TRL's own GRPOTrainer trains with the adapter, and the rewards it learns from are the judge's."""

from __future__ import annotations

import json

import pytest

pytest.importorskip("torch")
pytest.importorskip("trl")

import torch
from adapters.double import COPY, PROBLEM, RIGHT, SQUARE

from symtune.adapters.trl import TOOL_RULE, environment_factory
from symtune.domain import Unjudged
from symtune.errors import BadInputError
from symtune.models import ModelConfig, PresetSizes, load_policy
from symtune.rollout import EpisodeConfig

CONFIG = EpisodeConfig(workers=1, max_turns=2, judge_pauses_s=())
SIZES = PresetSizes(num_layers=1, hidden_size=32, num_heads=2, feed_forward_size=64, vocabulary_size=600)
DONE = "I am done."


@pytest.fixture(scope="module")
def factory():
    opened = environment_factory([PROBLEM], CONFIG)
    yield opened
    opened.close()


def test_a_rollout_reads_feedback_and_is_rewarded(factory):
    environment = factory()
    first = environment.reset(prompt=[], problem_id="double")
    assert "Double a number." in first
    assert first.endswith(TOOL_RULE)
    told = environment.submit("")
    assert told.endswith(TOOL_RULE)
    assert "fenced" not in first + told
    assert environment.submit(SQUARE) == "That was the last submission."
    assert environment.submit(RIGHT) == "No submission is left."
    assert environment.get_reward() == pytest.approx(-1.2)
    environment.reset(problem_id="double")
    told = environment.submit(SQUARE)
    assert "call: double(3)\nexpected: 6\ngot: 9" in told
    assert told.endswith(TOOL_RULE)
    assert environment.submit(RIGHT) == "Your program passes all public tests."
    assert environment.get_reward() == 1.0
    environment.reset(problem_id="double")
    assert environment.submit(COPY) == "Your program passes all public tests."
    assert environment.get_reward() == -1.0


def test_a_policy_that_submits_nothing_is_one_that_wrote_no_code(factory):
    environment = factory()
    environment.reset(problem_id="double")
    assert environment.get_reward() == pytest.approx(-1.2)


def test_what_was_not_judged_has_no_reward(factory, monkeypatch):
    class Broken:
        def result(self):
            return Unjudged(problem_id="double", program_id="x", reason="the guest died twice")

    environment = factory()
    environment.reset(problem_id="double")
    monkeypatch.setattr(factory._attempts.judge, "begin_by_case", lambda *_, **__: Broken())
    environment.submit(RIGHT)
    assert environment.get_reward() is None


def test_a_data_set_that_names_no_problem_is_refused(factory):
    with pytest.raises(BadInputError, match="no column 'problem_id'"):
        factory().reset(prompt=[])
    with pytest.raises(BadInputError, match="was not reset"):
        factory().submit(RIGHT)


def tool_call(program: str) -> str:
    return f"<tool_call>\n{json.dumps({'name': 'submit', 'arguments': {'program': program}})}\n</tool_call><|im_end|>"


SCRIPT = [[tool_call(SQUARE), tool_call(RIGHT), DONE], [tool_call(SQUARE), tool_call(SQUARE), DONE], [tool_call(RIGHT), DONE], [DONE]]
"""What the policy writes in the four rollouts of a problem, turn by turn."""
REWARDS = [1.0, -1.0, 1.0, -1.2]


class Writer:
    """Stands in for the model's own drawing, whose weights are random and know no tool; everything else of the model is real."""

    def __init__(self, tokenizer) -> None:
        self.tokenizer, self.turns, self.heard = tokenizer, {}, []

    def __call__(self, input_ids, attention_mask, **_):
        texts = [self.tokenizer.decode(row[keep.bool()]) for row, keep in zip(input_ids, attention_mask, strict=True)]
        if not any("<tool_response>" in text for text in texts):
            self.going = list(range(len(texts)))  # a new batch
            self.turns = dict.fromkeys(self.going, 0)
        else:
            self.heard += texts
            self.going = [row for row in self.going if SCRIPT[row % 4][self.turns[row] - 1] != DONE]
        replies = [SCRIPT[row % 4][self.turns[row]] for row in self.going]
        for row in self.going:
            self.turns[row] += 1
        written = [[*self.tokenizer(reply)["input_ids"], self.tokenizer.eos_token_id] for reply in replies]
        width = max(map(len, written))
        padded = torch.tensor([ids + [self.tokenizer.pad_token_id] * (width - len(ids)) for ids in written])
        return torch.cat([input_ids, padded], dim=1)


def test_trls_own_trainer_trains_a_tiny_model_on_the_judges_rewards(factory, tmp_path, monkeypatch):
    from datasets import Dataset
    from trl import GRPOConfig, GRPOTrainer
    from trl.chat_template_utils import qwen3_chat_template

    monkeypatch.setenv("TRL_EXPERIMENTAL_SILENCE", "1")
    text = factory().reset(problem_id="double") + qwen3_chat_template
    config = ModelConfig(model="tiny-llama", sizes=SIZES, max_source_tokens=4000, max_target_tokens=2000)
    policy = load_policy(config, corpus=[text, text], device="cpu")
    policy.tokenizer.chat_template = qwen3_chat_template
    before = {name: weight.clone() for name, weight in policy.model.state_dict().items()}
    writer = Writer(policy.tokenizer)
    monkeypatch.setattr(policy.model, "generate", writer)
    seen = []

    def watch(environments, completions, **_):
        seen.append([environment.get_reward() for environment in environments])
        return [0.0] * len(completions)

    trainer = GRPOTrainer(
        model=policy.model,
        processing_class=policy.tokenizer,
        reward_funcs=watch,
        environment_factory=factory,
        train_dataset=Dataset.from_list(factory.rows() * 2),
        args=GRPOConfig(
            output_dir=str(tmp_path), max_steps=2, per_device_train_batch_size=4, num_generations=4, max_completion_length=2000,
            max_tool_calling_iterations=3, learning_rate=1e-2, report_to=[], logging_steps=1, use_cpu=True, save_strategy="no",
            disable_tqdm=True, bf16=False,
        ),
    )  # fmt: skip
    trainer.train()
    assert seen == [pytest.approx(REWARDS)] * 2
    logged = [line["rewards/ProgramEnvironment/mean"] for line in trainer.state.log_history if "rewards/ProgramEnvironment/mean" in line]
    assert logged == [pytest.approx(sum(REWARDS) / 4)] * 2
    assert any("expected: 6" in text and "got: 9" in text for text in writer.heard), "the feedback did not reach the policy"
    after = policy.model.state_dict()
    assert any(not torch.equal(before[name], after[name]) for name in before)
    assert all(torch.isfinite(weight).all() for weight in after.values())
