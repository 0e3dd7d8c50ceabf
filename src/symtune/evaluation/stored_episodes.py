"""What an evaluation of episodes keeps in its run directory, stage ``evaluate-episodes``.

    records/episode_result.jsonl  one EpisodeResult
    records/dialogues.jsonl       BrowsableEpisode: episodes to look at
    records/problems.jsonl        BrowsableProblem

The single-turn control stands beside every figure: from episodes or programs of its own, else from the first turns of the same episodes,
which are independent single-turn samples of the same policy.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from symtune import store
from symtune.domain import Episode, Judgement, Problem, Record, Unjudged, content_digest
from symtune.domain.episode_results import Comparison, EpisodeResult, SolveCounts, SolveRate
from symtune.evaluation.dialogues import MAX_EPISODES, dialogues
from symtune.evaluation.episodes import episode_behaviour, episode_solve_rate
from symtune.evaluation.extract import browsable_problems, spread
from symtune.evaluation.judge_turns import TurnVerdicts
from symtune.evaluation.n_at_k import NUM_RESAMPLES, compare_rates, counts_of_episodes, counts_of_judgements, solve_rate

STAGE = "evaluate-episodes"
MAX_PROBLEMS = 1_000
"""Problems that one run keeps for the page; evenly spaced when there are more."""

Verdicts = Sequence[Judgement | Unjudged]


def evaluate_episodes(
    problems: Sequence[Problem],
    episodes: Sequence[Episode],
    *,
    name: str,
    turns: int = 3,
    budget: int = 3,
    n: int = 1,
    control: Sequence[Episode] | None = None,
    control_verdicts: tuple[Verdicts, Verdicts] | None = None,
    random_feedback: Sequence[Episode] | None = None,
    baseline: EpisodeResult | Path | str | None = None,
    description: str = "",
    paper_row: str | None = None,
    num_resamples: int = NUM_RESAMPLES,
    seed: int = 0,
) -> EpisodeResult:
    """Return n@k, the single-turn control at the same budget, what else was given to compare with, and behaviour by turn.

    Args:
        problems: what was played.
        episodes: of one policy; those longer than ``turns`` are cut for n@k.
        name: the policy's name in tables.
        turns: T, the turn limit; budget: k, in samples; n: programs submitted.
        control: single-turn episodes, or longer ones whose first turns count; None: the first turns of ``episodes``.
        control_verdicts: in place of ``control``, verdicts on independent programs: on the examples, and on all tests.
        random_feedback: episodes of the same policy under the feedback of other problems.
        baseline: an earlier result, or its run directory.
        description, paper_row: for tables.
        num_resamples, seed: of the bootstrap over problems.

    Raises:
        BadInputError: episodes or verdicts that do not fit the problems, or n, budget and turns that do not fit together.
    """
    options: dict[str, Any] = {"num_resamples": num_resamples, "seed": seed}
    rate = episode_solve_rate(problems, episodes, n=n, budget=budget, turns=turns, origin=f"rollouts of {turns} turns", **options)
    single, origin = _control_counts(problems, episodes, control, control_verdicts)
    beside = solve_rate(single, n=n, budget=budget, turns=1, origin=origin, **options)
    longest = max((len(episode.turns) for episode in episodes), default=0)
    others: dict[str, Any] = {}
    shuffled = None
    if random_feedback is not None:
        origin = f"rollouts of {turns} turns under random feedback"
        theirs = episode_solve_rate(problems, random_feedback, n=n, budget=budget, turns=turns, origin=origin, **options)
        shuffled = _comparison("random feedback", rate, theirs)
        others["random feedback"] = episode_behaviour(problems, random_feedback, max_turns=turns, **options)
    before = read_episode_result(baseline) if isinstance(baseline, Path | str) else baseline
    if before is not None:
        others[before.name] = before.behaviour
    return EpisodeResult(
        name=name, description=description, rate=rate, control=_comparison("single turn", rate, beside), random_feedback=shuffled,
        baseline=None if before is None else _comparison(before.name, rate, before.rate),
        behaviour=episode_behaviour(problems, episodes, max_turns=max(turns, longest), **options),
        other_behaviour=others, paper_row=paper_row,
    )  # fmt: skip


def _control_counts(
    problems: Sequence[Problem], episodes: Sequence[Episode], control: Sequence[Episode] | None,
    verdicts: tuple[Verdicts, Verdicts] | None,
) -> tuple[list[SolveCounts], str]:  # fmt: skip
    if verdicts is not None:
        return counts_of_judgements(problems, public=verdicts[0], final=verdicts[1]), "independent programs"
    if control is not None:
        return counts_of_episodes(problems, control, turn_limit=1), "independent single turns"
    return counts_of_episodes(problems, episodes, turn_limit=1), "first turns of the same rollouts"


def _comparison(other: str, rate: SolveRate, theirs: SolveRate) -> Comparison:
    return Comparison(other=other, rate=theirs, gains=compare_rates(rate, theirs))


def store_episodes(
    run: store.RunDirectory,
    *,
    problems: Sequence[Problem],
    episodes: Sequence[Episode],
    name: str,
    turn_verdicts: Sequence[TurnVerdicts] | None = None,
    max_episodes: int = MAX_EPISODES,
    **options: Any,
) -> EpisodeResult:
    """Write an evaluation of episodes, and episodes to look at, into an open run.

    Args:
        turn_verdicts: what `judge_turns` gave for these episodes.
        max_episodes: episodes kept to look at.
        options: see `evaluate_episodes`.
    """
    result = evaluate_episodes(problems, episodes, name=name, **options)
    kept = dialogues(problems, episodes, policy=name, max_episodes=max_episodes, verdicts=turn_verdicts)
    check = None if turn_verdicts is None else _turn_check(turn_verdicts)
    result = result.model_copy(update={"num_episodes_kept": len(kept), "turn_check": check})
    _save(run, "problems", browsable_problems(spread(problems, MAX_PROBLEMS)))
    _save(run, "dialogues", kept)
    _save(run, "episode_result", [result])
    return result


def _turn_check(verdicts: Sequence[TurnVerdicts]) -> dict[str, int]:
    earlier = [verdict for row in verdicts for verdict in row[:-1] if verdict is not None]
    judged = [verdict for verdict in earlier if isinstance(verdict, Judgement)]
    return {
        "num_judged": len(judged),
        "num_passed": sum(verdict.cause is None for verdict in judged),
        "num_unjudged": len(earlier) - len(judged),
    }


def write_episodes_run(
    out: Path | str,
    *,
    problems: Sequence[Problem],
    episodes: Sequence[Episode],
    name: str,
    turn_verdicts: Sequence[TurnVerdicts] | None = None,
    control: Sequence[Episode] | None = None,
    control_verdicts: tuple[Verdicts, Verdicts] | None = None,
    random_feedback: Sequence[Episode] | None = None,
    baseline: EpisodeResult | Path | str | None = None,
    **options: Any,
) -> EpisodeResult:
    """Make an ``evaluate-episodes`` run directory; ``options`` are those of `store_episodes`.

    Raises:
        RunMismatchError: the folder holds a run with other settings or inputs.
    """
    against = read_episode_result(baseline) if isinstance(baseline, Path | str) else baseline
    given: dict[str, Iterable[Record] | None] = {
        "problems": problems, "episodes": episodes, "control": control, "random_feedback": random_feedback,
        "baseline": None if against is None else [against],
        "control_public": control_verdicts[0] if control_verdicts else None,
        "control_judgements": control_verdicts[1] if control_verdicts else None,
    }  # fmt: skip
    inputs = {key: _digest(records) for key, records in given.items() if records is not None}
    config = {"name": name, "judges_turns": turn_verdicts is not None, **options}
    with store.RunDirectory.open(out, stage=STAGE, config=config, inputs=inputs, seed=options.get("seed", 0)) as run:
        if not run.is_done:
            result = store_episodes(
                run, problems=problems, episodes=episodes, name=name, turn_verdicts=turn_verdicts, control=control,
                control_verdicts=control_verdicts, random_feedback=random_feedback, baseline=against, **options,
            )  # fmt: skip
            run.finish(episodes_summary(result))
    return read_episode_result(out)


def read_episode_result(run: Path | str) -> EpisodeResult:
    """Return what an ``evaluate-episodes`` run directory stores.

    Raises:
        MissingInputError: the folder holds no such evaluation.
    """
    return store.load_records(Path(run) / "records" / "episode_result.jsonl", EpisodeResult)[0]


def episodes_summary(result: EpisodeResult) -> dict[str, Any]:
    """Return the figures of an ``evaluate-episodes`` run for its manifest and the terminal."""
    figures: dict[str, Any] = {
        "name": result.name,
        "num_episodes": result.behaviour.num_episodes,
        "num_unjudged": result.behaviour.num_unjudged,
        result.rate.name: result.rate.total.value,
        f"{result.rate.name}_single_turn": result.control.rate.total.value,
    }
    for key, compared in (("baseline", result.baseline), ("random_feedback", result.random_feedback)):
        if compared is not None:
            figures[f"{result.rate.name}_{key}"] = compared.rate.total.value
    return figures


def _save(run: store.RunDirectory, name: str, records: Iterable[Record]) -> None:
    """Write one records file whole, so that a run taken up again starts it afresh."""
    store.save_records(run.path / "records" / f"{name}.jsonl", records)


def _digest(records: Iterable[Record]) -> str:
    return content_digest([content_digest(record.to_json()) for record in records])
