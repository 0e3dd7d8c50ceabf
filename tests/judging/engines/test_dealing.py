"""Every item is dealt out, its result comes once and in order, and an item is given up only when it was lost alone, twice."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from symtune.judging.engines import Lost
from symtune.judging.engines.dealing import NUM_TRIES_ALONE, Dealer


def play(dealer, die):
    """Deal until done; ``die(values, number of chunks dealt)`` says whether the worker of a chunk dies."""
    yielded, num_dealt = [], 0
    while not dealer.is_done:
        chunk = dealer.deal()
        if chunk is not None:
            num_dealt += 1
            if die(chunk.values, num_dealt):
                dealer.lose(chunk, "died")
            else:
                dealer.take(chunk, [value * 10 for value in chunk.values])
        yielded += dealer.ready()
    return yielded


@given(
    num_items=st.integers(0, 40),
    chunk_size=st.integers(1, 7),
    deaths=st.sets(st.integers(1, 30)),
    poison=st.sets(st.integers(0, 39)),
    is_ordered=st.booleans(),
)
@settings(deadline=None)
def test_every_item_has_one_result(num_items, chunk_size, deaths, poison, is_ordered):
    dealer = Dealer(iter(range(num_items)), chunk_size=chunk_size, window=3 * chunk_size if is_ordered else None)
    tries: dict[int, int] = {}

    def die(values, num_dealt):
        if len(values) == 1 and chunk_size > 1:
            tries[values[0]] = tries.get(values[0], 0) + 1
        return bool(poison & set(values)) or (num_dealt in deaths and len(values) > 1)

    yielded = play(dealer, die)
    numbers = [number for number, _ in yielded]
    assert sorted(numbers) == list(range(num_items))
    if is_ordered:
        assert numbers == sorted(numbers)
    for number, result in yielded:
        assert result == (Lost("died") if number in poison else number * 10)
    assert all(count <= NUM_TRIES_ALONE for count in tries.values())


def test_an_item_lost_once_alone_is_done_again():
    dealer = Dealer("ab", chunk_size=1, window=10)
    first = dealer.deal()
    dealer.lose(first, "died")
    again = dealer.deal()
    assert again.values == ["a"]
    dealer.take(again, [1])
    assert list(dealer.ready()) == [(0, 1)]


def test_items_are_taken_no_further_than_the_window():
    taken = []
    dealer = Dealer((taken.append(number) or number for number in range(1000)), chunk_size=2, window=6)
    chunks = []
    while (chunk := dealer.deal()) is not None:
        chunks.append(chunk)
    assert len(taken) == 6
    dealer.take(chunks[1], [2, 3])
    assert dealer.deal() is None, "the first result is still missing"
    dealer.take(chunks[0], [0, 1])
    assert [number for number, _ in dealer.ready()] == [0, 1, 2, 3]
    assert dealer.deal().values == [6, 7]


def test_the_loss_of_a_chunk_is_not_held_against_its_items():
    dealer = Dealer("ab", chunk_size=2, window=10)
    dealer.lose(dealer.deal(), "died")
    for _ in range(2):
        dealer.lose(dealer.deal(), "died")
    again = [dealer.deal(), dealer.deal()]
    assert sorted(chunk.values for chunk in again) == [["a"], ["b"]], "each was lost alone only once"
    for chunk in again:
        dealer.take(chunk, [1])
    assert list(dealer.ready()) == [(0, 1), (1, 1)]
