"""Episodes to rows of tokens, rows to updates, processes and micro-batches.

Shapes: B rows, T tokens, K turns of the episode.

Turns whose prompt goes on from the prompt and reply before it share a row, so that a dialogue is read once; where the oldest feedback was
shortened, a new row begins. A row knows of every token whether it belongs to a reply, and of which turn; all else is the environment's.

Everything here depends on the episodes and the settings alone, so every process works out the same plan without asking the others.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from symtune.domain import Episode, Turn
from symtune.errors import TrainingError
from symtune.models.encoding import pad_rows
from symtune.objectives.ppo import ENVIRONMENT
from symtune.training.rlef_config import RlefConfig


@dataclass
class Row:
    """Some turns of one episode as one sequence.

    Attributes:
        episode: its number among the episodes of the iteration.
        turn_index: per token the turn whose reply it belongs to, or ENVIRONMENT.
        behaviour_log_probs: per token its log-probability (nats) when it was sampled; 0 off replies.
        value_positions: turn -> position of the last prompt token before its reply.
    """

    episode: int
    token_ids: list[int] = field(default_factory=list)
    turn_index: list[int] = field(default_factory=list)
    behaviour_log_probs: list[float] = field(default_factory=list)
    value_positions: dict[int, int] = field(default_factory=dict)

    def add(self, number: int, turn: Turn) -> None:
        """Append what is new of a turn's prompt, then its reply."""
        new = list(turn.prompt_token_ids[len(self.token_ids) :])
        reply = list(turn.reply_token_ids)
        self.token_ids += new + reply
        self.turn_index += [ENVIRONMENT] * len(new) + [number] * len(reply)
        self.behaviour_log_probs += [0.0] * len(new) + list(turn.reply_log_probs)
        self.value_positions[number] = len(turn.prompt_token_ids) - 1

    @property
    def num_reply_tokens(self) -> int:
        """Tokens that the policy wrote."""
        return sum(index != ENVIRONMENT for index in self.turn_index)


def pack(episodes: Sequence[Episode]) -> list[Row]:
    """Return the rows of all episodes, in order.

    Raises:
        TrainingError: a turn without tokens, which the sampler must keep, or with other numbers of tokens and log-probabilities.
    """
    rows: list[Row] = []
    for number, episode in enumerate(episodes):
        row: Row | None = None
        for index, turn in enumerate(episode.turns):
            _check_tokens(episode, index, turn)
            if row is None or list(turn.prompt_token_ids[: len(row.token_ids)]) != row.token_ids:
                row = Row(number)
                rows.append(row)
            row.add(index, turn)
    return rows


def _check_tokens(episode: Episode, index: int, turn: Turn) -> None:
    if not turn.prompt_token_ids or not turn.reply_token_ids or len(turn.reply_token_ids) != len(turn.reply_log_probs):
        raise TrainingError(
            f"episode {episode.id!r}, turn {index + 1}: {len(turn.prompt_token_ids)} prompt tokens, {len(turn.reply_token_ids)} reply tokens and "
            f"{len(turn.reply_log_probs)} log-probabilities; learning needs all of them, one log-probability per reply token"
        )


@dataclass(frozen=True)
class Batch:
    """Rows padded on the right, as tensors.

    Attributes:
        input_ids, attention_mask, turn_index: [B, T], int64.
        behaviour_log_probs: [B, T], nats, 0 off replies.
        value_positions: [B, K]; 0 where ``has_turn`` is false.
        has_turn: [B, K], whether the row holds that turn.
        episode: [B], numbers of the episodes.
    """

    input_ids: Tensor
    attention_mask: Tensor
    turn_index: Tensor
    behaviour_log_probs: Tensor
    value_positions: Tensor
    has_turn: Tensor
    episode: Tensor

    @property
    def is_reply(self) -> Tensor:
        """Whether the policy wrote the token: bool [B, T]."""
        return self.turn_index != ENVIRONMENT


def collate(rows: Sequence[Row], *, num_turns: int, pad_token_id: int, device: torch.device | str = "cpu") -> Batch:
    """Return the rows as one batch on a device."""
    positions = [[row.value_positions.get(turn, 0) for turn in range(num_turns)] for row in rows]
    has_turn = [[turn in row.value_positions for turn in range(num_turns)] for row in rows]
    tensors = [
        pad_rows([row.token_ids for row in rows], fill=pad_token_id),
        pad_rows([[1] * len(row.token_ids) for row in rows], fill=0),
        pad_rows([row.turn_index for row in rows], fill=ENVIRONMENT),
        pad_rows([row.behaviour_log_probs for row in rows], fill=0.0),
        torch.tensor(positions),
        torch.tensor(has_turn),
        torch.tensor([row.episode for row in rows]),
    ]
    return Batch(*(tensor.to(device) for tensor in tensors))


