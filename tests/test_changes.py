"""Drafts that copy every word and say another thing."""

import pytest

from rag.changes import changed_mood, other_deed, out_of_order, repeated
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
