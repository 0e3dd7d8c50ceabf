"""Turns become rows, rows become updates, shares of processes and micro-batches, and nothing is lost or counted twice."""

from __future__ import annotations

import pytest

pytest.importorskip("torch")

from rlef_toys import make_config

from symtune.domain import Episode, Turn
from symtune.errors import TrainingError
from symtune.training.rlef_batch import collate, pack, plan_updates


def turn(prompt, reply, **changes) -> Turn:
    values = {"prompt_token_ids": tuple(prompt), "reply_token_ids": tuple(reply), "reply_log_probs": tuple(-0.5 * token for token in reply)}
    return Turn(prompt="?", reply="!", source=None, **(values | changes))


def episode(*turns, name="p") -> Episode:
    return Episode(problem_id=name, turns=turns, id=f"{name}#0")


GOES_ON = episode(turn([1, 2], [3, 4]), turn([1, 2, 3, 4, 5], [6]))
SHORTENED = episode(turn([1, 2], [3]), turn([1, 9], [4, 5]), turn([1, 9, 4, 5, 7, 7], [8]))


def test_turns_that_go_on_share_a_row():
    (row,) = pack([GOES_ON])
    assert row.token_ids == [1, 2, 3, 4, 5, 6]
    assert row.turn_index == [-1, -1, 0, 0, -1, 1]
    assert row.behaviour_log_probs == [0, 0, -1.5, -2.0, 0, -3.0]
    assert row.value_positions == {0: 1, 1: 4}


def test_a_shortened_prompt_begins_a_new_row_and_keeps_the_turn_numbers():
    first, second = pack([SHORTENED])
    assert (first.token_ids, first.turn_index, first.value_positions) == ([1, 2, 3], [-1, -1, 0], {0: 1})
    assert second.token_ids == [1, 9, 4, 5, 7, 7, 8]
    assert second.turn_index == [-1, -1, 1, 1, -1, -1, 2]
    assert second.value_positions == {1: 1, 2: 5}


@pytest.mark.parametrize("lacking", [{"prompt_token_ids": ()}, {"reply_token_ids": (), "reply_log_probs": ()}, {"reply_log_probs": (-1.0,)}])
def test_a_turn_without_tokens_or_log_probabilities_is_refused_by_name(lacking):
    with pytest.raises(TrainingError, match="episode 'p#0', turn 2"):
        pack([episode(turn([1], [2, 3]), turn([1, 2, 3, 4], [5, 6], **lacking))])


def test_padding_belongs_to_no_turn():
    batch = collate(pack([GOES_ON, SHORTENED]), num_turns=3, pad_token_id=1)
    assert batch.turn_index.tolist()[1] == [-1, -1, 0, -1, -1, -1, -1]
    assert batch.attention_mask.sum(1).tolist() == [6, 3, 7]
    assert batch.is_reply.sum().item() == 7
    assert batch.has_turn.tolist() == [[True, True, False], [True, False, False], [False, True, True]]
    assert batch.value_positions.tolist() == [[1, 4, 0], [1, 0, 0], [0, 1, 5]]
    assert batch.episode.tolist() == [0, 1, 1]


MANY = [episode(turn(range(1, 2 + number), [7] * (1 + number % 3)), name=f"p{number}") for number in range(23)]


@pytest.mark.parametrize("num_processes", [1, 3])
def test_every_row_is_learnt_from_once_by_one_process(num_processes):
    config = make_config(updates_per_iteration=4, max_tokens_per_micro_batch=40)
    plans = [plan_updates(MANY, config=config, iteration=2, process_index=index, num_processes=num_processes) for index in range(num_processes)]
    own = [number for plan in plans for part in plan.parts for micro in part.own if not micro.is_filler for number in micro.rows]
    assert sorted(own) == list(range(23))
    for parts in zip(*(plan.parts for plan in plans), strict=True):
        assert len({part.rows for part in parts}) == 1, "processes disagree on what an update is made of"
        assert len({len(part.own) for part in parts}) == 1, "processes would wait for each other for ever"
    assert sorted(len(part.episodes) for part in plans[0].parts) == [5, 6, 6, 6]


def test_micro_batches_keep_to_the_tokens_allowed_and_a_long_row_goes_alone():
    plan = plan_updates(MANY, config=make_config(updates_per_iteration=1, max_tokens_per_micro_batch=20), iteration=0)
    for micro in plan.own:
        longest = max(len(plan.rows[number].token_ids) for number in micro.rows)
        assert len(micro.rows) * longest <= 20 or len(micro.rows) == 1
    assert any(len(plan.rows[micro.rows[0]].token_ids) > 20 for micro in plan.own), "no row is long; the test shows nothing"


def test_iterations_divide_differently_and_the_same_one_alike():
    config = make_config()
    first, again, other = (plan_updates(MANY, config=config, iteration=number).parts[0].episodes for number in (0, 0, 1))
    assert first == again != other


def test_fewer_episodes_than_updates_make_fewer_updates():
    plan = plan_updates(MANY[:2], config=make_config(updates_per_iteration=4), iteration=0)
    assert sorted(number for part in plan.parts for number in part.episodes) == [0, 1]
    assert all(part.own for part in plan.parts)
