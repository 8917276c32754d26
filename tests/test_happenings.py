"""Several events kept apart: their dates in words, their order, and which of them a question fits."""

from dataclasses import replace
from datetime import date

import pytest

from index.records import Article, Span, Window, article_id
from index.sentences import split_sentences
from rag.evidence import Evidence
from rag.happenings import (
    EVENT_MARGIN,
    EVENT_THRESHOLD,
    OTHER_MARGIN,
    Happening,
    fitting,
    happenings,
    newest_first,
)
from rag.question import understand
from rag.stories import Stories

THRESHOLD = 0.5


def article(
    text: str, published: date | None = None, event: str = "", within: Window | None = None, title: str = ""
) -> Article:
    source = "inferred" if within else ""
    return Article(article_id(f"{title}{event}", text), title, text, published, source, "", "", "", event, within)


def evidence(of: Article, short: str = "", score: float = 1.0, answerable: float = 0.9, **values: object) -> Evidence:
    """The first sentence, with the answer that the judge found in it."""
    span = split_sentences(of.text)[0]
    at = of.text.find(short)
    found = Span(at, at + len(short)) if short else None
    return Evidence(of, span, found, score, answerable, **values)  # type: ignore[arg-type]


def found(*items: Evidence) -> list[Happening]:
    return happenings(items, Stories([e.article for e in items]))


def label(of: Article) -> str:
    return found(evidence(of))[0].label


# -- the date in words ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("of", "words"),
    [
        (article("The talks were held on 6-7 March 2021."), "6–7 March 2021"),
        (article("In March 2021 the talks were held."), "March 2021"),
        (article("In 2014 the talks were held."), "2014"),
        (article("The talks were held.", date(2014, 5, 1)), "1 May 2014"),
        (article("The talks were held.", event="Lorne talks, 6-7 March 2021"), "6–7 March 2021"),
        (article("Since the talks in March 2021 Ida Kell rests."), "after March 2021"),
        (article("Since the talks in 2021 Ida Kell rests."), "after 2021"),
        (article("Since the talks of 6 March 2021 Ida Kell rests."), "after 6 March 2021"),
        (article("Ida Kell rests.", within=Window(date(2014, 1, 1), date(2015, 1, 1))), "2014 (inferred)"),
        (article("Ida Kell rests."), ""),
    ],
)
def test_the_label(of: Article, words: str) -> None:
    assert label(of) == words


def test_a_date_that_the_source_or_the_text_gives_is_not_inferred() -> None:
    within = Window(date(2021, 1, 1), date(2022, 1, 1))
    assert label(article("Ida Kell rests.", event="Lorne, March 2021", within=within)) == "March 2021"
    assert label(article("Ida Kell rests since she met Tom Rowe on 6 March 2021.", within=within)) == "2021"
    assert label(article("On 6 March 2021 Ida Kell met Tom Rowe.", within=within)) == "6 March 2021"


def test_an_open_period_is_marked_as_inferred_too() -> None:
    assert label(article("Ida Kell rests.", within=Window(None, date(2015, 1, 1)))) == "before 2015 (inferred)"


def test_the_words_that_tell_the_date_are_kept_with_it() -> None:
    of = article("The talks were held on 6-7 March 2021.")
    (event,) = found(evidence(of))
    assert event.told and event.told.words and event.told.words.of(of.text) == "6-7 March 2021"
    assert event.is_dated and event.article is of


# -- grouping -------------------------------------------------------------------------------------------------------

SPRING = article("Ida Kell met Tom Rowe on 6 March 2021 in Lorne.")
PAPER = article("In Lorne Tom Rowe and Ida Kell spoke of salt.", date(2021, 3, 9))
AUTUMN = article("Ida Kell met Tom Rowe on 4 October 2023 in Dunmore.")
NOWHERE = article("Greta Moss met Otto Penn.")


def test_articles_of_one_event_share_a_happening_best_first() -> None:
    items = [evidence(AUTUMN, score=1.2), evidence(PAPER, score=1.1), evidence(SPRING)]
    assert [[e.article for e in h.evidence] for h in found(*items)] == [[AUTUMN], [PAPER, SPRING]]


def test_the_narrowest_date_of_its_articles_is_that_of_the_event() -> None:
    year = article("In 2021 Ida Kell met Tom Rowe in Lorne.")
    (event,) = found(evidence(year, score=1.2), evidence(SPRING))
    assert event.label == "6 March 2021"


