"""Each checker takes every right answer of its problem, in whatever order or shape, and refuses wrong and malformed ones."""

from __future__ import annotations

import pytest

from symtune.datasets.checkers import BY_CONTEST, checker_of
from symtune.datasets.formats import FORMATS
from symtune.datasets.rows import read_row
from symtune.datasets.statement_examples import accepts_any_case

CUBE = [(0, 0, 0), (0, 0, 1), (0, 1, 0), (1, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0), (1, 1, 1)]
CUBE_INPUT = "\n".join(" ".join(map(str, sorted(point))) for point in CUBE)
CUBE_OUTPUT = "YES\n" + "\n".join(" ".join(map(str, point)) for point in CUBE)
GRAPH = "5 5 13 0 4\n0 1 5\n2 1 2\n3 2 3\n1 4 0\n4 3 4\n"
PAIRS = "1\n6 5\n1 4\n2 5\n3 6\n1 5\n3 5\n"

TAKEN = [
    ("288_c", "4", "20\n0 2 1 4 3\n", "20\n0 2 1 4 3"), ("288_c", "3", "12\n3 2 1 0\n", "12\n3 2 1 0"),
    ("464_b", CUBE_INPUT, CUBE_OUTPUT, "YES"), ("464_b", "0 0 0\n" * 8, "NO\n", "NO"),
    ("464_b", CUBE_INPUT, CUBE_OUTPUT.replace("0 0 1\n0 1 0", "0 1 0\n0 0 1"), "YES"),
    ("618_c", "5\n0 0\n0 2\n2 0\n2 2\n1 1\n", "5 1 2", "1 3 5"), ("618_c", "3\n0 1\n1 0\n1 1\n", "3 1 2\n", "1 2 3"),
    ("715_b", GRAPH, "YES\n0 1 5\n1 2 2\n2 3 3\n1 4 8\n3 4 4\n", "YES"), ("715_b", "2 1 9 1 0\n0 1 10\n", "NO", "NO"),
    ("925_c", "6\n4 7 7 12 31 61\n", "Yes\n4 12 7 31 7 61 ", "Yes\n7 12 7 31 4 61"), ("925_c", "3\n1 2 3", "No\n", "No"),
    ("1076_d", "3 3 2\n1 2 1\n3 2 1\n1 3 3\n", "2\n2 1\n", "2\n1 2"), ("1076_d", "4 5 2\n4 1 8\n2 4 1\n2 1 3\n3 4 9\n3 1 5\n", "2\n3 5", "2\n3 2"),
    ("1217_d", "3 3\n1 2\n2 3\n3 1\n", "2\n2 1 2\n", "2\n1 1 2"), ("1217_d", "2 1\n1 2\n", "1\n1", "1\n1"),
    ("1391_e", PAIRS, "PATH\n4\n1 5 3 6\n", "PATH"), ("1391_e", PAIRS, "PAIRING\n2\n1 6\n2 4\n", "PATH"),
    ("1438_d", "5\n4 2 1 7 2\n", "YES\n1\n1 3 4\n", "YES"), ("1438_d", "4\n10 4 49 22\n", "NO\n", "NO"),
]  # fmt: skip

