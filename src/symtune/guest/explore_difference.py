"""Search for inputs on which two programs give different answers, with CrossHair: both run on the same symbolic arguments.

Request: ``source`` (the reference), ``suspect``, ``prelude``, ``entry_point``, ``examples`` (list of ``{"args", "kwargs"}`` in JSON form),
``precondition`` (Python source of ``def precondition(<parameters>)``, or null), ``budget_s`` (CPU seconds), ``path_s`` (most seconds on one
path), ``max_inputs`` (stop after so many).
Frames: ``{"args": [...], "kwargs": {}}`` per input on which the two differ, or on which the suspect overran its path; ``{"done":
"different" | "equal" | "undecided", "bounds": [size, magnitude] | null, "paths": n, "doubts": {reason: n}}`` at the end; ``{"problem",
"message"}`` when it cannot start.

Bounds grow: sizes up to 2 and small integers first, then longer and any integer. Within bounds the reference's branches are forced first,
then the suspect's. An input on which the reference raises is no difference.

``equal`` is said of bounds in which no path was left, and on every path the two agreed: once as symbols, once more on concrete arguments of
that path. A value that the engine had to fix is a branch of its own and leaves the others open. A path that overran, that the engine could
not follow, on which symbol and concrete run disagree, or that made a float (which the engine takes for a real number), is a doubt, and with
a doubt nothing is said to be equal.

Source: CrossHair's ``diffbehavior`` (both orders, one search tree each).
Differs: bounds that grow, a precondition, what the reference refuses is left out, concrete runs, and the doubts.
"""

from __future__ import annotations

import ast
import builtins
import copy
import inspect
import time

import codec
import explore_program
import explore_symbolic
import explore_types

STAGES = ((2, 12), (3, None), (5, None))
"""Bounds in order: items of every collection and text, magnitude of every integer (None: any)."""

PROVING_SIZE = 3
"""Bounds of smaller sizes prove nothing worth saying: most loops need three items to show what they do."""

REFERENCE_FIRST_FRACTION = 0.6
"""Share of a stage's time for the order in which the reference runs first."""


_CLOCK_NAME = "__symtune_clock__"


class OverrunError(BaseException):
    """The suspect took longer than its path's share: raised between two of its statements, never inside the engine."""


class _Clocked(ast.NodeTransformer):
    """Puts a look at the clock into every loop and every function."""

    def _clocked(self, node):
        self.generic_visit(node)
        look = ast.Expr(ast.Call(ast.Name(_CLOCK_NAME, ast.Load()), [], []))
        node.body.insert(1 if ast.get_docstring(node) is not None and len(node.body) > 1 else 0, look)
        return node

    def _looped(self, node):
        self.generic_visit(node)
        node.body.insert(0, ast.Expr(ast.Call(ast.Name(_CLOCK_NAME, ast.Load()), [], [])))
        return node

    visit_FunctionDef = visit_AsyncFunctionDef = _clocked
    visit_For = visit_While = visit_AsyncFor = _looped


def clocked(source):
    """Return a program that calls the clock in every loop and function."""
    return ast.unparse(ast.fix_missing_locations(_Clocked().visit(ast.parse(source))))


class _Unequal(Exception):
    """Two answers of a kind that cannot be compared."""


def load_functions(request):
    """Return reference, suspect and the signature of their arguments, for a request on functions.

    Raises:
        UntypedError: the types of the arguments could not be inferred.
    """
    examples = [
        (
            tuple(codec.decode(item) for item in form.get("args", ())),
            {key: codec.decode(item) for key, item in form.get("kwargs", {}).items()},
        )
        for form in request["examples"]
    ]
    entry_point, prelude = request["entry_point"], request.get("prelude", "")
    suspect, _ = explore_program.load(clocked(request["suspect"]), entry_point, prelude)
    reference, file_name = explore_program.load(request["source"], entry_point, prelude)
    return reference, suspect, explore_types.signature_of(reference, file_name, entry_point, examples)


def run(request, send, load=load_functions):
    """Answer one difference request.

    Args:
        load: request -> (reference, suspect, signature); another one may give programs that read stdin as callables. The suspect's
            source goes through `clocked` first.
    """
    started_s = time.process_time()
    explore_symbolic.warm_up()
    setattr(builtins, _CLOCK_NAME, lambda: None)
    try:
        reference, suspect, signature = load(request)
    except explore_types.UntypedError as error:
        send({"problem": "types", "message": str(error)})
        return
    except (Exception, SystemExit) as error:
        send({"problem": "load", "message": f"{type(error).__name__}: {error}"})
        return
    precondition = None
    if request.get("precondition"):
        scope = {}
        exec(compile(request["precondition"], "<precondition>", "exec"), scope)
        precondition = scope["precondition"]
    search = Search(reference, suspect, signature, precondition, request, send)
    setattr(builtins, _CLOCK_NAME, search.look_at_clock)
    search.run(max(0.2, request["budget_s"] - (time.process_time() - started_s)))


