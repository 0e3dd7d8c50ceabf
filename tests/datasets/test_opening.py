from __future__ import annotations

import gzip
import json
import sys

import pytest

from symtune.datasets import read_programs, read_rows
from symtune.domain import Case, Problem
from symtune.errors import BadInputError, BadRecordError, MissingExtraError, MissingInputError

PROBLEMS = [
    Problem(
        id=f"p{index}",
        statement=f"Problem {index}.",
        entry_point="f",
        tests=(Case.call((1, {2}), kwargs={"k": {3: float("inf")}}, expected=(index,)),),
        references=("def f(x, k): return 1",),
    )
    for index in range(3)
]


def lines(problems=PROBLEMS):
    return "".join(json.dumps(problem.to_json()) + "\n" for problem in problems)


def test_own_problems_come_back_as_they_were(tmp_path):
    path = tmp_path / "problems.jsonl"
    path.write_text(lines())
    assert [row.problem for row in read_rows("symtune", path)] == PROBLEMS


def test_files_of_every_kind_and_folders_give_the_same(tmp_path):
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(lines().encode()))
    (tmp_path / "b.json").write_text(json.dumps([problem.to_json() for problem in PROBLEMS]))
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "0.jsonl").write_text(lines(PROBLEMS[:1]))
    (folder / "1.jsonl").write_text(lines(PROBLEMS[1:]))
    for path in (tmp_path / "a.jsonl.gz", tmp_path / "b.json", folder):
        assert [row.problem for row in read_rows("symtune", path)] == PROBLEMS


def test_parquet_rows_are_read(tmp_path):
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    rows = [{"name": "n", "description": "d", "solutions": {"language": [2, 3], "solution": ["old", "new"]},
             "private_tests": {"input": ["1"], "output": ["2"]}}]  # fmt: skip
    parquet.write_table(pyarrow.Table.from_pylist(rows), tmp_path / "a.parquet")
    (imported,) = read_rows("codecontests", tmp_path / "a.parquet")
    assert imported.problem.references == ("new",)


def test_a_folder_that_datasets_loads_by_its_name_is_read_through_it(tmp_path, monkeypatch):
    pytest.importorskip("datasets")
    monkeypatch.setenv("HF_DATASETS_CACHE", str(tmp_path / "cache"))
    from symtune.datasets import opening

    folder = tmp_path / "owner" / "name"
    folder.mkdir(parents=True)
    (folder / "train.jsonl").write_text('{"name": "n", "correct": "def n(x): return x", "buggy": "", "cases": "no"}\n')
    monkeypatch.chdir(tmp_path)
    rows = list(opening._hub_rows("owner/name", {}))
    assert rows == [{"name": "n", "correct": "def n(x): return x", "buggy": "", "cases": "no"}]


def test_a_missing_package_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(MissingExtraError, match=r"symtune\[train\]"):
        list(read_rows("apps", "codeparrot/apps"))


def test_a_bad_line_is_set_aside_and_the_rest_is_read(tmp_path):
    path = tmp_path / "problems.jsonl"
    path.write_text(lines(PROBLEMS[:1]) + "{oops\n\n[1]\n" + lines(PROBLEMS[1:2]))
    rows = list(read_rows("symtune", path))
    assert [row.id for row in rows] == ["p0", None, None, "p1"]
    assert "line 2" in rows[1].reason
    assert "row 2" in rows[2].reason
    assert rows[1].row == "{oops\n"


def test_a_torn_archive_keeps_what_was_readable(tmp_path):
    path = tmp_path / "problems.jsonl.gz"
    path.write_bytes(gzip.compress(lines().encode())[:-12])
    rows = list(read_rows("symtune", path))
    assert rows[-1].problem is None
    assert "cannot be read on" in rows[-1].reason


def test_an_id_met_again_is_renamed_or_set_aside(tmp_path):
    other = PROBLEMS[0].model_copy(update={"statement": "Another."})
    path = tmp_path / "problems.jsonl"
    path.write_text(lines([PROBLEMS[0], other, PROBLEMS[0]]))
    rows = list(read_rows("symtune", path))
    assert [row.id for row in rows] == ["p0", "p0-2", None]
    assert "earlier row" in rows[2].reason


@pytest.mark.parametrize("row", [[], "x", 3, None, {}, {"id": 1}, {"id": "a", "statement": "b", "tests": [{"$x": 1}]}, {"id": [[]] * 3}])
@pytest.mark.parametrize("format", ["apps", "leetcode", "mbpp-plus", "humaneval", "humaneval-plus", "codecontests", "quixbugs", "symtune"])
def test_no_row_crashes_any_format(tmp_path, format, row):
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps(row) + "\n")
    (imported,) = read_rows(format, path)
    assert imported.problem is None
    assert "row 0" in imported.reason


def test_missing_and_unknown_inputs_are_refused(tmp_path):
    with pytest.raises(MissingInputError, match="check the path"):
        list(read_rows("apps", tmp_path / "none.jsonl"))
    with pytest.raises(BadInputError, match="known: apps"):
        list(read_rows("appz", tmp_path))
    with pytest.raises(BadInputError, match=r"no \.jsonl"):
        list(read_rows("leetcode", tmp_path))
    (tmp_path / "a.txt").write_text("")
    with pytest.raises(BadInputError, match="unknown file ending"):
        list(read_rows("leetcode", tmp_path / "a.txt"))


def test_programs_have_ids_of_their_own_and_bad_rows_name_their_place(tmp_path):
    path = tmp_path / "programs.jsonl"
    path.write_text('{"problem_id": 4, "code": "x", "passes_original_tests": true}\n' * 2)
    programs = read_programs(path, format="apps")
    assert [(item.problem_id, item.id, item.label) for item in programs] == [
        ("apps/4", "apps/4#0", "passes_original"),
        ("apps/4", "apps/4#1", "passes_original"),
    ]
    path.write_text('{"problem_id": 4}\n')
    with pytest.raises(BadRecordError, match="line 1, field 'code'"):
        read_programs(path, format="apps")


def test_a_split_of_a_hub_set_is_named_behind_a_colon(monkeypatch, tmp_path):
    datasets = pytest.importorskip("datasets", reason="the package datasets is not installed")
    from symtune.datasets import opening

    monkeypatch.setenv("HF_DATASETS_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "owner" / "name").mkdir(parents=True)
    for split in ("train", "test"):
        (tmp_path / "owner" / "name" / f"{split}.jsonl").write_text(json.dumps({"split": split}) + "\n")
    assert [row["split"] for row in opening._hub_rows("owner/name:test", {})] == ["test"]
    asked = []
    monkeypatch.setattr(datasets, "load_dataset", lambda builder, **options: asked.append((builder, options)) or [])
    list(opening._hub_rows("codeparrot/apps:train", {"codeparrot/apps": "*.jsonl"}))
    assert asked == [("json", {"data_files": "hf://datasets/codeparrot/apps/train.jsonl"})]
