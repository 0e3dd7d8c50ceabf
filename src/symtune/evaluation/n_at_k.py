"""n@k: the chance that one of n submitted programs passes all tests, when k samples may be spent and each turn is one.

A rollout of at most T turns spends T samples, whether or not it stops early, so a budget of k buys R = k // T rollouts: 1@3 is one
rollout of three turns, 10@100 is 33. Each rollout offers its final program. Of M recorded rollouts of a problem, R are drawn without
replacement; of those, n are submitted: programs that pass the public tests first, chosen among them at random, then, where fewer
than n pass, others at random. Where only r < n are drawn, r are submitted. The expectation is exact:

    n@k = sum_h P(h of the R drawn pass the public tests) * (1 - fail(kept, min(h, n)) * fail(dropped, min(n, R) - min(h, n)))

with h hypergeometric and fail(group, m) = C(unsolved, m) / C(size, m): all of m programs drawn from the group fail.

Source: Gehring et al. 2024 (RLEF), section 3.1; Li et al. 2022 (AlphaCode), 10@k.
Differs: AlphaCode simulates the draws and clusters programs before it submits; the rest is decision 0106.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from symtune.domain import Episode, Judgement, Outcome, Problem, Unjudged
from symtune.domain.episode_results import SolveCounts, SolveRate
from symtune.domain.results import Estimate, Gain
from symtune.errors import BadInputError
from symtune.evaluation.bootstrap import estimate_mean, estimate_ratio
from symtune.evaluation.evaluate import by_difficulty, with_note

NUM_RESAMPLES = 200
"""Bootstrap resamples of the paper."""


def rollouts_in(budget: int, turns: int) -> int:
    """Return R = budget // turns, the rollouts of at most ``turns`` turns that ``budget`` samples buy.

    Raises:
        BadInputError: a number below 1, or a budget that buys no whole rollout.
    """
    if turns < 1 or budget < 1:
        raise BadInputError(f"budget and turns must be 1 or more, got budget {budget} and turns {turns}")
    if budget < turns:
        raise BadInputError(f"a budget of {budget} samples buys no rollout of {turns} turns; raise the budget or lower the turns")
    return budget // turns


def n_at_k(counts: SolveCounts, *, n: int, budget: int, turns: int) -> float:
    """Return n@k of one problem; see the formula above.

    Args:
        counts: the problem's M recorded rollouts.
        n: programs submitted, 1 to ``budget``.
        budget: k, in samples; each turn is one.
        turns: T, the turn limit of the rollouts; 1 for independent samples.

    Raises:
        BadInputError: n outside 1..budget, a budget that buys no rollout, fewer recorded rollouts than it buys, or counts that
            contradict each other.
    """
    num_drawn = rollouts_in(budget, turns)
    if not 1 <= n <= budget:
        raise BadInputError(f"n@k needs 1 <= n <= k, got {n}@{budget}")
    kept, dropped = counts.num_kept, counts.num_dropped
    if not (0 <= counts.num_kept_solved <= kept and 0 <= counts.num_dropped_solved <= dropped):
        raise BadInputError(f"problem {counts.problem_id!r}: more rollouts solved than there are: {counts}")
    if kept + dropped < num_drawn:
        raise BadInputError(
            f"{n}@{budget} with {turns} turns draws {num_drawn} rollouts; problem {counts.problem_id!r} has {kept + dropped}; "
            "play more or lower the budget"
        )
    kept_wrong, dropped_wrong = kept - counts.num_kept_solved, dropped - counts.num_dropped_solved
    submitted = min(n, num_drawn)
    all_fail = 0.0
    ways = math.comb(kept + dropped, num_drawn)
    for h in range(max(0, num_drawn - dropped), min(kept, num_drawn) + 1):
        from_kept = min(h, n)
        chance = math.comb(kept, h) * math.comb(dropped, num_drawn - h) / ways
        all_fail += chance * _all_fail(kept, kept_wrong, from_kept) * _all_fail(dropped, dropped_wrong, submitted - from_kept)
    return min(1.0, max(0.0, 1.0 - all_fail))


def _all_fail(size: int, num_wrong: int, drawn: int) -> float:
    """Return the chance that ``drawn`` programs of ``size`` are all among the ``num_wrong``."""
    return math.comb(num_wrong, drawn) / math.comb(size, drawn)


def counts_of_episodes(
    problems: Sequence[Problem], episodes: Iterable[Episode], *, turn_limit: int | None = None
) -> list[SolveCounts]:
    """Return the counts of each problem, from episodes as they ended, or cut at a turn limit.

    Cut episodes need no further judging: an episode goes on only after a reply without code or a program that failed a public
    test, and neither solves the problem. One whose kept verdicts do not say so counts as unjudged.

    Raises:
        BadInputError: a problem id twice, an episode of a problem that is not there, a limit below 1, or a longer episode than
            ``turn_limit`` without the verdicts of its turns.
    """
    if turn_limit is not None and turn_limit < 1:
        raise BadInputError(f"turn_limit must be 1 or more, got {turn_limit}")
    ends = [(episode.problem_id, _end(episode, turn_limit)) for episode in episodes]
    return _counted(problems, ends, what="episode")


def _end(episode: Episode, turn_limit: int | None) -> tuple[bool, bool] | None:
    """Return whether the (cut) episode's last program passed the public tests, and all tests; None where that is not known."""
    if turn_limit is None or len(episode.turns) <= turn_limit:
        if not episode.is_judged:
            return None
        last = episode.turns[-1].judgement if episode.turns else None
        passed_public = last is not None and last.outcome is Outcome.PASSED
        return passed_public, episode.is_solved
    turn = episode.turns[turn_limit - 1]
    if turn.source is None:
        return False, False
    if turn.judgement is None or turn.judgement.outcome is Outcome.PASSED:
        return None
    return False, False


