"""What is measured: anything that answers an example, and Colloquy as one of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from eval.examples import Example
from rag.answer import answer_json
from rag.events import Drafted, Finished, Retrieved, Selected
from rag.pipeline import Colloquy
from rag.question import Turn
from rag.records import Article

# What Colloquy can be run without, to compare with: the setting that turns it off, and the heading of that run.
PARTS = {"trained": "without trained parts", "time": "without time"}


@dataclass(frozen=True, slots=True)
class Found:
    """A retrieved passage: the names its article goes by (id, file name, address) and its words."""

    article: frozenset[str]
    text: str


@dataclass(frozen=True, slots=True)
class Trace:
    """An answer with the way it came about.

    ``answer`` is the JSON form of ``colloquy ask --json``; ``retrieved`` are the passages found, ``evidence`` those
    sentences of them that the answer could rest on, best first; ``draft`` is what the model wrote; ``confidence`` in
    [0, 1] is how sure the best evidence is, None where a system does not tell.
    """

    answer: dict[str, Any]
    retrieved: tuple[Found, ...]
    evidence: tuple[str, ...]
    draft: str
    confidence: float | None


class System(Protocol):
    """Something that answers. ``name`` heads its column; ``settings`` is what a run must share to be continued."""

    name: str
    settings: dict[str, Any]

    def answer(self, example: Example) -> Trace:
        """The answer to one question. Raises ColloquyError for a question that cannot be asked."""
        ...

    def articles(self) -> Sequence[Article]:
        """All articles that it answers from, with their text."""
        ...


def names_of(article: Article) -> frozenset[str]:
    """The names under which a set may know the article: its id, the name of its file, its address."""
    return article_names(article.id, article.path, article.url)


def article_names(id: str | None, path: str | None, url: str | None) -> frozenset[str]:
    """The same of an article in the JSON form of an answer, where what is unknown is None."""
    return frozenset({id or "", (path or "").replace("\\", "/").rsplit("/", 1)[-1], url or ""}) - {""}


def citation_names(citation: Mapping[str, Any]) -> frozenset[str]:
    """The names of the article of a citation in its JSON form, and of those that say the same in the same words."""
    places = [citation["article"], *(citation.get("copies") or [])]
    return frozenset().union(*(article_names(a.get("id"), a.get("path"), a.get("url")) for a in places))


class Articles(Protocol):
    """What of a Library is needed to go through its articles."""

    def articles(self) -> Sequence[Article]: ...

    def article(self, article_id: str) -> Article | None: ...


def whole_articles(library: Articles) -> list[Article]:
    """All articles of the library, with their text."""
    return [whole for a in library.articles() if (whole := library.article(a.id))]


class ColloquySystem:
    """The pipeline as a user has it."""

    def __init__(self, colloquy: Colloquy, settings: dict[str, Any]) -> None:
        self.name = " and ".join(name for part, name in PARTS.items() if not settings.get(part, True)) or "Colloquy"
        self.settings = settings
        self._colloquy = colloquy
        self._names = {a.id: names_of(a) for a in colloquy.library.articles()}

    def articles(self) -> Sequence[Article]:
        return whole_articles(self._colloquy.library)

    def answer(self, example: Example) -> Trace:
        given = [id for id, names in self._names.items() if names & example.given] if example.given else []
        if example.given and not given:
            given = [""]  # no article has this id: where none of the given ones could be read there is nothing to find
        history = [Turn(question) for question in example.history]
        retrieved: tuple[Found, ...] = ()
        evidence: list[str] = []
        sure: list[float] = []
        drafts: list[str] = []
        for event in self._colloquy.stream(
            example.question, history, example.asked, articles=given, window=example.window
        ):
            match event:
                case Retrieved(hits):
                    retrieved = tuple(Found(names_of(h.article), h.chunk.span.of(h.article.text)) for h in hits)
                case Selected(found, shown):
                    evidence += [item.text for item in (shown or found[:3])]
                    sure += [found[0].answerable] if found else []
                    drafts.append("")
                case Drafted(text):
                    drafts[-1] = text
                case Finished(answer):
                    draft = " ".join(d for d in drafts if d)
                    return Trace(answer_json(answer), retrieved, tuple(evidence), draft, max(sure, default=0.0))
        raise AssertionError("a stream without a stop flag ends with Finished")
