from index.sentences import split_sentences
from rag.speakers import speakers


def said(text: str) -> list[str]:
    found = speakers(text)
    return [found.get(span.start, "") for span in split_sentences(text)]


def test_a_quotation_that_goes_on_belongs_to_its_speaker() -> None:
    text = 'Mayor Ida Kell says the pier is old. "We shall build one." "It will be longer," she said. Salt is dear.'
    assert said(text) == ["", "Mayor Ida Kell", "Mayor Ida Kell", ""]


def test_another_speaker_takes_over() -> None:
    text = '"The pier is old," Kell said. "It was never mended." Tom Rowe told the council of ships. He said they leak.'
    assert said(text) == ["", "Kell", "", "Tom Rowe"]


def test_a_quotation_over_two_sentences_is_by_the_one_named_at_its_end() -> None:
    text = "“The pier is old. It will be mended,” Ruth Amsel said."
    assert said(text)[:1] == ["Ruth Amsel"] or len(split_sentences(text)) == 1


def test_nobody_speaks_in_a_plain_report() -> None:
    assert said("The pier was built in 1901. Ships came. Salt was sold.") == ["", "", ""]
