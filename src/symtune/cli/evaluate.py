"""`symtune evaluate | evaluate-critic | report`: verdicts -> figures with intervals -> tables, pictures, one page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import tyro

from symtune.cli.arguments import (
    EpisodesArg,
    JudgementsArg,
    ProblemsArg,
    ProgramsArg,
    load_problems,
    load_programs,
    load_verdicts,
)
from symtune.cli.evaluate_episodes import (
    evaluate_played,
    format_estimate,
    has_records,
    refuse_flags,
    summarise_episodes,
)
from symtune.domain.episode_results import EpisodeResult
from symtune.domain.results import CriticResult, Evaluation, PolicyResult
from symtune.errors import BadInputError
from symtune.evaluation import evaluate as evaluate_judgements
from symtune.evaluation import write_critic_run, write_evaluation_run
from symtune.evaluation.n_at_k import NUM_RESAMPLES
from symtune.report import ReportFiles, write_report


def evaluate(
    problems: tyro.conf.Positional[ProblemsArg],
    judgements: tyro.conf.Positional[JudgementsArg] = (),
    *,
    out: Path | None = None,
    programs: ProgramsArg = (),
    name: str = "policy",
    baseline: Path | None = None,
    ks: tuple[int, ...] = (1, 5),
    num_resamples: int | None = None,
    seed: int = 0,
    episodes: EpisodesArg = (),
    turns: int = 3,
    budget: int = 3,
    n: int = 1,
    control: EpisodesArg = (),
    control_public: JudgementsArg = (),
    control_judgements: JudgementsArg = (),
    random_feedback: EpisodesArg = (),
    judge_turns: bool = False,
    workers: int = 2,
) -> PolicyResult | Evaluation | EpisodeResult:
    """Compute pass@k of judgements, or n@k of episodes with --episodes, with bootstrap intervals, in total and by difficulty.

    Args:
        problems: problems.jsonl.
        judgements: judgements.jsonl of one policy; programs with ids that end in "#greedy" are left out.
        out: run directory for the report; without it the figures are only printed.
        programs: programs.jsonl, for the report to show their sources.
        name: what the policy is called in tables.
        baseline: run directory of an earlier `evaluate`; relative gains refer to it.
        ks: every k of pass@k.
        num_resamples: bootstrap resamples of the problems; 1,000 for pass@k and 200 for n@k, as in its paper.
        seed: seed of the resampling.
        episodes: episodes.jsonl of one policy, in place of judgements.
        turns: episodes: turn limit; longer episodes are cut there.
        budget: episodes: k of n@k, in samples; each turn is one.
        n: episodes: programs submitted.
        control: episodes: single-turn episodes of the control; without them the first turns of the episodes are it.
        control_public: episodes: in place of --control, judgements of independent programs on the examples.
        control_judgements: episodes: the same programs' judgements on all tests (`symtune judge --split all`).
        random_feedback: episodes: episodes of the same policy under the feedback of other problems.
        judge_turns: episodes: judge the programs of earlier turns on all tests too, to be looked at.
        workers: episodes: guests at work at the same time under --judge-turns.
    """
    loaded = load_problems(problems)
    if has_records(episodes):
        refuse_flags("--episodes", judgements=judgements, programs=programs)
        return evaluate_played(
            loaded, episodes, out=out, name=name, baseline=baseline, turns=turns, budget=budget, n=n, control=control,
            control_public=control_public, control_judgements=control_judgements, random_feedback=random_feedback, judge_turns=judge_turns,
            workers=workers, num_resamples=NUM_RESAMPLES if num_resamples is None else num_resamples, seed=seed,
        )  # fmt: skip
    if not isinstance(judgements, Path | str) and not judgements:
        raise BadInputError("nothing to evaluate: give judgements.jsonl, or --episodes episodes.jsonl")
    refuse_flags(
        "judgements", control=control, random_feedback=random_feedback, control_public=control_public,
        control_judgements=control_judgements,
    )  # fmt: skip
    verdicts = load_verdicts(judgements)
    resamples = 1000 if num_resamples is None else num_resamples
    if out is None:
        return evaluate_judgements(loaded, verdicts, ks=ks, num_resamples=resamples, seed=seed)
    return write_evaluation_run(
        out, problems=loaded, judgements=verdicts, programs=load_programs(programs), name=name, baseline=baseline, ks=ks,
        num_resamples=resamples, seed=seed,
    )  # fmt: skip


def summarise_evaluation(result: PolicyResult | Evaluation | EpisodeResult) -> list[str]:
    """Return the lines the command line prints."""
    if isinstance(result, EpisodeResult):
        return summarise_episodes(result)
    evaluation = result.evaluation if isinstance(result, PolicyResult) else result
    total = evaluation.total
    lines = [f"{total.num_problems} problems, {total.num_samples} programs, {total.num_unjudged} unjudged"]
    for label, figures in {"total": evaluation.total, **evaluation.by_difficulty}.items():
        cells = ", ".join(f"pass@{k} {format_estimate(estimate)}" for k, estimate in figures.pass_at_k.items())
        lines.append(f"  {label}: {cells}")
    return lines


def evaluate_critic(
    programs: tyro.conf.Positional[ProgramsArg],
    judgements: tyro.conf.Positional[JudgementsArg],
    *,
    problems: ProblemsArg,
    critic: Path,
    out: Path,
    name: str = "critic",
    seed: int = 0,
    batch_size: int = 32,
    critic_tokenizer: str | None = None,
) -> CriticResult:
    """Compare a critic's predictions with verdicts: accuracy, mean absolute error over 0..3, confusion matrix.

    Args:
        programs: programs.jsonl.
        judgements: their judgements.jsonl, taken as the truth.
        problems: problems.jsonl.
        critic: the critic's folder.
        out: run directory for the report.
        name: what the critic is called in tables.
        seed: seed of the bootstrap.
        batch_size: programs read at once.
        critic_tokenizer: folder or hub id of the critic's tokenizer, where its folder has none (CodeRL's released critic:
            Salesforce/codet5-base).
    """
    compared = predict_and_compare(
        critic, problems=problems, programs=programs, judgements=judgements, batch_size=batch_size,
        critic_tokenizer=critic_tokenizer,
    )  # fmt: skip
    return write_critic_run(out, **compared, name=name, seed=seed)


def predict_and_compare(
    critic: Path, *, problems: ProblemsArg, programs: ProgramsArg, judgements: JudgementsArg, batch_size: int,
    critic_tokenizer: str | None = None,
) -> dict[str, Any]:
    """Let a critic read judged programs; return ``predicted``, ``true`` and ``problem_ids``, one entry per program."""
    from symtune.models import ModelConfig
    from symtune.training import evaluate_critic as predict

    compared = predict(
        critic, problems=problems, programs=programs, judgements=judgements, batch_size=batch_size,
        model=ModelConfig(model=str(critic), tokenizer=critic_tokenizer),
    )  # fmt: skip
    return {"predicted": compared.predicted, "true": compared.true, "problem_ids": compared.problem_ids}


def summarise_critic(result: CriticResult) -> list[str]:
    """Return the lines the command line prints: accuracy, error, and the confusion matrix."""
    metrics = result.metrics
    error = metrics.scores.mae
    interval = "" if error.low is None else f" [{error.low:.4f}, {error.high:.4f}]"
    lines = [f"{result.name}: accuracy {format_estimate(metrics.scores.accuracy)}"]
    lines.append(f"  mean absolute error {error.value:.4f}{interval}")
    names = ("compile", "runtime", "failed", "passed")
    lines.append("  true \\ predicted " + " ".join(f"{name:>9}" for name in names))
    lines += [f"  {name:>16} " + " ".join(f"{count:>9}" for count in row) for name, row in zip(names, metrics.confusion)]
    return lines


def report(runs: tyro.conf.Positional[tuple[Path, ...]], *, out: Path, title: str = "symtune report") -> ReportFiles:
    """Write tables, figures and one self-contained page from run directories.

    Args:
        runs: run directories, or folders that hold them.
        out: folder of the report.
        title: headline of the page.
    """
    return write_report(as_paths(runs), out=out, title=title)


def as_paths(runs: Sequence[Path | str]) -> list[Path]:
    """Return the paths, each checked to be there."""
    return [Path(run) for run in runs]


def summarise_report(files: ReportFiles) -> list[str]:
    """Return the lines the command line prints."""
    return [files.tables_text.rstrip(), "", f"page: {files.html}", f"text: {files.text}", *(f"figure: {path}" for path in files.figures)]
