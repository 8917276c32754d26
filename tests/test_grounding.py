import pytest

from index.records import Article, Span
from rag.evidence import Evidence
from rag.grounding import support

FIRST = "Mayor Ida Kell and Captain Tom Rowe opened the harbour of Lorne on 6-7 March 2021."
SECOND = "The crew was led by Ruth Amsel, who advises Minister Paul Orde on shipping."
THIRD = "The drivers did not accept the raise of 12 percent."
FOURTH = "Rowe accused Kell of delay."
TEXT = " ".join((FIRST, SECOND, THIRD, FOURTH))
ARTICLE = Article("a" * 16, "Harbour", TEXT)


def evidence(sentence: str) -> Evidence:
    start = TEXT.index(sentence)
    return Evidence(ARTICLE, Span(start, start + len(sentence)), None, 1.0, 1.0)


ALL = [evidence(s) for s in (FIRST, SECOND, THIRD, FOURTH)]


@pytest.mark.parametrize(
    ("sentence", "carried_by"),
    [
        ("Ida Kell opened the harbour of Lorne.", 0),
        ("The harbour of Lorne was opened by Mayor Ida Kell and Captain Tom Rowe.", 0),
        ("Captain Tom Rowe opened the harbour on 6-7 March 2021.", 0),
        ("The harbour opened on 6 and 7 March 2021.", 0),
        ("Ruth Amsel led the crew.", 1),
        ("The drivers didn't accept a raise of 12 percent.", 2),
        ("Rowe accused Kell.", 3),
        ("Kell was accused of delay by Rowe.", 3),
    ],
)
def test_what_the_words_say_is_carried(sentence: str, carried_by: int) -> None:
    found = support(sentence, ALL)
    assert (found.reason, found.evidence) == ("", (carried_by,))
    assert found.score >= 0.75


@pytest.mark.parametrize(
    ("sentence", "because"),
    [
        ("Ida Kell opened the harbour of Lorne on 8 March 2021.", "number 8"),
        ("Ida Kell opened the harbour of Lorne in 2022.", "number 2022"),
        ("Ida Kell and Greta Moss opened the harbour.", "does not occur"),
        ("The drivers accepted the raise of 12 percent.", "deny"),
        ("Mayor Ida Kell did not open the harbour of Lorne.", "denies"),
        ("Kell accused Rowe of delay.", "swaps"),
        ("The crew was led by Minister Paul Orde.", "joins"),
        ("The harbour will bring jobs, trade and tourists to the poor coast.", "of its words"),
        ('The mayor said "the harbour of hope" opened.', "quotation"),
        ("It is what it is.", "nothing"),
    ],
)
def test_what_the_words_do_not_say_is_not_carried(sentence: str, because: str) -> None:
    found = support(sentence, ALL)
    assert because in found.reason


def test_a_word_of_its_own_is_not_carried() -> None:
    sentence = "Mayor Ida Kell and Captain Tom Rowe opened the splendid harbour of Lorne."
    assert "splendid" in support(sentence, ALL).reason
    assert support(sentence.replace("splendid ", ""), ALL).reason == ""


def test_two_sentences_of_one_article_may_carry_one_together() -> None:
    found = support("Ruth Amsel led the crew, and Captain Tom Rowe opened the harbour of Lorne.", ALL)
    assert (found.reason, found.evidence) == ("", (0, 1))


def test_without_evidence_nothing_is_carried() -> None:
    assert support("Ida Kell opened the harbour.", []).reason


@pytest.mark.parametrize(
    ("sentence", "carried"),
    [
        ("The crew was led by the mayor, Otto Penn.", False),
        ("The crew was led by the adviser to the mayor, Otto Penn.", True),
        ("Otto Penn led the crew.", True),
    ],
)
def test_what_depends_on_a_word_does_not_stand_without_it(sentence: str, carried: bool) -> None:
    text = "The crew of the ship was led by the adviser to the mayor, Otto Penn."
    source = Evidence(Article("c" * 16, "Crew", text), Span(0, len(text)), None, 1.0, 1.0)
    assert (support(sentence, [source]).reason == "") == carried
