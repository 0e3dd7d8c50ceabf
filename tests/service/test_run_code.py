"""`/run_code` answers as SandboxFusion does, field by field, for Python; what is not run here is refused in its format."""

from __future__ import annotations

import base64
import json
import socket
import subprocess
import sys
import time

import pytest

from symtune.service.sandbox_fusion import LANGUAGES

OUTER_FIELDS = {"status", "message", "compile_result", "run_result", "executor_pod_name", "files"}
RUN_FIELDS = {"status", "execution_time", "return_code", "stdout", "stderr"}


def seconds_of(call) -> float:
    started_s = time.monotonic()
    call()
    return time.monotonic() - started_s


def in_base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def test_the_example_of_the_documentation(service):
    reply = service.run_code('print("Hello, world!")')
    assert set(reply) == OUTER_FIELDS
    assert set(reply["run_result"]) == RUN_FIELDS
    execution_time = reply["run_result"].pop("execution_time")
    assert 0 < execution_time < 10
    assert reply == {
        "status": "Success", "message": "", "compile_result": None, "executor_pod_name": None, "files": {},
        "run_result": {"status": "Finished", "return_code": 0, "stdout": "Hello, world!\n", "stderr": ""},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("code", "return_code", "stdout", "stderr"),
    [
        ("print(input()[::-1])", 0, "cba\n", ""),
        ("import sys\nprint(sys.stdin.buffer.read())", 0, "b'abc\\nd'\n", ""),
        ("import sys\nsys.stderr.write('said')\nsys.exit(3)", 3, "", "said"),
        ("import sys\nsys.exit('why')", 1, "", "why\n"),
        ("def f():\n    return 1 / 0\nprint('so far')\nf()\n", 1, "so far\n", "ZeroDivisionError: division by zero\n"),
        ("def f(:", 1, "", "SyntaxError: invalid syntax\n"),
        ("import nowhere_to_be_found", 1, "", "ModuleNotFoundError: No module named 'nowhere_to_be_found'\n"),
        ("import os\nos._exit(7)", 7, "", ""),
        ("import os\nos.abort()", -6, "", ""),
        ("print(chr(0xDC80) + 'x')", 0, "\ufffdx\n", ""),
        ("x = bytearray(8 << 30)", 1, "", "MemoryError\n"),
        ("import threading, time\nthreading.Thread(target=lambda: (time.sleep(0.1), print('late'))).start()", 0, "late\n", ""),
        ("import atexit\natexit.register(print, 'bye')\nif __name__ == '__main__':\n    print('main')", 0, "main\nbye\n", ""),
    ],
)
def test_what_python_itself_would_give(service, code, return_code, stdout, stderr):
    reply = service.run_code(code, stdin="abc\nd")
    assert reply["status"] == ("Success" if return_code == 0 else "Failed")
    run = reply["run_result"]
    assert (run["status"], run["return_code"], run["stdout"]) == ("Finished", return_code, stdout)
    assert run["stderr"].endswith(stderr)
    assert bool(run["stderr"]) == bool(stderr)


def test_a_traceback_shows_the_program_alone(service):
    run = service.run_code("def f():\n    raise ValueError('no')\n\nf()\n")["run_result"]
    lines = run["stderr"].splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    assert [line.rsplit(", ", 2)[1:] for line in lines if line.startswith("  File")] == [["line 4", "in <module>"], ["line 2", "in f"]]


def test_time_that_runs_out_keeps_what_was_printed(service):
    for code in ("print('so far', flush=True)\nwhile True:\n    pass", "print('so far', flush=True)\nimport time\ntime.sleep(99)"):
        reply = service.run_code(code, run_timeout=1)
        assert reply["status"] == "Failed"
        assert reply["run_result"]["status"] == "TimeLimitExceeded"
        assert reply["run_result"]["return_code"] is None
        assert reply["run_result"]["stdout"] == "so far\n"


def test_memory_is_limited_as_asked(service):
    code = "x = bytearray(300 << 20)\nprint(len(x))"
    assert service.run_code(code)["status"] == "Success"
    assert service.run_code(code, memory_limit_MB=64)["run_result"]["stderr"].endswith("MemoryError\n")
    assert service.run_code(code, memory_limit_MB=-1)["status"] == "Success"


def test_files_go_in_and_come_out(service):
    code = "import helper\nwith open('sub/out.txt', 'w') as file:\n    file.write(open('in.txt').read() * helper.TIMES)\n"
    files = {"helper.py": in_base64("TIMES = 3\n"), "in.txt": in_base64("ab"), "sub/other.txt": in_base64(""), "none.txt": None}
    reply = service.run_code(code, files=files, fetch_files=["sub/out.txt", "none.txt", "sub"])
    assert reply["status"] == "Success", reply
    assert reply["files"] == {"sub/out.txt": in_base64("ababab")}


