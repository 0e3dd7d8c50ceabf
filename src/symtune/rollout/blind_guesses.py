"""A policy that guesses blindly: it writes a possible program for what a gym statement leaves open, and reads no feedback.

Each reply is drawn uniformly from the programs that the statement allows (of a settled problem there is one), whatever was said
before. Played like any policy, it
gives dialogues that teach a model the format of an episode (a program, feedback, another program) but not the use of feedback:
in them the next program is independent of what the tests said. Its solve rate is known: 1 - (1 - 1/m)^t within t replies.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from symtune.datasets.gym import possible_programs
from symtune.domain import Problem
from symtune.errors import BadInputError
from symtune.models import ChatRequest, Message, Reply, SamplingSettings
from symtune.rollout.code_block import CodeFormat


class BlindGuesses:
    """Answers dialogues about problems with one thing open; keeps `ChatPolicy`, has no tokens.

    Args:
        problems: that may be asked about; known again by their statement, with which the first message begins.
        code: where the program stands in a reply, as in `EpisodeConfig.code`.

    Raises:
        BadInputError: a problem that was not made by `generate_open_choice`.
    """

    context_tokens: int | None = None

    def __init__(self, problems: Sequence[Problem], *, code: CodeFormat = "fenced") -> None:
        self._programs = {problem.statement.strip(): possible_programs(problem) for problem in problems}
        self._code = code

    def num_prompt_tokens(self, messages: Sequence[Message]) -> int | None:
        """Return None: it reads no tokens."""
        return None

    def chat(self, requests: Sequence[ChatRequest], settings: SamplingSettings) -> list[Reply]:
        """Return one guess per request; the same seed gives the same guess.

        Raises:
            BadInputError: a dialogue about a problem that was not given.
        """
        return [self._guess(request) for request in requests]

    def _guess(self, request: ChatRequest) -> Reply:
        source = random.Random(request.seed).choice(self._possible(request.messages[0].content))
        text = source if self._code == "bare" else f"```python\n{source}```"
        return Reply(text, (), (), (), "end_token")

    def _possible(self, message: str) -> list[str]:
        """Return the programs of the longest statement that whole lines at the head of the message are."""
        lines = message.split("\n")
        for num_lines in range(len(lines), 0, -1):
            if found := self._programs.get("\n".join(lines[:num_lines])):
                return found
        raise BadInputError(f"a dialogue begins with {lines[0]!r}, which is the statement of none of the problems given")
