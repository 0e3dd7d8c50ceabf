"""Stored evaluations: what is written comes back, a run taken up again adds nothing, extracts are cut and say so."""

from __future__ import annotations

from pathlib import Path

import pytest

from symtune import store
from symtune.domain import Case, Cause, FirstFailure, Judgement, Outcome, Problem, Program, Unjudged
from symtune.domain.results import BrowsableProblem, BrowsableProgram
from symtune.errors import RunMismatchError
from symtune.evaluation import read_policy_result, write_critic_run, write_evaluation_run, write_suite_run
from symtune.evaluation.extract import MAX_CASE_CHARS, browsable_problems, browsable_programs, spread


def problem(name: str, *cases: Case) -> Problem:
    return Problem(id=name, statement="Say it.", entry_point="f", tests=cases, difficulty="interview")


def judged(program_id: str, outcome: Outcome) -> Judgement:
    is_passed = outcome is Outcome.PASSED
    cause = {Outcome.FAILED_TEST: Cause.WRONG_VALUE, Outcome.RUNTIME_ERROR: Cause.TIMEOUT}.get(outcome)
    failure = None if cause is None else FirstFailure(case_index=0, cause=cause, message="no")
    return Judgement(
        problem_id=program_id.split("#")[0], program_id=program_id, outcome=outcome, cause=cause,
        num_passed=int(is_passed), num_cases=1, first_failure=failure,
    )  # fmt: skip


PROBLEMS = [problem("a", Case.call(1, expected=2)), problem("b", Case.call(2, expected=3))]
OUTCOMES = [Outcome.PASSED, Outcome.FAILED_TEST, Outcome.FAILED_TEST, Outcome.RUNTIME_ERROR, Outcome.FAILED_TEST]
PROGRAMS = [Program(problem_id=p, source=f"# {i}", id=f"{p}#{i}") for p in "ab" for i in range(5)]
JUDGEMENTS = [judged(f"{p}#{i}", outcome) for p in "ab" for i, outcome in enumerate(OUTCOMES)]


def test_an_evaluation_comes_back_and_serves_as_baseline(tmp_path: Path) -> None:
    options = {"problems": PROBLEMS, "programs": PROGRAMS, "num_resamples": 50}
    base = write_evaluation_run(tmp_path / "warm", judgements=JUDGEMENTS, name="warm-up", **options)
    better = [judged(item.program_id, Outcome.PASSED) if item.program_id == "a#1" else item for item in JUDGEMENTS]
    ours = write_evaluation_run(
        tmp_path / "rl", judgements=better, name="CodeRL", baseline=tmp_path / "warm", ks=(1,), **options
    )
    assert read_policy_result(tmp_path / "rl") == ours
    assert ours.baseline == base.name == "warm-up"
    assert ours.gains["1"]["total"].relative.value == pytest.approx(0.5)
    manifest = store.read_run(tmp_path / "rl")
    assert (manifest.stage, manifest.status) == ("evaluate", "done")
    assert manifest.summary["pass@1"] == pytest.approx(0.3)
    shown = store.load_records(tmp_path / "rl" / "records" / "programs.jsonl", BrowsableProgram)
    assert len(shown) == 10
    assert shown[0].judgement is not None
    assert shown[0].judgement.outcome is Outcome.PASSED
    assert shown[0].failed_case is None
    failed = next(item for item in shown if item.judgement and item.judgement.outcome is Outcome.FAILED_TEST)
    assert failed.failed_case is not None
    assert (failed.failed_case.given, failed.failed_case.expected) == ("1", "2")


def test_a_finished_run_is_taken_as_it_is_and_other_inputs_are_refused(tmp_path: Path) -> None:
    first = write_evaluation_run(tmp_path / "run", problems=PROBLEMS, judgements=JUDGEMENTS, name="x", num_resamples=20)
    record = (tmp_path / "run" / "records" / "evaluation.jsonl").read_bytes()
    again = write_evaluation_run(tmp_path / "run", problems=PROBLEMS, judgements=JUDGEMENTS, name="x", num_resamples=20)
    assert again == first
    assert (tmp_path / "run" / "records" / "evaluation.jsonl").read_bytes() == record
    with pytest.raises(RunMismatchError, match=r"inputs\.judgements"):
        write_evaluation_run(tmp_path / "run", problems=PROBLEMS, judgements=JUDGEMENTS[1:], name="x", num_resamples=20)


def test_critic_and_suite_runs_come_back(tmp_path: Path) -> None:
    critic = write_critic_run(
        tmp_path / "critic", predicted=[3, 2, 0], true=[3, 3, 0], name="critic", problem_ids=["a", "a", "b"]
    )
    assert critic.metrics.num_problems == 2
    assert store.read_run(tmp_path / "critic").summary["accuracy"] == pytest.approx(2 / 3)
    grown = [problem("a", Case.call(1, expected=2), Case.call(5, expected=6, origin="explore")), PROBLEMS[1]]
    suites = write_suite_run(tmp_path / "tests", original=PROBLEMS, strengthened=grown)
    assert suites.growth.after.mean == 1.5
    assert suites.name == "tests"
    shown = store.load_records(tmp_path / "tests" / "records" / "problems.jsonl", BrowsableProblem)
    assert [(item.num_tests_before, item.num_tests) for item in shown] == [(1, 2), (1, 1)]
    assert [case.origin for case in shown[0].tests] == ["given", "explore"]


def test_the_programs_kept_differ_in_verdict() -> None:
    kept = browsable_programs(PROGRAMS, JUDGEMENTS, policy="x", problems=PROBLEMS[:1], max_per_problem=3)
    assert [item.judgement.outcome for item in kept if item.judgement] == [
        Outcome.PASSED, Outcome.FAILED_TEST, Outcome.RUNTIME_ERROR,
    ]  # fmt: skip


def test_a_program_without_a_verdict_says_why() -> None:
    unjudged = Unjudged(problem_id="a", program_id="a#0", reason="the guest died twice")
    kept = browsable_programs(PROGRAMS[:2], [unjudged], policy="x", problems=PROBLEMS[:1], max_per_problem=5)
    assert [item.unjudged_reason for item in kept] == ["the guest died twice", "no verdict is stored"]


def test_long_and_unprintable_values_are_cut_and_say_so() -> None:
    cases = (Case.call("x" * 5000, expected=10**5000), Case.call([1, (2,)], kwargs={"k": {3}}, expected=None))
    first, second = browsable_problems([problem("a", *cases)])[0].tests
    assert len(first.given) < MAX_CASE_CHARS + 50
    assert first.given.endswith(f"… ({5002 - MAX_CASE_CHARS} more characters)")
    assert "too long to print" in first.expected
    assert (second.given, second.expected) == ("[1, (2,)], k={3}", "None")


def test_a_spread_is_even_and_keeps_order() -> None:
    assert spread(list(range(10)), 4) == [0, 2, 5, 7]
    assert spread([1, 2], 4) == spread([1, 2], None) == [1, 2]
