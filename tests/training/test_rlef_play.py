"""An iteration's problems follow from its number; what cannot be learnt from is left out, and too much of it stops the run."""

from __future__ import annotations

import pytest

pytest.importorskip("torch")

from rlef_toys import make_config, make_problems, verdict

from symtune.domain import Episode, Turn
from symtune.errors import BadConfigError, TooManyUnjudgedError, TrainingError
from symtune.training.rlef_play import choose_kept, draw_problems


def drawn(count: int, iteration: int, **changes) -> list[str]:
    return [problem.id for problem in draw_problems(make_problems(count), iteration=iteration, config=make_config(**changes))]


def test_a_pass_through_the_data_draws_each_problem_once_and_the_next_in_another_order():
    first = [drawn(12, iteration) for iteration in range(3)]  # four problems each
    assert sorted(name for names in first for name in names) == sorted(f"p{number}" for number in range(12))
    assert first != [drawn(12, iteration) for iteration in range(3, 6)]
    assert drawn(12, 1) == first[1]


def test_what_is_left_over_at_the_end_of_a_pass_is_not_mixed_with_the_next():
    for iteration in range(6):
        assert len(set(drawn(11, iteration))) == 4


def test_too_few_problems_are_refused_with_what_to_do():
    with pytest.raises(BadConfigError, match=r"needs 4 problems .* 3 can be played; raise episodes.num_episodes"):
        drawn(3, 0)


def episodes() -> list[Episode]:
    problems = make_problems(2)
    played = Turn(prompt="?", reply="!", source="pass")
    found = [
        Episode(problem_id=problem.id, id=f"{problem.id}#{index}", turns=(played,), judgement=verdict(problem, True))
        for problem in problems
        for index in range(3)
    ]
    lost = found[1].model_copy(update={"judgement": None, "end_reason": "unjudged", "unjudged_reason": "the guest went away"})
    return [found[0], lost, *found[2:]]


def test_an_unjudged_episode_is_left_out_and_with_groups_its_whole_group():
    for value, kept in (("turn", ["p0#0", "p0#2", "p1#0", "p1#1", "p1#2"]), ("group", ["p1#0", "p1#1", "p1#2"])):
        config = make_config(value=value, max_unjudged_fraction=0.5)
        assert [episode.id for episode in choose_kept(episodes(), iteration=0, config=config)] == kept


def test_too_many_unjudged_stop_the_run_and_name_the_reason():
    with pytest.raises(TooManyUnjudgedError, match=r"iteration 5: 1 of 6 .*allowed: 10%.*p0#1: the guest went away"):
        choose_kept(episodes(), iteration=4, config=make_config(max_unjudged_fraction=0.1))


def test_episodes_that_never_began_are_left_out_and_nothing_left_is_an_error():
    empty = [Episode(problem_id="p", id="p#0", turns=(), end_reason="context_full")]
    assert len(choose_kept([*episodes()[2:], *empty], iteration=0, config=make_config())) == 4
    with pytest.raises(TrainingError, match="1 have no turn because the first prompt does not fit"):
        choose_kept(empty, iteration=0, config=make_config())
