"""Constraint lines are read as they are written, each with its text, and nothing is read that is no promise."""

from __future__ import annotations

import pytest

from symtune.datasets import read_rows
from symtune.datasets.signatures import parameter_names
from symtune.domain import Case
from symtune.suites import learn_contract
from symtune.suites.contracts.constraints import count_reasons, read_constraints


def of_line(line, *names):
    return read_constraints(f"Constraints:\n\n{line}\n", names=names)


@pytest.mark.parametrize(
    ("line", "key", "bounds"),
    [
        ("1 <= n <= 10^5", "n", (1, 10**5)),
        ("1 ≤ n, m ≤ 2·10^5", "m", (1, 2 * 10**5)),
        ("$1 \\le n \\le 10^{5}$", "n", (1, 10**5)),
        ("$2 \\leq n \\leqslant 3 \\cdot 10^5$", "n", (2, 3 * 10**5)),
        ("1 <= n <= 2 * 10<sup>5</sup>", "n", (1, 2 * 10**5)),
        ("1 &lt;= n &lt;= 10⁵", "n", (1, 10**5)),
        ("1 <= n <= 200,000", "n", (1, 200_000)),
        ("1 <= n <= 1e5", "n", (1, 10**5)),
        ("-10^9 <= nums[i] <= 10^9", "nums[*]", (-(10**9), 10**9)),
        ("-109 <= nums[i] <= 109", "nums[*]", (-(10**9), 10**9)),
        ("0 <= nums[i] <= 231 - 1", "nums[*]", (0, 2**31 - 1)),
        ("0 < x < 5", "x", (1, 4)),
        ("1 <= nums.length <= 1e5", "len(nums)", (1, 10**5)),
        ("1 <= |s| <= 100", "len(s)", (1, 100)),
        ("1 <= len(s) <= 100", "len(s)", (1, 100)),
        ("1 <= s.length, t.length <= 7", "len(t)", (1, 7)),
        ("3 <= words[i].length <= 8", "len(words[*])", (3, 8)),
        ("1 <= a_{i,j} <= 9", "a[*][*]", (1, 9)),
        ("10 >= k >= 2", "k", (2, 10)),
        ("nums.length == 3", "len(nums)", (3, 3)),
        ("1 <= k <= n <= 100", "n", (None, 100)),
        ("2 <= n == nums.length <= 100", "len(nums)", (None, 100)),
        ("k is at least 2.", "k", (2, None)),
        ("The length of s does not exceed 50.", "len(s)", (None, 50)),
        ("k is between 3 and 10^4 (inclusive).", "k", (3, 10**4)),
        ("k is in the range [3, 9].", "k", (3, 9)),
        ("1 <= n <= 10^5, 2 <= k <= 7", "k", (2, 7)),
    ],
)
def test_bounds_are_read_in_every_notation(line, key, bounds):
    found = of_line(line, "n", "m", "k", "s", "t", "x", "nums", "words")
    assert found.bounds(key) == bounds
    assert not found.unkept
    assert all(one.text == line for one in found.found)


@pytest.mark.parametrize(
    ("words", "alphabet"),
    [
        ("s consists only of lowercase English letters.", "abcdefghijklmnopqrstuvwxyz"),
        ("s contains only digits.", "0123456789"),
        ("s consists of digits '0' to '4'.", "01234"),
        ("The characters of s are lowercase letters.", "abcdefghijklmnopqrstuvwxyz"),
        ("s consists only of characters '.' and 'x'.", ".x"),
        ("s consists of 'N', 'S', and 'E'.", "ENS"),
        ("s[i] is either '0' or '1'.", "01"),
        ("s only consists of digits from '1' to '3'.", "123"),
    ],
)
def test_alphabets_are_read(words, alphabet):
    found = of_line(words, "s")
    kept = found.alphabet("s") or "".join(sorted(value for one in found.of("s[*]") for value in one.values))
    assert kept == alphabet
    assert found.alphabet("t") == ""


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("All elements of nums are distinct.", "distinct"),
        ("All nums[i] are unique.", "distinct"),
        ("nums contains pairwise distinct integers.", "distinct"),
        ("nums is sorted in non-decreasing order.", "order"),
        ("nums is a permutation of [0, 1, ..., n - 1].", "permutation"),
        ("n is even.", "remainder"),
        ("n is a multiple of 4.", "remainder"),
        ("nums[i] is either 0, 1 or 2.", "values"),
    ],
)
def test_phrases_are_read(line, kind):
    found = of_line(line, "nums", "n")
    assert [one.kind for one in found.found] == [kind]
    assert not found.unkept


@pytest.mark.parametrize(
    "statement",
    [
        "Check whether the list is sorted in ascending order.",
        "Return True if all elements of xs are distinct.",
        "Sort the array in descending order.",
        "Count the positive integers of a list.",
        "If n <= 5 return 0.",
        "Return the smallest k such that k >= n.",
        "Write a function to find the distinct elements.",
        "def f(n): (a <= b)",
        "",
    ],
)
def test_what_asks_is_no_promise(statement):
    assert read_constraints(statement, names=("xs", "n", "k")).found == ()


