"""InputFormat: how the arguments of a stdin problem stand in its input text.

``n`` on one line and ``n`` integers on the next is one argument, a list: counts are no arguments, since lists say their own
size. Where a text holds several test cases, the arguments are those of one of them.
"""

from __future__ import annotations

from typing import Any

from symtune.domain import Json, Record
from symtune.errors import BadValueError
from symtune.suites.stdin.parts import Item, Part, Size, items_of, num_values, row_of, values_of
from symtune.suites.stdin.reading import NoFitError, Page, page_of, read_parts
from symtune.suites.stdin.writing import fit_parts, write_parts

Args = tuple[Any, ...]


class InputFormat(Record):
    """How the arguments of a stdin problem stand in its input text. Source: ours.

    Attributes:
        parts: the lines and blocks of a text; of one test case, where a text holds several.
        tests: name of the count of test cases that is the first line, or None.
        gap: empty lines before each test case.
        has_final_newline: whether a text ends with a line end.
    """

    parts: tuple[Part, ...]
    tests: str | None = None
    gap: int = 0
    has_final_newline: bool = True

    def to_json(self) -> dict[str, Json]:
        """Return the JSON form; what is not set is left out."""
        return self.model_dump(mode="json", exclude_defaults=True)

    @property
    def names(self) -> tuple[str, ...]:
        """One name per argument."""
        return tuple(
            name
            for part in self.parts
            for name in ([part.name] if part.is_block else [item.name for item in part.items if item.kind != "count"])
        )

    @property
    def count_names(self) -> tuple[str, ...]:
        """The names of all counts."""
        return tuple(item.name for item in items_of(self.parts) if item.kind == "count")

    def parse_all(self, text: str) -> tuple[Args, ...] | None:
        """Return the arguments of every test case of a text (one, where formats know no test cases), or None if it does not fit."""
        page = page_of(text)
        try:
            values, place = read_parts(self._whole, page, place=0, counts={})
        except (NoFitError, KeyError):
            return None
        if place < len(page.lines):
            return None
        if self.tests is None:
            return (tuple(values),)
        return tuple(tuple(values_of(self.parts, row)) for row in values[0])

    def parse(self, text: str) -> Args | None:
        """Return the arguments of a text that holds one test case, or None."""
        found = self.parse_all(text)
        return found[0] if found is not None and len(found) == 1 else None

    def render_all(self, tests: list[Args]) -> str:
        """Return the text of these test cases; `parse_all` gives them back.

        Raises:
            BadValueError: the arguments have other types, sizes that must agree do not, or the format holds one test case only.
        """
        if self.tests is None and len(tests) != 1:
            raise BadValueError(f"this format holds one test case, not {len(tests)}")
        for args in tests:
            if len(args) != num_values(self.parts):
                raise BadValueError(f"expected {num_values(self.parts)} arguments, got {len(args)}")
        values = list(tests[0]) if self.tests is None else [[row_of(self.parts, list(args)) for args in tests]]
        return "\n".join(write_parts(self._whole, values, {})) + ("\n" if self.has_final_newline else "")

    def render(self, args: Args) -> str:
        """Return the text of one test case; see `render_all`."""
        return self.render_all([args])

    def fit(self, args: Args) -> Args:
        """Return the arguments with lists and texts cut off where sizes that must agree do not.

        Raises:
            BadValueError: the arguments have other types.
        """
        return tuple(fit_parts(self.parts, list(args), {}))

    @property
    def _whole(self) -> tuple[Part, ...]:
        if self.tests is None:
            return self.parts
        first = Part(items=(Item(kind="count", name=self.tests),))
        return (first, Part(parts=(*(Part(),) * self.gap, *self.parts), size=Size(count=self.tests), name="tests"))


def same_tokens(text: str, other: str) -> bool:
    """Whether two texts have the same tokens on the same lines."""
    return page_of(text).tokens == page_of(other).tokens


def same_lines(text: str, other: str) -> bool:
    """Whether two texts have the same lines but for blanks at their ends."""
    return page_of(text).lines == page_of(other).lines


__all__ = ["Args", "InputFormat", "Page", "same_lines", "same_tokens"]
