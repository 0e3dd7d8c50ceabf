"""Search a program that reads stdin for inputs, one per path, with CrossHair; its arguments are those of an input format.

Request: ``source``, ``prelude``, ``format`` (JSON form of an input format: parts, tests, gap), ``examples`` (list of ``{"args"}`` in JSON
form), ``precondition``, ``budget_s``, ``path_s``, ``max_paths``, all as in `explore_symbolic`.
Frames: those of `explore_symbolic`, and ``{"reading": "tokens" | "text"}`` once, ``{"realised": n}`` at the end: paths on which the program
looked at the characters of a token.

The program runs as ``__main__`` on lines of typed tokens (`explore_tokens`). A program that cannot read the first example in that way
gets concrete text instead: an input is then a model of the precondition and not of a path. Source: ours.
"""

from __future__ import annotations

import builtins
import inspect
import io
import os
import sys
import tempfile
import threading
import time
import types

import codec
import explore_main
import explore_program
import explore_symbolic
import z3

_OS_READ, _BYTES_IO, _STRING_IO = os.read, io.BytesIO, io.StringIO
_KINDS = {"int": int, "float": float, "word": str, "text": str}

FIRST_SIGN, LAST_SIGN = 33, 126
"""Words are searched among the characters of ASCII that can be seen."""

MAX_TRIED = 2
"""Examples on which it is tried whether the program reads tokens."""


class OutsideError(Exception):
    """Values that cannot be written in this format: sizes that must agree do not, or a word is empty."""


class RunNow(threading.Thread):
    """A thread that runs its target in place: programs start one for its larger stack."""

    def start(self):
        """Run the target."""
        self.run()

    def join(self, timeout=None):
        """Return at once."""


def run(request, send):
    """Answer one request."""
    started = time.monotonic()
    explore_symbolic.warm_up()
    import explore_tokens

    form = request["format"]
    try:
        codes = explore_main.compiled(request["source"], request.get("prelude", ""))
    except (SyntaxError, ValueError) as error:
        send({"problem": "load", "message": f"{type(error).__name__}: {error}"})
        return
    signature = signature_of(form["parts"])
    send({"types": {name: str(one.annotation) for name, one in signature.parameters.items()}})
    sys.setrecursionlimit(3000)
    sys.setrecursionlimit, threading.Thread = lambda _depth: None, RunNow
    examples = [[codec.decode(item) for item in one["args"]] for one in request["examples"]]
    faults = [fault_on_tokens(codes, form, args) for args in examples[:MAX_TRIED]]
    reading = "tokens" if None in faults or not faults else "text"
    send({"reading": reading} | ({"because": faults[0]} if reading == "text" else {}))
    precondition = None
    if request.get("precondition"):
        scope = {}
        exec(compile(request["precondition"], "<precondition>", "exec"), scope)
        precondition = scope["precondition"]
    realised = {"num": 0}

    def play(*args):
        from crosshair.core import deep_realize

        before = explore_tokens.Realised.num
        run_program(codes, lines_of(form, deep_realize(args) if reading == "text" else args), is_text=reading == "text")
        realised["num"] += explore_tokens.Realised.num > before

    budget_s = request["budget_s"] - (time.monotonic() - started)
    explore_symbolic.explore(
        play, signature, precondition, max(0.2, budget_s), request["path_s"], send, max_paths=request.get("max_paths")
    )
    send({"realised": realised["num"]})


def fault_on_tokens(codes, form, args):
    """Return why the program does not end well on an example given as tokens, concrete ones, or None."""
    from crosshair.core_and_libs import NoTracing, standalone_statespace

    with standalone_statespace:
        try:
            run_program(codes, lines_of(form, tuple(args)), is_text=False)
            fault = None
        except Exception as error:
            fault = f"{type(error).__name__}: {error}"
        with NoTracing():
            return fault


def signature_of(parts):
    """Return the signature whose parameters ``a0``, ``a1``, ... carry the types of the format's arguments."""
    kinds = types_of(parts)
    return inspect.Signature(
        [inspect.Parameter(f"a{i}", inspect.Parameter.POSITIONAL_ONLY, annotation=kind) for i, kind in enumerate(kinds)]
    )


def types_of(parts):
    """Return the type of each value of the parts."""
    found = []
    for part in parts:
        if part.get("parts"):
            inner = types_of(part["parts"])
            found.append(list[inner[0]] if len(inner) == 1 else list[tuple[tuple(inner)]])
            continue
        for item in part.get("items", ()):
            if item["kind"] != "count":
                kind = _KINDS[item["kind"]]
                found.append(list[kind] if item.get("is_run") else kind)
    return found


def lines_of(form, args):
    """Return the tokens of each line for these arguments, counts and the number of test cases included."""
    from explore_tokens import Token

    lines = [[Token(1)], *[[] for _ in range(form.get("gap", 0))]] if form.get("tests") else []
    return lines + part_lines(form["parts"], list(args), {})


def part_lines(parts, values, counts):
    """Return the lines of the parts."""
    counts = {**counts, **own_counts(parts, values)}
    lines, place = [], 0
    for part in parts:
        if part.get("parts"):
            rows, place = values[place], place + 1
            check_size(part.get("size"), len(rows), counts)
            for row in rows:
                lines += part_lines(part["parts"], row_values(part, row), counts)
        else:
            tokens = []
            for item in part.get("items", ()):
                value = counts[item["name"]] if item["kind"] == "count" else values[place]
                place += item["kind"] != "count"
                tokens += item_tokens(item, value, counts)
            lines.append(tokens)
    return lines


