"""Evidence and drafts to the sentences of an answer: what is drafted, what is quoted, what is declined."""

import re
from collections.abc import Sequence, Set
from dataclasses import replace

from index.records import Article, Span
from index.sentences import split_sentences
from rag.answer import Citation, Sentence
from rag.evidence import Evidence
from rag.grounding import Support
from rag.options import SENTENCES
from rag.question import Question
from rag.sayings import asks_sayings, says
from rag.speakers import Speaker, speakers
from rag.words import has_name, words

# A sentence that opens so cannot stand alone; the one before it is quoted with it.
_LEANS = re.compile(r"^[\"“‘']?(?:He|She|They|It|This|That|These|Those|His|Her|Their|Its|But|However)\b")
_FULL_STOP = re.compile(r"[.!?…][\"”’'»)]*$")
_MARK = re.compile(r"\s*\[\d+(?:\s*,\s*\d+)*\]")
# Direct speech, which may leave its speaker to a sentence elsewhere.
_QUOTED = re.compile(r"^[\"“]|[”\"]\s+(?:he|she|they|it)\s")
# How far below the best a sentence may score and still be shown beside it; scores run from 0 to about 1.5.
NEAR_MARGIN = 0.2
LIST_MARGIN = 0.6
MOST_SAYINGS = 12
COPIED = 0.8  # share of all content words that two sentences have in common: from there on one is a copy of the other
# Beside a sure first item of a list the others may be less sure.
LIST_THRESHOLD = 0.7


class Citations:
    """Numbers the citations of one answer from 1: the same words get the same number."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, int, int], int] = {}

    def cite(self, article: Article, span: Span, support: float, copies: tuple[Article, ...] = ()) -> Citation:
        number = self._numbers.setdefault((article.id, span.start, span.end), len(self._numbers) + 1)
        return Citation(number, article, span, span.of(article.text), support, copies)


def quote(evidence: Evidence, citations: Citations, explain: bool = False) -> Sentence:
    """The evidence itself, word for word, with the sentence before it where it leans on that.

    With ``explain``, for why and how, the sentence after it too: reasons are often told in the next one.
    """
    text, span = evidence.article.text, evidence.span
    spans = split_sentences(text)
    place = next((n for n, s in enumerate(spans) if s.start == span.start), 0)
    if _LEANS.match(evidence.text) and place and "\n\n" not in text[spans[place - 1].end : span.start]:
        span = Span(spans[place - 1].start, span.end)
    if explain and place + 1 < len(spans) and "\n\n" not in text[span.end : spans[place + 1].start]:
        span = Span(span.start, spans[place + 1].end)
    citation = citations.cite(evidence.article, span, 1.0, evidence.copies)
    said = _in_quotes(citation.quote)
    speaker = speaker_of(evidence)
    if speaker is None or span.covers(speaker.span):
        return Sentence(said, (citation,))
    # "We shall build one," she said: who she is stands elsewhere, and the reader of the answer has not seen it.
    return Sentence(f"{speaker.name}: {said}", (citation, citations.cite(evidence.article, speaker.span, 1.0)))


def led(text: str, lead: str) -> str:
    """The text behind the bare answer that it gives; as it is where there is none."""
    return f"{lead} — {text}" if lead else text


def speaker_of(evidence: Evidence) -> Speaker | None:
    """Who says the evidence, where it is direct speech and another sentence names the speaker."""
    return speakers(evidence.article.text).get(evidence.span.start) if _QUOTED.search(evidence.text) else None


def drafted(text: str, found: Support, evidence: Sequence[Evidence], citations: Citations) -> Sentence:
    """A sentence of the draft with the words that carry it."""
    # 1 is kept for quotations: a draft that copies every word may still have left some out.
    strength = min(found.score, 0.99)
    items = [evidence[n] for n in found.evidence]
    return Sentence(text, tuple(citations.cite(e.article, e.span, strength, e.copies) for e in items))


def draft_sentences(draft: str) -> list[str]:
    """The sentences of a draft without their marks; lines such as "Answer:" and empty ones are left out."""
    plain = _MARK.sub("", draft).strip()
    found = [s.of(plain) for s in split_sentences(plain)]
    # A small model sometimes repeats the question; that is no answer.
    return [text for text in found if any(c.isalnum() for c in text) and not text.endswith("?")]


def is_finished(text: str) -> bool:
    """Whether a drafted sentence comes to its end: the last one may have been cut off by the limit on tokens."""
    return bool(_FULL_STOP.search(text))


def is_copy(text: str, evidence: Evidence) -> bool:
    """Whether a drafted sentence says all that the evidence says, word for word: then it is shown as the quotation that
    it is."""
    return [w.text.lower() for w in words(text)] == [w.text.lower() for w in words(evidence.text)]


def answers_it(question: Question, text: str, top: Evidence) -> bool:
    """Whether a drafted sentence holds what was asked for: the answer that the judge found in the evidence, or, where
    it found none, a name, number or date beyond those in the question; and of whom the question asks, where the
    evidence names them: who she is, another one's deed does not tell."""
    said = {w.key for w in words(text) if w.content}
    asked = {w.key for w in question.words if w.content}
    there = {w.key for w in words(top.text) if w.name}
    if any(w.key in there and w.key not in said for w in question.words if w.content):
        return False
    if top.short is not None and question.kind not in ("why", "how", "yes or no"):
        # Words of the question say nothing new: "The term for a string is a string."
        wanted = [w for w in words(top.short.of(top.article.text)) if w.content and not has_name(w.key, asked)]
        if wanted:
            return sum(has_name(w.key, said) for w in wanted) >= 0.6 * len(wanted)
    if question.kind in ("who", "when", "where", "how many"):
        return any((w.name or w.number) and not has_name(w.key, asked) for w in words(text) if w.content)
    return bool(said - asked)


