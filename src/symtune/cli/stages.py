"""The stages a recipe is made of: a config, the files it takes, and the function that does it. One line each in STAGES."""

from __future__ import annotations

import dataclasses
import random
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from symtune import training
from symtune.cli import stage_configs as configs
from symtune.cli.arguments import load_verdicts
from symtune.config import Config
from symtune.domain import Episode, Problem, Program
from symtune.rollout import WarmUpConfig
from symtune.store import RunDirectory, as_records, save_records

Inputs = Mapping[str, Any]
"""Input name -> path (or list of paths), resolved."""


@dataclasses.dataclass(frozen=True)
class Stage:
    """One kind of stage.

    Attributes:
        verb: its name in a recipe.
        config_type: its settings.
        run: does it: ``run(config, inputs, run_directory) -> summary``; the third is the folder where it opens its own.
        inputs: files it needs.
        optional_inputs: files it takes when they are given.
        owns_run_directory: whether ``run`` opens the run directory itself.
    """

    verb: str
    config_type: type[Config]
    run: Callable[[Any, Inputs, Any], dict[str, Any]]
    inputs: tuple[str, ...] = ()
    optional_inputs: tuple[str, ...] = ()
    owns_run_directory: bool = False



def _gym(config: configs.GymConfig, inputs: Inputs, run: RunDirectory) -> dict[str, Any]:
    from symtune.cli.problems import gym

    truth_out = run.path / "truth.jsonl" if config.with_truth else None
    problems = gym(out=run.path / "problems.jsonl", truth_out=truth_out, **config.model_dump(exclude={"with_truth"}))
    return {"num_problems": len(problems)}


def _starter(config: configs.NoConfig, inputs: Inputs, run: RunDirectory) -> dict[str, Any]:
    from symtune.cli.problems import starter

    problems, programs = starter(out=run.path / "problems.jsonl", programs_out=run.path / "programs.jsonl")
    return {"num_problems": len(problems), "num_wrong_programs": len(programs)}


def _import(config: configs.ImportConfig, inputs: Inputs, run: RunDirectory) -> dict[str, Any]:
    from symtune.cli.problems import import_problems

    result = import_problems(
        config.format, inputs["path"], out=run.path / "problems.jsonl", tests=config.tests, workers=config.workers
    )
    return {"num_problems": len(result.problems), "num_rejected": len(result.rejected)}


def _check(config: configs.CheckConfig, inputs: Inputs, run: RunDirectory) -> dict[str, Any]:
    from symtune.cli.problems import check

    result = check(inputs["problems"], out=run.path / "problems.jsonl", workers=config.workers)
    return {"num_passing": len(result.passing), "num_set_apart": len(result.set_apart)}


def _split(config: configs.SplitConfig, inputs: Inputs, run: RunDirectory) -> dict[str, Any]:
    problems = as_records(inputs["problems"], Problem)
    random.Random(config.seed).shuffle(problems)
    cut = round(config.first_fraction * len(problems))
    save_records(run.path / "first.jsonl", problems[:cut])
    save_records(run.path / "second.jsonl", problems[cut:])
    return {"num_first": cut, "num_second": len(problems) - cut}


def _tests(config: configs.TestsConfig, inputs: Inputs, run: RunDirectory) -> dict[str, Any]:
    from symtune.cli.strengthen import strengthen
    from symtune.evaluation import store_suites, suite_summary

    original = as_records(inputs["problems"], Problem)
    out = run.path / "problems.jsonl"
    strong = as_records(out, Problem) if out.is_file() else strengthen(original, out=out, **config.model_dump())
    save_records(run.path / "grown.jsonl", [problem for problem in strong if problem.suite and not problem.suite.skipped])
    return suite_summary(store_suites(run, original=original, strengthened=strong))


def _sample(config: configs.SampleStageConfig, inputs: Inputs, run: RunDirectory) -> dict[str, Any]:
    from symtune.models import ModelConfig
    from symtune.rollout import SampleConfig, sample_to_file

    sampling = SampleConfig(**config.model_dump(exclude={"device"}))
    num_programs = sample_to_file(
        inputs["problems"], model=ModelConfig(model=str(inputs["policy"])), out=run.path / "programs.jsonl", sampling=sampling,
        device=config.device,
    )  # fmt: skip
    return {"num_programs": num_programs}


