"""The open question-answer sets as pages of natural text with questions and answer spans.

A ``Page`` is a paragraph (QED), the known sentences of one article (QAMR) or a whole page (Time-Sensitive-QA).
The loaders read the files as they are published, xz- or gzip-compressed, and raise ReadError where one is missing.
"""

import gzip
import hashlib
import json
import lzma
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from index.errors import ReadError
from index.records import Span
from rag.training.text import Natural, detokenise


@dataclass(frozen=True, slots=True)
class Page:
    """``sentences`` are spans of ``text`` in order; ``news`` marks news text; ``key`` is the same on every run."""

    key: str
    title: str
    text: str
    sentences: tuple[Span, ...]
    news: bool = False


@dataclass(frozen=True, slots=True)
class Example:
    """A question over ``pages[page]``. ``answer`` is a span of that page's text, None where the page has none.

    ``context`` says that the sentences before the answer are needed to understand it; ``source`` names the set.
    ``near`` is the sentence that tempts most where there is no answer, if somebody has named it; ``tempting``, where
    there is one, a sentence that looks like the answer and is none, with the page on which it stands.
    """

    question: str
    page: int
    answer: Span | None
    context: bool
    source: str
    near: Span | None = None
    tempting: tuple[int, Span] | None = None


@dataclass(frozen=True, slots=True)
class Corpus:
    """Pages and the questions over them; ``Example.page`` counts into ``pages``."""

    pages: tuple[Page, ...]
    examples: tuple[Example, ...]


def held_out(page: Page, parts: int = 20) -> bool:
    """Whether a page belongs to the one part in ``parts`` that is kept from training, for calibration."""
    return int(hashlib.sha256(page.key.encode()).hexdigest(), 16) % parts == 0


def _lines(path: Path) -> Iterator[str]:
    if not path.is_file():
        raise ReadError(f"no file {path}; expected one of the published data sets; see the data folder's README")
    with lzma.open(path, "rt", encoding="utf-8") as handle:
        yield from handle


def _curly(key: str) -> bool:
    """Typographic quotation marks on a third of the pages: news sites use both."""
    return hashlib.sha256(key.encode()).digest()[0] % 3 == 0


def load_qed(path: Path) -> Corpus:
    """QED train lines; the answer is the first annotated span. Lines whose answer is lost are left out."""
    pages: list[Page] = []
    examples: list[Example] = []
    for line in _lines(path):
        record = json.loads(line)
        text = record["paragraph_text"]
        key = f"qed:{record['title_text']}:{hashlib.sha256(text.encode()).hexdigest()[:8]}"
        natural = detokenise(text, _curly(key))
        spans = [natural.span(start, end) for start, end in record["answer_spans"]]
        sentences = _sentences_at(natural, record["sentence_starts"], len(text))
        if not spans or spans[0] is None or not sentences:
            continue
        examples.append(
            Example(record["question_text"], len(pages), spans[0], record["answer_type"] != "single_sentence", "qed")
        )
        pages.append(Page(key, record["title_text"], natural.text, sentences))
    return Corpus(tuple(pages), tuple(examples))


def _sentences_at(natural: Natural, starts: list[int], length: int) -> tuple[Span, ...]:
    starts = starts or [0]
    ends = [*starts[1:], length]
    spans = (natural.span(start, end) for start, end in zip(starts, ends, strict=True) if end > start)
    return tuple(span for span in spans if span is not None)


def load_qamr(folder: Path) -> Corpus:
    """QAMR dev and test pairs on which the validators agree with the asker, over the articles' known sentences."""
    naturals: dict[str, Natural] = {}
    articles: dict[str, list[tuple[tuple[int, ...], str]]] = {}
    for line in _lines(folder / "wiki-sentences.tsv.xz"):
        sentence_id, text = line.rstrip("\n").split("\t")[:2]
        _, kind, number, *place = sentence_id.split(":")
        article = f"{kind}:{number}"
        naturals[sentence_id] = detokenise(text.replace("\xa0", " "), _curly(article))
        articles.setdefault(article, []).append((tuple(int(p) for p in place), sentence_id))
    pages: list[Page] = []
    where: dict[str, tuple[int, int]] = {}
    for article, entries in articles.items():
        parts: list[str] = []
        spans: list[Span] = []
        at = 0
        for _, sentence_id in sorted(entries):
            sentence = naturals[sentence_id].text
            where[sentence_id] = (len(pages), at)
            spans.append(Span(at, at + len(sentence)))
            parts.append(sentence)
            at += len(sentence) + 1
        pages.append(Page(f"qamr:{article}", "", " ".join(parts), tuple(spans), article.startswith("wikinews")))
    examples: list[Example] = []
    seen: set[tuple[str, str]] = set()
    for name in ("dev", "test"):
        for line in _lines(folder / f"{name}.tsv.xz"):
            row = line.rstrip("\n").split("\t")
            sentence_id, question = row[0], row[5]
            tokens = _agreed([row[6], *(answer.partition(":")[2] for answer in row[7:9])])
            if sentence_id not in naturals or tokens is None or (sentence_id, question.lower()) in seen:
                continue
            natural = naturals[sentence_id]
            if tokens[1] >= len(natural.tokens):
                continue
            page, at = where[sentence_id]
            answer = Span(at + natural.tokens[tokens[0]][0], at + natural.tokens[tokens[1]][1])
            seen.add((sentence_id, question.lower()))
            examples.append(Example(question, page, answer, False, "news" if pages[page].news else "wiki"))
    return Corpus(tuple(pages), tuple(examples))