REFUSED = [
    ("288_c", "4", "20\n", "20\n0 2 1 4 3"), ("288_c", "4", "20\n0 1 2 3 4", "20\n0 2 1 4 3"), ("288_c", "4", "x", "20"), ("288_c", "4", "", "20"),
    ("464_b", CUBE_INPUT, "NO", "YES"), ("464_b", "0 0 0\n" * 8, "YES" + " 0" * 24, "NO"), ("464_b", "0 0 0\n" * 8, "YES" + " 0" * 24, "YES"),
    ("464_b", CUBE_INPUT, CUBE_OUTPUT.replace("1 1 1", "2 1 1"), "YES"), ("464_b", CUBE_INPUT, CUBE_OUTPUT + " 1", "YES"),
    ("464_b", CUBE_INPUT, CUBE_OUTPUT.replace("0 1 0", "0 0 1"), "YES"),
    ("618_c", "5\n0 0\n0 2\n2 0\n2 2\n1 1\n", "1 4 3", "1 3 5"), ("618_c", "5\n0 0\n0 2\n2 0\n2 2\n1 1\n", "1 5 4", "1 3 5"), ("618_c", "3\n0 1\n1 0\n1 1\n", "1 2 2", "1 2 3"),
    ("618_c", "3\n0 1\n1 0\n1 1\n", "0 1 2", "1 2 3"), ("618_c", "3\n0 1\n1 0\n1 1\n", "1 2", "1 2 3"),
    ("715_b", GRAPH, "YES\n0 1 5\n1 2 2\n2 3 3\n1 4 9\n3 4 4\n", "YES"), ("715_b", GRAPH, "YES\n0 1 5\n1 2 2\n2 3 3\n1 4 0\n3 4 4\n", "YES"),
    ("715_b", GRAPH, "YES\n0 1 4\n1 2 2\n2 3 3\n1 4 9\n3 4 4\n", "YES"), ("715_b", GRAPH, "NO", "YES"), ("715_b", GRAPH, "YES", "YES"),
    ("925_c", "6\n4 7 7 12 31 61\n", "Yes\n4 7 7 12 31 61", "Yes"), ("925_c", "3\n1 2 3", "Yes\n1 2 4", "Yes"), ("925_c", "3\n1 2 3", "Yes\n1 2 4", "No"),
    ("1076_d", "3 3 2\n1 2 1\n3 2 1\n1 3 3\n", "2\n1 3", "2\n1 2"), ("1076_d", "3 3 2\n1 2 1\n3 2 1\n1 3 3\n", "2\n1 1", "2\n1 2"),
    ("1076_d", "3 3 2\n1 2 1\n3 2 1\n1 3 3\n", "3\n1 2 3", "2\n1 2"), ("1076_d", "3 3 2\n1 2 1\n3 2 1\n1 3 3\n", "1\n1", "2\n1 2"), ("1076_d", "2 1 1\n1 2 1", "1\n9", "1\n1"),
    ("1217_d", "3 3\n1 2\n2 3\n3 1\n", "2\n1 1 1", "2\n1 1 2"), ("1217_d", "3 3\n1 2\n2 3\n3 1\n", "3\n1 2 3", "2\n1 1 2"), ("1217_d", "2 1\n1 2\n", "1\n2", "1\n1"),
    ("1391_e", PAIRS, "PATH\n4\n1 5 3 4", "PATH"), ("1391_e", PAIRS, "PATH\n2\n1 5", "PATH"), ("1391_e", PAIRS, "PAIRING\n2\n1 3\n4 5", "PATH"),
    ("1391_e", PAIRS, "PAIRING\n1\n1 6", "PATH"), ("1391_e", PAIRS, "PATH\n4\n1 5 3", "PATH"), ("1391_e", PAIRS, "PATH\n4\n1 5 3 6 2", "PATH"), ("1391_e", PAIRS, "PATH\n4\n1 5 1 5", "PATH"),
    ("1438_d", "5\n4 2 1 7 2\n", "YES\n1\n1 2 3\n", "YES"), ("1438_d", "5\n4 2 1 7 2\n", "NO", "YES"), ("1438_d", "3\n1 2 3", "YES\n1\n1 1 2", "YES"), ("1438_d", "3\n1 1 1", "YES\n9", "YES"),
]  # fmt: skip


def check_of(contest: str):
    names: dict = {}
    exec(checker_of(f"{contest}_any_name_7"), names)
    return names["check"]


@pytest.mark.parametrize(("contest", "given", "got", "expected"), TAKEN)
def test_right_answers_are_taken(contest, given, got, expected):
    assert check_of(contest)(given, got, expected) is True


@pytest.mark.parametrize(("contest", "given", "got", "expected"), REFUSED)
def test_wrong_and_malformed_answers_are_refused(contest, given, got, expected):
    assert check_of(contest)(given, got, expected) is False


def test_every_checker_is_tried_both_ways():
    assert {contest for contest, *_ in TAKEN} == {contest for contest, *_ in REFUSED} == set(BY_CONTEST)


def test_a_problem_is_found_by_its_names():
    source = checker_of("1076_D. Edge Deletion")
    assert source is not None
    assert source == checker_of("1076_d_edge_deletion_9486") == checker_of("https://codeforces.com/problemset/problem/1076/D")
    assert checker_of("1076_e_other") is None
    assert checker_of("edge deletion") is None
    row = {"name": "1076_d_x", "description": "d", "public_tests": {"input": ["1"], "output": ["2"]}, "solutions": {}}
    assert read_row(FORMATS["codecontests"], row, index=0).problem.checker == source


@pytest.mark.parametrize(
    ("statement", "tokens", "wanted"),
    [
        ("You can print each letter in any case.", {"YES"}, True),
        ("You may print every letter in any case (upper or lower).", {"a"}, True),
        ('print "YES" or "NO" without the quotes', {"Yes", "No"}, True),
        ('print "YES" or "NO" without the quotes', {"YES", "NO"}, False),
        ('print "YES" or "NO" without the quotes', {"YES", "No"}, False),
        ("Print YES or NO", {"Yes"}, False),
        ("In this case, print 1", {"1"}, False),
        ("It can be shown that a path exists in any case. Print it.", {"a"}, False),
    ],
)
def test_case_matters_unless_statement_or_cases_say_otherwise(statement, tokens, wanted):
    assert accepts_any_case(statement, tokens) is wanted