def _rollout(config: configs.RolloutStageConfig, inputs: Inputs, run: RunDirectory) -> dict[str, Any]:
    from symtune.cli.rollout import rollout
    from symtune.rollout import EpisodeConfig

    own = {"round", "device", "max_unjudged_fraction"}
    played = rollout(
        inputs["problems"], policy=str(inputs["policy"]), out=run.path / "records" / "episodes.jsonl",
        episodes=EpisodeConfig(**config.model_dump(exclude=own | {"backend"})), backend=config.backend, **config.model_dump(include=own),
    )  # fmt: skip
    by_turn = Counter(len(episode.turns) for episode in played if episode.is_solved)
    return {
        "num_episodes": len(played), "num_unjudged": sum(not episode.is_judged for episode in played), "num_solved": sum(by_turn.values()),
        "num_set_aside": len(played.set_aside), **{f"num_solved_at_turn_{turn}": count for turn, count in sorted(by_turn.items())},
    }  # fmt: skip


def _warm_up_dialogues(config: WarmUpConfig, inputs: Inputs, run: RunDirectory) -> dict[str, Any]:
    from symtune.cli.rollout import warm_up

    episodes = warm_up(
        inputs["problems"], out=run.path / "records" / "episodes.jsonl", problems_out=run.path / "problems.jsonl", episodes=config
    )
    return {"num_episodes": len(episodes), "num_solved": sum(episode.is_solved for episode in episodes)}


def _judge(config: configs.JudgeConfig, inputs: Inputs, run: RunDirectory) -> dict[str, Any]:
    from symtune.cli.judge import judge

    judged = judge(inputs["problems"], inputs["programs"], out=run.path / "judgements.jsonl", **config.model_dump())
    outcomes = Counter(judgement.outcome.value for judgement in judged)
    return {"num_judged": len(judged), **{f"num_{name}": count for name, count in sorted(outcomes.items())}}


def _train(function_name: str) -> Callable[[Any, Inputs, Path], dict[str, Any]]:
    """Return the stage function of one training function, which opens its own run directory."""

    def run(config: Config, inputs: Inputs, folder: Path) -> dict[str, Any]:
        given = dict.fromkeys(_MAY_BE_MISSING[function_name]) | dict(inputs)
        return getattr(training, function_name)(config, **given, out=folder)

    return run


_MAY_BE_MISSING: dict[str, tuple[str, ...]] = {
    "train_sft": ("validation", "episodes"), "train_critic": (), "train_coderl": ("critic",), "train_dpo": (), "train_rlef": ("validation",),
}  # fmt: skip
"""Inputs that a training function takes as None when a recipe does not name them."""

_JUDGED = ("problems", "programs", "judgements")


def _evaluate(config: configs.EvaluateConfig, inputs: Inputs, run: RunDirectory) -> dict[str, Any]:
    from symtune.evaluation import evaluation_summary, store_evaluation

    result = store_evaluation(
        run,
        problems=as_records(inputs["problems"], Problem),
        judgements=load_verdicts(inputs["judgements"]),
        programs=as_records(inputs["programs"], Program),
        baseline=inputs.get("baseline"),
        **config.model_dump(),
    )
    return evaluation_summary(result)