def _agreed(answers: list[str]) -> tuple[int, int] | None:
    """First and last token of the answer most like the other two; None where one is invalid or shares nothing."""
    sets = [frozenset(int(token) for token in re.findall(r"\d+", answer)) for answer in answers]
    if not all(sets) or not all(sets[0] & other for other in sets[1:]):
        return None
    best = max(sets, key=lambda s: sum(len(s & o) / len(s | o) for o in sets))
    if max(best) - min(best) + 1 > len(best) + 1:
        return None
    return min(best), max(best)


def load_timeqa(path: Path) -> Corpus:
    """Time-Sensitive-QA questions, those without an answer on their page too; tables' bare lists are kept."""
    if not path.is_file():
        raise ReadError(f"no file {path}; expected Time-Sensitive-QA's human_train file; see the data folder's README")
    with gzip.open(path, "rt", encoding="utf-8") as handle:
        raw = handle.read()
    records: list[dict[str, Any]] = [json.loads(line) for line in raw.split("\n") if line.strip()]
    pages: list[Page] = []
    naturals: dict[str, tuple[int, Natural]] = {}
    examples: list[Example] = []
    for record in records:
        context = record["context"]
        key = record["idx"].split("#")[0]
        if key not in naturals:
            natural = detokenise(context, _curly(key))
            naturals[key] = (len(pages), natural)
            title = detokenise(record["paragraphs"][0]["title"]).text
            pages.append(Page(f"timeqa:{key}", title, natural.text, _split(natural)))
        page, natural = naturals[key]
        target = record["targets"][0] if record["targets"] else ""
        span = natural.span(record["from"][0], record["end"][0]) if target else None
        if target and span is None:
            continue
        examples.append(Example(record["question"], page, span, False, "timeqa"))
    return Corpus(tuple(pages), tuple(examples))


def _split(natural: Natural) -> tuple[Span, ...]:
    """Sentences of tokenised text: a full stop that follows a word of three letters or more and precedes a capital."""
    words = [natural.text[a:b] for a, b in natural.tokens]
    spans: list[Span] = []
    start = 0
    for i, word in enumerate(words):
        last = i + 1 == len(words)
        ends = word in (".", "?", "!") and i > 0 and (len(words[i - 1]) > 2 or words[i - 1].isdigit())
        if last or (ends and (words[i + 1][:1].isupper() or words[i + 1][:1] in '-"“')):
            spans.append(Span(natural.tokens[start][0], natural.tokens[i][1]))
            start = i + 1
    return tuple(spans)


def join(*corpora: Corpus) -> Corpus:
    """One corpus of several, the examples pointing at the joined pages."""
    pages: list[Page] = []
    examples: list[Example] = []
    for corpus in corpora:
        base = len(pages)
        pages.extend(corpus.pages)
        examples.extend(_moved(e, base) for e in corpus.examples)
    return Corpus(tuple(pages), tuple(examples))


def _moved(example: Example, by: int) -> Example:
    tempting = (by + example.tempting[0], example.tempting[1]) if example.tempting else None
    return replace(example, page=by + example.page, tempting=tempting)


def load(folder: Path) -> Corpus:
    """The open sets that are trained on, from the data folder. Raises ReadError where a file is missing."""
    return join(
        load_qed(folder / "qed" / "train.jsonl.xz"),
        load_qamr(folder / "qamr"),
        load_timeqa(folder / "timeqa" / "human_train.easy.json.gz"),
    )
