"""Sentences beside the words that they cite: WiCE's claims with their labels, and QED's sentences as they stand or made
to say another thing.

A claim of WiCE stands in Wikipedia and cites one page; annotators marked the sentences of that page that support it.
"""

import calendar
import hashlib
import json
import lzma
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log
from pathlib import Path
from random import Random

from index.errors import ReadError
from index.records import Article, Span, article_id
from rag.evidence import Evidence
from rag.training.data import Corpus
from rag.training.swaps import Swapper, names_in
from rag.words import content_keys, has_name, negated, same_name, words

SUPPORTED, PARTIAL, UNSUPPORTED = "supported", "partially_supported", "not_supported"
FOUND = 3  # sentences taken by their words where none is annotated; the median of the annotated is 2
BESIDE = 2  # neighbours on each side that a changed sentence cites beside its own words
UNTOUCHED = "untouched"
SWAPS = ("number exchanged", "year exchanged", "name exchanged", "word exchanged")
CHANGES = (*SWAPS, "roles exchanged", "negation put in", "negation left out")

_METADATA = re.compile(r"^\(meta data\)\s*[A-Z ]+:\s*|^#+\s+")
_AUXILIARY = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|would|can|could|did|does|do|must|should|may|might)\b", re.I
)
_DENIAL = re.compile(r"(?<=can)not\b|\s+(?:not|never)\b|n['’]t\b", re.I)
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_CALENDAR = frozenset(name.lower() for name in (*calendar.month_name, *calendar.day_name) if name)
# Between two names these say the same either way round, or make a list of the two.
_SYMMETRIC = frozenset("and or nor met meet meets married marry with between versus vs like".split())


@dataclass(frozen=True, slots=True)
class Pair:
    """``sentence`` cites ``cited``, spans of ``article.text`` in order, at least one.

    ``page`` is what a split keeps together. ``label`` is one of SUPPORTED, PARTIAL and UNSUPPORTED; ``kind`` tells how
    the sentence was made, "claim" for one that a person wrote.
    """

    key: str
    page: str
    sentence: str
    article: Article
    cited: tuple[Span, ...]
    label: str
    kind: str = "claim"

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """The cited sentences as the support check takes them."""
        return tuple(Evidence(self.article, span, None, 1.0, 1.0) for span in self.cited)

    @property
    def cited_text(self) -> str:
        """The cited sentences in one text, a blank between them."""
        return " ".join(span.of(self.article.text) for span in self.cited)


def load_wice(path: Path, annotated: bool = True) -> tuple[Pair, ...]:
    """The claims of one xz-compressed file of WiCE, in its order.

    Cited are the fewest sentences that one of the annotators' sets holds, the first such set. Where no set holds any,
    and everywhere with ``annotated`` False, they are the FOUND sentences of the page that share the most words with
    the claim. Claims whose page holds no words are left out. Raises ReadError where the file is missing.
    """
    if not path.is_file():
        raise ReadError(f"no file {path}; expected WiCE's claims; see the data folder's README")
    pairs = []
    with lzma.open(path, "rt", encoding="utf-8") as handle:
        for line in handle:
            record = json.loads(line)
            article, spans = _article(record["evidence"])
            sets = [[n for n in chosen if n in spans] for chosen in record["supporting_sentences"]]
            chosen = min((s for s in sets if s), key=len, default=[]) if annotated else []
            if not chosen:
                numbers = list(spans)
                texts = [spans[n].of(article.text) for n in numbers]
                chosen = [numbers[i] for i in best_sentences(record["claim"], texts)]
            if chosen:
                cited = tuple(spans[n] for n in sorted(chosen))
                title = record["meta"]["claim_title"]
                pairs.append(Pair(record["meta"]["id"], title, record["claim"], article, cited, record["label"]))
    return tuple(pairs)


def _article(lines: Sequence[str]) -> tuple[Article, dict[int, Span]]:
    """A page with one sentence a line, and where each numbered sentence that is not blank stands."""
    spans: dict[int, Span] = {}
    kept: list[str] = []
    at = 0
    for n, line in enumerate(lines):
        text = " ".join(_METADATA.sub("", line).split())
        if text:
            spans[n] = Span(at, at + len(text))
            kept.append(text)
            at += len(text) + 1
    whole = "\n".join(kept)
    return Article(article_id("", whole), "", whole), spans


def best_sentences(claim: str, sentences: Sequence[str], limit: int = FOUND) -> tuple[int, ...]:
    """Indices of at most ``limit`` sentences, each the one that adds most to the claim's content words held so far.

    A word weighs ``rarity``. Sentences that add nothing are not taken; if none adds any, the first sentence is. Empty
    only for no sentences.
    """
    held = [content_keys(s) for s in sentences]
    vocabulary = frozenset[str]().union(*held)
    alike = {key: {other for other in vocabulary if same_name(key, other)} for key in sorted(content_keys(claim))}
    weights = {key: rarity(key, held) for key in alike}
    chosen: list[int] = []
    while len(chosen) < limit:
        gains = [sum(weight for key, weight in weights.items() if alike[key] & keys) for keys in held]
        best = max(range(len(held)), key=lambda i: gains[i], default=-1)
        if best < 0 or not gains[best]:
            break
        chosen.append(best)
        weights = {key: weight for key, weight in weights.items() if not alike[key] & held[best]}
    return tuple(chosen) if chosen else tuple(range(len(sentences)))[:1]


def rarity(key: str, texts: Sequence[set[str]]) -> float:
    """ln(1 + n / (1 + texts that hold the key)), n the number of texts: words that stand everywhere tell little."""
    return log(1 + len(texts) / (1 + sum(key in keys for keys in texts)))


