"""Questions for the day of publication of an article, which is found by what it is about."""

from pathlib import Path

import pytest

from index.library import Library
from rag.pipeline import Colloquy
from rag.published import published_subject
from rag.question import Turn
from tests.fakes import BagEmbedder, ScriptedModel


@pytest.fixture
def colloquy(tmp_path: Path) -> Colloquy:
    folder = tmp_path / "articles"
    folder.mkdir()
    front = "---\ntitle: Lorne harbour reopens\npublished: 2021-05-03\n---\n"
    (folder / "harbour.md").write_text(f"{front}The harbour of Lorne reopened. Mayor Ida Kell cut the ribbon.\n")
    (folder / "strike.md").write_text("---\ntitle: Bus strike\n---\nThe bus strike in Dunmore ended. Drivers won.\n")
    library = Library(tmp_path / "library", BagEmbedder(), create=True)
    library.add([folder])
    return Colloquy(library, ScriptedModel("Nothing of the kind zzz."), threshold=0.35)


@pytest.mark.parametrize(
    ("asked", "subject"),
    [
        ("When was the article about the harbour published?", "the harbour"),
        ("publication date of the story on Ida Kell", "Ida Kell"),
        ("On what day did the news item about Lorne come out?", "Lorne"),
        ("How old is the article that says the harbour reopened?", "the harbour reopened"),
        ("When was this article published?", ""),
        ("When was the UN report published?", None),
        ("When did the harbour reopen?", None),
        ("Who wrote the article about the harbour?", None),
    ],
)
def test_what_the_article_is_about(asked: str, subject: str | None) -> None:
    assert published_subject(asked) == subject


def test_its_day_is_told_with_words_of_the_article(colloquy: Colloquy) -> None:
    answer = colloquy.ask("When was the article about the harbour of Lorne published?")
    assert answer.short == "3 May 2021"
    assert answer.remark.startswith("“Lorne harbour reopens” was published on 3 May 2021 (")
    assert answer.citations[0].article.title == "Lorne harbour reopens"


def test_of_the_last_answer(colloquy: Colloquy) -> None:
    answer = colloquy.ask("When was this article published?", [Turn("Who cut the ribbon of the harbour?")])
    assert answer.short == "3 May 2021"


@pytest.mark.parametrize(
    "asked",
    [
        "When was the article about the bus strike published?",
        "When was the article about a volcano published?",
        "When was this article published?",
    ],
)
def test_an_unknown_day_or_article_is_not_told(colloquy: Colloquy, asked: str) -> None:
    assert not colloquy.ask(asked).remark.startswith("“")
