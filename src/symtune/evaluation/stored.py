"""What evaluation stages keep in their run directories, so that a report computes nothing new.

    stage            records
    tests            suite.jsonl (one SuiteResult), problems.jsonl (BrowsableProblem)
    evaluate-critic  critic.jsonl (one CriticResult)
    evaluate         evaluation.jsonl (one PolicyResult), problems.jsonl, programs.jsonl (BrowsableProgram)

Each ``write_*`` opens a run directory of its own; each ``store_*`` writes into one that a verb has open already.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from symtune import store
from symtune.domain import Judgement, Outcome, Problem, Program, Record, Unjudged, content_digest
from symtune.domain.results import CriticResult, Estimate, Evaluation, PolicyResult, SuiteResult
from symtune.evaluation.critic_metrics import critic_metrics
from symtune.evaluation.evaluate import compare_policies, evaluate
from symtune.evaluation.extract import browsable_problems, browsable_programs, spread
from symtune.evaluation.suite_growth import suite_growth

MAX_PROBLEMS = 1_000
"""Problems that one run keeps for the page; evenly spaced when there are more."""

MAX_PROGRAMS_PER_PROBLEM = 6
"""Programs per problem that one run keeps for the page."""


def store_suites(
    run: store.RunDirectory,
    *,
    original: Sequence[Problem],
    strengthened: Sequence[Problem],
    name: str | None = None,
    description: str = "",
    max_problems: int | None = MAX_PROBLEMS,
) -> SuiteResult:
    """Write suite growth and the problems to look at into an open run; see `symtune.evaluation.suite_growth`.

    ``name`` is the suites' name in the report; the folder's name when not given.
    """
    result = SuiteResult(name=name or run.path.name, description=description, growth=suite_growth(original, strengthened))
    originals = {problem.id: problem for problem in original}
    _save(run, "suite", [result])
    _save(run, "problems", browsable_problems(strengthened, originals=originals, max_problems=max_problems))
    return result


def store_critic(
    run: store.RunDirectory,
    *,
    predicted: Sequence[Outcome | int],
    true: Sequence[Outcome | int],
    name: str,
    problem_ids: Sequence[str] | None = None,
    description: str = "",
    paper_row: str | None = None,
    num_resamples: int = 1000,
    seed: int = 0,
) -> CriticResult:
    """Write a critic's metrics into an open run; see `symtune.evaluation.critic_metrics`."""
    metrics = critic_metrics(predicted, true, problem_ids=problem_ids, num_resamples=num_resamples, seed=seed)
    result = CriticResult(name=name, description=description, metrics=metrics, paper_row=paper_row)
    _save(run, "critic", [result])
    return result


def store_evaluation(
    run: store.RunDirectory,
    *,
    problems: Sequence[Problem],
    judgements: Sequence[Judgement | Unjudged],
    name: str,
    programs: Iterable[Program] = (),
    description: str = "",
    baseline: PolicyResult | Path | str | None = None,
    paper_row: str | None = None,
    ks: Sequence[int] = (1, 5),
    num_resamples: int = 1000,
    seed: int = 0,
    max_problems: int | None = MAX_PROBLEMS,
    max_programs_per_problem: int = MAX_PROGRAMS_PER_PROBLEM,
) -> PolicyResult:
    """Write a policy's pass@k, its gains over a baseline, and programs to look at into an open run.

    Args:
        baseline: the result of the policy that gains refer to (the warm-up), or its ``evaluate`` run directory.
        programs: sources of the judged programs; without them the page shows problems only.
    """
    evaluation = evaluate(problems, judgements, ks=ks, num_resamples=num_resamples, seed=seed)
    against = read_policy_result(baseline) if isinstance(baseline, (str, Path)) else baseline
    result = PolicyResult(
        name=name,
        description=description,
        evaluation=evaluation,
        baseline=against.name if against else None,
        gains=compare_policies(evaluation, against.evaluation) if against else {},
        paper_row=paper_row,
    )
    shown = spread(problems, max_problems)
    _save(run, "problems", browsable_problems(shown))
    kept = browsable_programs(
        programs,
        judgements,
        policy=name,
        problems=shown,
        max_per_problem=max_programs_per_problem,
    )
    _save(run, "programs", kept)
    _save(run, "evaluation", [result])
    return result


def write_suite_run(
    out: Path | str, *, original: Sequence[Problem], strengthened: Sequence[Problem], **options: Any
) -> SuiteResult:
    """Make a ``tests`` run directory; ``options`` are those of `store_suites`."""
    inputs = {"original": _digest(original), "strengthened": _digest(strengthened)}
    with store.RunDirectory.open(out, stage="tests", config=dict(options), inputs=inputs) as run:
        if not run.is_done:
            result = store_suites(run, original=original, strengthened=strengthened, **options)
            run.finish(suite_summary(result))
    return store.load_records(Path(out) / "records" / "suite.jsonl", SuiteResult)[0]


