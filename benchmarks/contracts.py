"""Validity of the inputs that contracts let through, on the MBPP+ problems, and what contracts refuse that MBPP+ holds valid.

    python benchmarks/contracts.py ../shared/data/mbpp
    python benchmarks/contracts.py --statements ../shared/data/leetcode/LeetCodeDataset-v0.3.0-test.jsonl.gz

For each problem a contract is learnt from the base inputs and the statement alone. Inputs are then drawn inside its reach by the
boundary and the mutation explorer, the reference is run on them, and those with an answer are put to MBPP+'s own contract (its
asserts, run in the guest): an input that breaks them is *invalid*. The plus inputs, all valid, are put to the promise: one that it
refuses shows a promise *stronger than the truth*. With ``--statements``, the sections of constraints of a LeetCode file are read instead: how many fully, and
which of the published inputs the constraints refuse. The asserts and plus inputs are looked at here only, never by the library.
"""

from __future__ import annotations

import argparse
import ast
import itertools
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from symtune.datasets.signatures import find_function
from symtune.domain import Case, Problem
from symtune.judging import Judge
from symtune.sandbox import Limits
from symtune.suites import Contract, Rules
from symtune.suites.constants import constants_of
from symtune.suites.contracts.constraints import read_constraints
from symtune.suites.contracts.for_problem import contract_for
from symtune.suites.contracts.project import project_input
from symtune.suites.explorers import EXPLORERS, Target
from symtune.suites.grow import asked_contract
from symtune.suites.intake import import_problems
from symtune.suites.view import FunctionView

LIMITS = Limits(cpu_time_s=2.0)


