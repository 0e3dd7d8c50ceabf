"""A real service in a process of its own, on a free port of this machine, and a real HTTP client to ask it."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

from symtune.domain import Case, Problem
from symtune.store import save_records

START_S = 240.0
ANSWER_S = 240.0

PROBLEMS = [
    Problem(id="double", statement="", entry_point="f", tests=tuple(Case.call(n, expected=2 * n) for n in range(5))),
    Problem(id="echo", statement="", tests=(Case.text("a b\n", expected="a b\n"),)),
    Problem(id="empty", statement="", entry_point="f"),
]


class RunningService:
    """A service in another process: `request` asks it something over HTTP."""

    def __init__(self, folder: Path, *arguments: str, token: str | None = None) -> None:
        problems = folder / "problems.jsonl"
        save_records(problems, PROBLEMS)
        environment = {name: value for name, value in os.environ.items() if name != "SYMTUNE_TOKEN"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "symtune.cli.main", "serve", str(problems), "--port", "0", *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=environment | ({"SYMTUNE_TOKEN": token} if token else {}),
        )  # fmt: skip
        watchdog = threading.Timer(START_S, self.process.kill)
        watchdog.start()
        self.said = self.process.stdout.readline()
        watchdog.cancel()
        found = re.search(r"http://([\d.]+):(\d+)", self.said)
        if found is None:
            raise AssertionError(f"the service did not start: {self.said} {self.process.communicate()[1]}")
        self.host, self.port = found[1], int(found[2])

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(self.host, self.port, timeout=ANSWER_S)

    def request(self, method: str, path: str, form=None, *, body: bytes | None = None, headers: dict | None = None):
        """Return status, and the decoded reply (text where it is not JSON)."""
        body = json.dumps(form).encode() if form is not None else body
        with contextlib.closing(self.connect()) as connection:
            connection.request(method, path, body=body, headers={"Content-Type": "application/json"} | (headers or {}))
            reply = connection.getresponse()
            text = reply.read().decode()
        return reply.status, json.loads(text) if "json" in reply.getheader("Content-Type") and "ndjson" not in reply.getheader("Content-Type") else text

    def judge(self, *programs: dict, **settings):
        """Return the verdicts of a batch."""
        status, reply = self.request("POST", "/judge", {"programs": list(programs), **settings})
        assert status == 200, reply
        return reply["verdicts"]

    def run_code(self, code: str, **settings):
        """Return SandboxFusion's reply."""
        status, reply = self.request("POST", "/run_code", {"code": code, "language": "python", **settings})
        assert status == 200, reply
        return reply

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Stop the service and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        self.process.communicate(timeout=START_S)
        return self.process.returncode
