"""The sandbox seen from inside: what a request may do, how it is ended, and that nothing of one reaches the next."""

from __future__ import annotations

import errno
import os
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest

import symtune
from symtune.errors import GuestDiedError, IsolationError
from symtune.sandbox import MIB, Guest, Limits, guest_process

LIMITS = Limits(cpu_time_s=0.3, wall_time_s=5.0, memory_bytes=128 * MIB)


@pytest.fixture(scope="module")
def guest():
    with Guest("probe") as guest:
        yield guest


def seen(guest: Guest, expression: str):
    execution = guest.run({"code": f"import os, sys\nsend({{'seen': {expression}}})"}, LIMITS)
    assert execution.ended == "finished", execution
    return execution.frames[0]["seen"]


def test_frames_come_in_order_and_are_kept_when_the_fork_is_killed(guest):
    execution = guest.run({"code": "for i in range(1000): send({'i': i})\nwhile True: pass"}, LIMITS)
    assert [frame["i"] for frame in execution.frames] == list(range(1000))
    assert execution.ended == "cpu_timeout"


def test_cpu_time_holds_for_each_step_and_not_for_their_sum(guest):
    spin = "t = time.process_time() + 0.2\n    while time.process_time() < t: pass\n"
    code = f"import time\nfor i in range(4):\n    send.begin_step()\n    {spin}    send({{'i': i}})"
    assert guest.run({"code": code}, LIMITS, num_steps=4).ended == "finished"
    assert guest.run({"code": code}, Limits(cpu_time_s=0.1), num_steps=4).ended == "cpu_timeout"


def test_a_step_counter_that_lies_does_not_pass_the_total(guest):
    code = "import time\nwhile time.process_time() < 30: send.begin_step()"
    execution = guest.run({"code": code}, LIMITS, num_steps=2)
    assert execution.ended == "cpu_timeout"
    assert execution.cpu_s < 4


def test_a_program_that_scribbles_over_the_progress_is_still_judged(guest):
    code = """
import ctypes
for line in open("/proc/self/maps"):
    span, flags = line.split()[:2]
    if flags == "rw-s":
        start, end = (int(part, 16) for part in span.split("-"))
        for byte in (0, 255, 0):
            ctypes.memset(start, byte, end - start)
send({"scribbled": True})
"""
    execution = guest.run({"code": code}, LIMITS)
    assert (execution.ended, execution.frames) == ("finished", [{"scribbled": True}])
    assert seen(guest, "1") == 1


@pytest.mark.parametrize(
    ("code", "ended"),
    [
        ("import time; time.sleep(60)", "wall_timeout"),
        ("import os; os._exit(3)", "exited"),
        ("import ctypes; ctypes.string_at(0)", "killed"),
        ("import ctypes; ctypes.CDLL(None).ptrace(0, 0, 0, 0)", "forbidden"),
        ("import tempfile; open(tempfile.gettempdir() + '/x', 'wb').write(b'x' * (1 << 27))", "exited"),
        ("send({'x': 'x' * (1 << 27)})", "exited"),
        ("send({'x': 'x' * (1 << 26)})", "output_limit"),
    ],
)
def test_how_a_fork_ended_is_told(guest, code, ended):
    limits = LIMITS.model_copy(update={"cpu_time_s": 5.0, "wall_time_s": 0.6 if ended == "wall_timeout" else 20.0})
    if ended == "output_limit":
        limits = Limits(memory_bytes=1024 * MIB, output_bytes=1 * MIB)
    assert guest.run({"code": code}, limits).ended == ended


def temp_folder(guest) -> str:
    """The one folder a program may write to: /tmp, or /temp where the installation under test lies below /tmp itself."""
    folder = seen(guest, "__import__('tempfile').gettempdir()")
    is_below_tmp = any(Path(path).is_relative_to("/tmp") for path in (sys.prefix, symtune.__file__))
    assert folder == ("/temp" if is_below_tmp else "/tmp")
    return folder


def test_the_host_is_out_of_sight(guest):
    assert set(seen(guest, "os.listdir('/')")) <= {
        "proc", "tmp", "dev", "etc", "usr", "bin", "sbin", "lib", "lib64", "lib32", "libx32", "nix",
        temp_folder(guest).strip("/"),
    } | {Path(path).parts[1] for path in (os.__file__, __import__("pydantic").__file__, str(Path(__file__)))}  # fmt: skip
    assert seen(guest, "[d for d in os.listdir('/proc') if d.isdigit()]") != []
    assert len(seen(guest, "[d for d in os.listdir('/proc') if d.isdigit()]")) == 3  # server, zygote, the program
    assert "SYMTUNE_SECRET" not in seen(guest, "dict(os.environ)")
    assert seen(guest, "os.path.exists('/etc/passwd') or os.path.exists('/home')") is False


