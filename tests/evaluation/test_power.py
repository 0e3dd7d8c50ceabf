"""Power of suites: coverage, mutants, labelled programs and validity against counts made by hand; bad input is noted, never lost."""

from __future__ import annotations

import random

import pytest

from symtune import store
from symtune.domain import Case, Problem, Program, SuiteRecord
from symtune.domain.power import CoverageCounts, LabelCounts, MutantCounts, ProblemPower
from symtune.errors import BadInputError, RunMismatchError
from symtune.evaluation.power import measure_suites, total_power, truths
from symtune.evaluation.power import run as run_module
from symtune.evaluation.power.coverage import measure_coverage
from symtune.evaluation.power.validity import check_learnt, check_published
from symtune.judging import Judge
from symtune.sandbox import Guest
from symtune.suites.contracts.learn import learn_contract
from symtune.suites.stdin.view import stdin_view

REFERENCE = """def f(items, step=2):
    total = 0
    for item in items:
        if item > 0 and item % step == 0:
            total += item
        elif item is None:
            return -1
    while total > 100:
        total -= 50
    assert total >= 0
    try:
        return max(one for one in items if one) + total
    except ValueError:
        return 0
"""
SUM = "import sys\ndef main():\n    n = int(input())\n    for _ in range(n):\n        a = int(sys.stdin.readline())\n        print(a if a > 0 else -a)\n"
THREADED = SUM + "import threading\nthreading.Thread(target=main).start()\n"
ABSOLUTE = "def f(x):\n    if x > 0:\n        return x\n    return -x\n"


def function(*sources: str, entry_point: str = "f") -> Problem:
    return Problem(id="p", statement="", entry_point=entry_point, references=sources)


@pytest.fixture(scope="module")
def tracer():
    with Guest("explore_lines") as guest:
        yield guest


@pytest.fixture(scope="module")
def judge():
    with Judge(workers=1) as judge:
        yield judge


def grown(problem_id: str = "abs", *, source: str = ABSOLUTE, **record) -> Problem:
    """A problem whose one test was joined by two found ones."""
    before = (Case.call(3, expected=3),)
    new = (Case.call(-2, expected=2, origin="symbolic"), Case.call(0, expected=0, origin="symbolic"))
    suite = SuiteRecord(num_by_origin={"symbolic": 2}, seconds_by_explorer={"symbolic": 1.5}, **record)
    return Problem(id=problem_id, statement="", entry_point="f", tests=before + new, references=(source,), suite=suite)


def test_lines_and_branches_are_those_counted_by_hand(tracer):
    """14 outcomes: for 2, > 2, % 2, is None 2, while 2, the generator's for 2 and if 2; assert and except are none."""
    cases = [Case.call([], expected=0), Case.call([4, 3], expected=0), Case.call([200], expected=0)]
    before, after, notes = measure_coverage(tracer, function(REFERENCE), [REFERENCE], cases=cases, num_before=1)
    assert not notes
    assert (before.num_lines, before.num_branches) == (14, 14)
    assert (before.num_lines_run, before.num_branches_taken) == (9, 3)
    # [4, 3]: an item, > 0, % true and false, is None false, an item and a true filter for the generator; [200]: while
    assert (after.num_lines_run, after.num_branches_taken) == (13, 11)  # all lines but the one behind `is None`


def test_places_within_a_line_are_decisions_of_their_own(tracer):
    source = "def f(a, b, c):\n    return [x if a else y for x in b for y in c if b and c]\n"
    calls = [Case.call(1, [1], [1], expected=0), Case.call(0, [1], [1], expected=0), Case.call(0, [], [], expected=0)]
    before, after, _ = measure_coverage(tracer, function(source), [source], cases=calls, num_before=1)
    assert before.num_branches == 10
    assert before.num_branches_taken == 7
    assert after.num_branches_taken == 8


@pytest.mark.parametrize("source", [THREADED, SUM + "main()\n"])
def test_programs_that_read_stdin_are_followed_into_their_threads(tracer, source):
    problem = Problem(id="s", statement="", references=(source,))
    cases = [Case.text("1\n5\n", expected=""), Case.text("2\n1\n-5\n", expected="")]
    before, after, notes = measure_coverage(tracer, problem, [source], cases=cases, num_before=1)
    assert (before.num_branches_taken, after.num_branches_taken, after.num_branches) == (3, 4, 4)
    assert after.num_lines_run == after.num_lines
    assert not notes


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("def f(x", "coverage_syntax"),
        ("1 / 0\ndef f(x): return x", "coverage_load"),
        ("def g(x): return x", "coverage_entry_point"),
        ("import os\nos._exit(0)", "coverage_exited"),
        ("while True: pass", "coverage_load"),
    ],
)
def test_references_that_do_not_load_have_no_coverage_and_a_reason(tracer, source, reason):
    cases = [Case.call(1, expected=1)]
    before, after, notes = measure_coverage(tracer, function(source), [source], cases=cases, num_before=1, seconds_per_input=0.2)
    assert (before, after) == (None, None)
    assert notes == {reason: 1}


