"""Problems in the row format of APPS: what many trainers read, and `symtune import apps` too.

Row: ``problem_id, question, solutions, input_output, difficulty, url, starter_code`` and ``symtune_id`` (the id that it has here);
``solutions`` and ``input_output`` are JSON texts, ``fn_name`` inside the latter marks a call. A path that ends in ``.jsonl`` or
``.jsonl.gz`` becomes that file; any other a folder in APPS's first layout (``0000/question.txt`` and so on).

The format knows positional arguments of JSON's types, one output and no comparator. Every row is read back with this package's own importer,
and a case that would come back with another input or answer is left out and counted. An answer's tuples are written as lists, which the
importer's comparator and APPS's own test program hold to be equal.

Source: Hendrycks et al. 2021 (APPS), its public rows and its test program.
"""

from __future__ import annotations

import gzip
import json
import math
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from symtune.datasets.apps import PRELUDE, read
from symtune.datasets.exports.written import Prompt, Written
from symtune.datasets.signatures import parameter_names
from symtune.domain import Case, Json, Problem, content_digest, encode_value
from symtune.errors import BadInputError, BadRecordError
from symtune.store import atomic_write

COMPARATORS = frozenset({"exact", "sequence", "float_close", "whitespace_tokens"})
"""Comparators near enough to those that the format implies; a case with another would reject right programs."""

MAX_INT_DIGITS = 4300
"""Python reads no longer integers from text."""

_INTEGER = re.compile(r"-?\d+")


class UnfitError(ValueError):
    """The format cannot hold a value."""


def write_apps(problems: Sequence[Problem], out: Path, *, prompt: Prompt | None = None) -> Written:
    """Write problems as APPS rows; ``prompt`` is not used, since the format carries the statement.

    Raises:
        BadInputError: ``out`` is a folder that holds something already.
    """
    written = Written()
    rows = [row for number, problem in _numbered(problems) if (row := row_of(problem, number, written)) is not None]
    written.num_problems = len(rows)
    written.paths = _write_file(rows, out) if out.name.endswith((".jsonl", ".jsonl.gz")) else _write_folder(rows, out)
    return written


def _numbered(problems: Sequence[Problem]) -> list[tuple[int, Problem]]:
    """Return each problem with its number: that of its id ``apps/7``, else the next free one."""
    own = {problem.id: int(problem.id[5:]) for problem in problems if re.fullmatch(r"apps/(0|[1-9]\d{0,8})", problem.id)}
    taken, following = set(own.values()), 0
    numbered = []
    for problem in problems:
        number = own.get(problem.id)
        if number is None:
            while following in taken:
                following += 1
            taken.add(number := following)
        numbered.append((number, problem))
    return numbered


def row_of(problem: Problem, number: int, written: Written) -> dict[str, Json] | None:
    """Return the row of a problem, or None when the format cannot hold it; what is lost is counted in ``written``."""
    reason = _unfit_problem(problem)
    if reason is None:
        pairs: list[tuple[Case, Json, Json]] = []
        for case in problem.cases("all").cases:
            try:
                pairs.append((case, *_case_form(problem, case)))
            except UnfitError as error:
                written.left_out_cases[str(error)] += 1
        row, kept = _checked_row(problem, number, pairs, written)
        if row is not None:
            _count_changes(problem, kept, row, written)
            return row
        reason = "no case that the format can hold" if not kept else "its entry point reads back otherwise"
    written.left_out_problems[reason] += 1
    return None


def _unfit_problem(problem: Problem) -> str | None:
    if problem.checker is not None:
        return "needs its checker: several answers are right"
    if problem.meta.get("adapted_entry_point"):
        return "is called through an adapter"
    return None


def _case_form(problem: Problem, case: Case) -> tuple[Json, Json]:
    """Return input and output of a case.

    Raises:
        UnfitError: a value, a keyword or a comparator that the format cannot hold.
    """
    if case.comparator.partition(":")[0] not in COMPARATORS:
        raise UnfitError(f"comparator {case.comparator.partition(':')[0]}")
    if problem.is_stdin:
        return case.stdin, case.expected
    return [plain(value) for value in _positional(problem, case)], [plain(case.expected, is_answer=True)]


def _positional(problem: Problem, case: Case) -> list[Any]:
    """Return the arguments of a case by position."""
    if not case.kwargs:
        return list(case.args)
    sources = (problem.starter_code, *problem.references)
    names = next((found for source in sources if (found := parameter_names(source, problem.entry_point or ""))), ())
    wanted = names[len(case.args) : len(case.args) + len(case.kwargs)]
    if set(wanted) != set(case.kwargs):
        raise UnfitError("keyword arguments that have no place")
    return [*case.args, *(case.kwargs[name] for name in wanted)]


def plain(value: Any, *, is_answer: bool = False) -> Json:
    """Return the plain JSON form of a value.

    Raises:
        UnfitError: JSON, or the format's reading of it, would make another value of it; names the kind.
    """
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        if value.bit_length() > MAX_INT_DIGITS * math.log2(10) - 1:
            raise UnfitError("an integer of too many digits")
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise UnfitError("a float that is not finite")
        return value
    if isinstance(value, list) or (is_answer and isinstance(value, tuple)):
        return [plain(item, is_answer=is_answer) for item in value]
    if isinstance(value, dict):
        return _plain_dict(value, is_answer)
    raise UnfitError(f"a {type(value).__name__}" + ("" if is_answer else " as argument"))


