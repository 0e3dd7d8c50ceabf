"""Format ``apps``: APPS tasks, as rows of the hub copy (JSON Lines) or as the original folders.

Row: ``id, question, solutions, input_output, difficulty, url, starter_code``; ``solutions`` and ``input_output`` are JSON texts.
``fn_name`` inside ``input_output`` marks a call-based task. Folder: ``0000/question.txt, solutions.json, input_output.json,
metadata.json, starter_code.py``.

Quirks carried over as facts: inputs and outputs may be lists of lines; a call's output may be wrapped in a list of one; texts of
LeetCode tasks carry their quotation marks as characters (some outputs rely on them, so the references say whether they are taken off); an object's keys that are digits stand for integers.
Source: Hendrycks et al. 2021 (APPS) and its public rows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from symtune.datasets.rows import ImportedRow, list_field, split_public, text_field
from symtune.datasets.signatures import defines_class, defines_function, parameter_names
from symtune.datasets.statement_examples import allows_several_answers, call_examples, stdin_examples
from symtune.domain import Case, Problem
from symtune.errors import BadRecordError

HUB_FILES = {"codeparrot/apps": "*.jsonl", "hendrycks/apps": "*.jsonl"}
"""The JSON Lines files behind the hub ids, whose loading scripts no longer run."""

FLOAT_TOLERANCE = "1e-6"
"""Tolerance of decimal outputs, absolute or relative: the usual one of coding sites for tasks that state none."""

PRELUDE = (
    "import collections, string, math, datetime, itertools, functools, heapq, bisect, operator, random, re, sys\n"
    "from typing import *\nfrom functools import *\nfrom collections import *\nfrom itertools import *\n"
    "from heapq import *\nfrom bisect import *\n"
)
"""What coding sites import before a call-based program; APPS solutions rely on it. Its test program does the same."""

_DECIMAL = re.compile(r"-?\d+\.\d+(?:[eE][-+]?\d+)?")


def read(row: dict[str, Any]) -> ImportedRow:
    """Read one row."""
    if row.get("id") is None and row.get("problem_id") is None:
        raise BadRecordError("is missing", field="id")
    number = row["id"] if row.get("id") is not None else row["problem_id"]
    statement = text_field(row, "question")
    cases_form = _json_text(row, "input_output")
    if not isinstance(cases_form, dict) or not cases_form.get("inputs"):
        raise BadRecordError("holds no inputs, so nothing can be judged", field="input_output")
    inputs, outputs = list_field(cases_form, "inputs"), list_field(cases_form, "outputs")
    if len(inputs) != len(outputs):
        raise BadRecordError(f"has {len(inputs)} inputs but {len(outputs)} outputs", field="input_output")
    references = tuple(item for item in _json_text(row, "solutions") or [] if isinstance(item, str) and item.strip())
    starter = text_field(row, "starter_code", default="")
    name = cases_form.get("fn_name")
    meta: dict[str, Any] = {"url": row["url"]} if row.get("url") else {}
    if name:
        entry_point: str | None = _entry_point(name, starter, references)
        cases = _call_cases(inputs, outputs)
        parameters = parameter_names(starter, entry_point or "") or next(
            (names for item in references if (names := parameter_names(item, entry_point or ""))), ()
        )
        examples, tests = _split_calls(cases, statement, parameters)
        meta["prelude"] = PRELUDE
    else:
        entry_point = None
        examples, tests = _split_texts(_text_cases(inputs, outputs), statement)
    if allows_several_answers(statement):
        meta["several_answers"] = True
    problem = Problem(
        id=f"apps/{number}",
        statement=statement,
        entry_point=entry_point,
        starter_code=starter,
        difficulty=row.get("difficulty") or None,
        examples=examples,
        tests=tests,
        references=tuple(dict.fromkeys(references)),
        source="apps",
        meta=meta,
    )
    unquoted = None
    if name and references and all(_is_quoted(case.args) for case in cases):
        bare = [case.model_copy(update={"args": tuple(_unquoted(list(case.args))), "expected": _unquoted(case.expected)}) for case in cases]
        examples, tests = _split_calls(bare, statement, parameters)
        unquoted = problem.model_copy(update={"examples": examples, "tests": tests})
    return ImportedRow(index=0, problem=problem, is_doubtful=bool(references), unquoted=unquoted)


def _json_text(row: dict[str, Any], name: str) -> Any:
    value = row.get(name)
    if not isinstance(value, str):
        return value
    if not value.strip():
        return None
    try:
        return json.loads(value)
    except (ValueError, RecursionError) as error:
        raise BadRecordError(f"is not valid JSON: {str(error)[:120]}", field=name) from error


def _entry_point(name: str, starter: str, references: tuple[str, ...]) -> str:
    """Return ``Solution.name`` when the starter code is that class (and some reference is), or when most references are."""
    has_class = [defines_class(item, "Solution") and not defines_function(item, name) for item in references]
    if defines_class(starter, "Solution") and (any(has_class) or not references):
        return f"Solution.{name}"
    return f"Solution.{name}" if sum(has_class) * 2 > len(has_class) else name


def _call_cases(inputs: list[Any], outputs: list[Any]) -> list[Case]:
    args_rows = [_int_keys(item) for item in inputs]
    values = [_int_keys(item) for item in outputs]
    if any(not isinstance(item, list) for item in args_rows):
        raise BadRecordError("a call's input must be the list of its arguments", field="input_output.inputs")
    if is_wrapped(values):
        values = [item[0] for item in values]
    comparator = f"float_close:{FLOAT_TOLERANCE}" if any(_has_float(item) for item in values) else "sequence"
    return [Case.call(*args, expected=value, comparator=comparator) for args, value in zip(args_rows, values)]


def is_wrapped(values: list[Any]) -> bool:
    """Whether every output stands in a list of one, as the rows from Codewars have it.

    A single output ``[[1, 2]]`` may be wrapped or a list of lists; it is unwrapped when every output of the problem is a list of one.
    """
    return bool(values) and all(isinstance(item, list) and len(item) == 1 for item in values)


def _split_calls(
    cases: list[Case], statement: str, parameters: tuple[str, ...]
) -> tuple[tuple[Case, ...], tuple[Case, ...]]:
    shown = [
        args + [kwargs[name] for name in parameters if name in kwargs] if kwargs else args
        for args, kwargs, _ in call_examples(statement, parameters=parameters)
    ]
    return split_public(cases, lambda case: list(case.args) in shown or _unquoted(list(case.args)) in shown)


def _text_cases(inputs: list[Any], outputs: list[Any]) -> list[Case]:
    texts = [(_lines(given, "inputs"), _lines(wanted, "outputs")) for given, wanted in zip(inputs, outputs)]
    is_decimal = any(_DECIMAL.fullmatch(token) for _, wanted in texts for token in wanted.split())
    comparator = f"float_close:{FLOAT_TOLERANCE}" if is_decimal else "whitespace_tokens"
    return [Case.text(given, expected=wanted, comparator=comparator) for given, wanted in texts]


def _lines(value: Any, name: str) -> str:
    if isinstance(value, list):
        return "\n".join(_lines(item, name) for item in value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise BadRecordError(f"expected text or a list of lines, got {type(value).__name__}", field=f"input_output.{name}")
    return value


def _split_texts(cases: list[Case], statement: str) -> tuple[tuple[Case, ...], tuple[Case, ...]]:
    shown = {tuple(stdin.split()) for stdin, _ in stdin_examples(statement)}
    return split_public(cases, lambda case: tuple((case.stdin or "").split()) in shown)


def _int_keys(value: Any) -> Any:
    if isinstance(value, list):
        return [_int_keys(item) for item in value]
    if isinstance(value, dict):
        is_number = bool(value) and all(re.fullmatch(r"-?\d+", key) for key in value)
        return {int(key) if is_number else key: _int_keys(item) for key, item in value.items()}
    return value


def _unquoted(value: Any) -> Any:
    """Return the value with the quotation marks inside its texts taken off (LeetCode tasks carry them as characters)."""
    if isinstance(value, list):
        return [_unquoted(item) for item in value]
    if isinstance(value, str) and len(value) >= 2 and value[0] == value[-1] == '"':
        return value[1:-1]
    return value


def _is_quoted(args: Sequence[Any]) -> bool:
    """Whether there are texts among the arguments of a call, and each carries quotation marks."""
    texts = list(_texts(args))
    return bool(texts) and all(_unquoted(text) != text for text in texts)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _texts(item)


def _has_float(value: Any) -> bool:
    if isinstance(value, list):
        return any(_has_float(item) for item in value)
    return isinstance(value, float)


def is_folder_layout(path: Path) -> bool:
    """Whether a folder holds APPS tasks in their original layout, directly or one level down (``train``, ``test``)."""
    return next(_task_folders(path), None) is not None


def _task_folders(path: Path) -> Iterator[Path]:
    if (path / "question.txt").is_file():
        yield path
        return
    for inner in sorted(item for item in path.iterdir() if item.is_dir()):
        if (inner / "question.txt").is_file():
            yield inner
        else:
            yield from sorted(item for item in inner.iterdir() if (item / "question.txt").is_file())


def folder_rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield a row in hub form for every task folder."""
    for folder in _task_folders(path):
        row: dict[str, Any] = {"id": int(folder.name) if folder.name.isdigit() else folder.name}
        for name, file in (
            ("question", "question.txt"),
            ("solutions", "solutions.json"),
            ("input_output", "input_output.json"),
            ("starter_code", "starter_code.py"),
            ("metadata", "metadata.json"),
        ):
            if (folder / file).is_file():
                row[name] = (folder / file).read_text(encoding="utf-8", errors="replace")
        try:
            described = json.loads(row.pop("metadata", "{}"))
        except ValueError:
            described = {}
        if isinstance(described, dict):
            row |= {name: described[name] for name in ("difficulty", "url") if name in described}
        yield row