def test_the_best_evidence_gives_the_date_where_its_own_is_a_day() -> None:
    (event,) = found(evidence(PAPER, score=1.2), evidence(SPRING))
    assert event.label == "9 March 2021"


def test_the_newest_comes_first_and_the_undated_last() -> None:
    events = found(evidence(NOWHERE), evidence(SPRING), evidence(AUTUMN))
    assert [h.article for h in newest_first(events)] == [AUTUMN, SPRING, NOWHERE]


# -- which events a question fits -----------------------------------------------------------------------------------

WHO = "Who met Tom Rowe?"


def fits(question: str, *items: Evidence) -> list[Article]:
    return [h.article for h in fitting(understand(question)[0], found(*items), THRESHOLD)]


def kell(of: Article, **values: object) -> Evidence:
    return evidence(of, "Ida Kell", **values)  # type: ignore[arg-type]


def test_no_events_fit_nothing() -> None:
    assert fits(WHO) == []


def test_each_event_that_answers_as_well_is_kept() -> None:
    assert fits(WHO, kell(AUTUMN), kell(SPRING, score=0.9)) == [AUTUMN, SPRING]


@pytest.mark.parametrize(("question", "margin"), [(WHO, EVENT_MARGIN), ("What did Tom Rowe say?", OTHER_MARGIN)])
def test_another_event_may_score_a_margin_below_the_best(question: str, margin: float) -> None:
    assert fits(question, kell(AUTUMN), kell(SPRING, score=1.01 - margin)) == [AUTUMN, SPRING]
    assert fits(question, kell(AUTUMN), kell(SPRING, score=0.99 - margin)) == [AUTUMN]


def test_another_event_must_be_nearly_as_sure() -> None:
    least = THRESHOLD * EVENT_THRESHOLD
    assert fits(WHO, kell(AUTUMN), kell(SPRING, answerable=least + 0.01)) == [AUTUMN, SPRING]
    assert fits(WHO, kell(AUTUMN), kell(SPRING, answerable=least - 0.01)) == [AUTUMN]


def test_where_a_name_is_asked_each_event_has_one() -> None:
    assert fits(WHO, kell(AUTUMN), evidence(SPRING)) == [AUTUMN]
    assert fits("Why did Ida Kell meet Tom Rowe?", kell(AUTUMN), evidence(SPRING)) == [AUTUMN, SPRING]


def test_what_the_form_tells_is_not_beside_what_the_reader_guesses() -> None:
    assert fits(WHO, kell(AUTUMN, told=True), kell(SPRING)) == [AUTUMN]
    assert fits(WHO, kell(AUTUMN, told=True), kell(SPRING, told=True, score=0.3, answerable=0.15)) == [AUTUMN, SPRING]


def test_an_event_further_from_the_names_asked_for_stays_out() -> None:
    assert fits(WHO, kell(AUTUMN), kell(SPRING, far=0.5)) == [AUTUMN]


def test_an_event_outside_the_period_stays_out() -> None:
    assert fits(WHO, kell(AUTUMN, period=1.0), kell(SPRING, period=-0.5)) == [AUTUMN]


@pytest.mark.parametrize(
    ("question", "kept"),
    [
        ("Who met Tom Rowe?", [SPRING, AUTUMN]),
        ("Who met Tom Rowe in Lorne?", [SPRING]),
        ("Who met Tom Rowe at Lorne?", [SPRING]),
    ],
)
def test_a_place_that_the_question_names_keeps_the_event_of_another_out(question: str, kept: list[Article]) -> None:
    # The other article names the place too, but not as that of what it tells.
    other = article("Ida Kell met Tom Rowe on 4 October 2023 in Dunmore. Lorne was silent.")
    asked = fits(question, kell(SPRING), kell(other, score=0.9))
    assert asked == [other if a is AUTUMN else a for a in kept]


def test_a_dateline_is_a_place() -> None:
    other = article("LORNE: Ida Kell met Tom Rowe on 4 October 2023.")
    assert fits("Who met Tom Rowe in Lorne?", kell(SPRING), kell(other)) == [SPRING, other]


def test_two_places_name_an_event_each() -> None:
    asked = "Who met Tom Rowe in Lorne and in Dunmore?"
    lorne = article("Ida Kell, back from Dunmore, met Tom Rowe on 6 March 2021 in Lorne.")
    dunmore = article("Ida Kell, late of Lorne, met Tom Rowe on 4 October 2023 in Dunmore.")
    assert fits(asked, kell(lorne), kell(dunmore)) == [lorne, dunmore]


