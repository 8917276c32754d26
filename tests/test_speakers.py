from index.sentences import split_sentences
from rag.speakers import speakers


def said(text: str) -> list[str]:
    found = speakers(text)
    return [found[span.start].name if span.start in found else "" for span in split_sentences(text)]


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


def test_whom_a_quotation_speaks_of_does_not_say_it() -> None:
    text = 'The council praised the town. "Mayor Kell says the pier is safe. He also said that it is old." It rained.'
    assert set(said(text)) == {""}


def test_he_in_the_middle_of_a_report_is_of_the_same_sentence() -> None:
    text = "Kell said the pier is old. Ruth Amsel hosted the guild, where she also said that ships leak."
    assert said(text) == ["", ""]


def test_what_is_voiced_or_told_is_no_speaker() -> None:
    text = 'The letter voiced assurance that Lorne is safe. "It is the safest town."'
    assert said(text) == ["", ""]


def test_the_sentence_that_names_the_speaker_is_known() -> None:
    text = 'It rained. Mayor Ida Kell said the pier is old. "We shall build one."'
    (speaker,) = speakers(text).values()
    assert speaker.span.of(text) == "Mayor Ida Kell said the pier is old."


def test_a_word_that_opens_the_sentence_is_no_part_of_the_name() -> None:
    text = 'As Ida Kell says, the pier is old. "It will be mended."'
    assert said(text) == ["", "Ida Kell"]
