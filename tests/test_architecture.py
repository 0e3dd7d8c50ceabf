"""The house holds: floors, no cycles, third-party packages in their rooms, no swallowed errors, sizes, words.

The tables here are the plan of docs and DESIGN; a new room or a new package is one line. Exceptions stand with their reason
and may only become fewer.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parent.parent / "src" / "symtune"

FLOORS: dict[str, int] = {
    "errors": -1, "domain": 0,
    "sandbox": 1, "store": 1, "rewards": 1, "objectives": 1, "config": 1,
    "judging": 2, "datasets": 2,
    "suites": 3, "models": 3, "service": 3,
    "rollout": 4,
    "training": 5, "evaluation": 5, "report": 5, "adapters": 5,
    "cli": 6,
}  # fmt: skip
"""Room -> floor. Imports go to a lower floor, or stay in the room."""

THIRD_PARTY: dict[str, set[str]] = {
    "domain": {"pydantic"},
    "errors": set(),
    "config": {"pydantic", "tyro"},
    "store": set(),
    "sandbox": {"pydantic"},
    "rewards": set(),
    "objectives": {"torch"},
    "datasets": {"datasets", "pyarrow"},
    "judging": {"pydantic", "ray"},
    "suites": {"pydantic", "monkeytype"},
    "service": {"starlette", "uvicorn", "prometheus_client", "pydantic"},
    "models": {"torch", "transformers", "peft", "tokenizers", "safetensors", "pydantic", "numpy", "jinja2", "openai", "vllm"},
    "rollout": {"torch", "transformers", "numpy", "pydantic"},
    "training": {"torch", "transformers", "accelerate", "trl", "peft", "pydantic", "numpy", "datasets"},
    "evaluation": {"numpy", "pydantic", "sacrebleu"},
    "report": {"matplotlib", "jinja2", "markupsafe", "numpy", "pydantic", "pygments"},
    "adapters": {"verifiers", "datasets"},
    "cli": {"tyro", "rich", "pydantic"},
}
"""Room -> packages it may import besides the standard library."""

GUEST_THIRD_PARTY = {"explore": {"crosshair", "monkeytype", "z3"}}
"""Guest files whose name starts with this may import these."""

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 60

SIZE_EXCEPTIONS: dict[str, str] = {}
"""File or file:function -> why it is longer than the house allows."""


def python_files() -> list[Path]:
    return sorted(SOURCE.rglob("*.py"))


def room_of(path: Path) -> str:
    first = path.relative_to(SOURCE).parts[0]
    return first.removesuffix(".py")


def imported_modules(path: Path) -> set[str]:
    """Every module named by an import statement anywhere in the file, functions and type-checking blocks included."""
    modules = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import; write the full name"
            modules.add(node.module or "")
            if node.module == "symtune":
                modules |= {f"symtune.{alias.name}" for alias in node.names}
    return modules


def ours(modules: set[str]) -> set[str]:
    return {parts[1] for parts in (name.split(".") for name in modules) if parts[0] == "symtune" and len(parts) > 1}


def third_party(modules: set[str]) -> set[str]:
    roots = {name.split(".")[0] for name in modules}
    return {root for root in roots if root not in sys.stdlib_module_names and root not in {"symtune", "__future__"}}


FILES = [path for path in python_files() if room_of(path) not in {"guest", "__init__", "__main__"}]


def name(path: Path) -> str:
    return str(path.relative_to(SOURCE))


@pytest.mark.parametrize("path", FILES, ids=name)
def test_imports_go_down_only(path):
    room = room_of(path)
    assert room in FLOORS, f"{room}: a room the table does not know"
    for other in ours(imported_modules(path)) - {room, "__version__"}:
        assert FLOORS.get(other, 99) < FLOORS[room], f"{name(path)} (floor {FLOORS[room]}) imports symtune.{other}"


@pytest.mark.parametrize("path", FILES, ids=name)
def test_third_party_packages_stay_in_their_rooms(path):
    room = room_of(path)
    assert third_party(imported_modules(path)) <= THIRD_PARTY[room]


def test_guest_stands_alone():
    guest = SOURCE / "guest"
    siblings = {path.stem for path in guest.glob("*.py")}
    for path in guest.rglob("*.py"):
        modules = imported_modules(path)
        assert not ours(modules), f"{name(path)} imports symtune"
        allowed = set().union(*(packages for prefix, packages in GUEST_THIRD_PARTY.items() if path.stem.startswith(prefix)))
        assert third_party(modules) - siblings <= allowed, name(path)


@pytest.mark.parametrize("path", FILES, ids=name)
def test_nobody_imports_the_guest(path):
    assert "guest" not in ours(imported_modules(path))


def test_no_import_cycles_between_modules():
    graph: dict[str, set[str]] = {}
    for path in FILES:
        parts = path.relative_to(SOURCE).with_suffix("").parts
        module = ".".join(("symtune", *(parts[:-1] if parts[-1] == "__init__" else parts)))
        top_level = {node for node in ast.parse(path.read_text()).body if isinstance(node, ast.ImportFrom)}
        graph[module] = {node.module or "" for node in top_level if (node.module or "").startswith("symtune.")}
    state: dict[str, int] = {}

    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert state.get(module) != 1, f"import cycle: {' -> '.join((*trail, module))}"
        if state.get(module) == 2:
            return
        state[module] = 1
        for other in graph.get(module, set()) - {module}:
            visit(other, (*trail, module))
        state[module] = 2

    for module in graph:
        visit(module, ())


def swallows(handler: ast.ExceptHandler) -> bool:
    """Whether a handler catches everything and neither raises nor uses what it caught."""
    caught = ast.unparse(handler.type) if handler.type else "BaseException"
    if caught not in {"Exception", "BaseException"}:
        return False
    uses_error = handler.name is not None and any(
        isinstance(node, ast.Name) and node.id == handler.name for node in ast.walk(handler)
    )
    return not uses_error and not any(isinstance(node, ast.Raise) for node in ast.walk(handler))


@pytest.mark.parametrize("path", FILES, ids=name)
def test_no_broad_except_swallows(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ExceptHandler):
            assert not swallows(node), f"{name(path)}:{node.lineno} swallows every error"


@pytest.mark.parametrize("path", python_files(), ids=name)
def test_files_and_functions_read_in_one_sitting(path):
    lines = path.read_text().splitlines()
    if name(path) not in SIZE_EXCEPTIONS:
        assert len(lines) <= MAX_FILE_LINES, f"{name(path)} has {len(lines)} lines"
    for node in ast.walk(ast.parse("\n".join(lines))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and f"{name(path)}:{node.name}" not in SIZE_EXCEPTIONS:
            length = (node.end_lineno or node.lineno) - node.lineno + 1 - docstring_lines(node)
            assert length <= MAX_FUNCTION_LINES, f"{name(path)}:{node.lineno} {node.name} has {length} lines"


def docstring_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function's docstring, which may be as long as its formulas need."""
    first = node.body[0]
    is_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    return (first.end_lineno or first.lineno) - first.lineno + 1 if is_docstring else 0


BANNED_NAMES = {"utils", "util", "common", "helpers", "helper", "misc", "v2"}


@pytest.mark.parametrize("path", python_files(), ids=name)
def test_words_of_the_house(path):
    assert path.stem not in BANNED_NAMES
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            assert node.name not in {"TestCase", "TestSuite"}
            assert not node.name.endswith(("Manager", "Handler", "Helper", "Utils")), node.name
    if path.read_text().strip():
        assert ast.get_docstring(tree), f"{name(path)} has no docstring"


def test_judging_and_suites_need_no_torch():
    import subprocess

    code = (
        "import sys; import symtune.judging, symtune.suites, symtune.datasets, symtune.evaluation, symtune.report\n"
        "assert not {'torch', 'transformers'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
