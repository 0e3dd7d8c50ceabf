"""Episodes -> how a policy uses its turns: solve rate by turn limit, outcomes and repairs by turn, edits.

What is known without further judging. An episode goes on only after a reply without code or a program that failed a public test, and
public tests are among all tests; so a rollout cut at a turn limit before its end is not solved. `judge_turns` gives the verdicts of
those programs on all tests for the reader who wants to see them, or to check this.

Source: Gehring et al. 2024 (RLEF), section 3.3 and appendix; the repaired shares are ours in detail.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from symtune.domain import Cause, Episode, Outcome, Problem, Turn
from symtune.domain.episode_results import NO_CODE, UNJUDGED, EpisodeBehaviour, SolveRate, TurnBehaviour
from symtune.domain.results import Estimate
from symtune.errors import BadInputError, MissingExtraError
from symtune.evaluation.bootstrap import estimate_mean, estimate_ratio
from symtune.evaluation.edits import edit_behaviour
from symtune.evaluation.evaluate import with_note
from symtune.evaluation.n_at_k import NUM_RESAMPLES, counts_of_episodes, solve_rate

OUTCOME_NAMES = (Outcome.PASSED.value, Outcome.FAILED_TEST.value, Outcome.RUNTIME_ERROR.value, Outcome.COMPILE_ERROR.value, NO_CODE, UNJUDGED)
"""What a reply can come to, from best to worst, then what is not known."""


def episode_solve_rate(
    problems: Sequence[Problem], episodes: Sequence[Episode], *, n: int, budget: int, turns: int,
    num_resamples: int = NUM_RESAMPLES, seed: int = 0, origin: str = "",
) -> SolveRate:  # fmt: skip
    """Return n@k of rollouts of at most ``turns`` turns; longer episodes are cut there. See `symtune.evaluation.n_at_k`.

    Raises:
        BadInputError: episodes that do not belong to the problems, one that stands twice, or n, budget and turns that do not fit together.
    """
    refuse_repeats(episodes)
    refuse_shorter(episodes, turns)
    counts = counts_of_episodes(problems, episodes, turn_limit=turns)
    return solve_rate(counts, n=n, budget=budget, turns=turns, num_resamples=num_resamples, seed=seed, origin=origin)


def episode_behaviour(
    problems: Sequence[Problem], episodes: Sequence[Episode], *, max_turns: int, num_resamples: int = NUM_RESAMPLES, seed: int = 0
) -> EpisodeBehaviour:
    """Return how the turns were used, with intervals over problems.

    Args:
        problems: what was played; problems without episodes enter nothing.
        episodes: of one policy.
        max_turns: the largest turn limit to show; longer episodes are cut there. No episode may have ended at a smaller limit.
        num_resamples, seed: of the bootstrap.

    Raises:
        BadInputError: see `episode_solve_rate`.
    """
    refuse_repeats(episodes)
    refuse_shorter(episodes, max_turns)
    cut = [episode_until(episode, max_turns) for episode in episodes]
    names = [problem.id for problem in problems]
    edits, reason = None, None
    try:
        edits = edit_behaviour(cut, problem_ids=names, num_resamples=num_resamples, seed=seed)
    except MissingExtraError as error:
        reason = str(error)
    return EpisodeBehaviour(
        num_episodes=len(episodes),
        num_unjudged=sum(not episode.is_judged for episode in episodes),
        solve_rates={
            str(limit): _rate_at(problems, episodes, limit, num_resamples=num_resamples, seed=seed)
            for limit in range(1, max_turns + 1)
        },
        turns_used=_texts(Counter(len(episode.turns) for episode in cut if episode.is_judged)),
        end_reasons=dict(sorted(Counter(episode.end_reason for episode in episodes).items())),
        turns=tuple(
            turn_behaviour(cut, turn, problem_ids=names, num_resamples=num_resamples, seed=seed)
            for turn in range(1, max((len(episode.turns) for episode in cut), default=0) + 1)
        ),
        edits=edits,
        edits_reason=reason,
    )


def turn_behaviour(
    episodes: Sequence[Episode], turn: int, *, problem_ids: Sequence[str], num_resamples: int = NUM_RESAMPLES, seed: int = 0
) -> TurnBehaviour:
    """Return what happened at one turn (from 1), and how much of it the next turn repaired.

    Repaired: the next reply's program passes every public test. Followed: there was a next reply with a verdict on its program, or
    without a program.
    """
    outcomes, causes = Counter[str](), Counter[str]()
    followed, repaired = Counter[str](), Counter[str]()
    followed_causes, repaired_causes = Counter[str](), Counter[str]()
    by_problem = {name: [0, 0] for name in problem_ids}
    for episode in episodes:
        if len(episode.turns) < turn:
            continue
        this = episode.turns[turn - 1]
        outcome, cause = outcome_of(this), cause_of(this)
        outcomes[outcome] += 1
        if cause is not None:
            causes[cause] += 1
        after = outcome_of(episode.turns[turn]) if len(episode.turns) > turn else UNJUDGED
        if after == UNJUDGED:
            continue
        is_repaired = after == Outcome.PASSED.value
        followed[outcome] += 1
        repaired[outcome] += is_repaired
        if cause is not None:
            followed_causes[cause] += 1
            repaired_causes[cause] += is_repaired
        tally = by_problem[episode.problem_id]
        tally[0] += is_repaired
        tally[1] += 1
    tops, bottoms = zip(*by_problem.values(), strict=True) if by_problem else ((), ())
    share = estimate_ratio(tops, bottoms, num_resamples=num_resamples, seed=seed)
    if not sum(bottoms):
        share = Estimate(value=None, reason="no reply of this turn was followed by another")
    return TurnBehaviour(
        turn=turn, num_replies=sum(outcomes.values()),
        outcomes={name: outcomes[name] for name in OUTCOME_NAMES},
        causes={cause.value: causes[cause.value] for cause in Cause if causes[cause.value]},
        followed={name: followed[name] for name in OUTCOME_NAMES if followed[name]},
        repaired={name: repaired[name] for name in OUTCOME_NAMES if followed[name]},
        followed_causes={cause.value: followed_causes[cause.value] for cause in Cause if followed_causes[cause.value]},
        repaired_causes={cause.value: repaired_causes[cause.value] for cause in Cause if followed_causes[cause.value]},
        repaired_share=share,
    )  # fmt: skip


def outcome_of(turn: Turn) -> str:
    """Return what a reply came to on the public tests: one of `OUTCOME_NAMES`."""
    if turn.source is None:
        return NO_CODE
    return UNJUDGED if turn.judgement is None else turn.judgement.outcome.value


def cause_of(turn: Turn) -> str | None:
    """Return why a reply's program did not pass the public tests; None where it did, or where there is no verdict."""
    return None if turn.judgement is None or turn.judgement.cause is None else turn.judgement.cause.value