def item_tokens(item, value, counts):
    """Return the tokens of one item."""
    from explore_tokens import Token

    if item["kind"] == "count":
        return [Token(value)]
    if item.get("size"):
        check_size(item["size"], len(value), counts)
    values = value if item.get("is_run") else [value]
    if item["kind"] in ("word", "text"):
        for one in values:
            if len(one) == 0:
                raise OutsideError
            for sign in one:
                assume_visible(ord(sign))
        return list(values)
    return [Token(one, item.get("decimals")) for one in values]


def assume_visible(code):
    """Hold a character to those that can be seen, without a fork of the path."""
    from crosshair.core_and_libs import NoTracing
    from crosshair.libimpl.builtinslib import SymbolicInt
    from crosshair.statespace import context_statespace

    with NoTracing():
        if isinstance(code, SymbolicInt):
            space = context_statespace()
            bounds = z3.And(code.var >= FIRST_SIGN, code.var <= LAST_SIGN)
            is_visible = space.is_possible(bounds)
            if is_visible:
                space.add(bounds)
        else:
            is_visible = FIRST_SIGN <= code <= LAST_SIGN
    if not is_visible:
        raise OutsideError


def check_size(size, number, counts):
    """Raise `OutsideError` where a size is not what the counts say."""
    if size and size_of(size, counts) != number:
        raise OutsideError


def size_of(size, counts):
    """Return the number a size stands for."""
    if size.get("count") is None:
        return size.get("offset", 0)
    return size.get("factor", 1) * counts[size["count"]] + size.get("offset", 0)


def own_counts(parts, values):
    """Return the counts on the lines of the parts, each from the first size that speaks of it."""
    names = [item["name"] for part in parts for item in part.get("items", ()) if item["kind"] == "count"]
    found = {}
    if not names:
        return found
    for size, number in demands(parts, values):
        name = size.get("count")
        if name in names and name not in found:
            factor, offset = size.get("factor", 1), size.get("offset", 0)
            found[name] = number - offset if factor == 1 else (number - offset) // factor
            if found[name] < 0:
                raise OutsideError
    if len(found) < len(names):
        raise OutsideError
    return found


def demands(parts, values):
    """Yield every size with the number it has here."""
    place = 0
    for part in parts:
        if part.get("parts"):
            rows, place = values[place], place + 1
            if part.get("size"):
                yield part["size"], len(rows)
            for row in rows:
                yield from demands(part["parts"], row_values(part, row))
            continue
        for item in part.get("items", ()):
            if item["kind"] != "count":
                if item.get("size"):
                    yield item["size"], len(values[place])
                place += 1


def row_values(part, row):
    """Return the values of one round of a block."""
    return [row] if len(types_of(part["parts"])) == 1 else list(row)


def run_program(codes, lines, *, is_text):
    """Run the program as ``__main__`` on these lines; what it prints is dropped. ``SystemExit`` ends it well."""
    from crosshair.auditwall import opened_auditwall
    from crosshair.tracers import NoTracing
    from explore_tokens import Known, Reader, Text

    layer = Known()
    try:
        with NoTracing():
            layer.__enter__()
            if is_text:
                with opened_auditwall():
                    reader = real_stdin(Text(lines).__ch_realize__().encode())
            else:
                reader = Reader(lines)
            namespace = namespace_of(reader, is_text=is_text)
        for code in codes:
            exec(code, namespace)
    except SystemExit:
        return
    finally:
        with NoTracing():
            layer.__exit__()


def real_stdin(text):
    """Put a text behind descriptor 0 and return it opened."""
    with tempfile.TemporaryFile(buffering=0) as file:
        file.write(text)
        file.seek(0)
        os.dup2(file.fileno(), 0)
    return io.TextIOWrapper(io.BufferedReader(io.FileIO(0, closefd=False)), encoding="utf-8")


def reader_of(given):
    """Return a reader over lines that were read at once and are now to be read one by one; None for anything else."""
    from crosshair.tracers import NoTracing
    from explore_tokens import Reader, Text

    with NoTracing():
        return Reader(given.lines).buffer if isinstance(given, Text) else None


def namespace_of(reader, *, is_text):
    """Make ``__main__`` and the standard streams anew; return the names that the program begins with."""
    output = explore_program.Silence()
    output.buffer = output
    output.write = lambda text: 0
    names = dict(vars(builtins))
    builtin_open = names["open"]

    def open_program(file, *args, **kwargs):
        return reader if file in (0, "/dev/stdin") else output if file == 1 else builtin_open(file, *args, **kwargs)

    names["print"] = lambda *_args, **_options: None
    if not is_text:
        names |= {"input": reader.input, "open": open_program}
        os.read = lambda descriptor, size: reader.buffer.read() if descriptor == 0 else _OS_READ(descriptor, size)
        io.BytesIO = lambda given=b"": reader_of(given) or _BYTES_IO(given)
        io.StringIO = lambda given="", newline="\n": reader_of(given) or _STRING_IO(given, newline)
    module = types.ModuleType("__main__")
    module.__dict__.update({"__builtins__": names, "__file__": "program.py"})
    sys.modules["__main__"], sys.argv = module, ["program.py"]
    sys.stdin, sys.stdout, sys.stderr = reader, output, output
    return module.__dict__
