from __future__ import annotations

import pytest

from symtune.datasets import read_programs, read_rows
from symtune.domain import Problem

FILES = {
    "apps": ("apps/train.jsonl.gz", 103),
    "leetcode": ("leetcode/LeetCodeDataset-v0.3.0-test.jsonl.gz", 386),
    "mbpp-plus": ("mbpp/MbppPlus.jsonl.gz", 378),
    "humaneval": ("humaneval/HumanEval.jsonl.gz", 164),
    "humaneval-plus": ("humaneval/HumanEvalPlus.jsonl.gz", 164),
    "codecontests": ("codecontests/train.jsonl.gz", 131),
    "quixbugs": ("quixbugs/quixbugs.jsonl.gz", 31),
}


@pytest.mark.parametrize("format", FILES)
def test_every_row_is_read_and_no_input_is_both_public_and_private(data_dir, format):
    name, num_rows = FILES[format]
    rows = list(read_rows(format, data_dir / name))
    assert len(rows) == num_rows
    assert [row.reason for row in rows if row.problem is None] == []
    assert len({row.id for row in rows}) == num_rows
    for row in rows:
        problem = row.problem
        assert problem.statement.strip()
        assert problem.references
        assert row.inputs or row.recorder or problem.tests
        public = {case.input_digest() for case in problem.examples}
        private = [case.input_digest() for case in problem.tests + row.inputs[:50]]
        assert len(public) == len(problem.examples)
        assert not public & set(private)
        assert len(private) == len(set(private))
        if format != "humaneval-plus":
            assert Problem.from_json(problem.to_json()) == problem


@pytest.mark.parametrize(("format", "problems", "programs"), [
    ("apps", "apps/train.jsonl.gz", "apps/samples.jsonl.gz"),
    ("mbpp-plus", "mbpp/MbppPlus.jsonl.gz", "mbpp/programs.jsonl.gz"),
    ("quixbugs", "quixbugs/quixbugs.jsonl.gz", "quixbugs/quixbugs.jsonl.gz"),
])  # fmt: skip
def test_programs_belong_to_the_problems(data_dir, format, problems, programs):
    known = {row.id for row in read_rows(format, data_dir / problems)}
    read = read_programs(data_dir / programs, format=format)
    assert read
    assert {program.problem_id for program in read} <= known
    assert len({program.id for program in read}) == len(read)


def test_only_computed_asserts_of_humaneval_are_left_to_the_guest(data_dir):
    rows = read_rows("humaneval", data_dir / "humaneval" / "HumanEval.jsonl.gz")
    assert [row.id.split("/")[1] for row in rows if row.recorder] == ["32", "33", "38", "44", "50", "53", "151"]
