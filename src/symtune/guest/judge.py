"""Worker that runs one program on the inputs of a suite and sends back what it gave. It never sees an expected value.

Function programs: the source is executed once as a module, the entry point called once per case, with inputs that are fresh
for each program (they were decoded before the fork). Programs that read stdin: the source is compiled once and executed in a
fork per case, with real descriptors 0 and 1 (see `stdin_case`).

Frames: ``{"load": cause, ...}`` when it does not load, ``{"loaded": 1, "s": CPU seconds}`` when it does; then per case ``{"i": index, "v":
value}``, ``{"i", "o": output}`` or ``{"i", "c": cause, "m": message, "t": trace}``. A frame a program forges is an answer like any other.

Source: ours.
"""

from __future__ import annotations

import builtins
import importlib
import sys
import time
import types
from typing import Any

import stdin_case
from codec import NotPlainError, decode, encode
from faults import PROGRAM_FILE, cause_of, describe

_WARM_MODULES = (
    "abc", "array", "bisect", "calendar", "cmath", "collections", "collections.abc", "contextlib", "copy", "dataclasses",
    "datetime", "decimal", "enum", "fractions", "functools", "heapq", "inspect", "io", "itertools", "json",
    "math", "numbers", "operator", "os", "queue", "random", "re", "statistics", "string", "sys", "textwrap", "threading",
    "time", "traceback", "types", "typing", "unicodedata",
)  # fmt: skip
WATCHES_FORKS = True
_HEAVY_MODULES = ("numpy", "hashlib")
_OUR_MODULES = (
    "judge", "codec", "channel", "confine", "enclose", "faults", "stdin_case", "rest", "landlock", "zygote", "watch", "tree", "pages",
)  # fmt: skip

_inputs: dict[str, list[Any]] = {}


def prepare() -> None:
    """Import what programs import most, so that forks share it.

    A library costs every fork some microseconds, so those with large libraries of C that few programs use are not among them.
    """
    for name in _WARM_MODULES:
        importlib.import_module(name)
    _hide_the_judge()


def admit(shared: dict[str, Any]) -> None:
    """Decode the inputs of a suite, and forget those the host says are not needed again."""
    for digest in shared["forget"]:
        _inputs.pop(digest, None)
    if shared["kind"] == "stdin":
        _inputs[shared["digest"]] = [text.encode("utf-8", "surrogatepass") for text in shared["inputs"]]
    else:
        _inputs[shared["digest"]] = [
            ([decode(item) for item in form["args"]], {key: decode(item) for key, item in form["kwargs"].items()})
            for form in shared["inputs"]
        ]


def handle(request: dict[str, Any], send: Any) -> None:
    """Run the program on the cases ``start`` to ``stop`` of its suite."""
    send.begin_step()
    started_s = time.process_time()
    inputs = _inputs[request["inputs_digest"]]
    try:
        codes = [
            compile(text, name, "exec", dont_inherit=True)
            for text, name in ((request["prelude"], "<prelude>"), (request["source"], PROGRAM_FILE))
            if text or name == PROGRAM_FILE
        ]
    except (SyntaxError, ValueError, OverflowError, RecursionError, MemoryError) as error:
        send({"load": "syntax"} | describe(error, request["source"]))
        return
    for name in _HEAVY_MODULES:  # once here instead of once per case
        if request["kind"] == "stdin" and name in request["source"]:
            try:
                importlib.import_module(name)
            except ImportError:
                continue
    if request["kind"] == "stdin":
        send({"loaded": 1, "s": time.process_time() - started_s})
        stdin_case.run_cases(request, codes, inputs, send)
    else:
        send.restrict_signals()
        _run_function(request, codes, inputs, send, started_s)


def _hide_the_judge() -> None:
    sys.path.pop(0)
    for name in _OUR_MODULES:
        sys.modules.pop(name, None)


def _run_function(request: dict[str, Any], codes: list[Any], inputs: list[Any], send: Any, begun_s: float) -> None:
    source = request["source"]
    module = types.ModuleType("program")
    module.__dict__["__builtins__"] = builtins
    sys.modules["program"] = module
    try:
        for code in codes:
            exec(code, module.__dict__)
    except BaseException as error:
        cause = "import" if isinstance(error, ImportError) else "memory" if isinstance(error, MemoryError) else "load"
        send({"load": cause} | describe(error, source))
        return
    owner_name, _, name = request["entry_point"].rpartition(".")
    owner = module.__dict__.get(owner_name) if owner_name else None
    function = getattr(owner, name, None) if owner_name else module.__dict__.get(name)
    if not callable(function):
        send({"load": "entry_point", "m": f"the program defines no callable {request['entry_point']!r}", "t": ""})
        return
    cpu_ns, no_plain = time.process_time_ns, NotPlainError
    send({"loaded": 1, "s": cpu_ns() / 1e9 - begun_s})
    for index in range(request["start"], request["stop"]):
        args, kwargs = inputs[index]
        started_ns = send.begin_step()
        try:
            called = getattr(owner(), name) if owner_name else function
            frame = {"i": index, "v": encode(called(*args, **kwargs))}
        except no_plain as error:
            frame = {"i": index, "c": "not_plain", "m": str(error), "t": ""}
        except BaseException as error:
            frame = {"i": index, "c": cause_of(error)} | describe(error, source)
        frame["s"] = (cpu_ns() - started_ns) / 1e9
        inputs[index] = None
        send(frame)
