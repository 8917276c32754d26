"""Misspelt words of a question, put right from the words of the articles."""

import re
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from string import ascii_lowercase

from index.records import Span

_WORD = re.compile(r"[^\W\d_]{4,}")
_QUOTED = re.compile(r"“[^”]+”|\"[^\"]+\"|‘[^’]+’")
_FIRST = re.compile(r"\b([A-Z][^\W\d_]+) $")
# One wrong letter in a short word, two in a long one: "azis", "instabilty", "afganistan".
_LONG = 8
# Letters of a word of small letters from which on it may be put right from English, where the articles have none near:
# where two are exchanged, or one is wrong, missing or too many: of a short word that would as often make another one.
_TURNED, _WRONG = 5, 6

_ENDINGS = ("s", "es", "ed", "er", "ers", "est", "ing", "ings", "ly", "ness", "less", "ful")

WordsLike = Callable[[str, int, int], dict[str, int]]
# Whether the articles have these words side by side.
SideBySide = Callable[[str], bool]


def common_words(embedding_folder: Path) -> dict[str, int]:
    """The whole words of the embedding model's vocabulary, in small letters: about 20,000 that English texts use, the
    commonest first, each with its place."""
    lines = (embedding_folder / "vocab.txt").read_text(encoding="utf-8").splitlines()
    return {word: n for n, word in enumerate(lines) if word.isalpha() and len(word) >= 3}


def corrected(text: str, words_like: WordsLike, common: Mapping[str, int], told: SideBySide = lambda two: False) -> str:
    """``text`` with each word that neither the articles nor English know replaced by the nearest word of the articles,
    where they have none by the commonest English word that is one slip away.

    Near is a Damerau-Levenshtein distance of 1, of 2 for words of eight letters or more; the first letter stays. A word
    that English knows is never touched, for another name or place is not a misspelling of the one in the articles; but
    for other spellings of one word (Elisabeth, organisation), and behind a first name with which the articles have it
    otherwise (``told``). What stands in quotation marks is left. ``common`` are English words with their places by
    frequency.
    """
    from rapidfuzz.distance import DamerauLevenshtein

    out, end = [], 0
    for match in _WORD.finditer(text):
        span = Span(*match.span())
        word = match.group().lower()
        reach = 2 if len(word) >= _LONG else 1
        near = words_like(word[0], len(word) - reach, len(word) + reach)
        out.append(text[end : span.start])
        before = _FIRST.search("".join(out)) if match.group().istitle() else None
        end = span.end
        quoted = any(m.start() < span.start < m.end() for m in _QUOTED.finditer(text))
        if quoted or word in near or word.removesuffix("s") in near:
            out.append(match.group())
            continue
        if how := _count_word(text[: span.start], word):
            out.append(how)
            continue
        known = _is_known(word, common)
        if variants := sorted(c for c in near if (len(c) > 5 or not known) and _sound(c) == _sound(word)):
            out.append(_cased(variants[0], match.group()))
            continue
        if known and before is None:
            out.append(match.group())
            continue
        ranked = sorted(
            (distance, -count, candidate)
            for candidate, count in near.items()
            if (distance := DamerauLevenshtein.distance(word, candidate, score_cutoff=reach)) <= reach
        )
        if before:
            named = [found for found in ranked if told(f"{before[1]} {found[2]}")]
            ranked = named or ([] if known else ranked)
        plain = _english(word, common) if not ranked and match.group() == word else None
        out.append(_cased(ranked[0][2], match.group()) if ranked else plain or match.group())
    return "".join([*out, text[end:]])


def _count_word(before: str, word: str) -> str:
    """ "Many" or "much" where a word behind "how" is one slip away from it: "how manny"; "" where none is."""
    from rapidfuzz.distance import DamerauLevenshtein

    if not before.lower().endswith("how "):
        return ""
    return next((w for w in ("many", "much") if DamerauLevenshtein.distance(word, w) == 1), "")


def _is_known(word: str, common: Collection[str]) -> bool:
    """Whether it is an English word, or one with an ending of its own: "gravest", "running", "braver"."""
    stems = [word, *(word[: -len(end)] for end in _ENDINGS if word.endswith(end))]
    return any(
        s in common or f"{s}e" in common or (s[-2:-1] == s[-1:] and s[:-1] in common) for s in stems if len(s) > 2
    )


def _english(word: str, common: Mapping[str, int]) -> str | None:
    """The commonest English word that is one slip away from this one: "about" of "abuot", "collect" of "colect"; None
    for none. The first letter stays."""
    parts = [(word[:n], word[n:]) for n in range(1, len(word) + 1)]
    slips: list[str] = []
    if len(word) >= _TURNED:
        slips += [f"{head}{tail[1]}{tail[0]}{tail[2:]}" for head, tail in parts if len(tail) > 1]
    if len(word) >= _WRONG:
        slips += [head + tail[1:] for head, tail in parts]
        slips += [
            head + letter + rest for head, tail in parts for letter in ascii_lowercase for rest in (tail, tail[1:])
        ]
    return min((w for w in slips if w in common), key=common.__getitem__, default=None)


def _sound(word: str) -> str:
    """The word with letters made alike that spellings of one word exchange: s and z, i and y and ee, f and ph, c and
    k."""
    alike = word.replace("ph", "f").replace("ck", "k").replace("ee", "i")
    return alike.translate(str.maketrans("zyc", "sik"))


def _cased(word: str, like: str) -> str:
    if like.isupper():
        return word.upper()
    return word.capitalize() if like[0].isupper() else word
