"""Constraints in words: which characters, which values, which order, how long, how large.

    s and t consist only of lowercase English letters.     alphabet of s, of t
    grid[i][j] is either 0 or 1. / a_i = 0 or a_i = 1      values of the items of grid, of a
    All elements of nums are distinct.                     distinct
    nums is sorted in non-decreasing order.                order
    perm is a permutation of [1, 2, ..., n].               permutation
    n is even. / n is a multiple of 4.                     remainder
    n = 2^k / n is a power of two                          power_of_two
    a number without leading zeroes                        no_leading_zero
    It is guaranteed that s is a palindrome.               palindrome
    a non-empty list of positive integers                  compare (length >= 1, items >= 1)
    the length of the string does not exceed 100           compare
    It contains more than 1 and at most 10^5 digits.       compare
    The number of nodes in the list is in the range [2, 100].   compare

Each phrase is one pattern and one function; a sentence that asks rather than promises ("check whether the list is sorted") is left
alone. What a noun means ("the string") is settled when parameters are known, see `suites.contracts.bind`. Source: ours.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any

from symtune.suites.contracts.alphabets import read_alphabet
from symtune.suites.contracts.comparisons import Comparison
from symtune.suites.contracts.domains import Order
from symtune.suites.contracts.expressions import Expression, NotReadError, Reader, Ref, refs_of
from symtune.suites.contracts.notation import Number, tokens_of


@dataclass(frozen=True)
class Constraint:
    """One promise of a statement.

    Attributes:
        kind: ``compare``, ``alphabet``, ``values``, ``distinct``, ``order``, ``permutation``, ``remainder``, ``same_items`` (a permutation of
            another argument), ``sum`` (over all test cases), ``square`` (a matrix), ``same_length``, ``power_of_two``, ``no_leading_zero`` or
            ``palindrome``.
        text: the words it was read from.
        subjects: the quantities it is about; a name that starts with ``@`` is a noun: ``@list``, ``@text``, ``@number``, ``@item``.
        comparison: of ``compare`` and ``sum``.
        alphabet: the characters allowed.
        values: the values allowed.
        order: of the items.
        first: the smallest item of a permutation.
        divisor, remainder: of a whole number.
    """

    kind: str
    text: str
    subjects: tuple[Ref, ...] = ()
    comparison: Comparison | None = None
    alphabet: str = ""
    values: tuple[Any, ...] = ()
    order: Order = ""
    first: int = 0
    divisor: int = 1
    remainder: int = 0


NOUNS = {
    "list": "@list", "array": "@list", "sequence": "@list", "tuple": "@list", "vector": "@list", "matrix": "@list", "grid": "@list",
    "collection": "@list", "dictionary": "@list", "nodes": "@list", "string": "@text", "text": "@text", "word": "@text", "sentence": "@text",
    "integer": "@number", "number": "@number", "int": "@number", "element": "@item", "item": "@item", "value": "@item",
}  # fmt: skip
"""Noun -> what it stands for, in the singular."""

_REF = r"[A-Za-z][A-Za-z0-9]*(?:_\{[^{}]*\}|_[A-Za-z0-9]+)*(?:\[[a-z0-9]{1,2}\])*(?:\.length)?"
_REFS = rf"(?P<subjects>{_REF}(?:(?:\s*,\s*(?:and\s+)?|\s+and\s+|\s+or\s+){_REF})*)"
_DISTINCT = r"(?:pairwise\s+|all\s+)?(?:distinct|unique|different)"
_DIRECTION = r"(?P<direction>strictly[- ]increasing|strictly[- ]ascending|strictly[- ]decreasing|strictly[- ]descending|non-?\s?decreasing|non-?\s?increasing|ascending|increasing|descending|decreasing|alphabetical|lexicographical|lexicographic)"
_K = r"(?P<bound>[-\w^*+().{}|]+(?:\s*[-*+^]\s*[\w^().]+)*)"
_ASKS = re.compile(r"\b(check|whether|determine|return|returns|count|sorts?|find all|print|output|if)\b", re.IGNORECASE)


def read_phrases(sentence: str, *, text: str, names: Collection[str]) -> list[Constraint]:
    """Return the constraints that a plain sentence makes in words.

    Args:
        text: the sentence as the statement writes it.
        names: parameters and other known variables.
    """
    found: list[Constraint] = []
    for pattern, read in _PHRASES:
        for match in pattern.finditer(sentence):
            found += [replace(one, text=text) for one in read(match, names)]
    return [one for index, one in enumerate(found) if one not in found[:index]]


def _subjects(match: re.Match[str], names: Collection[str]) -> tuple[Ref, ...]:
    found = [_subject(word.strip(), names) for word in re.split(r"\s*,\s*(?:and\s+)?|\s+and\s+|\s+or\s+", match.group("subjects"))]
    return tuple(ref for ref in found if ref is not None) if all(ref is not None for ref in found) else ()


def _subject(word: str, names: Collection[str]) -> Ref | None:
    try:
        ref = Reader(tokens_of(word)).expression()
    except NotReadError:
        return None
    if not isinstance(ref, Ref):
        return None
    if ref.name not in names and not ref.path and re.fullmatch(r"[A-Za-z][ij]", ref.name) and ref.name[0] in names:
        return Ref(ref.name[0], (ref.name[1],))
    is_variable = ref.name in names or bool(ref.path) or re.fullmatch(r"[B-HJ-Zb-z]\d?", ref.name) is not None
    return ref if is_variable else noun_of(word)


def noun_of(word: str) -> Ref | None:
    """Return the quantity a noun stands for, or None."""
    singular = word.lower()
    name = NOUNS.get(singular) or NOUNS.get(singular.removesuffix("s")) or NOUNS.get(singular.removesuffix("es"))
    return Ref(name) if name else None


def _alphabet(match: re.Match[str], names: Collection[str]) -> Iterator[Constraint]:
    alphabet = read_alphabet(match.group("what"))
    subjects = _subjects(match, names)
    if alphabet and subjects:
        yield Constraint("alphabet", "", subjects, alphabet=alphabet)


def _values(match: re.Match[str], names: Collection[str]) -> Iterator[Constraint]:
    what = match.group("what").partition(")")[0] if "'" not in match.group("what") else match.group("what")
    words = [word.strip() for word in re.split(r"\s*,\s*(?:(?:or|and)\s+)?|\s+(?:or|and)\s+", what.strip()) if word.strip()]
    values: list[Any] = []
    for word in words:
        if re.fullmatch(r"-?\d{1,9}", word):
            values.append(int(word))
        elif quoted := re.fullmatch(r"['\"]([^'\"]*)['\"]", word):
            values.append(quoted.group(1))
        else:
            alphabet = read_alphabet(what)
            subjects = _subjects(match, names)
            if alphabet and subjects:
                yield Constraint("alphabet", "", subjects, alphabet=alphabet)
            return
    subjects = _subjects(match, names)
    if subjects and values and len({type(value) for value in values}) == 1:
        yield Constraint("values", "", subjects, values=tuple(values))


def _either(match: re.Match[str], names: Collection[str]) -> Iterator[Constraint]:
    subjects = _subjects(match, names)
    if subjects:
        yield Constraint("values", "", subjects, values=(int(match.group("one")), int(match.group("other"))))


def _value_or_range(match: re.Match[str], names: Collection[str]) -> Iterator[Constraint]:
    """"Each number is either -1 or between 1 and k": a range from the value on; where it leaves out zero alone, that is said too."""
    value, low, high = int(match.group("value")), bound_of(match.group("low")), bound_of(match.group("high").rstrip(".,)"))
    item = Ref("@item") if match.group("noun") else next(iter(_subjects(match, names)), None)
    if item is None or high is None or not isinstance(low, Number) or not value <= low.least <= value + 2:
        return
    yield _compared(">=", item, Number(value, value))
    yield _compared("<=", item, high)
    if (value, low.least) == (-1, 1):
        yield _compared("!=", item, Number(0, 0))


def _distinct(match: re.Match[str], names: Collection[str]) -> Iterator[Constraint]:
    if _ASKS.search(match.string[: match.start()]):
        return
    subjects = tuple(_whole(ref) for ref in _subjects(match, names))
    if subjects:
        yield Constraint("distinct", "", subjects)


def _whole(ref: Ref) -> Ref:
    """Return the collection of which an item was named: ``a`` of ``a_i``; the list of "elements"."""
    if ref.path:
        return replace(ref, path=ref.path[:-1])
    return Ref("@list") if ref.name == "@item" else ref


_SIGNS: dict[str, Order] = {"<": "strictly_rising", "<=": "rising", ">": "strictly_falling", ">=": "falling"}


def order_of(direction: str) -> Order:
    """Return the order that words mean; "increasing" may repeat, since statements often say it so."""
    words = direction.lower()
    is_falling = ("decreasing" in words and not re.match(r"non", words)) or "descending" in words or re.match(r"non-?\s?increasing", words) is not None
    if words.startswith("strictly"):
        return "strictly_falling" if is_falling else "strictly_rising"
    return "falling" if is_falling else "rising"


def _order(match: re.Match[str], names: Collection[str]) -> Iterator[Constraint]:
    if _ASKS.search(match.string[: match.start()]):
        return
    subjects = _subjects(match, names)
    if subjects:
        yield Constraint("order", "", tuple(_whole(ref) for ref in subjects), order=order_of(match.groupdict().get("direction") or ""))


def _order_of_items(match: re.Match[str], names: Collection[str]) -> Iterator[Constraint]:
    """"Integers h_i in ascending order", ``h_i < h_{i + 1}``: of items named by an index, since "print the numbers x in ascending order" asks."""
    word, sign = match.group("subjects"), match.groupdict().get("sign")
    ref = _subject(f"{word}i" if word.endswith("_") else word, names)
    if ref is not None and ref.path:
        yield from [Constraint("order", "", (_whole(ref),), order=_SIGNS[sign])] if sign else _order(match, names)


def _permutation(match: re.Match[str], names: Collection[str]) -> Iterator[Constraint]:
    subjects = _subjects(match, names)
    if subjects:
        yield Constraint("permutation", "", subjects, first=int(match.group("first")))


def _same_items(match: re.Match[str], names: Collection[str]) -> Iterator[Constraint]:
    subjects = _subjects(match, names)
    other = _subject(match.group("other"), names)
    if len(subjects) == 1 and other is not None and not other.name.startswith("@"):
        yield Constraint("same_items", "", (subjects[0], other))


def _parity(match: re.Match[str], names: Collection[str]) -> Iterator[Constraint]:
    subjects = _subjects(match, names) if "subjects" in match.groupdict() else (Ref("@text", measure="length"),)
    if subjects:
        yield Constraint("remainder", "", subjects, divisor=2, remainder=int(match.group("parity").lower() == "odd"))


def _power_of_two(match: re.Match[str], names: Collection[str]) -> Iterator[Constraint]:
    if subjects := _subjects(match, names):
        yield Constraint("power_of_two", "", subjects)


def _multiple(match: re.Match[str], names: Collection[str]) -> Iterator[Constraint]:
    subjects = _subjects(match, names)
    other = match.group("divisor")
    if subjects and other.isdigit() and int(other) > 0:
        yield Constraint("remainder", "", subjects, divisor=int(other))
    elif len(subjects) == 1 and (divisor := _subject(other, names)) is not None:
        yield _compared("%", subjects[0], divisor)


def _divides(match: re.Match[str], names: Collection[str]) -> Iterator[Constraint]:
    left, right = _subject(match.group("divisor"), names), _subject(match.group("whole"), names)
    if left is not None and right is not None:
        yield _compared("%", right, left)


def _compared(sign: str, left: Ref, right: Expression) -> Constraint:
    from symtune.suites.contracts.expressions import Operation

    side: Expression = Operation("%", (left, right)) if sign == "%" else left
    return Constraint("compare", "", comparison=Comparison(side, "==" if sign == "%" else sign, Number(0, 0) if sign == "%" else right, 0, 0))


def bound_of(text: str) -> Expression | None:
    """Return the expression of a bound named in words, or None; it must be all of the text."""
    tokens = tokens_of(text)
    reader = Reader(tokens)
    try:
        expression = reader.expression()
    except NotReadError:
        return None
    has_words = any(len(ref.name) > 2 and not ref.path and ref.measure == "value" for ref in refs_of(expression))
    return None if has_words and not any(token.kind == "number" for token in tokens) else expression


def _measured(match: re.Match[str], names: Collection[str]) -> tuple[Ref, ...]:
    """Return the subjects of a bound; ``length of``, ``number of nodes in`` measure their length."""
    subjects = _subjects(match, names)
    measure = (match.groupdict().get("measure") or "").lower()
    if measure.startswith("absolute"):
        return tuple(replace(ref, measure="bars") for ref in subjects)
    return tuple(replace(ref, measure="length") if measure else ref for ref in subjects)


def _limit(match: re.Match[str], names: Collection[str]) -> Iterator[Constraint]:
    bound = bound_of(match.group("bound").rstrip(".,)"))
    if bound is None or _ASKS.search(match.string[: match.start()]):
        return
    how = match.group("how").lower()
    sign = ">=" if re.search(r"at least|less than$|smaller than$|not be less", how) and re.search(r"at least|\bno|\bnot", how) else "<="
    if how.startswith(("less than or", "smaller than or")):
        sign = "<="
    if how.startswith(("greater than or", "more than or")):
        sign = ">="
    is_sum = re.search(r"\b(sum|total)\b", match.string[: match.start("subjects")], re.IGNORECASE) is not None
    for ref in _measured(match, names):
        one = _compared(sign, ref, bound)
        yield replace(one, kind="sum", subjects=(ref,)) if is_sum else one


def _range(match: re.Match[str], names: Collection[str]) -> Iterator[Constraint]:
    low, high = bound_of(match.group("low")), bound_of(match.group("high").rstrip(".,)"))
    if low is None or high is None or _ASKS.search(match.string[: match.start()]):
        return
    for ref in _measured(match, names):
        yield _compared(">=", ref, low)
        yield _compared("<=", ref, high)


def _sign(match: re.Match[str], names: Collection[str]) -> Iterator[Constraint]:
    low = 1 if re.match(r"(positive|natural)", match.group("sign"), re.IGNORECASE) else 0
    if match.group("sign").lower().startswith("negative"):
        return
    named = match.groupdict().get("name")
    of = match.groupdict().get("of")
    if of:
        subjects = [Ref("@list", ("i",))]
    elif named and (ref := _subject(named, names)) is not None and not ref.name.startswith("@"):
        subjects = [ref]
    else:
        subjects = [Ref("@number")]
    for ref in subjects:
        yield _compared(">=", ref, Number(low, low))


def _square(_match: re.Match[str], _names: Collection[str]) -> Iterator[Constraint]:
    yield Constraint("square", "", (Ref("@list"),))


def _same_length(match: re.Match[str], _names: Collection[str]) -> Iterator[Constraint]:
    ref = noun_of(match.group("noun"))
    if ref is not None and ref.name in ("@list", "@text"):
        yield Constraint("same_length", "", (ref,))


def _of_digits(_match: re.Match[str], _names: Collection[str]) -> Iterator[Constraint]:
    yield Constraint("alphabet", "", (Ref("@list"),), alphabet=string.digits)


def _non_empty(match: re.Match[str], names: Collection[str]) -> Iterator[Constraint]:
    ref = noun_of(match.group("noun"))
    named = match.groupdict().get("name")
    if named and (variable := _subject(named, names)) is not None and not variable.name.startswith("@"):
        ref = variable
    if (ref is not None and ref.name in ("@list", "@text")) or (ref is not None and not ref.name.startswith("@")):
        yield _compared(">=", replace(ref, measure="length"), Number(1, 1))


def _no_leading_zero(match: re.Match[str], _names: Collection[str]) -> Iterator[Constraint]:
    if not re.search(rf"{_ASKS.pattern}|\b(?:write|convert)\b", match.string[: match.start()], re.IGNORECASE):
        yield Constraint("no_leading_zero", "", (Ref("@text"),))


def _palindrome(match: re.Match[str], names: Collection[str]) -> Iterator[Constraint]:
    if subjects := _subjects(match, names):
        yield Constraint("palindrome", "", subjects)


def _holds_signs(match: re.Match[str], _names: Collection[str]) -> Iterator[Constraint]:
    for how, bound in ((match.group("how"), match.group("bound")), (match.group("other"), match.group("bound2"))):
        limit = bound_of(bound.rstrip(".,)")) if bound else None
        if limit is not None and not _ASKS.search(match.string[: match.start()]):
            yield _compared(_MORE_OR_LESS[" ".join(how.lower().split())], Ref("@text", measure="length"), limit)


_MORE_OR_LESS = {"more than": ">", "less than": "<", "fewer than": "<", "at least": ">=", "at most": "<=", "no more than": "<=", "not more than": "<="}
"""What is said of a number of things -> its sign."""

_Read = Callable[[re.Match[str], Collection[str]], Iterator[Constraint]]
_SPAN = r"""(?P<what>(?:'[^']*'|"[^"]*"|[^.;('"])*)"""
_BOUNDED = r"(?:is|are|be|has|have|was)?\s*(?:always\s+)?"
_PHRASES: list[tuple[re.Pattern[str], _Read]] = [(re.compile(pattern, re.IGNORECASE), read) for pattern, read in (
    (rf"{_REFS}(?:\s*\([^()]*\))?,?\s+(?:that\s+|which\s+)?(?:only\s+)?(?:(?:consists?|made up|composed|comprised)(?:\s+only|\s+solely|\s+entirely)?\s+of|contains?\s+only|only\s+contains?|consisting(?:\s+only)?\s+of)\s+{_SPAN}", _alphabet),
    (rf"\b(?:characters|letters)\s+(?:of|in)\s+{_REFS}\s+are\s+(?:all\s+|only\s+)?{_SPAN}", _alphabet),
    (rf"{_REFS}\s+(?:is|are|=|will be)\s+(?:either|one of)\s+{_SPAN}", _values),
    (rf"(?:(?P<noun>(?:each|every)\s+(?:number|integer|element|value|item))|{_REFS})\s+(?:is|are)\s+either\s+(?P<value>-?\d+)\s*,?\s+or\s+(?:an?\s+\w+\s+)?(?:between|from)\s+{_K.replace('bound', 'low')}\s+(?:and|to)\s+{_K.replace('bound', 'high')}", _value_or_range),
    (rf"(?P<subjects>{_REF})\s*=\s*(?P<one>-?\d+)\s*,?\s+or\s+(?P=subjects)\s*=\s*(?P<other>-?\d+)\b", _either),
    (rf"{_REFS}\s+(?:are|is)\s+{_DISTINCT}\b", _distinct),
    (rf"\b(?:elements|values|integers|numbers|items|characters|letters|entries|strings|words)\s+(?:of|in)\s+(?:the\s+)?{_REFS}\s+are\s+{_DISTINCT}\b", _distinct),
    (rf"{_REFS}\s+(?:contains?|consists?\s+of|has)\s+(?:only\s+)?{_DISTINCT}\s+(?:integers|elements|values|numbers|characters|letters|coordinates|items|strings)\b", _distinct),
    (rf"\b(?P<subjects>list|array|sequence|tuple)\s+(?:{_REF}\s+)?of\s+(?:{_REF}\s+)?{_DISTINCT}\s+\w+", _distinct),
    (rf"{_REFS}\s+(?:is|are)\s+(?:given\s+)?(?:sorted\s+)?in\s+(?:a\s+)?{_DIRECTION}(?:\s+order)?\b(?!\s+(?:of|by|with)\b)", _order),
    (rf"{_REFS}\s+(?:(?:is|are)\s+)?sorted\s+in\s+(?:a\s+)?{_DIRECTION}(?:\s+order)?\b(?!\s+(?:of|by|with)\b)", _order),
    (rf"\b(?:integers|numbers|values|elements|strings)\s+(?:{_REF}\s*,\s*)*(?:\.\.\.\s*,?\s*)?(?P<subjects>{_REF})(?:\s*\([^()]*\))?,?\s+(?:given\s+|sorted\s+)*in\s+(?:an?\s+|the\s+)?{_DIRECTION}\s+order\b", _order_of_items),
    (rf"(?P<subjects>{_REF})\s*(?P<sign><=|<|>=|>)\s*(?P=subjects)\s*\+\s*1\b", _order_of_items),
    (r"(?P<subjects>[A-Za-z][A-Za-z0-9]*_)\{?([a-z])\}?\s*(?P<sign><=|<|>=|>)\s*(?P=subjects)\{\2\s*\+\s*1\}", _order_of_items),
    (r"\b(?:a|an|the|given|two|three|of|from|in)\s+(?:(?:given|two|three|rotated)\s+)?sorted\s+(?:\w+\s+)?(?P<subjects>lists?|arrays?|tuples?|sequences?)\b(?!\s+(?:is|in))", _order),
    (rf"{_REFS}\s+is\s+a\s+permutation\s+of\s+(?:the\s+)?(?:integers\s+|numbers\s+|all\s+integers\s+)?(?:in\s+(?:the\s+)?range\s+|from\s+)?[\[(]?(?P<first>[01])\s*(?:,|to\b)", _permutation),
    (rf"{_REFS}\s+is\s+a\s+permutation\s+of\s+(?P<other>{_REF})\s*(?:\.|$)", _same_items),
    (rf"{_REFS}\s+(?:is|are)\s+(?:guaranteed\s+to\s+be\s+|always\s+)?(?P<parity>even|odd)\b(?!-)", _parity),
    (r"\bstring\b.*\b(?:its|whose)\s+length\s+is\s+(?:always\s+)?(?P<parity>even|odd)\b", _parity),
    (rf"{_REFS}\s+is\s+(?:divisible\s+by|a\s+multiple\s+of)\s+(?P<divisor>\w+)", _multiple),
    (rf"{_REFS}\s*(?:=|\bis\b|\bare\b)\s*(?:2\s*\^\s*\(?[a-z]\)?(?!\w)|(?:a\s+)?powers?\s+of\s+(?:two|2)\b)", _power_of_two),
    (r"\b(?:without|(?:no|not|never)\b(?:\s+\w+){0,2})(?:\s+any)?\s+leading\s+zeroe?s?\b", _no_leading_zero),
    (rf"\bguaranteed\s+that\s+(?:the\s+|string\s+|given\s+)*{_REFS}\s+is\s+(?:always\s+)?an?\s+palindrome\b", _palindrome),
    (rf"\b(?:number|string|text|word|sentence|line|it)\s+(?:will\s+|must\s+)?(?:contains?|consists?\s+of|has|have)\s+(?P<how>{'|'.join(_MORE_OR_LESS)})\s+{_K}(?:\s+(?:and|but)\s+(?P<other>{'|'.join(_MORE_OR_LESS)})\s+{_K.replace('bound', 'bound2')})?\s+(?:\w+\s+){{0,2}}?(?:digits|characters|letters|symbols)\b", _holds_signs),
    (rf"(?P<divisor>{_REF})\s+divides\s+(?P<whole>{_REF})", _divides),
    (rf"(?P<measure>length|size|absolute value)s?\s+of\s+(?:the\s+|each\s+|all\s+|every\s+|both\s+|any\s+)?(?:(?:given|whole|entire|input|string|array|list)\s+(?=\w+\s+(?:is|are|do|will|at|no)))?{_REFS}\s+{_BOUNDED}(?P<how>at most|at least|(?:does|do|will|is|are)?\s*not\s+exceed(?:ing)?|no (?:more|greater|longer|less) than|less than or equal to|greater than or equal to)\s+{_K}", _limit),
    (rf"{_REFS}\s+{_BOUNDED}(?P<how>at most|at least|(?:does|do|will|is|are)?\s*not\s+exceed(?:ing)?|no (?:more|greater|less) than|less than or equal to|greater than or equal to)\s+{_K}", _limit),
    (rf"(?P<measure>length|size|number of nodes|number of elements|number of items|number of characters)s?\s+(?:of|in)\s+(?:the\s+|each\s+|all\s+|every\s+|both\s+)?{_REFS}\s+(?:is|are|will be|lies)?\s*(?:always\s+)?(?:in the range|between|from)\s+\[?{_K.replace('bound', 'low')}\s*(?:,|and|to)\s*{_K.replace('bound', 'high')}", _range),
    (rf"{_REFS}\s+(?:is|are|will be|lies)?\s*(?:always\s+)?(?:in the (?:inclusive\s+)?range|between)\s+\[?{_K.replace('bound', 'low')}\s*(?:,|and|to)\s*{_K.replace('bound', 'high')}", _range),
    (r"\b(?P<of>(?:list|array|tuple|sequence)s?\s+of\s+)(?:\w+\s+)?(?P<sign>positive|non-?negative|natural)\s+(?:integers?|numbers?)", _sign),
    (rf"\b(?:a|an|given|two|three|takes|accepts)\s+(?P<sign>positive|non-?negative|natural)\s+(?:integers?|numbers?|value|int)\b(?!\s+in\b)(?:\s+(?P<name>{_REF}))?", _sign),
    (r"\b(?:a|the|given|of)\s+(?:given\s+)?square\s+(?:\w+\s+)?matrix\b", _square),
    (r"\b(?P<noun>lists|arrays|tuples|strings|sequences)\s+(?:that are\s+|which are\s+|both\s+)?(?:of|with|having)\s+(?:the\s+|an\s+)?(?:same|equal)\s+(?:lengths?|sizes?)\b", _same_length),
    (r"\b(?:a|the|given)\s+(?:list|array|tuple)\s+of\s+digits\b", _of_digits),
    (rf"\bnon-?\s?empty\s+(?:\w+\s+)?(?P<noun>lists?|arrays?|strings?|tuples?|sequences?|matrix|texts?|words?)\b(?:\s+(?P<name>{_REF}))?", _non_empty),
)]  # fmt: skip
"""Pattern -> how its match is read."""
