"""What one PPO update costs beside a plain supervised step on the same tokens and the same two networks.

    OMP_NUM_THREADS=2 python benchmarks/ppo_update.py --rounds 7

The supervised step: cross-entropy of the reply tokens for the policy, squared error at the last prompt tokens for the value
network, logits of all positions, the same micro-batches, clipping and AdamW. It is taken twice: as anybody writes it (`plain`), and with
logits of the kept positions only, as our update has them (`kept`). The update is `learn`; with what comes before it (`remember`,
`credit`: old and reference log-probabilities, values, advantages) it is the whole of an iteration but the play.

Times are CPU seconds of this process on CPU (other work on the machine does not count), wall seconds on a GPU; rounds are interleaved and
the median is reported.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch

from symtune.domain import Case, Cause, Episode, FirstFailure, Judgement, Outcome, Problem, Turn
from symtune.models import ModelConfig, PresetSizes, tokenizer_corpus
from symtune.rollout.config import EpisodeConfig
from symtune.training.rlef_batch import MicroBatch, Plan, plan_updates
from symtune.training.rlef_config import RlefConfig
from symtune.training.rlef_credit import Memory, assign_credit, remember
from symtune.training.rlef_learn import learn, step
from symtune.training.rlef_networks import Networks, load_networks

ALLOWED = 1.6


def make_episodes(count: int, *, prompt: int, feedback: int, reply: int, vocabulary: int) -> list[Episode]:
    """Episodes of three turns with random tokens; lengths vary by a quarter."""
    draw = random.Random(0)

    def tokens(length: int) -> tuple[int, ...]:
        return tuple(draw.randrange(4, vocabulary) for _ in range(draw.randint(3 * length // 4, 5 * length // 4)))

    episodes = []
    for number in range(count):
        read: tuple[int, ...] = ()
        turns = []
        for turn in range(3):
            read += tokens(feedback if turn else prompt)
            written = tokens(reply)
            turns.append(
                Turn(
                    prompt="?", reply="!", source="pass", prompt_token_ids=read, reply_token_ids=written,
                    reply_log_probs=tuple(-7.0 for _ in written),
                )
            )
            read += written
        is_right = number % 2 == 0
        failure = None if is_right else FirstFailure(case_index=0, cause=Cause.WRONG_VALUE, message="wrong")
        judgement = Judgement(
            problem_id=str(number), program_id=str(number), outcome=Outcome.PASSED if is_right else Outcome.FAILED_TEST,
            cause=None if is_right else Cause.WRONG_VALUE, num_passed=int(is_right), num_cases=1, first_failure=failure,
        )  # fmt: skip
        episodes.append(Episode(problem_id=str(number), id=f"{number}#0", turns=tuple(turns), judgement=judgement))
    return episodes


def supervised(networks: Networks, plan: Plan, memory: Memory, *, is_kept: bool) -> Callable[[], None]:
    """Return a step of both networks on the same rows."""
    num_tokens = sum(row.num_reply_tokens for row in plan.rows)
    num_turns = sum(len(row.value_positions) for row in plan.rows)

    def policy_loss(micro: MicroBatch) -> torch.Tensor:
        batch = memory.batches[micro]
        if is_kept:
            return -networks.log_probs(batch)[0].sum() / num_tokens
        logits = networks.actor.module(input_ids=batch.input_ids, attention_mask=batch.attention_mask, use_cache=False).logits
        labels = batch.input_ids.masked_fill(~batch.is_reply, -100)[:, 1:]
        return torch.nn.functional.cross_entropy(logits[:, :-1].float().flatten(0, 1), labels.flatten(), reduction="sum") / num_tokens

    def value_loss(micro: MicroBatch) -> torch.Tensor:
        batch = memory.batches[micro]
        errors = networks.values(batch).gather(1, batch.value_positions) - 1.0
        return errors.square()[batch.has_turn].sum() / num_turns

    def work() -> None:
        part = plan.parts[0]
        step(networks, networks.actor, part, policy_loss, name="policy", max_grad_norm=1.0, where="benchmark")
        step(networks, networks.value, part, value_loss, name="value", max_grad_norm=1.0, where="benchmark")

    return work


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--episodes", type=int, default=32)
    parser.add_argument("--prompt-tokens", type=int, default=150)
    parser.add_argument("--feedback-tokens", type=int, default=60)
    parser.add_argument("--reply-tokens", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--hidden-size", type=int, default=128)
    parser.add_argument("--vocabulary-size", type=int, default=1536)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--mixed-precision", default="no")
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()

    problems = [Problem(id="p", statement="Add one to x. " * 30, entry_point="f", tests=(Case.call(1, expected=2),), references=("def f(x): pass",))]
    sizes = PresetSizes(vocabulary_size=arguments.vocabulary_size, hidden_size=arguments.hidden_size, feed_forward_size=4 * arguments.hidden_size)
    config = RlefConfig(
        model=ModelConfig(model="tiny-llama", sizes=sizes, context_tokens=2048), device=arguments.device, updates_per_iteration=1, warmup_steps=0,
        episodes=EpisodeConfig(), max_tokens_per_micro_batch=4096, mixed_precision=arguments.mixed_precision,
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        networks = load_networks(config, corpus=tokenizer_corpus(problems), out=Path(folder))
    vocabulary = networks.policy.bare_model.config.vocab_size
    lengths = {"prompt": arguments.prompt_tokens, "feedback": arguments.feedback_tokens, "reply": arguments.reply_tokens}
    plan = plan_updates(make_episodes(arguments.episodes, **lengths, vocabulary=vocabulary), config=config, iteration=0)
    memory = remember(plan, networks, config=config, where="benchmark")
    credit = assign_credit(plan, memory, config=config)

    def iteration() -> None:
        fresh = remember(plan, networks, config=config, where="benchmark")
        learn(plan, fresh, assign_credit(plan, fresh, config=config), networks, config=config, where="benchmark")

    works: dict[str, Callable[[], object]] = {
        "supervised, plain": supervised(networks, plan, memory, is_kept=False),
        "supervised, kept": supervised(networks, plan, memory, is_kept=True),
        "update": lambda: learn(plan, memory, credit, networks, config=config, where="benchmark"),
        "remember + credit + update": iteration,
    }
    is_gpu = networks.device.type == "cuda"
    clock = time.perf_counter if is_gpu else time.process_time
    seconds: dict[str, list[float]] = {name: [] for name in works}
    for number in range(arguments.rounds + 1):
        for name, work in works.items():
            began = clock()
            work()
            if is_gpu:
                torch.cuda.synchronize()
            if number:
                seconds[name].append(clock() - began)
    num_tokens = sum(len(row.token_ids) for row in plan.rows)
    plain = statistics.median(seconds["supervised, plain"])
    print(f"{arguments.episodes} episodes of 3 turns, {num_tokens} tokens, {len(plan.own)} micro-batches, {vocabulary} words, {torch.get_num_threads()} thread(s)")
    rows = [{"name": name, "seconds": statistics.median(found), "ratio": statistics.median(found) / plain} for name, found in seconds.items()]
    for row in rows:
        print(f"{row['name']:>28}: {row['seconds']:.3f} s, {row['ratio']:.2f} x plain")
    print(f"asked: the update {ALLOWED} x plain or less")
    if arguments.out is not None:
        arguments.out.write_text(json.dumps({"num_tokens": num_tokens, "rounds": arguments.rounds, "rows": rows}, indent=2) + "\n")


if __name__ == "__main__":
    main()