class Search:
    """One search over all bounds and both orders."""

    def __init__(self, reference, suspect, signature, precondition, request, send):
        from crosshair import auditwall, core, options, statespace, tracers
        from crosshair.libimpl import builtinslib

        self.core, self.statespace, self.tracers, self.auditwall = core, statespace, tracers, auditwall
        self.floats = builtinslib.RealBasedSymbolicFloat
        self.options = options.DEFAULT_OPTIONS
        self.reference, self.suspect = reference, suspect
        self.signature, self.precondition = signature, precondition
        self.path_s, self.max_inputs = request["path_s"], request["max_inputs"]
        self.send = send
        self.num_paths, self.doubts, self.sent, self.overrun_s = 0, {}, set(), float("inf")

    def look_at_clock(self):
        """Raise `OverrunError` when the suspect has used up its share."""
        with self.tracers.NoTracing():
            if time.process_time() > self.overrun_s:
                raise OverrunError

    def run(self, budget_s):
        """Search stage after stage until something differs or the time is over, and send the end."""
        self._watch_floats()
        self.auditwall.engage_auditwall()
        deadline_s = time.process_time() + budget_s
        proved = None
        for number, bounds in enumerate(STAGES):
            share_s = (deadline_s - time.process_time()) / (len(STAGES) - number)
            is_equal = self._stage(bounds, share_s)
            if self.sent:
                break
            if is_equal and bounds[0] >= PROVING_SIZE:
                proved = bounds
            if deadline_s - time.process_time() < 0.05 * budget_s or (not is_equal and number > 0):
                break
        done = "different" if self.sent else "equal" if proved else "undecided"
        self._tell({"done": done, "bounds": proved and list(proved), "paths": self.num_paths, "doubts": self.doubts})

    def _stage(self, bounds, share_s):
        """Search within bounds in both orders; return whether the two were found equal there."""
        started_s = time.process_time()
        for is_reference_first in (True, False):
            left_s = share_s - (time.process_time() - started_s)
            if left_s <= 0:
                break
            self.doubts = {}
            is_exhausted = self._explore(bounds, is_reference_first, left_s * (REFERENCE_FIRST_FRACTION if is_reference_first else 1))
            if self.sent:
                return False
            if is_exhausted and not self.doubts:
                return True
        return False

    def _explore(self, bounds, is_reference_first, budget_s):
        """Follow paths in one order; return whether none is left."""
        options = self.options.overlay(
            per_condition_timeout=budget_s, per_path_timeout=min(self.path_s, budget_s), max_uninteresting_iterations=0
        )

        def run_path(space):
            return self._path(space, bounds, is_reference_first)

        try:
            result = self.core.explore_loop(options, self.statespace.RootNode(), run_path)
        except Exception as error:  # the engine's own failure: nothing is known of what is left
            self._doubt(f"engine_{type(error).__name__}")
            return False
        analysis = result.top_analysis
        is_confirmed = analysis is not None and analysis.verification_status == self.statespace.VerificationStatus.CONFIRMED
        return result.exhausted and is_confirmed

    def _path(self, space, bounds, is_reference_first):
        """Follow one path; the outcome ends the search when enough inputs were found."""
        core, statespace = self.core, self.statespace
        confirmed = statespace.CallAnalysis(statespace.VerificationStatus.CONFIRMED)
        unknown = statespace.CallAnalysis(statespace.VerificationStatus.UNKNOWN)
        self.num_paths += 1
        given = core.gen_args(self.signature)
        is_known = True
        try:
            with core.ExceptionFilter() as outside, self.tracers.ResumedTracing():
                is_inside = within(given, bounds) and self._is_valid(given)
            if outside.user_exc or outside.ignore:
                return core.PathOutcome(confirmed if outside.user_exc else unknown)
            if not is_inside:
                return core.PathOutcome(confirmed)
            is_known = self._compare(space, given, is_reference_first)
        except self.statespace.NotDeterministic:
            is_known = self._doubt("not_deterministic")
        except (core.UnexploredPath, core.IgnoreAttempt) as error:
            self._doubt(type(error).__name__)
            raise
        return core.PathOutcome(confirmed if is_known else unknown, len(self.sent) >= self.max_inputs)

    def _is_valid(self, bound):
        return self.precondition is None or bool(self.precondition(*bound.args, **bound.kwargs))

    def _compare(self, space, given, is_reference_first):
        """Run both on copies of the arguments; send the input where they differ. Returns whether the path is settled."""
        order = (self.reference, self.suspect) if is_reference_first else (self.suspect, self.reference)
        answers = {}
        for function in order:
            try:
                answers[function] = self._call(function, given)
            except OverrunError:
                self._doubt("overrun")
                self._send(self._realized(space, given, self.statespace.PathTimeout()))
                return False
            if function is self.reference and answers[function][1] is not None:
                return self._agrees_when_run(space, given, is_refused=True)
        is_same = False
        if answers[self.suspect][1] is None:
            with self.core.ExceptionFilter() as compared, self.tracers.ResumedTracing():
                is_same = bool(same(answers[self.reference][0], answers[self.suspect][0]))
            if compared.user_exc or compared.ignore:
                return self._doubt("answer")
        if is_same:
            return self._agrees_when_run(space, given, is_refused=False)
        self._send(self._realized(space, given, None))
        return True

    def _call(self, function, given):
        """Return what a function gives for a copy of symbolic arguments, and what it raised."""
        bound = self.core.deepcopyext(given, self.core.CopyMode.REGULAR, {})
        value = None
        self.overrun_s = time.process_time() + self.path_s
        with self.core.ExceptionFilter() as failed, self.tracers.ResumedTracing():
            value = function(*bound.args, **bound.kwargs)
        if failed.ignore:
            raise self.core.UnexploredPath
        return value, failed.user_exc and failed.user_exc[0]

    def _agrees_when_run(self, space, given, *, is_refused):
        """Run both on concrete arguments of the path: does the reference refuse them too, or the suspect agree?"""
        bound = self._realized(space, given, None)
        self.overrun_s = time.process_time() + self.path_s
        reference, suspect = (plain_call(function, bound) for function in (self.reference, self.suspect))
        if (reference is None) is not is_refused:
            return self._doubt("concrete_run_differs")
        if is_refused or reference == suspect:
            return True
        self._send(bound)
        return self._doubt("concrete_run_differs")

    def _realized(self, space, given, error):
        """Return concrete arguments of the path; the path ends here."""
        with self.tracers.ResumedTracing():
            space.detach_path(error)
            return self.core.deep_realize(given)

    def _send(self, bound):
        try:
            form = {
                "args": [codec.encode(item) for item in bound.args],
                "kwargs": {key: codec.encode(item) for key, item in bound.kwargs.items()},
            }
        except codec.NotPlainError:
            self._doubt("input_not_plain")
            return
        if repr(form) not in self.sent:
            self.sent.add(repr(form))
            self._tell(form)

    def _tell(self, frame):
        with self.auditwall.opened_auditwall():
            self.send(frame)

    def _doubt(self, reason):
        """Count a doubt; returns False."""
        self.doubts[reason] = self.doubts.get(reason, 0) + 1
        return False

    def _watch_floats(self):
        """Count every float that the engine makes as a real number."""
        make, doubt = self.floats.__init__, self._doubt

        def counted(number, *args, **kwargs):
            doubt("float")
            make(number, *args, **kwargs)

        self.floats.__init__ = counted