def counts_of_judgements(
    problems: Sequence[Problem], *, public: Iterable[Judgement | Unjudged], final: Iterable[Judgement | Unjudged]
) -> list[SolveCounts]:
    """Return the counts of each problem, from independent single-turn programs judged twice.

    Args:
        problems: what was sampled for.
        public: verdicts on the examples; a problem without examples needs none, and all its programs stay in.
        final: verdicts on all tests.

    Raises:
        BadInputError: a problem id twice, a verdict on an unknown problem, two verdicts on one program, or a program with a final
            verdict but no public one.
    """
    without_examples = {problem.id for problem in problems if not problem.examples}
    seen_public = _by_program(public)
    ends: list[tuple[str, tuple[bool, bool] | None]] = []
    for key, verdict in _by_program(final).items():
        is_kept: bool | None = True
        if key[0] not in without_examples:
            if key not in seen_public:
                raise BadInputError(f"program {key[1]!r} of problem {key[0]!r} has no verdict on the examples; judge it with --split examples")
            shown = seen_public[key]
            is_kept = shown.outcome is Outcome.PASSED if isinstance(shown, Judgement) else None
        if is_kept is None or not isinstance(verdict, Judgement):
            ends.append((key[0], None))
        else:
            ends.append((key[0], (is_kept, verdict.outcome is Outcome.PASSED)))
    return _counted(problems, ends, what="judgement")


def _by_program(verdicts: Iterable[Judgement | Unjudged]) -> dict[tuple[str, str], Judgement | Unjudged]:
    found: dict[tuple[str, str], Judgement | Unjudged] = {}
    for one in verdicts:
        key = (one.problem_id, one.program_id)
        if key in found:
            raise BadInputError(f"program {one.program_id!r} of problem {one.problem_id!r} has two verdicts")
        found[key] = one
    return found


def _counted(
    problems: Sequence[Problem], ends: Sequence[tuple[str, tuple[bool, bool] | None]], *, what: str
) -> list[SolveCounts]:
    by_problem: dict[str, list[tuple[bool, bool] | None]] = {}
    for problem in problems:
        if problem.id in by_problem:
            raise BadInputError(f"the problem id {problem.id!r} occurs twice; ids must be unique")
        by_problem[problem.id] = []
    for problem_id, end in ends:
        if problem_id not in by_problem:
            raise BadInputError(f"an {what} belongs to problem {problem_id!r}, which is not given")
        by_problem[problem_id].append(end)
    rows = []
    for problem in problems:
        found = by_problem[problem.id]
        known = [end for end in found if end is not None]
        rows.append(
            SolveCounts(
                problem_id=problem.id,
                difficulty=problem.difficulty,
                num_kept=sum(kept for kept, _ in known),
                num_kept_solved=sum(kept and solved for kept, solved in known),
                num_dropped=sum(not kept for kept, _ in known),
                num_dropped_solved=sum(solved and not kept for kept, solved in known),
                num_unjudged=len(found) - len(known),
            )
        )
    return rows


