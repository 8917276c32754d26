"""Misspelt words of a question, put right from the words of the articles."""

import re
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from index.records import Span

_WORD = re.compile(r"[^\W\d_]{4,}")
# One wrong letter in a short word, two in a long one: "azis", "instabilty", "afganistan".
_LONG = 8
# Letters of a word of small letters from which on it may be put right from English, where the articles have none near.
_PLAIN = 5

_ENDINGS = ("s", "es", "ed", "er", "ers", "est", "ing", "ings", "ly", "ness", "less", "ful")

WordsLike = Callable[[str, int, int], dict[str, int]]


def common_words(embedding_folder: Path) -> dict[str, int]:
    """The whole words of the embedding model's vocabulary, in small letters: about 20,000 that English texts use, the
    commonest first, each with its place."""
    lines = (embedding_folder / "vocab.txt").read_text(encoding="utf-8").splitlines()
    return {word: n for n, word in enumerate(lines) if word.isalpha() and len(word) >= 4}


def corrected(text: str, words_like: WordsLike, common: Mapping[str, int]) -> str:
    """``text`` with each word that neither the articles nor English know replaced by the nearest word of the articles,
    where they have none by the English word of which two letters were exchanged.

    Near is a Damerau-Levenshtein distance of 1, of 2 for words of eight letters or more; the first letter stays. A word
    that English knows is never touched, for another name or place is not a misspelling of the one in the articles; but
    for other spellings of one word (Elisabeth, organisation). ``common`` are English words with their places by
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
        end = span.end
        if word in near or word.removesuffix("s") in near:
            out.append(match.group())
            continue
        known = _is_known(word, common)
        if variants := sorted(c for c in near if (len(c) > 5 or not known) and _sound(c) == _sound(word)):
            out.append(_cased(variants[0], match.group()))
            continue
        if known:
            out.append(match.group())
            continue
        ranked = sorted(
            (distance, -count, candidate)
            for candidate, count in near.items()
            if (distance := DamerauLevenshtein.distance(word, candidate, score_cutoff=reach)) <= reach
        )
        plain = _english(word, common) if not ranked and match.group() == word else None
        out.append(_cased(ranked[0][2], match.group()) if ranked else plain or match.group())
    return "".join([*out, text[end:]])


def _is_known(word: str, common: Collection[str]) -> bool:
    """Whether it is an English word, or one with an ending of its own: "gravest", "running", "braver"."""
    stems = [word, *(word[: -len(end)] for end in _ENDINGS if word.endswith(end))]
    return any(
        s in common or f"{s}e" in common or (s[-2:-1] == s[-1:] and s[:-1] in common) for s in stems if len(s) > 2
    )


def _english(word: str, common: Mapping[str, int]) -> str | None:
    """The commonest English word that two neighbouring letters exchanged make of this one, "about" of "abuot"; None for
    none. Another letter would as often make another word of one that is only rare."""
    if len(word) < _PLAIN:
        return None
    turned = (f"{word[:n]}{word[n + 1]}{word[n]}{word[n + 2 :]}" for n in range(1, len(word) - 1))
    return min((w for w in turned if w in common), key=common.__getitem__, default=None)


def _sound(word: str) -> str:
    """The word with letters made alike that spellings of one word exchange: s and z, i and y and ee, f and ph, c and
    k."""
    alike = word.replace("ph", "f").replace("ck", "k").replace("ee", "i")
    return alike.translate(str.maketrans("zyc", "sik"))


def _cased(word: str, like: str) -> str:
    if like.isupper():
        return word.upper()
    return word.capitalize() if like[0].isupper() else word
