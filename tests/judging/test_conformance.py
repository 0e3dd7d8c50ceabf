"""The conformance checks hold on this machine, see a judge that is fooled, and decide the exit code of the doctor."""

from __future__ import annotations

import pytest

from symtune.cli import main as command_line
from symtune.cli.doctor import summarise_examination
from symtune.errors import IsolationError
from symtune.judging import conformance
from symtune.judging.conformance import Check, Examination, run_checks
from symtune.sandbox import guest_process
from symtune.sandbox.doctor import Layer

ON, OFF = Layer(name="seccomp", is_on=True), Layer(name="seccomp", is_on=False, advice="another kernel")
UNUSED = Layer(name="control group", is_on=False, is_needed=False)
MET, MISSED = Check(name="exit", expected="failed_test", got="failed_test"), Check(name="exit", expected="failed_test", got="passed")


def test_every_check_is_met_here():
    checks = run_checks()
    assert len(checks) == len(conformance._PROGRAMS) >= 15
    assert [check for check in checks if not check.is_met] == []


def test_a_judge_that_is_fooled_is_seen(monkeypatch):
    monkeypatch.setattr("symtune.judging.sheet.find_comparator", lambda name: lambda got, expected: True)
    names = {check.name for check in run_checks() if not check.is_met}
    assert {"a wrong function", "answers written by hand", "the network"} <= names


@pytest.mark.parametrize(
    ("examination", "code"),
    [
        (Examination(isolation="namespaces", layers=(ON, UNUSED), checks=(MET,)), 0),
        (Examination(isolation="namespaces", layers=(OFF,), checks=(MET,)), 1),
        (Examination(isolation="namespaces", layers=(ON,), checks=(MISSED,)), 1),
        (Examination(isolation="namespaces", refusal="no user namespaces"), 1),
        (Examination(isolation="rlimits", layers=(ON,), checks=(MET,)), 1),
    ],
)
def test_exit_code_is_0_for_full_isolation_that_conforms_only(examination, code, monkeypatch, capsys):
    monkeypatch.setattr("symtune.cli.doctor.examine", lambda isolation: examination)
    assert command_line.main(["doctor"]) == code
    assert capsys.readouterr().out.splitlines()[0] == f"isolation: {examination.isolation}"


def test_a_missed_check_and_advice_are_printed():
    lines = summarise_examination(Examination(isolation="namespaces", layers=(OFF,), checks=(MET, MISSED), advice=("another kernel",)))
    text = "\n".join(lines)
    assert "OFF seccomp" in text
    assert "NOT exit: passed, must be failed_test" in text
    assert "another kernel" in text


def test_where_namespaces_are_refused_the_weaker_mode_is_shown_and_not_taken(monkeypatch):
    def refuse(pid, *, may_add):
        raise IsolationError("this machine does not let a user namespace be mapped")

    monkeypatch.setattr(guest_process, "_write_id_maps", refuse)
    examination = conformance.examine()
    assert "user namespace" in examination.refusal
    assert examination.layers == examination.checks == ()
    assert examination.advice
    assert examination.exit_code == 1