@dataclass(frozen=True)
class MicroBatch:
    """Rows of one forward pass.

    Attributes:
        rows: numbers of the rows.
        is_filler: whether it only keeps this process in step with the others; its losses are multiplied by 0.
    """

    rows: tuple[int, ...]
    is_filler: bool = False


@dataclass(frozen=True)
class Part:
    """One update's share of an iteration.

    Attributes:
        episodes: numbers of its episodes.
        rows: numbers of their rows, over all processes.
        own: the micro-batches of this process; every process has as many.
    """

    episodes: tuple[int, ...]
    rows: tuple[int, ...]
    own: tuple[MicroBatch, ...]


@dataclass(frozen=True)
class Plan:
    """What an iteration learns from, and in which pieces.

    Attributes:
        episodes: those that can be learnt from.
        rows: all their rows.
        parts: one per update; only parts that have episodes.
        num_turns: turns of the longest episode, K.
    """

    episodes: tuple[Episode, ...]
    rows: tuple[Row, ...]
    parts: tuple[Part, ...]
    num_turns: int

    @property
    def own(self) -> list[MicroBatch]:
        """All micro-batches of this process, each once."""
        return list(dict.fromkeys(micro for part in self.parts for micro in part.own))


def plan_updates(
    episodes: Sequence[Episode], *, config: RlefConfig, iteration: int, process_index: int = 0, num_processes: int = 1
) -> Plan:
    """Divide an iteration's episodes among its updates, and each update's rows among processes and micro-batches.

    Updates get equal numbers of episodes (one apart where they do not divide), drawn by the seed. Within an update rows go, longest first, to the
    process with the fewest tokens so far, and then into micro-batches of like length.

    Args:
        episodes: at least one, each with a turn.
        config: how many updates, and how many tokens a micro-batch may hold: rows times longest row; a row that is longer goes alone.
        iteration: from 0; with the config's seed it seeds the division.

    Raises:
        TrainingError: see `pack`.
    """
    rows = pack(episodes)
    order = list(range(len(episodes)))
    random.Random(f"{config.seed}/{iteration}").shuffle(order)
    rows_of: dict[int, list[int]] = {number: [] for number in order}
    for number, row in enumerate(rows):
        rows_of[row.episode].append(number)
    parts: list[Part] = []
    num_updates = config.updates_per_iteration
    for update in range(num_updates):
        chosen = order[update * len(order) // num_updates : (update + 1) * len(order) // num_updates]
        members = [number for episode in chosen for number in rows_of[episode]]
        batches = [_micro_batches(dealt, rows, config.max_tokens_per_micro_batch) for dealt in _deal(members, rows, num_processes)]
        own, width = batches[process_index], max(map(len, batches))
        own += [MicroBatch((members[0],), is_filler=True) for _ in range(width - len(own))]
        parts += [Part(tuple(chosen), tuple(members), tuple(own))] if chosen else []
    return Plan(tuple(episodes), tuple(rows), tuple(parts), max(len(episode.turns) for episode in episodes))


def _deal(members: Sequence[int], rows: Sequence[Row], num_processes: int) -> list[list[int]]:
    shares: list[list[int]] = [[] for _ in range(num_processes)]
    loads = [0] * num_processes
    for number in sorted(members, key=lambda number: -len(rows[number].token_ids)):
        lightest = loads.index(min(loads))
        shares[lightest].append(number)
        loads[lightest] += len(rows[number].token_ids)
    return shares


def _micro_batches(share: Sequence[int], rows: Sequence[Row], max_tokens: int) -> list[MicroBatch]:
    """Cut a share, longest row first, so that rows times the first row's length stays within the limit."""
    batches: list[list[int]] = []
    longest = 0
    for number in share:
        if not batches or (len(batches[-1]) + 1) * longest > max_tokens:
            batches.append([])
            longest = len(rows[number].token_ids)
        batches[-1].append(number)
    return [MicroBatch(tuple(batch)) for batch in batches]
