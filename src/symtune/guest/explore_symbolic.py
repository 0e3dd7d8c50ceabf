"""Search a reference for inputs, one per path, with CrossHair.

Request: ``source``, ``prelude`` (code run before it), ``entry_point``, ``examples`` (list of ``{"args", "kwargs"}`` in JSON
form), ``precondition`` (Python source of ``def precondition(<parameters>)``, or null), ``budget_s`` (CPU seconds), ``path_s``
(most seconds on one path), ``max_paths`` (most paths, or null).
Frames: ``{"types": {parameter: text}}`` once; ``{"args": [...], "kwargs": {}}`` per path; ``{"done": "exhausted" |
"budget" | "paths", "paths": n, "ignored": n}`` at the end; ``{"problem", "message"}`` when it cannot start.

Differs: the argument types go to CrossHair as a signature made from MonkeyType's inference over the examples and over the
calls traced while the reference runs on them; the source itself is not rewritten with annotations.
"""

from __future__ import annotations

import time

import codec
import explore_program
import explore_types

_CROSSHAIR = {}


def warm_up():
    """Import the engine and its models of the standard library, once; no solver is asked anything."""
    if _CROSSHAIR:
        return
    import crosshair.core_and_libs as libraries
    from crosshair import auditwall, core, options, statespace, tracers

    libraries.standalone_statespace  # noqa: B018 - the import registers the models
    _mend_integer_powers()
    _CROSSHAIR.update(
        core=core, options=options, statespace=statespace, tracers=tracers, auditwall=auditwall
    )


def _mend_integer_powers():
    """Let ``ToInt`` pass integers on: newer z3 gives ``int ** int`` the sort Int, which CrossHair still converts."""
    import z3

    convert = z3.ToInt
    z3.ToInt = lambda term: term if z3.is_int(term) else convert(term)


def run(request, send):
    """Answer one symbolic request."""
    started = time.monotonic()
    warm_up()
    examples = [
        (
            tuple(codec.decode(item) for item in form.get("args", ())),
            {key: codec.decode(item) for key, item in form.get("kwargs", {}).items()},
        )
        for form in request["examples"]
    ]
    try:
        function, file_name = explore_program.load(request["source"], request["entry_point"], request.get("prelude", ""))
        signature = explore_types.signature_of(function, file_name, request["entry_point"], examples)
    except explore_types.UntypedError as error:
        send({"problem": "types", "message": str(error)})
        return
    except Exception as error:
        send({"problem": "load", "message": f"{type(error).__name__}: {error}"})
        return
    send({"types": {name: str(one.annotation) for name, one in signature.parameters.items()}})
    precondition = None
    if request.get("precondition"):
        scope = {}
        exec(compile(request["precondition"], "<precondition>", "exec"), scope)
        precondition = scope["precondition"]
    budget_s = request["budget_s"] - (time.monotonic() - started)
    explore(
        function, signature, precondition, max(0.2, budget_s), request["path_s"], send, max_paths=request.get("max_paths")
    )


def explore(function, signature, precondition, budget_s, path_s, send, *, max_paths=None):
    """Run path after path until the budget is spent, ``max_paths`` are done or none is left; send each path's input."""
    core, tracers = _CROSSHAIR["core"], _CROSSHAIR["tracers"]
    counts = {"paths": 0, "ignored": 0}
    state = {"is_inside": True}

    def run_path(bound):
        state["is_inside"] = True
        if precondition is not None and not precondition(*bound.args, **bound.kwargs):
            state["is_inside"] = False
            return None
        return function(*bound.args, **bound.kwargs)

    def is_enough():
        return max_paths is not None and counts["paths"] + counts["ignored"] >= max_paths

    def on_path_complete(space, pre_args, post_args, result, error, error_stack):
        if error is not None or not state["is_inside"]:
            counts["ignored"] += 1
            return is_enough()
        with core.ExceptionFilter():
            space.detach_path()
            bound = core.deep_realize(pre_args)
            with tracers.NoTracing():
                counts["paths"] += 1
                try:
                    args = [codec.encode(item) for item in bound.args]
                    kwargs = {key: codec.encode(item) for key, item in bound.kwargs.items()}
                except codec.NotPlainError:
                    return is_enough()
                with _CROSSHAIR["auditwall"].opened_auditwall():
                    send({"args": args, "kwargs": kwargs})
        return is_enough()

    options = _CROSSHAIR["options"].DEFAULT_OPTIONS.overlay(
        per_condition_timeout=budget_s, per_path_timeout=path_s, max_uninteresting_iterations=0
    )
    _CROSSHAIR["auditwall"].engage_auditwall()
    before = time.process_time()
    try:
        core.explore_paths(
            run_path, signature, options, _CROSSHAIR["statespace"].RootNode(), on_path_complete, lambda: None
        )
    except Exception as error:
        with _CROSSHAIR["auditwall"].opened_auditwall():
            send({"problem": "engine", "message": f"{type(error).__name__}: {error}"} | counts)
        return
    is_spent = time.process_time() - before >= budget_s
    reason = "paths" if is_enough() else "budget" if is_spent else "exhausted"
    with _CROSSHAIR["auditwall"].opened_auditwall():
        send({"done": reason} | counts)
