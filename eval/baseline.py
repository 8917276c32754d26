"""The system that anyone would write in an afternoon from LangChain's tutorial, with the same two models.

Recursive splitter (1,000 characters, 200 shared), HuggingFaceEmbeddings, the FAISS store of langchain-community, the
top 4 chunks, one prompt. It is the column to beat in every table, and nothing of Colloquy helps it but the reading of
the articles.
"""

import re
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.examples import Example
from eval.libraries import drop_older
from eval.systems import Found, Trace, names_of
from rag.answer import article_json
from rag.records import Article

if TYPE_CHECKING:
    from langchain_core.documents import Document

TOP = 4
CHUNK_CHARACTERS = 1000
SHARED_CHARACTERS = 200
MAX_TOKENS = 96
PROMPT = (
    "Answer the question from the context below, in at most three sentences. If the context does not hold the answer, "
    "say that you do not know.\n\nContext:\n{context}\n\nQuestion: {question}"
)
# How a small model says that it does not know; anything else counts as an answer.
_UNKNOWN = re.compile(
    r"\b(?:I|we) (?:do not|don['’]t|cannot|can['’]t) (?:know|find|answer|determine|say)\b"
    r"|\b(?:context|text|passage|article)s? (?:does not|do not|doesn['’]t|don['’]t) (?:\w+ )?"
    r"(?:hold|say|mention|provide|contain|specify|state|include)"
    r"|\bnot (?:mentioned|provided|specified|stated) in the (?:context|text|passage|article)"
    r"|\b(?:is|am|are) not (?:sure|able to)\b|\bI['’]m (?:sorry|not sure)\b|\bno information\b",
    re.I,
)


class LangChainBaseline:
    """The tutorial's chain over the articles of a library. ``cache`` keeps its FAISS store between runs."""

    name = "LangChain tutorial"

    def __init__(
        self, articles: Sequence[Article], cache: Path | None = None, note: Callable[[str], None] = print
    ) -> None:
        self.settings = {"model": "embedded", "top": TOP, "chunk": CHUNK_CHARACTERS, "max_tokens": MAX_TOKENS}
        self._articles = {a.id: a for a in articles}
        self._names = {a.id: names_of(a) for a in articles}
        self._cache = cache
        self._note = note
        self._embeddings: Any = None
        self._model: Any = None
        self._store: Any = None

    def articles(self) -> Sequence[Article]:
        return list(self._articles.values())

    def answer(self, example: Example) -> Trace:
        started = time.perf_counter()
        asked = " ".join([*example.history, example.question])
        documents = self._given(example).similarity_search(asked, k=TOP)
        retrieved = time.perf_counter() - started
        context = "\n\n".join(d.page_content for d in documents)
        reply, first = "", 0.0
        for piece in self._chat().stream({"context": context, "question": asked}):
            first = first or time.perf_counter() - started
            reply += piece
        total = time.perf_counter() - started
        found = tuple(Found(self._names[d.metadata["article"]], d.page_content) for d in documents)
        answer = self._json(reply.strip(), documents)
        answer["seconds"] = {
            "retrieve": round(retrieved, 3),
            "first": round(first or total, 3),
            "total": round(total, 3),
        }
        return Trace(answer, found, tuple(d.page_content for d in documents), reply, None)

    def _json(self, reply: str, documents: "Sequence[Document]") -> dict[str, Any]:
        """The reply in the JSON form of ``colloquy ask``. The tutorial shows its sources under the answer, so every
        sentence counts as resting on all of them."""
        declined = says_unknown(reply)
        citations = []
        for number, document in enumerate(documents, 1):
            article = self._articles[document.metadata["article"]]
            start = document.metadata["start_index"]
            end = start + len(document.page_content)
            citations.append(
                {"number": number, "article": article_json(article), "start": start, "end": end}
                | {"quote": document.page_content, "support": None}
            )
        numbers = [c["number"] for c in citations]
        sentences = [s for s in re.split(r"(?<=[.!?])\s+", reply) if s]
        return {
            "answer": reply,
            "short": None,
            "abstained": (reply or "no reply") if declined else None,
            "sentences": [] if declined else [{"text": s, "citations": numbers} for s in sentences],
            "citations": [] if declined else citations,
            "window": {"after": None, "before": None},
        }

    # -- the parts of the tutorial ------------------------------------------------------------------------------------

    def _given(self, example: Example) -> Any:
        """The vector store to search: over all articles, or made anew over the few that the example gives."""
        from langchain_community.vectorstores import FAISS

        if example.given:
            given = [a for id, a in self._articles.items() if self._names[id] & example.given]
            return FAISS.from_documents(split(given), self._embed())
        if self._store is None:
            self._store = self._opened()
        return self._store

    def _opened(self) -> Any:
        from langchain_community.vectorstores import FAISS

        if self._cache is not None and (self._cache / "index.faiss").exists():
            # A pickle, but one that this class wrote into the user's own cache folder.
            return FAISS.load_local(str(self._cache), self._embed(), allow_dangerous_deserialization=True)
        documents = split(list(self._articles.values()))
        self._note(f"embedding {len(documents):,} chunks for the LangChain baseline")
        store = FAISS.from_documents(documents, self._embed())
        if self._cache is not None:
            drop_older(self._cache)
            store.save_local(str(self._cache))
        return store

    def _embed(self) -> Any:
        if self._embeddings is None:
            from langchain_community.embeddings import HuggingFaceEmbeddings

            from rag.opening import embedding_folder

            with warnings.catch_warnings():
                # The class has moved to a package that does not fit the pinned huggingface-hub; this one is the same.
                warnings.simplefilter("ignore")
                self._embeddings = HuggingFaceEmbeddings(model_name=str(embedding_folder()))
        return self._embeddings

    def _chat(self) -> Any:
        """Prompt template, chat template of the model, transformers' own generation."""
        if self._model is None:
            import torch
            from langchain_community.llms import HuggingFacePipeline
            from langchain_core.prompts import PromptTemplate
            from transformers import AutoModelForCausalLM, AutoTokenizer, pipeline

            from rag.embedded import converted, quiet_transformers

            folder = converted()
            with quiet_transformers():
                tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
                model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, local_files_only=True)
            # The model's own settings ask for sampling; greedy, as Colloquy decodes, gives the same text at every run.
            greedy = {"do_sample": False, "temperature": None, "top_p": None, "top_k": None}
            # Set here, because streaming passes the pipeline's own arguments by.
            settings: Any = model.generation_config
            settings.update(**greedy, max_length=None, max_new_tokens=MAX_TOKENS)
            made = pipeline("text-generation", model=model, tokenizer=tokenizer, return_full_text=False)
            turn = [{"role": "user", "content": PROMPT}]
            template = str(tokenizer.apply_chat_template(turn, tokenize=False, add_generation_prompt=True))
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self._model = PromptTemplate.from_template(template) | HuggingFacePipeline(pipeline=made)
        return self._model


def says_unknown(reply: str) -> bool:
    """Whether a reply says that the context does not hold the answer, or says nothing."""
    return not reply or bool(_UNKNOWN.search(reply))


def split(articles: Sequence[Article]) -> "list[Document]":
    """The articles in overlapping pieces, each with the id of its article and the offset at which it starts."""
    from langchain_core.documents import Document
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(
        chunk_size=CHUNK_CHARACTERS, chunk_overlap=SHARED_CHARACTERS, add_start_index=True
    )
    documents = [Document(a.text, metadata={"article": a.id}) for a in articles]
    return splitter.split_documents(documents)
