"""Colloquy inside LangChain: its retrieval as a retriever, its answers as a runnable."""

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableLambda
from pydantic import ConfigDict

from index.library import Library
from rag.answer import answer_json, article_json
from rag.batch import parse
from rag.pipeline import Colloquy
from rag.question import understand


class LibraryRetriever(BaseRetriever):
    """The passages of a library as LangChain documents: dense and BM25 fused, with the question's period as filter.

    ``metadata`` holds the article as in the JSON form, and ``start`` and ``end`` of the passage in its text.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    library: Library
    limit: int = 4

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        hits = self.library.search(understand(query, limit=self.limit)[0].query)
        return [
            Document(
                page_content=hit.chunk.span.of(hit.article.text),
                id=str(hit.chunk.id),
                metadata={
                    "article": article_json(hit.article),
                    "start": hit.chunk.span.start,
                    "end": hit.chunk.span.end,
                    "score": hit.score,
                },
            )
            for hit in hits
        ]


def answer_runnable(colloquy: Colloquy) -> Runnable[str | dict[str, Any], dict[str, Any]]:
    """A runnable from a question, or a record as in ``ask --batch``, to the JSON form of the answer.

    Invoking it raises QuestionError where the record is of the wrong form.
    """

    def answer(question: str | dict[str, Any]) -> dict[str, Any]:
        record = {"question": question} if isinstance(question, str) else question
        question, history, asked, window = parse(record)
        return answer_json(colloquy.ask(question, history, asked, window=window), record.get("id"))

    return RunnableLambda(answer, name="colloquy")
