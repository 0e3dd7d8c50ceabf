"""Batches: verdicts are those of the judge, in order; whatever is wrong with one item or request is said, and the rest is judged."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time

import pytest
from running_service import PROBLEMS

from symtune.domain import Judgement, Program, Unjudged
from symtune.judging import judge
from symtune.store import dump_line

RIGHT = {"problem_id": "double", "source": "def f(n):\n    return 2 * n\n"}
WRONG = {"problem_id": "double", "source": "def f(n):\n    return 3 * n\n"}
HANGS = {"problem_id": "double", "source": "def f(n):\n    while True:\n        pass\n"}
ECHO = {"problem_id": "echo", "source": "print(input())\n"}
OWN = {"id": "own", "statement": "", "entry_point": "g", "tests": [{"args": [{"$tuple": [1]}], "expected": {"$float": "inf"}}]}


def metric(service, name: str) -> float:
    _, page = service.request("GET", "/metrics")
    return sum(float(line.rsplit(" ", 1)[1]) for line in page.splitlines() if line.startswith(name))


def test_verdicts_are_those_of_the_judge_in_order(service):
    forms = [RIGHT, WRONG, ECHO, {"problem_id": "double", "source": "def f(:"}, {"problem_id": "double", "source": "\ud800"}] * 3
    forms = [form | {"id": str(number)} for number, form in enumerate(forms)]
    direct = [verdict.to_json() | {"duration_s": 0.0} for verdict in judge(PROBLEMS, [Program.from_json(form) for form in forms])]
    for reply in (service.judge(*forms), service.judge(*forms, problems=[OWN])):
        assert [Judgement.from_json(form).to_json() | {"duration_s": 0.0} for form in reply] == direct


def test_problems_may_come_with_the_request(service):
    programs = [{"problem_id": "own", "source": f"def g(t):\n    return float({text!r})\n"} for text in ("inf", "nan")]
    assert [form["outcome"] for form in service.judge(*programs, problems=[OWN])] == ["passed", "failed_test"]
    other = OWN | {"tests": [{"args": [0], "expected": {"$float": "nan"}}]}
    assert [form["outcome"] for form in service.judge(*programs, problems=[other])] == ["failed_test", "passed"], "the other problem counts"


def test_a_reply_on_a_kept_connection_waits_for_no_acknowledgement(service):
    """A reply sent in two writes without TCP_NODELAY takes 40 ms more each time, so that even the quickest does."""
    body, times_s = json.dumps({"programs": [RIGHT]}), []
    with contextlib.closing(service.connect()) as connection:
        for _ in range(24):
            started_s = time.perf_counter()
            connection.request("POST", "/judge", body, {"Content-Type": "application/json"})
            assert connection.getresponse().read()
            times_s.append(time.perf_counter() - started_s)
    assert min(times_s[8:]) < 0.035


def test_settings_reach_the_judge(service):
    assert service.judge(WRONG, stop="first_failure")[0]["num_passed"] == 1
    assert "no cases" in service.judge(RIGHT, split="examples")[0]["reason"]


def test_lines_come_one_by_one(service):
    body = json.dumps({"programs": [RIGHT, {"problem_id": "nowhere", "source": ""}, WRONG]}).encode()
    status, text = service.request("POST", "/judge", body=body, headers={"Accept": "application/x-ndjson"})
    assert status == 200
    first, second, third = (json.loads(line) for line in text.splitlines())
    assert (first["outcome"], third["outcome"]) == ("passed", "failed_test")
    assert Unjudged.from_json(second).fault == "input"
    assert dump_line(first).decode().startswith('{"schema": 1')


BAD_ITEMS = {
    "no source": ({"problem_id": "double", "id": "x"}, "field 'source'"),
    "source no text": ({"problem_id": "double", "source": 3}, "field 'source'"),
    "unknown field": (RIGHT | {"colour": "red"}, "field 'colour'"),
    "no object": ([1], "expected a JSON object"),
    "nothing": (None, "expected a JSON object"),
    "unknown problem": ({"problem_id": "nowhere", "source": ""}, "no problem has the id 'nowhere'"),
    "no cases": ({"problem_id": "empty", "source": ""}, "no cases"),
    "malformed problem": ({"problem_id": "bad", "source": ""}, "problems[0]"),
    "undecodable value": ({"problem_id": "odd", "source": ""}, "problems[1]"),
    "unknown comparator": ({"problem_id": "new", "source": ""}, "comparator"),
    "two problems": ({"problem_id": "twin", "source": ""}, "two different problems"),
}
CALL = {"statement": "", "entry_point": "f"}
BAD_PROBLEMS = [
    {"id": "bad", "statement": 5},
    {"id": "odd", **CALL, "tests": [{"args": [{"$float": "many"}], "expected": 1}]},
    {"id": "new", **CALL, "tests": [{"args": [1], "expected": 1, "comparator": "by_colour"}]},
    {"id": "twin", **CALL},
    {"id": "twin", "statement": "another"},
    7,
]


@pytest.mark.parametrize("name", BAD_ITEMS)
def test_a_bad_item_is_told_and_the_others_are_judged(service, name):
    item, reason = BAD_ITEMS[name]
    before, bad, after = service.judge(RIGHT, item, WRONG, problems=BAD_PROBLEMS)
    assert (before["outcome"], after["outcome"]) == ("passed", "failed_test")
    refused = Unjudged.from_json(bad)
    assert reason in refused.reason
    assert refused.fault == "input"


def test_an_id_used_twice_is_told(service):
    first, second, third = service.judge(RIGHT | {"id": "a"}, WRONG | {"id": "a"}, RIGHT | {"id": "a"})
    assert first["outcome"] == third["outcome"] == "passed"
    assert "used twice" in second["reason"]


BAD_REQUESTS = {
    "not JSON": (b"{programs", {}, 400, "not JSON"),
    "too deep": (b"[" * 100_000, {}, 400, "not JSON"),
    "not UTF-8": (b'{"programs": "\xff"}', {}, 400, "not JSON"),
    "no object": (b"[]", {}, 400, "must be a JSON object"),
    "no programs": (b"{}", {}, 400, "'programs' must be a list"),
    "unknown key": (b'{"programs": [], "\\ud800": 1}', {}, 400, "unknown key"),
    "unknown split": (b'{"programs": [], "split": "all of them"}', {}, 400, "'split' must be one of"),
    "stop no text": (b'{"programs": [], "stop": []}', {}, 400, "'stop' must be one of"),
    "too many": (json.dumps({"programs": [RIGHT] * 41}).encode(), {}, 413, "41 programs in one request; 40 are allowed"),
    "too long": (b" " * 200_001, {}, 413, "200001 bytes; 200000 are allowed"),
    "no JSON type": (b"{}", {"Content-Type": "text/plain"}, 415, "application/json"),
    "foreign name": (b"{}", {"Host": "rebound.example"}, 403, "this machine's own name"),
}


@pytest.mark.parametrize("name", BAD_REQUESTS)
def test_a_bad_request_is_told_and_the_service_goes_on(service, name):
    body, headers, status, message = BAD_REQUESTS[name]
    answer = service.request("POST", "/judge", body=body, headers=headers)
    assert answer[0] == status
    assert message in answer[1]["error"]
    assert service.judge(RIGHT)[0]["outcome"] == "passed"


def test_a_body_of_unstated_length_is_cut_off_at_the_limit(service):
    with contextlib.closing(service.connect()) as connection:
        connection.putrequest("POST", "/judge")
        connection.putheader("Content-Type", "application/json")
        connection.putheader("Transfer-Encoding", "chunked")
        connection.endheaders()
        with contextlib.suppress(ConnectionError):  # it may hang up while we still send
            for _ in range(30):
                connection.send(b"2710\r\n" + b" " * 10_000 + b"\r\n")
            connection.send(b"0\r\n\r\n")
        with contextlib.suppress(ConnectionError):
            assert connection.getresponse().status == 413
    assert service.judge(RIGHT)[0]["outcome"] == "passed"


def test_a_body_that_does_not_arrive_is_given_up(service):
    with socket.create_connection((service.host, service.port), timeout=30) as connection:
        connection.sendall(b"POST /judge HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{")
        assert b" 408 " in connection.recv(1000)


def test_paths_and_methods_that_are_not_there_are_told(service):
    for method, path, status in (("GET", "/", 404), ("GET", "/judge", 405), ("POST", "/metrics", 405)):
        answer = service.request(method, path)
        assert answer[0] == status
        assert "POST /judge" in answer[1]["error"]


def test_more_than_may_wait_is_refused_and_what_waits_is_judged(service):
    slow = {"problem_id": "double", "source": "import time\ndef f(n):\n    time.sleep(0.2)\n    return 2 * n\n"}
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(service.request("POST", "/judge", {"programs": [slow] * 25}))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(status for status, _ in answers) == [200, 200, 429, 429]
    for status, reply in answers:
        if status == 200:
            assert {form["outcome"] for form in reply["verdicts"]} == {"passed"}
        else:
            assert "programs wait here already" in reply["error"]
    assert metric(service, "symtune_programs_waiting ") == 0


def test_what_a_client_that_goes_away_left_waiting_is_not_run(service):
    left = metric(service, 'symtune_requests_left_total{path="/judge"}')
    hurried = {"id": "hurried", "statement": "", "entry_point": "f", "tests": [{"args": [1], "expected": 2}], "time_limit_s": 0.5}
    waiting = HANGS | {"problem_id": "hurried"}
    unit_s = -time.monotonic()
    service.judge(waiting, problems=[hurried])
    unit_s += time.monotonic()
    body = json.dumps({"programs": [waiting] * 40, "problems": [hurried]}).encode()
    head = f"POST /judge HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    with socket.create_connection((service.host, service.port), timeout=30) as connection:
        connection.sendall(head + body)
        while metric(service, "symtune_programs_waiting ") < 40:
            time.sleep(0.02)
    started_s = time.monotonic()
    while metric(service, "symtune_programs_waiting "):
        time.sleep(0.02)
    assert metric(service, 'symtune_requests_left_total{path="/judge"}') == left + 1
    assert service.judge(RIGHT)[0]["outcome"] == "passed"
    assert time.monotonic() - started_s < 10 * unit_s, "40 programs that hang, two at a time, were run for nobody"


def test_what_happens_is_counted(service):
    before = {name: metric(service, f'symtune_programs_total{{outcome="{name}"}}') for name in ("passed", "unjudged_by_input")}
    service.judge(RIGHT, RIGHT, {"problem_id": "nowhere", "source": ""})
    assert metric(service, 'symtune_programs_total{outcome="passed"}') == before["passed"] + 2
    assert metric(service, 'symtune_programs_total{outcome="unjudged_by_input"}') == before["unjudged_by_input"] + 1
    assert metric(service, "process_resident_memory_bytes") > 0
    assert service.request("GET", "/healthz") == (200, {"status": "ok", "version": "0.1.0"})
