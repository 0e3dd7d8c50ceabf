"""Serve: listen, warm up, answer until told to stop, and then stop within a second.

Source: ours, on uvicorn.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Sequence
from functools import partial
from types import FrameType

import uvicorn

from symtune.domain import Case, Judgement, Problem, Program
from symtune.errors import BadInputError, SandboxError
from symtune.service.application import Service, make_application
from symtune.service.config import ServiceConfig

_KEEP_ALIVE_S = 75
_GRACE_S = 1
_BACKLOG = 512
_WARM_UP = Problem(id="warm-up", statement="", entry_point="f", tests=(Case.call(1, expected=1),))


class _Server(uvicorn.Server):
    """A server that says when it listens and when it is asked to stop, and does not raise that signal again."""

    def __init__(self, config: uvicorn.Config, *, on_start: Callable[[], object], on_stop: Callable[[], object]) -> None:
        super().__init__(config)
        self._on_start, self._on_stop = on_start, on_stop

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen; signals stop the server from here on."""
        await super().startup(sockets)
        self._on_start()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop; a second signal does not wait for anything."""
        self.force_exit = self.should_exit
        self.should_exit = True
        self._on_stop()


def serve(
    problems: Sequence[Problem] = (), *, config: ServiceConfig | None = None, announce: Callable[[str], object] | None = None
) -> None:
    """Serve the judge over HTTP until SIGINT or SIGTERM.

    Args:
        problems: known by their id to every request.
        config: settings; None takes the defaults.
        announce: called with one line once the service listens; None prints it.

    Raises:
        BadInputError: two problems with one id.
        BadConfigError: an address open to others without a token.
        IsolationError: this machine does not isolate as asked.
        OSError: the address is taken.
    """
    config = config or ServiceConfig()
    token = config.token()
    by_id = {problem.id: problem for problem in problems}
    if len(by_id) < len(problems):
        raise BadInputError("two of the problems have the same id; ids must be unique")
    with socket.create_server((config.host, config.port), backlog=_BACKLOG, family=_family(config.host)) as listener:
        # Accepted sockets inherit this; asyncio sets it only on sockets that name their protocol, which these do not, and a
        # reply of two writes would wait 40 ms for the client's delayed acknowledgement.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        asyncio.run(_serve(config, token, by_id, listener, announce or partial(print, flush=True)))


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


async def _serve(
    config: ServiceConfig, token: str | None, problems: dict[str, Problem], listener: socket.socket, announce: Callable[[str], object]
) -> None:
    service = Service(config, token=token, problems=problems)
    try:
        await _warm_up(service)
        loop = asyncio.get_running_loop()
        settings = uvicorn.Config(
            make_application(service),
            lifespan="off",
            log_config=None,
            access_log=False,
            ws="none",
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=_KEEP_ALIVE_S,
            timeout_graceful_shutdown=_GRACE_S,
        )
        host, port = listener.getsockname()[:2]
        place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        line = f"serving on http://{place} ({config.workers} workers, {len(problems)} problems, {'token' if token else 'no token'})"
        server = _Server(
            settings, on_start=lambda: announce(line), on_stop=lambda: loop.call_soon_threadsafe(service.stopping.set)
        )
        closing = asyncio.ensure_future(_close_when_stopped(service))
        await server.serve(sockets=[listener])
        closing.cancel()
    finally:
        await asyncio.to_thread(service.close)


async def _close_when_stopped(service: Service) -> None:
    """End the guests as soon as a stop is asked for, while the server tells its clients."""
    await service.stopping.wait()
    await asyncio.to_thread(service.close)


async def _warm_up(service: Service) -> None:
    """Start the guests, so that a machine that does not isolate is known before the first request.

    Raises:
        IsolationError: this machine does not isolate as asked.
        SandboxError: the judge does not work here.
    """
    program = Program(problem_id=_WARM_UP.id, source="def f(n):\n    return n\n")
    verdicts = await asyncio.gather(*(service.judge.submit(_WARM_UP, program) for _ in range(service.config.workers)))
    for verdict in verdicts:
        if not isinstance(verdict, Judgement):
            raise SandboxError(f"the judge does not work on this machine: {verdict.reason}")
