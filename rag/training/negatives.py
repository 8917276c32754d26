"""Groups of rows for one question: the window that answers it, and windows or questions that do not fit together.

Negatives, hardest first: the same page without the answer, the right window without its answer sentence, the right
window under a question about another year, name or number, and windows on the same subject from other pages.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from index.records import Span
from rag.training.data import Corpus, Example, Page
from rag.training.deeds import Deeds
from rag.training.rewording import reworded
from rag.training.swaps import Swapper, Vectors, collect_names, exchange_roles, names_in

if TYPE_CHECKING:
    import numpy as np

_WORD = re.compile(r"\w+")
_ASKS_NUMBER = re.compile(r"(when|how (many|much|old|long|far|often)|what (year|date|day|time)|in what year)\b")
_NUMERIC = re.compile(
    r"\d|\b(one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?|millions?|"
    r"billions?|today|yesterday|tomorrow|week|month|year|century|sunday|monday|tuesday|wednesday|thursday|friday|"
    r"saturday|january|february|march|april|may|june|july|august|september|october|november|december|half|several|"
    r"many|few|all|every|day|night|morning|evening|summer|winter|spring|autumn|fall|when|after|before|during)\b",
    re.IGNORECASE,
)


# Share of the questions with a tempting sentence that are shown it: the others get another negative.
TEMPTED = 0.75


@dataclass(frozen=True, slots=True)
class Row:
    """One input of the judge. ``answer`` is a span of ``passage``, None where the passage does not answer.

    ``kind`` names how a negative was made, "answer" for a positive.
    """

    question: str
    title: str
    passage: str
    answer: Span | None
    kind: str


class Bm25:
    """BM25 over pages (k1 = 1.2, b = 0.75; Robertson and Zaragoza 2009), for finding texts on the same subject."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._postings: dict[str, list[tuple[int, float]]] = {}
        counts = [Counter(_WORD.findall(text.lower())) for text in texts]
        lengths = [sum(count.values()) for count in counts]
        mean = sum(lengths) / max(1, len(lengths))
        for i, count in enumerate(counts):
            norm = 1.2 * (0.25 + 0.75 * lengths[i] / mean)
            for word, n in count.items():
                self._postings.setdefault(word, []).append((i, n * 2.2 / (n + norm)))
        self._size = len(texts)

    def idf(self, word: str) -> float:
        """Inverse document frequency of a word in lower case; never negative."""
        found = len(self._postings.get(word, ()))
        return math.log(1 + (self._size - found + 0.5) / (found + 0.5))

    def top(self, query: str, limit: int) -> list[int]:
        """Indices of the best texts, best first; words in more than a tenth of the texts are left out."""
        scores: dict[int, float] = {}
        for word in set(_WORD.findall(query.lower())):
            entries = self._postings.get(word, [])
            if len(entries) > max(20, self._size // 10):
                continue
            weight = self.idf(word)
            for i, part in entries:
                scores[i] = scores.get(i, 0.0) + weight * part
        return sorted(scores, key=lambda i: (-scores[i], i))[:limit]


def holds(text: str, answer: str) -> bool:
    """Whether the answer's words stand in the text in their order, whatever their case and punctuation."""
    wanted = _WORD.findall(answer.lower())
    return bool(wanted) and f" {' '.join(wanted)} " in f" {' '.join(_WORD.findall(text.lower()))} "


class Grouper:
    """Makes the rows of an example. The same example and generator state give the same rows.

    ``longest`` bounds a window in words; ``negatives`` is how many rows without an answer each group gets;
    ``reworded`` is the share of questions that are put in other words; ``sizes`` are the shares of windows of one
    sentence, two, three and so on around the answer.
    """

    def __init__(
        self,
        corpus: Corpus,
        longest: int = 90,
        negatives: int = 2,
        embed: "Callable[[Sequence[str]], np.ndarray] | None" = None,
        reworded: float = 0.0,
        sizes: Sequence[float] = (0.3, 0.3, 0.25, 0.15),
    ) -> None:
        self._corpus = corpus
        self._reworded = reworded
        self._sizes = sizes
        self._longest = longest
        self._negatives = negatives
        self._bm25 = Bm25([f"{p.title} {p.text[:1500]}" for p in corpus.pages])
        answers = [(e.question.lower(), e.answer.of(corpus.pages[e.page].text)) for e in corpus.examples if e.answer]
        names = collect_names(
            (p.text[:1500] for p in corpus.pages),
            (a for q, a in answers if q.startswith("who")),
            (a for q, a in answers if q.startswith("where")),
        )
        everything = sorted({*names.persons, *names.places, *names.things})
        self._vectors = Vectors(everything, embed) if embed is not None and everything else None
        self._swapper = Swapper(names, self._vectors)
        self._deeds = Deeds(embed)
        self._asked = [i for i, e in enumerate(corpus.examples) if e.source in ("qed", "timeqa")] or [0]
        self._timed = [i for i, e in enumerate(corpus.examples) if _ASKS_NUMBER.match(e.question.lower())]

    @property
    def swapper(self) -> Swapper:
        """What makes the swapped questions."""
        return self._swapper

    def specific(self, question: str) -> bool:
        """Whether a question says what it is about: "Who was attacked?" fits half of all news."""
        return sum(self._bm25.idf(word) for word in set(_WORD.findall(question.lower()))) >= 16

    def group(self, example: Example, random: Random) -> list[Row]:
        """The positive row first, where the example has an answer, then the negatives. May be empty."""
        page = self._corpus.pages[example.page]
        asked = reworded(example.question, random) if random.random() < self._reworded else example.question
        question = as_typed(asked, random)
        title = self._title(page, random)
        gold = self._gold(page, example, random)
        rows: list[Row] = []
        if gold is not None:
            passage, answer = gold
            rows.append(Row(question, title, passage, answer, "answer"))
        if example.near is not None:
            rows += self._near_misses(page, example.near, question, title, random)
        if example.tempting is not None and random.random() < TEMPTED:
            rows += self._tempting(*example.tempting, question, random)
        makers = [self._same_page, self._swapped, self._other_deed, self._elsewhere, self._transplanted]
        weights = [0.27, 0.33, 0.18, 0.12, 0.10]
        tries = 0
        wanted = self._negatives + (gold is not None)
        while len(rows) < wanted and tries < 8:
            tries += 1
            row = random.choices(makers, weights)[0](page, example, question, title, gold, random)
            if row is not None and all(r.passage != row.passage or r.question != row.question for r in rows):
                rows.append(row)
        return rows

    def _title(self, page: Page, random: Random) -> str:
        """The page's title; for news without one, now and then the head of the first sentence as a headline."""
        if page.title:
            return page.title if random.random() < 0.9 else ""
        lead = page.sentences[0].of(page.text).split()
        return " ".join(lead[: random.randint(6, 11)]).rstrip(",;:.") if random.random() < 0.5 else ""

    def _gold(self, page: Page, example: Example, random: Random) -> tuple[str, Span] | None:
        answer = example.answer
        if answer is None or len(answer.of(page.text).split()) > 30:
            return None
        return self._window_with(page, answer, example.context, random)

    def _near_misses(self, page: Page, near: Span, question: str, title: str, random: Random) -> list[Row]:
        """Windows with the sentence that tempts, of which none answers."""
        windows = [self._window_with(page, near, False, random) for _ in range(self._negatives)]
        texts = dict.fromkeys(window[0] for window in windows if window)
        return [Row(question, title, text, None, "near miss") for text in texts]

    def _tempting(self, number: int, sentence: Span, question: str, random: Random) -> list[Row]:
        """A sentence that looks like the answer and is none, by itself: its neighbours may answer."""
        page = self._corpus.pages[number]
        text = self._cropped(page.text, sentence, None).of(page.text)
        return [Row(question, self._title(page, random), text, None, "tempting")]

    def _window_with(self, page: Page, answer: Span, context: bool, random: Random) -> tuple[str, Span] | None:
        """A window of the page around the answer, and where the answer stands in it."""
        touching = [i for i, s in enumerate(page.sentences) if s.start < answer.end and s.end > answer.start]
        if not touching:
            return None
        first, last = touching[0], touching[-1]
        size = self._size(random)
        if context:
            first, size = max(0, first - random.randint(1, 3)), 1
        while last - first + 1 < size:
            before = first > 0 and (random.random() < 0.5 or last + 1 == len(page.sentences))
            if before:
                first -= 1
            elif last + 1 < len(page.sentences):
                last += 1
            else:
                break
        window = Span(page.sentences[first].start, page.sentences[last].end)
        window = self._cropped(page.text, window, answer)
        if not window.covers(answer):
            return None
        return window.of(page.text), Span(answer.start - window.start, answer.end - window.start)

    def _size(self, random: Random) -> int:
        """How many sentences a window has."""
        return random.choices(range(1, len(self._sizes) + 1), self._sizes)[0]

    def _cropped(self, text: str, window: Span, answer: Span | None) -> Span:
        """The window cut to the longest allowed number of words, around the answer where there is one."""
        words = [Span(window.start + m.start(), window.start + m.end()) for m in re.finditer(r"\S+", window.of(text))]
        if len(words) <= self._longest:
            return window
        at = 0
        if answer is not None:
            inside = [i for i, w in enumerate(words) if w.start < answer.end and w.end > answer.start]
            at = max(0, (inside[0] if inside else 0) - self._longest // 2)
        kept = words[at : at + self._longest]
        return Span(kept[0].start, kept[-1].end)

    def _window_without(self, page: Page, answer: str, near: str, random: Random) -> str | None:
        """A window of the page that does not hold the answer, rather one that shares words with ``near``."""
        asked = set(_WORD.findall(near.lower()))
        best: list[tuple[float, int, Span]] = []
        size = min(self._size(random), max(1, len(page.sentences) - 1))
        for i in range(0, max(1, len(page.sentences) - size + 1)):
            sentences = page.sentences[i : i + size]
            window = self._cropped(page.text, Span(sentences[0].start, sentences[-1].end), None)
            text = window.of(page.text)
            if len(text) < 25 or (answer and holds(text, answer)):
                continue
            shared = sum(self._bm25.idf(w) for w in asked & set(_WORD.findall(text.lower())))
            best.append((-shared, i, window))
        if not best:
            return None
        best.sort(key=lambda entry: entry[:2])
        return random.choice(best[:3])[2].of(page.text)

    def _answer_text(self, page: Page, example: Example) -> str:
        return example.answer.of(page.text) if example.answer else ""

    def _same_page(
        self, page: Page, example: Example, question: str, title: str, gold: tuple[str, Span] | None, random: Random
    ) -> Row | None:
        answer = self._answer_text(page, example)
        if answer and holds(title, answer):
            return None
        passage = self._window_without(page, answer, question, random)
        return Row(question, title, passage, None, "same page") if passage else None

    def _swapped(
        self, page: Page, example: Example, question: str, title: str, gold: tuple[str, Span] | None, random: Random
    ) -> Row | None:
        if gold is None:
            return None
        passage = gold[0]
        roles = exchange_roles(question)
        if roles is not None and random.random() < 0.5:
            return Row(roles, title, passage, None, "roles")
        if random.random() < 0.3:
            changed = self._swapper.passage(question, passage, title, random)
            return Row(question, changed[1], changed[0], None, "swapped passage") if changed else None
        near = self._near_names(example, question)
        other = self._swapper.question(question, passage, title, random, near)
        return Row(other, title, passage, None, "swapped question") if other else None

    def _other_deed(
        self, page: Page, example: Example, question: str, title: str, gold: tuple[str, Span] | None, random: Random
    ) -> Row | None:
        if gold is None:
            return None
        # The question as it was written: behind a synonym the passage's own word might come back.
        other = self._deeds.asked(example.question, f"{title} {gold[0]}", random)
        return Row(as_typed(other, random), title, gold[0], None, "other deed") if other else None

    def _transplanted(
        self, page: Page, example: Example, question: str, title: str, gold: tuple[str, Span] | None, random: Random
    ) -> Row | None:
        """Another page's question asked of a name of this window, which says nothing of what it asks.

        Either at least two of its words that are no names are missing from the window, or it asks for a number or
        a time and the window has none.
        """
        if gold is None or not self._corpus.examples:
            return None
        text = f"{title} {gold[0]}"
        present = {word[:5] for word in _WORD.findall(text.lower())}
        names = [n for n in dict.fromkeys(names_in(title) + names_in(gold[0])) if n.lower() not in self._swapper.common]
        numeric = bool(_NUMERIC.search(text))
        for _ in range(6 if names else 0):
            pool = self._timed if self._timed and not numeric and random.random() < 0.5 else self._asked
            other = self._corpus.examples[random.choice(pool)]
            there = self._corpus.pages[other.page]
            mentions = self._swapper.mentions(other.question, there.text[:1500], there.title)
            if not mentions or other.page == example.page:
                continue
            name = self._vectors.nearest(mentions[0], names) if self._vectors else random.choice(names)
            rest = re.sub(re.escape(mentions[0]), " ", other.question).lower()
            missing = {w[:5] for w in _WORD.findall(rest) if len(w) > 3 and self._bm25.idf(w) > 3.0} - present
            if len(missing) >= 2 or (not numeric and _ASKS_NUMBER.match(rest)):
                asked = other.question.replace(mentions[0], name)
                return Row(as_typed(asked, random), title, gold[0], None, "transplanted")
        return None

    def _near_names(self, example: Example, question: str) -> list[str]:
        pages = [i for i in self._bm25.top(question, 4) if i != example.page]
        return [n for i in pages for n in names_in(self._corpus.pages[i].text[:800]) if n.isascii()][:40]

    def _elsewhere(
        self, page: Page, example: Example, question: str, title: str, gold: tuple[str, Span] | None, random: Random
    ) -> Row | None:
        answer = self._answer_text(page, example)
        found = [i for i in self._bm25.top(f"{question} {page.title}", 6) if self._corpus.pages[i].text != page.text]
        if not found:
            return None
        other = self._corpus.pages[random.choice(found[:4])]
        title = self._title(other, random)
        if answer and holds(title, answer):
            return None
        passage = self._window_without(other, answer, question, random)
        return Row(question, title, passage, None, "elsewhere") if passage else None


def as_typed(question: str, random: Random) -> str:
    """The question as users type it: with or without question mark and capital."""
    bare = question.strip().rstrip("?").rstrip()
    if not bare or random.random() < 0.35:
        return bare
    return f"{bare[0].upper()}{bare[1:]}?"
