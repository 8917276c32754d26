"""Misspelt words of a question, put right from the words of the articles."""

import re
from collections.abc import Callable, Collection
from pathlib import Path

from index.records import Span

_WORD = re.compile(r"[^\W\d_]{4,}")
# One wrong letter in a short word, two in a long one: "azis", "instabilty", "afganistan".
_LONG = 8

WordsLike = Callable[[str, int, int], dict[str, int]]


def common_words(embedding_folder: Path) -> frozenset[str]:
    """The whole words of the embedding model's vocabulary, in small letters: about 20,000 that English texts use."""
    lines = (embedding_folder / "vocab.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for word in lines if word.isalpha() and len(word) >= 4)


def corrected(text: str, words_like: WordsLike, common: Collection[str]) -> str:
    """``text`` with each word that neither the articles nor English know replaced by the nearest word of the articles.

    Near is a Damerau-Levenshtein distance of 1, of 2 for words of eight letters or more; the first letter stays. A word
    that English knows is never touched, for another name or place is not a misspelling of the one in the articles; but
    for other spellings of one word (Elisabeth, organisation).
    """
    from rapidfuzz.distance import DamerauLevenshtein

    out, end = [], 0
    for match in _WORD.finditer(text):
        span = Span(*match.span())
        word = match.group().lower()
        reach = 2 if len(word) >= _LONG else 1
        near = words_like(word[0], len(word) - reach, len(word) + reach)
        out.append(text[end : span.start])
        end = span.end
        if word in near or word.removesuffix("s") in near:
            out.append(match.group())
            continue
        if variants := sorted(c for c in near if len(c) > 5 and _sound(c) == _sound(word)):
            out.append(_cased(variants[0], match.group()))
            continue
        if word in common or word.removesuffix("s") in common:
            out.append(match.group())
            continue
        ranked = sorted(
            (distance, -count, candidate)
            for candidate, count in near.items()
            if (distance := DamerauLevenshtein.distance(word, candidate, score_cutoff=reach)) <= reach
        )
        out.append(_cased(ranked[0][2], match.group()) if ranked else match.group())
    return "".join([*out, text[end:]])


def _sound(word: str) -> str:
    """The word with letters made alike that spellings of one word exchange: s and z, i and y, f and ph, c and k."""
    return word.replace("ph", "f").replace("ck", "k").translate(str.maketrans("zyc", "sik"))


def _cased(word: str, like: str) -> str:
    if like.isupper():
        return word.upper()
    return word.capitalize() if like[0].isupper() else word