def test_an_input_that_ends_the_process_or_loops_costs_itself(tracer):
    source = (
        "import os\ndef f(x):\n    if x == 1:\n        os._exit(3)\n    if x == 2:\n        while True:\n            x = 2\n"
        "    if x == 3:\n        raise KeyError\n    return x\n"
    )
    cases = [Case.call(x, expected=0) for x in (1, 2, 3, 4)]
    _, after, notes = measure_coverage(
        tracer, function(source), [source], cases=cases, num_before=0, seconds_per_input=0.3
    )
    assert notes == {"coverage_exited": 1, "coverage_overran": 1, "coverage_raised": 1}
    assert after.num_lines_run == after.num_lines - 1  # the line that ends the process is lost with it
    assert after.num_branches_taken == 5


def test_forged_frames_reach_no_further_than_there_is(tracer):
    forged = r'{\"index\": 0, \"lines\": [1, 2, 3, 99, -1, \"a\"], \"branches\": [0, 1, 77], \"ended\": \"returned\"}'
    source = f'import os\ndef f(x):\n    if x:\n        return 1\n    os.write(200, b"{forged}\\n")\n'
    _, after, _ = measure_coverage(tracer, function(source), [source], cases=[Case.call(0, expected=0)], num_before=0)
    assert after.num_lines == 5
    assert after.num_lines_run <= 5
    assert after.num_branches_taken <= after.num_branches == 2


def test_power_stands_for_the_tests_before_and_for_all():
    right = "def f(x):\n    return abs(x)\n"
    programs = [
        Program(problem_id="abs", source=right, id="right", label="pass_all"),
        Program(problem_id="abs", source="def f(x):\n    return x\n", id="slips", label="pass_base_fail_plus"),
        Program(problem_id="abs", source="def f(x):\n    return 7\n", id="plain", label="fail_base"),
        Program(problem_id="abs", source="def f(x):\n    return abs(x) or 0.5\n", id="strict", label="pass_all"),
        Program(problem_id="abs", source="def f(x) return x", id="torn", label="load_error"),
        Program(problem_id="abs", source=right, id="odd", label="who_knows"),
        Program(problem_id="abs", source=right, id="bare"),
        Program(problem_id="nowhere", source=right, id="lost", label="wrong"),
        Program(problem_id="abs", source="import os\nos._exit(0)", id="hostile", label="wrong"),
    ]
    result, (row,) = measure_suites([grown()], programs, max_mutants=8, num_resamples=50, workers=1)
    assert (row.num_tests_before, row.num_tests) == (1, 3)
    assert row.coverage_before == CoverageCounts(num_lines=4, num_lines_run=3, num_branches=2, num_branches_taken=1)
    assert row.coverage == CoverageCounts(num_lines=4, num_lines_run=4, num_branches=2, num_branches_taken=2)
    assert row.labels["pass_all"] == LabelCounts(truth="right", num_programs=2, num_accepted_before=2, num_accepted=1)
    assert row.labels["pass_base_fail_plus"] == LabelCounts(truth="wrong", num_programs=1, num_accepted_before=1)
    assert row.labels["who_knows"].truth == row.labels["none"].truth == "unknown"
    assert [one.program_id for one in row.misjudged] == ["strict"]
    assert row.misjudged[0].first_failure.case_index == 2
    assert result.after.right_rejected.value == 0.5
    assert (result.before.wrong_accepted.value, result.after.wrong_accepted.value) == (0.25, 0.0)
    assert result.still_accepted.value == 0.0
    assert (result.before.branch_coverage.value, result.after.branch_coverage.value) == (0.5, 1.0)
    assert row.mutants_before.num_killed < row.mutants.num_killed <= row.mutants.num_mutants
    assert row.mutants_before.num_missed == row.mutants.num_killed - row.mutants_before.num_killed
    assert result.notes == {"program_of_unknown_problem": 1, "no_contract": 1}
    assert result.seconds_by_explorer == {"symbolic": 1.5}


def test_every_suite_of_a_problem_meets_the_same_mutants():
    weak = grown().model_copy(update={"tests": grown().tests[:1], "suite": None})
    settings = {"max_mutants": 6, "workers": 1, "num_resamples": 0, "seed": 3}
    (_, (strong_row,)), (_, (weak_row,)) = measure_suites([grown()], **settings), measure_suites([weak], **settings)
    assert strong_row.mutants_before == weak_row.mutants.model_copy(
        update={"num_missed": strong_row.mutants_before.num_missed, "num_undecided": strong_row.mutants_before.num_undecided}
    )


