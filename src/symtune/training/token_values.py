"""The critic's token values of sampled programs: scored once, kept as records, read by every later session of the run.

Shapes: B batch, T token (of the program, as the critic or as the policy cuts it).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from accelerate import PartialState

from symtune.models import IGNORED, PairCollator, load_critic
from symtune.objectives.critic import token_values
from symtune.store import Progress, RunDirectory
from symtune.training.coderl import CoderlConfig
from symtune.training.critic import critic_folder
from symtune.training.encoding import Encoded, encode, example_length
from symtune.training.inputs import Judged
from symtune.training.loop import device_of

NUM_DIGITS = 6
"""Decimals kept of a token value."""


def token_weights(
    run: RunDirectory, items: Sequence[Judged], sampled: Encoded, *, critic: Path | str | None, policy: Any, config: CoderlConfig
) -> list[list[float]]:
    """Return the weight of each token of each sample: the critic's q_t, or 1 everywhere where there is no critic."""
    if critic is None:
        return [[1.0] * len(example["labels"]) for example in sampled.examples]
    return record_token_values(run, items, critic=critic_folder(critic), policy=policy, config=config)


def record_token_values(
    run: RunDirectory, items: Sequence[Judged], *, critic: Path, policy: Any, config: CoderlConfig
) -> list[list[float]]:
    """Return q_t for the tokens of each program as the policy cuts it; score those that no record holds yet.

    The values are in ``records/token_values.jsonl``, one line per program: ``problem_id``, ``program_id``, ``outcome``
    (rank), ``token_values``. They are never refreshed. The batches are the same in every session, so a resumed run
    records what an unbroken one records.

    Args:
        run: whose records.
        items: judged samples.
        critic: folder of the critic.
        policy: whose tokens the values are for.
        config: gives the token limits and, where the critic's folder holds none, its tokenizer.

    Source: Le et al. 2022 (CodeRL), equation 9.
    Differs: where critic and policy cut a program into other tokens, values are carried over by characters
        (`carry_over`); CodeRL uses one tokenizer for both.
    """
    batch_size = 2 * config.batch_size
    log = run.records("token_values")
    if PartialState().is_main_process:
        known = {(line["problem_id"], line["program_id"]) for line in log.read()}
        if any(_key(item) not in known for item in items):
            changes = {"model": str(critic), "tokenizer": config.critic_tokenizer, "lora": None}
            loaded = load_critic(config.model.model_copy(update=changes), device=device_of(config))
            with log as open_log, Progress(len(items), "token values") as progress:
                progress.advance(len(known))
                for line in _score(loaded, policy, items, known=known, batch_size=batch_size, progress=progress):
                    open_log.append(line)
    PartialState().wait_for_everyone()
    found = {(line["problem_id"], line["program_id"]): line["token_values"] for line in log.read()}
    return [found[_key(item)] for item in items]


def _key(item: Judged) -> tuple[str, str]:
    return item.problem.id, item.program.program_id


def _score(
    critic: Any, policy: Any, items: Sequence[Judged], *, known: set[tuple[str, str]], batch_size: int, progress: Progress
) -> Any:
    """Yield one record per program that is not known, in batches of like length."""
    pairs = [(item.problem, item.program.source) for item in items]
    by_critic, by_policy = encode(critic, pairs), encode(policy, pairs)
    order = sorted(range(len(items)), key=lambda index: -example_length(by_critic.examples[index]))
    collate = PairCollator.of(critic)
    for start in range(0, len(order), batch_size):
        indices = order[start : start + batch_size]
        if all(_key(items[index]) in known for index in indices):
            continue
        batch = {key: value.to(critic.device) for key, value in collate([by_critic.examples[i] for i in indices]).items()}
        labels_BT = batch.pop("labels")
        outcomes_B = torch.tensor([items[index].judgement.outcome.rank for index in indices], device=critic.device)
        with torch.no_grad():
            output = critic(**batch)
        rows = token_values(output.token_logits, outcomes_B, mask_BT=labels_BT != IGNORED).cpu().tolist()
        for index, row in zip(indices, rows, strict=True):
            if _key(items[index]) in known:
                continue
            values = _for_policy(critic, policy, items[index], row, by_critic=by_critic, by_policy=by_policy, index=index)
            problem_id, program_id = _key(items[index])
            yield {
                "problem_id": problem_id, "program_id": program_id, "outcome": items[index].judgement.outcome.rank,
                "token_values": [round(value, NUM_DIGITS) for value in values],
            }  # fmt: skip
            progress.advance()


def _for_policy(
    critic: Any, policy: Any, item: Judged, row: Sequence[float], *, by_critic: Encoded, by_policy: Encoded, index: int
) -> list[float]:
    critic_ids = by_critic.examples[index]["labels"]
    policy_ids = [token for token in by_policy.examples[index]["labels"] if token != IGNORED]
    if critic_ids == policy_ids and critic.tokenizer.get_vocab() == policy.tokenizer.get_vocab():
        return list(row[: len(policy_ids)])
    return carry_over(
        row[: len(critic_ids)],
        from_spans=token_spans(critic, item.program.source, critic_ids),
        to_spans=token_spans(policy, item.program.source, policy_ids),
    )


def token_spans(model: Any, source: str, token_ids: Sequence[int]) -> list[tuple[int, int]]:
    """Return the characters ``[first, end)`` of the source that each token stands for; special tokens stand for none."""
    plain = model.tokenizer(
        source, add_special_tokens=False, split_special_tokens=True, return_offsets_mapping=True, verbose=False
    )
    num_before = next(
        (start for start in range(len(token_ids)) if list(token_ids[start : start + 1]) == plain["input_ids"][:1]), 0
    )
    spans = [(0, 0)] * num_before + [tuple(span) for span in plain["offset_mapping"]]
    end = (len(source), len(source))
    return [spans[place] if place < len(spans) else end for place in range(len(token_ids))]


def carry_over(
    values: Sequence[float], *, from_spans: Sequence[tuple[int, int]], to_spans: Sequence[tuple[int, int]]
) -> list[float]:
    """Return for each token of one cut of a text the mean value of the characters it covers in another cut.

    A character has the value of the token that covers it there; a token that covers none (the end token) has the value of
    the other cut's last token.

    Source: ours.
    """
    by_character: Mapping[int, float] = {
        place: value for value, (first, end) in zip(values, from_spans, strict=True) for place in range(first, end)
    }
    carried = []
    for first, end in to_spans:
        covered = [by_character[place] for place in range(first, end) if place in by_character]
        carried.append(sum(covered) / len(covered) if covered else values[-1])
    return carried
