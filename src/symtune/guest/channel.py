"""Frames: four bytes of length (big endian), then UTF-8 JSON. Used between host and server over a socket.

The channel is closed to programs: a fork that runs one has no descriptor of it. Source: ours.
"""

from __future__ import annotations

import json
import socket
from typing import Any

MAX_FRAME_BYTES = 1 << 30
"""Longest frame either side accepts."""


def send_frame(channel: socket.socket, form: Any, raw: bytes = b"") -> None:
    """Send one JSON frame, then ``raw`` bytes whose number the frame states under ``"raw"``."""
    body = json.dumps(form | {"raw": len(raw)}, separators=(",", ":")).encode()
    channel.sendall(len(body).to_bytes(4, "big") + body + raw)


def receive_frame(channel: socket.socket) -> tuple[Any, bytes] | None:
    """Return the next frame and its raw bytes; None when the other side is gone."""
    head = receive_exactly(channel, 4)
    if head is None:
        return None
    size = int.from_bytes(head, "big")
    body = receive_exactly(channel, size) if size <= MAX_FRAME_BYTES else None
    if body is None:
        return None
    form = json.loads(body)
    raw = receive_exactly(channel, min(form["raw"], MAX_FRAME_BYTES))
    return None if raw is None else (form, raw)


def receive_exactly(channel: socket.socket, num_bytes: int) -> bytes | None:
    """Return exactly so many bytes, or None when the other side closed before."""
    parts = []
    while num_bytes:
        part = channel.recv(min(num_bytes, 1 << 20))
        if not part:
            return None
        parts.append(part)
        num_bytes -= len(part)
    return b"".join(parts)
