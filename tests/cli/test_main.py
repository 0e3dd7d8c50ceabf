"""Bad input ends in one clear message and an exit code other than 0; what was finished is kept."""

from __future__ import annotations

import errno

import pytest

import symtune
from symtune.cli.main import ABOUT, VERBS, main
from symtune.domain import Case, Judgement, Outcome, Problem, Program, Unjudged
from symtune.errors import TooManyUnjudgedError
from symtune.store import load_records, save_records

ADD = Problem(id="add", statement="Add.", entry_point="add", tests=(Case.call(1, 2, expected=3), Case.call(0, 0, expected=0)))
RIGHT = Program(problem_id="add", source="def add(a, b):\n    return a + b\n", id="right")
WRONG = Program(problem_id="add", source="def add(a, b):\n    return a - b\n", id="wrong")


@pytest.fixture
def files(tmp_path):
    save_records(tmp_path / "problems.jsonl", [ADD])
    save_records(tmp_path / "programs.jsonl", [RIGHT, WRONG])
    return tmp_path


def test_judge_writes_verdicts_in_order(files, capsys):
    out = files / "judgements.jsonl"
    assert main(["judge", str(files / "problems.jsonl"), str(files / "programs.jsonl"), "--out", str(out)]) == 0
    assert [item.outcome for item in load_records(out, Judgement)] == [Outcome.PASSED, Outcome.FAILED_TEST]
    assert "judged 2 programs" in capsys.readouterr().out


def test_the_verb_and_the_function_are_one(files):
    assert [item.outcome.value for item in symtune.judge([ADD], [RIGHT, WRONG], workers=1)] == ["passed", "failed_test"]
    assert symtune.judge(files / "problems.jsonl", [RIGHT], workers=1)[0].num_passed == 2


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["judge", "absent.jsonl", "programs.jsonl"], 2, "absent.jsonl: no such file"),
        (["check", "broken.jsonl"], 2, "broken.jsonl, line 2: not valid JSON"),
        (["check", "twice.jsonl"], 2, "the id 'add' occurs twice"),
        (["judge", "empty.jsonl", "programs.jsonl"], 2, "there is no problem in it"),
        (["import", "appz", "problems.jsonl"], 2, "unknown format 'appz'"),
        (["run", "absent.toml"], 2, "absent.toml: no such config file"),
        (["dance"], 2, "there is no verb 'dance'"),
        (["train", "nothing"], 2, "there is no verb 'train nothing'"),
    ],
)
def test_bad_input_is_one_clear_message(files, capsys, monkeypatch, arguments, code, message):
    monkeypatch.chdir(files)
    text = (files / "problems.jsonl").read_text()
    (files / "broken.jsonl").write_text(text + "{oops\n")
    (files / "twice.jsonl").write_text(text + text)
    (files / "empty.jsonl").write_text("\n")
    assert main(arguments) == code
    shown = capsys.readouterr().err
    assert message in shown
    assert "Traceback" not in shown


def test_a_full_disk_and_ctrl_c_say_that_work_is_kept(files, capsys, monkeypatch):
    from symtune.cli import judge as module

    arguments = ["judge", str(files / "problems.jsonl"), str(files / "programs.jsonl"), "--out", str(files / "o.jsonl")]

    def stopping_with(error):
        def judge(problems, programs, **_):
            yield Judgement(problem_id="add", program_id="right", outcome=Outcome.PASSED, cause=None, num_passed=2, num_cases=2)
            raise error

        return judge

    for error, code, message in (
        (OSError(errno.ENOSPC, "No space left on device"), 1, "the disk is full"),
        (KeyboardInterrupt(), 130, "interrupted"),
    ):
        monkeypatch.setattr(module, "judge_programs", stopping_with(error))
        assert main(arguments) == code
        assert message in capsys.readouterr().err
    monkeypatch.undo()
    seen = []
    monkeypatch.setattr(module, "judge_programs", lambda problems, programs, **_: seen.extend(programs) or iter(()))
    assert main(arguments) == 0
    assert {program.program_id for program in seen} == {"wrong"}, "finished programs are not judged again"


def test_too_many_unjudged_stop_the_run(files, monkeypatch):
    from symtune.cli import judge as module

    def outage(problems, programs, **_):
        for program in programs:
            yield Unjudged(problem_id=program.problem_id, program_id=program.program_id, reason="the guest died twice")

    monkeypatch.setattr(module, "judge_programs", outage)
    with pytest.raises(TooManyUnjudgedError, match="guest died twice"):
        module.judge([ADD], [RIGHT, WRONG])


def test_every_verb_is_described_and_loads():
    import importlib

    assert set(ABOUT) == set(VERBS)
    for module_name, function_name, summary_name in VERBS.values():
        module = importlib.import_module(module_name)
        assert callable(getattr(module, function_name))
        assert summary_name is None or callable(getattr(module, summary_name))


def test_every_public_name_loads():
    for name in symtune._PUBLIC:
        assert getattr(symtune, name) is not None


def test_judge_sets_a_bad_problem_aside_and_says_so(files, capsys):
    broken = files / "broken-too.jsonl"
    broken.write_text((files / "problems.jsonl").read_text() + "{torn\n")
    assert main(["judge", str(broken), str(files / "programs.jsonl"), "--workers", "1"]) == 1
    printed = capsys.readouterr().out
    assert "judged 2 programs" in printed
    assert "problem set aside: lines that cannot be read: line 2: not valid JSON" in printed