def solve_rate(
    counts: Sequence[SolveCounts], *, n: int, budget: int, turns: int, num_resamples: int = NUM_RESAMPLES, seed: int = 0,
    origin: str = "",
) -> SolveRate:  # fmt: skip
    """Return n@k over problems with bootstrap intervals, in total and by difficulty.

    A problem with fewer judged rollouts than the budget buys is left out and counted in the estimate's ``reason``.

    Args:
        counts: one entry per problem.
        num_resamples, seed: of the bootstrap over problems.
        origin: where the rollouts came from, for tables.

    Raises:
        BadInputError: n, budget and turns do not fit together.
    """
    num_drawn = rollouts_in(budget, turns)

    def estimate(rows: Sequence[SolveCounts]) -> Estimate:
        usable = [row for row in rows if row.num_rollouts >= num_drawn]
        values = [n_at_k(row, n=n, budget=budget, turns=turns) for row in usable]
        return with_note(estimate_mean(values, num_resamples=num_resamples, seed=seed), _short(len(rows) - len(usable), len(rows), num_drawn))

    if not 1 <= n <= budget:
        raise BadInputError(f"n@k needs 1 <= n <= k, got {n}@{budget}")
    return SolveRate(
        n=n, budget=budget, turns=turns, num_drawn=num_drawn, total=estimate(counts),
        by_difficulty={name: estimate(rows) for name, rows in by_difficulty(counts).items()},
        counts=tuple(counts), num_resamples=num_resamples, seed=seed, origin=origin,
    )  # fmt: skip


def compare_rates(policy: SolveRate, other: SolveRate) -> dict[str, Gain]:
    """Return the gains of a policy in n@k, in total and by difficulty, paired by problem.

    difference = mean_p(a_p - b_p); relative = sum_p(a_p - b_p) / sum_p(b_p), with a_p and b_p the two n@k of problem p. Problems on
    which either has too few judged rollouts are left out. The resamples use the policy's seed.

    Raises:
        BadInputError: other problems, another n or another budget.
    """
    theirs: Mapping[str, SolveCounts] = {row.problem_id: row for row in other.counts}
    if set(theirs) != {row.problem_id for row in policy.counts}:
        raise BadInputError("the two solve rates are over different problems; evaluate both on the same ones")
    if (policy.n, policy.budget) != (other.n, other.budget):
        raise BadInputError(f"{policy.name} and {other.name} do not compare; use the same n and budget for both")
    groups = {"total": list(policy.counts)} | by_difficulty(policy.counts)
    return {name: _gain([(row, theirs[row.problem_id]) for row in rows], policy, other) for name, rows in groups.items()}


def _gain(pairs: Sequence[tuple[SolveCounts, SolveCounts]], policy: SolveRate, other: SolveRate) -> Gain:
    usable = [
        (mine, yours) for mine, yours in pairs
        if mine.num_rollouts >= policy.num_drawn and yours.num_rollouts >= other.num_drawn
    ]  # fmt: skip
    ours = [n_at_k(mine, n=policy.n, budget=policy.budget, turns=policy.turns) for mine, _ in usable]
    base = [n_at_k(yours, n=other.n, budget=other.budget, turns=other.turns) for _, yours in usable]
    differences = [a - b for a, b in zip(ours, base, strict=True)]
    note = _short(len(pairs) - len(usable), len(pairs), max(policy.num_drawn, other.num_drawn))
    options = {"num_resamples": policy.num_resamples, "seed": policy.seed}
    return Gain(
        difference=with_note(estimate_mean(differences, **options), note),
        relative=with_note(estimate_ratio(differences, base, **options), note),
    )


def _short(num_short: int, num_problems: int, num_drawn: int) -> str | None:
    return f"{num_short} of {num_problems} problems have fewer than {num_drawn} judged rollouts" if num_short else None
