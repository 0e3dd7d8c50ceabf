"""`symtune power` and `symtune export` from the command line: figures printed, files written, bad lines set aside."""

from __future__ import annotations

import pytest

from symtune.cli.main import main
from symtune.datasets import read_rows
from symtune.domain import Case, Problem, Program, SuiteRecord
from symtune.store import save_records

ABSOLUTE = "def f(x):\n    return x if x > 0 else -x\n"


@pytest.fixture
def files(tmp_path):
    tests = (Case.call(3, expected=3), Case.call(-3, expected=3, origin="symbolic"), Case.call((1,), expected=0, comparator="same_set"))
    record = SuiteRecord(num_by_origin={"symbolic": 1}, seconds_by_explorer={"symbolic": 2.5})
    problem = Problem(id="abs", statement="Say.", entry_point="f", tests=tests[:2], references=(ABSOLUTE,), suite=record)
    save_records(tmp_path / "strong.jsonl", [problem])
    save_records(tmp_path / "odd.jsonl", [problem.model_copy(update={"tests": tests})])
    programs = [
        Program(problem_id="abs", source=ABSOLUTE, id="right", label="fine"),
        Program(problem_id="abs", source="def f(x):\n    return x\n", id="wrong", label="wrong"),
        Program(problem_id="other", source=ABSOLUTE, id="lost", label="fine"),
    ]
    save_records(tmp_path / "programs.jsonl", programs)
    return tmp_path


def test_power_prints_its_tables_and_writes_a_run_for_the_report(files, capsys):
    arguments = ["power", str(files / "strong.jsonl"), "--programs", str(files / "programs.jsonl"), "--out", str(files / "runs/power")]
    assert main([*arguments, "--right", "fine", "--max-mutants", "3", "--equal-budget-s", "0", "--workers", "1"]) == 0
    printed = capsys.readouterr().out
    for part in ("Power of the suites", "suites, before", "suites, now", "1 → 2 of 2", "program of unknown problem 1", "0.0% are still accepted"):
        assert part in printed
    assert main(["report", str(files / "runs"), "--out", str(files / "report")]) == 0
    assert "Power of the suites" in (files / "report/report.txt").read_text()


def test_power_sets_bad_problems_aside_and_says_so(files, capsys):
    broken = files / "broken.jsonl"
    broken.write_text((files / "strong.jsonl").read_text() + "{torn\n")
    assert main(["power", str(broken), "--max-mutants", "0", "--workers", "1"]) == 1
    printed = capsys.readouterr().out
    assert "problem set aside 1" in printed
    assert "line 2: not valid JSON" in printed
    assert main(["power", str(files / "nowhere.jsonl")]) == 2
    assert main(["power", str(files / "strong.jsonl"), "--wrong", "pass_all"]) == 2


def test_export_writes_what_other_trainers_read_and_names_what_is_lost(files, capsys):
    assert main(["export", str(files / "odd.jsonl"), "--to", "apps", "--out", str(files / "apps.jsonl")]) == 0
    assert "cases left out: comparator same_set: 1" in capsys.readouterr().out
    (row,) = read_rows("apps", files / "apps.jsonl")
    assert len(row.problem.cases("all")) == 2
    assert main(["export", str(files / "odd.jsonl"), "--to", "parquet", "--out", str(files / "set")]) == 0
    (row,) = read_rows("symtune", files / "set")
    assert len(row.problem.tests) == 3
