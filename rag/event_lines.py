"""One dated line for each event that a question fits."""

from collections.abc import Sequence
from dataclasses import replace

from rag.answer import Citation, Sentence
from rag.bare import bare_answer, leading_answer, yes_or_no
from rag.compose import Citations, led, quote
from rag.evidence import Evidence
from rag.happenings import BARE_KINDS, Happening, newest_first
from rag.periods_words import UNKNOWN, published_words
from rag.question import Question
from rag.words import content_keys, words

# Who did it: another person of the same event may stand beside the first.
BESIDE = 0.4


def event_lines(question: Question, happening: Happening, citations: Citations) -> list[Sentence]:
    """The best evidence of one event behind its date, with the words that tell the date cited too; for who of no
    side in particular, others who did it on lines of their own."""
    best, *rest = happening.evidence
    lines = [_line(question, happening, best, citations)]
    # "Who led the pakistanis": small letters hide no side that the article names.
    told = words(best.article.text)
    names = {w.key for w in told if w.name} - {w.key for w in told if w.text.islower()}
    one_side = any(w.name or w.key in names for w in question.words if w.content)
    if question.kind == "who" and best.told and best.short and not one_side:
        named = {best.short.of(best.article.text)}
        for item in rest:
            name = item.short.of(item.article.text) if item.short else ""
            if item.told and name not in named and item.score >= best.score - BESIDE and item.far <= best.far:
                named.add(name)
                lines.append(_line(question, happening, item, citations))
    return lines


def _line(question: Question, happening: Happening, item: Evidence, citations: Citations) -> Sentence:
    said = quote(item, citations)
    lead = yes_or_no(question, item) if question.kind == "yes or no" else leading_answer(question, item)
    text = led(said.text, lead)
    if not happening.label:
        return replace(said, text=text, item=True)
    return Sentence(f"{happening.label}: {text}", (*said.citations, *date_citation(happening, said, citations)), True)


def date_citation(happening: Happening, said: Sentence, citations: Citations) -> tuple[Citation, ...]:
    """The sentence that tells when the event was, where the words cited already do not."""
    told = happening.told
    if told is None or told.sentence is None:
        return ()
    article = next((e.article for e in happening.evidence if e.article.id == told.article_id), None)
    if article is None or any(c.article.id == article.id and c.span.covers(told.sentence) for c in said.citations):
        return ()
    return (citations.cite(article, told.sentence, 1.0),)


def dated_line(question: Question, item: Evidence, citations: Citations) -> Sentence:
    """One of several that differ, behind the date of its article."""
    said = quote(item, citations)
    text = led(said.text, leading_answer(question, item))
    published = published_words(item.article)
    return replace(said, text=text if published == UNKNOWN else f"Published {published}: {text}", item=True)


def bare_answers(question: Question, events: Sequence[Happening]) -> str:
    """The bare answer of each event with its date, or the one that all of them give; "" where one has none."""
    found = [(bare_answer(question, e.evidence[0]), e.label) for e in newest_first(events)]
    if question.kind not in (*BARE_KINDS, "what", "which") or question.several or not all(short for short, _ in found):
        return ""
    shortest = min((short for short, _ in found), key=len)
    if question.kind != "when" and all(content_keys(shortest) <= content_keys(short) for short, _ in found):
        return shortest
    return "; ".join(f"{short} ({label})" if label else short for short, label in found)
