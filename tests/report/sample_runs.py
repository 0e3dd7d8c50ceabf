"""A realistic set of run directories, made up from a seed: what a recipe leaves behind, without training anything."""

from __future__ import annotations

import random
from pathlib import Path

from symtune import evaluation, store
from symtune.domain import Case, Cause, FirstFailure, Judgement, Outcome, Problem, Program, SuiteRecord, Unjudged

DIFFICULTIES = ("introductory", "interview", "competition")
HOSTILE = "</script><script>window.hacked=1</script><img src=x onerror=\"window.hacked=1\"><!--<script>"

SOURCES = {
    Outcome.PASSED: '''def {name}(items, limit=10):
    """Return the even items below the limit, largest first."""
    kept = [item for item in items if item % 2 == 0 and item < limit]  # even and small
    return sorted(kept, reverse=True)
''',
    Outcome.FAILED_TEST: '''def {name}(items, limit=10):
    kept = []
    for index, item in enumerate(items):
        if item % 2 == 0:
            kept.append(item)
    return kept[::-1]
''',
    Outcome.RUNTIME_ERROR: '''from functools import reduce

def {name}(items, limit=0x10):
    best = items[len(items)]
    return reduce(lambda a, b: a + b, items, f"{{best!r}}")
''',
    Outcome.COMPILE_ERROR: "def {name}(items:\n    return items\n",
}
CAUSES = {
    Outcome.FAILED_TEST: (Cause.WRONG_VALUE,),
    Outcome.RUNTIME_ERROR: (Cause.EXCEPTION, Cause.EXCEPTION, Cause.TIMEOUT, Cause.MEMORY),
    Outcome.COMPILE_ERROR: (Cause.SYNTAX, Cause.ENTRY_POINT),
}
POLICIES = (
    ("warm-up", "Supervised on the references, 4 epochs", (0.10, 0.40, 0.28, 0.22), "supervised warm-up"),
    ("CodeRL, strong critic", "RL weighted by the critic of the strong verdicts", (0.17, 0.46, 0.25, 0.12), "RL with CodeRL-SE-critic"),
    ("CodeRL, weak critic", "RL weighted by the critic of the original verdicts", (0.15, 0.46, 0.26, 0.13), "RL, CodeRL's own"),
    ("DPO", "One right and one wrong program per problem", (0.13, 0.43, 0.27, 0.17), "DPO"),
)  # fmt: skip


def make_runs(root: Path, *, num_problems: int = 60, num_samples: int = 10, seed: int = 0) -> Path:
    """Write a suite run, two training runs, two critic runs and four policy runs under ``root`` and return it."""
    rng = random.Random(seed)
    original = [_problem(index, rng) for index in range(num_problems)]
    strong = [_strengthened(problem, rng) for problem in original]
    evaluation.write_suite_run(root / "02-tests", original=original, strengthened=strong, description="budget 4 s")
    _write_training_run(root / "03-sft", "sft", rng)
    _write_training_run(root / "05-critic", "critic", rng)
    _write_critic_runs(root, strong, rng)
    shares: dict[str, float] = {problem.id: rng.betavariate(1.2, 2.0) for problem in strong}
    baseline = None
    for index, (name, description, weights, paper_row) in enumerate(POLICIES):
        programs, judgements = _sampled(strong, shares, weights, num_samples=num_samples, rng=rng)
        out = root / f"{8 + index:02d}-evaluate-{index}"
        evaluation.write_evaluation_run(
            out, problems=strong, programs=programs, judgements=judgements, name=name, description=description,
            paper_row=paper_row, baseline=baseline, num_resamples=200,
        )  # fmt: skip
        baseline = baseline or out
    return root


def _problem(index: int, rng: random.Random) -> Problem:
    difficulty = DIFFICULTIES[index % 3]
    if index % 5 == 4:
        cases = tuple(Case.text(f"{n}\n{n + 1}\n", expected=f"{2 * n + 1}\n") for n in range(rng.choice([1, 1, 2, 6])))
        return Problem(
            id=f"starter/{index:04d}-sum", statement="Read two integers, one per line, and print their sum.\n\nInput\n"
            "Two lines, each with one integer between -10⁹ and 10⁹.\n\nOutput\nOne integer.",
            difficulty=difficulty, source="starter", tests=cases, examples=cases[:1],
            references=("a = int(input())\nb = int(input())\nprint(a + b)\n",),
        )  # fmt: skip
    name = f"pick_{index}"
    given = [_case(rng, "given") for _ in range(rng.choice([1, 1, 1, 2, 3, 8]))]
    return Problem(
        id=f"gym/{index:04d}" if index else f"hostile/{HOSTILE}",
        statement=f"Write a function {name}(items, limit) that keeps the even items below the limit and returns them "
        f"from the largest to the smallest.\n\nAn empty list gives an empty list." + (HOSTILE if index == 0 else ""),
        entry_point=name, starter_code=f"def {name}(items, limit=10):\n    ...\n", difficulty=difficulty, source="gym",
        tests=tuple(given), examples=(Case.call([1, 2, 4], 4, expected=[2]),), references=(SOURCES[Outcome.PASSED].format(name=name),),
    )  # fmt: skip


