"""Policies that follow a script, for playing episodes without a model. They keep `ChatPolicy` and count a token a character."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from symtune.domain import Problem
from symtune.models import ChatRequest, Message, Reply, SamplingSettings

Answer = Callable[[Problem, Sequence[Message]], str]
"""The reply to a dialogue about a problem."""


def fenced(source: str) -> str:
    return f"Here it is:\n```python\n{source.rstrip()}\n```\n"


def never_right(problem: Problem) -> str:
    """A program that loads and answers nothing that any test expects."""
    if problem.is_stdin:
        return "print('no such answer')\n"
    owner, _, name = problem.entry_point.rpartition(".")
    body = f"def {name}(*args, **kwargs):\n    return ['no such answer', 0.125]\n"
    return body if not owner else f"class {owner}:\n    " + body.replace("\n", "\n    ").rstrip() + "\n"


class Scripted:
    """Answers by a function; finds the problem by its statement at the head of the first message."""

    def __init__(self, problems: Sequence[Problem], answer: Answer, *, context_tokens: int | None = None) -> None:
        self._by_statement = {problem.statement.strip(): problem for problem in problems}
        assert len(self._by_statement) == len(problems)
        self._answer = answer
        self.context_tokens = context_tokens
        self.asked: list[list[ChatRequest]] = []

    def num_prompt_tokens(self, messages: Sequence[Message]) -> int | None:
        return sum(len(message.content) for message in messages)

    def chat(self, requests: Sequence[ChatRequest], settings: SamplingSettings) -> list[Reply]:
        self.asked.append(list(requests))
        return [self._reply(request, settings) for request in requests]

    def problem_of(self, messages: Sequence[Message]) -> Problem:
        first = messages[0].content
        return max(
            (problem for statement, problem in self._by_statement.items() if first.startswith(statement)),
            key=lambda problem: len(problem.statement),
        )

    def _reply(self, request: ChatRequest, settings: SamplingSettings) -> Reply:
        text = self._answer(self.problem_of(request.messages), request.messages)
        is_cut = len(text) >= settings.max_new_tokens
        text = text[: settings.max_new_tokens]
        ids = tuple(range(1, len(text) + (1 if is_cut else 2)))
        return Reply(text, (0,), ids, (-0.5,) * len(ids), "length" if is_cut else "end_token")


def repairs(problem: Problem, messages: Sequence[Message]) -> str:
    """Wrong at first, right once it was told so."""
    return fenced(never_right(problem) if len(messages) == 1 else problem.references[0])


def repeats(problem: Problem, messages: Sequence[Message]) -> str:
    """Wrong, and again the same."""
    return fenced(never_right(problem))


def copies(problem: Problem, messages: Sequence[Message]) -> str:
    """A table of the expected values that the messages show, and nothing else."""
    shown: dict[str, str] = {}
    for message in messages:
        if message.role == "user":
            shown |= _shown_tests(message.content)
    if problem.is_stdin:
        table = {" ".join(given.split()): wanted for given, wanted in shown.items()}
        return fenced(f"import sys\nprint({table!r}.get(' '.join(sys.stdin.read().split()), ''))\n")
    owner, _, name = problem.entry_point.rpartition(".")
    rows = "".join(f"    if (args, kwargs) == _given({given}):\n        return {wanted}\n" for given, wanted in shown.items())
    source = f"def _given(*args, **kwargs):\n    return args, kwargs\n\n\ndef {name}(*args, **kwargs):\n{rows}    return None\n"
    return fenced(source if not owner else f"{source}\n\nclass {owner}:\n    {name} = staticmethod({name})\n")


_CALL = re.compile(r"^call: [\w.]+\((.*)\)\nexpected[^\n:]*: (.*)$", re.MULTILINE)
_STDIN = re.compile(r"^input:(?: ([^\n]*)\n|\n((?:  [^\n]*\n)*))expected output[^\n:]*:(?: ([^\n]*)|\n((?:  [^\n]*\n?)*))", re.MULTILINE)


def _shown_tests(text: str) -> dict[str, str]:
    found = dict(_CALL.findall(text))
    for one, lines, wanted, wanted_lines in _STDIN.findall(text):
        unfolded = [re.sub(r"^  ", "", part, flags=re.MULTILINE) for part in (lines, wanted_lines)]
        found[one or unfolded[0]] = wanted or unfolded[1]
    return found
