"""`symtune evaluate --episodes`: played episodes -> n@k beside its single-turn control, repairs, edits."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from symtune.cli.arguments import EpisodesArg, JudgementsArg, load_verdicts
from symtune.domain import Episode, Judgement, Problem, Record, Unjudged
from symtune.domain.episode_results import Comparison, EpisodeResult
from symtune.domain.results import Estimate
from symtune.errors import BadInputError
from symtune.evaluation import judge_turns as judge_all_turns
from symtune.evaluation import write_episodes_run
from symtune.evaluation.stored_episodes import evaluate_episodes
from symtune.judging import Judge
from symtune.store import as_records


def evaluate_played(
    problems: Sequence[Problem],
    episodes: EpisodesArg,
    *,
    out: Path | None,
    name: str,
    baseline: Path | None,
    turns: int,
    budget: int,
    n: int,
    control: EpisodesArg,
    control_public: JudgementsArg,
    control_judgements: JudgementsArg,
    random_feedback: EpisodesArg,
    judge_turns: bool,
    workers: int,
    num_resamples: int,
    seed: int,
) -> EpisodeResult:
    """Return n@k and behaviour of episodes; with ``out`` they are stored for the report.

    Raises:
        BadInputError: no episodes, ``judge_turns`` without ``out``, or what `symtune.evaluation` refuses.
    """
    played = as_records(episodes, Episode)
    if not played:
        raise BadInputError(f"{episodes}: there is no episode in it")
    options: dict[str, Any] = {
        "name": name, "turns": turns, "budget": budget, "n": n, "baseline": baseline, "num_resamples": num_resamples, "seed": seed,
        "control": as_records(control, Episode) if has_records(control) else None,
        "control_verdicts": control_verdicts(control, control_public, control_judgements),
        "random_feedback": as_records(random_feedback, Episode) if has_records(random_feedback) else None,
    }  # fmt: skip
    if out is None:
        if judge_turns:
            raise BadInputError("--judge-turns is for the report's dialogues; give --out, the run directory they go to")
        return evaluate_episodes(problems, played, **options)
    verdicts = None
    if judge_turns:
        with Judge(workers=workers) as judge:
            verdicts = judge_all_turns(problems, played, judge=judge)
    return write_episodes_run(out, problems=problems, episodes=played, turn_verdicts=verdicts, **options)


def control_verdicts(
    control: EpisodesArg, public: JudgementsArg, judgements: JudgementsArg
) -> tuple[list[Judgement | Unjudged], list[Judgement | Unjudged]] | None:
    """Return the two verdicts on a control's programs, or None where there are none.

    Raises:
        BadInputError: one without the other, or beside the control's episodes.
    """
    given = [has_records(public), has_records(judgements)]
    if not any(given):
        return None
    if not all(given):
        raise BadInputError("--control-public and --control-judgements go together: verdicts on the examples, and on all tests")
    refuse_flags("--control-judgements", control=control)
    return load_verdicts(public), load_verdicts(judgements)


def has_records(given: Path | str | Sequence[Record]) -> bool:
    """Whether a flag for a file of records was given."""
    return isinstance(given, Path | str) or bool(given)


def refuse_flags(chosen: str, **others: Path | str | Sequence[Record]) -> None:
    """Raise BadInputError when a flag was given that does nothing beside the chosen one."""
    for flag, given in others.items():
        if has_records(given):
            raise BadInputError(f"--{flag.replace('_', '-')} does nothing beside {chosen}; leave one of them out")


def summarise_episodes(result: EpisodeResult) -> list[str]:
    """Return the lines the command line prints: n@k, the control and the gains, then the behaviour by turn."""
    rate, behaviour = result.rate, result.behaviour
    lines = [f"{len(rate.counts)} problems, {behaviour.num_episodes} episodes, {behaviour.num_unjudged} unjudged"]
    lines.append(f"  {rate.name}, {rate.num_drawn} rollout(s) of {rate.turns} turns: {format_estimate(rate.total)}")
    lines += [line for one in (result.control, result.baseline, result.random_feedback) if one for line in _compared(one)]
    lines += [f"    {group}: {format_estimate(estimate)}" for group, estimate in rate.by_difficulty.items()]
    rates = ", ".join(f"{limit}: {format_estimate(estimate)}" for limit, estimate in behaviour.solve_rates.items())
    lines.append(f"  solved by turn limit: {rates}")
    for turn in behaviour.turns:
        counts = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in turn.outcomes.items() if count)
        repaired = "" if turn.repaired_share.value is None else f"; repaired in the next {format_estimate(turn.repaired_share)}"
        lines.append(f"  turn {turn.turn}: {counts}{repaired}")
    for edit in behaviour.edits or ():
        size = "-" if edit.size.value is None else f"{edit.size.value:.2f}"
        lines.append(f"  edits before turn {edit.turn}: 1 - chrF {size}, unchanged {format_estimate(edit.unchanged)}")
    if behaviour.edits_reason:
        lines.append(f"  edits: {behaviour.edits_reason}")
    return lines


def _compared(one: Comparison) -> list[str]:
    gain = one.gains["total"]
    difference, relative = gain.difference, format_estimate(gain.relative)
    points = "-" if difference.value is None else f"{100 * difference.value:+.1f} points"
    if difference.low is not None and difference.high is not None:
        points += f" [{100 * difference.low:+.1f}, {100 * difference.high:+.1f}]"
    origin = f" ({one.rate.origin})" if one.rate.origin else ""
    return [f"  {one.other}{origin}: {format_estimate(one.rate.total)}; gain over it {points}, relative {relative}"]


def format_estimate(estimate: Estimate) -> str:
    """Return ``12.3% [10.1, 14.5]``, or the reason why there is no figure."""
    if estimate.value is None:
        return f"- ({estimate.reason})"
    interval = "" if estimate.low is None or estimate.high is None else f" [{100 * estimate.low:.1f}, {100 * estimate.high:.1f}]"
    return f"{100 * estimate.value:.1f}%{interval}"
