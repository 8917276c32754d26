"""Drafts that copy every word and say another thing."""

import pytest

from rag.changes import (
    asked_inside,
    changed_mood,
    cut_name,
    lost_subject,
    other_deed,
    other_form,
    out_of_order,
    repeated,
    torn_subject,
    turned,
)
from rag.words import words


def content(text: str) -> list:  # type: ignore[type-arg]
    return [w for w in words(text) if w.content]


@pytest.mark.parametrize(
    ("sentence", "cited", "word"),
    [
        ("The dialogue was not issued after the dialogue.", "No statement was issued after the dialogue.", "dialogue"),
        ("Kell opened the harbour of Lorne.", "Kell opened the harbour of Lorne.", ""),
        ("The old pier and the new pier are shut.", "The old pier and the new pier are shut.", ""),
        ("Mayor Kell opened it.", "It was opened by Kell.", ""),  # a word that is not there at all is no repetition
    ],
)
def test_a_word_said_again(sentence: str, cited: str, word: str) -> None:
    assert repeated(content(sentence), words(cited)) == word


@pytest.mark.parametrize(
    ("sentence", "cited", "word"),
    [
        ("The team was led by Kell.", "The team will be led by Kell.", "led"),
        ("The team will be led by Kell.", "The team was led by Kell.", "led"),
        ("The state enforces the law.", "The state may enforce the law.", "enforces"),
        ("The team will be led by Kell.", "The team will be led by Kell.", ""),
        ("Kell is to lead the team.", "Kell will lead the team.", ""),  # "to lead" may be either
        ("Kell led the team.", "Kell led the team and will lead the next.", ""),
    ],
)
def test_a_plan_told_as_a_fact_or_a_fact_as_a_plan(sentence: str, cited: str, word: str) -> None:
    assert changed_mood(sentence, cited) == word


@pytest.mark.parametrize(
    ("sentence", "cited", "speaker"),
    [
        ("The Embassy dealt with trade.", "The talks dealt with trade, the Embassy said.", "Embassy"),
        ("The talks dealt with trade, the Embassy said.", "The talks dealt with trade, the Embassy said.", ""),
        ("Kell led the team.", "Mayor Ida Kell, who led the team, said that it rained.", ""),
        ("Kell rained.", "Mayor Ida Kell, who led the team, said that it rained.", "Mayor Ida Kell"),
        ("The talks dealt with trade.", "The talks dealt with trade, the Embassy said.", ""),
        ("Kell met Rowe.", "Kell met Rowe.", ""),
        # "for" says nothing of who speaks.
        ("The Embassy dealt with trade for years.", "The talks dealt with trade, the Embassy said.", "Embassy"),
    ],
)
def test_a_speaker_does_not_do_what_he_speaks_of(sentence: str, cited: str, speaker: str) -> None:
    assert other_deed(sentence, cited, {w.key for w in content(sentence)}).removeprefix("the ") == speaker


def test_parts_put_together_anew_are_out_of_order() -> None:
    cited = words("In the fourth season Elena becomes a vampire and Stefan leaves the town of Lorne in spring.")
    assert out_of_order(content("Stefan leaves spring season Elena becomes town vampire."), cited)
    assert not out_of_order(content("Elena becomes a vampire in the fourth season."), cited)
    assert not out_of_order(content("Elena becomes a vampire and Stefan leaves the town of Lorne."), cited)
    assert not out_of_order(content("Stefan Elena."), cited)


@pytest.mark.parametrize(
    ("sentence", "cited", "word"),
    [
        ("Kell left before the vote.", "Kell left after the vote.", "before"),
        ("Only Kell voted.", "Kell voted.", "Only"),
        ("The report mentions Kell.", "Kell voted on the report.", "mentions"),
        ("Kell says it rained.", "It rained, Kell said.", ""),  # the same word of telling, inflected
        ("Kell left after the vote.", "Kell left after the vote.", ""),
    ],
)
def test_small_words_that_turn_a_meaning_have_to_be_there(sentence: str, cited: str, word: str) -> None:
    assert turned(sentence, words(cited)) == word


@pytest.mark.parametrize(
    ("sentence", "cited", "word"),
    [
        ("The union ended the truce.", "The union took the decision to end the truce.", "ended"),
        ("The pact spanned six decades.", "The pact spans six decades.", "spanned"),
        ("The truce is ending.", "The truce ended.", "ending"),
        ("The union ended the truces.", "The union ended the truce.", ""),  # number is no tense
        ("The union ended the truce.", "The truce that the union ended was short.", ""),
    ],
)
def test_a_word_keeps_its_form_where_that_tells_the_time(sentence: str, cited: str, word: str) -> None:
    assert other_form(content(sentence), words(cited)) == word


@pytest.mark.parametrize(
    ("sentence", "cited", "word"),
    [
        ("The miners top the agenda.", "Strikes by the miners top the agenda.", "miners"),
        ("Lund spoke.", "The wife of Lund spoke.", "Lund"),
        ("Lund led the crew.", "The crew was led by Lund.", ""),  # what it hangs on is told too
        ("Strikes by the miners top the agenda.", "Strikes by the miners top the agenda.", ""),
        ("By Lund the crew was led.", "The crew was led by Lund.", ""),
        ("Lund spoke.", "The wife of Lund left, then Lund spoke.", ""),
    ],
)
def test_what_hangs_on_a_word_left_out_is_no_subject(sentence: str, cited: str, word: str) -> None:
    assert torn_subject(content(sentence), words(cited), sentence, cited) == word


@pytest.mark.parametrize(
    ("sentence", "cited", "word"),
    [
        ("The Seamen Union led the talks.", "Ida Kell, adviser to the Seamen Union, led the talks.", "Union"),
        ("Ida Kell of the Seamen Union led the talks.", "Ida Kell, adviser to the Seamen Union, led the talks.", ""),
        ("Ida Kell led the talks.", "Ida Kell, adviser to the Seamen Union, led the talks.", ""),
        ("Rowe led the talks.", "On Monday, Rowe led the talks.", ""),
    ],
)
def test_an_aside_does_not_do_what_the_subject_does(sentence: str, cited: str, word: str) -> None:
    assert lost_subject(content(sentence), words(cited), cited) == word


@pytest.mark.parametrize(
    ("sentence", "word"),
    [
        ("The Trade Framework and the Energy Dialogue met in May.", "Framework"),
        ("The Trade Framework Council met in Oslo.", ""),
        ("The Energy Dialogue met in May.", ""),
        ("The Trade Framework Council and the Energy Dialogue met.", ""),
    ],
)
def test_a_name_is_not_broken_off(sentence: str, word: str) -> None:
    cited = "The Trade Framework (TF) Council met in Oslo and the Energy Dialogue in May."
    assert cut_name(content(sentence), words(cited), cited) == word


@pytest.mark.parametrize(
    ("sentence", "cited", "word"),
    [
        ("Towns have the most salt.", "The paper told which towns have the most salt.", "which"),
        ("Kell led the team.", "They asked whether Kell led the team.", "whether"),
        ("Whether Kell led the team was asked.", "They asked whether Kell led the team.", ""),
        ("The mayor led the team.", "It was told that the mayor led the team.", ""),
        ("Towns have salt.", "Towns have salt, which towns sell.", ""),
    ],
)
def test_what_is_left_open_is_not_stated(sentence: str, cited: str, word: str) -> None:
    assert asked_inside(content(sentence), sentence, cited, words(cited)) == word
