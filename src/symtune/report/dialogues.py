"""Episodes for the page's browser of dialogues, and the facts of episodes at the page's head."""

from __future__ import annotations

from symtune.domain import Json, Judgement
from symtune.domain.episode_results import BrowsableEpisode, BrowsableTurn
from symtune.report.sources import ReportData


def dialogue_form(episode: BrowsableEpisode) -> dict[str, Json]:
    """Return an episode as the page's script reads it."""
    return {
        "id": episode.id, "problem": episode.problem_id, "policy": episode.policy, "difficulty": episode.difficulty,
        "end": episode.end_reason, "reason": episode.unjudged_reason, "solved": episode.is_solved,
        "turns": [_turn(turn) for turn in episode.turns],
    }  # fmt: skip


def _turn(turn: BrowsableTurn) -> dict[str, Json]:
    return {
        "prompt": turn.prompt, "reply": turn.reply, "source": turn.source, "changes": list(turn.changes), "same": turn.is_unchanged,
        "tokens": turn.num_reply_tokens, "stop": turn.stop_reason, "public": _verdict(turn.judgement), "final": _verdict(turn.final),
    }  # fmt: skip


def _verdict(judgement: Judgement | None) -> Json:
    if judgement is None:
        return None
    failure = judgement.first_failure
    return {
        "outcome": judgement.outcome.value, "cause": judgement.cause.value if judgement.cause else None,
        "num_passed": judgement.num_passed, "num_cases": judgement.num_cases,
        "message": failure.message if failure else "", "trace": failure.trace if failure else "", "got": failure.got if failure else None,
    }  # fmt: skip


def dialogues_lead(data: ReportData) -> str:
    """Return which episodes the page shows, of how many."""
    shown, played = len(data.dialogues), sum(result.behaviour.num_episodes for result in data.episodes)
    return (
        f"{shown:,} of {played:,} episodes, turn by turn: of each problem in turn, first those solved after a repair, then failed ones, then "
        "those solved at once. All of them are in the tables."
        if shown < played
        else f"All {shown:,} episodes, turn by turn."
    )


def episode_facts(data: ReportData) -> list[dict[str, str]]:
    """Return the best solve rate and what stands beside it, for the head of the page."""
    rated = [result for result in data.episodes if result.rate.total.value is not None]
    if not rated:
        return []
    best = max(rated, key=lambda result: result.rate.total.value or 0.0)
    total, single = best.rate.total, best.control.rate.total
    interval = "" if total.low is None or total.high is None else f", {100 * total.low:.1f} to {100 * total.high:.1f}"
    facts = [{"name": f"Best {best.rate.name}", "figure": f"{100 * (total.value or 0):.1f}%", "more": f"{best.name}{interval}"}]
    if single.value is not None:
        facts.append({"name": f"Its single turns, {best.rate.name}", "figure": f"{100 * single.value:.1f}%", "more": best.control.rate.origin})
    return facts
