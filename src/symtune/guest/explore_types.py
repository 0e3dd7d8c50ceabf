"""Argument types of an entry point, by MonkeyType's inference over example values and over traced calls."""

from __future__ import annotations

import copy
import inspect
import sys
import typing

MIN_VARIADIC_LENGTH = 3
"""Tuples this long or longer, with items of one type, are read as sequences; shorter ones as records."""


class UntypedError(ValueError):
    """The types could not be inferred."""


def signature_of(function, file_name, entry_point, examples):
    """Return an `inspect.Signature` whose parameters carry the inferred types.

    Parameters that no example fills are left out, so that they keep their defaults.
    """
    from monkeytype.typing import DEFAULT_REWRITER, get_type, shrink_types

    if not examples:
        raise UntypedError("there is no example to infer types from")
    names = parameter_names(function, entry_point, examples)
    seen = {name: [] for name in names}
    for args, kwargs in examples:
        for name, value in [*zip(names, args, strict=False), *kwargs.items()]:
            seen.setdefault(name, []).append(get_type(value, 0))
    for traced in traced_arguments(function, file_name, entry_point, examples):
        for name, kind in traced.items():
            if name in seen:
                seen[name].append(kind)
    parameters = []
    for name, kinds in seen.items():
        if not kinds:
            continue
        kind = widen_tuples(DEFAULT_REWRITER.rewrite(shrink_types(kinds, 0)))
        check_supported(kind, name)
        by_keyword = name not in names or any(name in kwargs for _, kwargs in examples)
        shape = inspect.Parameter.KEYWORD_ONLY if by_keyword else inspect.Parameter.POSITIONAL_ONLY
        parameters.append(inspect.Parameter(name, shape, annotation=kind))
    return inspect.Signature(sorted(parameters, key=lambda one: one.kind))


def parameter_names(function, entry_point, examples):
    """Return names for the positional arguments: the reference's own where they can be read."""
    width = max(len(args) for args, _ in examples)
    if "." in entry_point:
        return [f"arg{index}" for index in range(width)]
    try:
        found = [
            name
            for name, one in inspect.signature(function).parameters.items()
            if one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD)
        ]
    except (TypeError, ValueError):
        found = []
    return [found[index] if index < len(found) else f"arg{index}" for index in range(width)]


def traced_arguments(function, file_name, entry_point, examples):
    """Return the argument types of every call of the entry point, inner calls included, while it runs on the examples."""
    from monkeytype.tracing import CallTraceLogger, trace_calls

    name = entry_point.rpartition(".")[2]
    found = []

    class Keep(CallTraceLogger):
        def log(self, trace):
            if len(found) < 1000:
                found.append(dict(trace.arg_types))

    def is_entry(code):
        return code.co_filename == file_name and code.co_name == name

    for args, kwargs in examples:
        try:
            with trace_calls(Keep(), max_typed_dict_size=0, code_filter=is_entry):
                function(*copy.deepcopy(args), **copy.deepcopy(kwargs))
        except (Exception, SystemExit):
            sys.setprofile(None)
    return found


def widen_tuples(kind):
    """Read long tuples of one type as ``Tuple[T, ...]``, at any depth; shorter ones stay records.

    ``Any`` in a union comes from an empty collection, which says nothing of its items, and is left out.
    """
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if not inner:
        return kind
    inner = tuple(widen_tuples(one) if one is not Ellipsis else one for one in inner)
    if origin is typing.Union:
        inner = tuple(one for one in inner if one is not typing.Any) or inner
        tuples = [one for one in inner if typing.get_origin(one) is tuple]
        rest = [one for one in inner if typing.get_origin(one) is not tuple]
        items = {item for one in tuples for item in typing.get_args(one) if item is not Ellipsis}
        if len(tuples) > 1 and len(items) == 1:
            return typing.Union[(*rest, tuple[items.pop(), ...])]
        return typing.Union[inner]  # noqa: UP007 - the members are known only now
    if origin is tuple:
        if Ellipsis not in inner and len(inner) >= MIN_VARIADIC_LENGTH and len(set(inner)) == 1:
            return tuple[inner[0], ...]
        return tuple[inner]
    return origin[inner] if origin in (list, set, frozenset, dict) else kind


def check_supported(kind, name):
    """Raise `UntypedError` when the type holds something no value can be made of."""
    origin = typing.get_origin(kind)
    if origin is None:
        if kind is typing.Any or kind in (int, float, str, bool, bytes, complex, type(None), frozenset, object, tuple):
            return
        raise UntypedError(f"argument {name!r} has type {kind}")
    for one in typing.get_args(kind):
        if one is not Ellipsis and one != ():
            check_supported(one, name)
