"""Input texts made of typed tokens, for symbolic runs of programs that read stdin.

A program that reads ``int(input())`` gets a `Token` whose ``int(...)`` is the symbolic value itself, so that the solver never
thinks of digits. `Line` and `Text` split into tokens. Whatever else a program asks of them (a character, a length) makes the
value concrete, which is counted in ``Realised.num``. ``str(...)`` of a symbolic number and ``join`` over such are put off likewise, as
most of what a program prints is never looked at again. Source: ours.
"""

from __future__ import annotations

import io

from crosshair.core import realize
from crosshair.libimpl.builtinslib import AnySymbolicStr, SymbolicFloat, SymbolicInt
from crosshair.tracers import COMPOSITE_TRACER, NoTracing, ResumedTracing
from crosshair.util import CrossHairValue

_MISSING = object()


class Realised:
    """How often a token or line was asked for its characters."""

    num = 0


class _Lazy(AnySymbolicStr, CrossHairValue):
    """A text that is made only when it is asked for, and stays as it was made."""

    _made = None

    def _make(self):
        raise NotImplementedError

    def __ch_realize__(self):
        if self._made is None:
            Realised.num += 1
            self._made = self._make()
        return self._made

    def __str__(self):
        with NoTracing():
            return self.__ch_realize__()

    def __hash__(self):
        return hash(self.__str__())

    def __eq__(self, other):
        with NoTracing():
            text = self.__ch_realize__()
        return text == other

    def __ne__(self, other):
        return not self == other

    def strip(self, chars=None):
        """Return the text without blanks at its ends."""
        return self if chars is None else self.__str__().strip(chars)

    def lstrip(self, chars=None):
        """Return the text without blanks at its start."""
        return self if chars is None else self.__str__().lstrip(chars)

    def rstrip(self, chars=None):
        """Return the text without blanks at its end."""
        return self if chars is None or chars in ("\n", "\r\n") else self.__str__().rstrip(chars)

    def decode(self, *_args):
        """Return itself: tokens read as bytes are texts already."""
        return self


class Token(_Lazy):
    """A number as one token of text; ``decimals`` as in the input format."""

    def __init__(self, value, decimals=None):
        self.value = value
        self.decimals = decimals

    def _make(self):
        with ResumedTracing():
            value = realize(self.value)
        if type(value) is float:
            if self.decimals is not None:
                return f"{value:.{self.decimals}f}"
            return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
        return str(value)

    def split(self, sep=None, maxsplit=-1):
        """Return the tokens; at anything but blanks, real text is split."""
        return [self] if sep is None or sep == " " else self.__str__().split(sep, maxsplit)


class Word(_Lazy):
    """A symbolic word that was read as bytes: it only knows how to become text again."""

    def __init__(self, inner):
        self.inner = inner

    def _make(self):
        with ResumedTracing():
            return realize(self.inner)

    def decode(self, *_args):
        """Return itself: tokens read as bytes are texts already."""
        return self.inner

    def __len__(self):
        return self.inner.__len__()


class Line(_Lazy):
    """A line of tokens, each a `Token` or a symbolic word."""

    def __init__(self, tokens, *, has_newline=False):
        self.tokens = tokens
        self.has_newline = has_newline

    def _make(self):
        with ResumedTracing():
            return " ".join([realize(token) for token in self.tokens]) + ("\n" if self.has_newline else "")

    def split(self, sep=None, maxsplit=-1):
        """Return the tokens; at anything but blanks, real text is split."""
        if (sep is None or (sep == " " and self.tokens)) and maxsplit == -1:
            return list(self.tokens)
        return self.__str__().split(sep, maxsplit)

    def strip(self, chars=None):
        """Return the text without blanks at its ends."""
        if chars is not None and chars not in ("\n", "\r\n"):
            return self.__str__().strip(chars)
        return self.tokens[0] if len(self.tokens) == 1 else Line(self.tokens)

    def rstrip(self, chars=None):
        """Return the text without blanks at its end."""
        return self.strip(chars)

    def lstrip(self, chars=None):
        """Return the text without blanks at its start."""
        return self if chars is None else self.__str__().lstrip(chars)

    def __getitem__(self, index):
        with NoTracing():
            cuts_newline = self.has_newline and type(index) is slice and (index.start, index.stop, index.step) == (None, -1, None)
        return self.strip("\n") if cuts_newline else self.__str__()[index]

    def __bool__(self):
        return self.has_newline or bool(self.tokens)


class Text(_Lazy):
    """Lines that were read at once."""

    def __init__(self, lines):
        self.lines = lines

    def _make(self):
        with ResumedTracing():
            return "\n".join([" ".join([realize(token) for token in line]) for line in self.lines]) + "\n"

    def split(self, sep=None, maxsplit=-1):
        """Return the tokens; at anything but blanks, real text is split."""
        if maxsplit == -1 and sep is None:
            return [token for line in self.lines for token in line]
        if maxsplit == -1 and sep == "\n":
            return [*map(line_of, self.lines), ""]
        return self.__str__().split(sep, maxsplit)

    def splitlines(self, keepends=False):
        """Return the lines."""
        return [line_of(line) for line in self.lines] if not keepends else self.__str__().splitlines(True)

    def strip(self, chars=None):
        """Return the text without blanks at its ends."""
        return Stripped(self.lines) if chars is None or chars == "\n" else self.__str__().strip(chars)

    def rstrip(self, chars=None):
        """Return the text without blanks at its end."""
        return self.strip(chars)

    def __bool__(self):
        return bool(self.lines)


