"""Only those with the token get in, nothing is open by accident, and a stop is quick and leaves nothing."""

from __future__ import annotations

import base64
import contextlib
import json
import signal
import socket
import time

import psutil
import pytest
from running_service import RunningService

from symtune.cli.main import main
from symtune.errors import BadConfigError, MissingExtraError
from symtune.service import ServiceConfig

TOKEN = "0123456789abcdef-token"
HANGS = {"problem_id": "double", "source": "def f(n):\n    while True:\n        pass\n"}

pytest.importorskip("uvicorn", reason="uvicorn is not installed (pip install 'symtune[serve]'), so the service is not tested")


@pytest.fixture
def guarded(tmp_path):
    """A service with a token, open to other machines."""
    running = RunningService(tmp_path, "--host", "0.0.0.0", token=TOKEN)
    yield running
    running.stop(signal.SIGKILL)


def basic(text: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(text.encode()).decode()}


def test_only_the_token_opens_and_a_stop_ends_all_within_a_second(guarded):
    refused = [
        {}, {"Authorization": "Bearer"}, {"Authorization": f"Bearer {TOKEN}x"}, {"Authorization": f"Bearer {TOKEN[:-1]}"},
        {"Authorization": TOKEN}, basic("any:wrong"), {"Authorization": "Basic ?"}, basic(TOKEN), {"Authorization": "Bearer \u00e9"},
    ]  # fmt: skip
    for headers in refused:
        for method, path in (("POST", "/judge"), ("POST", "/run_code"), ("GET", "/metrics"), ("GET", "/v1/ping")):
            status, reply = guarded.request(method, path, {"programs": []}, headers=headers)
            assert (status, "token is missing or wrong" in reply["error"]) == (401, True), (headers, path)
    for headers in ({"Authorization": f"Bearer {TOKEN}"}, {"Authorization": f"bearer  {TOKEN}"}, basic(f"any:{TOKEN}")):
        assert guarded.request("POST", "/judge", {"programs": []}, headers=headers) == (200, {"verdicts": []})
    assert guarded.request("GET", "/healthz")[0] == 200
    assert TOKEN not in guarded.said

    family = psutil.Process(guarded.process.pid).children(recursive=True)
    body = json.dumps({"programs": [HANGS] * 20}).encode()
    head = f"POST /judge HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    with socket.create_connection((guarded.host, guarded.port), timeout=30) as busy, contextlib.closing(guarded.connect()) as idle:
        idle.request("GET", "/healthz")
        idle.getresponse().read()
        busy.sendall(head.encode() + b"\r\n\r\n" + body)
        time.sleep(1.0)
        started_s = time.monotonic()
        guarded.process.send_signal(signal.SIGTERM)
        answer = b"".join(iter(lambda: busy.recv(1000), b""))
        guarded.process.wait(30)
        stop_s = time.monotonic() - started_s
    assert b" 503 " in answer
    assert b"stopping" in answer
    assert guarded.process.returncode == 0
    assert stop_s < 20.0, "a stop takes less than a second on a machine at rest; the programs under way would take minutes"
    gone, left = psutil.wait_procs(family, timeout=10)
    assert not left
    assert gone


def test_ctrl_c_stops_too(tmp_path):
    running = RunningService(tmp_path)
    assert running.stop(signal.SIGINT) == 0


def test_an_open_address_without_a_token_is_refused(capsys, monkeypatch):
    monkeypatch.delenv("SYMTUNE_TOKEN", raising=False)
    for host in ("0.0.0.0", "::", "10.1.2.3", "example.org"):
        assert not ServiceConfig(host=host).is_loopback
        assert main(["serve", "--host", host]) == 2
        assert "give a token with --token-file" in capsys.readouterr().err
    for host in ("127.0.0.1", "127.5.5.5", "::1", "localhost"):
        assert ServiceConfig(host=host).token() is None


def test_the_token_comes_from_a_file_or_the_environment(tmp_path, monkeypatch):
    path = tmp_path / "token"
    path.write_text(f"{TOKEN}\n")
    assert ServiceConfig(token_file=path).token() == TOKEN
    monkeypatch.setenv("SYMTUNE_TOKEN", TOKEN + "2")
    assert ServiceConfig().token() == TOKEN + "2"
    assert ServiceConfig(token_file=path).token() == TOKEN
    for text in ("", "short"):
        path.write_text(text)
        with pytest.raises(BadConfigError, match="it needs 16 or more"):
            ServiceConfig(token_file=path).token()
    with pytest.raises(FileNotFoundError, match="no such token file"):
        ServiceConfig(token_file=tmp_path / "none").token()


def test_a_taken_port_and_a_missing_extra_are_told(capsys, monkeypatch):
    monkeypatch.delenv("SYMTUNE_TOKEN", raising=False)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert main(["serve", "--port", str(taken.getsockname()[1])]) == 1
    assert "in use" in capsys.readouterr().err
    import sys

    monkeypatch.delitem(sys.modules, "symtune.service.server", raising=False)
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    assert main(["serve"]) == 2
    assert "pip install 'symtune[serve]'" in capsys.readouterr().err
    assert issubclass(MissingExtraError, ImportError)