def test_environment_of_the_host_does_not_enter(monkeypatch):
    monkeypatch.setenv("SYMTUNE_SECRET", "s3cret")
    with Guest("probe") as guest:
        assert "s3cret" not in str(seen(guest, "dict(os.environ)"))


def test_only_the_temporary_folder_can_be_written(guest):
    code = """
import errno
import os
written = []
for folder, names, files in os.walk("/", topdown=True):
    if folder.startswith(("/proc", "/usr/lib", "/usr/share")): names.clear(); continue
    if folder.count("/") > 4: names.clear()
    try:
        open(os.path.join(folder, "probe"), "w").close(); written.append(folder)
    except OSError: pass
send({"written": written})
"""
    execution = guest.run({"code": code}, Limits(cpu_time_s=20))
    assert execution.frames == [{"written": [temp_folder(guest)]}]


def test_files_and_shared_memory_do_not_outlive_the_request(guest):
    temp = temp_folder(guest)
    guest.run({"code": f"open('{temp}/left', 'w').write('x'); os = __import__('os'); os.mkdir('{temp}/d', 0)"}, LIMITS)
    assert seen(guest, f"os.listdir('{temp}')") == []
    assert seen(guest, "__import__('ctypes').CDLL(None).shmget(4711, 4096, 0o1666)") == -1


def test_a_hidden_package_is_empty_but_for_the_guest(tmp_path):
    site = tmp_path / "site"
    (site / "symtune" / "datasets").mkdir(parents=True)
    (site / "symtune" / "datasets" / "answers.json").write_text("42")
    (site / "visible.py").write_text("VALUE = 7")
    with Guest("probe", python_path=[site]) as guest:
        assert seen(guest, "__import__('visible').VALUE") == 7
        assert seen(guest, f"os.listdir({str(site / 'symtune')!r})") == []


def test_a_request_does_not_find_the_one_before_in_its_memory(guest):
    secret = "the-answer-" + "4217" * 4
    guest.run({"code": f"# {secret}\nsend({{'v': {secret!r}}})"}, LIMITS)
    code = """
import ctypes, re
found = 0
needle = re.compile(b"[t]he-[a]nswer-[4]2174217")
for line in open("/proc/self/maps"):
    span, flags = line.split()[:2]
    if flags[0] != "r" or "[v" in line: continue
    start, end = (int(part, 16) for part in span.split("-"))
    found += len(needle.findall(ctypes.string_at(start, end - start)))
send({"found": found})
"""
    execution = guest.run({"code": code}, Limits(cpu_time_s=10))
    assert execution.frames == [{"found": 0}]
    with_needle = guest.run({"code": code.replace("found = 0", "found = 0; kept = b'the-answer-' + b'42174217'")}, Limits())
    assert with_needle.frames[0]["found"] > 0, "the search itself must be able to find"


def test_a_closed_guest_ends_within_a_second_while_a_program_runs():
    guest = Guest("probe")
    errors = []

    def work():
        try:
            guest.run({"code": "import time; time.sleep(60)"}, Limits(wall_time_s=60))
        except GuestDiedError as error:
            errors.append(error)

    seen(guest, "1")
    num_idle = len(_descendants(guest.pid))
    thread = threading.Thread(target=work)
    thread.start()
    deadline_s = time.monotonic() + 20
    while len(_descendants(guest.pid)) <= num_idle:
        assert time.monotonic() < deadline_s, "the program never started"
        time.sleep(0.01)
    pids = [guest.pid, *_descendants(guest.pid)]
    started_s = time.monotonic()
    guest.close()
    thread.join(5)
    assert time.monotonic() - started_s < 2.5
    assert errors
    assert not [pid for pid in pids if Path(f"/proc/{pid}").exists()]


def test_a_guest_that_was_killed_says_so():
    with Guest("probe") as guest:
        os.kill(guest.pid, 9)
        with pytest.raises(GuestDiedError):
            for _ in range(50):  # its processes die one after the other: on a busy machine it may still answer
                guest.run({"code": "1"}, LIMITS)


def test_no_descriptor_leaks(guest):
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(50):
        guest.run({"code": "1"}, LIMITS)
    assert len(os.listdir("/proc/self/fd")) == before


