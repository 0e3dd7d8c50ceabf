"""How far the inputs of a grown suite may go beyond the examples."""

from __future__ import annotations

from pydantic import Field

from symtune.domain import Record


class Rules(Record):
    """The general rules by which the reach of a `Contract` is learnt from examples. Source: ours.

    The defaults were chosen on the labelled programs of the MBPP problems by what they do to all of them; none looks at a
    problem's name, and the statement only speaks through `suites.contracts.statement`.
    """

    zero_arguments: bool = Field(True, description="arguments that were positive in all examples may be zero")
    zero_items: bool = Field(True, description="items of collections that were always positive may be zero")
    keep_from_zero: bool = Field(False, description="numbers that were never zero never are, whatever their sign")
    negative_arguments: bool = Field(
        True, description="arguments that were never negative may be negative, unless the statement says otherwise"
    )
    negative_items: bool = Field(True, description="items of collections that were never negative may be negative")
    empty_arguments: bool = Field(False, description="a collection that was never empty may be, as the only argument")
    empty_beside_others: bool = Field(True, description="a collection that was never empty may be, beside other arguments")
    empty_items: bool = Field(False, description="collections inside collections that were never empty may be empty")
    empty_text: bool = Field(False, description="texts that were never empty may be empty")
    keep_several: bool = Field(True, description="collections that always had four items or more keep at least two")
    other_case: bool = Field(True, description="texts with letters of one case may have letters of the other")
    letters: bool = Field(True, description="texts with letters or digits may have all letters of that case, all digits")
    digits: bool = Field(False, description="texts without digits may have digits")
    space: bool = Field(True, description="texts without blanks may have blanks")
    punctuation: bool = Field(False, description="texts may have punctuation that was not seen")
    whitespace: bool = Field(False, description="texts with blanks may have tabs and line ends, whatever the statement")
    keep_parities: tuple[str, ...] = Field((), description="sequences keep an even, an odd item if they always had one")
    keep_sorted: bool = Field(False, description="sequences that were always sorted stay sorted, whatever the statement")
    keep_square: bool = Field(False, description="collections of collections or texts that always were square stay so")
    keep_unique: bool = Field(False, description="sequences that never repeated an item never do")
    keep_order: bool = Field(False, description="two numbers of which one was never the larger keep that order")
    may_reach_length: bool = Field(True, description="a number that was always below a length may equal it")
    keep_member: bool = Field(False, description="a value that was always an item of another argument stays one")
    keep_marks: bool = Field(False, description="texts that hold the same marks in the same order around letters or digits keep them")
    largest_argument: int | None = Field(None, description="number arguments reach no further than this, but for what was seen")
    growth: float = Field(2.0, description="sizes and magnitudes may grow to this many times the largest seen")
    max_stated: int = Field(10**6, description="a number argument goes up to a stated bound, but no further than this")
    min_high: int = Field(20, description="an upper bound of numbers is at least this")
    min_size: int = Field(8, description="an upper bound of sizes is at least this")

    def of_contests(self) -> Rules:
        """Return the rules for programs that read stdin: their statements state bounds, and what they do not state, the examples show."""
        return self.model_copy(update={
            "zero_arguments": False, "zero_items": False, "negative_arguments": False, "negative_items": False, "empty_beside_others": False,
            "letters": False, "keep_square": True, "keep_marks": True, "other_case": False, "space": False, "growth": 1.0,
        })  # fmt: skip
