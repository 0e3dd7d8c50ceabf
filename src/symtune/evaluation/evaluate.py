"""Judgements of a policy's programs -> pass@k in total and by difficulty, and one policy against another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

from symtune.domain import Cause, Judgement, Outcome, Problem, Unjudged
from symtune.domain.results import DIFFICULTIES, Estimate, Evaluation, Gain, ProblemCounts, Scores
from symtune.errors import BadInputError
from symtune.evaluation.bootstrap import estimate_mean, estimate_ratio
from symtune.evaluation.pass_at_k import pass_at_k

GREEDY_SUFFIX = "#greedy"
"""Ending of the program id of a greedy decode, which is no random draw and has no place in pass@k."""

UNSTATED = "unstated"
"""Name of the group of problems without a difficulty, where other problems have one."""


def evaluate(
    problems: Sequence[Problem],
    judgements: Iterable[Judgement | Unjudged],
    *,
    ks: Sequence[int] = (1, 5),
    num_resamples: int = 1000,
    seed: int = 0,
) -> Evaluation:
    """Return pass@k of one policy with bootstrap intervals over problems, in total and by difficulty.

    pass@k = mean over problems of 1 - C(n - c, k) / C(n, k). A problem with fewer than k judged samples is left out of
    that k and counted in the estimate's ``reason``; when all are, the value is None. Unjudged programs are counted apart
    and enter nothing else. Programs whose id ends in ``#greedy`` are counted in ``num_greedy`` and left out.

    Args:
        problems: what was evaluated on; a problem without any judgement stays in, with 0 samples.
        judgements: verdicts on the policy's samples for these problems, in any order.
        ks: values of k, each 1 or more.
        num_resamples: bootstrap resamples; seed: their seed.

    Raises:
        BadInputError: a k below 1, no k, duplicate problem ids, a judgement of a problem that is not there, or two
            verdicts on one program.

    Source: Sakharova et al. 2025, section 4 (k = 5, by difficulty).
    Differs: the paper gives no intervals and does not say what becomes of programs without a verdict.
    """
    wanted = _checked_ks(ks)
    by_problem, num_greedy = _group(problems, judgements)
    rows = [_counts(problem, by_problem[problem.id]) for problem in problems]
    groups = by_difficulty(rows)

    def scores(members: Sequence[ProblemCounts]) -> Scores:
        judged = [item for row in members for item in by_problem[row.problem_id] if isinstance(item, Judgement)]
        return _scores(members, judged, ks=wanted, num_resamples=num_resamples, seed=seed)

    return Evaluation(
        ks=wanted,
        num_resamples=num_resamples,
        seed=seed,
        total=scores(rows),
        by_difficulty={name: scores(members) for name, members in groups.items()},
        counts=tuple(rows),
        num_greedy=num_greedy,
    )


def compare_policies(policy: Evaluation, baseline: Evaluation) -> dict[str, dict[str, Gain]]:
    """Return the gains of a policy over a baseline, by k and group, paired by problem.

    difference = mean_p(a_p - b_p); relative = sum_p(a_p - b_p) / sum_p(b_p), with a_p and b_p the two pass@k of problem p.
    Problems where either has fewer than k judged samples are left out of that k. The resamples use the policy's seed.

    Raises:
        BadInputError: the two were not evaluated on the same problems, or share no k.
    """
    theirs = {row.problem_id: row for row in baseline.counts}
    if set(theirs) != {row.problem_id for row in policy.counts}:
        raise BadInputError(
            f"the policies were evaluated on different problems ({len(policy.counts)} and {len(theirs)}, "
            f"{len(set(theirs) & {row.problem_id for row in policy.counts})} in common); evaluate both on the same ones"
        )
    shared_ks = [k for k in policy.ks if k in baseline.ks]
    if not shared_ks:
        raise BadInputError(f"no k in common: {policy.ks} and {baseline.ks}; evaluate both with the same ks")
    groups = {"total": list(policy.counts)} | by_difficulty(policy.counts)
    return {
        str(k): {
            name: _gain([(row, theirs[row.problem_id]) for row in members], k, policy=policy)
            for name, members in groups.items()
        }
        for k in shared_ks
    }


def _gain(pairs: Sequence[tuple[ProblemCounts, ProblemCounts]], k: int, *, policy: Evaluation) -> Gain:
    usable = [pair for pair in pairs if min(pair[0].num_samples, pair[1].num_samples) >= k]
    ours = [pass_at_k(mine.num_samples, mine.num_passed, k) for mine, _ in usable]
    base = [pass_at_k(other.num_samples, other.num_passed, k) for _, other in usable]
    differences = [a - b for a, b in zip(ours, base, strict=True)]
    note = _short_note(len(pairs) - len(usable), len(pairs), k)
    difference = estimate_mean(differences, num_resamples=policy.num_resamples, seed=policy.seed)
    relative = estimate_ratio(differences, base, num_resamples=policy.num_resamples, seed=policy.seed)
    return Gain(difference=with_note(difference, note), relative=with_note(relative, note))


def _checked_ks(ks: Sequence[int]) -> tuple[int, ...]:
    wanted = tuple(sorted(set(ks)))
    if not wanted or wanted[0] < 1:
        raise BadInputError(f"give one or more values of k, each 1 or more, got {tuple(ks)}")
    return wanted


def _group(
    problems: Sequence[Problem], judgements: Iterable[Judgement | Unjudged]
) -> tuple[dict[str, list[Judgement | Unjudged]], int]:
    by_problem: dict[str, list[Judgement | Unjudged]] = {problem.id: [] for problem in problems}
    if len(by_problem) != len(problems):
        twice = [name for name, count in Counter(problem.id for problem in problems).items() if count > 1]
        raise BadInputError(f"problem id {twice[0]!r} stands for {len(twice)} or more problems; ids must be unique")
    num_greedy, seen = 0, set()
    for item in judgements:
        if item.problem_id not in by_problem:
            raise BadInputError(f"program {item.program_id!r} belongs to problem {item.problem_id!r}, which is not given")
        if (item.problem_id, item.program_id) in seen:
            raise BadInputError(f"program {item.program_id!r} of problem {item.problem_id!r} has two verdicts")
        seen.add((item.problem_id, item.program_id))
        if item.program_id.endswith(GREEDY_SUFFIX):
            num_greedy += 1
        else:
            by_problem[item.problem_id].append(item)
    return by_problem, num_greedy


def _counts(problem: Problem, items: Sequence[Judgement | Unjudged]) -> ProblemCounts:
    judged = [item for item in items if isinstance(item, Judgement)]
    return ProblemCounts(
        problem_id=problem.id,
        difficulty=problem.difficulty,
        num_samples=len(judged),
        num_passed=sum(item.outcome is Outcome.PASSED for item in judged),
        num_unjudged=len(items) - len(judged),
    )


class HasDifficulty(Protocol):
    """A row of one problem."""

    @property
    def difficulty(self) -> str | None:
        """The problem's difficulty, if it has one."""
        ...


