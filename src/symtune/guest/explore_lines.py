"""Which lines and branches of a program each input of a suite reaches, of those that it has.

Request: ``kind`` (``function`` or ``stdin``), ``source``, ``prelude`` (code run before it), ``entry_point`` (null for stdin), ``inputs``
(list of ``{"args", "kwargs"}`` in JSON form, or of texts), ``start`` (index of the first input to run), ``seconds_per_input``,
``budget_s`` (CPU seconds of the request).
Frames: ``{"lines": [...], "branches": n}`` once: the executable lines, and how many outcomes of decisions there are; ``{"index",
"lines", "branches", "ended"}`` when the program was loaded (``index`` -1) and per input: the lines and the numbers of branches that
were new, and ``returned``, ``raised`` or ``overran``; ``{"done": "covered" | "inputs" | "budget"}`` at the end; ``{"problem",
"message"}`` when the program did not load.

A line is executable when bytecode stands for it. A branch is one outcome of one decision: a test that is true or false, a loop
that gets an item or is exhausted. Decisions are the conditional jumps of the bytecode, told apart by their place in the source, so
operands of ``and`` and ``or``, conditional expressions and comprehensions count like ``if``, and code that the compiler
doubles counts once.

Source: branch (decision) coverage as in Myers 1979, chapter 4. Differs: coverage.py counts arcs between lines, so decisions within a line
are not told apart there; ``assert`` and ``except`` are no decisions here, since their other outcome is an error.
"""

from __future__ import annotations

import builtins
import dis
import os
import sys
import tempfile
import threading
import time
import types

import codec

_FILE_NAME = "<program>"
_LOOK_EVERY = 512
_NO_DECISION_AFTER = ("CHECK_EXC_MATCH", "CHECK_EG_MATCH", "WITH_EXCEPT_START")
_NO_DECISION_BEFORE = "LOAD_ASSERTION_ERROR"
_PASSES_VALUE_ON = ("EXTENDED_ARG", "TO_BOOL", "COPY", "SWAP", "POP_TOP", "CACHE")
_OUR_MODULES = ("explore_lines", "codec", "channel", "confine", "enclose", "faults", "server", "rest", "landlock", "tree")


class OverrunError(BaseException):
    """The input took longer than its share."""


class Decisions:
    """The lines and conditional jumps of all code of a program."""

    def __init__(self, code):
        self.lines = set()
        self.numbers = {}
        self.line_at, self.jump_at, self.next_of = {}, {}, {}
        todo = [code]
        while todo:
            one = todo.pop()
            todo += [item for item in one.co_consts if isinstance(item, types.CodeType)]
            self._read(one)

    def _read(self, code):
        instructions = list(dis.get_instructions(code))
        lines = {instruction.offset: instruction.positions.lineno for instruction in instructions}
        self.line_at[code] = lines
        self.lines |= {line for line in lines.values() if line}
        jumps, follows = {}, {}
        for place, instruction in enumerate(instructions[:-1]):
            if not is_conditional(instruction.opname):
                continue
            before, after = instructions[place - 1].opname, instructions[place + 1].opname
            if before in _NO_DECISION_AFTER or after == _NO_DECISION_BEFORE:
                continue
            key = place_of(instructions, place)
            jumps[instruction.offset] = (self._number(key, True), self._number(key, False), when_jumped(instruction.opname), instruction)
            follows[instruction.offset] = {instructions[place + 1].offset}
            if after == "EXTENDED_ARG":
                follows[instruction.offset].add(instructions[place + 2].offset)
            if before == "EXTENDED_ARG":  # the event may be that of the prefix
                jumps[instructions[place - 1].offset] = jumps[instruction.offset]
        self.jump_at[code], self.next_of[code] = jumps, follows

    def _number(self, key, outcome):
        return self.numbers.setdefault((key, outcome), len(self.numbers))


def is_conditional(name):
    """Whether an instruction has two ways to go on, by what it finds."""
    return name == "FOR_ITER" or ("JUMP" in name and "_IF_" in name and "EXC_MATCH" not in name and "EG_MATCH" not in name)


def place_of(instructions, place):
    """Return what names a decision: its kind, and where the tested value or the loop's target stands in the source."""
    is_loop = instructions[place].opname == "FOR_ITER"
    step = 1 if is_loop else -1
    looked_at = place + step
    while 0 < looked_at < len(instructions) - 1 and instructions[looked_at].opname in _PASSES_VALUE_ON:
        looked_at += step
    return (is_loop, *instructions[looked_at].positions)


def when_jumped(name):
    """Return the outcome that makes an instruction jump: whether the test is true (is None, there is an item)."""
    return name.endswith(("IF_TRUE", "IF_TRUE_OR_POP", "IF_NONE"))


class Recorder:
    """Trace functions that note what runs. ``pending`` holds, per frame, a jump whose way is seen at the next instruction."""

    def __init__(self, decisions):
        self.decisions = decisions
        self.lines, self.branches = set(), set()
        self.pending = {}
        self.deadline_s, self._num_events = float("inf"), 0

    def enter(self, frame, _event, _arg):
        """Follow a frame of the program, and no other."""
        if frame.f_code not in self.decisions.line_at:
            return None
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        return self.step

    def step(self, frame, event, arg):
        """Note one instruction."""
        if event == "opcode":
            self._note(frame)
        elif event == "return":
            self.pending.pop(frame, None)
        elif event == "exception":
            jump = self.pending.get(frame)
            if jump is not None and not (jump[3].opname == "FOR_ITER" and issubclass(arg[0], StopIteration)):
                del self.pending[frame]
        return self.step

    def _note(self, frame):
        code, offset = frame.f_code, frame.f_lasti
        jump = self.pending.pop(frame, None)
        if jump is not None and offset != jump[3].offset:
            if_true, if_false, jumps_when, instruction = jump
            has_jumped = offset not in self.decisions.next_of[code][instruction.offset]
            self.branches.add(if_true if has_jumped == jumps_when else if_false)
        line = self.decisions.line_at[code].get(offset)
        if line:
            self.lines.add(line)
        jump = self.decisions.jump_at[code].get(offset)
        if jump is not None:
            self.pending[frame] = jump
        self._num_events += 1
        if self._num_events % _LOOK_EVERY == 0 and time.process_time() > self.deadline_s:
            raise OverrunError


