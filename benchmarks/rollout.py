"""What a rollout of several turns costs: replies per second in dialogues against single-turn samples of plain `generate`.

    OMP_NUM_THREADS=1 python benchmarks/rollout.py

Same model, same number of replies, all of full length (the end token is barred), in the same run, the ways of sampling in turn and the
best round of each. In dialogues each problem has `--group` episodes, and a scripted feedback of two failed cases follows
each reply. Prompts of later turns are longer, and attention over them is what dialogues cost more: the lengths are printed. The tokenizer
knows the statement by heart, so the first prompt is short and the ratio is strict.

The share of judging and feedback in a rollout's wall time is measured by `benchmarks/rollout_judging.py`.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import torch
from sampling import make_problems

from symtune.domain import Problem
from symtune.models import (
    BackendConfig,
    ChatRequest,
    Message,
    ModelConfig,
    PresetSizes,
    SamplingSettings,
    TransformersPolicy,
    build_prompt,
    load_policy,
    tokenizer_corpus,
)

STATEMENT = (
    "Take a list of integers, keep those that are greater than {bound}, square each of them and return the sum. "
    "When nothing is left, return 0.\n\nExample: [1, {bound}, 20] gives 400.\nExample: [] gives 0."
)
FEEDBACK = (
    "Your program fails 2 of 3 tests.\nInput: [1, {turn}, 20]\nExpected: 400\nGot: 20\nInput: [30, {turn}, 3]\nExpected: 900\nGot: 30\n"
    "Try again. Answer with one program."
)

MIN_RATIO = 0.8
"""Asked for: replies per second in dialogues against single turns of plain `generate`."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--num-problems", type=int, default=16)
    parser.add_argument("--group", type=int, default=8, help="episodes of one problem")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--max-new-tokens", type=int, default=48)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--num-layers", type=int, default=3)
    parser.add_argument("--hidden-size", type=int, default=128)
    arguments = parser.parse_args()
    generation(arguments)


def generation(arguments: argparse.Namespace) -> None:
    """Print the replies per second of each way, and their ratio to plain `generate`."""
    problems = make_problems(arguments.num_problems, statement=STATEMENT)
    prompts = [build_prompt(problem) for problem in problems for _ in range(arguments.group)]
    settings = SamplingSettings(max_new_tokens=arguments.max_new_tokens)
    kept = make_policy(problems, arguments)
    anew = TransformersPolicy(kept.model, kept.tokenizer, kept.config.model_copy(update={"backend": BackendConfig(kept_cache_bytes=0)}))
    prompt_tokens: list[int] = []
    ways: dict[str, Callable[[], object]] = {
        "single turns, plain generate": lambda: [plain_generate(kept, prompts, settings) for _ in range(arguments.turns)],
        "dialogues, caches kept": lambda: dialogues(kept, prompts, settings, turns=arguments.turns, prompt_tokens=prompt_tokens),
        "dialogues, prompts read anew": lambda: dialogues(anew, prompts, settings, turns=arguments.turns, prompt_tokens=[]),
    }
    seconds = time_in_turn(ways, arguments.rounds)
    num_replies = len(prompts) * arguments.turns
    print(
        f"tiny-llama, {sum(weight.numel() for weight in kept.model.parameters()):,} weights, {len(prompts)} rows, {arguments.turns} turns, "
        f"{settings.max_new_tokens} tokens a reply, prompts of {prompt_tokens[: arguments.turns]} tokens by turn, {torch.get_num_threads()} thread(s)"
    )
    base_wall_s, base_cpu_s = seconds["single turns, plain generate"]
    for name, (wall_s, cpu_s) in seconds.items():
        print(
            f"{name:32} {num_replies / wall_s:7.1f} replies/s of wall time ({base_wall_s / wall_s:.2f}), "
            f"{num_replies / cpu_s:7.1f} per CPU second ({base_cpu_s / cpu_s:.2f})"
        )
    print(f"asked: {MIN_RATIO} of plain generate per reply")


def make_policy(problems: list[Problem], arguments: argparse.Namespace) -> TransformersPolicy:
    """A fresh tiny-llama that never ends a reply early; its tokenizer has seen feedback, as in training."""
    config = ModelConfig(
        model="tiny-llama",
        context_tokens=2048,
        sizes=PresetSizes(
            num_layers=arguments.num_layers,
            hidden_size=arguments.hidden_size,
            feed_forward_size=4 * arguments.hidden_size,
        ),
    )
    corpus = [*tokenizer_corpus(problems), *(FEEDBACK.format(turn=turn) for turn in range(arguments.turns))]
    policy = load_policy(config, corpus=corpus, device="cpu")
    bar = torch.zeros(policy.model.config.vocab_size)
    bar[policy.tokenizer.eos_token_id] = -1e9
    policy.model.get_output_embeddings().register_forward_hook(lambda _module, _inputs, output: output + bar)
    return policy


def plain_generate(policy: TransformersPolicy, prompts: list[str], settings: SamplingSettings) -> None:
    policy.tokenizer.padding_side = "left"
    inputs = policy.tokenizer(prompts, return_tensors="pt", padding=True)
    policy.model.generate(
        input_ids=inputs.input_ids,
        attention_mask=inputs.attention_mask,
        do_sample=True,
        top_k=0,
        max_new_tokens=settings.max_new_tokens,
    )


def dialogues(
    policy: TransformersPolicy, prompts: list[str], settings: SamplingSettings, *, turns: int, prompt_tokens: list[int]
) -> None:
    policy.forget()
    messages: list[tuple[Message, ...]] = [(Message("user", prompt),) for prompt in prompts]
    for turn in range(turns):
        requests = [ChatRequest(dialogue, 1000 * turn + row) for row, dialogue in enumerate(messages)]
        replies = policy.chat(requests, settings)
        prompt_tokens.append(len(replies[0].prompt_token_ids))
        feedback = Message("user", FEEDBACK.format(turn=turn))
        messages = [
            (*dialogue, Message("assistant", reply.text, reply.token_ids), feedback) for dialogue, reply in zip(messages, replies)
        ]
    policy.forget()


def time_in_turn(ways: dict[str, Callable[[], object]], rounds: int) -> dict[str, tuple[float, float]]:
    """Return the least wall and CPU seconds of each way, after one round that does not count."""
    best = {name: (float("inf"), float("inf")) for name in ways}
    for number in range(rounds + 1):
        for name, work in ways.items():
            wall, cpu = time.perf_counter(), time.process_time()
            work()
            if number:
                best[name] = min(best[name][0], time.perf_counter() - wall), min(best[name][1], time.process_time() - cpu)
    return best


if __name__ == "__main__":
    main()
