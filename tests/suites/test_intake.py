from __future__ import annotations

import json

import pytest

from symtune.domain import Problem
from symtune.errors import RunMismatchError
from symtune.store import load_records, read_jsonl
from symtune.suites.intake import import_problems, rejected_path

PROMPT = '''def f(x):
    """Double it.
    >>> f(1)
    2
    >>> f(2)
    5
    """
'''


def plus_row(number, **changes):
    return {
        "task_id": f"HumanEval/{number}",
        "prompt": PROMPT,
        "entry_point": "f",
        "canonical_solution": "    return (x, [x / 2])[x > 9] if x >= 0 else 1 // 0\n    # \n",
        "test": "",
        "base_input": [[1], [3]],
        "plus_input": [[10], [-1], [4]],
        "atol": 0,
    } | changes


def write(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_references_answer_plus_inputs_and_confirm_examples(tmp_path):
    path = write(tmp_path / "rows.jsonl", [plus_row(0, canonical_solution="    return 2 * x if x >= 0 else 1 // 0\n")])
    result = import_problems("humaneval-plus", path, workers=1)
    (problem,) = result.problems
    assert [(case.args, case.expected) for case in problem.examples] == [((1,), 2)]  # f(2) == 5 is contradicted
    assert [(case.args, case.expected, case.origin) for case in problem.tests] == [
        ((3,), 6, "base"),
        ((10,), 20, "plus"),
        ((4,), 8, "plus"),
    ]
    assert problem.meta["dropped_examples"] == 1
    assert problem.meta["dropped_inputs"] == {"exception": 1}


def test_typed_answers_are_kept_and_floats_get_a_tolerance(tmp_path):
    (problem,) = import_problems("humaneval-plus", write(tmp_path / "rows.jsonl", [plus_row(0)]), workers=1).problems
    by_input = {case.args[0]: case for case in problem.tests}
    assert by_input[10].expected == [5.0]
    assert by_input[10].comparator == "float_close:1e-06:1e-07"
    assert by_input[3].comparator == "exact"


def test_base_leaves_the_plus_inputs_out(tmp_path):
    path = write(tmp_path / "rows.jsonl", [plus_row(0)])
    (problem,) = import_problems("humaneval-plus", path, tests="base", workers=1).problems
    assert {case.origin for case in problem.tests} == {"base"}


@pytest.mark.parametrize("solution", ["    return object()\n", "    while True: x += 1\n", "    import os; os._exit(0)\n", "    return (\n"])
def test_a_reference_that_answers_nothing_sets_its_row_aside_and_the_rest_goes_on(tmp_path, solution):
    from symtune.sandbox import Limits

    rows = [plus_row(0, canonical_solution=solution), plus_row(1)]
    result = import_problems("humaneval-plus", write(tmp_path / "rows.jsonl", rows), workers=1, limits=Limits(cpu_time_s=0.3))
    assert [problem.id for problem in result.problems] == ["HumanEval/1"]
    assert "row 0, field 'canonical_solution'" in result.rejected[0].reason


def test_a_computed_check_is_recorded_in_the_guest(tmp_path):
    test = "def check(candidate):\n    for x in range(3, 6):\n        assert candidate(x) == 2 * x\n"
    row = plus_row(0, test=test, canonical_solution="    return 2 * x\n")
    (problem,) = import_problems("humaneval", write(tmp_path / "rows.jsonl", [row]), workers=1).problems
    assert [(case.args, case.expected) for case in problem.tests] == [((3,), 6), ((4,), 8), ((5,), 10)]


def test_rejected_rows_lie_beside_the_problems_with_reason_and_content(tmp_path):
    out = tmp_path / "problems.jsonl"
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps(plus_row(0)) + "\n{oops\n" + json.dumps({"task_id": "x"}) + "\n")
    result = import_problems("humaneval-plus", path, out=out, workers=1)
    assert load_records(out, Problem) == list(result.problems)
    forms = [form for _, form in read_jsonl(rejected_path(out))]
    assert [(form["index"], form["id"]) for form in forms] == [(1, None), (2, "x")]
    assert forms[1]["row"] == {"task_id": "x"}
    assert forms[1]["field"] == "prompt"
    assert rejected_path("a/p.jsonl.gz").name == "p.rejected.jsonl.gz"


def test_an_unfinished_import_is_taken_up(tmp_path, monkeypatch):
    from symtune.suites import intake

    path, out = write(tmp_path / "rows.jsonl", [plus_row(index) for index in range(3)]), tmp_path / "out.jsonl"
    wanted = import_problems("humaneval-plus", path, workers=1).problems
    answered = []
    real = intake.answer_row

    def interrupted(row, judge, **more):
        if len(answered) == 2:
            raise KeyboardInterrupt
        answered.append(row.index)
        return real(row, judge, **more)

    monkeypatch.setattr(intake, "answer_row", interrupted)
    with pytest.raises(KeyboardInterrupt):
        import_problems("humaneval-plus", path, out=out, workers=1)
    assert not out.exists()
    with pytest.raises(RunMismatchError, match="tests"):
        import_problems("humaneval-plus", path, out=out, tests="base", workers=1)
    seen = []
    monkeypatch.setattr(intake, "answer_row", lambda row, judge, **more: (seen.append(row.index), real(row, judge, **more))[1])
    assert import_problems("humaneval-plus", path, out=out, workers=1).problems == wanted
    assert seen == [2]


def test_match_objects_generators_and_linked_lists_are_judged_by_plain_values(tmp_path):
    from symtune.evaluation.check import check

    mbpp = {
        "task_id": "Mbpp/9999", "prompt": "Find.", "entry_point": "check_str",
        "canonical_solution": "import re\ndef check_str(s):\n    return re.search('^a', s)\n",
        "base_input": [["ab"], ["b"]], "plus_input": [["a"]], "atol": 0,
    }  # fmt: skip
    (match,) = import_problems("mbpp-plus", write(tmp_path / "m.jsonl", [mbpp]), workers=1).problems
    assert [case.expected for case in match.examples + match.tests] == [True, False, True]
    prelude = (
        "from typing import *\nclass ListNode:\n    def __init__(self, val=0, next=None):\n"
        "        self.val, self.next = val, next\n"
        "def list_node(values):\n    head = None\n    for value in reversed(values):\n        head = ListNode(value, head)\n    return head\n"
    )
    linked = {
        "task_id": "rest", "prompt": prelude, "entry_point": "Solution().rest", "meta": {"question_title": "Drop the first."},
        "completion": "class Solution:\n    def rest(self, head: Optional[ListNode]) -> Optional[ListNode]:\n        return head.next\n",
        "test": "def check(candidate):\n    assert is_same_list(candidate(head = list_node([1, 2, 3])), list_node([2, 3]))\n",
    }  # fmt: skip
    generator = {"name": "g", "correct": "def g(n):\n    yield from range(n)\n", "buggy": "", "cases": [[[2], [0, 1]], [[0], []]]}
    problems = [
        match,
        *import_problems("leetcode", write(tmp_path / "l.jsonl", [linked]), workers=1).problems,
        *import_problems("quixbugs", write(tmp_path / "q.jsonl", [generator]), workers=1).problems,
    ]
    result = check(problems, workers=1)
    assert [item.reason for item in result.set_apart] == []
    assert len(result.passing) == 3
