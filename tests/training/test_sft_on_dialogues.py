"""Learning dialogues: the tokens are those that the policy reads at play, only replies are learnt, and what is unfit is refused."""

from __future__ import annotations

import json

import pytest

pytest.importorskip("torch")

from training_toys import SIZES, make_toy

from symtune.domain import Cause, Episode, FirstFailure, Judgement, Outcome, Turn
from symtune.errors import BadInputError, BadModelError, TrainingError
from symtune.models import IGNORED, ChatRequest, Message, ModelConfig, SamplingSettings, load_policy
from symtune.training import SftConfig, train_sft
from symtune.training.dialogues import dialogue_corpus, encode_episodes

LLAMA = ModelConfig(model="tiny-llama", sizes=SIZES.model_copy(update={"num_layers": 2, "dropout": 0.0}))
FIRST, AGAIN = "write one\ndef solve", "solve(0): want 2, got 1\ntry again"


def judgement(problem_id: str, *, is_passed: bool) -> Judgement:
    given = {"problem_id": problem_id, "program_id": "x", "num_cases": 1}
    if is_passed:
        return Judgement(outcome=Outcome.PASSED, cause=None, num_passed=1, **given)
    failure = FirstFailure(case_index=0, cause=Cause.WRONG_VALUE, message="wrong")
    return Judgement(outcome=Outcome.FAILED_TEST, cause=Cause.WRONG_VALUE, num_passed=0, first_failure=failure, **given)


def episode(problem_id: str, *, is_solved: bool = True, stop_reason="end_token", number: int = 0) -> Episode:
    turns = (
        Turn(prompt=FIRST, reply="return 1\n", source="return 1\n"),
        Turn(prompt=AGAIN, reply="return 2\n", source="return 2\n", stop_reason=stop_reason),
    )
    return Episode(
        problem_id=problem_id, turns=turns, id=f"{problem_id}#{number}", judgement=judgement(problem_id, is_passed=is_solved)
    )


@pytest.fixture(scope="module")
def problems():
    return make_toy(4).problems


@pytest.fixture(scope="module")
def policy(problems):
    return load_policy(LLAMA, corpus=dialogue_corpus([episode(problems[0].id)]), device="cpu")


def test_the_tokens_are_those_read_at_play_then_the_reply(policy, problems):
    example = encode_episodes(policy, [episode(problems[0].id)]).examples[0]
    ids, labels = example["input_ids"], example["labels"]
    request = ChatRequest((Message("user", FIRST),), seed=1)
    reply = policy.chat([request], SamplingSettings(max_new_tokens=3))[0]
    assert tuple(ids[: len(reply.prompt_token_ids)]) == reply.prompt_token_ids
    before = (Message("user", FIRST), Message("assistant", "return 1\n"), Message("user", AGAIN))
    second = policy.chat([ChatRequest(before, seed=1)], SamplingSettings(max_new_tokens=3))[0]
    assert tuple(ids[: len(second.prompt_token_ids)]) == second.prompt_token_ids
    learnt = [token for token, label in zip(ids, labels, strict=True) if label != IGNORED]
    assert [label for label in labels if label != IGNORED] == learnt
    end = policy.tokenizer.eos_token_id
    one, two = (policy.tokenizer(text, add_special_tokens=False)["input_ids"] for text in ("return 1\n", "return 2\n"))
    assert learnt == [*one, end, *two, end]


def test_a_reply_that_was_cut_gets_no_end_token_to_learn(policy, problems):
    whole = encode_episodes(policy, [episode(problems[0].id)]).examples[0]
    cut = encode_episodes(policy, [episode(problems[0].id, stop_reason="length")]).examples[0]
    assert whole["input_ids"] == [*cut["input_ids"], policy.tokenizer.eos_token_id]


def test_dialogues_are_learnt_by_heart_and_then_played(tmp_path, problems):
    episodes = [episode(problem.id, number=number) for problem in problems for number in range(4)]
    config = SftConfig(model=LLAMA, learning_rate=5e-3, num_epochs=60, batch_size=8, device="cpu", schedule="linear")
    summary = train_sft(config, problems=problems, validation=None, episodes=episodes, out=tmp_path)
    assert summary["num_episodes"] == 16
    metrics = [json.loads(line) for line in (tmp_path / "metrics.jsonl").read_text().splitlines()]
    assert metrics[-1]["loss"] < 0.1
    learnt = load_policy(ModelConfig(model=str(tmp_path / "model")), device="cpu")
    before = (Message("user", FIRST), Message("assistant", "return 1\n"), Message("user", AGAIN))
    requests = [ChatRequest(before[:1], seed=1), ChatRequest(before, seed=1)]
    first, second = learnt.chat(requests, SamplingSettings(temperature=0.2, max_new_tokens=16))
    assert (first.text, second.text) == ("return 1\n", "return 2\n")
    assert first.stop_reason == second.stop_reason == "end_token"


def test_solved_only_leaves_failures_out_and_unjudged_ones_are_never_learnt(tmp_path, problems):
    lost = Episode(
        problem_id=problems[0].id, turns=episode(problems[0].id).turns, id="lost", end_reason="unjudged", unjudged_reason="outage"
    )
    episodes = [episode(problems[0].id), episode(problems[1].id, is_solved=False), lost, episode("elsewhere")]
    config = SftConfig(model=LLAMA, num_epochs=1, batch_size=2, device="cpu")
    summary = train_sft(config, problems=problems, validation=None, episodes=episodes, out=tmp_path / "all")
    assert summary["num_episodes"] == 2
    config = config.model_copy(update={"solved_only": True})
    summary = train_sft(config, problems=problems, validation=None, episodes=episodes, out=tmp_path / "solved")
    assert summary["num_episodes"] == 1
    with pytest.raises(TrainingError, match="no solved episode"):
        train_sft(config, problems=problems, validation=None, episodes=episodes[1:2], out=tmp_path / "none")


def test_what_cannot_be_learnt_is_refused(tmp_path, problems):
    episodes = [episode(problems[0].id)]
    config = SftConfig(model=LLAMA, num_epochs=1, device="cpu")
    with pytest.raises(BadInputError, match="leave validation out"):
        train_sft(config, problems=problems, validation=problems, episodes=episodes, out=tmp_path / "a")
    short = config.model_copy(update={"model": LLAMA.model_copy(update={"context_tokens": 16})})
    with pytest.raises(BadInputError, match="context"):
        train_sft(short, problems=problems, validation=None, episodes=episodes, out=tmp_path / "b")
    t5 = config.model_copy(update={"model": LLAMA.model_copy(update={"model": "tiny-t5"})})
    with pytest.raises(BadModelError, match="encoder-decoder"):
        train_sft(t5, problems=problems, validation=None, episodes=episodes, out=tmp_path / "c")
