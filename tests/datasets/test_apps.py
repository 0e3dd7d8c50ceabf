from __future__ import annotations

import json

import pytest

from symtune.datasets import read_rows
from symtune.datasets.formats import FORMATS
from symtune.datasets.rows import read_row

STATEMENT = "Add.\n\n-----Examples-----\nInput\n1 2\n\nOutput\n3\n"


def row(**changes):
    cases = changes.pop("cases", {"inputs": ["1 2\n", "3 4\n"], "outputs": ["3\n", "7\n"]})
    return {
        "id": 7,
        "question": STATEMENT,
        "solutions": json.dumps(["print(sum(map(int, input().split())))"]),
        "input_output": json.dumps(cases),
        "difficulty": "interview",
        "url": "https://example.org/7",
        "starter_code": "",
    } | changes


def read(**changes):
    imported = read_row(FORMATS["apps"], row(**changes), index=3)
    assert imported.problem is not None, imported.reason
    return imported.problem


def call_row(inputs, outputs, *, starter="def f(x):\n\t", solution="def f(x): return x", **changes):
    cases = {"fn_name": "f", "inputs": inputs, "outputs": outputs}
    return read(cases=cases, starter_code=starter, solutions=json.dumps([solution]), **changes)


def test_the_statements_example_is_public_and_the_other_cases_private():
    problem = read()
    assert [case.stdin for case in problem.examples] == ["1 2\n"]
    assert [case.stdin for case in problem.tests] == ["3 4\n"]
    assert (problem.id, problem.difficulty, problem.entry_point) == ("apps/7", "interview", None)
    assert problem.meta["url"] == "https://example.org/7"


def test_without_a_shown_case_the_first_becomes_public():
    problem = read(question="Add.")
    assert [case.stdin for case in problem.examples] == ["1 2\n"]


def test_the_only_case_stays_private():
    problem = read(cases={"inputs": ["1 2\n"], "outputs": ["3\n"]})
    assert problem.examples == ()
    assert len(problem.tests) == 1


def test_a_repeated_input_is_one_case():
    problem = read(cases={"inputs": ["1 2\n", "3 4\n", "3 4\n"], "outputs": ["3\n", "7\n", "7\n"]})
    assert len(problem.examples) + len(problem.tests) == 2


def test_lists_of_lines_are_joined():
    problem = read(cases={"inputs": [["1", "2 3"], ["4"]], "outputs": [["6"], [4]]})
    assert problem.examples[0].stdin == "1\n2 3"
    assert problem.tests[0].expected == "4"


def test_decimal_outputs_get_a_tolerance_and_others_do_not():
    assert read().tests[0].comparator == "whitespace_tokens"
    problem = read(cases={"inputs": ["1", "2"], "outputs": ["0.50000", "x 1"]})
    assert {case.comparator for case in problem.tests + problem.examples} == {"float_close:1e-6"}


def test_calls_take_lists_of_arguments_and_compare_tuples_as_lists():
    problem = call_row([[1], [2]], [10, 20])
    assert problem.entry_point == "f"
    assert [(case.args, case.expected, case.comparator) for case in problem.examples + problem.tests] == [
        ((1,), 10, "sequence"),
        ((2,), 20, "sequence"),
    ]


def test_outputs_in_lists_of_one_are_unwrapped():
    problem = call_row([[1], [2]], [[True], [False]])
    assert [case.expected for case in problem.examples + problem.tests] == [True, False]


def test_outputs_that_are_lists_stay_lists():
    problem = call_row([[1], [2]], [[1, 2], [3]])
    assert [case.expected for case in problem.examples + problem.tests] == [[1, 2], [3]]


def test_object_keys_that_are_digits_are_integers():
    problem = call_row([[{"1": 2}], [{"a": 1}]], [1, 2])
    assert [case.args for case in problem.examples + problem.tests] == [({1: 2},), ({"a": 1},)]


def test_a_solution_class_makes_a_method_of_the_entry_point():
    starter = "class Solution:\n    def f(self, x: int) -> int:\n        "
    solution = "class Solution:\n    def f(self, x): return x"
    assert call_row([[1], [2]], [1, 2], starter=starter, solution=solution).entry_point == "Solution.f"
    assert call_row([[1], [2]], [1, 2], starter=starter).entry_point == "f"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"input_output": "{"}, "input_output"),
        ({"input_output": ""}, "input_output"),
        ({"solutions": "["}, "solutions"),
        ({"cases": {"inputs": ["1"], "outputs": []}}, "input_output"),
        ({"cases": {"fn_name": "f", "inputs": ["1"], "outputs": [1]}}, "input_output.inputs"),
        ({"cases": {"inputs": [{}], "outputs": ["1"]}}, "input_output.inputs"),
        ({"question": None}, "question"),
        ({"id": None}, "id"),
    ],
)
def test_a_bad_row_is_set_aside_and_names_row_and_field(changes, field):
    imported = read_row(FORMATS["apps"], row(**changes), index=3)
    assert imported.problem is None
    assert imported.field == field
    assert imported.reason.startswith(f"row 3, field '{field}': ")


def test_a_task_without_solutions_is_a_problem_without_references():
    assert read(solutions="").references == ()


def test_the_original_folder_layout_gives_the_same_problem(tmp_path):
    folder = tmp_path / "train" / "0007"
    folder.mkdir(parents=True)
    form = row()
    (folder / "question.txt").write_text(form["question"])
    (folder / "solutions.json").write_text(form["solutions"])
    (folder / "input_output.json").write_text(form["input_output"])
    (folder / "metadata.json").write_text(json.dumps({"difficulty": "interview", "url": form["url"]}))
    (folder / "starter_code.py").write_text("")
    for path in (tmp_path, tmp_path / "train", folder):
        assert [item.problem for item in read_rows("apps", path)] == [read()]


def test_a_folder_without_tests_is_set_aside(tmp_path):
    (tmp_path / "0000").mkdir()
    (tmp_path / "0000" / "question.txt").write_text("What?")
    (imported,) = read_rows("apps", tmp_path)
    assert imported.field == "input_output"


@pytest.mark.parametrize(
    ("inputs", "bare"),
    [
        ([['"ab"', 3], ['""', 4]], [("ab", 3), ("", 4)]),
        ([[['"ab"', '"c"'], '"d"']], [(["ab", "c"], "d")]),
        ([['"ab"', "c"]], None),  # a text without marks: they mean themselves
        ([[1, 2]], None),
        ([['"']], None),
    ],
)
def test_texts_that_all_carry_quotation_marks_are_also_read_without_them(inputs, bare):
    cases = {"fn_name": "f", "inputs": inputs, "outputs": [True] * len(inputs)}
    imported = read_row(FORMATS["apps"], row(cases=cases, starter_code="def f(x):\n\t", solutions='["def f(x): return x"]'), index=3)
    assert [case.args for case in imported.problem.cases("all").cases] == [tuple(args) for args in inputs]
    assert (imported.unquoted and [case.args for case in imported.unquoted.cases("all").cases]) == bare
