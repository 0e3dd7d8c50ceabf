from __future__ import annotations

import pytest

from symtune.datasets.formats import FORMATS
from symtune.datasets.rows import read_row

PRELUDE = "from typing import *\ninf = float('inf')\n"


def row(**changes):
    return {
        "task_id": "two",
        "prompt": PRELUDE,
        "completion": "class Solution:\n    def two(self, nums: List[int], k: int) -> int:\n        return k\n",
        "entry_point": "Solution().two",
        "test": "def check(candidate):\n"
        "    assert candidate(nums = [1, 2], k = 3) == 3\n"
        "    assert candidate(nums = [], k = 0) == 0\n"
        "    assert candidate(nums = [1], k = -inf) == -inf\n",
        "input_output": [{"input": "nums = [9], k = 9", "output": "9"}],
        "meta": {"question_title": "Do.\n\nInput: nums = [1,2], k = 3\nOutput: 3\n", "difficulty": "Easy", "tags": ["Array"],
                 "lang_code": "class Solution:\n    def two(self, nums: List[int], k: int) -> int:\n        "},
    } | changes  # fmt: skip


def read(**changes):
    imported = read_row(FORMATS["leetcode"], row(**changes), index=0)
    assert imported.problem is not None, imported.reason
    return imported.problem


def test_asserts_become_cases_with_named_arguments():
    problem = read()
    assert problem.entry_point == "Solution.two"
    assert [case.kwargs for case in problem.examples] == [{"nums": [1, 2], "k": 3}]
    assert [(case.kwargs["k"], case.expected) for case in problem.tests] == [(0, 0), (float("-inf"), float("-inf"))]
    assert problem.meta["prelude"] == PRELUDE
    assert problem.difficulty == "easy"


def test_input_output_texts_serve_when_no_assert_can_be_read():
    pairs = [{"input": "nums = [1, 2], k = 3", "output": "3"}, {"input": "[null], 4", "output": "4"},
             {"input": "nums = oops(), k = 3", "output": "3"}]  # fmt: skip
    problem = read(test="def check(candidate):\n    pass\n", input_output=pairs)
    assert [case.kwargs for case in problem.examples + problem.tests] == [{"nums": [1, 2], "k": 3}, {"nums": [None], "k": 4}]


def test_floats_get_a_tolerance():
    problem = read(test="def check(candidate):\n    assert candidate(nums=[1], k=1) == 0.5\n")
    assert problem.tests[0].comparator == "float_close:1e-5"


def test_linked_lists_travel_as_plain_lists():
    problem = read(
        completion="class Solution:\n    def two(self, head: Optional[ListNode]) -> Optional[ListNode]:\n        return head\n",
        test="def check(candidate):\n    assert is_same_list(candidate(head = list_node([1, 2])), list_node([3]))\n",
    )
    assert problem.entry_point == "call_two"
    assert problem.meta["adapted_entry_point"] == "Solution.two"
    assert (problem.tests[0].kwargs, problem.tests[0].expected) == ({"head": [1, 2]}, [3])
    assert "values_of_list" in problem.meta["prelude"]
    assert "Solution().two(list_node(head))" in problem.meta["prelude"]


def test_trees_are_built_from_lists_with_none():
    problem = read(
        completion="class Solution:\n    def two(self, root: Optional['TreeNode'], k: int) -> int:\n        return k\n",
        test="def check(candidate):\n    assert candidate(root = tree_node([1, None, 2]), k = 1) == 2\n",
    )
    assert problem.tests[0].kwargs == {"root": [1, None, 2], "k": 1}
    assert "Solution().two(tree_node(root), k)" in problem.meta["prelude"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"meta": {}}, "meta.question_title"),
        ({"meta": []}, None),
        ({"completion": "x = 1"}, "completion"),
        ({"test": "", "input_output": []}, "test"),
        ({"entry_point": None}, "entry_point"),
    ],
)
def test_a_bad_row_names_its_field(changes, field):
    imported = read_row(FORMATS["leetcode"], row(**changes), index=0)
    assert imported.problem is None
    assert imported.field == field or field is None