def _case(rng: random.Random, origin: str) -> Case:
    items = [rng.randint(-20, 20) for _ in range(rng.randint(0, 8))]
    kept = sorted((item for item in items if item % 2 == 0 and item < 10), reverse=True)
    return Case.call(items, 10, expected=kept, origin=origin)


def _strengthened(problem: Problem, rng: random.Random) -> Problem:
    if problem.is_stdin:
        return problem.model_copy(update={"suite": SuiteRecord(skipped="stdin_program")})
    origins = [rng.choice(["symbolic", "symbolic", "mutation"]) for _ in range(rng.randint(0, 9))]
    record = SuiteRecord(
        contract={"items": {"type": "list[int]", "max_length": 8}}, seconds_by_explorer={"crosshair": rng.uniform(0.5, 4)},
        num_by_origin={name: origins.count(name) for name in sorted(set(origins))}, dropped={"duplicate": rng.randint(0, 5), "reference_raised": 1},
    )  # fmt: skip
    new = tuple(_case(rng, origin) for origin in origins)
    return problem.model_copy(update={"tests": problem.tests + new, "suite": record})


def _sampled(
    problems: list[Problem], shares: dict[str, float], weights: tuple[float, ...], *, num_samples: int, rng: random.Random
) -> tuple[list[Program], list[Judgement | Unjudged]]:
    programs: list[Program] = []
    judgements: list[Judgement | Unjudged] = []
    for problem in problems:
        ease = shares[problem.id] * 3.0 / (1 + DIFFICULTIES.index(problem.difficulty or "interview"))
        for index in range(num_samples):
            outcome = rng.choices(list(reversed(Outcome)), (weights[0] * ease, *weights[1:]))[0]
            source = SOURCES[outcome].format(name=problem.entry_point or "solve")
            if problem.id.startswith("hostile"):
                source = f'TEXT = """{HOSTILE}"""\n' + source
            program = Program(problem_id=problem.id, source=source, id=f"{problem.id}#{index}")
            programs.append(program)
            if rng.random() < 0.01:
                judgements.append(Unjudged(problem_id=problem.id, program_id=program.program_id, reason="the guest died"))
            else:
                judgements.append(_judgement(problem, program, outcome, rng))
    return programs, judgements


def _judgement(problem: Problem, program: Program, outcome: Outcome, rng: random.Random) -> Judgement:
    num_cases = len(problem.tests)
    if outcome is Outcome.PASSED:
        return Judgement(problem_id=problem.id, program_id=program.program_id, outcome=outcome, cause=None,
                         num_passed=num_cases, num_cases=num_cases)  # fmt: skip
    cause = rng.choice(CAUSES[outcome])
    is_compile_error = outcome is Outcome.COMPILE_ERROR
    index = None if is_compile_error else rng.randrange(num_cases)
    message = {
        Cause.WRONG_VALUE: "expected [8, 4, 2], got [2, 4, 8]", Cause.EXCEPTION: "IndexError: list index out of range",
        Cause.SYNTAX: "SyntaxError: '(' was never closed (line 1)", Cause.TIMEOUT: "took more than 10 s of CPU time",
    }.get(cause, cause.value)  # fmt: skip
    failure = FirstFailure(
        case_index=index, cause=cause, message=message, got="[2, 4, 8]" if cause is Cause.WRONG_VALUE else None,
        trace='line 4, in pick\n    best = items[len(items)]' if cause is Cause.EXCEPTION else "",
    )  # fmt: skip
    return Judgement(problem_id=problem.id, program_id=program.program_id, outcome=outcome, cause=cause,
                     num_passed=0 if is_compile_error else min(index or 0, num_cases - 1), num_cases=num_cases,
                     first_failure=failure, duration_s=0.01)  # fmt: skip


def _write_training_run(out: Path, stage: str, rng: random.Random) -> None:
    with store.RunDirectory.open(out, stage=stage, config={"learning_rate": 2e-5, "num_epochs": 3}, seed=1) as run:
        loss = 4.0
        with store.AppendLog(run.path / "metrics.jsonl") as log:
            for step in range(1, 121):
                loss = 0.97 * loss + 0.03 * 0.8 + rng.gauss(0, 0.03)
                line = {"step": step, "loss": loss, "learning_rate": 2e-5}
                if step % 30 == 0:
                    line |= {"eval_loss": loss + 0.2, "eval_accuracy": 0.7 - loss / 10}
                log.append(line)
        run.finish({"num_steps": 120})


def _write_critic_runs(root: Path, problems: list[Problem], rng: random.Random) -> None:
    true = [rng.choices(range(4), (2, 3, 4, 1.5))[0] for _ in range(20 * len(problems))]
    problem_ids = [problems[index // 20].id for index in range(len(true))]
    for index, (name, skill, row) in enumerate((("strong verdicts", 0.35, "CodeRL-SE"), ("weak verdicts", 0.15, "CodeRL's own"))):
        predicted = [rank if rng.random() < skill else rng.choices(range(4), (1, 2, 4, 2))[0] for rank in true]
        evaluation.write_critic_run(
            root / f"{6 + index:02d}-evaluate-critic", predicted=predicted, true=true, name=name, problem_ids=problem_ids,
            paper_row=row, description="Trained on the " + name, num_resamples=200,
        )  # fmt: skip