def falls_short(sentences: Sequence[Sentence], top: Evidence) -> bool:
    """Whether the drafted sentences leave out more than a fifth of the evidence's content words, the wanted reason
    perhaps among them: the words that the draft rests on then follow it."""
    said = {w.key for s in sentences for w in words(s.text) if w.content}
    there = {w.key for w in words(top.text) if w.content}
    return len(there - said) > len(there) / 5


def sure_first(evidence: Sequence[Evidence], threshold: float) -> Sequence[Evidence]:
    """The evidence with the first that is sure enough to answer moved to the front, if it is nearly as good as the
    best: what has the question's words need not be what answers it."""
    for n, item in enumerate(evidence):
        if item.score < evidence[0].score - NEAR_MARGIN:
            break
        if item.answerable >= threshold:
            return [item, *evidence[:n], *evidence[n + 1 :]]
    return evidence


def choose(
    question: Question, evidence: Sequence[Evidence], threshold: float, sentences: int = SENTENCES
) -> list[Evidence]:
    """The evidence to answer from, best first: the best sentence and those nearly as good. At most two of them where a
    name, number, date or place of one period is asked, three otherwise, of other articles first where no date is given
    and several events may be meant; for lists up to five, the best of each article before any second one. Copies come
    once. That is with three ``sentences``; with more of them there are as many more, and they may be less near to the
    best; with fewer there are fewer, but in lists, of which each item is wanted. Of what somebody says, all is."""
    top, *rest = evidence
    if names := asks_sayings(question):
        said = [e for e in evidence if e.answerable >= threshold and says(names, e.article, e.span)]
        if said:
            places = {id: n for n, id in enumerate(dict.fromkeys(e.article.id for e in said))}
            return sorted(said[:MOST_SAYINGS], key=lambda e: (places[e.article.id], e.span.start))
    if question.several:
        threshold *= LIST_THRESHOLD
    good = [e for e in rest if e.answerable >= threshold and e.period >= min(top.period, 0.0)]
    if question.several:
        near = [e for e in good if e.score >= top.score - LIST_MARGIN]
        if top.told and any(e.told for e in near):
            near = [e for e in near if e.told]  # each names one who did it; the others only speak of the matter
        return [top, *_spread(near, top)][: max(SENTENCES, sentences) + 2]
    near = [e for e in good if e.score >= top.score - NEAR_MARGIN * max(1.0, sentences / SENTENCES)]
    if question.kind not in ("who", "when", "where", "how many"):
        return [top, *near][:sentences]
    # In the same article only a sentence in which an answer was found says anything new about a name or number.
    near = [e for e in near if e.short is not None or e.article.id != top.article.id]
    # What the question names and the best sentence has, "in Islamabad", sets it apart from other events.
    near = [e for e in near if e.far <= top.far]
    if top.sure:
        near = [e for e in near if e.sure]  # of the side that is asked about
    if question.dated or question.latest or question.first:
        return [top, *(e for e in near if e.period > 0)][: max(1, sentences - 1)]
    return [top, *_spread(near, top)][:sentences]


