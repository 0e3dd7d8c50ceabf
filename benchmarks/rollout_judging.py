"""What judging and feedback take of a rollout step's wall time, beside generation by a tiny model.

    OMP_NUM_THREADS=1 python benchmarks/rollout_judging.py

Episodes of up to three turns on gym problems, played by `symtune.rollout.play`. A fresh tiny-llama writes every reply to its full
length; what is judged in its place is a program of a fixed mixture (right, wrong, raising, not parsing, none), since a model that
knows nothing writes none that loads. Waiting for verdicts and writing feedback are counted, work of the guests beside
generation is not. `--timeouts` makes that share of the programs hang; each holds a core for its CPU limit.
"""

from __future__ import annotations

import argparse
import dataclasses
import random
from collections.abc import Sequence

import torch

from symtune.datasets.gym import generate
from symtune.domain import Problem
from symtune.models import (
    ChatRequest,
    ModelConfig,
    Reply,
    SamplingSettings,
    TransformersPolicy,
    load_policy,
    tokenizer_corpus,
)
from symtune.rollout import EpisodeConfig, RolloutStats, play

MAX_SHARE = 0.1
"""Issue 5: judging and feedback of a rollout step's wall time."""


class Mixture:
    """Pays for the replies of a policy and answers with programs of a mixture."""

    def __init__(self, policy: TransformersPolicy, problems: Sequence[Problem], *, timeouts: float) -> None:
        self._policy, self._timeouts = policy, timeouts
        self._by_statement = {problem.statement.strip(): problem for problem in problems}
        self.context_tokens = policy.context_tokens
        self.num_prompt_tokens = policy.num_prompt_tokens
        self.forget = policy.forget

    def chat(self, requests: Sequence[ChatRequest], settings: SamplingSettings) -> list[Reply]:
        replies = self._policy.chat(requests, settings)
        return [dataclasses.replace(reply, text=self._program(request)) for reply, request in zip(replies, requests)]

    def _program(self, request: ChatRequest) -> str:
        first = request.messages[0].content
        problem = next(self._by_statement[statement] for statement in self._by_statement if first.startswith(statement))
        draw = random.Random(request.seed)
        right = problem.references[0]
        if draw.random() < self._timeouts:
            return f"def {problem.entry_point}(*args):\n    while True: pass\n"
        name = f"def {problem.entry_point}(*args):\n    "
        kinds = [right, f"{name}return args", f"{name}return 0", f"{name}return args[0][7]", right.replace(":", "", 1), ""]
        return draw.choices(kinds, weights=(5, 4, 4, 4, 2, 1))[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--num-problems", type=int, default=16)
    parser.add_argument("--group", type=int, default=8, help="episodes of one problem")
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--max-new-tokens", type=int, default=48)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--timeouts", type=float, default=0.0)
    parser.add_argument("--cpu-time-s", type=float, default=2.0)
    arguments = parser.parse_args()
    problems = generate(split="train", count=arguments.num_problems, seed=0)
    config = EpisodeConfig(
        num_episodes=arguments.group, batch_size=arguments.batch_size, max_new_tokens=arguments.max_new_tokens, style="brief", code="bare",
        cpu_time_s=arguments.cpu_time_s,
    )  # fmt: skip
    policy = load_policy(ModelConfig(model="tiny-llama", context_tokens=4096), corpus=tokenizer_corpus(problems), device="cpu")
    bar = torch.zeros(policy.model.config.vocab_size)
    bar[policy.tokenizer.eos_token_id] = -1e9
    policy.model.get_output_embeddings().register_forward_hook(lambda _module, _inputs, output: output + bar)
    print(f"tiny-llama, {len(problems)} problems x {arguments.group}, batch {config.batch_size}, {config.max_new_tokens} tokens a reply")
    with config.make_judge() as judge:
        mixture = Mixture(policy, problems, timeouts=arguments.timeouts)
        for number in range(arguments.rounds + 1):
            stats = play(problems, mixture, config=config, judge=judge, round=number).stats
            if number:
                print(told(stats))
    print(f"asked: {MAX_SHARE:.0%} or less")


def told(stats: RolloutStats) -> str:
    share = (stats.seconds_judging_waited + stats.seconds_feedback) / stats.seconds_total
    return (
        f"{stats.num_episodes} episodes, {stats.num_replies} replies in {stats.seconds_total:.2f} s: generation {stats.seconds_generation:.2f} s, "
        f"waiting for verdicts {stats.seconds_judging_waited:.3f} s, feedback {stats.seconds_feedback:.3f} s; judging and feedback {share:.1%}"
    )


if __name__ == "__main__":
    main()
