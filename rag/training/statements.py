"""Questions with their answer sentence to the reply that the model shall write: one short sentence in its words.

Two ways, both by rule. Of a question about the subject ("Who led the talks?") the answer takes the question word's
place. Otherwise the answer sentence is shortened: asides that hold neither the answer nor a word of the question go.
A reply is used only where the product's own check of grounding would show it.
"""

import re
from itertools import pairwise

from index.records import Article, Span
from index.sentences import split_sentences
from rag.evidence import Evidence
from rag.grounding import support
from rag.training.declaring import declared
from rag.words import words

LONGEST = 38  # words of a reply: the product lets the model write 48 tokens
_OPENERS = re.compile(
    r"^(?:And|But|So|Yet|However|Meanwhile|Moreover|Furthermore|In addition|Also|Then|Additionally|Nevertheless|"
    r"Instead|Indeed|Still|Finally|Similarly|Likewise|Therefore|Thus),?\s+(?=\w)"
)
# Begins a part that can go with everything behind it, or before it, without breaking the rest.
_ASIDE = re.compile(
    r"^(?:which|who|whose|where|whom|while|whereas|although|though|after|before|following|including|with|as|since|"
    r"during|according\s+to|despite|because|when|along\s+with|such\s+as|amid|but|and\s+(?:then|later|also)|"
    r"having|being|making|giving|leaving|bringing|saying|adding|citing|calling|using|becoming|taking)\b",
    re.I,
)
_LEAD = re.compile(
    r"^(?:in|on|at|after|before|during|when|while|as|although|though|despite|following|since|until|with|under|by|"
    r"according\s+to|because|if|from|for|amid|once|along\s+with|later|earlier|recently|today|originally|currently)\b",
    re.I,
)
_APPOSITION = re.compile(
    r"^(?:an?|the|who|which|whose|where|formerly|also|then|now|his|her|its|their|aged?|\d+)\b", re.I
)
_SUBJECT = re.compile(r"^(?:the|an?|he|she|it|they|we|I|this|that|these|his|her|their|its|there|[A-Z][\w.]*(?!,))\b")
_LIST = re.compile(r"^(?:and|or|as\s+well\s+as|nor)\b", re.I)


def statement(question: str, passage: str, answer: Span) -> str:
    """The reply to a question that ``passage`` answers with its span ``answer``; "" where none would hold up."""
    sentence, inside = _sentence_of(passage, answer)
    evidence = [_evidence(passage, sentence)]
    options = [shortened(sentence.of(passage), inside, question)]
    if placed := declared(question, sentence.of(passage), inside):
        options.insert(0, placed)
    for option in options:
        text = _closed(option)
        if len(text.split()) <= LONGEST and _holds(text, inside.of(sentence.of(passage))):
            found = support(text, evidence)
            if not found.reason:
                return text
    return ""


def shortened(sentence: str, answer: Span, question: str) -> str:
    """The sentence without the asides that hold neither the answer nor a word of the question found nowhere else."""
    asked = {w.key for w in words(question) if w.content}
    text, answer = _without_opener(sentence, answer)
    while True:
        cut = next((c for c in _cuts(text) if _may_go(text, c, answer, asked)), None)
        if cut is None:
            return text
        before, after = text[: cut.start].rstrip(), text[cut.end :].lstrip()
        joined = f"{before}{'' if not before or after[:1] in '.,;:?!' else ' '}{after}"
        moved = len(joined) - len(text) if cut.end <= answer.start else 0
        text, answer = joined, Span(answer.start + moved, answer.end + moved)
        if cut.start == 0:
            text = text[:1].upper() + text[1:]


def _cuts(text: str) -> list[Span]:
    """Parts that may go, the outermost and last first."""
    found: list[Span] = [Span(m.start(), m.end()) for m in re.finditer(r"\s*\([^()]*\)", text)]
    marks = [m.start() for m in re.finditer(r"(?<!\d),(?!\d{3})|;|\s[–—-]\s", text) if not _in_quotes(text, m.start())]
    end = len(text.rstrip(" .!?"))
    for mark in marks:
        rest = text[mark:end].lstrip(" ,;–—-")
        if text[mark] == ";" or _ASIDE.match(rest):
            found.append(Span(mark, end))
    # "In terms of length, area and discharge, the river": behind the lead the subject has to begin.
    if marks and _LEAD.match(text) and _SUBJECT.match(text[marks[0] + 1 :].lstrip()):
        found.append(Span(0, marks[0] + 1))
    for first, second in pairwise(marks):
        part = text[first + 1 : second].strip()
        behind = text[second + 1 :].lstrip()
        lone = not any(_LIST.match(text[m + 1 :].lstrip()) for m in marks)
        if (
            (_APPOSITION.match(part) or _LEAD.match(part))
            and lone
            and len(part.split()) > 1
            and re.match(r"[a-z]", behind)
        ):
            found.append(Span(first, second + 1))
    return sorted(found, key=lambda s: (-(s.end - s.start), -s.start))


def _may_go(text: str, cut: Span, answer: Span, asked: set[str]) -> bool:
    if cut.start < answer.end and answer.start < cut.end:
        return False
    kept = f"{text[: cut.start]} {text[cut.end :]}"
    if len(kept.split()) < 4 or not re.search(r"\w", kept):
        return False
    lost = {w.key for w in words(cut.of(text))} - {w.key for w in words(kept)}
    return not (lost & asked) and '"' not in cut.of(text) and "“" not in cut.of(text)


def _in_quotes(text: str, at: int) -> bool:
    before = text[:at]
    return before.count('"') % 2 == 1 or before.count("“") > before.count("”")


def _without_opener(sentence: str, answer: Span) -> tuple[str, Span]:
    match = _OPENERS.match(sentence)
    if match is None or match.end() > answer.start:
        return sentence, answer
    rest = sentence[match.end() :]
    return rest[0].upper() + rest[1:], Span(answer.start - match.end(), answer.end - match.end())


def _sentence_of(passage: str, answer: Span) -> tuple[Span, Span]:
    """The sentence of the passage that the answer begins in, and the answer's place in it."""
    spans = split_sentences(passage)
    found = next((s for s in spans if s.start <= answer.start < s.end), Span(0, len(passage)))
    return found, Span(answer.start - found.start, min(answer.end, found.end) - found.start)


def _evidence(passage: str, sentence: Span) -> Evidence:
    article = Article("passage", "", passage)
    return Evidence(article, sentence, None, 1.0, 1.0)


def _holds(text: str, answer: str) -> bool:
    said = {w.key for w in words(text)}
    wanted = {w.key for w in words(answer) if w.content}
    return bool(wanted) and wanted <= said


def _closed(text: str) -> str:
    text = " ".join(text.split()).rstrip(" ,;:")
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", '."', ".”", "!”")) else f"{text}."
