"""One bad line, case, comparator, id or source costs that item its verdict, with a reason; all others are judged."""

from __future__ import annotations

import json

import pytest

from symtune.cli.main import main
from symtune.domain import Case, Cause, Judgement, Outcome, Problem, Program, Unjudged
from symtune.judging import Judge
from symtune.store import load_records

GOOD = "def f(x):\n    return x + 1\n"
CASE = {"args": [1], "expected": 2}


def problem(name: str, **more) -> dict:
    return {"id": name, "statement": "", "entry_point": "f", "tests": [CASE]} | more


def program(name: str, source=GOOD, *, problem_id: str = "fine", **more) -> dict:
    return {"problem_id": problem_id, "source": source, "id": name} | more


@pytest.fixture
def judge_lines(tmp_path, capsys):
    def run(problems: list, programs: list) -> tuple[dict[str, Judgement], dict[str, Unjudged], str]:
        for name, lines in (("problems", problems), ("programs", programs)):
            texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
            (tmp_path / f"{name}.jsonl").write_text("\n".join(texts) + "\n", encoding="utf-8")
        out = tmp_path / "judgements.jsonl"
        paths = [str(tmp_path / "problems.jsonl"), str(tmp_path / "programs.jsonl")]
        assert main(["judge", *paths, "--out", str(out), "--workers", "1", "--wall-time-limit", "120"]) == 1
        unjudged = tmp_path / "judgements.unjudged.jsonl"
        set_aside = load_records(unjudged, Unjudged) if unjudged.exists() else []
        judged = {item.program_id: item for item in load_records(out, Judgement)}
        return judged, {item.program_id: item for item in set_aside}, capsys.readouterr().out

    return run


def test_bad_problems_cost_only_their_own_programs(judge_lines):
    problems = [
        problem("fine"),
        problem("undecodable", tests=[{"args": [{"$tuple": 3}], "expected": 1}]),
        problem("unknown-tag", tests=[{"args": [{"$pickle": "gASVAAAA"}], "expected": 1}]),
        problem("deep", tests=[{"args": [json.loads("[" * 300 + "]" * 300)], "expected": 1}]),
        problem("empty", tests=[]),
        problem("comparator", tests=[CASE, CASE | {"args": [2], "comparator": "nobody:7"}]),
        problem("twice"),
        problem("twice", statement="another"),
        problem("same"),
        problem("same"),
        problem("no-time", time_limit_s=-1),
        problem("no-limit", limits={"num_processes": 0}),
        problem("unknown-key", colour="red"),
        "not json",
        "[1]",
    ]
    wanted = {
        "undecodable": r"line 2, field 'tests\.0'.*malformed \$tuple", "unknown-tag": r"unknown value tag '\$pickle'", "deep": "nests deeper",
        "empty": "has no cases to judge by", "comparator": "case 1: unknown comparator 'nobody:7'; known: exact",
        "twice": r"the problem id 'twice' is used twice, for different problems \(line 8 is the second\)",
        "no-time": "limit 'cpu_time_s'", "no-limit": r"field 'limits\.num_processes'", "unknown-key": "field 'colour'",
        "absent": r"no problem has the id 'absent'; lines that cannot be read: line 14: not valid JSON.*line 15: expected a JSON object",
    }  # fmt: skip
    names = ["fine", "same", *wanted]
    judged, unjudged, printed = judge_lines(problems, [program(name, problem_id=name) for name in names])
    assert {name: item.outcome for name, item in judged.items()} == {"fine": Outcome.PASSED, "same": Outcome.PASSED}
    assert unjudged.keys() == wanted.keys()
    for name, reason in wanted.items():
        assert unjudged[name].fault == "input"
        with pytest.raises(ValueError, match=reason):
            raise ValueError(unjudged[name].reason)
    assert f"unjudged: {len(wanted)}" in printed


