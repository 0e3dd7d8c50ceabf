"""Growing suites end to end, inside real guests."""

from __future__ import annotations

import pytest

from symtune.domain import Case, Problem, Program, SuiteRecord
from symtune.errors import BadInputError, MissingExtraError, RunMismatchError
from symtune.judging import judge
from symtune.sandbox import Guest, Limits
from symtune.store import load_records
from symtune.suites import strengthen

BUDGET_S = 1.0
FAST = ("boundary", "mutation")


def problem(source, *cases, name="f", **fields):
    sources = (source,) if isinstance(source, str) else source
    return Problem(
        id=fields.pop("id", "p"),
        statement=fields.pop("statement", "Do it."),
        entry_point=name,
        tests=tuple(Case.call(*args, expected=expected) for args, expected in cases),
        references=sources,
        **fields,
    )


def passes(grown, source):
    (judgement,) = judge([grown], [Program(problem_id=grown.id, source=source, id="q")], workers=1)
    return judgement.cause is None


MAGIC = "def f(n):\n    if n * 3 + 1 == 2020:\n        return -1\n    return n\n"


def test_a_branch_that_no_example_reaches_is_reached_by_the_solver_alone():
    one = problem(MAGIC, ((5,), 5), ((900,), 900))
    (grown,) = strengthen([one], budget_s=BUDGET_S, workers=1, explorers=("symbolic",))
    assert (673,) in [case.args for case in grown.tests]
    assert not passes(grown, "def f(n):\n    return n\n")
    assert passes(grown, MAGIC)


def test_the_given_tests_stay_first_and_in_order_and_new_ones_name_their_origin():
    one = problem("def f(xs):\n    return sorted(xs)\n", (([3, 1],), [1, 3]), (([2],), [2]))
    (grown,) = strengthen([one], budget_s=BUDGET_S, workers=1, max_cases=30, explorers=("symbolic", "boundary"))
    assert grown.tests[:2] == one.tests
    new = grown.tests[2:]
    assert 0 < len(new) <= 30
    assert len({case.input_digest() for case in grown.tests}) == len(grown.tests)
    counts = grown.suite.num_by_origin
    assert set(counts) == {"symbolic", "boundary"}
    assert sum(counts.values()) == len(new)
    assert grown.suite.contract["types"] == {"xs": "list[int]"}
    assert all(case.expected == sorted(case.args[0]) for case in new)


def test_methods_keywords_and_several_types_are_explored():
    method = "class Solution:\n    def f(self, s, k):\n        return s * k if k > 2 else s\n"
    one = problem(method, (("ab", 2), "ab"), (("c", 3), "ccc"), name="Solution.f", id="method")
    other = Problem(
        id="keywords",
        statement="s",
        entry_point="g",
        references=("def g(*, a, b=1):\n    return a - b if a > 9 else a\n",),
        tests=(Case.call(kwargs={"a": 3}, expected=3), Case.call(kwargs={"a": 4, "b": 6}, expected=4)),
    )
    grown = strengthen([one, other], budget_s=BUDGET_S, workers=2)
    assert [len(one.tests) > 2 for one in grown] == [True, True]
    assert {case.origin for case in grown[0].tests} >= {"symbolic", "mutation"}
    assert any(case.kwargs.get("a", 0) > 9 for case in grown[1].tests)


def test_references_must_agree():
    plain, odd = "def f(n):\n    return abs(n)\n", "def f(n):\n    return n if n > 0 else (-n if n != -2 else 7)\n"
    one = problem((plain, odd), ((3,), 3), ((-4,), 4))
    (grown,) = strengthen([one], budget_s=BUDGET_S, workers=1, explorers=FAST)
    assert -2 not in [case.args[0] for case in grown.tests]
    assert grown.suite.dropped["references_disagree"] == 1


def test_a_reference_that_fails_the_given_tests_is_not_asked():
    good, bad = "def f(n):\n    return n + 1\n", "def f(n):\n    return n\n"
    one = problem((bad, good), ((3,), 4), ((4,), 5))
    (grown,) = strengthen([one], budget_s=BUDGET_S, workers=1, explorers=FAST)
    assert grown.suite.dropped["reference_wrong_value"] == 1
    assert all(case.expected == case.args[0] + 1 for case in grown.tests)
    assert len(grown.tests) > 2


def test_inputs_on_which_the_reference_raises_or_loops_are_dropped_and_counted():
    source = "def f(n):\n    if n == 0:\n        raise ValueError\n    while n == 1:\n        pass\n    return n // 1\n"
    (grown,) = strengthen([problem(source, ((3,), 3), ((4,), 4))], budget_s=BUDGET_S, workers=1, explorers=FAST)
    assert {0, 1}.isdisjoint(case.args[0] for case in grown.tests)
    assert len(grown.tests) > 2
    assert grown.suite.dropped["reference_exception"] == 1
    assert grown.suite.dropped["reference_timeout"] == 1