def in_tuning_half(pair: Pair, seed: int = 0) -> bool:
    """Whether a pair is for tuning; all claims of one page fall into the same half, the same on every run."""
    return hashlib.sha256(f"{seed}:{pair.page}".encode()).digest()[0] % 2 == 0


# -- sentences made to say another thing ----------------------------------------------------------------------------


def changed_sentences(corpus: Corpus, swapper: Swapper, count: int, seed: int = 0) -> tuple[Pair, ...]:
    """Up to ``count`` pairs of each kind out of the sentences of the corpus, each citing itself and its neighbours.

    "untouched" sentences are supported. In the others a number, a year, a name or a word of which another of its kind
    is known ("first", "March", "won") is another one, two names have changed places around a verb, or a negation was
    put in or left out. A sentence is used once for each kind. The same arguments give the same pairs.
    """
    found: dict[str, list[Pair]] = {kind: [] for kind in (UNTOUCHED, *CHANGES)}
    pages = {page.key: page for page in corpus.pages}.values()
    places = [(p, n) for p in pages for n, span in enumerate(p.sentences) if _whole(span.of(p.text))]
    Random(f"order:{seed}").shuffle(places)
    for page, n in places:
        missing = {kind for kind, pairs in found.items() if len(pairs) < count}
        if not missing:
            break
        span, near = page.sentences[n], page.sentences[max(0, n - BESIDE) : n + BESIDE + 1]
        text, passage = span.of(page.text), Span(near[0].start, near[-1].end).of(page.text)
        made = {UNTOUCHED: text, "roles exchanged": exchange_names(text, swapper.common)}
        made |= {"negation put in": put_negation_in(text), "negation left out": leave_negation_out(text)}
        if missing & set(SWAPS):
            made |= _swapped(text, passage, page.title, swapper, Random(f"{seed}:{page.key}:{span.start}"))
        article = Article(article_id(page.title, page.text), page.title, page.text)
        for kind in missing:
            if sentence := made.get(kind):
                label = SUPPORTED if kind == UNTOUCHED else UNSUPPORTED
                key = f"{page.key}:{span.start}"
                found[kind].append(Pair(key, page.key, sentence, article, near, label, kind))
    return tuple(pair for pairs in found.values() for pair in pairs)


def _whole(text: str) -> bool:
    """Whether this is a sentence of ordinary length from its capital to its full stop."""
    return 6 <= len(text.split()) <= 40 and text[0].isupper() and text.rstrip("\"”'’)").endswith((".", "!", "?"))


def _swapped(text: str, passage: str, title: str, swapper: Swapper, random: Random) -> dict[str, str]:
    """A few throws of the swapper, the first of each kind."""
    found: dict[str, str] = {}
    for _ in range(4):
        other = swapper.question(text, passage, title, random)
        if other:
            kind, sentence = _told_apart(text, other)
            found.setdefault(kind, sentence)
    return found


def _told_apart(text: str, other: str) -> tuple[str, str]:
    """What kind of thing was exchanged, and the sentence with the capitals of the words that were replaced."""
    before, after = text.split(), other.split()
    head = next((n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), 0)
    old, new = before[head], after[head]
    if old[0].isupper() and new[0].islower():
        after[head] = new[0].upper() + new[1:]
    sentence = " ".join(after)
    added = Counter(w.key for w in words(other)) - Counter(w.key for w in words(text))
    fresh = [w for w in words(other) if w.key in added]
    if any(_YEAR.fullmatch(w.text) for w in fresh):
        return "year exchanged", sentence
    if any(w.number for w in fresh):
        return "number exchanged", sentence
    # The swapper writes its own words small, and names as they are written.
    return ("name exchanged" if any(w.text[0].isupper() for w in fresh) else "word exchanged"), sentence


def exchange_names(text: str, common: Iterable[str]) -> str | None:
    """The sentence with two neighbouring names in each other's place, a word that is no name between them; None where
    there are no such names, or where what stands between them says the same either way round.

    ``common`` are words that are no names though a capital may open them.
    """
    usual = frozenset(common)
    places: list[tuple[int, int]] = []
    at = 0
    for name in names_in(text):
        start = text.find(name, at)
        plain = [w.lower() for w in re.findall(r"\w+", name)]
        if start >= 0:
            at = start + len(name)
            if not any(w in _CALENDAR or w[0].isdigit() for w in plain) and not all(w in usual for w in plain):
                places.append((start, at))
    for (a, b), (c, d) in pairwise(places):
        between = [w for w in words(text[b:c]) if w.content]
        said = {w.text.lower() for w in words(text[b:c])}
        alike = has_name(text[a:b].lower(), [text[c:d].lower()]) or text[a:b] in text[c:d] or text[c:d] in text[a:b]
        if 1 <= len(between) <= 5 and not said & _SYMMETRIC and not alike:
            return text[:a] + text[c:d] + text[b:c] + text[a:b] + text[d:]
    return None


def put_negation_in(text: str) -> str | None:
    """ "The port was closed" to "The port was not closed"; None without such a verb, or where something is denied."""
    match = None if negated(text) else _AUXILIARY.search(text)
    return f"{text[: match.end()]} not{text[match.end() :]}" if match else None


def leave_negation_out(text: str) -> str | None:
    """ "The port was not closed" to "The port was closed"; None where it denies nothing, or more than that."""
    changed = _DENIAL.sub("", text, count=1)
    return changed if changed != text and negated(text) and not negated(changed) else None
