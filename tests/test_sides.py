"""Which country a person stands for, and who did it of the side asked about. All texts are invented."""

import pytest

from index.records import Span
from rag.agents import agent_of, asks_side, of_others
from rag.countries import country_of
from rag.persons import persons
from rag.question import understand
from rag.sides import countries_of, stands_for

HOSTED = (
    "This week Norwegian Secretary of State Per Lund hosted a Danish delegation, led by the mayor's adviser, Ida Kell."
)
TWO = "Ambassador Ida Kell and Ambassador Eva Moe, Norwegian Coordinator for Fishing, co-chaired the talks."
ABOUT = f"Norway and Denmark talked about herring. {TWO}"


def told(question: str, text: str, sentence: str) -> tuple[str, bool]:
    start = text.index(sentence)
    found = agent_of(understand(question)[0], text, Span(start, start + len(sentence)))
    return (found.person.of(text), found.sure) if found else ("", False)


def test_the_words_for_one_country_are_no_others() -> None:
    assert {"pakistan", "islamabad"} <= country_of("pakistan") and "peru" not in country_of("pakistan")
    assert country_of("norwegian") == country_of("norway") == country_of("oslo")
    assert "slovakia" not in country_of("singapor") and country_of("singapor")
    assert country_of("herring") == frozenset() and country_of("polic") == frozenset()


@pytest.mark.parametrize(
    ("text", "name", "country"),
    [
        (HOSTED, "Per Lund", "norway"),
        (HOSTED, "Ida Kell", "denmark"),
        (TWO, "Eva Moe", "norway"),
        (TWO, "Ida Kell", ""),
        ("Denmark's prime minister received Per Lund.", "Per Lund", ""),
        ("He was in Denmark. President Ida Kell spoke.", "Ida Kell", ""),
        ("Per Lund will lead the Danish side.", "Per Lund", "denmark"),
        ("The Danish Foreign Minister Ida Kell came. Later Kell left.", "Kell", "denmark"),
    ],
)
def test_a_person_stands_for_the_country_of_the_office(text: str, name: str, country: str) -> None:
    person = next(p for p in reversed(persons(text)) if p.of(text) == name)
    found = countries_of(text, person)
    assert (country in found and found == country_of(country)) if country else not found


def test_whom_nothing_tells_of_is_of_no_side_for_sure() -> None:
    person = persons(TWO)[0]
    assert stands_for(TWO, person, {"denmark"}) is None and stands_for(TWO, person, {"herring"}) is None
    assert stands_for(TWO, persons(TWO)[1], {"denmark"}) is False


@pytest.mark.parametrize(
    ("question", "text", "sentence", "expected"),
    [
        # Who receives the other side leads the own.
        ("Who headed the Norwegian side?", HOSTED, HOSTED, ("Per Lund", True)),
        ("Who led for Norway?", HOSTED, HOSTED, ("Per Lund", True)),
        ("Who spoke for Oslo?", HOSTED, HOSTED, ("Per Lund", True)),
        ("Who led the talks for the Danish side?", HOSTED, HOSTED, ("Ida Kell", True)),
        ("which Norwegian led the talks?", HOSTED, HOSTED, ("Per Lund", True)),
        # Of two, one of whom stands for another country, it is the other.
        ("Who led the Danish delegation?", ABOUT, TWO, ("Ida Kell", True)),
        ("Who led the Swedish delegation?", ABOUT, TWO, ("Ida Kell", False)),
        ("Who was Lund's opposite number?", HOSTED, HOSTED, ("Ida Kell", True)),
        ("Who sat across from Ida Kell?", HOSTED, HOSTED, ("Per Lund", True)),
        ("Who sat across from Tom Rowe?", HOSTED, HOSTED, ("", False)),
        ("Who sat across from Ida Kell?", ABOUT, "Norway and Denmark talked about herring.", ("", False)),
    ],
)
def test_who_did_it_is_of_the_side_asked_about(
    question: str, text: str, sentence: str, expected: tuple[str, bool]
) -> None:
    assert told(question, text, sentence) == expected


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Who headed the Norwegian side?", ["Ida Kell"]),
        ("Who came for Denmark?", ["Per Lund"]),
        ("Who hosted the Danish delegation?", []),
        ("Who came?", []),
    ],
)
def test_those_of_another_side_are_no_answer(question: str, names: list[str]) -> None:
    found = of_others(understand(question)[0], HOSTED, Span(0, len(HOSTED)))
    assert [p.of(HOSTED) for p in found] == names


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("Name the people who led Denmark's side.", True),
        ("Who spoke for Oslo?", True),
        ("Who led the Danes?", True),
        ("Who led the miners' side?", False),
        ("Who ate the herring for Denmark?", False),
        ("What did the Danish side want?", False),
    ],
)
def test_a_question_for_who_led_a_country(question: str, asks: bool) -> None:
    assert asks_side(understand(question)[0]) == asks


def test_who_leads_others_of_a_country_does_not_stand_for_it() -> None:
    text = "The Danish miners met Danish minister Ida Kell, who was leading the talks."
    found = told("Who is the leader of the Danish miners?", text, text)
    assert not found[1]
