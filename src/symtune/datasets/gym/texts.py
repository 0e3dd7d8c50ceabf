"""Parts over texts and lists of words."""

from __future__ import annotations

from symtune.datasets.gym.part import Part

LETTERS = ("a", "b", "e", "o", "s", "t")
COUNTS = (2, 3, 4)
SKIPS = (1, 2, 3)
LENGTHS = (2, 3, 4)

TEXTS = (
    Part(
        "upper", "text", "text", lambda a, _: a.upper(), "{a}.upper()", '"".join(c.upper() for c in {a})',
        ("make it upper case", "turn letters into capitals", "capitalise every letter"),
    ),
    Part(
        "lower", "text", "text", lambda a, _: a.lower(), "{a}.lower()", '"".join(c.lower() for c in {a})',
        ("make it lower case", "turn capitals into small letters", "put all in small letters"),
    ),
    Part(
        "reverse_text", "text", "text", lambda a, _: a[::-1], "{a}[::-1]", '"".join(reversed({a}))',
        ("reverse the text", "spell it backwards", "turn the text around"),
    ),
    Part(
        "sort_text", "text", "text", lambda a, _: "".join(sorted(a)), '"".join(sorted({a}))',
        '"".join(c for c in sorted({a}))',
        ("sort its characters", "put characters in order", "arrange the letters by code"),
    ),
    Part(
        "no_vowels", "text", "text", lambda a, _: "".join(c for c in a if c not in "aeiou"),
        '"".join(c for c in {a} if c not in "aeiou")', '"".join(c for c in {a} if not c in "aeiou")',
        ("remove small vowels", "drop a, e, i, o, u", "leave out lower case vowels"),
    ),
    Part(
        "letters_only", "text", "text", lambda a, _: "".join(c for c in a if c.isalpha()),
        '"".join(c for c in {a} if c.isalpha())', '"".join(filter(str.isalpha, {a}))',
        ("keep the letters only", "drop what is no letter", "remove all but letters"),
    ),
    Part(
        "remove_letter", "text", "text", lambda a, k: a.replace(k, ""), '{a}.replace({k}, "")',
        '"".join(c for c in {a} if c != {k})',
        ("remove each {k}", "delete every {k}", "drop the character {k}"), LETTERS,
    ),
    Part(
        "star_letter", "text", "text", lambda a, k: a.replace(k, "*"), '{a}.replace({k}, "*")',
        '"*".join({a}.split({k}))', ("replace each {k} by a star", "hide every {k} as *", "write * for {k}"), LETTERS,
    ),
    Part(
        "first_chars", "text", "text", lambda a, k: a[:k], "{a}[:{k}]", '"".join(list({a})[:{k}])',
        ("take the first {k} characters", "cut it to {k} characters", "keep the leading {k} characters"), COUNTS,
    ),
    Part(
        "last_chars", "text", "text", lambda a, k: a[-k:], "{a}[-{k}:]", '"".join(list({a})[-{k}:])',
        ("take the last {k} characters", "keep the final {k} characters", "keep {k} characters at the end"), COUNTS,
    ),
    Part(
        "skip_chars", "text", "text", lambda a, k: a[k:], "{a}[{k}:]", '"".join(list({a})[{k}:])',
        ("skip the first {k} characters", "drop the leading {k} characters", "start after {k} characters"), SKIPS,
    ),
    Part(
        "even_chars", "text", "text", lambda a, _: a[::2], "{a}[::2]", '"".join(list({a})[::2])',
        ("take every second character", "keep characters at even positions", "keep index 0, 2, 4 of the text"),
    ),
    Part(
        "swap_case", "text", "text", lambda a, _: a.swapcase(), "{a}.swapcase()",
        '"".join(c.swapcase() for c in {a})', ("swap the case", "exchange small letters and capitals", "flip the case"),
    ),
    Part(
        "double_chars", "text", "text", lambda a, _: "".join(c * 2 for c in a), '"".join(c * 2 for c in {a})',
        '"".join(c + c for c in {a})', ("double each character", "write every character twice", "repeat all letters"),
    ),
    Part(
        "length", "text", "int", lambda a, _: len(a), "len({a})", "sum(1 for c in {a})",
        ("return its length", "count the characters", "say how long it is"),
    ),
    Part(
        "count_letter", "text", "int", lambda a, k: a.count(k), "{a}.count({k})", "sum(c == {k} for c in {a})",
        ("count the {k}", "return how often {k} occurs", "give the number of {k}"), LETTERS,
    ),
    Part(
        "count_vowels", "text", "int", lambda a, _: sum(c in "aeiou" for c in a), 'sum(c in "aeiou" for c in {a})',
        'len([c for c in {a} if c in "aeiou"])',
        ("count small vowels", "return how many of a, e, i, o, u", "give the number of lower case vowels"),
    ),
    Part(
        "count_chars", "text", "int", lambda a, _: len(set(a)), "len(set({a}))", "len(dict.fromkeys({a}))",
        ("count different characters", "return how many characters are distinct", "give its number of unique characters"),
    ),
    Part(
        "split", "text", "words", lambda a, _: a.split(), "{a}.split()", "[w for w in {a}.split()]",
        ("split into words", "take its words", "cut it at spaces"),
    ),
    Part(
        "text_digits", "text", "ints", lambda a, _: [int(c) for c in a if c.isdigit()],
        "[int(c) for c in {a} if c.isdigit()]", "list(map(int, filter(str.isdigit, {a})))",
        ("list its digits", "take the digits as numbers", "pick out every digit"),
    ),
)  # fmt: skip

