"""The vLLM backend against a stand-in that has the documented names, arguments and results, and nothing else."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from types import ModuleType, SimpleNamespace
from typing import TypedDict

import pytest

from symtune.errors import BackendError, BadModelError, ContextFullError, MissingExtraError
from symtune.models import (
    BackendConfig,
    ChatRequest,
    LoraConfig,
    Message,
    ModelConfig,
    SamplingSettings,
    load_policy,
    save_policy,
)
from symtune.models.backends import load_chat_policy


@dataclass
class SamplingParams:
    """The documented arguments, of which symtune may use any."""

    n: int = 1
    temperature: float = 1.0
    top_p: float = 1.0
    top_k: int = 0
    min_p: float = 0.0
    seed: int | None = None
    stop: list[str] | None = None
    stop_token_ids: list[int] | None = None
    ignore_eos: bool = False
    max_tokens: int | None = 16
    min_tokens: int = 0
    logprobs: int | None = None
    prompt_logprobs: int | None = None
    detokenize: bool = True
    skip_special_tokens: bool = True
    include_stop_str_in_output: bool = False


class TokensPrompt(TypedDict):
    prompt_token_ids: list[int]


@dataclass
class Logprob:
    logprob: float
    rank: int | None = None
    decoded_token: str | None = None


@dataclass
class LLM:
    """Keeps what it was asked and answers with the tokens of ``replies``, in turn."""

    model: str
    tokenizer: str | None = None
    dtype: str = "auto"
    seed: int = 0
    max_model_len: int | None = None
    tensor_parallel_size: int = 1
    gpu_memory_utilization: float = 0.9
    enable_prefix_caching: bool | None = None
    logprobs_mode: str = "raw_logprobs"
    replies: list[tuple[tuple[int, ...], str]] = field(default_factory=list)
    asked: list[tuple[list[int], SamplingParams]] = field(default_factory=list)
    num_resets: int = 0
    gives_log_probs: bool = True

    def __post_init__(self):
        self.llm_engine = SimpleNamespace(model_config=SimpleNamespace(max_model_len=self.max_model_len or 700))

    def generate(self, prompts, sampling_params=None, *, use_tqdm=True, lora_request=None):
        self.asked += [(prompt["prompt_token_ids"], params) for prompt, params in zip(prompts, sampling_params, strict=True)]
        return [self._output() for _ in prompts]

    def _output(self):
        token_ids, reason = self.replies.pop(0)
        logprobs = [{token: Logprob(-0.25 * token, 1)} for token in token_ids] if self.gives_log_probs else None
        completion = SimpleNamespace(
            index=0, text="", token_ids=list(token_ids), cumulative_logprob=None, logprobs=logprobs, finish_reason=reason, stop_reason=None
        )
        return SimpleNamespace(request_id="0", prompt=None, prompt_token_ids=[], outputs=[completion], finished=True)

    def reset_prefix_cache(self):
        self.num_resets += 1
        return True


@pytest.fixture
def vllm(monkeypatch):
    module = ModuleType("vllm")
    module.LLM, module.SamplingParams, module.TokensPrompt = LLM, SamplingParams, TokensPrompt
    monkeypatch.setitem(sys.modules, "vllm", module)


@pytest.fixture(scope="module")
def folder(corpus, make_config, tmp_path_factory):
    policy = load_policy(make_config("tiny-llama"), corpus=corpus, device="cpu")
    return save_policy(policy, tmp_path_factory.mktemp("llama"))


def config(folder, **changes):
    return ModelConfig(model=str(folder), backend=BackendConfig(name="vllm", num_gpus=2, gpu_memory_fraction=0.5), **changes)


def asks(*texts, seed=0, drawn=()):
    return ChatRequest(tuple(Message("user" if i % 2 == 0 else "assistant", t, drawn if i % 2 else ()) for i, t in enumerate(texts)), seed)


def test_the_engine_gets_the_config_and_log_probs_of_the_distribution_drawn_from(vllm, folder):
    llm = load_chat_policy(config(folder, context_tokens=300, dtype="bfloat16")).llm
    assert (llm.model, llm.tokenizer, llm.dtype) == (str(folder), str(folder), "bfloat16")
    assert (llm.max_model_len, llm.tensor_parallel_size, llm.gpu_memory_utilization) == (300, 2, 0.5)
    assert llm.enable_prefix_caching
    assert llm.logprobs_mode == "processed_logprobs"


def test_prompts_are_the_tokens_that_the_other_backend_reads(vllm, folder):
    ours, theirs = load_chat_policy(config(folder)), load_policy(ModelConfig(model=str(folder)), device="cpu")
    request = asks("Add.", "x", "wrong", drawn=(50, 51, 1))
    ours.llm.replies = [((60, 61, 1), "stop")]
    reply = ours.chat([request], SamplingSettings(max_new_tokens=5))[0]
    expected = theirs.chat([request], SamplingSettings(max_new_tokens=5))[0].prompt_token_ids
    assert reply.prompt_token_ids == tuple(ours.llm.asked[0][0]) == expected
    assert ours.num_prompt_tokens(request.messages) == len(expected)


def test_replies_carry_tokens_log_probs_and_reason(vllm, folder):
    policy = load_chat_policy(config(folder))
    policy.llm.replies = [((60, 61, 1), "stop"), ((62, 63), "length")]
    replies = policy.chat([asks("a", seed=7), asks("b", seed=None)], SamplingSettings(temperature=0.5, top_p=0.9, top_k=4, max_new_tokens=5))
    assert [reply.token_ids for reply in replies] == [(60, 61, 1), (62, 63)]
    assert [reply.log_probs for reply in replies] == [(-15.0, -15.25, -0.25), (-15.5, -15.75)]
    assert [reply.stop_reason for reply in replies] == ["end_token", "length"]
    assert [reply.text for reply in replies] == [policy.tokenizer.decode([60, 61]), policy.tokenizer.decode([62, 63])]
    drawn, greedy = (params for _, params in policy.llm.asked)
    assert (drawn.temperature, drawn.top_p, drawn.top_k, drawn.seed, drawn.max_tokens) == (0.5, 0.9, 4, 7, 5)
    assert (greedy.temperature, greedy.top_p, greedy.top_k, greedy.seed) == (0.0, 1.0, 0, None)
    assert drawn.logprobs == 0
    assert drawn.stop_token_ids == [policy.tokenizer.eos_token_id]


def test_a_full_context_is_refused_before_the_engine_is_asked(vllm, folder):
    policy = load_chat_policy(config(folder))
    assert policy.context_tokens == 700
    with pytest.raises(ContextFullError, match="700"):
        policy.chat([asks("x")], SamplingSettings(max_new_tokens=700))
    assert policy.llm.asked == []


def test_forget_drops_the_prefix_cache(vllm, folder):
    policy = load_chat_policy(config(folder))
    policy.forget()
    assert policy.llm.num_resets == 1


def test_a_reply_given_up_or_without_log_probs_is_an_error(vllm, folder):
    policy = load_chat_policy(config(folder))
    policy.llm.replies = [((60,), "abort")]
    with pytest.raises(BackendError, match="'abort'"):
        policy.chat([asks("x")], SamplingSettings(max_new_tokens=4))
    policy.llm.replies, policy.llm.gives_log_probs = [((60, 1), "stop")], False
    with pytest.raises(BackendError, match="log-probabilities"):
        policy.chat([asks("x")], SamplingSettings(max_new_tokens=4))


def test_an_engine_that_does_not_start_is_an_error_with_its_reason(vllm, folder, monkeypatch):
    def fails(**_):
        raise ValueError("No available memory for the cache blocks.")

    monkeypatch.setattr(sys.modules["vllm"], "LLM", fails)
    with pytest.raises(BackendError, match=r"does not load .*No available memory"):
        load_chat_policy(config(folder))


def test_presets_and_lora_are_refused(vllm, folder):
    with pytest.raises(BadModelError, match="save the preset"):
        load_chat_policy(config("tiny-llama"))
    with pytest.raises(BadModelError, match="LoRA merged"):
        load_chat_policy(config(folder, lora=LoraConfig()))


def test_a_missing_package_says_the_install_line(monkeypatch, folder):
    monkeypatch.setitem(sys.modules, "vllm", None)
    with pytest.raises(MissingExtraError, match=r"symtune\[vllm\]"):
        load_chat_policy(config(folder))


def test_the_default_backend_is_checked_for_dialogues_when_loaded(corpus, make_config):
    assert load_chat_policy(make_config("tiny-llama"), corpus=corpus, device="cpu").context_tokens == 1112
    with pytest.raises(BadModelError, match="encoder-decoder"):
        load_chat_policy(make_config("tiny-t5"), corpus=corpus, device="cpu")