def test_bad_programs_cost_only_themselves(judge_lines):
    programs = [
        program("number", 5),
        program("list", ["def f(x): return x + 1"]),
        program("none", None),
        program("large", GOOD + "# " + "x" * 5_000_000),
        program("large-text", GOOD + "table = '" + "1" * 5_000_000 + "'\n"),
        program("null", GOOD + "\0"),
        program("surrogate", GOOD + "# \ud800\n"),
        program("surrogate-in-text", "x = '\ud800'\n" + GOOD),
        program("fine"),
        program("fine", "def f(x):\n    return 0\n"),
        {"source": GOOD},
        "{torn",
    ]
    judged, unjudged, _ = judge_lines([problem("fine")], programs)
    found = {name: (item.outcome, item.cause) for name, item in judged.items()}
    syntax = (Outcome.COMPILE_ERROR, Cause.SYNTAX)
    assert found == {
        "large": (Outcome.PASSED, None), "large-text": (Outcome.PASSED, None), "fine": (Outcome.PASSED, None),
        "null": syntax, "surrogate": syntax, "surrogate-in-text": syntax,
    }  # fmt: skip
    assert "line 1, field 'source': Program: Input should be a valid string" in unjudged["number"].reason
    assert "line 10: the program id 'fine' stood before" in unjudged["fine"].reason
    assert "line 11, field 'problem_id'" in unjudged["line 11"].reason
    assert "not valid JSON" in unjudged["line 12"].reason
    assert unjudged.keys() == {"number", "list", "none", "fine", "line 11", "line 12"}


def test_the_judge_itself_sets_aside_what_python_code_hands_in():
    case = Case.call(1, expected=2)
    fine = Problem(id="fine", statement="", entry_point="f", tests=(case,))
    odd_input = fine.model_copy(update={"id": "input", "tests": (Case.call(object(), expected=1),)})
    odd_expected = fine.model_copy(update={"id": "expected", "tests": (Case.call(1, expected=object()),)})
    twice = [fine.model_copy(update={"id": "twice", "statement": text}) for text in "ab"]
    names = ("input", "fine", "expected", "twice", "absent", "fine")
    programs = [Program(problem_id=name, source=GOOD, id=f"{name}{i}") for i, name in enumerate(names)]
    with Judge(workers=1) as pool:
        verdicts = list(pool.judge([fine, odd_input, odd_expected, *twice], programs))
    reasons = [getattr(verdict, "reason", "judged") for verdict in verdicts]
    wanted = [
        "problem 'input', case 0, input: a value of type builtins.object", "judged", "problem 'expected', case 0, expected value",
        "the problem id 'twice' is used twice", "no problem has the id 'absent'", "judged",
    ]  # fmt: skip
    assert [wanted_one in reason for wanted_one, reason in zip(wanted, reasons, strict=True)] == [True] * 6, reasons
    assert {verdict.fault for verdict in verdicts if isinstance(verdict, Unjudged)} == {"input"}


def test_limits_and_cache_are_flags(tmp_path, capsys):
    asked = problem("fine", references=[GOOD])
    (tmp_path / "p.jsonl").write_text(json.dumps(asked) + "\n")
    (tmp_path / "q.jsonl").write_text(json.dumps(program("a", "x = bytearray(600 << 20)\n" + GOOD)) + "\n")
    words = ["judge", str(tmp_path / "p.jsonl"), str(tmp_path / "q.jsonl"), "--workers", "1"]
    assert main([*words, "--memory-limit", "512MiB", "--time-limit", "reference*5+20"]) == 0
    assert "causes: memory 1" in capsys.readouterr().out
    cache = str(tmp_path / "cache.sqlite")
    for _ in range(2):
        assert main([*words, "--memory-limit", "2GiB", "--cache", cache]) == 0
        assert "passed: 1" in capsys.readouterr().out
    assert main([*words, "--time-limit", "soon"]) == 2
    assert "time limit 'soon': write seconds (2.5), or a multiple" in capsys.readouterr().err
    assert main([*words, "--memory-limit", "lots"]) == 2
    assert "memory limit 'lots'" in capsys.readouterr().err


def test_explain_shows_the_first_failing_case_and_names_near_ids(tmp_path, capsys):
    (tmp_path / "p.jsonl").write_text(json.dumps(problem("fine")) + "\n")
    (tmp_path / "q.jsonl").write_text(json.dumps(program("model#3", "def f(x):\n    return 0\n")) + "\n" + json.dumps(program("number", 5)) + "\n")
    words = ["explain", str(tmp_path / "p.jsonl"), str(tmp_path / "q.jsonl"), "--id"]
    assert main([*words, "model#3", "--time-limit", "20"]) == 0
    printed = capsys.readouterr().out
    assert "failed_test (wrong_value), 0 of 1 cases passed" in printed
    assert "f(1)" in printed
    assert main([*words, "model#4"]) == 2
    assert "no program has the id 'model#4' among 1; near it: model#3" in capsys.readouterr().err
    assert main([*words, "number"]) == 2
    assert "the program 'number' cannot be judged" in capsys.readouterr().err
