"""The sides of a comparison as a statement writes them: ``n - 1``, ``nums.length``, ``a_i``, ``min(n, 10)``, ``|s|``."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from symtune.suites.contracts.notation import MAX_EXPONENT, Number, Token, number_of

MAX_BASE = 10**20
"""Powers of a larger base are not computed."""

MAX_BRACKETS = 20
"""Brackets, signs and powers nested deeper than this are not read."""

LENGTH_WORDS = ("length", "size", "len")


class NotReadError(Exception):
    """What stands there is no expression this parser reads."""


@dataclass(frozen=True)
class Ref:
    """A quantity that a statement names.

    Attributes:
        name: of the variable.
        path: what is taken of it: a number, counted from 0, or the letter of an index that stands for every item.
        measure: ``value``, ``length``, or ``bars`` (|x|: the length of a text or collection, the absolute value of a number).
    """

    name: str
    path: tuple[int | str, ...] = ()
    measure: str = "value"

    def key(self) -> str:
        """Return it as text with every index written ``[*]``, as in ``len(a[*])``; the key of `Constraints`."""
        text = self.name + "".join("[*]" if isinstance(step, str) else f"[{step}]" for step in self.path)
        return text if self.measure == "value" else f"len({text})"


@dataclass(frozen=True)
class Text:
    """A quoted text."""

    value: str


@dataclass(frozen=True)
class Operation:
    """``left sign right``, or a call of ``sign`` (min, max, sum, len) on ``parts``."""

    sign: str
    parts: tuple[Expression, ...]


Expression = Number | Text | Ref | Operation


def refs_of(expression: Expression) -> list[Ref]:
    """Return the quantities an expression speaks of."""
    if isinstance(expression, Ref):
        return [expression]
    return [ref for part in expression.parts for ref in refs_of(part)] if isinstance(expression, Operation) else []


def constant_of(expression: Expression) -> Number | None:
    """Return the value of an expression without quantities, or None."""
    if isinstance(expression, Number):
        return expression
    if not isinstance(expression, Operation) or expression.sign in ("sum", "len"):
        return None
    try:
        return _constant(expression)
    except (NotReadError, ArithmeticError):
        return None


def _constant(expression: Operation) -> Number | None:
    parts = [constant_of(part) for part in expression.parts]
    if not parts or any(part is None for part in parts):
        return None
    known = [part for part in parts if part is not None]
    if expression.sign in ("min", "max"):
        choose = min if expression.sign == "min" else max
        return Number(choose(part.least for part in known), choose(part.greatest for part in known))
    left, right = known
    results = [_compute(expression.sign, one, other) for one in (left.least, left.greatest) for other in (right.least, right.greatest)]
    return Number(min(results), max(results))


def _compute(sign: str, left: float, right: float) -> float | int:
    if sign in ("/", "%") and right == 0:
        raise NotReadError("a division by zero")
    if sign == "^" and (abs(right) > MAX_EXPONENT or abs(left) > MAX_BASE or (left == 0 and right < 0)):
        raise NotReadError("a power too large")
    if sign == "/":
        return left // right if isinstance(left, int) and isinstance(right, int) else left / right
    return {"+": left + right, "-": left - right, "*": left * right, "%": left % right if right else 0, "^": left**right if sign == "^" else 0}[sign]


class Reader:
    """Reads expressions from tokens, by recursive descent; ``place`` is the next token."""

    def __init__(self, tokens: list[Token], place: int = 0) -> None:
        self.tokens, self.place = tokens, place
        self._depth = 0

    def peek(self, ahead: int = 0) -> str:
        """Return the text of a token further on, or an empty one behind the last."""
        place = self.place + ahead
        return self.tokens[place].text if place < len(self.tokens) else ""

    def take(self, text: str) -> bool:
        """Pass a token of this text, if it is the next."""
        if self.peek() == text:
            self.place += 1
            return True
        return False

    def expression(self) -> Expression:
        """Read a sum.

        Raises:
            NotReadError: none starts here.
        """
        return self._chain(("+", "-"), lambda: self._chain(("*", "/", "%"), self._factor))

    def _chain(self, signs, part) -> Expression:  # type: ignore[no-untyped-def]
        left: Expression = part()
        while self.peek() in signs and self.peek():
            sign, start = self.peek(), self.place
            self.place += 1
            try:
                left = Operation(sign, (left, part()))
            except NotReadError:
                self.place = start
                break
        return left

    def _factor(self) -> Expression:
        self._depth += 1
        try:
            if self._depth > MAX_BRACKETS:
                raise NotReadError("nested too deep")
            return self._signed()
        finally:
            self._depth -= 1

    def _signed(self) -> Expression:
        if self.take("-"):
            return Operation("-", (Number(0, 0), self._factor()))
        base = self._atom()
        if self.take("^"):
            return Operation("^", (base, self._factor()))
        return base

    def _atom(self) -> Expression:
        if self.place >= len(self.tokens):
            raise NotReadError("nothing there")
        token = self.tokens[self.place]
        self.place += 1
        if token.kind == "number":
            return self._number(token)
        if token.kind == "text":
            return Text(token.text[1:-1])
        if token.kind == "name":
            return self._named(token)
        if token.text == "(":
            inner = self.expression()
            if not self.take(")"):
                raise NotReadError("no closing bracket")
            return inner
        if token.text == "|":
            inner = self.expression()
            if not self.take("|") or not isinstance(inner, Ref) or inner.measure != "value":
                raise NotReadError("no quantity between bars")
            return replace(inner, measure="bars")
        raise NotReadError(token.text)

    def _number(self, token: Token) -> Expression:
        following = self.tokens[self.place] if self.place < len(self.tokens) else None
        if following is not None and following.kind == "name" and following.start == token.end:
            raise NotReadError("a number and a name without a sign between")
        is_base = following is not None and following.text == "^"
        try:
            value = number_of(token.text)
        except ValueError as error:
            raise NotReadError(str(error)) from error
        return Number(value.least, value.least) if is_base else value

    def _named(self, token: Token) -> Expression:
        word = token.text.lower()
        if word in ("min", "max", "floor", "sum", "len", "length", "abs") and self.peek() == "(":
            self.place += 1
            parts = [self.expression()]
            while self.take(","):
                parts.append(self.expression())
            if not self.take(")"):
                raise NotReadError("no closing bracket")
            if word == "floor":
                return parts[0]
            if word in ("len", "length", "abs"):
                if not isinstance(parts[0], Ref):
                    raise NotReadError("no quantity")
                return replace(parts[0], measure="bars" if word == "abs" else "length")
            return Operation(word, tuple(parts))
        return self._path(ref_of(token.text))

    def _path(self, ref: Ref) -> Ref:
        while self.peek() == "[" and self.tokens[self.place].start == self.tokens[self.place - 1].end:
            index = self.tokens[self.place + 1] if self.place + 1 < len(self.tokens) else None
            if index is None or self.peek(2) != "]" or not (index.kind == "number" or (index.kind == "name" and len(index.text) <= 2)):
                raise NotReadError("an index that is no number and no letter")
            ref = replace(ref, path=(*ref.path, int(index.text) if index.kind == "number" else index.text))
            self.place += 3
        if self.peek() == "." and self.peek(1).lower() in (*LENGTH_WORDS, "val"):
            is_joined = self.tokens[self.place].start == self.tokens[self.place - 1].end
            if is_joined:
                measure = "value" if self.peek(1) == "val" else "length"
                self.place += 2
                if self.peek() == "(" and self.peek(1) == ")":
                    self.place += 2
                return replace(ref, measure=measure)
        return ref


def ref_of(text: str) -> Ref:
    """Return the quantity of a name token: ``a_i``, ``a_{i,j}`` and ``a_1`` are items of ``a``, ``max_size`` is a name.

    Raises:
        NotReadError: a subscript that is no index, as in ``a_{i+1}``.
    """
    if match := re.fullmatch(r"([A-Za-z][A-Za-z0-9]*)_\{([^{}]*)\}", text):
        steps = [step.strip() for step in match.group(2).split(",")]
        if not all(re.fullmatch(r"[a-z]{1,2}|\d{1,3}", step) for step in steps):
            raise NotReadError("a subscript that is no index")
        return Ref(match.group(1), tuple(int(step) - 1 if step.isdigit() else step for step in steps))
    if match := re.fullmatch(r"([A-Za-z][A-Za-z0-9]*)_([a-z]|\d)", text):
        step = match.group(2)
        return Ref(match.group(1), (int(step) - 1 if step.isdigit() else step,))
    return Ref(text)
