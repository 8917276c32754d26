import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.words import content_keys, negated, same_name, words


def names(text: str) -> list[str]:
    return [w.text for w in words(text) if w.name]


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("the U.S. side", "the US side"),
        ("the United States", "America"),
        ("they led the talks", "leading talks"),
        ("three soldiers", "3 soldiers"),
        ("it was held", "to hold"),
        ("1,200 officers", "1200 officers"),
        ("Lorne's harbour", "harbour Lorne"),
    ],
)
def test_written_otherwise_means_the_same(a: str, b: str) -> None:
    assert content_keys(a) == content_keys(b)


def test_us_the_country_is_not_us_the_pronoun() -> None:
    assert "usa" in content_keys("What did the US offer?")
    assert "usa" not in content_keys("tell us what they offered")


def test_names_are_capitalised_inside_a_sentence() -> None:
    assert names("Yesterday the mayor Ida Kell met Tom. Snow fell.") == ["Ida", "Kell", "Tom"]
    assert names("Kell spoke. Later Kell left.") == ["Kell", "Kell"]
    assert names("WHO CHAIRED THE TALKS") == []


@pytest.mark.parametrize(("a", "b"), [("afghan", "afghanistan"), ("pakistan", "pakistani"), ("india", "indian")])
def test_a_country_and_its_people(a: str, b: str) -> None:
    assert same_name(a, b)


@pytest.mark.parametrize(
    ("a", "b"), [("austria", "australia"), ("iran", "iraq"), ("aziz", "azim"), ("march", "marble")]
)
def test_different_names_stay_apart(a: str, b: str) -> None:
    assert not same_name(a, b)


def test_negation() -> None:
    assert negated("They didn’t agree") and negated("no deal") and negated("He cannot go")
    assert not negated("They agreed on a note")


@given(st.text(max_size=200))
def test_spans_are_exact_in_any_script(text: str) -> None:
    for word in words(text):
        if word.text not in ("USA", "UK", "UN", "EU"):
            assert word.span.of(text) == word.text
