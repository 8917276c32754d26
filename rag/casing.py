"""Names in a question without capitals, written as the articles write them: "landberg's post" asks of Landberg."""

import re
from collections.abc import Callable, Collection, Sequence

from rag.persons import persons
from rag.words import STOPWORDS

_WORD = re.compile(r"\b[^\W\d_]{3,}")
_PLACE = r"\b(?:in|at|near|from|to|outside)\s+"
LOOKED_AT = 12  # passages with the word

# Passages that hold a word, at most so many.
PassagesWith = Callable[[str, int], Sequence[str]]


def cased(text: str, passages_with: PassagesWith, common: Collection[str]) -> str:
    """``text`` with the names of persons and places in it, and names that English does not know, as the articles write
    them, where they never write them small; ``common`` are English words. A question all in capitals is read as one
    in small letters."""
    shouted = text.isupper()
    if shouted:
        text = text.lower()

    def written(match: re.Match[str]) -> str:
        word = match[0]
        if not word.islower() or word in STOPWORDS:
            return word
        return _name(word, passages_with(word, LOOKED_AT), common) or word

    return _WORD.sub(written, text)


def _name(word: str, passages: Sequence[str], common: Collection[str]) -> str:
    """The word as these write it, where it is a name in them; "" where it is not."""
    form = re.compile(rf"\b{word}\b", re.I)
    forms = {m[0] for passage in passages for m in form.finditer(passage)}
    capital = {f for f in forms if f[0].isupper()}
    if not capital or forms != capital:
        return ""
    best = max(sorted(capital), key=lambda f: f.istitle())
    if word not in common:
        return best
    named = any(best in person.of(text).split() for text in passages for person in persons(text))
    placed = any(re.search(rf"{_PLACE}{best}\b", text) for text in passages)
    return best if named or placed else ""
