"""What can answer a question of a kind, and what surely asks for something else. All texts are invented."""

import pytest

from index.records import Span
from rag.kinds import asks_another, type_fits
from rag.question import understand
from tests.test_evidence import article

RAID = article(
    "Raid in Lorne",
    "Three soldiers were killed in the north of Pakistan, near Lorne. The Ministry of Trade sent Ida Kell.",
)


@pytest.mark.parametrize(
    ("question", "another"),
    [
        ("How many policemen were killed?", True),
        ("How many of the inmates died?", True),
        ("How many troops were killed?", False),
        ("How many soldiers were killed?", False),
        ("How many people were killed?", False),
        ("How many ships were sunk?", False),
        ("Who is the trade minister?", True),
        ("Which general was killed?", True),
        ("Who is Ida Kell?", False),
        ("Who leads the ministry?", False),
    ],
)
def test_other_groups_and_offices_are_asked_of_something_else(question: str, another: bool) -> None:
    assert asks_another(understand(question)[0], RAID, "Three soldiers were killed in the north.") == another


@pytest.mark.parametrize(
    ("question", "answer", "fits"),
    [
        ("In which town were they killed?", "Pakistan", False),
        ("In which town were they killed?", "the north", False),
        ("In which town were they killed?", "Lorne", True),
        ("Where were they killed?", "Pakistan", True),
    ],
)
def test_a_town_is_no_country_and_no_region(question: str, answer: str, fits: bool) -> None:
    at = RAID.text.index(answer)
    span = Span(at, at + len(answer))
    assert type_fits(understand(question)[0], RAID, span, RAID.text[: RAID.text.index(". ")]) == fits