WORDS = (
    Part(
        "longer", "words", "words", lambda a, k: [w for w in a if len(w) > k], "[w for w in {a} if len(w) > {k}]",
        "list(filter(lambda w: len(w) > {k}, {a}))",
        ("keep words longer than {k}", "drop words of {k} letters or fewer", "keep what has over {k} letters"), LENGTHS,
    ),
    Part(
        "shorter", "words", "words", lambda a, k: [w for w in a if len(w) < k], "[w for w in {a} if len(w) < {k}]",
        "list(filter(lambda w: len(w) < {k}, {a}))",
        ("keep words shorter than {k}", "drop words of {k} letters or more", "keep what has under {k} letters"), (4, 5, 6),
    ),
    Part(
        "starting", "words", "words", lambda a, k: [w for w in a if w.startswith(k)],
        "[w for w in {a} if w.startswith({k})]", "[w for w in {a} if w[:1] == {k}]",
        ("keep words starting with {k}", "keep what begins with {k}", "drop words not starting with {k}"), LETTERS,
    ),
    Part(
        "having", "words", "words", lambda a, k: [w for w in a if k in w], "[w for w in {a} if {k} in w]",
        "list(filter(lambda w: {k} in w, {a}))",
        ("keep words having {k}", "keep what contains {k}", "drop words without {k}"), LETTERS,
    ),
    Part(
        "lacking", "words", "words", lambda a, k: [w for w in a if k not in w], "[w for w in {a} if {k} not in w]",
        "list(filter(lambda w: {k} not in w, {a}))",
        ("keep words lacking {k}", "drop what contains {k}", "keep words without {k}"), LETTERS,
    ),
    Part(
        "sort_words", "words", "words", lambda a, _: sorted(a), "sorted({a})", "sorted({a}, key=str)",
        ("sort the words", "put words in alphabetical order", "order words from a to z"),
    ),
    Part(
        "by_length", "words", "words", lambda a, _: sorted(a, key=len), "sorted({a}, key=len)",
        "sorted({a}, key=lambda w: len(w))",
        ("sort words by length", "order from short to long words", "put shorter words first"),
    ),
    Part(
        "reverse_words", "words", "words", lambda a, _: a[::-1], "{a}[::-1]", "list(reversed({a}))",
        ("reverse the word order", "put the last word first", "list the words backwards"),
    ),
    Part(
        "mirror_words", "words", "words", lambda a, _: [w[::-1] for w in a], "[w[::-1] for w in {a}]",
        "list(map(lambda w: w[::-1], {a}))",
        ("reverse each word", "spell every word backwards", "mirror the words"),
    ),
    Part(
        "upper_words", "words", "words", lambda a, _: [w.upper() for w in a], "[w.upper() for w in {a}]",
        "list(map(str.upper, {a}))", ("make each word upper case", "put the words in capitals", "capitalise all words"),
    ),
    Part(
        "distinct_words", "words", "words", lambda a, _: list(dict.fromkeys(a)), "list(dict.fromkeys({a}))",
        "[w for w in dict.fromkeys({a})]",
        ("drop repeated words", "keep the first of equal words", "remove duplicate words"),
    ),
    Part(
        "first_words", "words", "words", lambda a, k: a[:k], "{a}[:{k}]", "[w for w in {a}][:{k}]",
        ("take the first {k} words", "keep the leading {k} words", "cut after {k} words"), COUNTS,
    ),
    Part(
        "heads", "words", "words", lambda a, k: [w[:k] for w in a], "[w[:{k}] for w in {a}]",
        "list(map(lambda w: w[:{k}], {a}))",
        ("cut each word to {k} letters", "keep {k} letters of every word", "shorten the words to {k}"), COUNTS,
    ),
    Part(
        "lengths", "words", "ints", lambda a, _: [len(w) for w in a], "[len(w) for w in {a}]", "list(map(len, {a}))",
        ("take the word lengths", "replace words by their lengths", "measure each word"),
    ),
    Part(
        "join", "words", "text", lambda a, k: k.join(a), "{k}.join({a})", "{k}.join([w for w in {a}])",
        ("join them with {k}", "glue the words by {k}", "put {k} between the words"), ("-", "+", ".", ""),
    ),
    Part(
        "initials", "words", "text", lambda a, _: "".join(w[:1] for w in a), '"".join(w[:1] for w in {a})',
        '"".join([w[:1] for w in {a}])',
        ("string the initials together", "join the first letters", "return the word heads as text"),
    ),
    Part(
        "longest", "words", "text", lambda a, _: max(a, key=len, default=""), 'max({a}, key=len, default="")',
        'max({a}, key=len) if {a} else ""',
        ("return the longest word", "give the first word of most letters", "find the word that is longest"),
    ),
    Part(
        "num_words", "words", "int", lambda a, _: len(a), "len({a})", "sum(1 for w in {a})",
        ("count the words", "return how many words", "give the number of words"),
    ),
    Part(
        "num_letters", "words", "int", lambda a, _: sum(len(w) for w in a), "sum(len(w) for w in {a})",
        'len("".join({a}))', ("count all letters", "return the total length", "add up the word lengths"),
    ),
)  # fmt: skip
