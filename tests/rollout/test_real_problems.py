"""Episodes on HumanEval+ (base tests public, plus tests private) and CodeContests run end to end with policies that follow a script.

What is asserted is worked out by hand: who repairs is solved at the second turn, so that 1@3 is the share of references that pass (all
but one of the sample, which nests too deep on one of CodeContests' tests); who repeats never, after three turns; who copies ends at the first
turn, unsolved, since it passes what it was shown and nothing else.

`pytest tests/rollout/test_real_problems.py --whole-data` takes every problem and every plus input. Which references pass is then what the judge
says of them outside any episode, and a few problems show what cannot be copied (a value that equals nothing, a test cut short).
"""

from __future__ import annotations

from itertools import islice
from statistics import fmean

import pytest
from scripted_policies import Scripted, copies, repairs, repeats

from symtune.datasets import read_rows
from symtune.domain import Case, Judgement, Outcome, Problem, Program
from symtune.evaluation.n_at_k import counts_of_episodes, n_at_k
from symtune.judging import Judge
from symtune.rollout import EpisodeConfig, play, ready_problems
from symtune.suites.intake import answer_row

CONFIG = EpisodeConfig(public_origin="base", max_items=2000, max_value_chars=10_000, max_new_tokens=1 << 20, batch_size=6)
LONGEST_SHOWN = 1000
"""Characters of an input or answer of a public test; the copying policy reads the text of what it is shown."""

HUMANEVAL = (0, 80, 11)
MAX_PLUS = 40
"""Plus inputs of one problem that are taken: there are up to a thousand."""

CODECONTESTS = (0, 79, 13)
FAILING_REFERENCES = {"codecontests/1056_d_decorate_apple_tree_1782"}
"""Its recursion is deeper than Python allows on one private test."""


@pytest.fixture(scope="module")
def judge():
    with CONFIG.make_judge() as one:
        yield one


def is_shown_whole(problem: Problem) -> bool:
    public = ready_problems([problem], CONFIG).problems[0].examples
    return all(len(str(case.stdin or case.args)) < LONGEST_SHOWN > len(str(case.expected)) for case in public)


def few_inputs(inputs: tuple[Case, ...]) -> tuple[Case, ...]:
    plus = [case for case in inputs if case.origin == "plus"]
    return (*(case for case in inputs if case.origin == "base"), *plus[:MAX_PLUS])


@pytest.fixture(scope="module")
def humaneval_plus(data_dir, is_whole, judge: Judge) -> list[Problem]:
    rows = read_rows("humaneval-plus", data_dir / "humaneval" / "HumanEvalPlus.jsonl.gz")
    few = rows if is_whole else [row.model_copy(update={"inputs": few_inputs(row.inputs)}) for row in islice(rows, *HUMANEVAL)]
    problems = [answer_row(row, judge).problem for row in few]
    assert None not in problems
    return [problem for problem in problems if is_shown_whole(problem)]


@pytest.fixture(scope="module")
def codecontests(data_dir, is_whole) -> list[Problem]:
    rows = read_rows("codecontests", data_dir / "codecontests" / "train.jsonl.gz")
    taken = rows if is_whole else islice(rows, *CODECONTESTS)
    return [row.problem for row in taken if row.problem.examples and is_shown_whole(row.problem)]


@pytest.fixture(params=["humaneval_plus", "codecontests"])
def problems(request) -> list[Problem]:
    found = request.getfixturevalue(request.param)
    assert len(found) >= 6
    return found


def solve_rate(problems, episodes) -> float:
    """1@3: one rollout of three turns at most, its last program handed in."""
    return fmean(n_at_k(counts, n=1, budget=3, turns=3) for counts in counts_of_episodes(problems, episodes))


def failing_references(problems, judge: Judge) -> set[str]:
    """Ids of problems whose reference fails a test, by the judge alone."""
    ready = ready_problems(problems, CONFIG).problems
    programs = [Program(problem_id=problem.id, source=problem.references[0]) for problem in ready]
    return {result.problem_id for result in judge.judge(ready, programs, split="all") if not (isinstance(result, Judgement) and result.outcome is Outcome.PASSED)}


def ends(problems, answer, judge, **changes):
    """(turns, why it ended, solved) of each episode; by hand, 1@3 of whoever is never solved is 0."""
    rollout = play(problems, Scripted(problems, answer), config=CONFIG.model_copy(update=changes), judge=judge)
    assert solve_rate(problems, rollout.episodes) == 0.0
    return {(len(one.turns), one.end_reason, one.is_solved) for one in rollout.episodes}


def test_who_repairs_is_solved_at_the_second_turn(problems, judge, is_whole):
    failing = failing_references(problems, judge)
    assert is_whole or failing == FAILING_REFERENCES & {problem.id for problem in problems}
    rollout = play(problems, Scripted(problems, repairs), config=CONFIG, judge=judge)
    assert {one.problem_id for one in rollout.episodes if not one.is_solved} == failing
    assert {(len(one.turns), one.end_reason) for one in rollout.episodes if one.is_solved or not is_whole} == {(2, "public_passed")}
    assert solve_rate(problems, rollout.episodes) == pytest.approx(1 - len(failing) / len(problems))


def test_who_repeats_is_never_solved(problems, judge):
    assert ends(problems, repeats, judge) == {(3, "turn_limit", False)}


def test_who_copies_passes_what_it_is_shown_and_is_not_solved(problems, judge, is_whole):
    cannot = {(3, "turn_limit", False)} if is_whole else set()
    assert ends(problems, copies, judge) == {(1, "public_passed", False)} | cannot
    assert ends(problems, copies, judge, show_examples=False) == {(2, "public_passed", False)} | cannot


def test_who_copies_perturbed_values_does_not_even_pass_what_it_is_shown(problems, judge):
    assert ends(problems, copies, judge, perturb=True) == {(3, "turn_limit", False)}


def test_no_public_input_is_private(humaneval_plus):
    for problem in ready_problems(humaneval_plus, CONFIG).problems:
        public = {case.input_digest() for case in problem.examples}
        assert {case.origin for case in problem.tests} == {"plus"}
        assert not public & {case.input_digest() for case in problem.tests}
