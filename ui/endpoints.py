"""What the browser and scripts call by name: a whole article; answers, passages and articles as JSON."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rag.preferences import asked_preferences
from rag.records import Article, ColloquyError, Span
from ui import render
from ui.programs import Programs

if TYPE_CHECKING:
    from rag.pipeline import Colloquy


def article_opener(colloquy: "Colloquy") -> Callable[[Any], str]:
    """The function that gives the browser a whole article as HTML."""

    def article(request: Any) -> str:
        """HTML of a whole article; ``request`` comes from the browser and is not trusted."""
        wanted = request if isinstance(request, dict) else {}
        found = colloquy.library.article(str(wanted.get("id", "")))
        if found is None:
            return render.missing_article_html()
        focus = _spans(wanted.get("focus"), found)
        return render.article_html(found, _spans(wanted.get("spans"), found), focus[0] if focus else None)

    return article


def _spans(text: Any, article: Article) -> list[Span]:
    """Spans written as "12-40 90-120"; those that do not lie in the article are left out."""
    pairs = [(int(a), int(b)) for a, b in re.findall(r"\b(\d{1,9})-(\d{1,9})\b", str(text or "")[:10_000])]
    return [Span(a, b) for a, b in pairs if a < b <= len(article.text)]


def endpoints(programs: Programs) -> dict[str, Callable[..., Any]]:
    """The functions behind ``api_name``; their docstrings and types are what a client is shown."""

    def chat(
        question: str,
        history: list[Any] | str | None = None,
        asked: str | None = None,
        after: str | None = None,
        before: str | None = None,
        length: str = "normal",
        caution: str = "normal",
        passages: int = 0,
    ) -> dict[str, Any]:
        """Answer one question.

        history: the earlier questions, oldest first, as a list or as JSON; an item is a question or an object with
        question and answer. asked: ISO date that is "today" for the question. after, before: ISO dates of a period,
        after <= day < before, in place of the one that the question names. length: short, normal or long.
        caution: bold (answers more, errs more), normal or strict. passages: how many to read, 0 for the default.
        Returns the JSON form of the answer, with the paths of the articles left out.
        """
        with _errors():
            preferences = asked_preferences(length, caution, passages)
            return programs.answer(question, history, asked, after, before, preferences=preferences)

    def search(
        words: str,
        limit: int = 5,
        asked: str | None = None,
        after: str | None = None,
        before: str | None = None,
    ) -> list[dict[str, Any]]:
        """The passages that retrieval finds, best first, each with its article, place, score and ranks.

        limit: from 1 to 50. asked, after, before: as for chat; what is surely outside a period given so is left out.
        """
        with _errors():
            return programs.search(words, limit, asked, after, before)

    def articles() -> list[dict[str, Any]]:
        """All articles, newest first, with publisher, dates, how those are known, and the number of passages."""
        with _errors():
            return programs.articles()

    def add(text: str, title: str = "", published: str = "", publisher: str = "", url: str = "") -> dict[str, Any]:
        """Add one article, or say why it is refused.

        published: a day (2014-01-27), a month, a year or a range of these (2014-01-27..2014-03-31). url: http or https.
        Returns the article as stored, whether the library knew it already, and notes on what was passed over.
        """
        with _errors():
            return programs.add(text, title, published, publisher, url)

    return {"chat": chat, "search": search, "articles": articles, "add": add}


@contextmanager
def _errors() -> Iterator[None]:
    """Puts the words of our own errors into the form that Gradio hands to a client."""
    import gradio as gr

    try:
        yield
    except ColloquyError as error:
        raise gr.Error(str(error), print_exception=False) from error