def test_nothing_but_the_programs_own_files_can_be_fetched(service):
    code = "import os\nos.symlink('/proc/self/environ', 'link')\nos.symlink('/etc', 'folder')\nos.mkfifo('pipe')\n"
    assert service.run_code(code, fetch_files=["link", "folder/passwd", "pipe"])["files"] == {}
    for name in ("/etc/passwd", "../x", "a/../../x", ""):
        for settings in ({"fetch_files": [name]}, {"files": {name: in_base64("x")}}):
            reply = service.run_code("print(1)", **settings)
            assert reply["status"] == "SandboxError"
            assert "does not lead below the working folder" in reply["message"]


def test_nothing_is_left_for_the_next_program(service):
    service.run_code("open('left.txt', 'w').write('x')\nimport builtins\nbuiltins.print = None")
    assert service.run_code("import os\nprint([name for name in os.listdir() if 'left' in name])")["run_result"]["stdout"] == "[]\n"


@pytest.mark.parametrize("language", [name for name in LANGUAGES if name != "python"])
def test_other_languages_are_refused_in_the_format(service, language):
    reply = service.run_code("x", language=language)
    assert set(reply) == OUTER_FIELDS
    assert reply["status"] == "SandboxError"
    assert reply["run_result"] is reply["compile_result"] is None
    assert f"language '{language}' is not run here" in reply["message"]


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"language": "python"}, "code"),
        ({"code": "x"}, "language"),
        ({"code": "x", "language": "cobol"}, "language"),
        ({"code": 5, "language": "python"}, "code"),
        ({"code": "x", "language": "python", "run_timeout": "long"}, "run_timeout"),
        ({"code": "x", "language": "python", "files": {"a": 5}}, "a"),
        ([], None),
    ],
)
def test_a_malformed_request_gets_the_details_of_status_422(service, form, field):
    status, reply = service.request("POST", "/run_code", form)
    assert status == 422
    (detail,) = reply["detail"]
    assert set(detail) == {"type", "loc", "msg"}
    assert detail["loc"][0] == "body"
    assert field is None or detail["loc"][-1] == field


def test_limits_of_the_service_are_told(service):
    for settings, message in (
        ({"run_timeout": 21}, "run_timeout 21 is above the 20 s"),
        ({"memory_limit_MB": 5000}, "memory_limit_MB 5000 is above the 4096 MB"),
        ({"files": {"a": "abc"}}, "not base64"),
    ):
        reply = service.run_code("print(1)", **settings)
        assert (reply["status"], message in reply["message"]) == ("SandboxError", True), reply


def test_unknown_fields_are_ignored_as_sandboxfusion_ignores_them(service):
    assert service.run_code("print(1)", compile_timeout=3, args=["-x"], dataset="any")["status"] == "Success"
    assert service.request("GET", "/v1/ping") == (200, "pong")


REWARD = """
import json, sys, urllib.request
def call(code, stdin, expected):
    form = {"compile_timeout": 10, "run_timeout": 10, "code": code, "stdin": stdin, "language": "python", "files": {}, "fetch_files": []}
    request = urllib.request.Request(sys.argv[1], json.dumps(form).encode(), {"Content-Type": "application/json", "Accept": "application/json"})
    reply = json.load(urllib.request.urlopen(request, timeout=30))
    run = reply.get("run_result")
    if reply["status"] == "Success":
        return run["status"] == "Finished" and run["stdout"].rstrip() == expected.rstrip()
    return -3 if run["status"] == "TimeLimitExceeded" else -2
right, wrong, raises = "print(int(input()) * 2)", "print(int(input()) * 3)", "print(int(input()) / 0)"
print(json.dumps([call(code, "21\\n", "42\\n") for code in (right, wrong, raises)]))
"""


def test_a_reward_function_in_another_process_reads_the_replies(service):
    """What such functions of trainers look at: status, run_result.status, stdout, return_code."""
    url = f"http://{service.host}:{service.port}/run_code"
    done = subprocess.run([sys.executable, "-c", REWARD, url], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [True, False, -2]


def test_a_client_that_goes_away_ends_its_program(service):
    body = json.dumps({"code": "while True:\n    pass", "language": "python", "run_timeout": 20}).encode()
    head = f"POST /run_code HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    unit_s = seconds_of(lambda: service.run_code("while True:\n    pass", run_timeout=1))
    connections = [socket.create_connection((service.host, service.port), timeout=30) for _ in range(2)]
    for connection in connections:
        connection.sendall(head + body)
    time.sleep(1.0)
    for connection in connections:
        connection.close()
    assert seconds_of(lambda: service.run_code("print(1)")) < 10 * unit_s, "both workers were busy with programs nobody waits for"