def plain_call(function, bound):
    """Return the JSON text of what a function gives for concrete arguments: None when it raises, a mark when it is no plain value."""
    bound = copy.deepcopy(bound)
    try:
        return repr(codec.encode(function(*bound.args, **bound.kwargs)))
    except codec.NotPlainError:
        return "not plain"
    except OverrunError:
        return "overran"
    except (Exception, SystemExit):
        return None


def within(bound, bounds):
    """Whether every collection and text among the arguments is short enough, and every integer small enough."""
    size, magnitude = bounds
    return all(_is_within(value, size, magnitude) for value in [*bound.args, *bound.kwargs.values()])


def _is_within(value, size, magnitude):
    if isinstance(value, bool) or value is None:
        return True
    if isinstance(value, int):
        return magnitude is None or -magnitude <= value <= magnitude
    if isinstance(value, (str, bytes)):
        return len(value) <= size
    if isinstance(value, dict):
        return len(value) <= size and all(
            _is_within(key, size, magnitude) and _is_within(item, size, magnitude) for key, item in value.items()
        )
    if isinstance(value, (list, tuple, set, frozenset)):
        return len(value) <= size and all(_is_within(item, size, magnitude) for item in value)
    return True


def same(left, right):
    """Whether two answers are of the same type and equal, item by item.

    Raises:
        _Unequal: answers of a kind that equality says nothing of, such as generators.
    """
    if left is right:
        return True
    kind = type(left)
    if kind is not type(right):
        return False
    if kind is list or kind is tuple:
        return len(left) == len(right) and all(same(one, other) for one, other in zip(left, right))
    if kind is dict:
        return len(left) == len(right) and all(key in right and same(left[key], right[key]) for key in left)
    if kind.__eq__ is object.__eq__ or inspect.isgenerator(left):
        raise _Unequal
    return bool(left == right) or (kind is float and left != left and right != right)
