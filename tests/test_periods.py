from datetime import date

import pytest

from index.records import Article, Span, article_id
from rag.periods import Periods, contradicts
from rag.question import understand
from rag.stories import Stories


def article(text: str, published: date | None = None) -> Article:
    return Article(article_id("", text), "", text, published)


OLD = article("The talks of 2014 dealt with trade.")
MIDDLE = article("The talks were held on 6-7 March 2021 in Lorne.")
LATER = article("They trained 300 officers since the last talks in March 2021.")
DATED = article("The talks dealt with fish.", date(2018, 5, 1))
NONE = article("The talks dealt with salt.")
ALL = {a.id: a for a in (OLD, MIDDLE, LATER, DATED, NONE)}


@pytest.mark.parametrize(
    ("question", "best"),
    [
        ("Who led the talks in March 2021?", MIDDLE),
        ("Who led the talks of 2014?", OLD),
        ("Who led the talks in May 2018?", DATED),
        ("Who led the talks after March 2021?", LATER),
        ("Who led the latest talks?", LATER),
        ("Who led the earliest talks?", OLD),
    ],
)
def test_the_article_of_the_period_fits_best(question: str, best: Article) -> None:
    articles = {id: a for id, a in ALL.items() if not (a is NONE and "earliest" in question)}
    found = list(articles.values())
    periods = Periods(understand(question)[0], found, Stories(found))
    fits = {a.id: periods.of(a, Span(0, len(a.text))) for a in found}
    assert max(fits, key=lambda id: fits[id]) == best.id
    assert all(-1 <= f <= 1 for f in fits.values())


def test_a_question_without_a_date_prefers_none() -> None:
    found = list(ALL.values())
    periods = Periods(understand("Who led the talks?")[0], found, Stories(found))
    assert {periods.of(a, Span(0, len(a.text))) for a in found} == {0.0}


def test_the_other_side_of_a_date_contradicts() -> None:
    (question,) = understand("How many officers did they train before March 2021?")
    assert contradicts(question, LATER.text)
    assert not contradicts(question, "They trained 20 officers until March 2021.")
    assert not contradicts(understand("How many officers since March 2021?")[0], LATER.text)
