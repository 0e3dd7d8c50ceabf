"""The application: its paths, and what happens around every request.

Source: ours.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from symtune import __version__
from symtune.domain import Problem
from symtune.errors import BadInputError, SandboxError
from symtune.judging import Judge
from symtune.sandbox.scripts import ScriptRunner, Ticket
from symtune.service import sandbox_fusion
from symtune.service.access import RefusedError, check_access, json_response, read_json
from symtune.service.batch import Batch, ProblemReader, Verdict, judged, read_batch, verdict_form
from symtune.service.config import ServiceConfig
from symtune.service.metrics import Metrics
from symtune.store import dump_line

_STOPPING = "the service is stopping; send the request again later or elsewhere"
_LINES = "application/x-ndjson"

Endpoint = Callable[[Request], Awaitable[Response]]


class Service:
    """The judge, the scripts and the counters behind the paths.

    Args:
        config: settings.
        token: what clients must send, or None.
        problems: known by their id to every request.
    """

    def __init__(self, config: ServiceConfig, *, token: str | None, problems: Mapping[str, Problem]) -> None:
        self.config, self.token, self.problems = config, token, problems
        self.metrics = Metrics()
        self.reader = ProblemReader()
        self.stopping = asyncio.Event()
        self.judge = Judge(workers=config.workers, isolation=config.isolation)
        self.scripts = ScriptRunner(workers=config.workers, isolation=config.isolation)
        self._threads = ThreadPoolExecutor(config.workers, thread_name_prefix="scripts")
        self._num_waiting = 0

    async def judge_batch(self, request: Request) -> Response:
        """``POST /judge``."""
        form = await read_json(request, self.config)
        batch = read_batch(form, self.problems, reader=self.reader, max_programs=self.config.max_batch_programs)
        if _LINES in request.headers.get("accept", ""):
            self._refuse_when_full(len(batch.items))
            return StreamingResponse(self._lines(batch), media_type=_LINES)
        with self._admitted(len(batch.items)):
            verdicts = await self._while_wanted(request, self._collected(batch))
        return json_response({"verdicts": [verdict_form(verdict) for verdict in verdicts]})

    async def _collected(self, batch: Batch) -> list[Verdict]:
        async with contextlib.aclosing(judged(self.judge, batch)) as verdicts:
            found = [verdict async for verdict in verdicts]
        for verdict in found:
            self.metrics.count(verdict)
        return found

    async def _lines(self, batch: Batch) -> AsyncIterator[bytes]:
        """Yield verdicts as lines; Starlette closes this when the client is gone. A stop leaves the rest out."""
        with self._admitted(len(batch.items)):
            async with contextlib.aclosing(judged(self.judge, batch)) as verdicts:
                async for verdict in verdicts:
                    if self.stopping.is_set():
                        return
                    self.metrics.count(verdict)
                    yield dump_line(verdict_form(verdict))

    async def run_code(self, request: Request) -> Response:
        """``POST /run_code``, as SandboxFusion has it."""
        wanted = sandbox_fusion.read_request(await read_json(request, self.config))
        if isinstance(wanted, list):
            return json_response({"detail": wanted}, status=422)
        with self._admitted(1):
            response = await self._while_wanted(request, self._run(wanted))
        self.metrics.runs.labels(response.status.value).inc()
        return json_response(response.to_json())

    async def _run(self, wanted: sandbox_fusion.RunCodeRequest) -> sandbox_fusion.RunCodeResponse:
        ticket = Ticket()
        try:
            script, limits = sandbox_fusion.script_of(wanted, self.config)
            running = asyncio.get_running_loop().run_in_executor(self._threads, self.scripts.run, script, limits, ticket)
            return sandbox_fusion.response_of(await running)
        except (BadInputError, SandboxError) as error:
            return sandbox_fusion.response_of_error(error)
        finally:
            ticket.cancel()

    def _refuse_when_full(self, num_programs: int) -> None:
        limit = self.config.max_waiting_programs
        if self._num_waiting + num_programs > limit:
            message = f"{self._num_waiting} programs wait here already and {limit} may; send fewer at a time or later"
            raise RefusedError(429, message, headers={"Retry-After": "1"})

    @contextlib.contextmanager
    def _admitted(self, num_programs: int) -> Any:
        self._refuse_when_full(num_programs)
        self._num_waiting += num_programs
        self.metrics.waiting.set(self._num_waiting)
        try:
            yield
        finally:
            self._num_waiting -= num_programs
            self.metrics.waiting.set(self._num_waiting)

    async def _while_wanted(self, request: Request, work: Coroutine[Any, Any, Any]) -> Any:
        """Return the result of work, which is given up when the client goes away or the service stops.

        Raises:
            RefusedError: 499 for nobody (the client is gone), 503 when the service stops.
        """
        task = asyncio.ensure_future(work)
        gone = asyncio.ensure_future(_gone(request))
        stop = asyncio.ensure_future(self.stopping.wait())
        try:
            await asyncio.wait({task, gone, stop}, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                return task.result()
            if gone.done():
                self.metrics.left.labels(request.url.path).inc()
                raise RefusedError(499, "the client went away")
            raise RefusedError(503, _STOPPING, headers={"Retry-After": "1"})
        finally:
            for one in (task, gone, stop):
                one.cancel()
            await asyncio.gather(task, gone, stop, return_exceptions=True)

    async def healthz(self, request: Request) -> Response:
        """``GET /healthz``: whether the service takes requests."""
        is_ready = not self.stopping.is_set()
        return json_response({"status": "ok" if is_ready else "stopping", "version": __version__}, status=200 if is_ready else 503)

    async def show_metrics(self, request: Request) -> Response:
        """``GET /metrics`` for Prometheus."""
        page, kind = self.metrics.text()
        return Response(page, media_type=kind)

    async def ping(self, request: Request) -> Response:
        """``GET /v1/ping``, as SandboxFusion has it."""
        return json_response("pong")

    def close(self) -> None:
        """End all guests."""
        self.scripts.close()
        self.judge.close()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def guarded(self, endpoint: Endpoint) -> Endpoint:
        """Return an endpoint that checks who asks, turns refusals into replies, and counts."""

        async def answer(request: Request) -> Response:
            started_s = time.perf_counter()
            try:
                check_access(request, self.config, self.token)
                response = await endpoint(request)
            except RefusedError as error:
                response = error.response()
            path = request.url.path
            self.metrics.requests.labels(path, str(response.status_code)).inc()
            self.metrics.seconds.labels(path).observe(time.perf_counter() - started_s)
            return response

        return answer


async def _gone(request: Request) -> None:
    """Return when the client has closed the connection; the body has been read before."""
    while (await request.receive())["type"] != "http.disconnect":
        continue


def make_application(service: Service) -> Starlette:
    """Return the application of a service."""
    endpoints: tuple[tuple[str, str, Endpoint], ...] = (
        ("POST", "/judge", service.judge_batch),
        ("POST", "/run_code", service.run_code),
        ("GET", "/healthz", service.healthz),
        ("GET", "/metrics", service.show_metrics),
        ("GET", "/v1/ping", service.ping),
    )
    routes = [Route(path, service.guarded(endpoint), methods=[method]) for method, path, endpoint in endpoints]

    async def no_such_thing(request: Request, error: Exception) -> Response:
        paths = ", ".join(f"{method} {path}" for method, path, _ in endpoints)
        return RefusedError(getattr(error, "status_code", 404), f"there is no {request.method} {request.url.path}; there are: {paths}").response()

    async def broken(request: Request, error: Exception) -> Response:
        return json_response({"error": f"the service failed: {type(error).__name__}"}, status=500)

    return Starlette(routes=routes, exception_handlers={404: no_such_thing, 405: no_such_thing, 500: broken})
