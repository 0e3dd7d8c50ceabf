"""Measure the power of many suites on an engine, problem by problem; a run that was killed goes on where it stopped."""

from __future__ import annotations

import dataclasses
import importlib.util
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from symtune import store
from symtune.domain import Problem, Program, Split, content_digest
from symtune.domain.power import PowerResult, ProblemPower
from symtune.errors import BadInputError, GuestDiedError, IsolationError, MissingExtraError, SandboxError
from symtune.evaluation.extract import browsable_problems, browsable_programs, spread
from symtune.evaluation.power.coverage import WORKER
from symtune.evaluation.power.labels import truths
from symtune.evaluation.power.measure import PowerPlan, measure_problem, ordered
from symtune.evaluation.power.mutation import MutationPlan
from symtune.evaluation.power.totals import total_power
from symtune.judging import Judge, TimeLimit
from symtune.judging.engines import EngineName, Lost, find_engine
from symtune.sandbox import Guest, Isolation, Limits
from symtune.store import Progress

STAGE = "power"
_NUM_TRIES = 2
_MAX_PROBLEMS_SHOWN, _MAX_PROGRAMS_SHOWN = 1_000, 12
_Item = tuple[Problem, tuple[Program, ...]]


def measure_suites(
    problems: Sequence[Problem],
    programs: Sequence[Program] = (),
    *,
    out: Path | None = None,
    name: str = "suites",
    description: str = "",
    split: Split = "tests",
    max_references: int = 3,
    max_mutants: int = 30,
    equal_budget_s: float = 0.0,
    right: Sequence[str] = (),
    wrong: Sequence[str] = (),
    limits: Limits | None = None,
    time_limit: TimeLimit | None = None,
    notes: Mapping[str, int] | None = None,
    workers: int = 2,
    seed: int = 0,
    num_resamples: int = 1000,
    isolation: Isolation = "namespaces",
    engine: EngineName = "local",
) -> tuple[PowerResult, list[ProblemPower]]:
    """Return what the suites of problems are worth, in all and by problem.

    Args:
        problems: with suites; ``suite`` records say which of the cases are new.
        programs: with labels; those of other problems are counted and left out.
        out: run directory, for the report; problems finished before a kill are kept.
        name: the suites' name in tables; description: how they were made.
        split: the cases that make up a suite: the private tests, or all.
        max_references: references per problem that are followed and mutated.
        max_mutants: per reference; 0: none.
        equal_budget_s: CPU seconds spent on each surviving mutant to find a difference or prove there is none.
        right, wrong: labels that stand for right and wrong programs, beside the known ones.
        limits: of labelled programs and references; None: each problem's own.
        time_limit: their CPU time as a multiple of what each problem's references need.
        notes: further reasons to count, by name.
        workers: problems at a time, each with guests of its own.
        seed: of the mutants and of the resampling.
        num_resamples: bootstrap resamples of the problems.
        isolation: ``namespaces``, or by name the weaker ``rlimits``.
        engine: where the workers run.

    Raises:
        BadInputError: a problem id or program id used twice, a label said to be right and wrong, a count below its least.
        MissingExtraError: CrossHair or MonkeyType is not installed and survivors are to be searched.
        IsolationError: this machine does not isolate as asked.
        RunMismatchError: ``out`` was begun with other settings or inputs.
    """
    if workers < 1 or max_references < 1 or max_mutants < 0 or equal_budget_s < 0:
        raise BadInputError("workers and max_references must be 1 or more, max_mutants and equal_budget_s 0 or more")
    for module, package in (("crosshair", "crosshair-tool"), ("monkeytype", "monkeytype")):
        if equal_budget_s > 0 and max_mutants > 0 and importlib.util.find_spec(module) is None:
            raise MissingExtraError(package, extra="symbolic")
    mutation = MutationPlan(max_mutants, seed, equal_budget_s)
    plan = PowerPlan(split=split, max_references=max_references, known=truths(right=right, wrong=wrong), mutation=mutation)
    find_engine(engine)
    items, odd = _items(problems, programs)
    odd.update(notes or {})
    maker = MeasurerMaker(plan, isolation, limits, time_limit)

    def measure(owed: Sequence[_Item], keep: Callable[[ProblemPower], None]) -> None:
        _measure(owed, maker, engine=engine, workers=workers, keep=keep)

    def total(rows: Sequence[ProblemPower]) -> PowerResult:
        return total_power(rows, name=name, description=description, notes=odd, num_resamples=num_resamples, seed=seed)

    if out is None:
        found: dict[str, ProblemPower] = {}
        measure(items, lambda row: found.update({row.problem_id: row}))
        rows = [found[problem.id] for problem in problems]
        return total(rows), rows
    config: dict[str, Any] = {
        "name": name, "description": description, "split": split, "max_references": max_references, "max_mutants": max_mutants,
        "equal_budget_s": equal_budget_s, "right": list(right), "wrong": list(wrong), "num_resamples": num_resamples,
        "limits": limits.model_dump(exclude_none=True) if limits is not None else None, "time_limit": str(time_limit) if time_limit is not None else None, "isolation": isolation,
    }  # fmt: skip
    inputs = {kind: content_digest([one.to_json() for one in records]) for kind, records in (("problems", problems), ("programs", programs))}
    with store.RunDirectory.open(out, stage=STAGE, config=config, inputs=inputs, seed=seed) as run:
        rows = _resumed(run, items, measure)
        result = total(rows)
        if not run.is_done:
            _save(run, result, rows, items, split)
            run.finish(power_summary(result))
    return result, rows