def _evaluate_episodes(config: configs.EvaluateEpisodesConfig, inputs: Inputs, run: RunDirectory) -> dict[str, Any]:
    from symtune.cli.evaluate_episodes import control_verdicts
    from symtune.evaluation import episodes_summary, judge_turns, store_episodes
    from symtune.judging import Judge

    problems, episodes = as_records(inputs["problems"], Problem), as_records(inputs["episodes"], Episode)
    verdicts = None
    if config.judge_turns:
        with Judge(workers=config.workers) as judge:
            verdicts = judge_turns(problems, episodes, judge=judge)
    others: dict[str, Any] = {name: as_records(inputs[name], Episode) for name in ("control", "random_feedback") if inputs.get(name)}
    public, final = inputs.get("control_public", ()), inputs.get("control_judgements", ())
    others["control_verdicts"] = control_verdicts(inputs.get("control", ()), public, final)
    result = store_episodes(
        run, problems=problems, episodes=episodes, turn_verdicts=verdicts, baseline=inputs.get("baseline"), **others,
        **config.model_dump(exclude={"judge_turns", "workers"}),
    )  # fmt: skip
    return episodes_summary(result)


def _evaluate_critic(config: configs.EvaluateCriticConfig, inputs: Inputs, run: RunDirectory) -> dict[str, Any]:
    from symtune.cli.evaluate import predict_and_compare
    from symtune.evaluation import critic_summary, store_critic

    options = config.model_dump(exclude={"batch_size", "critic_tokenizer"})
    compared = predict_and_compare(
        inputs["critic"], problems=inputs["problems"], programs=inputs["programs"], judgements=inputs["judgements"],
        batch_size=config.batch_size, critic_tokenizer=config.critic_tokenizer,
    )  # fmt: skip
    return critic_summary(store_critic(run, **compared, **options))


def _report(config: configs.ReportConfig, inputs: Inputs, run: RunDirectory) -> dict[str, Any]:
    from symtune.report import write_report

    files = write_report(inputs["runs"], out=run.path, title=config.title)
    return {"tables": files.tables_text, "page": str(files.html), "text": str(files.text), "figures": ", ".join(map(str, files.figures))}


STAGES: dict[str, Stage] = {
    stage.verb: stage
    for stage in (
        Stage("gym", configs.GymConfig, _gym),
        Stage("starter", configs.NoConfig, _starter),
        Stage("import", configs.ImportConfig, _import, inputs=("path",)),
        Stage("check", configs.CheckConfig, _check, inputs=("problems",)),
        Stage("split", configs.SplitConfig, _split, inputs=("problems",)),
        Stage("tests", configs.TestsConfig, _tests, inputs=("problems",)),
        Stage("sample", configs.SampleStageConfig, _sample, inputs=("problems", "policy")),
        Stage("rollout", configs.RolloutStageConfig, _rollout, inputs=("problems", "policy")),
        Stage("warm-up-dialogues", WarmUpConfig, _warm_up_dialogues, inputs=("problems",)),
        Stage("judge", configs.JudgeConfig, _judge, inputs=("problems", "programs")),
        Stage(
            "evaluate", configs.EvaluateConfig, _evaluate, inputs=_JUDGED,
            optional_inputs=("baseline",),
        ),
        Stage(
            "evaluate-episodes", configs.EvaluateEpisodesConfig, _evaluate_episodes, inputs=("problems", "episodes"),
            optional_inputs=("control", "control_public", "control_judgements", "random_feedback", "baseline"),
        ),
        Stage(
            "evaluate-critic", configs.EvaluateCriticConfig, _evaluate_critic,
            inputs=(*_JUDGED, "critic"),
        ),
        Stage(
            "sft", training.SftConfig, _train("train_sft"), inputs=("problems",), optional_inputs=("validation", "episodes"),
            owns_run_directory=True,
        ),
        Stage("critic", training.CriticConfig, _train("train_critic"), inputs=_JUDGED, owns_run_directory=True),
        Stage(
            "coderl", training.CoderlConfig, _train("train_coderl"), inputs=_JUDGED, optional_inputs=("critic",),
            owns_run_directory=True,
        ),
        Stage("dpo", training.DpoConfig, _train("train_dpo"), inputs=_JUDGED, owns_run_directory=True),
        Stage(
            "rlef", training.RlefConfig, _train("train_rlef"), inputs=("problems",), optional_inputs=("validation",),
            owns_run_directory=True,
        ),
        Stage("report", configs.ReportConfig, _report, inputs=("runs",)),
    )
}  # fmt: skip
"""Verb of a recipe -> stage."""
