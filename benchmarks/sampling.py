"""Programs per second that a freshly built preset samples on this machine. Every program runs to its full length.

    OMP_NUM_THREADS=1 python benchmarks/sampling.py --preset tiny-t5 --batch-size 256 --max-new-tokens 48

The draw is made at a low temperature so that few tokens carry the mass, as after training. `--reference` times
`transformers`' own `generate` on the same rows, with the same top-p.
"""

from __future__ import annotations

import argparse
import time

import torch

from symtune.domain import Problem
from symtune.models import ModelConfig, Request, SamplingSettings, build_prompt, load_policy, tokenizer_corpus

STATEMENT = "Take a list of integers, keep those that are greater than {bound}, square each of them and return the sum."
REFERENCE = "def solve(numbers):\n    return sum(number * number for number in numbers if number > {bound})\n"


def make_problems(count: int, *, statement: str = STATEMENT) -> list[Problem]:
    """Problems that differ in a bound; ``statement`` holds ``{bound}``."""
    return [
        Problem(
            id=str(bound),
            statement=statement.format(bound=bound),
            entry_point="solve",
            starter_code="def solve(numbers: list[int]) -> int:\n",
            references=(REFERENCE.format(bound=bound),),
        )
        for bound in range(count)
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--preset", default="tiny-t5")
    parser.add_argument("--batch-size", type=int, default=256)
    parser.add_argument("--num-problems", type=int, default=13)
    parser.add_argument("--max-new-tokens", type=int, default=48)
    parser.add_argument("--temperature", type=float, default=0.05)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--reference", action="store_true")
    arguments = parser.parse_args()

    problems = make_problems(arguments.num_problems)
    policy = load_policy(ModelConfig(model=arguments.preset), corpus=tokenizer_corpus(problems), device="cpu")
    policy.model.generation_config.eos_token_id = None
    policy.tokenizer.eos_token_id = None
    prompts = [build_prompt(problems[index % len(problems)]) for index in range(arguments.batch_size)]
    requests = [Request(prompt, seed) for seed, prompt in enumerate(prompts)]
    settings = SamplingSettings(temperature=arguments.temperature, top_p=0.95, max_new_tokens=arguments.max_new_tokens)

    def ours() -> None:
        policy.generate(requests, settings)

    def reference() -> None:
        policy.tokenizer.padding_side = "left"
        inputs = policy.tokenizer(prompts, return_tensors="pt", padding=True)
        policy.model.generate(
            input_ids=inputs.input_ids,
            attention_mask=inputs.attention_mask,
            do_sample=True,
            temperature=settings.temperature,
            top_p=settings.top_p,
            top_k=0,
            max_new_tokens=settings.max_new_tokens,
        )

    print(f"{arguments.preset}, batch {arguments.batch_size}, {arguments.max_new_tokens} tokens, {torch.get_num_threads()} thread(s)")
    for name, work in [("symtune", ours), *([("transformers generate", reference)] if arguments.reference else [])]:
        work()
        walls, cpus = [], []
        for _ in range(arguments.rounds):
            wall, cpu = time.perf_counter(), time.process_time()
            work()
            walls.append(time.perf_counter() - wall)
            cpus.append(time.process_time() - cpu)
        rates = [arguments.batch_size / min(seconds) for seconds in (walls, cpus)]
        print(f"{name}: {rates[0]:.0f} programs/s of wall time, {rates[1]:.0f} per CPU second (best of {arguments.rounds})")


if __name__ == "__main__":
    main()
