"""Prompts and programs to token lists, each prompt once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from symtune.domain import Problem
from symtune.models import IGNORED, build_prompt
from symtune.models.encoding import encode_prompt, encode_target


@dataclass(frozen=True)
class Encoded:
    """Examples in order, and how many lost tokens.

    Attributes:
        examples: ``input_ids`` and ``labels`` each, for `PairCollator`.
        num_cut_targets: programs that were longer than ``max_target_tokens``.
        num_full_prompts: prompts that fill ``max_source_tokens`` (nearly all of them were longer).
    """

    examples: list[dict[str, Any]]
    num_cut_targets: int
    num_full_prompts: int

    def lengths(self) -> list[int]:
        """Return the tokens of each example, prompt and program together."""
        return [example_length(example) for example in self.examples]

    def counts(self) -> dict[str, int]:
        """Return the counts for a summary."""
        return {"num_cut_targets": self.num_cut_targets, "num_full_prompts": self.num_full_prompts}


def example_length(example: dict[str, Any]) -> int:
    """Return the tokens of an example, prompt and program together (decoder-only: they are one sequence)."""
    is_one_sequence = bool(example["labels"]) and example["labels"][0] == IGNORED
    return len(example["input_ids"]) + (0 if is_one_sequence else len(example["labels"]))


def encode(policy: Any, pairs: Sequence[tuple[Problem, str]]) -> Encoded:
    """Return one example per problem and source.

    Args:
        policy: a policy or critic: what has a tokenizer, a config and ``is_encoder_decoder``.
        pairs: problems with the source to be learnt or scored.
    """
    prompts: dict[str, list[int]] = {}
    examples, num_cut = [], 0
    for problem, source in pairs:
        if problem.id not in prompts:
            prompts[problem.id] = encode_prompt(policy, build_prompt(problem))
        prompt_ids, target_ids = prompts[problem.id], encode_target(policy, source)
        num_cut += target_ids[-1] != policy.tokenizer.eos_token_id
        if policy.is_encoder_decoder:
            examples.append({"input_ids": prompt_ids, "labels": target_ids})
        else:
            labels = [IGNORED] * len(prompt_ids) + target_ids
            examples.append({"input_ids": prompt_ids + target_ids, "labels": labels})
    num_full = sum(len(ids) >= policy.config.max_source_tokens for ids in prompts.values())
    return Encoded(examples, num_cut_targets=num_cut, num_full_prompts=num_full)
