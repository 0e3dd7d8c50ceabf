"""A file written record by record is taken up after a kill, and only with the same settings."""

from __future__ import annotations

import pytest

from symtune.errors import RunLockedError, RunMismatchError
from symtune.store import ResumableFile, read_jsonl


def test_what_was_finished_before_a_kill_is_kept(tmp_path):
    out = tmp_path / "out.jsonl"
    with pytest.raises(KeyboardInterrupt), ResumableFile(out, settings={"seed": 1}) as file:
        file.append({"n": 1})
        raise KeyboardInterrupt
    assert not out.exists()
    with ResumableFile(out, settings={"seed": 1}) as file:
        assert file.done == [{"n": 1}]
        file.append({"n": 2})
        file.finish()
    assert [form["n"] for _, form in read_jsonl(out)] == [1, 2]
    assert [path.name for path in tmp_path.iterdir()] == ["out.jsonl"]


def test_other_settings_are_refused_by_name(tmp_path):
    with ResumableFile(tmp_path / "out.jsonl", settings={"seed": 1, "k": 1}):
        pass
    with pytest.raises(RunMismatchError, match="seed"), ResumableFile(tmp_path / "out.jsonl", settings={"seed": 2, "k": 1}):
        pass


def test_two_writers_are_refused(tmp_path):
    first = ResumableFile(tmp_path / "out.jsonl", settings={})
    with first, pytest.raises(RunLockedError), ResumableFile(tmp_path / "out.jsonl", settings={}):
        pass