IS_REFUSED_RLIMITS = os.geteuid() == 0 and not guest_process._is_reachable(Path(os.__file__))


@pytest.mark.skipif(not IS_REFUSED_RLIMITS, reason="not root, or every user may read this Python")
def test_without_namespaces_nothing_runs_as_root():
    before = set(os.listdir(tempfile.gettempdir()))
    with pytest.raises(IsolationError, match="would run as root"):
        Guest("probe", isolation="rlimits")
    assert not [name for name in set(os.listdir(tempfile.gettempdir())) - before if f"-{os.getpid()}-" in name]


@pytest.mark.skipif(IS_REFUSED_RLIMITS, reason="only root may read this Python, and programs never run as root")
def test_weaker_isolation_is_asked_for_by_name():
    with Guest("probe", isolation="rlimits") as guest:
        assert guest.run({"code": "send({'uid': __import__('os').getuid()})"}, LIMITS).frames[0]["uid"] != 0
        assert guest.run({"code": "import ctypes; ctypes.CDLL(None).ptrace(0, 0, 0, 0)"}, LIMITS).ended == "forbidden"
        code = f"import os\ntry: os.kill({os.getpid()}, 0)\nexcept OSError as error: send({{'errno': error.errno}})"
        assert guest.run({"code": code}, LIMITS).frames == [{"errno": 1}]


def test_a_refusal_says_what_is_missing(monkeypatch):
    def refuse(pid, *, may_add):
        raise IsolationError("this machine does not let a user namespace be mapped: [Errno 1]")

    monkeypatch.setattr(guest_process, "_write_id_maps", refuse)
    with pytest.raises(IsolationError, match="user namespace"):
        Guest("probe")


def _children(pid: int) -> list[int]:
    try:
        return [int(word) for file in Path(f"/proc/{pid}/task").glob("*/children") for word in file.read_text().split()]
    except (FileNotFoundError, ProcessLookupError):  # it ended meanwhile
        return []


def _descendants(pid: int) -> list[int]:
    """Every process below this one."""
    return [below for child in _children(pid) for below in (child, *_descendants(child))]


ENTER = """
import ctypes, gc
gc.unfreeze()
words = [item._word for item in gc.get_objects() if type(item).__name__ == "Confinement"]
libc, number = ctypes.CDLL(None, use_errno=True), {"x86_64": 272, "aarch64": 97}[__import__("os").uname().machine]
send({"words": len(words)})
for flag in FLAGS:
    result = libc.syscall(ctypes.c_long(number), ctypes.c_long(flag), ctypes.c_long(words[0] WRONG))
    send({"flag": flag, "result": result, "errno": ctypes.get_errno()})
"""


def test_the_number_that_lets_the_zygote_through_the_filter_gives_a_program_nothing(guest):
    new_pid, new_user = 0x20000000, 0x10000000
    execution = guest.run({"code": ENTER.replace("FLAGS", str([new_pid])).replace("WRONG", "")}, LIMITS)
    assert execution.ended == "finished"
    assert execution.frames == [{"words": 1}, {"flag": new_pid, "result": -1, "errno": errno.EPERM}]
    for flags, wrong in (([new_pid], "^ 1"), ([new_pid], "^ (1 << 40)"), ([new_user], ""), ([new_pid | new_user], "")):
        execution = guest.run({"code": ENTER.replace("FLAGS", str(flags)).replace("WRONG", wrong)}, LIMITS)
        assert (execution.ended, execution.frames) == ("forbidden", [{"words": 1}])


@pytest.mark.parametrize("isolation", ["namespaces", "rlimits"])
def test_a_guest_whose_zygote_is_killed_ends_with_all_its_processes(isolation):
    try:
        guest = Guest("probe", isolation=isolation)
    except IsolationError as error:
        pytest.skip(str(error))
    with guest:
        assert seen(guest, "1") == 1
        family = below(guest.pid)
        code = "import time\nsend({})\ntime.sleep(60)"
        killer = threading.Timer(0.5, lambda: os.kill(family[-1], 9))
        killer.start()
        started_s = time.monotonic()
        with pytest.raises(GuestDiedError):
            guest.run({"code": code}, Limits(cpu_time_s=30, wall_time_s=60))
        assert time.monotonic() - started_s < 20
        killer.join()
    assert [pid for pid in family if Path(f"/proc/{pid}").exists()] == []


def below(pid: int) -> list[int]:
    """All processes below one, the deepest last."""
    children = [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return children + [deeper for child in children for deeper in below(child)]
