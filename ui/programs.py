"""What programs can ask for, in JSON forms. The doors to it (Gradio's endpoints, MCP, the OpenAI form) only hand on."""

import json
import threading
from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING, Any

from rag.adding import add_text
from rag.answer import answer_json, article_json
from rag.options import Options
from rag.periods_words import given_day, window_of_days
from rag.preferences import Preferences
from rag.records import Article, QuestionError, Window
from ui.line import Line, Ticket

if TYPE_CHECKING:
    from rag.events import Event
    from rag.pipeline import Colloquy
    from rag.question import Turn

MOST_FOUND = 50


class Programs:
    """Answers, passages and articles for programs, who stand in the same line as the page. Safe for several threads.

    Articles have no paths here: those of the server's disk are no use to a client; the id names the article.
    """

    def __init__(self, colloquy: "Colloquy", line: Line) -> None:
        self.colloquy = colloquy
        self.line = line
        self._adding = threading.Lock()

    def answer(
        self,
        question: Any,
        history: Any = None,
        asked: str | None = None,
        after: str | None = None,
        before: str | None = None,
        stop: threading.Event | None = None,
        preferences: Preferences | None = None,
    ) -> dict[str, Any]:
        """The JSON form of the answer. Raises QuestionError, LineFullError, ModelError, StoreError."""
        from rag.events import Finished

        window, day = window_of_days(after, before), given_day(asked, "asked")
        turns = parse_history(history)
        question = question_text(question)
        options = self.options(preferences) if preferences else None
        with self.line.join() as ticket:
            for event in self.events(ticket, question, turns, day, window, stop or threading.Event(), options):
                if isinstance(event, Finished):
                    return without_paths(answer_json(event.answer))
        raise QuestionError("the question was taken back before it was answered; ask again")

    def options(self, preferences: Preferences) -> Options:
        """What the steps that a program asks for come to."""
        return preferences.options(self.colloquy.options)

    def events(
        self,
        ticket: Ticket,
        question: str,
        history: Sequence["Turn"],
        asked: Any,
        window: Window | None,
        stop: threading.Event,
        options: Options | None = None,
    ) -> Generator["int | Event", None, None]:
        """The places in the line as they change, then the events of the answer; leaves the line at the end."""
        with ticket:
            yield from ticket.places(stop)
            if not stop.is_set():
                yield from self.colloquy.stream(question, history, asked, stop=stop, window=window, options=options)

    def search(
        self,
        words: Any,
        limit: Any = 5,
        asked: str | None = None,
        after: str | None = None,
        before: str | None = None,
    ) -> list[dict[str, Any]]:
        """The passages that retrieval finds, best first, each with its article and ranks. Raises QuestionError."""
        from rag.question import understand

        if not isinstance(limit, int) or isinstance(limit, bool) or not 1 <= limit <= MOST_FOUND:
            raise QuestionError(f"limit is {str(limit)[:40]!r}; expected a whole number from 1 to {MOST_FOUND}")
        window = window_of_days(after, before)
        query = understand(question_text(words), asked=given_day(asked, "asked"), limit=limit)[0].query
        if window is not None:
            query = query.of_period(window)
        return [
            {
                "article": without_path(article_json(hit.article)),
                "start": hit.chunk.span.start,
                "end": hit.chunk.span.end,
                "text": hit.chunk.span.of(hit.article.text),
                "score": round(hit.score, 6),
                "dense_rank": hit.dense_rank,
                "bm25_rank": hit.bm25_rank,
            }
            for hit in self.colloquy.library.search(query)
        ]

    def articles(self) -> list[dict[str, Any]]:
        """All articles, newest first, with their dates, how those are known, and the number of their passages."""
        passages = self.colloquy.library.listing.passages()
        return [self._listed(article, passages.get(article.id, 0)) for article in self.colloquy.library.articles()]

    def add(
        self, text: Any, title: Any = "", published: Any = "", publisher: Any = "", url: Any = ""
    ) -> dict[str, Any]:
        """Stores an article: the article, whether it was known, and notes. Raises ReadError where it is refused."""
        given = [value if value is not None else "" for value in (text, title, published, publisher, url)]
        library = self.colloquy.library
        with self._adding:
            added = add_text(library, *given)
            passages = library.listing.passages([added.article.id]).get(added.article.id, 0)
        return {"article": self._listed(added.article, passages), "known": added.known, "notes": list(added.notes)}

    def _listed(self, article: Article, passages: int) -> dict[str, Any]:
        return {**without_path(article_json(article)), "passages": passages}


def question_text(question: Any) -> str:
    """The question if it is a text. Raises QuestionError."""
    if not isinstance(question, str):
        raise QuestionError(f"the question is a {type(question).__name__}; expected a text")
    return question


def without_paths(form: dict[str, Any]) -> dict[str, Any]:
    """The JSON form of an answer, in place, with the paths of its articles left out."""
    for article in (a for c in form["citations"] for a in (c["article"], *c["copies"])):
        without_path(article)
    return form


def without_path(article: dict[str, Any]) -> dict[str, Any]:
    # gradio_client takes any object with a text "path" for a file to download, and fails on one that is not served.
    article["path"] = None
    return article


def parse_history(history: list[Any] | str | None) -> list["Turn"]:
    """Earlier turns from a list, or the JSON of one. Raises QuestionError for anything else."""
    from rag.question import Turn

    wrong = QuestionError("history is not a list of earlier questions; send a list of texts, oldest first")
    if isinstance(history, str):
        try:
            history = json.loads(history) if history.strip() else []
        except ValueError:
            raise wrong from None
    if not isinstance(history, list | None):
        raise wrong
    turns = []
    for item in history or []:
        item = {"question": item} if isinstance(item, str) else item
        if not isinstance(item, dict) or not isinstance(item.get("question"), str):
            raise wrong
        turns.append(Turn(item["question"], str(item.get("answer") or "")))
    return turns