def test_an_event_whose_articles_lack_a_name_of_the_question_stays_out() -> None:
    other = article("Ida Kell met Greta Moss on 4 October 2023 in Lorne.")
    assert fits("Who met Tom Rowe in Lorne?", kell(SPRING), kell(other)) == [SPRING]


def test_an_event_whose_articles_lack_most_of_the_words_stays_out() -> None:
    asked = "Who bought the old ferry, two barges and the lighthouse of Lorne?"
    bought = article("Ida Kell bought the old ferry, two barges and the lighthouse of Lorne on 6 March 2021.")
    other = article("Ida Kell bought a sheep in Lorne on 4 October 2023.")
    assert fits(asked, kell(bought), kell(other)) == [bought]


@pytest.mark.parametrize(
    ("question", "score", "sure", "shown"),
    [
        ("Who bought the old ferry, two barges and the lighthouse?", 0.3, 0.5, True),
        ("Who bought the old ferry, two barges and the lighthouse?", 0.1, 0.5, False),
        ("Who bought the old ferry, two barges and the lighthouse?", 0.3, 0.4, False),
        ("When was the old ferry bought, and two barges?", 0.6, 0.75, True),
        ("When was the old ferry bought, and two barges?", 0.3, 0.75, False),
        ("When was the old ferry bought, and two barges?", 0.6, 0.65, False),
    ],
)
def test_an_event_of_the_same_series_needs_no_more_than_a_sure_sentence(
    question: str, score: float, sure: float, shown: bool
) -> None:
    bought = article("Ida Kell bought the old ferry, two barges and the lighthouse on 6 March 2021.")
    other = article("Ida Kell bought a sheep on 4 October 2023.")
    events = found(kell(bought), kell(other, score=score, answerable=sure))
    kept = [h.article for h in fitting(understand(question)[0], events, THRESHOLD, {other.id})]
    assert kept == ([bought, other] if shown else [bought])
    assert fitting(understand(question)[0], events, THRESHOLD) == events[:1]


def test_the_best_stays_though_it_lacks_a_name() -> None:
    assert fits("Who met Zora Quist?", kell(SPRING)) == [SPRING]


def test_the_sentence_that_fits_leads_its_event() -> None:
    weak = evidence(SPRING, score=0.95)
    text = SPRING.text
    strong = Evidence(SPRING, Span(0, len(text)), Span(0, 8), 0.9, 0.9)
    (_, second) = fitting(understand(WHO)[0], found(kell(AUTUMN), weak, strong), THRESHOLD)
    assert second.evidence[:2] == (strong, weak)


def test_where_is_told_by_the_opening_of_the_news() -> None:
    text = "The talks were held in Lorne. The talks went on in the Guild Hall."
    of = article(text, date(2021, 3, 9))
    first, later = (
        Evidence(of, s, Span(text.index(p), text.index(p) + len(p)), score, 0.9, told=True)
        for s, p, score in zip(split_sentences(text), ("Lorne", "Guild Hall"), (0.9, 1.0), strict=True)
    )
    (event,) = fitting(understand("Where were the talks held?")[0], found(later, first), THRESHOLD)
    assert event.evidence == (first, later)


def test_who_surely_did_it_elsewhere_needs_no_other_words_of_the_question() -> None:
    sure = kell(SPRING, told=True, sure=True, score=2.0)
    bare = article("Greta Moss co-chaired it on 5 May 2019.")
    other = evidence(bare, "Greta Moss", told=True, sure=True, score=0.7)
    assert fits("Who led the salt talks for the guild?", sure, other) == [SPRING, bare]
    assert fits("Who led the salt talks for the guild?", sure, replace(other, sure=False)) == [SPRING]


def test_an_event_of_no_known_place_stays_beside_one_in_the_place_asked_about() -> None:
    here = article("At the talks of 5 May 2019 in Lorne Greta Moss met Tom Rowe.")
    spoken = article("Otto Penn met Tom Rowe on 4 October 2023. Lorne was cold.")
    question = "Who met Tom Rowe in Lorne?"
    best = evidence(here, "Greta Moss")
    assert fits(question, best, evidence(spoken, "Otto Penn")) == [here, spoken]
    assert fits(question, best, evidence(AUTUMN, "Ida Kell")) == [here]
