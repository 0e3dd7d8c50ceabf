"""The verdict cache keeps what is put, for threads and processes at once, survives kills, and refuses files that are none."""

from __future__ import annotations

import multiprocessing
import sqlite3
import subprocess
import sys
import threading
import time

import pytest

from symtune.errors import RunError
from symtune.store import VerdictCache

PUT_MANY = """
import sys
from symtune.store import VerdictCache
with VerdictCache(sys.argv[1]) as cache:
    for number in range(int(sys.argv[2]), int(sys.argv[3])):
        cache.put(f"key{number}", {"number": number})
"""


def putting(path, start, stop):
    """Start a process that puts these numbers."""
    return subprocess.Popen([sys.executable, "-c", PUT_MANY, str(path), str(start), str(stop)])


def test_what_is_put_is_there_later(tmp_path):
    with VerdictCache(tmp_path / "sub" / "cache.sqlite") as cache:
        assert cache.get("a") is None
        cache.put("a", {"outcome": "passed", "text": "ż\ud800"})
    with VerdictCache(tmp_path / "sub" / "cache.sqlite") as cache:
        assert cache.get("a") == {"outcome": "passed", "text": "ż\ud800"}
        assert len(cache) == 1


def test_a_second_put_leaves_the_first(tmp_path):
    with VerdictCache(tmp_path / "cache") as cache:
        cache.put("a", {"number": 1})
        cache.put("a", {"number": 2})
        assert cache.get("a") == {"number": 1}


def test_several_processes_write_at_once(tmp_path):
    path = tmp_path / "cache"
    for worker in [putting(path, 100 * index, 100 * index + 150) for index in range(4)]:
        assert worker.wait() == 0
    with VerdictCache(path) as cache:
        assert len(cache) == 450
        assert all(cache.get(f"key{number}") == {"number": number} for number in range(450))


def test_several_threads_and_a_fork_share_one_object(tmp_path):
    with VerdictCache(tmp_path / "cache") as cache:
        threads = [
            threading.Thread(target=lambda start=start: [cache.put(f"{start}-{i}", {"i": i}) for i in range(50)])
            for start in range(4)
        ]
        for thread in threads:
            thread.start()
        child = multiprocessing.get_context("fork").Process(target=lambda: cache.put("child", {"i": 1}))
        for thread in threads:
            thread.join()
        child.start()
        child.join()
        assert child.exitcode == 0
        assert cache.get("child") == {"i": 1}
        assert len(cache) == 201


def test_a_kill_leaves_a_file_that_can_be_used(tmp_path):
    path = tmp_path / "cache"
    writer = putting(path, 0, 10_000_000)
    deadline_s = time.monotonic() + 60
    while time.monotonic() < deadline_s:
        time.sleep(0.05)
        if path.exists():
            with VerdictCache(path) as cache:
                if len(cache) > 20:
                    break
    writer.kill()
    writer.wait()
    with VerdictCache(path) as cache:
        assert cache.get("key7") == {"number": 7}
        cache.put("after", {})
        assert cache.get("after") == {}


def test_a_file_of_another_kind_or_version_is_refused_and_left_as_it_is(tmp_path):
    text = tmp_path / "notes.txt"
    text.write_text("no data base at all, but long enough to look like a file\n" * 50)
    with pytest.raises(RunError, match=r"notes\.txt.*cannot be used as a verdict cache"):
        VerdictCache(text)
    assert text.read_text().startswith("no data base")
    other = tmp_path / "other.sqlite"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE things (x)")
    with pytest.raises(RunError, match="format 0"):
        VerdictCache(other)
    newer = tmp_path / "newer.sqlite"
    VerdictCache(newer).close()
    with sqlite3.connect(newer) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(RunError, match="format 99"):
        VerdictCache(newer)
