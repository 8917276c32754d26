"""A system for evaluation that answers from a table."""

from collections.abc import Mapping, Sequence
from typing import Any

from eval.examples import Example
from eval.systems import Found, Trace
from index.records import Article, article_id
from rag.records import QuestionError


def article(title: str, text: str, path: str) -> Article:
    return Article(article_id(title, text), title, text, path=path)


HARBOUR = article("Harbour reopens", "Mayor Ida Kell cut the ribbon. Salt came by ship.", "news/harbour.md")
STORM = article("Storm over Lorne", "The storm closed the harbour. Otto Penn was mayor.", "news/storm.md")


class TableSystem:
    """Answers a question with what the table holds under its id; counts how often it was asked.

    An entry is the text of the answer, "" to decline, or None for a question that cannot be asked. It cites ``cited``,
    and its evidence is the text of what it retrieved.
    """

    name = "table"

    def __init__(
        self,
        table: Mapping[str, str | None],
        cited: Article = HARBOUR,
        retrieved: Sequence[Article] = (HARBOUR, STORM),
        evidence: Sequence[str] | None = None,
        draft: str = "",
    ) -> None:
        self.settings: dict[str, Any] = {"threshold": 0.5}
        self.table = table
        self.cited = cited
        self.retrieved = retrieved
        self.evidence = evidence
        self.draft = draft
        self.asked: list[str] = []

    def articles(self) -> Sequence[Article]:
        return [HARBOUR, STORM]

    def answer(self, example: Example) -> Trace:
        self.asked.append(example.id)
        text = self.table.get(example.id, "")
        if text is None:
            raise QuestionError("the question is empty")
        found = tuple(Found(frozenset({a.id, a.path.split("/")[-1]}), a.text) for a in self.retrieved)
        evidence = tuple(self.evidence if self.evidence is not None else (f.text for f in found))
        return Trace(self._json(text), found, evidence, self.draft, 0.9 if text else 0.2)

    def _json(self, text: str) -> dict[str, Any]:
        place = {"id": self.cited.id, "title": self.cited.title, "path": self.cited.path, "url": None}
        citation = {"number": 1, "article": place, "start": 0, "end": 30, "quote": self.cited.text[:30], "support": 1.0}
        return {
            "answer": text or "The articles do not say.",
            "short": None,
            "abstained": None if text else "The articles do not say.",
            "sentences": [{"text": text, "citations": [1]}] if text else [],
            "citations": [citation] if text else [],
            "window": {"after": None, "before": None},
            "seconds": {"retrieve": 0.01, "first": 0.1, "total": 0.2},
        }
