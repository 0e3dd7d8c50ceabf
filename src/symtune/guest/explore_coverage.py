"""Which branches of a reference each input takes.

Request: ``source``, ``prelude`` (code run before it), ``entry_point`` (null for a program that reads stdin), ``inputs`` (list of ``{"args",
"kwargs"}`` in JSON form, or of ``{"stdin"}``), ``seconds_per_input``.
Frames: ``{"index", "features", "result"}`` per input, where ``features`` are numbers standing for (line before, line,
how often: 1, 2, 3, 4-7, 8-15, ...) of the reference's own code, and ``result`` is the returned value's JSON form, or the text written;
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
import explore_main
import explore_program


class OverrunError(BaseException):
    """The input took longer than its share."""


def run(request, send):
    """Answer one coverage request."""
    try:
        call = program_of(request) if request["entry_point"] is None else function_of(request)
    except Exception as error:
        send({"problem": "load", "message": f"{type(error).__name__}: {error}"})
        return
    for index, form in enumerate(request["inputs"]):
        try:
            result, features = call(form, request.get("seconds_per_input", 1.0))
            send({"index": index, "features": features, "result": codec.encode(result)})
        except (Exception, SystemExit, OverrunError) as error:
            send({"index": index, "failed": type(error).__name__})


def function_of(request):
    """Return a function from one input and its seconds to what the entry point returned, and the features it took."""
    function, file_name = explore_program.load(request["source"], request["entry_point"], request.get("prelude", ""))

    def call(form, seconds):
        args = tuple(codec.decode(item) for item in form.get("args", ()))
        kwargs = {key: codec.decode(item) for key, item in form.get("kwargs", {}).items()}
        return traced_call(function, file_name, args, kwargs, seconds)

    return call


def program_of(request):
    """Return a function from one input and its seconds to what the program wrote, and the features it took."""
    codes = explore_main.compiled(request["source"], request.get("prelude", ""))

    def call(form, seconds):
        arcs = Arcs(explore_main.FILE_NAME, seconds)
        return explore_main.run_main(codes, form["stdin"], arcs.follow), arcs.features()

    return call


def traced_call(function, file_name, args, kwargs, seconds):
    """Call ``function`` on copies of the arguments; return its result and the sorted features it took."""
    arcs = Arcs(file_name, seconds)
    result = arcs.follow(lambda: function(*copy.deepcopy(args), **copy.deepcopy(kwargs)))
    return result, arcs.features()


class Arcs:
    """Counts the arcs taken in one file while something runs, for so many seconds."""

    def __init__(self, file_name, seconds):
        self.file_name = file_name
        self.seconds = seconds
        self.counts = {}

    def follow(self, call):
        """Return what ``call()`` returns, its threads traced as well."""
        counts, last, file_name = self.counts, {}, self.file_name
        deadline = time.monotonic() + self.seconds

        def local_trace(frame, event, _arg):
            if event == "line":
                key = (frame.f_code.co_firstlineno, last.get(id(frame), 0), frame.f_lineno)
                counts[key] = counts.get(key, 0) + 1
                last[id(frame)] = frame.f_lineno
                if time.monotonic() > deadline:
                    raise OverrunError
            elif event == "return":
                key = (frame.f_code.co_firstlineno, last.pop(id(frame), 0), -1)
                counts[key] = counts.get(key, 0) + 1
            return local_trace

        def global_trace(frame, _event, _arg):
            return local_trace if frame.f_code.co_filename == file_name else None

        threading.settrace(global_trace)
        sys.settrace(global_trace)
        try:
            return call()
        finally:
            sys.settrace(None)
            threading.settrace(None)

    def features(self):
        """Return the sorted features: a number for each arc and its rounded count."""
        return sorted({zlib.crc32(repr((key, count.bit_length())).encode()) for key, count in self.counts.items()})
