"""VllmPolicy: dialogues through vLLM in this process, on one or several GPUs.

The prompts are the same tokens that `TransformersPolicy` reads (see `symtune.models.dialogue`); vLLM's prefix cache reads only
what is new at a later turn. Log-probabilities are asked for after temperature, top-k and top-p
(``logprobs_mode="processed_logprobs"``), so they are those of the distribution drawn from, as elsewhere. Each request
has its own seed, but vLLM's arithmetic depends on the batch, so the same seeds need not give the same replies to the bit: who
trains on them corrects with the recorded log-probabilities.

New weights: vLLM holds a copy of its own. After each update a trainer hands them over, through ``llm.collective_rpc`` to
a worker extension that calls the model's ``load_weights``, or by saving and loading anew; then it calls `forget`, since keys and
values of the old weights are wrong. symtune's own training loop samples with `TransformersPolicy`, which shares the
weights it trains.

Source: vLLM's offline API as documented (``LLM``, ``SamplingParams``, ``TokensPrompt``), version 0.10.2 or later.
Checked against a stand-in with these signatures, not on a GPU.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from symtune.errors import BackendError, BadModelError, MissingExtraError
from symtune.models.checks import check_asks, check_room, check_settings
from symtune.models.config import PRESETS, ModelConfig, with_saved_limits
from symtune.models.dialogue import DialogueFormat, dialogue_format, encode_dialogue
from symtune.models.loading import classify_model, load_tokenizer
from symtune.models.protocols import ChatRequest, Message, Reply, SamplingSettings


class VllmPolicy:
    """A language model run by vLLM.

    Args:
        config: which model; a folder or hub id.

    Raises:
        BadModelError: a preset, LoRA, or a chat template that does not keep earlier turns.
        BackendError: vLLM does not load the model.
        MissingExtraError: the package ``vllm`` is not installed.
    """

    def __init__(self, config: ModelConfig) -> None:
        self._vllm = _import_vllm()
        if config.model in PRESETS or config.lora is not None:
            raise BadModelError("vLLM runs saved models: save the preset, or the model with its LoRA merged, and give its folder")
        classify_model(config.model)
        self.config = with_saved_limits(config)
        self.tokenizer = load_tokenizer(self.config)
        self.dialogue: DialogueFormat = dialogue_format(self.tokenizer, self.config)
        backend = config.backend
        try:
            self.llm = self._vllm.LLM(
                model=config.model,
                tokenizer=config.tokenizer or config.model,
                dtype=config.dtype,
                seed=config.init_seed,
                max_model_len=config.context_tokens,
                tensor_parallel_size=backend.num_gpus,
                gpu_memory_utilization=backend.gpu_memory_fraction,
                enable_prefix_caching=True,
                logprobs_mode="processed_logprobs",
            )
        except (ValueError, RuntimeError, OSError) as error:
            raise BackendError(f"vLLM does not load '{config.model}': {' '.join(str(error).split())[:400]}") from error

    @cached_property
    def context_tokens(self) -> int:
        """Most tokens of prompt and reply together: what vLLM was given, or read in the model's config."""
        return int(self.llm.llm_engine.model_config.max_model_len)

    def num_prompt_tokens(self, messages: Sequence[Message]) -> int:
        """Return how many tokens `chat` would read for these messages.

        Raises:
            BadInputError: the messages do not alternate.
        """
        return len(encode_dialogue(self.dialogue, messages).token_ids)

    def forget(self) -> None:
        """Drop vLLM's prefix cache; needed when its weights have changed."""
        self.llm.reset_prefix_cache()

    def chat(self, requests: Sequence[ChatRequest], settings: SamplingSettings) -> list[Reply]:
        """Return one reply per request, in order; a request without a seed is decoded greedily.

        Raises:
            BadInputError: a setting outside its range, or messages that do not alternate.
            ContextFullError: a dialogue leaves no room for ``max_new_tokens``.
            BackendError: vLLM gives up a reply.
        """
        check_settings(settings)
        for request in requests:
            check_asks(request.messages)
        prompts = [encode_dialogue(self.dialogue, request.messages).token_ids for request in requests]
        check_room([len(prompt) for prompt in prompts], settings, self.context_tokens)
        if not requests:
            return []
        outputs = self.llm.generate(
            [self._vllm.TokensPrompt(prompt_token_ids=list(prompt)) for prompt in prompts],
            sampling_params=[self._sampling(request, settings) for request in requests],
            use_tqdm=False,
        )
        return [self._reply(prompt, output.outputs[0]) for prompt, output in zip(prompts, outputs, strict=True)]

    def _sampling(self, request: ChatRequest, settings: SamplingSettings) -> Any:
        drawn = {"temperature": settings.temperature, "top_p": settings.top_p, "top_k": settings.top_k}
        return self._vllm.SamplingParams(
            **({"temperature": 0.0} if request.seed is None else {**drawn, "seed": request.seed % 2**63}),
            max_tokens=settings.max_new_tokens,
            stop_token_ids=sorted({self.tokenizer.eos_token_id, self.dialogue.turn_end_id}),
            logprobs=0,
            detokenize=False,
        )

    def _reply(self, prompt: Sequence[int], output: Any) -> Reply:
        """Return a reply; ``logprobs=0`` gives, per token, a mapping with the token that was drawn alone."""
        if output.finish_reason not in ("stop", "length"):
            raise BackendError(f"vLLM ended a reply for the reason {output.finish_reason!r}; see its log")
        token_ids = tuple(int(token) for token in output.token_ids)
        if output.logprobs is None or len(output.logprobs) != len(token_ids):
            raise BackendError(f"vLLM gave {len(token_ids)} tokens without as many log-probabilities")
        return Reply(
            text=self.tokenizer.decode(token_ids, skip_special_tokens=True, clean_up_tokenization_spaces=False),
            prompt_token_ids=tuple(prompt),
            token_ids=token_ids,
            log_probs=tuple(float(entry[token].logprob) for entry, token in zip(output.logprobs, token_ids)),
            stop_reason="end_token" if output.finish_reason == "stop" else "length",
        )


def _import_vllm() -> Any:
    try:
        import vllm
    except ImportError as error:
        raise MissingExtraError("vllm", extra="vllm") from error
    return vllm
