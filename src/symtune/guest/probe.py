"""A worker that runs one snippet: for the conformance checks of the sandbox, which look at it from inside."""

from __future__ import annotations

from typing import Any


def handle(request: dict[str, Any], send: Any) -> None:
    """Run ``request["code"]`` with ``send`` in its namespace."""
    exec(request["code"], {"send": send, "__name__": "probe"})
