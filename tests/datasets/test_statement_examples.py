from __future__ import annotations

from symtune.datasets.statement_examples import call_examples, doctest_examples, stdin_examples

CODEFORCES = """Add two numbers.

-----Input-----

Two integers.

-----Output-----

Their sum.

-----Examples-----
Input
1 2

Output
3

Input
4 5
6

Output
9
15

-----Note-----
Easy.
"""

ATCODER = """Count.
-----Sample Input-----
3
1 2 3

-----Sample Output-----
6
"""

LEETCODE = """Do it.

Example 1:

Input: nums = [1,2],
  k = 3
Output: [3, 4]
Explanation: see above.

Example 2:
Input: nums = [], k = 0
Output: []

Constraints:
1 <= k
"""


def test_stdin_blocks_are_found_and_the_description_of_the_input_is_not_one():
    assert stdin_examples(CODEFORCES) == [("1 2", "3"), ("4 5\n6", "9\n15")]


def test_sample_headings_are_blocks_too():
    assert stdin_examples(ATCODER) == [("3\n1 2 3", "6")]


def test_input_output_lines_are_calls():
    assert call_examples(LEETCODE) == [
        ([], {"nums": [1, 2], "k": 3}, "[3, 4]"),
        ([], {"nums": [], "k": 0}, "[]"),
    ]


def test_positional_inputs_get_the_names_of_the_parameters():
    text = "Example:\nInput: [1,2], 3\nOutput: 4\n"
    assert call_examples(text, parameters=("nums", "k")) == [([], {"nums": [1, 2], "k": 3}, "4")]


def test_doctests_and_arrows_in_prose_are_examples():
    text = """Do f.
    >>> f([1, 2], 'x')
    [2]
    >>> g(1)
    1
    f((1), "a)") == (1, 2)
    For f(3) the answer is long, f(4) ➞ 5 and f(6) should return [7].
    f(x) == 1
    """
    assert doctest_examples(text, "f") == [
        ([[1, 2], "x"], {}, [2]),
        ([1, "a)"], {}, (1, 2)),
        ([4], {}, 5),
        ([6], {}, [7]),
    ]
