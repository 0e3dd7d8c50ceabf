from __future__ import annotations

import pytest

from symtune.datasets.evalplus_facts import comparator_of, mbpp_arguments
from symtune.datasets.formats import FORMATS
from symtune.datasets.rows import read_row


def read(**changes):
    form = {
        "task_id": "Mbpp/2",
        "prompt": '"""\nFind shared items.\nassert set(f((3, 4), (4, 5))) == set((4,))\n"""\n',
        "entry_point": "f",
        "canonical_solution": "def f(a, b):\n    return tuple(set(a) & set(b))\n",
        "base_input": [[[1], [2]], [[3, 4], [4, 5]]],
        "plus_input": [[[], []]],
        "atol": 0,
        "contract": "",
    } | changes
    imported = read_row(FORMATS["mbpp-plus"], form, index=0)
    assert imported.problem is not None, imported.reason
    return imported


def test_the_prompts_assert_is_public_and_the_other_inputs_are_owed():
    imported = read()
    assert [case.args for case in imported.problem.examples] == [((3, 4), (4, 5))]
    assert imported.examples_lack_expected
    assert [(case.args, case.origin) for case in imported.inputs] == [(((1,), (2,)), "base"), (((), ()), "plus")]


def test_without_a_shown_input_the_first_base_input_is_public():
    assert read(prompt="Find.").problem.examples[0].args == ((1,), (2,))


def test_an_empty_object_of_plus_inputs_means_none():
    assert [case.origin for case in read(plus_input={}).inputs] == ["base"]


def test_answers_that_are_match_objects_are_asked_whether_they_are_there():
    imported = read(entry_point="check_str", canonical_solution="def check_str(s):\n    return None\n", task_id="Mbpp/9999")
    assert imported.problem.entry_point == "call_check_str"
    assert imported.problem.meta["adapted_entry_point"] == "check_str"
    assert "answer if isinstance(answer, bool) else answer is not None" in imported.problem.meta["prelude"]


@pytest.mark.parametrize(
    ("task", "args", "typed"),
    [
        (2, [[1, [2]], [3]], [(1, [2]), (3,)]),
        (63, [[[1, 2], [3]]], [[(1, 2), (3,)]]),
        (75, [[[1, 2]], 3], [[(1, 2)], 3]),
        (106, [[1], [2]], [[1], (2,)]),
        (115, [[[1, 2], [], 3]], [[{1, 2}, {}, {}]]),
        (124, ["0", "1j"], [0.0, 1j]),
        (250, [[1, 2], 3], [(1, 2), 3]),
        (252, ["1+2j"], [1 + 2j]),
        (259, [[[1], [2]], [[3]]], [((1,), (2,)), ((3,),)]),
        (278, [[1, [2, 3]]], [(1, (2, 3))]),
        (307, [[1, 2], 3, 4], [(1, 2), 3, 4]),
        (722, [{"a": [1, 2]}, 3, 4], [{"a": (1, 2)}, 3, 4]),
        (580, [[1, [2, [3]]]], [(1, (2, (3,)))]),
        (3, [[1]], [[1]]),
    ],
)
def test_argument_types_that_json_lost_come_back(task, args, typed):
    got = mbpp_arguments(f"Mbpp/{task}", args)
    assert got == typed
    assert [type(item) for item in got] == [type(item) for item in typed]


def test_the_conversions_agree_with_evalplus_on_every_input(data_dir):
    evalplus = pytest.importorskip("evalplus.data.mbpp")
    from symtune.store import read_jsonl

    for _, row in read_jsonl(data_dir / "mbpp" / "MbppPlus.jsonl.gz"):
        for name in ("base_input", "plus_input"):
            inputs = list(row[name])[:40]
            wanted = [list(item) for item in evalplus.mbpp_deserialize_inputs(row["task_id"], inputs)]
            assert repr([mbpp_arguments(row["task_id"], item) for item in inputs]) == repr(wanted)


def test_comparators_follow_the_facts():
    assert comparator_of("similar_elements", tolerance=0.0) == "same_set"
    assert comparator_of("f", tolerance=0.0, expected=1) == "exact"
    assert comparator_of("f", tolerance=0.0, expected=(1.0, 2.5)) == "float_close:1e-06:1e-07"
    assert comparator_of("f", tolerance=0.0, expected=[]) == "exact"
    assert comparator_of("f", tolerance=1e-4) == "float_close:0.0001:1e-07"