def _items(problems: Sequence[Problem], programs: Sequence[Program]) -> tuple[list[_Item], Counter[str]]:
    """Return each problem with its programs, and counts of programs that belong to none or stand twice."""
    if len({problem.id for problem in problems}) != len(problems):
        raise BadInputError("two problems share an id; ids are unique")
    ids = {problem.id for problem in problems}
    by_problem: dict[str, dict[str, Program]] = defaultdict(dict)
    odd: Counter[str] = Counter()
    for program in programs:
        kept = by_problem[program.problem_id]
        if program.problem_id not in ids:
            odd["program_of_unknown_problem"] += 1
        elif program.program_id in kept:
            odd["program_id_used_twice"] += 1
        else:
            kept[program.program_id] = program
    return [(problem, tuple(by_problem[problem.id].values())) for problem in problems], odd


def _resumed(
    run: store.RunDirectory, items: Sequence[_Item], measure: Callable[[Sequence[_Item], Callable[[ProblemPower], None]], None]
) -> list[ProblemPower]:
    """Return the rows of all problems, those that a killed run left included, in the order of the problems."""
    with run.records("power_problems") as log:
        done = {row.problem_id: row for row in map(ProblemPower.from_json, log.read())}

        def keep(row: ProblemPower) -> None:
            log.append(row)
            done[row.problem_id] = row

        measure([item for item in items if item[0].id not in done], keep)
    return [done[problem.id] for problem, _ in items]


def _save(
    run: store.RunDirectory, result: PowerResult, rows: Sequence[ProblemPower], items: Sequence[_Item], split: Split
) -> None:
    """Write the result, and for the report's page the problems with the programs that their suites get wrong."""
    records = run.path / "records"
    views = {problem.id: ordered(problem, split) for problem, _ in items}
    before = {
        name: view.problem.model_copy(update={"tests": view.problem.tests[: view.num_before]}) for name, view in views.items()
    }
    shown = spread([view.problem for view in views.values()], _MAX_PROBLEMS_SHOWN)
    misjudged = [judgement for row in rows for judgement in row.misjudged]
    wanted = {(judgement.problem_id, judgement.program_id) for judgement in misjudged}
    sources = [program for _, programs in items for program in programs if (program.problem_id, program.program_id) in wanted]
    kept = browsable_programs(sources, misjudged, policy=result.name, problems=shown, max_per_problem=_MAX_PROGRAMS_SHOWN)
    store.save_records(records / "problems.jsonl", browsable_problems(shown, originals=before))
    store.save_records(records / "programs.jsonl", kept)
    store.save_records(records / "power_problems.jsonl", rows)
    store.save_records(records / "power.jsonl", [result])


