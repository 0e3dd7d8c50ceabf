"""What a source defines, read from its syntax tree: functions, classes, parameters. Nothing is executed."""

from __future__ import annotations

import ast
import warnings

_Function = ast.FunctionDef | ast.AsyncFunctionDef


def parse_source(source: str) -> ast.Module | None:
    """Return the syntax tree of a source, or None when it does not parse. A header without body gets one."""
    for text in (source, source.rstrip() + "\n        pass\n", source.rstrip() + " pass\n"):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return None


def defines_class(source: str, name: str) -> bool:
    """Whether the source defines a class of this name at top level."""
    tree = parse_source(source)
    return tree is not None and any(isinstance(node, ast.ClassDef) and node.name == name for node in tree.body)


def defines_function(source: str, name: str) -> bool:
    """Whether the source defines a function of this name at top level."""
    tree = parse_source(source)
    return tree is not None and any(isinstance(node, _Function) and node.name == name for node in tree.body)


def find_function(source: str, entry_point: str) -> _Function | None:
    """Return the last definition of ``name`` or ``Solution.name`` in a source, or None."""
    tree = parse_source(source)
    owner, _, name = entry_point.rpartition(".")
    body: list[ast.stmt] = list(tree.body) if tree else []
    if owner:
        body = [inner for node in body if isinstance(node, ast.ClassDef) and node.name == owner for inner in node.body]
    found = [node for node in body if isinstance(node, _Function) and node.name == name]
    return found[-1] if found else None


def parameter_names(source: str, entry_point: str) -> tuple[str, ...]:
    """Return the positional parameters of a function or method (without ``self``); empty when it is not there."""
    function = find_function(source, entry_point)
    if function is None:
        return ()
    names = [item.arg for item in [*function.args.posonlyargs, *function.args.args]]
    is_static = any(isinstance(item, ast.Name) and item.id == "staticmethod" for item in function.decorator_list)
    return tuple(names[1:] if "." in entry_point and not is_static else names)


def header_of(source: str, entry_point: str) -> str:
    """Return the ``def`` line of a function, with its annotations, or an empty text."""
    function = find_function(source, entry_point)
    if function is None:
        return ""
    returns = f" -> {ast.unparse(function.returns)}" if function.returns else ""
    return f"def {function.name}({ast.unparse(function.args)}){returns}:"
