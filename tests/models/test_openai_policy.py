"""A policy behind a server: a real one on this machine that answers in the format of OpenAI's chat completions, or badly."""

from __future__ import annotations

import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

pytest.importorskip("openai")

from symtune.errors import BackendError, BadInputError, BadModelError, ContextFullError, MissingExtraError
from symtune.models import BackendConfig, ChatRequest, Message, ModelConfig, SamplingSettings
from symtune.models.backends import load_chat_policy

SETTINGS = SamplingSettings(temperature=0.7, top_p=0.9, max_new_tokens=33)


def completion(text="pass", *, finish_reason="stop", **changes):
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": finish_reason}
    return {"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], **changes}


class Server:
    """Answers each request with what ``answer(body, number)`` gives: (status, body or text[, headers])."""

    def __init__(self, answer):
        self.bodies, self.paths, self.num_open, self.most_open = [], [], 0, 0
        lock, server = threading.Lock(), self

        class Connection(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                with lock:
                    server.bodies.append(body)
                    server.paths.append(self.path)
                    number = len(server.bodies)
                    server.num_open += 1
                    server.most_open = max(server.most_open, server.num_open)
                status, content, *headers = answer(body, number)
                with lock:
                    server.num_open -= 1
                data = (content if isinstance(content, str) else json.dumps(content)).encode()
                self.send_response(status)
                for name, value in {"content-type": "application/json", **(headers[0] if headers else {})}.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_):
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Connection)
        self._http.daemon_threads = True
        threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self._http.server_address[1]}/v1"

    def close(self):
        self._http.shutdown()
        self._http.server_close()