def episode_until(episode: Episode, turn_limit: int) -> Episode:
    """Return the first turns of an episode; one that is cut is unsolved (see above), or unjudged where its turns do not say so."""
    if len(episode.turns) <= turn_limit:
        return episode
    last = episode.turns[turn_limit - 1]
    is_known = last.source is None or (last.judgement is not None and last.judgement.outcome is not Outcome.PASSED)
    changes = {
        "turns": episode.turns[:turn_limit],
        "judgement": None if last.source is None or not is_known else last.judgement,
        "end_reason": "turn_limit" if is_known else "unjudged",
        "unjudged_reason": None if is_known else f"the program of turn {turn_limit} has no verdict on all tests",
    }
    return episode.model_copy(update=changes)


def refuse_shorter(episodes: Sequence[Episode], turn_limit: int) -> None:
    """Raise BadInputError when an episode ended at a smaller turn limit: what more turns would have given is not known."""
    for episode in episodes:
        if episode.end_reason == "turn_limit" and len(episode.turns) < turn_limit:
            raise BadInputError(
                f"episode {episode.id!r} ended at its turn limit of {len(episode.turns)}, below {turn_limit}; give a turn limit of "
                f"{len(episode.turns)} or less, or play the episodes with more turns"
            )


def refuse_repeats(episodes: Iterable[Episode]) -> None:
    """Raise BadInputError when an episode stands twice: it would count as two rollouts."""
    seen: set[tuple[str, str | None, str]] = set()
    for episode in episodes:
        key = (episode.problem_id, episode.group, episode.id)
        if episode.id and key in seen:
            raise BadInputError(f"the episode {episode.id!r} of problem {episode.problem_id!r} stands twice; each rollout counts once")
        seen.add(key)


def _rate_at(problems: Sequence[Problem], episodes: Sequence[Episode], limit: int, *, num_resamples: int, seed: int) -> Estimate:
    """Return the share of rollouts solved within a turn limit: 1@limit."""
    rows = counts_of_episodes(problems, episodes, turn_limit=limit)
    usable = [row for row in rows if row.num_rollouts]
    values = [(row.num_kept_solved + row.num_dropped_solved) / row.num_rollouts for row in usable]
    note = f"{len(rows) - len(usable)} of {len(rows)} problems have no judged rollout" if len(usable) < len(rows) else None
    return with_note(estimate_mean(values, num_resamples=num_resamples, seed=seed), note)


def _texts(counter: Counter[int]) -> dict[str, int]:
    return {str(number): counter[number] for number in sorted(counter)}
