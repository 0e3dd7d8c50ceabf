"""Which branches of a reference each input takes.

Request: ``source``, ``prelude`` (code run before it), ``entry_point`` (null: a program that reads stdin), ``inputs`` (list of
``{"args", "kwargs"}`` in JSON form, or ``{"stdin"}``), ``seconds_per_input``.
Frames: ``{"index", "features", "result"}`` per input, where ``features`` are numbers standing for (line before, line,
how often: 1, 2, 3, 4-7, 8-15, ...) of the reference's own code, and ``result`` is the returned value's JSON form, or what
was written;
``{"index", "failed"}`` for one that raised; ``{"problem", "message"}`` when the reference did not load.

A feature is an arc of the control flow with its hit count rounded to a power of two, so that "the loop ran not at all,
once, often" are told apart. Source: arcs as in branch coverage tools; the rounding is AFL's.
"""

from __future__ import annotations

import copy
import sys
import threading
import time
import zlib

import codec
import explore_program


class OverrunError(BaseException):
    """The input took longer than its share."""


def run(request, send):
    """Answer one coverage request."""
    try:
        function, file_name = explore_program.load(request["source"], request["entry_point"], request.get("prelude", ""))
    except Exception as error:
        send({"problem": "load", "message": f"{type(error).__name__}: {error}"})
        return
    for index, form in enumerate(request["inputs"]):
        text = form.get("stdin")
        args = (text,) if text is not None else tuple(codec.decode(item) for item in form.get("args", ()))
        kwargs = {key: codec.decode(item) for key, item in form.get("kwargs", {}).items()}
        try:
            result, features = traced_call(function, file_name, args, kwargs, request.get("seconds_per_input", 1.0))
            send({"index": index, "features": features, "result": codec.encode(result)})
        except (Exception, SystemExit, OverrunError) as error:
            send({"index": index, "failed": type(error).__name__})


def traced_call(function, file_name, args, kwargs, seconds):
    """Call ``function`` on copies of the arguments; return its result and the sorted features it took."""
    arcs = {}
    deadline = time.monotonic() + seconds

    def local_trace(frame, event, _arg):
        if event == "line":
            key = (frame.f_code.co_firstlineno, last.get(id(frame), 0), frame.f_lineno)
            arcs[key] = arcs.get(key, 0) + 1
            last[id(frame)] = frame.f_lineno
            if time.monotonic() > deadline:
                raise OverrunError
        elif event == "return":
            key = (frame.f_code.co_firstlineno, last.pop(id(frame), 0), -1)
            arcs[key] = arcs.get(key, 0) + 1
        return local_trace

    def global_trace(frame, _event, _arg):
        return local_trace if frame.f_code.co_filename == file_name else None

    last = {}
    threading.settrace(global_trace)
    sys.settrace(global_trace)
    try:
        result = function(*copy.deepcopy(args), **copy.deepcopy(kwargs))
    finally:
        sys.settrace(None)
        threading.settrace(None)
    return result, sorted({zlib.crc32(repr((key, count.bit_length())).encode()) for key, count in arcs.items()})
