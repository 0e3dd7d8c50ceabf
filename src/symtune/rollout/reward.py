"""A reward function for other people's trainers: completions in, judged rewards out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Self

from symtune.domain import Problem, Program, Split, Unjudged
from symtune.errors import BadInputError
from symtune.judging import Judge
from symtune.models import build_prompt, extract_source
from symtune.rewards import SCHEMES, reward_of

SchemeName = Literal["coderl", "binary", "pass_fraction"]

Completion = str | Sequence[Mapping[str, Any]]
"""Text, or the messages of a chat, of which the last one's content counts."""


class RewardFunction:
    """Judges completions and returns one reward each; has the call signature of TRL's ``reward_funcs``.

        reward = symtune.reward(problems, scheme="binary")
        GRPOTrainer(..., reward_funcs=reward, train_dataset=rows with "prompt" and "problem_id")

    A completion's problem is named by the data set's column ``problem_id``; without that column it is found by its prompt, which must
    then be the text of `symtune.models.build_prompt`. A program that could not be judged gets None, which TRL leaves out.

    Args:
        problems: what completions may refer to.
        scheme: how a judgement becomes a number; see `symtune.rewards.SCHEMES`.
        split: cases to judge on.
        workers: guests at work at the same time.
        isolation: how far guests are shut in.

    Raises:
        BadInputError: an unknown scheme.

    Source: ours; the call signature is that of TRL's reward functions.
    """

    def __init__(
        self,
        problems: Sequence[Problem],
        scheme: SchemeName = "coderl",
        *,
        split: Split = "tests",
        workers: int = 2,
        isolation: Literal["namespaces", "rlimits"] = "namespaces",
    ) -> None:
        if scheme not in SCHEMES:
            raise BadInputError(f"unknown reward scheme {scheme!r}; known: {', '.join(SCHEMES)}")
        self.__name__ = f"symtune_{scheme}"
        self._scheme, self._split = scheme, split
        self._problems = {problem.id: problem for problem in problems}
        self._id_by_prompt = {build_prompt(problem): problem.id for problem in problems}
        self._judge = Judge(workers=workers, isolation=isolation)

    def __call__(
        self, prompts: Sequence[Completion], completions: Sequence[Completion], **columns: Any
    ) -> list[float | None]:
        """Return the reward of each completion, in order.

        Args:
            prompts: the prompts, as text or messages.
            completions: what the policy wrote, as text or messages.
            columns: the data set's other columns; ``problem_id`` is used.

        Raises:
            BadInputError: a completion whose problem is not known.
        """
        ids = columns.get("problem_id") or [self._id_by_prompt.get(_text(prompt)) for prompt in prompts]
        for problem_id in ids:
            if problem_id not in self._problems:
                raise BadInputError(
                    f"no problem with the id {problem_id!r}; give the data set a column 'problem_id', or prompts made by build_prompt"
                )
        programs = [
            Program(problem_id=problem_id, source=extract_source(_text(completion)) or "", id=f"{problem_id}#{index}")
            for index, (problem_id, completion) in enumerate(zip(ids, completions, strict=True))
        ]
        known = [self._problems[problem_id] for problem_id in dict.fromkeys(ids)]
        verdicts = self._judge.judge(known, programs, split=self._split)
        return [None if isinstance(verdict, Unjudged) else reward_of(verdict, self._scheme) for verdict in verdicts]

    def close(self) -> None:
        """Stop the guests."""
        self._judge.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _text(completion: Completion) -> str:
    return completion if isinstance(completion, str) else str(completion[-1]["content"])


reward = RewardFunction
"""`symtune.reward(problems, scheme=...)`."""
