"""Frames between host and server over a socket: four bytes of length (big endian), then UTF-8 JSON.

An order is a byte that carries two descriptors (a file in memory with the request, an empty one for the answers), then four
bytes of length and a body in the form of `marshal`, which the host writes with the same Python. Requests and answers thus never pass through the memory of the warm guest, where a later program could find them.
The channel is closed to programs: a fork that runs one has no descriptor of it. Source: ours.
"""

from __future__ import annotations

import json
import marshal
import socket
import struct
from typing import Any

MAX_FRAME_BYTES = 1 << 30
"""Longest frame the server accepts."""

_TWO_DESCRIPTORS = struct.Struct("=2i")
_RIGHTS_BYTES = socket.CMSG_SPACE(_TWO_DESCRIPTORS.size)
_ORDER_HEAD_BYTES, _ORDER_BYTES = 5, 1 << 16


def send_frame(channel: socket.socket, form: Any) -> None:
    """Send one JSON frame."""
    body = json.dumps(form, separators=(",", ":")).encode()
    channel.sendall(len(body).to_bytes(4, "big") + body)


def send_frame_bytes(channel: socket.socket, body: bytes) -> None:
    """Send one JSON frame that is encoded already."""
    channel.sendall(len(body).to_bytes(4, "big") + body)


def receive_order(channel: socket.socket) -> tuple[Any, int, int] | None:
    """Return the next order and its two descriptors (request, answers); None when the host is gone."""
    message, rights, _, _ = channel.recvmsg(_ORDER_BYTES, _RIGHTS_BYTES)
    if len(message) < _ORDER_HEAD_BYTES or len(rights) != 1:
        return None
    request, answers = _TWO_DESCRIPTORS.unpack(rights[0][2])
    size = int.from_bytes(message[1:_ORDER_HEAD_BYTES], "big")
    body = message[_ORDER_HEAD_BYTES:]
    if len(body) < size:
        rest = receive_exactly(channel, size - len(body))
        if rest is None:
            return None
        body += rest
    return marshal.loads(body), request, answers


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