def _plain_dict(value: dict[Any, Any], is_answer: bool) -> Json:
    """Return a dict's form; keys that are all integers are written as text and come back as integers."""
    items = {key: plain(item, is_answer=is_answer) for key, item in value.items()}
    if value and all(type(key) is int for key in value):
        return {str(key): item for key, item in items.items()}
    if not all(type(key) is str for key in value):
        raise UnfitError("a dict with keys that are no text")
    if value and all(_INTEGER.fullmatch(key) for key in value):
        raise UnfitError("a dict whose texts as keys read as integers")
    return items


def _checked_row(
    problem: Problem, number: int, pairs: list[tuple[Case, Json, Json]], written: Written
) -> tuple[dict[str, Json] | None, list[Case]]:
    """Return the row with the cases that come back as they are, and these cases; no row when there are none or it is called otherwise."""
    row = _row(problem, number, pairs)
    back = _read_back(row)
    if back is not None and back.entry_point != problem.entry_point:
        row |= {"starter_code": _starter(problem)}
        back = _read_back(row)
    answers = {case.input_digest(): case for case in back.cases("all").cases} if back is not None else {}
    good = [pair for pair in pairs if _comes_back(problem, pair[0], answers)]
    if len(good) < len(pairs):
        written.left_out_cases["reads back otherwise"] += len(pairs) - len(good)
        row["input_output"] = _row(problem, number, good)["input_output"]
        back = _read_back(row)
    kept = [case for case, _, _ in good]
    return (row if back is not None and kept and back.entry_point == problem.entry_point else None), kept


def _row(problem: Problem, number: int, pairs: Sequence[tuple[Case, Json, Json]]) -> dict[str, Json]:
    form: dict[str, Json] = {"inputs": [given for _, given, _ in pairs], "outputs": [wanted for _, _, wanted in pairs]}
    if not problem.is_stdin:
        form["fn_name"] = (problem.entry_point or "").rpartition(".")[2]
    prelude = _own_prelude(problem)
    return {
        "problem_id": number,
        "question": problem.statement,
        "solutions": json.dumps([f"{prelude}\n{source}" if prelude else source for source in problem.references]),
        "input_output": json.dumps(form, allow_nan=False),
        "difficulty": problem.difficulty or "",
        "url": str(problem.meta.get("url") or ""),
        "starter_code": problem.starter_code,
        "symtune_id": problem.id,
    }


def _own_prelude(problem: Problem) -> str:
    """Return the prelude, unless it is the one that readers of APPS put there themselves."""
    prelude = str(problem.meta.get("prelude") or "")
    return "" if prelude == PRELUDE else prelude


def _starter(problem: Problem) -> str:
    """Return starter code that says whether a function or a method of Solution is called."""
    owner, _, name = (problem.entry_point or "").rpartition(".")
    found = next((found for source in problem.references if (found := parameter_names(source, problem.entry_point or ""))), ())
    names = ", ".join((["self"] if owner else []) + list(found))
    return f"class {owner}:\n    def {name}({names}):\n        " if owner else f"def {name}({names}):\n    "


def _read_back(row: dict[str, Json]) -> Problem | None:
    try:
        return read(row).problem
    except (BadRecordError, ValueError):
        return None


def _comes_back(problem: Problem, case: Case, answers: dict[str, Case]) -> bool:
    if not problem.is_stdin:
        case = Case(args=tuple(_positional(problem, case)), expected=case.expected)
    back = answers.get(case.input_digest())
    return back is not None and content_digest(encode_value(_listed(case.expected))) == content_digest(encode_value(back.expected))


def _listed(value: Any) -> Any:
    """Return a value with lists for its tuples."""
    if isinstance(value, (list, tuple)):
        return [_listed(item) for item in value]
    if isinstance(value, dict):
        return {key: _listed(item) for key, item in value.items()}
    return value


def _count_changes(problem: Problem, kept: Sequence[Case], row: dict[str, Json], written: Written) -> None:
    written.num_cases += len(kept)
    back = _read_back(row)
    read_as = Counter(case.comparator for case in back.cases("all").cases).most_common(1)[0][0] if back is not None else ""
    changes = Counter(f"comparator {case.comparator} reads as {read_as}" for case in kept if case.comparator != read_as)
    changes["answers with tuples, written as lists"] += sum(_listed(case.expected) != case.expected for case in kept)
    changes["keyword arguments, written by position"] += sum(bool(case.kwargs) for case in kept)
    changes["problems whose prelude stands in the solutions"] += bool(_own_prelude(problem))
    changes["problems whose limits are not carried"] += any(
        limit is not None for limit in (problem.time_limit_s, problem.memory_limit_bytes, problem.limits)
    )
    written.changed += +changes


def _write_file(rows: Sequence[dict[str, Json]], out: Path) -> tuple[Path, ...]:
    text = "".join(json.dumps(row) + "\n" for row in rows).encode()
    with atomic_write(out) as file:
        file.write(gzip.compress(text, mtime=0) if out.suffix == ".gz" else text)
    return (out,)


def _write_folder(rows: Sequence[dict[str, Json]], out: Path) -> tuple[Path, ...]:
    if out.is_file() or (out.is_dir() and any(out.iterdir())):
        raise BadInputError(f"{out}: is no empty folder; give another, or a file that ends in .jsonl or .jsonl.gz")
    for row in rows:
        folder = out / f"{row['problem_id']:04d}"
        described = {name: row[name] for name in ("difficulty", "url", "symtune_id")}
        texts = {
            "question.txt": row["question"], "solutions.json": row["solutions"], "input_output.json": row["input_output"],
            "metadata.json": json.dumps(described), "starter_code.py": row["starter_code"],
        }  # fmt: skip
        for name, text in texts.items():
            with atomic_write(folder / name) as file:
                file.write(str(text).encode("utf-8", "backslashreplace"))
    out.mkdir(parents=True, exist_ok=True)
    return (out,)