def test_a_reference_may_be_slow_on_a_given_case_but_not_on_a_new_one():
    source = "def f(n):\n    total = 0\n    for _ in range(30_000_000 if n > 9 else 0):\n        total += 1\n    return n\n"
    (grown,) = strengthen([problem(source, ((10,), 10), ((4,), 4))], budget_s=4.0, workers=1, explorers=FAST)
    assert len(grown.tests) > 2
    assert max(case.args[0] for case in grown.tests[2:]) <= 9


def test_answers_that_hang_on_the_hash_seed_make_no_cases():
    source = "def f(words):\n    return list(set(words))[0] if len(words) > 1 else words[0]\n"
    one = problem(source, ((["ab"],), "ab"), ((["cd"],), "cd"))
    (grown,) = strengthen([one], budget_s=BUDGET_S, workers=1, explorers=FAST)
    assert grown.tests == one.tests
    assert grown.suite.skipped == "no_input_held_up"
    assert grown.suite.dropped["answer_changes_between_runs"] > 0


def test_floats_are_compared_with_a_tolerance():
    one = problem("def f(r):\n    return 3.14159 * r * r\n", ((2,), 3.14159 * 4), ((5,), 3.14159 * 25))
    (grown,) = strengthen([one], budget_s=BUDGET_S, workers=1, explorers=FAST)
    assert {case.comparator for case in grown.tests[2:]} == {"float_close:1e-06"}
    assert passes(grown, "def f(r):\n    return r ** 2 * 3.14159\n")


SKIPPED = {
    "no_references": problem((), ((1,), 1), id="no_references"),
    "no_examples": problem("def f(n):\n    return n\n", id="no_examples"),
    "no_arguments": problem("def f():\n    return 1\n", ((), 1), id="no_arguments"),
    "reference_timeout": problem("def f(n):\n    while True:\n        pass\n", ((1,), 1), id="reference_timeout"),
    "reference_early_exit": problem("import os\ndef f(n):\n    os._exit(0)\n", ((1,), 1), id="reference_early_exit"),
    "reference_wrong_value": problem("def f(n):\n    return 0\n", ((1,), 1), id="reference_wrong_value"),
    "reference_syntax": problem("def f(n) return n\n", ((1,), 1), id="reference_syntax"),
}


def test_no_problem_is_lost_and_each_left_as_it_was_says_why():
    chatty = problem("def f(n):\n    print('x' * 99)\n    return n\n", ((1,), 1), ((2,), 2), id="prints")
    grown = strengthen([*SKIPPED.values(), chatty], budget_s=0.5, workers=2)
    assert [one.id for one in grown] == [*SKIPPED, "prints"]
    for one in grown[:-1]:
        assert one.suite.skipped == one.id
        assert one.tests == SKIPPED[one.id].tests
    assert grown[-1].suite.skipped is None
    assert len(grown[-1].tests) > 2


def test_programs_that_read_stdin_get_new_texts_and_their_bugs_are_caught():
    source = "n = int(input())\nxs = list(map(int, input().split()))\nprint(max(xs) - min(xs), n)\n"
    cases = (Case.text("3\n5 1 4\n", expected="4 3"), Case.text("2\n7 9\n", expected="2 2"))
    one = Problem(id="stdin", statement="s", references=(source,), tests=cases)
    (grown,) = strengthen([one], budget_s=3.0, workers=1)
    assert grown.suite.skipped is None
    new = grown.tests[2:]
    assert len({case.origin for case in new}) > 2
    assert all(len(case.stdin.split()) == int(case.stdin.split()[0]) + 1 for case in new)
    assert not passes(grown, source.replace("max(xs) - min(xs)", "abs(xs[0] - xs[-1]) if n < 3 else max(xs) - min(xs[1:])"))
    assert passes(grown, source.replace("max(xs) - min(xs)", "sorted(xs)[-1] - sorted(xs)[0]"))


def test_the_same_seed_proposes_the_same_and_another_seed_does_not():
    one = problem("def f(xs):\n    return sum(xs)\n", (([3, 1],), 4), (([2, 9],), 11))
    first, again, other = (
        strengthen([one], budget_s=20.0, workers=1, explorers=("mutation",), seed=seed)[0].tests for seed in (0, 0, 1)
    )
    assert first == again
    assert first != other


def test_work_that_was_cut_off_is_taken_up_again(tmp_path):
    source = "def f(n):\n    return n * 2\n"
    problems = [problem(source, ((1,), 2), ((4,), 8), id=str(index)) for index in range(4)]
    out = tmp_path / "strong.jsonl"

    class Cut(Exception):
        pass

    seen = []

    def stop_after_two():
        seen.append(1)
        if len(seen) == 2:
            raise Cut

    options = {"budget_s": 1.0, "workers": 1, "explorers": FAST, "out": out}
    with pytest.raises(Cut):
        strengthen(problems, progress=stop_after_two, **options)
    assert not out.exists()
    with pytest.raises(RunMismatchError, match="budget_s"):
        strengthen(problems, **(options | {"budget_s": 2.0}))
    owed = []
    grown = strengthen(problems, progress=lambda: owed.append(1), **options)
    assert len(owed) == 2
    unbroken = strengthen(problems, **(options | {"out": None}))
    assert [one.tests for one in grown] == [one.tests for one in unbroken]
    assert load_records(out, Problem) == grown


