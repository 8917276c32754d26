"""Questions proposed from the articles of a library: by rule, without a model, spread over the articles."""

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from random import Random

from eval.drafting.asked import Asked
from eval.drafting.forms import questions
from eval.drafting.names import PERSON, Background
from eval.drafting.swaps import Names, Texts, exchanged
from eval.proposals import Proposal
from eval.systems import Articles
from rag.records import Article, split_sentences

# One of so many proposals is a question without an answer: enough of them to measure refusals by.
ONE_UNANSWERABLE_IN = 5
# Articles whose names are tried in the place of another's.
NEIGHBOURS = 40


def draft_questions(library: Articles, count: int, seed: int, skip: Collection[str] = ()) -> list[Proposal]:
    """At most ``count`` proposals, all open, each question once; fewer where the rules find no more.

    The same library and seed give the same proposals in the same order, whatever the count; those whose id is in
    ``skip`` are passed over. One in five has no answer, as far as the names allow.
    """
    return list(islice((p for p in _proposals(library, seed) if p.id not in skip), count))


def _proposals(library: Articles, seed: int) -> Iterator[Proposal]:
    """All proposals: a question from each article in turn, in an order that the seed gives."""
    listed = sorted(library.articles(), key=lambda a: a.id)
    names = names_in_sets(listed)
    Random(seed).shuffle(listed)
    texts = Texts(lambda: [whole.text for a in listed if (whole := library.article(a.id))])
    sources = _Sources(library, listed, seed)
    asked_before: set[str] = set()
    used: Counter[str] = Counter()
    made = unanswerable = 0
    waiting = [a.id for a in listed]
    while waiting:
        for id in list(waiting):
            source = sources.of(id)
            if source is None or not source.left:
                waiting.remove(id)
                continue
            proposal = None
            if (made + 1) // ONE_UNANSWERABLE_IN > unanswerable:
                proposal = _without_answer(source, sources.after(id), texts, asked_before)
            if proposal is None:
                asked, quote = source.take(used)
                if _several_holders(asked, texts):
                    continue
                used[asked.form] += 1
                proposal = _proposal(asked.question, asked.answers, quote, source.article)
            if proposal.question.casefold() not in asked_before:
                asked_before.add(proposal.question.casefold())
                made += 1
                unanswerable += proposal.unanswerable
                yield replace(proposal, article=names[id])


class _Source:
    """One article with the questions that can be made of it, in an order that the seed gives: those ``left`` to ask,
    and those ``to_change`` into questions without an answer."""

    def __init__(self, article: Article, seed: int) -> None:
        self.article = article
        background = Background(article.text)
        self.left: list[tuple[Asked, str]] = []
        for span in split_sentences(article.text):
            quote = span.of(article.text)
            self.left += [(asked, quote) for asked in questions(quote, background)]
        Random(f"{seed} {article.id}").shuffle(self.left)
        self.to_change = list(self.left)
        self.names = Names.of(article.text, background)

    def take(self, used: Counter[str]) -> tuple[Asked, str]:
        """The next question, of the form that was used least; its sentence is not asked about again."""
        asked, quote = min(self.left, key=lambda item: used[item[0].form])
        self.left = [item for item in self.left if item[1] != quote]
        return asked, quote


class _Sources:
    """The articles as sources of questions, each read when its turn comes."""

    def __init__(self, library: Articles, listed: Sequence[Article], seed: int) -> None:
        self._library, self._seed = library, seed
        self._order = [a.id for a in listed]
        self._known: dict[str, _Source | None] = {}

    def of(self, id: str) -> _Source | None:
        if id not in self._known:
            article = self._library.article(id)
            self._known[id] = _Source(article, self._seed) if article else None
        return self._known[id]

    def after(self, id: str) -> list[_Source]:
        """The articles that follow this one, the first again after the last."""
        at = self._order.index(id) + 1
        others = [*self._order[at:], *self._order[: at - 1]][:NEIGHBOURS]
        return [source for other in others if (source := self.of(other))]


def _without_answer(
    source: _Source, others: Sequence[_Source], texts: Texts, asked_before: Collection[str]
) -> Proposal | None:
    """A question of the article with a name of another article put in, so that it has no answer; None where the names
    do not allow it."""
    for asked, quote in source.to_change:
        found = exchanged(asked.question, quote, source.names, [other.names for other in others], texts)
        for question in islice(found, len(asked_before) + 1):
            if question.casefold() not in asked_before:
                source.to_change = [item for item in source.to_change if item[1] != quote]
                return _proposal(question, (), quote, source.article)
    return None


def _proposal(question: str, answers: tuple[str, ...], quote: str, article: Article) -> Proposal:
    content = f"{question}\0{quote}".encode("utf-8", "surrogatepass")
    return Proposal(
        id=f"draft-{hashlib.sha256(content).hexdigest()[:12]}",
        question=question,
        answers=answers,
        quote=quote,
        article=article.id,
        # A damaged title may hold what no file can.
        title=article.title.encode("utf-8", "replace").decode("utf-8"),
        unanswerable=not answers,
    )


def _several_holders(asked: Asked, texts: Texts) -> bool:
    """Whether the articles name several persons in the office asked for: "Who was the Russian President?"."""
    if asked.form != "office":
        return False
    office = re.sub(r"^Who was (?:the )?|\?$", "", asked.question)
    last = asked.answers[0].split()[-1]
    return texts.matches(rf"{re.escape(office)},?\s+(?!\S*\s?\S*\s?\S*{re.escape(last)})(?:{PERSON})")


def names_in_sets(articles: Sequence[Article]) -> dict[str, str]:
    """The name that each article goes by in a question set: its file's, its address or its id, whichever is its own."""
    files = Counter(Path(a.path).name for a in articles)
    addresses = Counter(a.url for a in articles)

    def name(article: Article) -> str:
        file = Path(article.path).name
        if file and files[file] == 1:
            return file
        return article.url if article.url and addresses[article.url] == 1 else article.id

    return {a.id: name(a) for a in articles}