def prepare():
    """Hide this worker's modules from the programs."""
    tempfile.gettempdir()
    sys.path.pop(0)
    for name in _OUR_MODULES:
        sys.modules.pop(name, None)


def handle(request, send):
    """Answer one request; see the module's docstring."""
    send.begin_step()
    if request["kind"] == "stdin":
        inputs = [text.encode("utf-8", "surrogatepass") for text in request["inputs"]]
    else:
        inputs = [
            ([codec.decode(item) for item in form["args"]], {key: codec.decode(item) for key, item in form["kwargs"].items()})
            for form in request["inputs"]
        ]
    try:
        prelude = compile(request["prelude"], "<prelude>", "exec", dont_inherit=True)
        code = compile(request["source"], _FILE_NAME, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, OverflowError, RecursionError, MemoryError) as error:
        send({"problem": "syntax", "message": f"{type(error).__name__}: {error}"[:500]})
        return
    decisions = Decisions(code)
    send({"lines": sorted(decisions.lines), "branches": len(decisions.numbers)})
    play = Play(Recorder(decisions), request, send)
    if request["kind"] == "stdin":
        play.run_inputs(inputs, lambda given: run_script(prelude, code, given, play.recorder))
        return
    call = load(prelude, code, request["entry_point"], play)
    if call is not None:
        play.run_inputs(inputs, call)


class Play:
    """Runs inputs one after the other and tells what each brought."""

    def __init__(self, recorder, request, send):
        self.recorder, self._request, self._send = recorder, request, send
        self._told_lines, self._told_branches = set(), set()

    def tell(self, index, ended):
        """Send what was new."""
        recorder = self.recorder
        lines, branches = recorder.lines - self._told_lines, recorder.branches - self._told_branches
        self._told_lines |= lines
        self._told_branches |= branches
        self._send({"index": index, "lines": sorted(lines), "branches": sorted(branches), "ended": ended})

    def guarded(self, call):
        """Make a traced call within its share of time; return how it ended, and the error."""
        self.recorder.deadline_s = time.process_time() + self._request["seconds_per_input"]
        sys.settrace(self.recorder.enter)
        try:
            call()
        except OverrunError as error:
            return "overran", error
        except BaseException as error:
            return ("returned" if isinstance(error, SystemExit) and error.code in (None, 0) else "raised"), error
        finally:
            sys.settrace(None)
            threading.settrace(None)
            self.recorder.pending.clear()
        return "returned", None

    def run_inputs(self, inputs, call):
        """Run the inputs from the first that is asked for, until all is covered, none is left or the budget is spent."""
        decisions = self.recorder.decisions
        for index in range(self._request["start"], len(inputs)):
            if time.process_time() > self._request["budget_s"]:
                self._send({"done": "budget"})
                return
            self._send.begin_step()
            ended, _ = self.guarded(lambda given=inputs[index]: call(given))
            self.tell(index, ended)
            if len(self.recorder.lines) == len(decisions.lines) and len(self.recorder.branches) == len(decisions.numbers):
                self._send({"done": "covered"})
                return
        self._send({"done": "inputs"})


def load(prelude, code, entry_point, play):
    """Run the source as a module and return a call of its entry point; None, and a frame that says why, when it does not load."""
    module = types.ModuleType("program")
    module.__dict__["__builtins__"] = builtins
    sys.modules["program"] = module
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")  # noqa: SIM115

    def run():
        exec(prelude, module.__dict__)
        exec(code, module.__dict__)

    ended, error = play.guarded(run)
    if ended != "returned" or error is not None:
        play._send({"problem": "load", "message": f"{type(error).__name__}: {error}"[:500]})
        return None
    play.tell(-1, ended)
    owner_name, _, name = entry_point.rpartition(".")
    owner = module.__dict__.get(owner_name) if owner_name else None
    function = getattr(owner, name, None) if owner_name else module.__dict__.get(name)
    if not callable(function):
        play._send({"problem": "entry_point", "message": f"the program defines no callable {entry_point!r}"})
        return None

    def call(given):
        args, kwargs = given
        (getattr(owner(), name) if owner_name else function)(*args, **kwargs)

    return call


def run_script(prelude, code, given, recorder):
    """Run the source as a script that reads ``given``; what it prints goes nowhere. Its threads are followed and waited for."""
    with tempfile.TemporaryFile(buffering=0) as file:
        file.write(given)
        file.seek(0)
        os.dup2(file.fileno(), 0)
    settings = {"encoding": "utf-8", "errors": "surrogateescape", "closefd": False}
    sys.stdin = sys.__stdin__ = open(0, **settings)  # noqa: SIM115
    sys.stdout = sys.__stdout__ = open(1, "w", **settings)  # noqa: SIM115
    module = types.ModuleType("__main__")
    module.__dict__.update({"__builtins__": builtins, "__file__": "/tmp/program.py"})
    sys.modules["__main__"] = module
    sys.argv = ["program.py"]
    threading.settrace(recorder.enter)
    exec(prelude, module.__dict__)
    exec(code, module.__dict__)
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join()
