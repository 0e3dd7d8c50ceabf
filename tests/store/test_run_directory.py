"""A run directory survives kills, refuses two writers, and notices changed settings."""

from __future__ import annotations

import json

import pytest

from symtune.domain import Program
from symtune.errors import BadRecordError, MissingInputError, RunLockedError, RunMismatchError
from symtune.store import AppendLog, RunDirectory, load_records, read_jsonl, read_run, save_records, write_jsonl


def test_torn_last_line_is_owed_again(tmp_path):
    path = tmp_path / "log.jsonl"
    with AppendLog(path) as log:
        log.append({"n": 1})
        log.append({"n": 2})
    path.write_bytes(path.read_bytes()[:-3])
    assert AppendLog(path).read() == [{"n": 1}]
    with AppendLog(path) as log:
        log.append({"n": 3})
    assert AppendLog(path).read() == [{"n": 1}, {"n": 3}]


def test_a_torn_line_longer_than_a_block_is_cut_whole(tmp_path):
    path = tmp_path / "log.jsonl"
    path.write_bytes(b'{"n": 1}\n{"text": "' + b"x" * 200_000)
    assert AppendLog(path).read() == [{"n": 1}]


def test_second_writer_is_refused(tmp_path):
    with (
        RunDirectory.open(tmp_path / "run", stage="sft", config={}),
        pytest.raises(RunLockedError, match="another process"),
    ):
        RunDirectory.open(tmp_path / "run", stage="sft", config={})
    RunDirectory.open(tmp_path / "run", stage="sft", config={}).__exit__(None)


def test_changed_settings_are_named(tmp_path):
    data = tmp_path / "in.jsonl"
    data.write_text("{}\n")
    with RunDirectory.open(tmp_path / "run", stage="sft", config={"lr": 1.0, "model": {"d": 2}}, inputs={"problems": data}):
        pass
    data.write_text("{} \n")
    with pytest.raises(RunMismatchError, match=r"config\.model\.d, inputs\.problems"):
        RunDirectory.open(tmp_path / "run", stage="sft", config={"lr": 1.0, "model": {"d": 3}}, inputs={"problems": data})


@pytest.mark.parametrize(
    ("error", "status"), [(None, "interrupted"), (KeyboardInterrupt(), "interrupted"), (ValueError("x"), "failed")]
)
def test_status_tells_how_the_block_ended(tmp_path, error, status):
    run = RunDirectory.open(tmp_path / "run", stage="sft", config={})
    run.__exit__(type(error) if error else None, error, None)
    assert read_run(tmp_path / "run").status == status


def test_finished_run_keeps_its_summary(tmp_path):
    with RunDirectory.open(tmp_path / "run", stage="sft", config={}) as run:
        run.finish({"loss": 0.5})
    with RunDirectory.open(tmp_path / "run", stage="sft", config={}) as again:
        assert again.is_done
        assert again.summary == {"loss": 0.5}


def test_checkpoint_without_done_is_not_used(tmp_path):
    with RunDirectory.open(tmp_path / "run", stage="sft", config={}) as run:
        for step in (5, 10):
            run.checkpoint_dir(step).mkdir(parents=True)
        run.mark_checkpoint(5)
        assert run.latest_checkpoint() == run.checkpoint_dir(5)
        assert not run.checkpoint_dir(10).exists()


@pytest.mark.parametrize("name", ["p.jsonl", "p.jsonl.gz"])
def test_records_round_trip_with_any_text(tmp_path, name):
    programs = [Program(problem_id="é", source="print('\ud800 ☃')\n"), Program(problem_id="b", source="", label="wrong")]
    save_records(tmp_path / name, programs)
    assert load_records(tmp_path / name, Program) == programs
    assert all(form["schema"] == 1 for _, form in read_jsonl(tmp_path / name))


def test_bad_lines_name_file_line_and_field(tmp_path):
    path = tmp_path / "p.jsonl"
    path.write_text('{"problem_id": "a", "source": ""}\n\n{"problem_id": 7, "source": ""}\n')
    with pytest.raises(BadRecordError, match=r"p\.jsonl, line 3, field 'problem_id'"):
        load_records(path, Program)
    path.write_text('{"problem_id": "a"\n')
    with pytest.raises(BadRecordError, match=r"line 1: not valid JSON"):
        list(read_jsonl(path))
    with pytest.raises(MissingInputError, match="no such file"):
        list(read_jsonl(tmp_path / "absent.jsonl"))


def test_failed_write_leaves_the_old_file(tmp_path):
    path = tmp_path / "p.jsonl"
    write_jsonl(path, [{"n": 1}])

    def broken():
        yield {"n": 2}
        raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        write_jsonl(path, broken())
    assert [form["n"] for _, form in read_jsonl(path)] == [1]
    assert [child.name for child in tmp_path.iterdir()] == ["p.jsonl"]


def test_unknown_schema_is_refused(tmp_path):
    path = tmp_path / "p.jsonl"
    path.write_text(json.dumps({"schema": 99, "problem_id": "a", "source": ""}) + "\n")
    with pytest.raises(BadRecordError, match="schema 99"):
        load_records(path, Program)