@pytest.mark.slow
def test_survivors_are_proved_equal_or_told_apart_by_an_input():
    """Of the mutants of `max(x, 0)`, `x >= 0` is equal; with one test only, others survive that an input tells apart."""
    pytest.importorskip("crosshair")
    source = "def f(x):\n    if x > 0:\n        return x\n    return 0\n"
    problem = grown(source=source).model_copy(update={"suite": None, "tests": (Case.call(3, expected=3), Case.call(2, expected=2))})
    _, (row,) = measure_suites([problem], max_mutants=12, equal_budget_s=3.0, workers=1)
    assert row.mutants.num_equal >= 1
    assert row.mutants.num_missed >= 1
    assert sum((row.mutants.num_killed, row.mutants.num_equal, row.mutants.num_missed, row.mutants.num_undecided)) == row.mutants.num_mutants


def test_mutants_that_only_runs_call_equal_are_counted_and_every_survivor_is_listed(factors):
    """Square roots are beyond the solver; that a loop looks at one divisor too many is seen by running it."""
    pytest.importorskip("crosshair")
    scope: dict = {}
    exec(factors, scope)
    tests = tuple(Case.call(n, expected=scope["f"](n)) for n in range(1, 70))
    problem = Problem(id="factors", statement="Factors of the integer n.", entry_point="f", tests=tests, references=(factors,))
    _, (row,) = measure_suites([problem], max_mutants=25, equal_budget_s=0.3, workers=1)
    assert row.mutants.num_equal >= row.mutants.num_equal_by_runs >= 2
    assert row.mutants.num_mutants - row.mutants.num_killed == len(row.survivors)
    assert sum(one.fate == "equal_by_runs" for one in row.survivors) == row.mutants.num_equal_by_runs
    assert {one.line for one in row.survivors if one.fate == "equal_by_runs"} <= {2, 3, 8, 9}
    assert ProblemPower.from_json(row.to_json()) == row


def test_new_cases_are_held_against_the_learnt_and_the_published_contract(judge):
    contract = {"args": [{"kind": "int", "low": -1, "high": 9}]}
    published = '\n    assert isinstance(x, int), "invalid inputs"\n    assert x >= 0, "invalid inputs"\n'
    problem = grown(contract=contract).model_copy(update={"meta": {"contract": published}})
    new = problem.tests[1:]
    learnt, _ = check_learnt(problem, new, before=(), references=(), judge=judge)
    assert (learnt.num_cases, learnt.num_invalid, learnt.faults) == (2, 1, {"too_low": 1})
    told, _ = check_published(problem, new, judge=judge)
    assert (told.num_cases, told.num_invalid, told.faults) == (2, 1, {"AssertionError": 1})


def test_texts_are_held_against_the_contract_by_the_arguments_in_them(judge):
    source = "n = int(input())\nitems = list(map(int, input().split()))\nprint(sum(items[:n]))\n"
    texts = ("3\n1 2 3\n", "2\n5 6\n", "4\n9 8 7 1\n")
    before = [Case.text(text, expected=str(sum(map(int, text.split()[1:])))) for text in texts]
    new = [Case.text(text, expected="") for text in ("1\n4\n", "2\n-7 3\n", "words\n")]
    problem = Problem(id="s", statement="", references=(source,), tests=(*before, *new))
    view = stdin_view(problem, judge=judge, references=[source], given=before, rng=random.Random(0))
    form = learn_contract(view.cases).to_json()
    form["args"][-1]["items"][0]["low"] = 0  # as edited by hand
    problem = problem.model_copy(update={"suite": SuiteRecord(contract=form)})
    found, _ = check_learnt(problem, new, before=before, references=[source], judge=judge)
    assert (found.num_cases, found.num_invalid, found.faults) == (3, 2, {"too_low": 1, "unparsed": 1})
    assert check_learnt(problem, new, before=before, references=(), judge=judge) == (None, "no_input_format")


def test_contracts_that_cannot_be_read_are_no_verdict_on_cases(judge):
    odd = grown(contract={"args": [{"kind": "colour"}]})
    assert check_learnt(odd, odd.tests, before=(), references=(), judge=judge) == (None, "contract_unreadable")
    for contract in ("    assert (", "    assert helper(x)", "    import symtune_nowhere"):
        problem = odd.model_copy(update={"meta": {"contract": contract}})
        assert check_published(problem, problem.tests, judge=judge) == (None, "published_contract_unreadable")


