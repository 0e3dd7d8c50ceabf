"""OpenAIPolicy: a model behind any server that speaks OpenAI's chat completions. For evaluation: it gives no tokens.

A reply has its text only; its tokens and log-probabilities are empty, so nothing can be trained on it. The server counts the
prompt's tokens, so ``num_prompt_tokens`` is None, and a dialogue that is too long is known from the server's refusal.
Whether the same seed gives the same reply is the server's affair.

Source: the chat completions API as documented by OpenAI; ``top_k``, where asked for, is the extension of vLLM, SGLang and
llama.cpp.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from symtune.domain import StopReason
from symtune.errors import BackendError, BadModelError, ContextFullError, MissingExtraError
from symtune.models.checks import check_asks, check_settings
from symtune.models.config import ModelConfig
from symtune.models.protocols import ChatRequest, Message, Reply, SamplingSettings

STOP_REASONS: dict[str, StopReason] = {"stop": "end_token", "length": "length"}
"""The server's word -> ours. Any other (a filter, a tool call) means that the reply is not what the model wrote."""

NUM_SEEDS = 2**31
"""Seeds are sent modulo this: some servers read them as 32-bit integers."""

_TOO_LONG = ("context_length_exceeded", "maximum context length", "context length", "exceed_context_size")
"""How servers say that a prompt does not fit."""


class OpenAIPolicy:
    """A model on a server.

    Args:
        config: ``model`` is the server's name of the model; ``backend`` says where the server is.

    Raises:
        BadModelError: no key for OpenAI's own server.
        MissingExtraError: the package ``openai`` is not installed.
    """

    def __init__(self, config: ModelConfig) -> None:
        self.config = config
        self._api = _import_openai()
        backend = config.backend
        key = os.environ.get(backend.api_key_variable)
        if key is None and backend.url is None:
            raise BadModelError(
                f"the environment variable {backend.api_key_variable} holds no key for OpenAI's server; set it, "
                "or give your own server's address as backend.url"
            )
        self._client = self._api.OpenAI(
            api_key=key or "none", base_url=backend.url, timeout=backend.timeout_s, max_retries=backend.num_retries
        )

    @property
    def context_tokens(self) -> int | None:
        """What the config says; the server does not say."""
        return self.config.context_tokens

    def num_prompt_tokens(self, messages: Sequence[Message]) -> None:
        """Return None: only the server can count."""
        return

    def forget(self) -> None:
        """Do nothing: what the server keeps is its own affair."""

    def chat(self, requests: Sequence[ChatRequest], settings: SamplingSettings) -> list[Reply]:
        """Return one reply per request, in order; ``num_parallel`` requests are under way at once.

        Raises:
            BadInputError: a setting outside its range, or messages that do not alternate.
            BackendError: the server cannot be reached, refuses, or answers nonsense, also after ``num_retries`` further tries.
            ContextFullError: the server says that a dialogue is too long.
        """
        check_settings(settings)
        for request in requests:
            check_asks(request.messages)
        with ThreadPoolExecutor(self.config.backend.num_parallel) as pool:
            futures = [pool.submit(self._reply, request, settings) for request in requests]
            try:
                return [future.result() for future in futures]
            finally:
                pool.shutdown(wait=False, cancel_futures=True)

    def _reply(self, request: ChatRequest, settings: SamplingSettings) -> Reply:
        options: dict[str, Any] = {self.config.backend.length_key: settings.max_new_tokens}
        if request.seed is None:
            options["temperature"] = 0.0
        else:
            options |= {"temperature": settings.temperature, "top_p": settings.top_p, "seed": request.seed % NUM_SEEDS}
            if settings.top_k:
                options["extra_body"] = {"top_k": settings.top_k}
        messages = [{"role": message.role, "content": message.content} for message in request.messages]
        try:
            answer = self._client.chat.completions.create(model=self.config.model, messages=messages, **options)
        except self._api.APIStatusError as error:
            raise self._refusal(error) from error
        except self._api.APITimeoutError as error:
            raise self._error(f"did not answer within {self.config.backend.timeout_s:g} s; raise backend.timeout_s") from error
        except self._api.APIConnectionError as error:
            raise self._error(f"cannot be reached ({error.__cause__ or error}); check backend.url and that it runs") from error
        except (self._api.OpenAIError, ValueError) as error:
            raise self._error(f"answered what is no chat completion: {error}") from error
        return self._read(answer)

    def _read(self, answer: Any) -> Reply:
        """Return the reply in an answer; the library leaves out what the server left out, so each part is looked at."""
        choices = getattr(answer, "choices", None)
        if not isinstance(choices, list) or not choices:
            raise self._error(f"answered without choices: {str(answer)[:300]}")
        message = getattr(choices[0], "message", None)
        text = getattr(message, "content", None)
        reason = getattr(choices[0], "finish_reason", None)
        if message is None or not isinstance(text, str | None):
            raise self._error(f"answered without a message's text: {str(choices[0])[:300]}")
        if reason not in STOP_REASONS:
            raise self._error(f"ended a reply for the reason {reason!r}; a reply must end by 'stop' or 'length'")
        return Reply(text=text or "", prompt_token_ids=(), token_ids=(), log_probs=(), stop_reason=STOP_REASONS[reason])

    def _refusal(self, error: Any) -> BackendError | ContextFullError:
        said = " ".join(str(error).split())[:400]
        if error.status_code == 400 and any(phrase in said.lower() for phrase in _TOO_LONG):
            return ContextFullError(f"a dialogue does not fit into the context of '{self.config.model}': {said}; shorten it")
        advice = {
            401: f"check the key in {self.config.backend.api_key_variable}",
            403: f"check what the key in {self.config.backend.api_key_variable} may do",
            404: "check backend.url (it mostly ends in /v1) and the model's name",
            429: "lower backend.num_parallel, or raise backend.num_retries",
        }.get(error.status_code, "see the server's log")
        return self._error(f"refused with status {error.status_code}: {said}; {advice}")

    def _error(self, reason: str) -> BackendError:
        return BackendError(f"the server of '{self.config.model}' at {self._client.base_url} {reason}")


def _import_openai() -> Any:
    try:
        import openai
    except ImportError as error:
        raise MissingExtraError("openai", extra="openai") from error
    return openai