def distinct(evidence: Sequence[Evidence]) -> list[Evidence]:
    """The evidence without what says the same as better evidence in nearly the same words, as agency text in two papers
    does; the articles of what is left out are noted as copies of it. What differs in a name or number is no copy: the
    two may disagree."""
    kept: list[Evidence] = []
    known: list[tuple[Set[str], Set[str]]] = []
    for item in evidence:
        found = [w for w in words(item.text) if w.content]
        keys, exact = {w.key for w in found}, {w.key for w in found if w.name or w.number}
        copied = (n for n, (k, e) in enumerate(known) if exact == e and len(keys & k) >= COPIED * len(keys | k))
        same = next(copied, None)
        if same is None:
            kept.append(item)
            known.append((keys, exact))
        elif item.article.id not in {a.id for a in (kept[same].article, *kept[same].copies)}:
            kept[same] = replace(kept[same], copies=(*kept[same].copies, item.article))
    return kept


def _spread(items: Sequence[Evidence], top: Evidence) -> list[Evidence]:
    """The best of each other article first, then the rest in their order."""
    seen = {top.article.id}
    first: list[Evidence] = []
    for item in items:
        if item.article.id not in seen:
            seen.add(item.article.id)
            first.append(item)
    return first + [item for item in items if item not in first]


def decline_reason(question: Question, evidence: Sequence[Evidence]) -> str:
    """Why the question is declined, in words."""
    if not evidence:
        if question.dated:
            return "The articles say nothing about the period that the question names."
        return "The articles do not say; nothing in them is close to the question."
    if question.dated and all(e.period < 0 for e in evidence):
        return "The articles say nothing about the period that the question names."
    if missing := missing_phrases(question, evidence):
        return f"The articles do not say; none of those on the subject mentions {' or '.join(missing[:3])}."
    return "The articles do not say; no sentence in them answers this question."


def missing_phrases(question: Question, evidence: Sequence[Evidence]) -> list[str]:
    """The names and numbers of the question that none of the articles with the best evidence has."""
    return _phrases(question, set.intersection(*(set(e.missing) for e in evidence[:3]))) if evidence else []


def _phrases(question: Question, missing: Set[str]) -> list[str]:
    """The missing words as the question has them, those that stand side by side together: "New World"."""
    text = question.resolved
    spans: list[Span] = []
    for word in question.words:
        if word.text not in missing:
            continue
        if spans and not text[spans[-1].end : word.span.start].strip():
            spans[-1] = Span(spans[-1].start, word.span.end)
        else:
            spans.append(word.span)
    return list(dict.fromkeys(span.of(text) for span in spans))


def _in_quotes(text: str) -> str:
    return text if text[0] in "“\"«‘'" else f"“{text}”"
