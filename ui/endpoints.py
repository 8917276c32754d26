"""What the browser and scripts call by name: a whole article, and one question with its answer as JSON."""

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from rag.answer import answer_json
from rag.periods_words import given_day, window_of_days
from rag.records import Article, ColloquyError, QuestionError, Span
from ui import render

if TYPE_CHECKING:
    from rag.pipeline import Colloquy
    from rag.question import Turn


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


def chat_endpoint(colloquy: "Colloquy") -> Callable[..., dict[str, Any]]:
    """The function behind ``api_name="chat"``; its docstring and types are what a client is shown."""

    def chat(
        question: str,
        history: list[Any] | str | None = None,
        asked: str | None = None,
        after: str | None = None,
        before: str | None = None,
    ) -> dict[str, Any]:
        """Answer one question.

        history: the earlier questions, oldest first, as a list or as JSON; an item is a question or an object with
        question and answer. asked: ISO date that is "today" for the question. after, before: ISO dates of a period,
        after <= day < before, in place of the one that the question names. Returns the JSON form of the answer, with
        the paths of the articles left out.
        """
        import gradio as gr

        try:
            window = window_of_days(after, before)
            answer = colloquy.ask(question, parse_history(history), asked=given_day(asked, "asked"), window=window)
        except ColloquyError as error:
            raise gr.Error(str(error), print_exception=False) from error
        form = answer_json(answer)
        for article in (a for c in form["citations"] for a in (c["article"], *c["copies"])):
            # gradio_client takes any object with a text "path" for a file to download, and fails on one that is not
            # served. Paths of the server's disk are no use to a client on the network either; the id names the article.
            article["path"] = None
        return form

    return chat


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
