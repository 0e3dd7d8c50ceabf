"""Frames between host and server over a socket: four bytes of length (big endian), then UTF-8 JSON.

An order is a byte that carries two descriptors (a file in memory with the request, an empty one for the answers), then a
frame. Requests and answers thus never pass through the memory of the warm guest, where a later program could find them.
The channel is closed to programs: a fork that runs one has no descriptor of it. Source: ours.
"""

from __future__ import annotations

import json
import socket
from typing import Any

MAX_FRAME_BYTES = 1 << 30
"""Longest frame the server accepts."""


def send_frame(channel: socket.socket, form: Any) -> None:
    """Send one JSON frame."""
    body = json.dumps(form, separators=(",", ":")).encode()
    channel.sendall(len(body).to_bytes(4, "big") + body)


def receive_order(channel: socket.socket) -> tuple[Any, int, int] | None:
    """Return the next order and its two descriptors (request, answers); None when the host is gone."""
    mark, descriptors, _, _ = socket.recv_fds(channel, 1, 2)
    if not mark or len(descriptors) != 2:
        return None
    form = receive_frame(channel)
    return None if form is None else (form, descriptors[0], descriptors[1])


def receive_frame(channel: socket.socket) -> Any:
    """Return the next frame; None when the host is gone."""
    head = receive_exactly(channel, 4)
    if head is None:
        return None
    size = int.from_bytes(head, "big")
    body = receive_exactly(channel, size) if size <= MAX_FRAME_BYTES else None
    return None if body is None else json.loads(body)


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
