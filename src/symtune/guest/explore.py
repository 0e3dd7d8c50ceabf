"""Explorer worker: runs inside the guest and sends what it finds as frames, so that what came before a kill is kept.

A request names its ``mode``:

    symbolic  search a reference for inputs, one per path (CrossHair), inside a precondition
    stdin     the same for a program that reads stdin, on typed tokens instead of text
    coverage  run a reference on inputs, with the branches each one takes
    difference  search for inputs on which a reference and a suspect give different answers (CrossHair)

The first docstring of each sibling (`explore_symbolic`, `explore_stdin`, `explore_coverage`, `explore_difference`) lists its request fields
and frames.
"""

from __future__ import annotations

import explore_coverage


def prepare():
    """Import CrossHair once, before the fork. It makes z3's main context but asks it nothing, so forks stay clean."""
    import explore_difference  # noqa: F401 - loaded once, for the forks
    import explore_symbolic

    explore_symbolic.warm_up()


def handle(request, send):
    """Answer one request in this fork.

    Args:
        request: ``mode`` and the fields of that mode.
        send: sends one frame (a JSON object) to the host at once.
    """
    mode = request["mode"]
    if mode == "coverage":
        explore_coverage.run(request, send)
    elif mode == "symbolic":
        import explore_symbolic

        explore_symbolic.run(request, send)
    elif mode == "difference":
        import explore_difference

        explore_difference.run(request, send)
    elif mode == "stdin":
        import explore_stdin

        explore_stdin.run(request, send)
    else:
        send({"problem": "mode", "message": f"unknown mode {mode!r}"})
