from __future__ import annotations

import pytest

from symtune.datasets.starter import load_starter, read_entries
from symtune.errors import BadRecordError, MissingInputError

GOOD = '''
[[problem]]
id = "twice"
difficulty = "introductory"
starter_code = "def twice(x: int) -> int:"
statement = "Return twice x. Constraints: none."
examples = "twice(2) == 4"
tests = "twice(x=3) == 6"
references = ["def twice(x):\\n    return 2 * x\\n", "def twice(x):\\n    return x + x\\n"]
[[problem.wrong]]
mistake = "squares"
witness = "twice(3)"
source = "def twice(x):\\n    return x * x\\n"
[[problem.wrong]]
mistake = "adds two"
witness = "twice(3)"
source = "def twice(x):\\n    return x + 2\\n"
'''

STDIN = '''
[[problem]]
id = "echo"
difficulty = "interview"
statement = "Print the input."
examples = ["a\\nb\\n=>\\na\\nb\\n"]
tests = ["c\\n=>\\nc\\n"]
references = ["print(input())", "import sys\\nprint(sys.stdin.read())"]
wrong = [
    { mistake = "nothing", witness = "x", source = "pass" },
    { mistake = "twice", witness = "x", source = "print(input() * 2)" },
]
'''


def read(tmp_path, text):
    path = tmp_path / "group.toml"
    path.write_text(text)
    return read_entries(path)


def test_a_function_problem_is_read_as_written(tmp_path):
    (entry,) = read(tmp_path, GOOD)
    problem = entry.problem
    assert (problem.id, problem.entry_point, problem.starter_code) == ("starter/twice", "twice", "def twice(x: int) -> int:\n")
    assert (problem.examples[0].args, problem.examples[0].expected) == ((2,), 4)
    assert (problem.tests[0].kwargs, problem.tests[0].expected) == ({"x": 3}, 6)
    assert [program.program_id for program in entry.wrong] == ["starter/twice!wrong0", "starter/twice!wrong1"]
    assert entry.mistakes == ("squares", "adds two")
    assert entry.witnesses[0].args == (3,)


def test_a_stdin_problem_is_read_as_written(tmp_path):
    (entry,) = read(tmp_path, STDIN)
    assert entry.problem.entry_point is None
    assert (entry.problem.examples[0].stdin, entry.problem.examples[0].expected) == ("a\nb\n", "a\nb\n")
    assert entry.problem.tests[0].comparator == "whitespace_tokens"
    assert entry.witnesses[0].stdin == "x"


def test_a_method_is_found_in_its_class(tmp_path):
    text = GOOD.replace('"def twice(x: int) -> int:"', '"class Solution:\\n    def twice(self, x: int) -> int:"')
    assert read(tmp_path, text)[0].problem.entry_point == "Solution.twice"


@pytest.mark.parametrize(
    ("old", "new", "field", "reason"),
    [
        ('id = "twice"\n', "", "problem.0: id", "is missing"),
        ('difficulty = "introductory"', 'difficulty = "easy"', "twice: difficulty", "'easy' is none of"),
        ('difficulty = "introductory"', 'dificulty = "interview"', "twice: difficulty", "is missing"),
        ('id = "twice"', 'id = "twice"\nlevel = 3', "twice: level", "is unknown"),
        ('"twice(2) == 4"', '"twice(2) = 4"', "twice: examples.0", "not a Python expression"),
        ('"twice(2) == 4"', '"twice(2) > 4"', "twice: examples.0", "expected 'call == value'"),
        ('"twice(2) == 4"', '"thrice(2) == 4"', "twice: examples.0", "expected a call of twice"),
        ('"twice(2) == 4"', '"twice(len([])) == 4"', "twice: examples.0", "not a literal value"),
        ('"twice(2) == 4"', '""', "twice: examples", "expected 1 to 3 cases, got 0"),
        ('"twice(x=3) == 6"', '"twice(2) == 4"', "twice: tests", "the same input"),
        ("return 2 * x", "return 2 *", "twice: references.0", "does not compile"),
        ("return x + 2", "return x +", "twice: wrong.1.source", "does not compile"),
        ('mistake = "squares"\n', "", "twice: wrong.0.mistake", "is missing"),
        ('"def twice(x: int) -> int:"', '"twice = lambda x: 0"', "twice: starter_code", "holds no 'def name('"),
    ],
)
def test_a_mistake_in_the_file_is_named(tmp_path, old, new, field, reason):
    assert old in GOOD
    with pytest.raises(BadRecordError) as caught:
        read(tmp_path, GOOD.replace(old, new))
    assert caught.value.field == field
    assert reason in str(caught.value)
    assert "group.toml" in str(caught.value)


def test_too_few_references_and_wrong_programs_are_refused(tmp_path):
    with pytest.raises(BadRecordError, match=r"references.*expected 2 or more, got 1"):
        read(tmp_path, STDIN.replace('"print(input())", ', ""))
    with pytest.raises(BadRecordError, match=r"wrong.*expected 2 or more, got 1"):
        read(tmp_path, GOOD[: GOOD.rindex("[[problem.wrong]]")])


def test_a_stdin_case_without_arrow_is_refused(tmp_path):
    with pytest.raises(BadRecordError, match=r"tests.0.*a line '=>'"):
        read(tmp_path, STDIN.replace('"c\\n=>\\nc\\n"', '"c\\nc\\n"'))


def test_a_file_that_is_no_toml_is_refused(tmp_path):
    with pytest.raises(BadRecordError, match="not valid TOML"):
        read(tmp_path, "[[problem")
    with pytest.raises(BadRecordError, match="tables only"):
        read(tmp_path, "title = 3")


def test_an_id_that_stands_twice_is_refused(tmp_path):
    (tmp_path / "a.toml").write_text(GOOD)
    (tmp_path / "b.toml").write_text(GOOD)
    with pytest.raises(BadRecordError, match=r"b\.toml.*stands in a\.toml already"):
        load_starter(tmp_path)


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(MissingInputError, match=r"no .*toml file"):
        load_starter(tmp_path)
