from __future__ import annotations

import pytest

from symtune.domain import Case, Problem
from symtune.models import build_prompt, extract_source


def test_the_layout_is_coderls():
    problem = Problem(id="p", statement="Add.\n", entry_point="add", starter_code="def add(a, b):\n")
    assert build_prompt(problem) == "QUESTION:\nAdd.\ndef add(a, b):\nUse Call-Based format\nANSWER:\n"


def test_a_stdin_problem_says_so_and_has_no_starter():
    assert build_prompt(Problem(id="p", statement="Echo.")) == "QUESTION:\nEcho.\nUse Standard Input format\nANSWER:\n"


def test_indentation_of_the_starter_code_is_kept():
    starter = "class Solution:\n    def f(self, x):\n        "
    prompt = build_prompt(Problem(id="p", statement="s", entry_point="Solution.f", starter_code=starter))
    assert starter in prompt


@pytest.mark.parametrize(
    ("statement", "is_named"), [("Write a function.", True), ("Write solve(x).", False), ("Write resolve(x).", True)]
)
def test_an_entry_point_that_nothing_names_is_named(statement, is_named):
    prompt = build_prompt(Problem(id="p", statement=statement, entry_point="Solution.solve"))
    assert ("\ndef solve\n" in prompt) == is_named


def test_tests_examples_and_references_never_reach_the_prompt():
    bare = Problem(id="p", statement="s", entry_point="f")
    full = bare.model_copy(
        update={
            "examples": (Case.call(7, expected=77_001),),
            "tests": (Case.call(8, expected=77_002),),
            "references": ("def f(x): return 77003",),
        }
    )
    assert build_prompt(full) == build_prompt(bare)


@pytest.mark.parametrize(
    ("reply", "source"),
    [
        ("def f():\n    return 1\n", "def f():\n    return 1\n"),
        ("Sure:\n```python\nx = 1\n```\nDone.", "x = 1\n"),
        ("```\nx = 1\n```\nbetter:\n```py\nx = 2\n```", "x = 2\n"),
        ("~~~python\nx = '```'\n~~~\n", "x = '```'\n"),
        ("```python\ndef f():\n    return", "def f():\n    return"),
        ("s = '```'\nt = '```'\n", "s = '```'\nt = '```'\n"),
        ("    indented = 1\n", "    indented = 1\n"),
        ("", None),
        (" \n\t\n", None),
        ("```python\n\n```", None),
    ],
)
def test_the_program_is_taken_out_of_the_reply(reply, source):
    assert extract_source(reply) == source
