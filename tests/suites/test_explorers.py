"""What each explorer proposes."""

from __future__ import annotations

import itertools
import random

from symtune.domain import Case, Problem
from symtune.suites.arrange import MAX_LARGE_CASES, arrange
from symtune.suites.constants import constants_of
from symtune.suites.contracts import learn_contract
from symtune.suites.explorers import EXPLORERS, Target
from symtune.suites.trial import Kept
from symtune.suites.view import FunctionView


def target(*inputs, constants=(), statement="s", names=()):
    cases = tuple(Case(args=args) for args in inputs)
    problem = Problem(id="p", statement=statement, entry_point="f", tests=cases)
    contract = learn_contract(cases, statement=statement, names=names)
    return Target(
        problem=problem, view=FunctionView(problem), contract=contract.reach, promise=contract, references=(), constants=constants,
        guest=None, rng=random.Random(0), pool=[(case.args, case.kwargs) for case in cases],
    )  # fmt: skip


def proposed(name, one, *, num_turns=200):
    return [args for batch in itertools.islice(EXPLORERS[name](one), num_turns) for args, _ in batch]


def test_exhaustive_gives_every_small_input_and_the_smallest_first():
    lists = [args[0] for args in proposed("exhaustive", target(([1, 2, 3],), ([4],)))]
    assert all(list(pair) in lists for pair in itertools.product((0, 1, -1), repeat=2))
    assert len(lists) == len({tuple(one) for one in lists})
    assert len(lists[0]) <= 1 < len(lists[-1])
    pairs = proposed("exhaustive", target((3, 4), (9, 2)))
    assert all(pair in pairs for pair in itertools.product(range(-3, 4), repeat=2))


def test_exhaustive_tries_the_characters_of_literals():
    texts = [args[0] for args in proposed("exhaustive", target(("ab_c",), ("x",), constants=("_",)))]
    assert {"_", "a_", "_a"} <= set(texts)


def test_dictionary_puts_literals_and_their_neighbours_into_arguments_and_items_and_comes_back_for_new_ones():
    one = target(([5, 6], 3), ([1], 2), constants=(40, "no"))
    search = EXPLORERS["dictionary"](one)
    numbers, items = set(), set()
    for (xs, number), _ in itertools.chain.from_iterable(search):
        numbers.add(number)
        items |= set(xs)
        one.constants = (40, "no", 77)
    assert {39, 40, 41, 76, 77, 78} <= numbers
    assert {39, 40, 41, 76, 77, 78} <= items


def test_mutation_starts_from_inputs_that_gained():
    one = target(([1, 2],), ([3],))
    search = EXPLORERS["mutation"](one)
    before = max(max(args[0], default=0) for args, _ in next(search))
    one.pool += [(([1_000_000 + place],), {}) for place in range(20)]
    assert before < 500_000 < max(max(args[0], default=0) for args, _ in next(search))


def test_large_goes_up_to_what_the_statement_promises_and_stays_modest_where_nothing_is():
    words = "Given a list.\n\nConstraints:\n\n1 <= nums.length <= 3000"
    sizes = [len(args[0]) for args in proposed("large", target(([1, 2, 3],), ([4, 5],), statement=words, names=("nums",)))]
    assert max(sizes) == 3000
    assert max(len(args[0]) for args in proposed("large", target(([1, 2, 3],), ([4, 5],)))) <= 40


def test_large_leaps_at_once_where_a_program_that_reads_text_may_be_given_so_much():
    words = "Constraints:\n\n1 <= nums.length <= 10^5"
    one = target(([1, 2, 3],), ([4, 5],), statement=words, names=("nums",))
    for entry_point, largest in ((None, 5000), ("f", 30)):
        one.problem = one.problem.model_copy(update={"entry_point": entry_point})
        assert max(len(args[0]) for args, _ in next(EXPLORERS["large"](one))) == largest


def test_literals_are_those_of_the_code_and_not_of_its_words():
    assert constants_of(['def f(x):\n    """Words."""\n    return x == 3 or x in ("a", 2.5, True)\n', "not python("]) == (3, "a", 2.5)
    assert constants_of(["x = 1"], [1.0]) == (1.0, 1)


def kept(value, *, kills=(), arcs=(), origin="boundary"):
    case = Case(args=(value,), expected=0, origin=origin)
    return Kept(((value,), {}), case, frozenset(arcs), frozenset(kills), 0.01)


def arranged(*candidates, problem=None, max_cases=10, num_public=0):
    problem = problem or Problem(id="p", statement="s", entry_point="f", tests=(Case(args=("x",), expected=0),))
    return arrange(problem, candidates, view=FunctionView(problem), max_cases=max_cases, num_public=num_public, slowest_s=0.2)


def test_few_large_cases_come_last_and_bring_a_time_limit():
    big = [kept("y" * size, origin="large") for size in (5000, 9000, 8000, 7000, 6000)]
    found = arranged(kept("a", kills=(1,)), *big)
    assert [len(case.args[0]) for case in found.private] == [1, 9000, 8000, 7000]
    assert len(found.private) == 1 + MAX_LARGE_CASES
    assert found.time_limit_s == 6.0  # 10 times the slowest answer and 2 s are 4 s, on the grid of 3, 6, 12, ...
    assert arranged(kept("a")).time_limit_s is None


def test_public_cases_are_simple_and_the_private_suite_loses_no_kill_and_no_branch():
    cases = [kept("a", kills=(1,), arcs=(7,)), kept("bb", kills=(1, 2), arcs=(7,)), kept("c" * 300, kills=(1, 2)), kept("dd", arcs=(9,))]
    found = arranged(*cases, num_public=3)
    assert {case.args[0] for case in found.public} == {"a"}
    assert not {case.input_digest() for case in found.public} & {case.input_digest() for case in found.private}
    assert len(found.public) + len(found.private) == len(cases)
