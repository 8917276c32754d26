"""One dated line for each event that a question fits."""

from dataclasses import replace

from rag.answer import Citation, Sentence
from rag.bare import leading_answer, yes_or_no
from rag.compose import Citations, quote
from rag.happenings import Happening
from rag.question import Question


def event_line(question: Question, happening: Happening, citations: Citations) -> Sentence:
    """The best evidence of one event behind its date, with the words that tell the date cited too."""
    best = happening.evidence[0]
    said = quote(best, citations)
    lead = yes_or_no(question, best) if question.kind == "yes or no" else leading_answer(question, best)
    text = f"{lead} — {said.text}" if lead else said.text
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
