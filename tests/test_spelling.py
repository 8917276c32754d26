from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.library import Library
from rag.spelling import corrected
from tests.fakes import BagEmbedder

ARTICLES = {"elizabeth": 1, "amsel": 2, "instability": 1, "harbour": 3, "harbours": 1, "winding": 1, "aziz": 2}
ENGLISH = {
    w: n
    for n, w in enumerate(
        [
            "what",
            "about",
            "abbot",
            "winning",
            "karachi",
            "elisabeth",
            "harper",
            "collect",
            "survived",
            "maximum",
            "azid",
        ]
    )
}


def like(beginning: str, shortest: int, longest: int) -> dict[str, int]:
    return {w: n for w, n in ARTICLES.items() if w.startswith(beginning) and shortest <= len(w) <= longest}


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("who is elizabth amsl?", "who is elizabeth amsel?"),
        ("What about the Habrour's instabilty", "What about the Harbour's instability"),
        ("AZIS", "AZIZ"),
        ("who is Azeez?", "who is Aziz?"),
        ("wat abuot karahci", "wat about karachi"),
        ("form aobut", "form about"),
        ("harbors", "harbours"),
        ("Who is Elisabeth?", "Who is Elizabeth?"),
        ("colect elisabth", "collect elizabeth"),
        ("surcived the maximun", "survived the maximum"),
        ("How manny? How mutch?", "How many? How much?"),
        ('Is “habrour” or "amsl" a habrour?', 'Is “habrour” or "amsl" a harbour?'),
    ],
)
def test_misspelt(text: str, right: str) -> None:
    assert corrected(text, like, ENGLISH) == right


@pytest.mark.parametrize(
    "text",
    [
        "winning in Karachi",
        "harper",
        "Qzrtv wxyz",
        "",
        "who? 2014",
        "amselik",
        "Elizabeth",
        "Karahci",
        "whta",
        "harpers",
        "abbotless",
        "winninger",
    ],
)
def test_left_alone(text: str) -> None:
    assert corrected(text, like, ENGLISH) == text


def test_a_known_word_behind_the_first_name_with_which_the_articles_have_another() -> None:
    def told(two: str) -> bool:
        return two.lower() == "ida aziz"

    assert corrected("What did Ida Azid say?", like, ENGLISH, told) == "What did Ida Aziz say?"
    assert corrected("What did Ida Azizz say?", like, ENGLISH, told) == "What did Ida Aziz say?"
    assert corrected("What did Ola Azid say?", like, ENGLISH, told) == "What did Ola Azid say?"
    assert corrected("ida azid, Ida, Azid", like, ENGLISH, told) == "ida azid, Ida, Azid"


@given(st.text(max_size=120))
def test_only_words_change(text: str) -> None:
    fixed = corrected(text, like, ENGLISH)
    assert len(fixed) - len(text) <= 2 * len(text)
    assert [c for c in fixed if not c.isalpha()] == [c for c in text if not c.isalpha()]


def test_the_words_come_from_the_articles_and_go_with_them(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Harbour\n\nMayor Ida Kell cut the ribbon.")
    (tmp_path / "b.txt").write_text("Ribbon\n\nThe ribbon was green.")
    library = Library(tmp_path / "library", BagEmbedder(), create=True)
    library.add([tmp_path / "a.txt", tmp_path / "b.txt"])
    assert library.words_like("r", 5, 7) == {"ribbon": 2}
    library.remove(next(a.id for a in library.articles() if a.title.startswith("Harbour")))
    assert library.words_like("r", 5, 7) == {"ribbon": 1} and library.words_like("m", 3, 9) == {}