@dataclass
class Tally:
    """Counts over all problems."""

    drawn: int = 0
    answered: int = 0
    invalid: Counter[str] = field(default_factory=Counter)
    plus: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    unkept: Counter[str] = field(default_factory=Counter)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", help="folder with MbppPlus.jsonl.gz")
    parser.add_argument("--statements", type=Path, help="read the constraint sections of this LeetCode file")
    parser.add_argument("--inputs", type=int, default=200, help="inputs drawn per problem")
    parser.add_argument("--limit", type=int, help="use every n-th problem, so that this many remain")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--list", action="store_true", help="show each problem with invalid or refused inputs")
    arguments = parser.parse_args()

    if arguments.statements:
        read_statements(arguments.statements, is_shown=arguments.list)
        return
    path = arguments.folder / "MbppPlus.jsonl.gz"
    problems = list(import_problems("mbpp-plus", path, tests="all").problems)
    if arguments.limit:
        problems = problems[:: max(1, len(problems) // arguments.limit)][: arguments.limit]
    tally = Tally()
    invalid_by_problem: list[tuple[float, str, str]] = []
    started = time.monotonic()
    with Judge(workers=1, limits=LIMITS) as judge:
        for problem in problems:
            base = [case for case in problem.tests if case.origin == "base"]
            plus = [case for case in problem.tests if case.origin == "plus"]
            if not base or not problem.meta.get("contract") or not any(case.args for case in base):
                continue
            bare = problem.model_copy(update={"tests": tuple(base), "examples": ()})
            contract = asked_contract(bare, FunctionView(bare), problem.references[0], rules=Rules(), judge=judge)
            tally.unkept.update(one.reason for one in contract.unkept)
            put_plus(problem, plus, contract, tally, arguments.list)
            draw(problem, base, contract, judge=judge, tally=tally, arguments=arguments, shown=invalid_by_problem)
    seconds = time.monotonic() - started
    num_invalid, num_refused = sum(tally.invalid.values()), sum(tally.refused.values())
    if arguments.list:
        for share, name, example in sorted(invalid_by_problem, reverse=True):
            print(f"invalid {name} {share:.0%}: {example}")
    print(f"{len(problems)} problems in {seconds:.0f} s, {tally.drawn} inputs drawn, {tally.answered} answered by the reference")
    print(f"invalid: {num_invalid} ({num_invalid / max(1, tally.answered):.2%}) in {len(tally.invalid)} problems")
    mean = sum(share for share, _, _ in invalid_by_problem) / max(1, len(problems))
    print(f"invalid, mean over problems: {mean:.2%}")
    print(f"plus inputs refused: {num_refused} of {tally.plus} ({num_refused / max(1, tally.plus):.2%}): {dict(tally.refused)}")
    print(f"constraints not kept: {dict(tally.unkept)}")


def read_statements(path: Path, *, is_shown: bool) -> None:
    """Print how far the constraint sections are read, and what they refuse of the published inputs."""
    num_problems = num_full = num_lines = num_unread = num_inputs = 0
    refused: Counter[str] = Counter()
    for problem in import_problems("leetcode", path).problems:
        cases = problem.cases("all").cases
        contract = contract_for(problem, cases[:3])
        found = read_constraints(problem.statement, names=contract.parameters())
        num_problems, num_full = num_problems + 1, num_full + (not found.unkept)
        num_lines, num_unread, num_inputs = num_lines + found.num_lines, num_unread + len(found.unkept), num_inputs + len(cases)
        faults = [(fault, case) for case in cases if (fault := contract.fault(case.args, case.kwargs))]
        if faults:
            refused[problem.id] = len(faults)
            if is_shown:
                print(f"refused {problem.id} {len(faults)} of {len(cases)}, {faults[0][0]}: {str(faults[0][1].args or faults[0][1].kwargs)[:150]}")
    print(f"{num_problems} problems: {num_full} sections fully read ({num_full / num_problems:.1%}), {num_lines - num_unread} of {num_lines} lines")
    print(f"published inputs refused: {sum(refused.values())} of {num_inputs} ({sum(refused.values()) / num_inputs:.2%}), in {len(refused)} problems")


def put_plus(problem: Problem, plus: list[Case], contract: Contract, tally: Tally, is_shown: bool) -> None:
    """Put the plus inputs to the promise."""
    faults = Counter()
    for case in plus:
        tally.plus += 1
        if fault := contract.fault(case.args, case.kwargs):
            if fault == "type" and any(_has_bool(value) for value in case.args):
                fault = "type, with a bool"
            faults[fault] += 1
            if is_shown and faults[fault] == 1:
                print(f"refused {problem.id} {fault}: {str(case.args)[:120]} | {problem.statement.strip()[:150]!r}")
    tally.refused.update(faults)


def _has_bool(value: object) -> bool:
    return isinstance(value, bool) or (isinstance(value, (list, tuple, set)) and any(map(_has_bool, value)))


def draw(problem: Problem, base: list[Case], contract: Contract, *, judge: Judge, tally: Tally, arguments: argparse.Namespace, shown: list) -> None:
    """Draw inputs inside the reach, run the reference, and put what it answers to the asserts of MBPP+."""
    rng = random.Random(f"{arguments.seed}:{problem.id}")
    target = Target(
        problem=problem, view=FunctionView(problem.model_copy(update={"tests": tuple(base), "examples": ()})), contract=contract.reach,
        promise=contract, references=problem.references, constants=constants_of(problem.references), guest=None, rng=rng,
        pool=[(case.args, case.kwargs) for case in base],
    )  # fmt: skip
    cases: list[Case] = []
    known = {case.input_digest() for case in base}
    for name in ("boundary", "mutation"):
        for args, kwargs in itertools.chain.from_iterable(itertools.islice(EXPLORERS[name](target), 8)):
            inside = project_input(contract.reach, args, kwargs=kwargs, rng=rng)
            if inside is None:
                continue
            assert contract.fault(*inside) is None, (problem.id, inside, contract.fault(*inside))
            case = Case(args=inside[0], kwargs=inside[1], origin=name)
            if case.input_digest() not in known and len(str(case.args)) < 4000:
                known.add(case.input_digest())
                cases.append(case)
    cases = rng.sample(cases, min(arguments.inputs, len(cases)))
    if not cases:
        return
    tally.drawn += len(cases)
    answered = [case for case, one in zip(cases, judge.run_inputs(problem, problem.references[0], cases), strict=True) if one.cause is None]
    tally.answered += len(answered)
    guard = guard_source(problem)
    if not answered or guard is None:
        return
    results = judge.run_inputs(problem, guard, answered)
    broken = [case for case, one in zip(answered, results, strict=True) if one.cause is not None]
    if broken:
        tally.invalid[problem.id] = len(broken)
        shown.append((len(broken) / len(answered), problem.id, f"{str(broken[0].args)[:100]} | {problem.statement.strip()[:200]!r} | {problem.meta['contract'].strip()[:300]!r}"))


def guard_source(problem: Problem) -> str | None:
    """Return a program of the same name that raises on what MBPP+ calls invalid, with the reference's helpers in front; None if it has none."""
    function = find_function(problem.references[0], problem.entry_point or "")
    if function is None:
        return None
    body = problem.meta["contract"].strip("\n").rstrip()
    return f"{problem.references[0]}\n\ndef {function.name}({ast.unparse(function.args)}):\n{body}\n"


if __name__ == "__main__":
    main()
