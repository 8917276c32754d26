from pathlib import Path

import pytest

from index.errors import QuestionError
from index.library import Library
from rag.chains import LibraryRetriever, answer_runnable
from rag.pipeline import Colloquy
from tests.fakes import BagEmbedder, ScriptedModel


@pytest.fixture
def library(tmp_path: Path) -> Library:
    (tmp_path / "harbour.txt").write_text(
        "Harbour reopens\n\nThe harbour of Lorne reopened on Monday. Mayor Ida Kell cut the ribbon."
    )
    opened = Library(tmp_path / "library", BagEmbedder(), create=True)
    opened.add([tmp_path / "harbour.txt"])
    return opened


def test_the_retriever_gives_documents_with_exact_places(library: Library) -> None:
    (document,) = LibraryRetriever(library=library, limit=3).invoke("who cut the ribbon at the harbour?")
    article = library.article(document.metadata["article"]["id"])
    assert article is not None
    assert article.text[document.metadata["start"] : document.metadata["end"]] == document.page_content


def test_the_runnable_answers_in_the_json_form_and_composes(library: Library) -> None:
    colloquy = Colloquy(library, ScriptedModel("Mayor Ida Kell cut the ribbon."), threshold=0.2)
    chain = answer_runnable(colloquy) | (lambda answer: answer["answer"])
    assert chain.invoke("Who cut the ribbon at the harbour?") == "“Mayor Ida Kell cut the ribbon.” [1]"
    assert answer_runnable(colloquy).invoke({"id": 7, "question": "Who cut the ribbon?"})["id"] == 7


def test_the_runnable_names_the_wrong_field(library: Library) -> None:
    with pytest.raises(QuestionError, match="'question' is missing"):
        answer_runnable(Colloquy(library, ScriptedModel("x"))).invoke({"id": 1})
