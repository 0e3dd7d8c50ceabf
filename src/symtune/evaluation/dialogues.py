"""Episodes cut to what a person reads: the dialogues that a run keeps for the report's page, with the changes between programs."""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Sequence

from symtune.domain import Episode, Judgement, Problem
from symtune.domain.episode_results import BrowsableEpisode, BrowsableTurn
from symtune.evaluation.extract import shorten
from symtune.evaluation.judge_turns import TurnVerdicts

MAX_EPISODES = 200
"""Episodes that one run keeps for the page."""

MAX_CHARS = 4_000_000
"""Characters of all episodes that one run keeps."""

MAX_PROMPT_CHARS = 4_000
MAX_REPLY_CHARS = 6_000
MAX_CHANGED_LINES = 200
MAX_LINES_COMPARED = 2_000
"""Lines of a program that are compared: the comparison's time grows with their square."""


def dialogues(
    problems: Sequence[Problem], episodes: Sequence[Episode], *, policy: str, max_episodes: int = MAX_EPISODES,
    verdicts: Sequence[TurnVerdicts] | None = None,
) -> list[BrowsableEpisode]:  # fmt: skip
    """Return episodes to look at: of each problem in turn, solved after a repair first, then failed ones, then those solved at once.

    Args:
        policy: name to show.
        max_episodes: how many to keep; fewer when their texts pass `MAX_CHARS`.
        verdicts: verdicts on all tests by turn, where `judge_turns` gave them.
    """
    difficulties = {problem.id: problem.difficulty for problem in problems}
    known = verdicts if verdicts is not None else [None] * len(episodes)
    by_problem: dict[str, list[tuple[Episode, TurnVerdicts | None]]] = {}
    for episode, row in zip(episodes, known, strict=True):
        by_problem.setdefault(episode.problem_id, []).append((episode, row))
    queues = [sorted(found, key=lambda pair: _interest(pair[0])) for found in by_problem.values()]
    kept: list[BrowsableEpisode] = []
    num_chars = 0
    for pair in (one for layer in itertools.zip_longest(*queues) for one in layer if one is not None):
        shown = _dialogue(pair[0], pair[1], policy=policy, difficulty=difficulties.get(pair[0].problem_id))
        num_chars += sum(len(turn.prompt) + len(turn.reply) + len(turn.source or "") + sum(map(len, turn.changes)) for turn in shown.turns)
        if len(kept) == max_episodes or (kept and num_chars > MAX_CHARS):
            break
        kept.append(shown)
    return kept


def _interest(episode: Episode) -> int:
    if not episode.is_judged:
        return 2
    return (0 if len(episode.turns) > 1 else 3) if episode.is_solved else 1


def _dialogue(episode: Episode, verdicts: TurnVerdicts | None, *, policy: str, difficulty: str | None) -> BrowsableEpisode:
    turns: list[BrowsableTurn] = []
    before: str | None = None
    for index, turn in enumerate(episode.turns):
        final = verdicts[index] if verdicts is not None else None
        if index == len(episode.turns) - 1:
            final = episode.judgement
        has_pair = before is not None and turn.source is not None
        turns.append(
            BrowsableTurn(
                prompt=shorten(turn.prompt, MAX_PROMPT_CHARS),
                reply=shorten(turn.reply, MAX_REPLY_CHARS),
                source=None if turn.source is None else shorten(turn.source, MAX_REPLY_CHARS),
                judgement=_short(turn.judgement),
                final=_short(final) if isinstance(final, Judgement) else None,
                changes=changed_lines(before or "", turn.source or "") if has_pair else (),
                is_unchanged=has_pair and before == turn.source,
                num_reply_tokens=len(turn.reply_token_ids),
                stop_reason=turn.stop_reason,
            )
        )
        before = turn.source if turn.source is not None else before
    return BrowsableEpisode(
        id=episode.id or episode.problem_id, problem_id=episode.problem_id, policy=policy, difficulty=difficulty,
        end_reason=episode.end_reason, unjudged_reason=episode.unjudged_reason, is_solved=episode.is_solved, turns=tuple(turns),
    )  # fmt: skip


def changed_lines(before: str, after: str) -> tuple[str, ...]:
    """Return the unified difference of two programs with three lines around each change, without its header; empty for equal ones."""
    old, new = (source.splitlines()[:MAX_LINES_COMPARED] for source in (before, after))
    changes = list(difflib.unified_diff(old, new, lineterm="", n=3))[2:]
    shown = tuple(shorten(line, 400) for line in changes[:MAX_CHANGED_LINES])
    return shown if len(changes) <= MAX_CHANGED_LINES else (*shown, f"@@ {len(changes) - MAX_CHANGED_LINES} more lines are not shown @@")


def _short(judgement: Judgement | None) -> Judgement | None:
    if judgement is None or judgement.first_failure is None:
        return judgement
    failure = judgement.first_failure
    cut = {"message": shorten(failure.message, 600), "trace": shorten(failure.trace, 1_200), "got": failure.got and shorten(failure.got, 600)}
    return judgement.model_copy(update={"first_failure": failure.model_copy(update=cut)})