def test_a_condition_promises_nothing_and_is_counted_where_constraints_stand():
    found = of_line("queries[i][0] == 1: 0 <= queries[i][1] <= 5\nx <= 3 or x >= 9\n1 <= n <= 3", "n", "x", "queries")
    assert count_reasons(found.unkept) == {"conditional": 2}
    assert [one.text for one in found.found] == ["1 <= n <= 3"] * 2


def test_the_input_section_is_read_by_variable():
    statement = (
        "There are n towns and t days.\n\nInput\n\nThe first line contains t (1 ≤ t ≤ 10^4). Each test has n and m (2 ≤ n ≤ 100, n - 1 ≤ m), and a string s (|s| ≤ 20) "
        "that consists of uppercase English letters. Then n integers a_1, …, a_n (1 ≤ a_i ≤ n). The sum of n does not exceed 500 (∑ n ≤ 500).\n\n"
        "Output\n\nPrint k (0 ≤ k ≤ m).\n"
    )
    found = read_constraints(statement)
    assert found.section == "input"
    assert found.bounds("t") == (1, 10**4)
    assert found.bounds("n") == (2, 100)
    assert found.bounds("a[*]") == (1, None)
    assert found.bounds("len(s)") == (None, 20)
    assert found.alphabet("s").startswith("ABC")
    assert found.of("k") == ()
    assert next(one.kind for one in found.of("n") if "sum" in one.text.lower()) == "sum"


def test_statements_of_any_kind_are_read_without_a_crash():
    for text in ("Constraints:\n" + "(" * 5000 + "1 <= n", "Constraints:\n1 <= n <= 10^10^10^10", "Constraints:\n1 <= n <= 9" + "9" * 5000,
                 "Constraints:\n1 / 0 <= n <= 5 % 0", "Constraints:\n|||| <= [[[", "Constraints:\n\x00 <= \ud800", "a_{" * 2000, "Input\n\n" + "1 <= " * 3000):  # fmt: skip
        read_constraints(text, names=("n",))


def test_contradictory_constraints_are_dropped_with_their_text():
    cases = [Case.call(4, [2, 2], expected=0), Case.call(9, [3], expected=0)]
    statement = "Constraints:\n1 <= n <= 0\nn <= 8\nAll elements of nums are distinct.\n1 <= nums.length <= 5\n1 <= q <= 5\nThe graph is a tree."
    contract = learn_contract(cases, statement=statement, names=("n", "nums"))
    reasons = {(one.reason, one.text) for one in contract.unkept}
    assert ("contradictory", "1 <= n <= 0") in reasons or ("examples_break_it", "1 <= n <= 0") in reasons
    assert ("examples_break_it", "n <= 8") in reasons
    assert ("examples_break_it", "All elements of nums are distinct.") in reasons
    assert ("not_a_parameter", "1 <= q <= 5") in reasons
    assert ("not_understood", "The graph is a tree.") in reasons
    assert contract.fault((1, [7]), {}) is None
    assert contract.fault((0, [7]), {}) == "too_low"
    assert contract.fault((1, []), {}) == "size"
    kept = {(one.promise, one.source, one.text) for one in contract.evidence}
    assert ("1 <= len(nums)", "statement", "1 <= nums.length <= 5") in kept


def test_constraint_sections_of_real_problems_are_read(data_dir):
    num_full = num_lines = num_unread = 0
    problems = [row.problem for row in read_rows("leetcode", data_dir / "leetcode/LeetCodeDataset-v0.3.0-test.jsonl.gz")]
    for problem in problems:
        entry_point = str(problem.meta.get("adapted_entry_point") or problem.entry_point)
        found = read_constraints(problem.statement, names=parameter_names(problem.references[0], entry_point))
        num_full += not found.unkept
        num_lines += found.num_lines
        num_unread += len(found.unkept)
    assert num_full >= 0.8 * len(problems)
    assert num_unread <= 0.08 * num_lines


def test_a_dash_before_every_line_marks_a_list_and_is_no_minus():
    found = read_constraints("Constraints:\n\n - 1 <= n <= 100\n - 0 <= k <= n\n", names=("n", "k"))
    assert found.bounds("n") == (1, 100)
    assert found.bounds("k")[0] == 0


def test_a_dash_before_one_number_is_its_sign():
    assert of_line("-5 <= n <= 100", "n").bounds("n") == (-5, 100)


def test_a_note_holds_the_constraints_where_no_section_of_its_own_does():
    words = "Return the final string.\n\nNote:\n\n1 <= S.length <= 20000\nS consists only of English lowercase letters."
    found = read_constraints(words, names=("S",))
    assert found.bounds("len(S)") == read_constraints(words.replace("Note:", "Constraints:"), names=("S",)).bounds("len(S)") == (1, 20000)
    assert len(found.alphabet("S")) == 26
    told = "-----Input-----\nA number n (1 <= n <= 5).\n\n-----Note-----\n2 <= n here."
    assert read_constraints(told).bounds("n") == (1, 5)