def power_summary(result: PowerResult) -> dict[str, Any]:
    """Return the figures of a ``power`` run for its manifest."""
    figures: dict[str, Any] = {"name": result.name, "num_problems": result.sizes.num_problems}
    for side, values in (("before", result.before), ("after", result.after)):
        figures |= {f"{name}_{side}": getattr(values, name).value for name in type(values).model_fields}
    return figures | {"still_accepted": result.still_accepted.value}


def _measure(
    owed: Sequence[_Item], maker: MeasurerMaker, *, engine: EngineName, workers: int, keep: Callable[[ProblemPower], None]
) -> None:
    if not owed:
        return
    spread_over = find_engine(engine).spread(maker, owed, workers=workers, is_ordered=False)
    with Progress(len(owed), "power") as shown, closing(spread_over) as results:
        for number, row in results:
            keep(_unmeasured(owed[number][0], maker.plan, "worker_lost") if isinstance(row, Lost) else row)
            shown.advance()


def _unmeasured(problem: Problem, plan: PowerPlan, reason: str) -> ProblemPower:
    view = ordered(problem, plan.split)
    num_tests = len(view.problem.tests)
    return ProblemPower(problem_id=problem.id, num_tests_before=view.num_before, num_tests=num_tests, notes={reason: 1})


@dataclasses.dataclass(frozen=True)
class MeasurerMaker:
    """Makes the worker of an engine, where it runs."""

    plan: PowerPlan
    isolation: Isolation
    limits: Limits | None
    time_limit: TimeLimit | None

    def __call__(self) -> Measurer:
        """Return the worker; its guests start when first needed."""
        return Measurer(self)


class Measurer:
    """Measures problems with guests of its own, started when first needed and anew after a death."""

    def __init__(self, made_by: MeasurerMaker) -> None:
        self._made_by = made_by
        self._crew: _Crew | None = None
        self._is_closed = False

    def work(self, items: Sequence[_Item]) -> list[ProblemPower]:
        """Measure problems one by one."""
        return [self._measure(problem, programs) for problem, programs in items]

    def _measure(self, problem: Problem, programs: Sequence[Program]) -> ProblemPower:
        """Measure one problem; a guest that dies under it is replaced once, then the problem has no figures."""
        plan = self._made_by.plan
        for _ in range(_NUM_TRIES):
            try:
                if self._is_closed:
                    raise GuestDiedError("the work was stopped")
                crew = self._crew = self._crew or _Crew(self._made_by)
                return measure_problem(problem, programs, plan, judge=crew.judge, tracer=crew.tracer, explorer=crew.explorer)
            except IsolationError:
                raise
            except SandboxError:
                if self._is_closed:
                    raise
                self._drop()
            except BadInputError:
                return _unmeasured(problem, plan, "bad_input")
        return _unmeasured(problem, plan, "guest_died")

    def _drop(self) -> None:
        crew, self._crew = self._crew, None
        if crew is not None:
            crew.close()

    def close(self) -> None:
        """End the guests, also those at work."""
        self._is_closed = True
        self._drop()


class _Crew:
    """The guests of one worker."""

    def __init__(self, made_by: MeasurerMaker) -> None:
        self._isolation: Isolation = made_by.isolation
        self.judge = Judge(workers=1, isolation=made_by.isolation, limits=made_by.limits, time_limit=made_by.time_limit)
        self.tracer = Guest(WORKER, isolation=made_by.isolation)
        self._explorer: Guest | None = None

    def explorer(self) -> Guest:
        """Return the guest with the symbolic engine, started now if it was not yet."""
        self._explorer = self._explorer or Guest("explore", isolation=self._isolation)
        return self._explorer

    def close(self) -> None:
        """End all guests."""
        for guest in (self.judge, self.tracer, self._explorer):
            if guest is not None:
                guest.close()
