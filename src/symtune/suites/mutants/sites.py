"""Places of a program where a mutation operator may work: expressions and statements that the entry point can reach.

Left out are docstrings, type hints, decorators, imports, asserts, what is raised, and calls that no answer hangs on (``print`` in a
function problem, ``setrecursionlimit``): to change those gives a program that no suite can tell from the first.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

_SKIPPED_NODES = (ast.Assert, ast.Raise, ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal, ast.Delete)
_SKIPPED_FIELDS = {
    "decorator_list", "returns", "annotation", "format_spec", "type_params", "type_comment", "ctx",
}  # fmt: skip
_TEXT_CALLS = frozenset({"str", "list", "sorted", "chr", "join", "format", "split", "lower", "upper", "strip", "bin", "hex", "copy"})
_SILENT_CALLS = frozenset({"setrecursionlimit", "set_int_max_str_digits"})
_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Scope:
    """The function around a site: its variables, and those that hold texts or lists as far as one can see."""

    names: tuple[str, ...] = ()
    sequences: frozenset[str] = frozenset()
    num_bindings: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Site:
    """One expression or statement, and where it hangs in its tree."""

    node: ast.AST
    parent: ast.AST
    field: str
    index: int | None
    scope: Scope

    @property
    def line(self) -> int:
        """1-based line in the source."""
        return getattr(self.node, "lineno", 0)

    def put(self, node: ast.AST) -> None:
        """Hang another node into the tree here."""
        if self.index is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.index] = node


def find_sites(tree: ast.Module, *, entry_point: str | None) -> list[Site]:
    """Return the sites of a module that its entry point reaches, in the order of the source.

    Args:
        entry_point: as of a Problem; None for a program that reads stdin, of which every statement of the module runs.
    """
    found: list[Site] = []
    roots = None if entry_point is None else {entry_point.partition(".")[0]}
    wanted = _reached(tree, roots)
    for index, statement in enumerate(tree.body):
        if isinstance(statement, _Function | ast.ClassDef):
            if statement.name in wanted:
                found += _walk(Site(statement, tree, "body", index, Scope()), is_stdin=entry_point is None)
        elif entry_point is None or bound_names(statement) & wanted:
            found += _walk(Site(statement, tree, "body", index, scope_of(tree)), is_stdin=entry_point is None)
    return found


def _reached(tree: ast.Module, roots: set[str] | None) -> set[str]:
    """Return the names of the module that the roots use, directly or not; no roots: what the module's own statements use."""
    uses: dict[str, set[str]] = {}
    always: set[str] = set()
    for statement in tree.body:
        used = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
        names = {statement.name} if isinstance(statement, _Function | ast.ClassDef) else bound_names(statement)
        for name in names:
            uses.setdefault(name, set()).update(used)
        if not isinstance(statement, _Function | ast.ClassDef):
            always |= used
    todo = list(always if roots is None else roots)
    seen: set[str] = set()
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += uses.get(name, ())
    return seen


def bound_names(node: ast.AST) -> set[str]:
    """Return the variables that a node assigns, comprehensions' own left out."""
    if isinstance(node, ast.Name):
        return {node.id} if isinstance(node.ctx, ast.Store) else set()
    if isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp | ast.Lambda | _Function | ast.ClassDef):
        return set()
    return set().union(*(bound_names(child) for child in ast.iter_child_nodes(node)))


def scope_of(owner: ast.Module | ast.FunctionDef | ast.AsyncFunctionDef) -> Scope:
    """Return what is known of the variables of a function, or of a module."""
    counts: dict[str, int] = {}
    if isinstance(owner, _Function):
        given = owner.args
        for one in (*given.posonlyargs, *given.args, *given.kwonlyargs):
            if one.arg not in ("self", "cls"):
                counts[one.arg] = 1
    sequences: set[str] = set()
    for node in (inner for statement in owner.body for inner in ast.walk(statement)):
        if isinstance(node, ast.stmt):
            targets = getattr(node, "targets", None) or [getattr(node, "target", None)]
            for target in targets:
                for name in sorted(bound_names(target)) if target is not None else ():
                    counts[name] = counts.get(name, 0) + 1
            if isinstance(node, ast.Assign) and looks_like_sequence(node.value):
                sequences |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return Scope(names=tuple(counts), sequences=frozenset(sequences), num_bindings=counts)


def looks_like_sequence(node: ast.AST, sequences: frozenset[str] = frozenset()) -> bool:
    """Whether an expression gives a text or a list, as far as its own words show."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str | bytes)
    if isinstance(node, ast.Name):
        return node.id in sequences
    if isinstance(node, ast.Subscript):
        return isinstance(node.slice, ast.Slice)
    if isinstance(node, ast.BinOp):
        return looks_like_sequence(node.left, sequences) or looks_like_sequence(node.right, sequences)
    if isinstance(node, ast.Call):
        return call_name(node) in _TEXT_CALLS
    return isinstance(node, ast.JoinedStr | ast.List | ast.ListComp | ast.Tuple)


def call_name(node: ast.AST) -> str:
    """Return the name of a called function or method, or nothing."""
    function = node.func if isinstance(node, ast.Call) else None
    return function.id if isinstance(function, ast.Name) else function.attr if isinstance(function, ast.Attribute) else ""


def _walk(site: Site, *, is_stdin: bool) -> Iterator[Site]:
    node = site.node
    if isinstance(node, _SKIPPED_NODES) or _is_prose(node) or _is_silent(node, is_stdin=is_stdin):
        return
    is_target = isinstance(getattr(node, "ctx", None), ast.Store | ast.Del)
    if isinstance(node, ast.expr | ast.stmt) and not is_target and not _is_main_guard(node):
        yield site
    scope = scope_of(node) if isinstance(node, _Function) else site.scope
    for name, value in ast.iter_fields(node):
        if name in _SKIPPED_FIELDS or (isinstance(node, ast.ExceptHandler) and name == "type"):
            continue
        if isinstance(node, ast.ClassDef) and name != "body":
            continue
        if name == "test" and _is_main_guard(node):
            continue
        for index, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(child, ast.AST):
                yield from _walk(Site(child, node, name, index, scope), is_stdin=is_stdin)


def _is_prose(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_silent(node: ast.AST, *, is_stdin: bool) -> bool:
    if not isinstance(node, ast.Expr):
        return False
    name = call_name(node.value)
    return name in _SILENT_CALLS or (name == "print" and not is_stdin)


def _is_main_guard(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and any(isinstance(one, ast.Name) and one.id == "__name__" for one in ast.walk(node.test))
