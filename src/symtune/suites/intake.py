"""Import a data set: read its rows, let references answer where expected values are missing, set aside what cannot be used.

Expected values are computed in the guest, never here: HumanEval+ and MBPP+ publish inputs only, some HumanEval asserts are computed,
and examples read from prose have to be confirmed. A kill loses nothing that a reference has answered when ``out`` is given.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from symtune.datasets import ImportedRow, read_rows
from symtune.datasets.evalplus_facts import comparator_of
from symtune.datasets.rows import rejected
from symtune.domain import Case, Problem, decode_value, encode_value
from symtune.errors import BadInputError, BadValueError, IsolationError, SandboxError
from symtune.judging import CaseResult, Judge, compare
from symtune.sandbox import Limits
from symtune.store import Progress, ResumableFile, file_digest, write_jsonl
from symtune.suites.settle import settle

TestsChoice = Literal["all", "base"]
"""Which inputs of an EvalPlus data set become tests: base and plus, or base alone (what a suite maker starts from)."""

MAX_EXPECTED_BYTES = 1_000_000
"""Largest expected value kept, as JSON; an input whose answer is larger is dropped (every judgement would carry it around)."""

RECORDER_TIME_LIMIT_S = 20.0
"""CPU seconds of a program that records what a HumanEval check calls."""


Answer = Callable[[ImportedRow], ImportedRow]
"""Lets the references of a row answer; see `answer_row`."""


@dataclass(frozen=True)
class ImportResult:
    """What an import gave.

    Attributes:
        problems: problems ready for use, in the order of the data set.
        rejected: rows that cannot be used, with their reasons.
    """

    problems: tuple[Problem, ...]
    rejected: tuple[ImportedRow, ...]


def import_problems(
    format: str,
    path: Path | str,
    *,
    out: Path | str | None = None,
    tests: TestsChoice = "all",
    settle_cases: bool = True,
    workers: int = 2,
    isolation: Literal["namespaces", "rlimits"] = "namespaces",
    limits: Limits | None = None,
    max_expected_bytes: int = MAX_EXPECTED_BYTES,
) -> ImportResult:
    """Read a data set as problems.

    Args:
        format: a name in `symtune.datasets.FORMATS`.
        path: a file, a folder or a hub data set id.
        out: write ``problems.jsonl`` here and ``problems.rejected.jsonl`` beside it, and take up an unfinished import.
        tests: ``base`` leaves the plus inputs of EvalPlus data sets out.
        settle_cases: let references settle the doubtful cases of contest data (`symtune.suites.settle`); False takes them as given.
        workers: guests at work at the same time.
        isolation: how far guests are shut in.
        limits: limits of one input; None means the problem's own, else the judge's defaults.
        max_expected_bytes: largest expected value that a reference may give, as JSON; an input with a larger one is dropped.

    Raises:
        BadInputError: an unknown format, or a file that is no data set at all.
        MissingInputError: there is nothing at ``path``.
    """
    rows = [_chosen(row, tests, settle_cases=settle_cases) for row in read_rows(format, path)]
    settings = _settings(format, path, tests) | {"settle_cases": settle_cases}
    if max_expected_bytes != MAX_EXPECTED_BYTES:
        settings["max_expected_bytes"] = max_expected_bytes
    with Judge(workers=workers, isolation=isolation, limits=limits) as judge:

        def answer(row: ImportedRow) -> ImportedRow:
            return answer_row(row, judge, max_expected_bytes=max_expected_bytes)

        if out is None:
            return _result(_answer_rows(rows, answer, done={}, workers=workers, log=None))
        return _import_to(out, rows, answer, workers=workers, settings=settings)


def _settings(format: str, path: Path | str, tests: TestsChoice) -> dict[str, Any]:
    digest = file_digest(Path(path)) if Path(path).is_file() else None
    return {"format": format, "path": str(path), "tests": tests, "digest": digest}


def _import_to(
    out: Path | str, rows: Sequence[ImportedRow], answer: Answer, *, workers: int, settings: dict[str, Any]
) -> ImportResult:
    with ResumableFile(out, settings=settings) as log:
        done = {form["index"]: ImportedRow.from_json(form) for form in log.done}
        result = _result(_answer_rows(rows, answer, done=done, workers=workers, log=log))
        write_rejected(result.rejected, out)
        log.finish(problem.to_json() for problem in result.problems)
    return result


def write_import(result: ImportResult, out: Path | str) -> None:
    """Write the problems of an import to ``out`` and its rejected rows beside it (``problems.rejected.jsonl``)."""
    write_rejected(result.rejected, out)
    write_jsonl(out, (problem.to_json() for problem in result.problems))


def write_rejected(rows: Sequence[ImportedRow], out: Path | str) -> Path:
    """Write rejected rows beside ``out`` as ``{"index", "id", "reason", "field", "row"}``, and return that path."""
    path = rejected_path(out)
    write_jsonl(path, (_rejected_form(row) for row in rows))
    return path


def rejected_path(out: Path | str) -> Path:
    """Return where the rejected rows of ``out`` go: ``problems.jsonl.gz`` -> ``problems.rejected.jsonl.gz``."""
    out = Path(out)
    suffix = next((ending for ending in (".jsonl.gz", ".jsonl") if out.name.endswith(ending)), "")
    stem = out.name.removesuffix(suffix)
    return out.with_name(f"{stem}.rejected{suffix or '.jsonl'}")


def _rejected_form(row: ImportedRow) -> dict[str, Any]:
    try:
        content = json.loads(json.dumps(row.row, allow_nan=False))
    except (TypeError, ValueError, RecursionError):
        content = repr(row.row)
    identity = next((content[key] for key in ("id", "task_id", "name", "problem_id") if key in content), None) if isinstance(
        content, dict
    ) else None
    return {"index": row.index, "id": identity, "reason": row.reason, "field": row.field, "row": content}


def _result(rows: Sequence[ImportedRow]) -> ImportResult:
    return ImportResult(
        problems=tuple(row.problem for row in rows if row.problem is not None),
        rejected=tuple(row for row in rows if row.problem is None),
    )


def _chosen(row: ImportedRow, tests: TestsChoice, *, settle_cases: bool) -> ImportedRow:
    inputs = row.inputs if tests == "all" else tuple(case for case in row.inputs if case.origin != "plus")
    return row.model_copy(update={"inputs": inputs, "is_doubtful": row.is_doubtful and settle_cases})


def _answer_rows(
    rows: Sequence[ImportedRow],
    answer: Answer,
    *,
    done: Mapping[int, ImportedRow],
    workers: int,
    log: ResumableFile | None,
) -> list[ImportedRow]:
    """Return the rows with every expected value known, in order; each answered row is kept in ``log`` at once."""
    owed = [row for row in rows if row.needs_guest and row.index not in done]
    answered = dict(done)
    if owed:
        with Progress(len(owed), "references answer") as progress:
            for row in _in_threads(owed, answer, workers=workers):
                answered[row.index] = row
                if log is not None:
                    log.append(row)
                progress.advance()
    return [answered.get(row.index, row) for row in rows]


def _in_threads(rows: Sequence[ImportedRow], answer: Answer, *, workers: int) -> Iterator[ImportedRow]:
    pool = ThreadPoolExecutor(max_workers=max(workers, 1))
    try:
        yield from pool.map(answer, rows)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def answer_row(row: ImportedRow, judge: Judge, *, max_expected_bytes: int = MAX_EXPECTED_BYTES) -> ImportedRow:
    """Return a row whose cases all have expected values, or its rejection; a sandbox that breaks under it rejects it too.

    Raises:
        IsolationError: this machine gives weaker isolation than was asked for.
    """
    try:
        return _answer_row(row, judge, max_expected_bytes)
    except IsolationError:
        raise
    except (SandboxError, BadInputError) as error:
        return _give_up(row, f"its reference could not be run: {error}", field="canonical_solution")


def _answer_row(row: ImportedRow, judge: Judge, max_expected_bytes: int) -> ImportedRow:
    """Answer one row.

    The first reference answers each input; inputs on which it fails are dropped and counted by cause in
    ``meta["dropped_inputs"]``. Examples that it contradicts are dropped and counted in ``meta["dropped_examples"]``. Asserts that
    could be neither read nor recorded leave their reason in ``meta["unrecorded"]``.
    """
    problem = row.problem
    if problem is None:
        return row
    if row.is_doubtful:
        return ImportedRow(index=row.index, problem=settle(problem, judge, unquoted=row.unquoted))
    if not problem.references:
        return _give_up(row, "has no reference, so no expected value can be computed", field="canonical_solution")
    inputs = list(row.inputs)
    trouble = None
    if row.recorder is not None:
        recorded, trouble = _recorded_inputs(row, judge)
        if trouble and not (recorded or problem.tests):
            return _give_up(row, f"its check could not be recorded: {trouble}", field="test")
        known = {case.input_digest() for case in problem.tests}
        inputs += [case for case in recorded if case.input_digest() not in known]
    source = problem.references[0]
    asked = [*problem.examples, *inputs]
    results = judge.run_inputs(problem, source, asked) if asked else []
    examples, num_contradicted = _confirmed(row, problem.examples, results[: len(problem.examples)])
    tests, dropped = _answered(row, inputs, results[len(problem.examples) :], max_expected_bytes)
    shown = {case.input_digest() for case in examples}
    tests = [case for case in [*problem.tests, *tests] if case.input_digest() not in shown]
    if not tests:
        causes = ", ".join(f"{cause}: {count}" for cause, count in sorted(dropped.items())) or "no input at all"
        return _give_up(row, f"its reference answers none of its inputs ({causes})", field="canonical_solution")
    meta = dict(problem.meta)
    if trouble:
        meta["unrecorded"] = trouble
    if dropped:
        meta["dropped_inputs"] = dict(dropped)
    if num_contradicted:
        meta["dropped_examples"] = num_contradicted
    whole = problem.model_copy(update={"examples": tuple(examples), "tests": tuple(tests), "meta": meta})
    return ImportedRow(index=row.index, problem=whole)


def _give_up(row: ImportedRow, reason: str, *, field: str) -> ImportedRow:
    content = row.problem.to_json() if row.problem else None
    return rejected(row.index, f"row {row.index}, field '{field}': {reason}", field=field, row=content)


def _recorded_inputs(row: ImportedRow, judge: Judge) -> tuple[list[Case], str | None]:
    """Run the recorder as a stdin program and return the inputs it saw, or why there are none."""
    program = Problem(id=f"{row.id}/recorder", statement="", entry_point=None, time_limit_s=RECORDER_TIME_LIMIT_S)
    result = judge.run_inputs(program, row.recorder or "", [Case.text("", expected="")])[0]
    if result.cause is not None:
        return [], f"{result.cause.value}: {result.message}"
    try:
        calls = json.loads(result.stdout or "")
        cases = [
            Case.call(
                *(decode_value(item) for item in args),
                kwargs={key: decode_value(item) for key, item in kwargs.items()},
                expected=None,
                comparator=row.recorded_comparator,
                origin="base",
            )
            for args, kwargs in calls
        ]
    except (BadValueError, ValueError, TypeError, AttributeError) as error:
        return [], f"it printed no calls ({error})"
    return list({case.input_digest(): case for case in cases}.values()), None


def _confirmed(
    row: ImportedRow, examples: Sequence[Case], results: Sequence[CaseResult]
) -> tuple[list[Case], int]:
    """Return the examples that the reference agrees with (with its own value, typed), and how many it contradicts."""
    kept = []
    for case, result in zip(examples, results):
        if result.cause is not None:
            continue
        if row.examples_lack_expected or compare(case.comparator, result.value, case.expected):
            kept.append(_with_expected(row, case, result.value))
    return kept, len(examples) - len(kept)


def _answered(
    row: ImportedRow, inputs: Sequence[Case], results: Sequence[CaseResult], max_expected_bytes: int
) -> tuple[list[Case], Counter[str]]:
    kept, dropped = [], Counter[str]()
    for case, result in zip(inputs, results):
        if result.cause is not None:
            dropped[result.cause.value] += 1
            continue
        if len(json.dumps(encode_value(result.value))) > max_expected_bytes:
            dropped["too_large"] += 1
            continue
        answered = _with_expected(row, case, result.value)
        if compare(answered.comparator, result.value, answered.expected):
            kept.append(answered)
        else:
            dropped["contradicted"] += 1
    return kept, dropped


def _with_expected(row: ImportedRow, case: Case, value: Any) -> Case:
    if row.expected_from == "first_argument":
        return case.model_copy(update={"expected": case.args[0]})
    comparator = comparator_of("", tolerance=0.0, expected=value) if case.comparator == "exact" else case.comparator
    return case.model_copy(update={"expected": value, "comparator": comparator})
