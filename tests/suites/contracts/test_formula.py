"""Formulas are computed like Python computes them, refuse what they may not do, and are mended where that is easy."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symtune.domain import Case
from symtune.errors import BadInputError
from symtune.suites import Contract, Rules, learn_contract
from symtune.suites.contracts.formula import holds, names_of, parse_formula
from symtune.suites.contracts.learn import narrowed
from symtune.suites.contracts.precondition import precondition_source
from symtune.suites.contracts.project import project_input
from symtune.suites.contracts.repair import repair
from symtune.suites.contracts.vary import vary

FORMULAS = [
    "n == len(xs)",
    "len(xs) < n + 2",
    "len(xs) % 2 == 0",
    "0 <= n <= min(len(xs), 10)",
    "all(0 <= x <= n - 1 for x in xs)",
    "sum(xs) <= n * 3 or not xs",
    "len(set(xs)) == len(xs)",
    "all(xs[i] <= xs[i + 1] for i in range(len(xs) - 1))",
    "n // 2 in xs",
    "sorted(xs) == xs and abs(n) < 7",
]


@settings(max_examples=40, deadline=None)
@given(n=st.integers(-20, 20), xs=st.lists(st.integers(-5, 30), max_size=8))
def test_formulas_mean_what_python_means(n, xs):
    for text in FORMULAS:
        assert holds(text, {"n": n, "xs": xs}) == bool(eval(text, {"n": n, "xs": xs})), text


@pytest.mark.parametrize(
    "text",
    ["__import__('os')", "n.real", "(lambda: 1)()", "[x for x in xs]", "n ** 9", "open('x')", "f'{n}'", "n if n else 1", "len(xs, *xs)", "1 +", "n := 3",
     "all(x for x, y in xs)", "'a' * n + " * 500 + "n", "sorted(xs, key=len)"],
)  # fmt: skip
def test_formulas_may_not_do_other_things(text):
    with pytest.raises(BadInputError):
        parse_formula(text)


@pytest.mark.parametrize(
    "text",
    ["all(all(all(a + b + c != 1 for a in xs) for b in xs) for c in xs)", "n * n * n < len(range(10000000000))", "xs[99] == 1", "missing == 1", "n % 0 == 1", "len(n) == 1"],
)
def test_what_cannot_be_computed_does_not_hold_and_ends_soon(text):
    assert holds(text, {"n": 10**3000, "xs": list(range(400))}) is False


def test_names_leave_out_functions_and_loop_variables():
    assert names_of("all(0 <= x < n for row in edges for x in row)") == {"n", "edges"}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("n == len(xs)", {"n": 9, "xs": [1, 2]}),
        ("len(xs) == len(ys)", {"xs": [1, 2, 3], "ys": [4]}),
        ("k <= n", {"k": 9, "n": 3}),
        ("k < len(s)", {"k": 9, "s": "ab"}),
        ("len(s) % 2 == 0", {"s": "abc"}),
        ("all(0 <= x <= n - 1 for x in xs)", {"n": 3, "xs": [-1, 7, 1]}),
        ("all(x1[0] < n for x1 in edges)", {"n": 3, "edges": [[9, 9], [1, 1]]}),
        ("all(len(x1) == len(grid[0]) for x1 in grid)", {"grid": [[1, 2], [3]]}),
        ("sorted(s) == sorted(t)", {"s": "abc", "t": "zzz"}),
        ("all(x2 <= k for x1 in grid for x2 in x1)", {"k": 2, "grid": [[1, 5], [9]]}),
        ("a != b", {"a": 3, "b": 3}),
    ],
)
def test_easy_formulas_are_mended(text, values):
    for seed in range(5):
        mended = dict(values)
        repair(text, mended, random.Random(seed))
        assert holds(text, mended), mended


STATEMENT = (
    "edges[i] = [ui, vi, wi]\n\nConstraints:\n2 <= n <= 50\n1 <= edges.length <= 30\nedges[i].length == 3\n0 <= ui, vi < n\n1 <= wi <= 100\n1 <= s.length <= 9\n"
    "s consists of lowercase English letters.\nperm is a permutation of [1, 2, ..., n].\nn == perm.length\nodd is odd.\nhow is either 'up' or 'down'.\n"
)
NAMES = ("n", "edges", "s", "perm", "odd", "how")
INPUTS = [(3, [[0, 1, 5], [1, 2, 7]], "ab", [2, 1, 3], 5, "up"), (2, [[0, 1, 1]], "q", [1, 2], 7, "down")]


def rich_contract(**rules):
    return learn_contract([Case.call(*args, expected=0) for args in INPUTS], statement=STATEMENT, names=NAMES, rules=Rules(**rules))


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), steps=st.integers(1, 8))
def test_projection_into_a_rich_contract_keeps_every_promise(seed, steps):
    contract, rng = rich_contract(), random.Random(seed)
    args = list(rng.choice(INPUTS))
    for _ in range(steps):
        index = rng.randrange(len(args))
        args[index] = vary(contract.reach.args[index], args[index], rng=rng, constants=(0, "zz", 99))
    inside = project_input(contract.reach, tuple(args), kwargs={}, rng=rng)
    if inside is not None:
        assert contract.reach.fault(*inside) is None
        assert contract.fault(*inside) is None


def test_nearly_every_variation_is_brought_into_a_rich_contract():
    contract, rng = rich_contract(), random.Random(5)
    num_inside = 0
    for _ in range(200):
        args = list(rng.choice(INPUTS))
        for index, domain in enumerate(contract.reach.args):
            args[index] = vary(domain, args[index], rng=rng, constants=(0, "zz", 99))
        num_inside += project_input(contract.reach, tuple(args), kwargs={}, rng=rng) is not None
    assert num_inside >= 180


def test_the_precondition_agrees_with_the_reach_where_both_speak():
    contract, rng = rich_contract(), random.Random(3)
    assert not [one for one in contract.unkept if one.reason != "not_understood"], contract.unkept
    scope: dict = {}
    exec(precondition_source(contract.reach), scope)
    for args in INPUTS:
        assert scope["precondition"](*args)
    num_refused = 0
    for _ in range(300):
        args = list(rng.choice(INPUTS))
        index = rng.randrange(len(args))
        args[index] = vary(contract.reach.args[index], args[index], rng=rng)
        if not scope["precondition"](*args):
            num_refused += 1
            is_short = len(args[1]) <= 5 and len(args[2]) <= 8 and len(args[3]) <= 5
            assert contract.reach.fault(tuple(args), {}) is not None or not is_short, args
    assert num_refused > 20


def test_a_contract_edited_by_hand_is_used_as_it_stands():
    form = rich_contract().to_json()
    form["args"][0]["high"] = 4
    form["relations"].append({"kind": "formula", "text": "odd != n"})
    form["evidence"].append({"promise": "odd != n", "source": "hand"})
    contract = narrowed(Contract.from_json(form), [Case.call(*args, expected=0) for args in INPUTS])
    assert contract.reach.args[0].high == 4
    assert contract.fault((5, [[0, 1, 5]], "a", [1, 2, 3, 4, 5], 3, "up"), {}) == "too_high"
    assert contract.reach.fault((3, [[0, 1, 5]], "a", [1, 2, 3], 3, "up"), {}) == "formula"
    assert contract.reach.args[2].seen == ("ab", "q")
    assert contract.evidence[-1].source == "hand"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda form: form["args"][0].update(low=9, high=3), "args.0.low"),
        (lambda form: form["args"][1].update(min_size=9, max_size=3), "args.1.min_size"),
        (lambda form: form["args"][1].pop("items"), "args.1.items"),
        (lambda form: form["args"][1].update(size=3), "args.1.size"),
        (lambda form: form["args"][0].update(kind="integer"), "args.0.kind"),
        (lambda form: form["args"][2].update(pattern="(["), "args.2.pattern"),
        (lambda form: form["args"][4].update(remainder=9), "args.4.remainder"),
        (lambda form: form.update(relations=[{"kind": "formula", "text": "n == m"}]), "relations.0.text"),
        (lambda form: form.update(relations=[{"kind": "formula", "text": "n =="}]), "relations.0"),
        (lambda form: form.update(relations=[{"kind": "below", "left": 0, "right": 9}]), "relations.0"),
        (lambda form: form.update(names=["n"]), "names"),
        (lambda form: form["reach"]["args"].pop(), "reach.names"),
        (lambda form: form["reach"]["args"][0].update(low=99), "reach.args.0.low"),
    ],
)
def test_a_contract_badly_edited_names_the_field(change, field):
    form = rich_contract().to_json()
    change(form)
    with pytest.raises(BadInputError, match=field.replace(".", r"\.")):
        Contract.from_json(form)


def test_cyclic_deep_and_huge_values_are_counted_and_do_not_crash():
    cycle: list = [1]
    cycle.append(cycle)
    ring: list = []
    ring.append(ring)
    deep: list = []
    for _ in range(500):
        deep = [deep]
    values = [cycle, ring, deep, 10**9000, -(10**400), float("inf"), float("nan"), 1e308, b"x", 3j, object(), "\ud800", [], {}, (), {1: {2: {}}}, range(3)]
    for value in values:
        contract = learn_contract([Case.call(value, expected=0), Case.call(value, expected=0)], statement="Given a non-empty list of positive integers.")
        contract.fault((value,), {})
        contract.reach.fault((value,), {})
        project_input(contract.reach, (value,), kwargs={}, rng=random.Random(0))
        precondition_source(contract.reach)
    assert [one.reason for one in learn_contract([Case.call(ring, expected=0)]).unkept] == ["too_deep"]
    assert [one.reason for one in learn_contract([Case.call(object(), expected=0)]).unkept] == ["type_not_read"]
    assert [one.reason for one in learn_contract([Case.call([], expected=0)]).unkept] == ["type_not_shown"]
