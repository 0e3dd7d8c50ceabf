"""Operators on calls: another function or method of the family, arguments swapped or left out, order reversed, ends of a range."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator

from symtune.suites.mutants.numbers import shifted
from symtune.suites.mutants.sites import Site, call_name

_FUNCTIONS: dict[str, tuple[str, ...]] = {
    "min": ("max",), "max": ("min",), "any": ("all",), "all": ("any",), "sum": ("len", "max"), "len": ("sum",), "sorted": ("list",),
    "set": ("list",), "list": ("set",), "floor": ("ceil",), "ceil": ("floor",), "divmod": ("pow",), "combinations": ("permutations",),
    "permutations": ("combinations",), "product": ("combinations",), "round": ("int",), "int": ("round",), "filter": ("map",),
    "zip_longest": ("zip",), "sin": ("cos",), "cos": ("sin",), "heappush": ("heappop",), "bisect_left": ("bisect_right",),
    "bisect_right": ("bisect_left",), "insort": ("insort_left",), "gcd": ("lcm",), "lcm": ("gcd",),
}  # fmt: skip
_METHODS: dict[str, tuple[str, ...]] = {
    "lower": ("upper",), "upper": ("lower",), "strip": ("lstrip", "rstrip"), "lstrip": ("rstrip",), "rstrip": ("lstrip",),
    "startswith": ("endswith",), "endswith": ("startswith",), "find": ("rfind",), "rfind": ("find",), "index": ("rindex",),
    "rindex": ("index",), "isupper": ("islower",), "islower": ("isupper",), "isalpha": ("isalnum", "isdigit"), "isalnum": ("isalpha",),
    "isdigit": ("isalpha", "isalnum"), "isnumeric": ("isalpha",), "title": ("capitalize",), "capitalize": ("title", "upper"),
    "swapcase": ("lower",), "ljust": ("rjust",), "rjust": ("ljust",), "zfill": ("ljust",), "split": ("rsplit",), "popleft": ("pop",),
    "appendleft": ("append",), "append": ("extend",), "extend": ("append",), "add": ("discard",), "union": ("intersection",),
    "intersection": ("union", "difference"), "difference": ("symmetric_difference", "intersection"), "keys": ("values",),
    "values": ("keys",), "issubset": ("issuperset",), "issuperset": ("issubset",), "search": ("match",), "match": ("search", "fullmatch"),
    "fullmatch": ("match",), "floor": ("ceil",), "ceil": ("floor",), "combinations": ("permutations",), "bisect_left": ("bisect_right",),
    "bisect_right": ("bisect_left",), "gcd": ("lcm",),
}  # fmt: skip
_DROPPABLE = frozenset({"abs", "int", "str", "float", "sorted", "reversed", "set", "tuple", "round", "bool", "sqrt", "lower", "upper", "strip"})
_BUILTINS = frozenset(dir(builtins))
_COMMUTATIVE = frozenset({"min", "max", "gcd", "lcm", "isinstance", "print", "hypot", "isclose", "zip"})
_COLLECTING = frozenset({"sorted", "len", "sum", "list", "Counter", "enumerate"})


def function(site: Site) -> Iterator[ast.AST]:
    """``min`` -> ``max``, ``any`` -> ``all``, ``lower`` -> ``upper``, ``strip`` -> ``lstrip``, and the like."""
    node = site.node
    if not isinstance(node, ast.Call):
        return
    if isinstance(node.func, ast.Name):
        for other in _FUNCTIONS.get(node.func.id, ()):
            yield ast.Call(ast.Name(other, ast.Load()), node.args, node.keywords)
    elif isinstance(node.func, ast.Attribute):
        for other in _METHODS.get(node.func.attr, ()):
            yield ast.Call(ast.Attribute(node.func.value, other, ast.Load()), node.args, node.keywords)


def dropped_call(site: Site) -> Iterator[ast.AST]:
    """``abs(a)`` -> ``a``, ``text.lower()`` -> ``text``; a call of a function of the program's own -> its first argument."""
    node = site.node
    if not isinstance(node, ast.Call):
        return
    name = call_name(node)
    if isinstance(node.func, ast.Attribute):
        if name in _DROPPABLE and not node.args:
            yield node.func.value
    elif node.args and (name in _DROPPABLE or name not in _BUILTINS) and not isinstance(site.parent, ast.Expr):
        yield node.args[0]


def swapped_arguments(site: Site) -> Iterator[ast.AST]:
    """``f(a, b)`` -> ``f(b, a)``."""
    node = site.node
    if not isinstance(node, ast.Call) or call_name(node) in _COMMUTATIVE or any(isinstance(one, ast.Starred) for one in node.args):
        return
    for index in range(len(node.args) - 1):
        args = list(node.args)
        args[index], args[index + 1] = args[index + 1], args[index]
        yield ast.Call(node.func, args, node.keywords)


def dropped_argument(site: Site) -> Iterator[ast.AST]:
    """A keyword argument or the last of several positional ones left out, ``pop(0)`` -> ``pop()`` and back."""
    node = site.node
    if not isinstance(node, ast.Call):
        return
    for index in range(len(node.keywords)):
        yield ast.Call(node.func, node.args, node.keywords[:index] + node.keywords[index + 1 :])
    name = call_name(node)
    if len(node.args) > 1 or (node.args and name in ("pop", "split", "strip", "lstrip", "rstrip", "rsplit")):
        yield ast.Call(node.func, node.args[:-1], node.keywords)
    if name == "pop" and not node.args:
        yield ast.Call(node.func, [ast.Constant(0)], [])
    if name in ("replace", "split") and len(node.args) == {"replace": 2, "split": 1}[name] and isinstance(node.func, ast.Attribute):
        yield ast.Call(node.func, [*node.args, ast.Constant(1)], node.keywords)


def reverse(site: Site) -> Iterator[ast.AST]:
    """``sorted(a)`` -> ``sorted(a, reverse=True)`` and back; ``list.sort`` alike."""
    node = site.node
    if not isinstance(node, ast.Call) or call_name(node) not in ("sorted", "sort"):
        return
    if not any(one.arg == "reverse" for one in node.keywords):
        yield ast.Call(node.func, node.args, [*node.keywords, ast.keyword("reverse", ast.Constant(True))])


def repeats(site: Site) -> Iterator[ast.AST]:
    """``len(a)`` -> ``len(set(a))``, ``sorted(a)``, ``sum(a)`` alike: right as long as no item repeats."""
    node = site.node
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _COLLECTING and len(node.args) == 1):
        return
    if call_name(node.args[0]) != "set" and not isinstance(node.args[0], ast.Starred | ast.Set | ast.SetComp):
        inner = ast.Call(ast.Name("set", ast.Load()), node.args, [])
        yield ast.Call(node.func, [inner], node.keywords)


def range_ends(site: Site) -> Iterator[ast.AST]:
    """``range(a, b)`` -> one sooner or later at either end; ``range(b)`` -> ``range(1, b)``; a step of -1 turned."""
    node = site.node
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range" and not node.keywords):
        return
    args = node.args
    stop = 0 if len(args) == 1 else 1
    if len(args) == 1:
        yield ast.Call(node.func, [ast.Constant(1), args[0]], [])
    for index in (stop,) if len(args) == 1 else (stop, 0):
        for step in (-1, 1):
            yield ast.Call(node.func, [*args[:index], shifted(args[index], step), *args[index + 1 :]], [])