def test_bad_arguments_are_refused_before_work(monkeypatch):
    one = problem("def f(n):\n    return n\n", ((1,), 1))
    with pytest.raises(BadInputError, match="used twice"):
        strengthen([one, one])
    with pytest.raises(BadInputError, match="unknown explorer 'magic'"):
        strengthen([one], explorers=("magic",))
    with pytest.raises(BadInputError, match=r"got budget_s 0$"):
        strengthen([one], budget_s=0)
    with pytest.raises(BadInputError, match=r"got num_public -1, workers 0$"):
        strengthen([one], num_public=-1, workers=0)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"symtune\[symbolic\]"):
        strengthen([one])


def explore(guest, source, examples, **fields):
    request = {
        "mode": "symbolic",
        "source": source,
        "entry_point": "f",
        "examples": [{"args": list(args)} for args in examples],
        "precondition": None,
        "budget_s": 0.4,
        "path_s": 0.4,
    }
    return guest.run(request | fields, Limits(cpu_time_s=1.0, wall_time_s=5.0))


def test_what_was_found_before_the_kill_is_kept_and_the_next_fork_is_clean():
    slow = "def f(n):\n    if n > 5:\n        return sum(range(10**13))\n    return n\n"
    with Guest("explore") as guest:
        killed = explore(guest, slow, [(1,)])
        assert killed.ended in ("cpu_timeout", "wall_timeout")
        assert any("args" in frame for frame in killed.frames)
        clean = explore(guest, MAGIC, [(1,)])
        assert clean.ended == "finished"
        assert clean.frames[-1]["done"] == "exhausted"
        assert {"args": [673], "kwargs": {}} in clean.frames


def test_the_solver_stays_inside_the_precondition_and_out_of_files():
    source = "def f(xs):\n    return [x for x in xs if x > 10]\n"
    inside = "def precondition(xs):\n    return len(xs) <= 2 and all(0 <= x <= 20 for x in xs)\n"
    with Guest("explore") as guest:
        found = explore(guest, source, [([1, 2],)], precondition=inside)
        lists = [frame["args"][0] for frame in found.frames if "args" in frame]
        assert len(lists) >= 3
        assert all(len(one) <= 2 and all(0 <= item <= 20 for item in one) for one in lists)
        writes = explore(guest, "def f(n):\n    open('x', 'w').write('y')\n    return n\n", [(1,)])
        assert not any("args" in frame for frame in writes.frames)
        untyped = explore(guest, "def f(n):\n    return n\n", [])
        assert untyped.frames == [{"problem": "types", "message": "there is no example to infer types from"}]


def test_types_come_from_values_and_from_calls_traced_inside():
    recursive = "def f(n, acc=None):\n    acc = acc or []\n    return acc if n == 0 else f(n - 1, acc + [n])\n"
    with Guest("explore") as guest:
        found = explore(guest, recursive, [(2,)])
        assert found.frames[0] == {"types": {"n": "<class 'int'>"}}
        union = explore(guest, "def f(x):\n    return x\n", [(1,), ("a",)])
        assert union.frames[0]["types"]["x"] == "typing.Union[int, str]"
        empty = explore(guest, "def f(x):\n    return x\n", [([],), ([1],)])
        assert empty.frames[0]["types"]["x"] == "list[int]"
        tuples = explore(guest, "def f(x):\n    return x\n", [({"$tuple": [1, 2, 3]},)])
        assert tuples.frames[0]["types"]["x"] == "tuple[int, ...]"


def test_a_contract_that_stands_in_the_record_is_kept_and_one_that_is_none_costs_only_its_problem():
    one = problem("def f(n):\n    return n + 1\n", ((30,), 31), ((40,), 41))
    bounded = SuiteRecord(contract={"names": ["n"], "args": [{"kind": "int", "low": 25, "high": 45}]})
    edited = one.model_copy(update={"id": "edited", "suite": bounded})
    broken_form = {"args": [{"kind": "int", "low": 9, "high": 1}]}
    broken = one.model_copy(update={"id": "broken", "suite": SuiteRecord(contract=broken_form)})
    grown = strengthen([edited, broken, one], budget_s=BUDGET_S, workers=1, explorers=FAST)
    assert all(25 <= case.args[0] <= 45 for case in grown[0].tests)
    assert len(grown[0].tests) > 2
    assert (grown[1].suite.skipped, grown[1].suite.contract) == ("bad_contract", broken_form)
    assert any(not 25 <= case.args[0] <= 45 for case in grown[2].tests)
