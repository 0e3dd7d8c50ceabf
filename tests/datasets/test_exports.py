"""Exports: parquet reads back as the same problems, APPS rows as equal cases; what a format cannot hold is counted and named."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symtune.datasets import read_rows
from symtune.datasets.apps import PRELUDE
from symtune.datasets.apps import read as read_apps
from symtune.datasets.exports import export_problems
from symtune.datasets.exports.apps_rows import UnfitError, plain, row_of
from symtune.datasets.exports.written import Written
from symtune.domain import Case, Problem, ProblemLimits, SuiteRecord
from symtune.errors import BadInputError
from symtune.suites.intake import import_problems

CALL = Problem(
    id="own/one", statement="Count.", entry_point="f", difficulty="interview", examples=(Case.call([1], 2, expected=3, comparator="sequence"),),
    tests=(
        Case.call([], 0, expected=[], comparator="sequence"), Case.call({1: "a", -2: "b"}, 1, expected={3: [1]}, comparator="sequence"),
        Case.call("x\ud800", None, expected=True, comparator="sequence", origin="symbolic"),
    ),
    references=("def f(a, b):\n    return a\n",), suite=SuiteRecord(num_by_origin={"symbolic": 1}, contract={"args": []}), meta={"url": "u", "n": [1]},
)  # fmt: skip
METHOD = Problem(
    id="apps/3", statement="", entry_point="Solution.go", tests=(Case.call(1.5, expected=2.5, comparator="float_close:1e-6"),),
    references=("class Solution:\n    def go(self, a):\n        return a + 1\n",), meta={"prelude": PRELUDE},
)  # fmt: skip
STDIN = Problem(
    id="s", statement="Read.", tests=(Case.text("1\n2\n", expected="3\n"), Case.text("", expected="")), references=("print(3)",),
    time_limit_s=2.0, limits=ProblemLimits(num_processes=3), checker="def check(input, got, expected):\n    return True\n",
)  # fmt: skip
ODD = Problem(
    id="odd", statement="", entry_point="f", references=("def f(a, k=1):\n    return a\n",),
    tests=(
        Case.call((1, 2), expected=1), Case.call({1, 2}, expected=1), Case.call(float("inf"), expected=1), Case.call(b"x", expected=1),
        Case.call({"1": 2}, expected=1), Case.call({(1,): 2}, expected=1), Case.call(10**5000, expected=1), Case.call(1, expected={2}),
        Case.call(2, expected=1, comparator="same_set"), Case.call(3, kwargs={"k": 5}, expected=(1, (2, [3]))), Case.call(4, kwargs={"z": 5}, expected=1),
        Case.call(1 + 2j, expected=1), Case.call(None, expected=None),
    ),
)  # fmt: skip


def prompt(problem: Problem) -> str:
    return f"Q: {problem.statement}"


@pytest.mark.parametrize("name", ["strong.parquet", "folder"])
def test_parquet_reads_back_as_the_same_problems(tmp_path, name):
    problems = [CALL, METHOD, STDIN, ODD]
    written = export_problems(problems, tmp_path / name, to="parquet", prompt=prompt)
    assert (written.num_problems, written.num_cases) == (4, 20)
    assert written.left_out_problems + written.left_out_cases + written.changed == {}
    assert [row.problem for row in read_rows("symtune", tmp_path / name)] == problems
    assert list(import_problems("symtune", tmp_path / name).problems) == problems


def test_parquet_is_a_data_set_of_the_columns_that_trainers_ask_for(tmp_path):
    datasets = pytest.importorskip("datasets")
    export_problems([CALL, STDIN], tmp_path / "folder", to="parquet", prompt=prompt)
    export_problems([CALL, STDIN], tmp_path / "one.parquet", to="parquet", prompt=prompt)
    loaded = datasets.load_dataset(str(tmp_path / "folder"), split="train", cache_dir=str(tmp_path / "cache"))
    again = datasets.load_dataset("parquet", data_files=str(tmp_path / "one.parquet"), split="train", cache_dir=str(tmp_path / "cache"))
    assert list(loaded) == list(again)
    first, second = loaded
    assert (first["problem_id"], first["prompt"], first["entry_point"], first["num_tests"]) == ("own/one", "Q: Count.", "f", 3)
    assert first["references"] == list(CALL.references)
    assert [Case.from_json(form) for form in json.loads(first["tests"])] == list(CALL.tests)
    assert (second["entry_point"], second["time_limit_s"]) == (None, 2.0)


def test_a_text_that_parquet_cannot_hold_is_named(tmp_path):
    problem = CALL.model_copy(update={"statement": "half \ud800"})
    written = export_problems([problem], tmp_path / "a.parquet", to="parquet", prompt=lambda _: "")
    assert written.changed == {"statement: half of a surrogate pair, written as an escape": 1}
    (back,) = read_rows("symtune", tmp_path / "a.parquet")
    assert back.problem.statement == "half \\ud800"


def test_a_row_whose_text_is_no_json_names_its_field(tmp_path):
    (row,) = [{"id": "a", "statement": "", "entry_point": "f", "tests": "[{", "examples": "[]"}]
    (tmp_path / "a.jsonl").write_text(json.dumps(row))
    (back,) = read_rows("symtune", tmp_path / "a.jsonl")
    assert back.problem is None
    assert back.field == "tests"


def cases_of(problem: Problem) -> dict[str, tuple[object, str]]:
    return {case.input_digest(): (case.expected, case.comparator) for case in problem.cases("all").cases}


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.jsonl.gz", "folder"])
def test_apps_rows_read_back_as_equal_cases(tmp_path, name):
    stdin = STDIN.model_copy(update={"checker": None, "limits": None})
    problems = [CALL, METHOD, stdin]
    written = export_problems(problems, tmp_path / name, to="apps", prompt=prompt)
    assert (written.num_problems, written.num_cases) == (3, 7)
    assert written.left_out_problems + written.left_out_cases == {}
    assert written.changed == {"problems whose limits are not carried": 1}
    back = {row.problem.id: row.problem for row in read_rows("apps", tmp_path / name)}
    assert set(back) == {"apps/0", "apps/3", "apps/1"}
    for problem, name_there in zip(problems, ("apps/0", "apps/3", "apps/1"), strict=True):
        assert cases_of(back[name_there]) == cases_of(problem)
        assert back[name_there].entry_point == problem.entry_point
        assert back[name_there].references == problem.references


def test_what_apps_cannot_hold_is_left_out_and_named():
    written = Written()
    back = read_apps(row_of(ODD, 0, written)).problem
    assert written.left_out_cases == {
        "a tuple as argument": 1, "a set as argument": 1, "a float that is not finite": 1, "a bytes as argument": 1,
        "a dict whose texts as keys read as integers": 1, "a dict with keys that are no text": 1, "an integer of too many digits": 1,
        "a set": 1, "comparator same_set": 1, "keyword arguments that have no place": 1, "a complex as argument": 1,
    }  # fmt: skip
    assert written.changed == {
        "comparator exact reads as sequence": 2, "answers with tuples, written as lists": 1, "keyword arguments, written by position": 1,
    }  # fmt: skip
    assert {case.args: case.expected for case in back.cases("all").cases} == {(3, 5): [1, [2, [3]]], (None,): None}


def test_problems_that_apps_cannot_hold_are_named(tmp_path):
    adapted = CALL.model_copy(update={"meta": {"adapted_entry_point": "g"}})
    sets = ODD.model_copy(update={"tests": ODD.tests[:2]})
    written = export_problems([STDIN, adapted, sets], tmp_path / "a.jsonl", to="apps", prompt=prompt)
    assert written.num_problems == 0
    assert written.left_out_problems == {
        "needs its checker: several answers are right": 1, "is called through an adapter": 1, "no case that the format can hold": 1,
    }  # fmt: skip
    assert (tmp_path / "a.jsonl").read_text() == ""


def test_a_method_is_read_back_as_a_method_and_a_prelude_goes_with_the_solutions():
    bare = METHOD.model_copy(update={"references": (), "meta": {}})
    assert read_apps(row_of(bare, 0, Written())).problem.entry_point == "Solution.go"
    written = Written()
    row = row_of(CALL.model_copy(update={"meta": {"prelude": "K = 1\n"}}), 0, written)
    assert json.loads(row["solutions"])[0].startswith("K = 1\n\ndef f")
    assert written.changed["problems whose prelude stands in the solutions"] == 1


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=4) | st.tuples(inner, inner) | st.dictionaries(st.text() | st.integers(), inner, max_size=3),
    max_leaves=8,
)


@given(VALUES, VALUES)
@settings(max_examples=300, deadline=None)
def test_a_value_comes_back_equal_or_is_refused(argument, answer):
    problem = Problem(id="p", statement="", entry_point="f", tests=(Case.call(argument, expected=answer, comparator="sequence"),))
    try:
        plain(argument), plain(answer, is_answer=True)
    except UnfitError:
        assert row_of(problem, 0, Written()) is None
        return
    (case,) = read_apps(row_of(problem, 0, Written())).problem.cases("all").cases
    assert case.input_digest() == problem.tests[0].input_digest()


def test_bad_places_and_formats_are_refused(tmp_path):
    (tmp_path / "taken").write_text("x")
    for to, out in (("csv", tmp_path / "a"), ("parquet", tmp_path / "taken"), ("apps", tmp_path / "taken"), ("apps", tmp_path)):
        with pytest.raises(BadInputError):
            export_problems([CALL], out, to=to, prompt=prompt)