def test_every_problem_has_a_row_whatever_is_wrong_with_it():
    loops = grown("loops", source="def f(x):\n    while True:\n        pass\n").model_copy(update={"time_limit_s": 0.2})
    problems = [
        grown("fine"),
        grown("bare").model_copy(update={"references": ()}),
        grown("plain").model_copy(update={"suite": None}),
        grown("torn", source="def f(x"),
        loops,
        grown("wrong", source="def f(x):\n    return 1\n"),
        grown("empty").model_copy(update={"tests": ()}),
        grown("odd").model_copy(update={"tests": (Case.call(1, expected=1, comparator="nobody"),)}),
        grown("kept").model_copy(update={"suite": SuiteRecord(skipped="comparator")}),
    ]
    programs = [Program(problem_id=one.id, source=ABSOLUTE, label="right") for one in problems]
    result, rows = measure_suites(problems, programs, max_mutants=2, num_resamples=0)
    notes = {row.problem_id: row.notes for row in rows}
    assert [row.problem_id for row in rows] == [one.id for one in problems]
    assert notes["fine"] == {"no_contract": 1}
    assert "no_references" in notes["bare"]
    assert "no_suite_record" in notes["plain"]
    assert notes["torn"]["reference_syntax"] == notes["torn"]["no_sound_reference"] == 1
    assert notes["loops"]["reference_timeout"] == notes["wrong"]["reference_wrong_value"] == 1
    assert "no_tests" in notes["empty"]
    assert notes["odd"]["unjudged_by_input"] == 1
    assert notes["kept"]["suite_skipped_comparator"] == 1
    assert result.notes["no_sound_reference"] == 4
    assert rows[1].labels["right"].num_accepted == 1  # what needs no reference is measured all the same
    assert rows[3].coverage is None
    assert result.after.line_coverage.num_units == 3


def test_totals_are_ratios_of_sums():
    rows = [
        ProblemPower(
            problem_id="a", num_tests_before=1, num_tests=5, mutants_before=MutantCounts(num_mutants=10, num_killed=4, num_equal=2),
            mutants=MutantCounts(num_mutants=10, num_killed=8, num_equal=2), notes={"x": 1},
            labels={"wrong": LabelCounts(truth="wrong", num_programs=4, num_accepted_before=2, num_accepted=1)},
        ),
        ProblemPower(
            problem_id="b", num_tests_before=2, num_tests=2, mutants_before=MutantCounts(num_mutants=2, num_killed=1),
            mutants=MutantCounts(num_mutants=2, num_killed=1), notes={"x": 2},
            labels={"wrong": LabelCounts(truth="wrong", num_programs=1), "right": LabelCounts(truth="right", num_programs=2, num_accepted=1)},
        ),
        ProblemPower(problem_id="c", num_tests_before=0, num_tests=0),
    ]  # fmt: skip
    result = total_power(rows, name="n", num_resamples=10)
    assert (result.before.mutation_score.value, result.after.mutation_score.value) == (0.5, 0.9)
    assert (result.before.wrong_accepted.value, result.after.wrong_accepted.value) == (0.4, 0.2)
    assert result.still_accepted.value == 0.5
    assert result.after.right_rejected.value == 0.5
    assert result.after.line_coverage.value is None
    assert result.notes == {"x": 3}
    assert (result.sizes_before.mean, result.sizes.mean) == (1.0, pytest.approx(7 / 3))
    assert result.after.mutation_score.num_units == 2


def test_a_killed_run_goes_on_where_it_stopped_and_other_inputs_are_refused(tmp_path, monkeypatch):
    problems = [grown("a"), grown("b"), grown("c")]
    settings = {"out": tmp_path / "run", "max_mutants": 0, "workers": 1, "num_resamples": 20}
    measured: list[str] = []
    measure = run_module.measure_problem

    def counted(problem, *args, **more):
        if problem.id == "c" and "c" not in measured:
            measured.append("c")
            raise KeyboardInterrupt
        measured.append(problem.id)
        return measure(problem, *args, **more)

    monkeypatch.setattr(run_module, "measure_problem", counted)
    with pytest.raises(KeyboardInterrupt):
        measure_suites(problems, **settings)
    assert measured == ["a", "b", "c"]
    result, rows = measure_suites(problems, **settings)
    assert measured == ["a", "b", "c", "c"]
    assert [row.problem_id for row in rows] == ["a", "b", "c"]
    assert store.read_run(tmp_path / "run").summary["branch_coverage_after"] == 1.0
    assert store.load_records(tmp_path / "run" / "records" / "power_problems.jsonl", ProblemPower) == rows
    assert measure_suites(problems, **settings) == (result, rows)
    with pytest.raises(RunMismatchError, match=r"inputs\.problems"):
        measure_suites(problems[:2], **settings)


def test_a_label_cannot_say_both():
    assert truths(right=("good",), wrong=("bad",))["good"] == "right"
    with pytest.raises(BadInputError, match="'pass_all'"):
        truths(wrong=("pass_all",))
    with pytest.raises(BadInputError, match="share an id"):
        measure_suites([grown(), grown()])
