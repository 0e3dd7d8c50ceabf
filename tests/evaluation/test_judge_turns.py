"""Programs of earlier turns on all tests, by the real judge: what n@k takes as given holds, and the figures are those of the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_episodes import episode, problem, verdict

from symtune import store
from symtune.cli.evaluate import evaluate, summarise_evaluation
from symtune.cli.stages import STAGES
from symtune.config import build_config
from symtune.domain import Judgement
from symtune.domain.episode_results import BrowsableEpisode, EpisodeResult
from symtune.errors import BadInputError
from symtune.evaluation import judge_turns
from symtune.judging import Judge

PROBLEMS = [problem("a"), problem("b")]
EPISODES = [episode("a", "WCP"), episode("a", "NRW", index=1), episode("b", "P"), episode("b", "WWW", index=1)]


def test_earlier_programs_are_judged_on_all_tests_and_none_passes() -> None:
    with Judge(workers=1) as judge:
        found = judge_turns(PROBLEMS, EPISODES, judge=judge)
    outcomes = [[one.outcome.value if isinstance(one, Judgement) else None for one in row] for row in found]
    assert outcomes == [
        ["failed_test", "compile_error", "passed"], [None, "runtime_error", "failed_test"], ["passed"], ["failed_test"] * 3,
    ]  # fmt: skip
    first = found[0][0]
    assert isinstance(first, Judgement)
    assert first.num_cases == 2
    assert found[0][2] is EPISODES[0].judgement


def test_the_verb_and_the_stage_agree(tmp_path: Path) -> None:
    paths = {"problems": tmp_path / "problems.jsonl", "episodes": tmp_path / "episodes.jsonl"}
    store.save_records(paths["problems"], PROBLEMS)
    store.save_records(paths["episodes"], EPISODES)
    by_verb = evaluate(paths["problems"], episodes=paths["episodes"], turns=3, budget=3, name="x", out=tmp_path / "verb", judge_turns=True)
    assert isinstance(by_verb, EpisodeResult)
    assert by_verb.rate.total.value == 0.5
    assert by_verb.turn_check == {"num_judged": 5, "num_passed": 0, "num_unjudged": 0}
    lines = "\n".join(summarise_evaluation(by_verb))
    assert "1@3, 1 rollout(s) of 3 turns: 50.0%" in lines
    assert "single turn (first turns of the same rollouts)" in lines
    assert "2 of 2 problems have fewer than 3 judged rollouts" in lines
    stage = STAGES["evaluate-episodes"]
    config = build_config(stage.config_type, {"name": "x", "judge_turns": True})
    with store.RunDirectory.open(tmp_path / "stage", stage="evaluate-episodes", config=config.model_dump(mode="json"), inputs={}, seed=0) as run:
        stage.run(config, paths, run)
    assert store.load_records(tmp_path / "stage" / "records" / "episode_result.jsonl", EpisodeResult) == [by_verb]
    shown = store.load_records(tmp_path / "stage" / "records" / "dialogues.jsonl", BrowsableEpisode)
    assert [one.id for one in shown] == ["a#0", "b#1", "a#1", "b#0"]  # of each problem in turn: repaired, failed, solved at once
    final = shown[0].turns[0].final
    assert final is not None
    assert final.num_cases == 2


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({}, "nothing to evaluate"),
        ({"episodes": EPISODES, "judgements": "j.jsonl"}, "--judgements does nothing beside --episodes"),
        ({"episodes": EPISODES, "judge_turns": True}, "give --out"),
        ({"judgements": "j.jsonl", "control": EPISODES}, "--control does nothing beside judgements"),
        ({"episodes": EPISODES, "control_public": "j.jsonl"}, "go together"),
        ({"episodes": EPISODES, "control_public": "j.jsonl", "control_judgements": "k.jsonl", "control": EPISODES}, "--control does nothing"),
        ({"episodes": EPISODES, "budget": 2}, "buys no rollout of 3 turns"),
    ],
)
def test_flags_that_do_not_fit_are_refused(arguments, says) -> None:
    with pytest.raises(BadInputError, match=says):
        evaluate(PROBLEMS, **arguments)


def test_judged_programs_may_be_the_control() -> None:
    judged = [verdict(name, letter).model_copy(update={"program_id": f"{name}#{i}"}) for name in "ab" for i, letter in enumerate("PWW")]
    result = evaluate(PROBLEMS, episodes=EPISODES, control_public=judged, control_judgements=judged)
    assert isinstance(result, EpisodeResult)
    assert result.control.rate.total.value == 1.0
    assert result.control.rate.origin == "independent programs"
    assert result.control.gains["total"].difference.value == -0.5