@pytest.fixture
def serve(monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    servers = []

    def start(answer, **backend):
        servers.append(Server(answer))
        options = {"num_retries": 0, "timeout_s": 20.0, **backend}
        config = ModelConfig(model="some-model", backend=BackendConfig(name="openai", url=servers[-1].url, **options))
        return servers[-1], load_chat_policy(config)

    yield start
    for server in servers:
        server.close()


def asks(*texts, seed=0):
    return ChatRequest(tuple(Message("user" if i % 2 == 0 else "assistant", text) for i, text in enumerate(texts)), seed)


def test_replies_come_back_in_order_with_text_and_reason(serve):
    def answer(body, _number):
        text = body["messages"][-1]["content"]
        time.sleep(0.05 if text == "0" else 0)
        return 200, completion(f"to {text}", finish_reason="length" if text == "3" else "stop")

    server, policy = serve(answer, num_parallel=4)
    replies = policy.chat([asks(str(number)) for number in range(12)], SETTINGS)
    assert [reply.text for reply in replies] == [f"to {number}" for number in range(12)]
    assert [reply.stop_reason for reply in replies] == ["length" if number == 3 else "end_token" for number in range(12)]
    assert {(reply.token_ids, reply.log_probs, reply.prompt_token_ids) for reply in replies} == {((), (), ())}
    assert 1 < server.most_open <= 4
    assert set(server.paths) == {"/v1/chat/completions"}


def test_the_whole_dialogue_and_the_settings_are_sent(serve):
    server, policy = serve(lambda *_: (200, completion()))
    policy.chat([asks("do it", "x = 1", "wrong", seed=2**40 + 5)], SamplingSettings(temperature=0.7, top_p=0.9, top_k=8, max_new_tokens=33))
    assert server.bodies == [
        {
            "model": "some-model",
            "messages": [
                {"role": "user", "content": "do it"},
                {"role": "assistant", "content": "x = 1"},
                {"role": "user", "content": "wrong"},
            ],
            "temperature": 0.7,
            "top_p": 0.9,
            "top_k": 8,
            "max_tokens": 33,
            "seed": 5,
        }
    ]


def test_without_a_seed_the_likeliest_reply_is_asked_for(serve):
    server, policy = serve(lambda *_: (200, completion()), length_key="max_completion_tokens")
    policy.chat([asks("x", seed=None)], SETTINGS)
    body = server.bodies[0]
    assert body["temperature"] == 0
    assert body["max_completion_tokens"] == 33
    assert not {"seed", "top_p", "top_k", "max_tokens"} & set(body)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_or_broken_server_is_asked_again(serve, status):
    server, policy = serve(
        lambda _body, number: (status, {"error": {"message": "later"}}, {"retry-after-ms": "5"}) if number < 3 else (200, completion("ok")),
        num_retries=3,
    )
    assert policy.chat([asks("x")], SETTINGS)[0].text == "ok"
    assert len(server.bodies) == 3


@pytest.mark.parametrize(
    ("status", "advice"),
    [(429, r"429: .*no more.*num_parallel"), (500, r"500: .*no more"), (401, r"401.*OPENAI_API_KEY"), (404, r"404.*backend\.url"), (400, "400")],
)
def test_a_server_that_keeps_refusing_is_an_error_with_its_status_and_advice(serve, status, advice):
    server, policy = serve(lambda *_: (status, {"error": {"message": "no more"}}, {"retry-after-ms": "5"}), num_retries=2)
    with pytest.raises(BackendError, match=rf"the server of 'some-model' at http://127.* refused with status {advice}"):
        policy.chat([asks("x")], SETTINGS)
    assert len(server.bodies) == (3 if status in (429, 500) else 1)


def test_a_prompt_the_server_finds_too_long_is_a_full_context(serve):
    message = "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens"
    _, policy = serve(lambda *_: (400, {"error": {"message": message, "code": "context_length_exceeded"}}))
    with pytest.raises(ContextFullError, match="maximum context length is 4096"):
        policy.chat([asks("x")], SETTINGS)


@pytest.mark.parametrize(
    ("content", "headers", "message"),
    [
        ("<html>welcome</html>", {"content-type": "text/html"}, "without choices: <html>"),
        ("{not json", {}, "no chat completion"),
        ({"hello": 1}, {}, "without choices"),
        (completion(choices=[]), {}, "without choices"),
        (completion(choices=None), {}, "without choices"),
        (completion(choices=[{"finish_reason": "stop"}]), {}, "without a message's text"),
        (completion(choices=[{"message": {"content": ["x"]}, "finish_reason": "stop"}]), {}, "without a message's text"),
        (completion(choices=[{"message": {"content": "x"}}]), {}, "reason None"),
        (completion(finish_reason="content_filter"), {}, "reason 'content_filter'"),
        ([1, 2], {}, "without choices"),
        ("", {}, "no chat completion"),
    ],
    ids=["html", "torn json", "other json", "no choice", "null", "no message", "no text", "no reason", "filter", "list", "empty"],
)
def test_nonsense_is_an_error_that_quotes_it(serve, content, headers, message):
    _, policy = serve(lambda *_: (200, content, headers))
    with pytest.raises(BackendError, match=f"the server of 'some-model' at .*{message}"):
        policy.chat([asks("x")], SETTINGS)


def test_a_reply_without_text_is_empty(serve):
    _, policy = serve(lambda *_: (200, completion(None, finish_reason="length")))
    assert policy.chat([asks("x")], SETTINGS)[0].text == ""


def test_a_slow_server_is_given_up(serve):
    _, policy = serve(lambda *_: (time.sleep(1.0), (200, completion()))[1], timeout_s=0.1)
    with pytest.raises(BackendError, match=r"did not answer within 0.1 s"):
        policy.chat([asks("x")], SETTINGS)


def test_no_server_is_an_error_that_names_the_address(serve):
    server, policy = serve(lambda *_: (200, completion()))
    server.close()
    with pytest.raises(BackendError, match=r"cannot be reached .*backend\.url"):
        policy.chat([asks("x")], SETTINGS)


def test_one_failure_stops_the_requests_not_yet_sent(serve):
    server, policy = serve(lambda *_: (400, {"error": {"message": "no"}}), num_parallel=1)
    with pytest.raises(BackendError):
        policy.chat([asks(str(number)) for number in range(200)], SETTINGS)
    assert len(server.bodies) < 100


def test_bad_requests_are_refused_before_anything_is_sent(serve):
    server, policy = serve(lambda *_: (200, completion()))
    with pytest.raises(BadInputError, match="dialogue"):
        policy.chat([asks("x"), asks("x", "y")], SETTINGS)
    with pytest.raises(BadInputError, match="temperature"):
        policy.chat([asks("x")], SamplingSettings(temperature=0))
    assert server.bodies == []


def test_the_server_does_not_say_what_it_counts(serve):
    _, policy = serve(lambda *_: (200, completion()))
    assert policy.num_prompt_tokens((Message("user", "x"),)) is None
    assert policy.context_tokens is None
    assert policy.chat([], SETTINGS) == []


def test_openais_own_server_needs_a_key(monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(BadModelError, match=r"OPENAI_API_KEY .*backend\.url"):
        load_chat_policy(ModelConfig(model="m", backend=BackendConfig(name="openai")))


def test_a_missing_package_says_the_install_line(monkeypatch):
    monkeypatch.setitem(sys.modules, "openai", None)
    with pytest.raises(MissingExtraError, match=r"symtune\[openai\]"):
        load_chat_policy(ModelConfig(model="m", backend=BackendConfig(name="openai", url="http://localhost:1/v1")))


def test_it_needs_no_torch():
    import subprocess

    code = (
        "import sys; from symtune.models import BackendConfig, ModelConfig\n"
        "from symtune.models.backends import load_chat_policy\n"
        "load_chat_policy(ModelConfig(model='m', backend=BackendConfig(name='openai', url='http://localhost:1/v1')))\n"
        "assert not {'torch', 'transformers'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