def write_critic_run(
    out: Path | str, *, predicted: Sequence[Outcome | int], true: Sequence[Outcome | int], name: str, **options: Any
) -> CriticResult:
    """Make an ``evaluate-critic`` run directory; ``options`` are those of `store_critic`."""
    ranks = [[int(item.rank if isinstance(item, Outcome) else item) for item in row] for row in (predicted, true)]
    problem_ids = options.pop("problem_ids", None)
    inputs = {
        "predictions": content_digest(ranks[0]),
        "verdicts": content_digest([ranks[1], list(problem_ids) if problem_ids is not None else None]),
    }
    config = {"name": name, **options}
    seed = options.get("seed", 0)
    with store.RunDirectory.open(out, stage="evaluate-critic", config=config, inputs=inputs, seed=seed) as run:
        if not run.is_done:
            result = store_critic(run, predicted=predicted, true=true, name=name, problem_ids=problem_ids, **options)
            run.finish(critic_summary(result))
    return store.load_records(Path(out) / "records" / "critic.jsonl", CriticResult)[0]


def write_evaluation_run(
    out: Path | str,
    *,
    problems: Sequence[Problem],
    judgements: Sequence[Judgement | Unjudged],
    name: str,
    programs: Sequence[Program] = (),
    baseline: PolicyResult | Path | str | None = None,
    **options: Any,
) -> PolicyResult:
    """Make an ``evaluate`` run directory; ``options`` are those of `store_evaluation`."""
    against = read_policy_result(baseline) if isinstance(baseline, (str, Path)) else baseline
    inputs = {"problems": _digest(problems), "programs": _digest(programs), "judgements": _digest(judgements)}
    if against is not None:
        inputs["baseline"] = _digest([against])
    config = {"name": name, **options} | ({"ks": list(options["ks"])} if "ks" in options else {})
    with store.RunDirectory.open(
        out, stage="evaluate", config=config, inputs=inputs, seed=options.get("seed", 0)
    ) as run:
        if not run.is_done:
            result = store_evaluation(
                run,
                problems=problems,
                judgements=judgements,
                name=name,
                programs=programs,
                baseline=against,
                **options,
            )
            run.finish(evaluation_summary(result))
    return read_policy_result(out)


def read_policy_result(run: Path | str) -> PolicyResult:
    """Return what an ``evaluate`` run directory stores.

    Raises:
        MissingInputError: the folder holds no evaluation.
    """
    return store.load_records(Path(run) / "records" / "evaluation.jsonl", PolicyResult)[0]


def suite_summary(result: SuiteResult) -> dict[str, Any]:
    """Return the figures of a ``tests`` run for its manifest and the terminal."""
    growth = result.growth
    return {
        "name": result.name,
        "num_problems": growth.after.num_problems,
        "num_missing": growth.num_missing,
        "num_grown": growth.num_grown,
        "mean_before": growth.before.mean,
        "mean_after": growth.after.mean,
        "median_before": growth.before.median,
        "median_after": growth.after.median,
    }


def critic_summary(result: CriticResult) -> dict[str, Any]:
    """Return the figures of an ``evaluate-critic`` run for its manifest and the terminal."""
    scores, baselines = result.metrics.scores, result.metrics.baselines
    return {
        "name": result.name,
        "num_programs": result.metrics.num_programs,
        "accuracy": scores.accuracy.value,
        "mae": scores.mae.value,
        "majority_accuracy": baselines["majority"].accuracy.value,
        "chance_accuracy": baselines["chance"].accuracy.value,
    }


def evaluation_summary(result: PolicyResult) -> dict[str, Any]:
    """Return the figures of an ``evaluate`` run for its manifest and the terminal."""
    return {"name": result.name, **_figures(result.evaluation)} | {
        f"relative_gain_pass@{k}": groups["total"].relative.value for k, groups in result.gains.items()
    }


def _figures(evaluation: Evaluation) -> dict[str, Any]:
    total = evaluation.total

    def figure(estimate: Estimate) -> float | None:
        return estimate.value

    return {
        "num_problems": total.num_problems,
        "num_samples": total.num_samples,
        "num_unjudged": total.num_unjudged,
    } | {f"pass@{k}": figure(estimate) for k, estimate in total.pass_at_k.items()}


def _save(run: store.RunDirectory, name: str, records: Iterable[Record]) -> None:
    """Write one records file whole, so that a run taken up again starts it afresh."""
    store.save_records(run.path / "records" / f"{name}.jsonl", records)


def _digest(records: Iterable[Record]) -> str:
    return content_digest([content_digest(record.to_json()) for record in records])