RowT = TypeVar("RowT", bound=HasDifficulty)


def by_difficulty(rows: Sequence[RowT]) -> dict[str, list[RowT]]:
    """Return the rows by difficulty, from easy to hard; nothing when no problem has one."""
    if all(row.difficulty is None for row in rows):
        return {}
    names = {row.difficulty or UNSTATED for row in rows}
    ordered = [name for name in DIFFICULTIES if name in names]
    ordered += sorted(names - {*DIFFICULTIES, UNSTATED}) + ([UNSTATED] if UNSTATED in names else [])
    return {name: [row for row in rows if (row.difficulty or UNSTATED) == name] for name in ordered}


def _scores(
    rows: Sequence[ProblemCounts], judged: Sequence[Judgement], *, ks: Sequence[int], num_resamples: int, seed: int
) -> Scores:
    num_unjudged = sum(row.num_unjudged for row in rows)
    outcomes = Counter(item.outcome for item in judged)
    causes = Counter(item.cause for item in judged if item.cause is not None)
    num_judged = max(len(judged), 1)
    return Scores(
        num_problems=len(rows),
        num_samples=len(judged),
        num_unjudged=num_unjudged,
        unjudged_fraction=num_unjudged / max(len(judged) + num_unjudged, 1),
        pass_at_k={str(k): _estimate(rows, k, num_resamples=num_resamples, seed=seed) for k in ks},
        outcome_fractions={outcome.value: outcomes[outcome] / num_judged for outcome in Outcome},
        cause_fractions={cause.value: causes[cause] / num_judged for cause in Cause if causes[cause]},
    )


def _estimate(rows: Sequence[ProblemCounts], k: int, *, num_resamples: int, seed: int) -> Estimate:
    values = [pass_at_k(row.num_samples, row.num_passed, k) for row in rows if row.num_samples >= k]
    note = _short_note(len(rows) - len(values), len(rows), k)
    return with_note(estimate_mean(values, num_resamples=num_resamples, seed=seed), note)


def _short_note(num_short: int, num_problems: int, k: int) -> str | None:
    return f"{num_short} of {num_problems} problems have fewer than {k} judged samples" if num_short else None


def with_note(estimate: Estimate, note: str | None) -> Estimate:
    """Return an estimate whose reason begins with a note, if there is one."""
    if note is None:
        return estimate
    reason = note if estimate.value is None or estimate.reason is None else f"{note}; {estimate.reason}"
    return estimate.model_copy(update={"reason": reason})
