"""Who gets in: the bearer token, the Host header, the size and kind of the body. Refusals are JSON: ``{"error": message}``.

Source: ours.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
import json
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from symtune.service.config import ServiceConfig

OPEN_PATHS = frozenset({"/healthz"})
"""Paths that need no token: they tell nothing and start nothing."""

_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


class RefusedError(Exception):
    """A request that is answered with an error of HTTP and nothing else."""

    def __init__(self, status: int, message: str, *, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status, self.message, self.headers = status, message, headers or {}

    def response(self) -> Response:
        """Return what the client is told."""
        return json_response({"error": self.message}, status=self.status, headers=self.headers)


def json_response(form: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Return a JSON reply in ASCII, since programs hold text that has no UTF-8 form."""
    body = json.dumps(form, separators=(",", ":"), allow_nan=False).encode("ascii")
    return Response(body, status_code=status, headers=headers, media_type="application/json")


def check_access(request: Request, config: ServiceConfig, token: str | None) -> None:
    """Refuse a request that may not come in.

    Where a token is set it must come as ``Authorization: Bearer TOKEN``, or as the password of Basic authentication, which is how
    clients send ``http://any:TOKEN@host/run_code``. Without one, only requests to this machine's own names are answered, so that
    no web page can reach the service through a name that it lets point here.

    Raises:
        RefusedError: 401 or 403.
    """
    if request.url.path in OPEN_PATHS:
        return
    if token is None:
        host = request.headers.get("host", "")
        name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
        if name.lower() not in _LOOPBACK_NAMES | {config.host}:
            raise RefusedError(403, f"this service answers requests to this machine's own name, not to {name!r}; set a token to open it")
        return
    if not hmac.compare_digest(_sent_token(request).encode(), token.encode()):
        raise RefusedError(401, "the token is missing or wrong; send 'Authorization: Bearer TOKEN'", headers={"WWW-Authenticate": "Bearer"})


def _sent_token(request: Request) -> str:
    kind, _, value = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return value.strip()
    if kind.lower() == "basic":
        try:
            return base64.b64decode(value, validate=True).decode("utf-8", "replace").partition(":")[2]
        except binascii.Error:
            return ""
    return ""


async def read_json(request: Request, config: ServiceConfig) -> Any:
    """Return the decoded body.

    Raises:
        RefusedError: 415 for another content type, 413 for a body that is too long, 408 for one that does not arrive, 400 for one that
            is not JSON.
    """
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != "application/json":
        raise RefusedError(415, f"the body must be JSON with 'Content-Type: application/json', not {kind!r}")
    limit = config.max_request_bytes
    stated = request.headers.get("content-length", "0")
    if not stated.isdigit() or int(stated) > limit:
        raise RefusedError(413, f"the body has {stated} bytes; {limit} are allowed", headers={"Connection": "close"})
    try:
        async with asyncio.timeout(config.read_timeout_s):
            parts, num_bytes = [], 0
            async for part in request.stream():
                num_bytes += len(part)
                if num_bytes > limit:
                    raise RefusedError(413, f"the body is longer than the {limit} bytes that are allowed", headers={"Connection": "close"})
                parts.append(part)
    except TimeoutError as error:
        message = f"the body did not arrive within {config.read_timeout_s:g} s"
        raise RefusedError(408, message, headers={"Connection": "close"}) from error
    try:
        return json.loads(b"".join(parts))
    except (ValueError, RecursionError) as error:
        raise RefusedError(400, f"the body is not JSON: {error}") from error