class Stripped(Text):
    """Lines that were read at once, without the last line end."""

    def _make(self):
        return super()._make()[:-1]

    def split(self, sep=None, maxsplit=-1):
        """Return the tokens; at anything but blanks, real text is split."""
        return [line_of(line) for line in self.lines] if (sep, maxsplit) == ("\n", -1) else super().split(sep, maxsplit)


class Joined(_Lazy):
    """Texts put together that nobody has looked at yet."""

    def __init__(self, separator, pieces):
        self.separator = separator
        self.pieces = pieces

    def _make(self):
        with ResumedTracing():
            return self.separator.join([realize(piece) for piece in self.pieces])

    def strip(self, chars=None):
        """Return the text without blanks at its ends."""
        return self.__str__().strip(chars)

    lstrip = rstrip = strip


def line_of(tokens):
    """Return a line without line end: its only token, or a `Line`."""
    return tokens[0] if len(tokens) == 1 else Line(tokens)


class Reader:
    """Stands for ``sys.stdin``, over lines of tokens; ``as_bytes`` for its ``buffer``."""

    encoding, errors, closed, name, mode = "utf-8", "strict", False, "<stdin>", "r"

    def __init__(self, lines, source=None, *, as_bytes=False):
        self._rest = source if source is not None else list(reversed(lines))
        self._as_bytes = as_bytes
        if not as_bytes:
            self.buffer = Reader((), self._rest, as_bytes=True)

    def _tokens(self, line):
        with NoTracing():
            return [token if isinstance(token, _Lazy) else Word(token) for token in line] if self._as_bytes else line

    def input(self, *_prompt):
        """Stand for ``input``."""
        if not self._rest:
            raise EOFError("EOF when reading a line")
        return line_of(self._tokens(self._rest.pop()))

    def readline(self, *_size):
        """Return the next line with its line end, or nothing."""
        return Line(self._tokens(self._rest.pop()), has_newline=True) if self._rest else ""

    def read(self, *_size):
        """Return all that is left."""
        lines = [self._tokens(line) for line in reversed(self._rest)]
        self._rest.clear()
        return Text(lines)

    def readlines(self, *_hint):
        """Return the lines that are left."""
        return list(self)

    def __iter__(self):
        return self

    def __next__(self):
        if not self._rest:
            raise StopIteration
        return self.readline()

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        return None

    def close(self):
        """Do nothing."""
        return

    def reconfigure(self, **_options):
        """Do nothing."""
        return

    def isatty(self):
        """Return False."""
        return False

    def fileno(self):
        """Refuse: there is no file."""
        raise io.UnsupportedOperation("fileno")


def value_of(text):
    """Return the number behind a token, or behind a line with one token; `_MISSING` for anything else."""
    if type(text) is Line and len(text.tokens) == 1:
        text = text.tokens[0]
    if type(text) is Word:
        text = text.inner
    if type(text) is Token and text._made is None:
        return text.value
    return text if text is not None and isinstance(text, AnySymbolicStr) and not isinstance(text, _Lazy) else _MISSING


# Each of these calls the function it stands for by its own name: CrossHair hands such a call on to the layer below.


def _int(value=0, base=_MISSING):
    with NoTracing():
        found = value_of(value) if base is _MISSING and isinstance(value, _Lazy) else _MISSING
        is_whole = isinstance(found, (int, SymbolicInt))
        if isinstance(value, _Lazy) and not is_whole:
            value = found if found is not _MISSING and isinstance(found, AnySymbolicStr) else value.__ch_realize__()
    if is_whole:
        return found
    return int(value) if base is _MISSING else int(value, base)


def _float(value=0.0):
    with NoTracing():
        found = value_of(value) if isinstance(value, _Lazy) else _MISSING
        is_number = isinstance(found, (int, float, SymbolicInt, SymbolicFloat))
        is_float = isinstance(found, (float, SymbolicFloat))
        value = found if is_number else value.__ch_realize__() if isinstance(value, _Lazy) else value
    return value if is_float else float(value)


def _str(*args):
    with NoTracing():
        if len(args) == 1 and isinstance(args[0], (SymbolicInt, SymbolicFloat)):
            return Token(args[0])
        if len(args) == 1 and isinstance(args[0], _Lazy):
            return args[0]
    return str(*args)


def _join(separator, pieces):
    pieces = list(pieces)
    with NoTracing():
        if type(separator) is str and any(isinstance(piece, _Lazy) for piece in pieces):
            if all(isinstance(piece, (str, AnySymbolicStr)) for piece in pieces):
                return Joined(separator, pieces)
            raise TypeError("sequence item: expected str instance")
    return str.join(separator, pieces)


_LAYER = {int: _int, float: _float, str: _str, str.join: _join}


class Known:
    """Context in which ``int``, ``float``, ``str`` and ``join`` know tokens; entered and left without tracing."""

    def __enter__(self):
        COMPOSITE_TRACER.patching_module.add(_LAYER)

    def __exit__(self, *_error):
        COMPOSITE_TRACER.patching_module.pop(_LAYER)


__all__ = ["Joined", "Known", "Line", "Reader", "Realised", "Text", "Token", "line_of"]
