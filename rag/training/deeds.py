"""Questions that ask for another deed than the passage tells: who left the talks, where it says who led them.

What the people did is what a false premise gets wrong most often, and no exchange of names or numbers teaches it.
"""

import re
from collections.abc import Callable, Sequence
from random import Random
from typing import TYPE_CHECKING

from rag.synonyms import columns
from rag.training.swaps import Vectors
from rag.words import word_key

if TYPE_CHECKING:
    import numpy as np

_WORD = re.compile(r"[A-Za-z][A-Za-z-]*")
# Mean many things, or next to nothing.
_VAGUE = frozenset(
    "be is was been being name part kind type sort number year use get got have had go went gone come came make made "
    "take took taken do act people person persons turn turned want".split()
)
# What stands before a word tells its form: a base form, a past form, a participle, a noun, several.
_FORMS = (
    (0, re.compile(r"\b(?:did|does|do|to|will|would|can|could|should|may|might|must)\s+(?:\S+\s+){0,4}$", re.I)),
    (3, re.compile(r"\b(?:was|were|is|are|been|being|be|has|have|had)\s+(?:\S+\s+){0,5}$", re.I)),
    (2, re.compile(r"^(?:who|what|which\s+\S+|what\s+\S+)\s+$", re.I)),
    (5, re.compile(r"\b(?:the|an?|his|her|its|their|what|which)\s+$", re.I)),
    (6, re.compile(r"\b(?:the|his|her|its|their|many|what|which)\s+$", re.I)),
)


class Deeds:
    """Exchanges one verb, noun or adjective of a question for one of the same form and another meaning."""

    def __init__(self, embed: "Callable[[Sequence[str]], np.ndarray] | None" = None) -> None:
        """``embed`` gives float32 (n_words, dim), to choose a word of the same field."""
        self._columns = columns()
        self._where: dict[str, list[tuple[int, int]]] = {}
        for column, groups in enumerate(self._columns):
            for group, words in enumerate(groups):
                for word in words:
                    self._where.setdefault(word, []).append((column, group))
        self._vectors = Vectors(sorted(self._where), embed) if embed is not None else None

    def asked(self, question: str, passage: str, random: Random) -> str | None:
        """The question with one word exchanged; None where it has none that can be.

        Neither the new word nor one that means the same stands in the passage; the old one, or one like it, does, so
        that only this word is wrong.
        """
        there = {word_key(w)[0] for w in _WORD.findall(passage)}
        places = [
            (column, m)
            for m in _WORD.finditer(question)
            if m[0] not in _VAGUE
            for column, shape in _FORMS
            if any(column == c for c, _ in self._where.get(m[0], ())) and shape.search(question[: m.start()])
        ]
        random.shuffle(places)
        places.sort(key=lambda pair: pair[0] > 4)  # verbs first: they are what is done
        for column, place in places:
            same = {w for c, group in self._where[place[0]] for w in self._columns[c][group]}
            if not any(word_key(w)[0] in there for w in same):
                continue
            others = [
                random.choice(group)
                for group in random.sample(self._columns[column], min(8, len(self._columns[column])))
                if group and not same & set(group) and not any(word_key(w)[0] in there for w in group)
            ]
            if others:
                # The nearest of a few: "who sang the bill" gives itself away, "who rejected the bill" does not.
                other = self._vectors.nearest(place[0], others) if self._vectors else others[0]
                return f"{question[: place.start()]}{other}{question[place.end() :]}"
        return None
