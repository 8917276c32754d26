"""Names of persons, who did it, and what somebody is: by the form of the sentence. All texts are invented."""

import pytest

from index.records import Span
from rag.agents import agent_of
from rag.offices import office_of, person_defined
from rag.persons import may_be_person, persons
from rag.question import understand


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Foreign Minister Ida Kell met Tom van Rowe in Lorne.", ["Ida Kell", "Tom van Rowe"]),
        ("The Lorne Trade Council and the New Lorne Herald met in Port Ossa.", []),
        ("Ida Kell spoke. Later Kell left; Rowe did not.", ["Ida Kell", "Kell"]),
        ("President Rowe and the Danish team left.", ["Rowe"]),
        ("Counterterrorism Ida Kell led counterterrorism.", ["Ida Kell"]),
        ("Ida Kell's brother J. Rowe came.", ["Ida Kell", "J. Rowe"]),
        ("U.S. ministers met U.S. Secretary of State Ida Kell.", ["Ida Kell"]),
        ("Additional Secretary for the Union and Economic Affairs Ida Kell spoke.", ["Ida Kell"]),
        ("nobody came", []),
        ("", []),
    ],
)
def test_persons_are_told_from_bodies_and_places(text: str, names: list[str]) -> None:
    assert [span.of(text) for span in persons(text)] == names


def test_a_span_has_a_person_where_a_name_stands_in_part_of_it() -> None:
    text = "In Lorne, Ida Kell spoke."
    assert may_be_person(text, Span(3, 14)) and not may_be_person(text, Span(0, 8))


def test_a_single_name_may_be_a_person_where_it_is_no_place() -> None:
    text = "Moses led them from Lorne, and the Danish came."
    assert may_be_person(text, Span(0, 5))
    assert not may_be_person(text, Span(20, 25)) and not may_be_person(text, Span(35, 41))
    assert not may_be_person("The line north of Lorne is shut.", Span(18, 23))


BOTH = (
    "Ida Kell, Additional Secretary, will lead the Danish delegation and the Norwegian delegation will be headed by "
    "Coordinator Per Lund."
)
CHAIRS = "The talks were chaired by the Danish Coordinator, Per Lund, and Norway's Secretary for Trade, Ida Kell."
SUBJECTS = (
    "Ambassador Ida Kell, Secretary for the Union, and Ambassador Eva Moe, Danish Coordinator, co-chaired the talks."
)
HOSTED = "This week Secretary of State Per Lund hosted a Danish delegation, led by the adviser to the mayor, Ida Kell."


@pytest.mark.parametrize(
    ("question", "sentence", "person", "sure"),
    [
        ("Who led the Danish delegation?", BOTH, "Ida Kell", True),
        ("Who headed the Norwegian side?", BOTH, "Per Lund", True),
        ("who chaired the talks for Denmark", CHAIRS, "Per Lund", True),
        ("Who chaired the talks for Norway?", CHAIRS, "Ida Kell", True),
        ("Who was the Danish co-chair?", SUBJECTS, "Eva Moe", True),
        ("Who led the Danish delegation?", HOSTED, "Ida Kell", True),
        ("Who hosted the Danish delegation?", HOSTED, "Per Lund", True),
        ("Who chaired the talks?", SUBJECTS, "Ida Kell", False),
        ("Who led the delegation to Denmark?", "Per Lund would lead a team to Denmark.", "Per Lund", False),
        ("Who led Ida Kell's delegation?", "Ida Kell led it.", "", False),  # whom the question names is no answer
        ("Who built the pier?", BOTH, "", False),
    ],
)
def test_who_did_it_is_the_one_of_the_side_asked_about(question: str, sentence: str, person: str, sure: bool) -> None:
    found = agent_of(understand(question)[0], f"Before. {sentence}", Span(8, 8 + len(sentence)))
    told = found.person.of(f"Before. {sentence}") if found else ""
    assert (told, found.sure if found else False) == (person, sure)


@pytest.mark.parametrize(
    ("sentence", "office"),
    [
        ("Former Danish High Commissioner Ida Kell says so.", "Former Danish High Commissioner"),
        ("U.S. Secretary of State Per Lund and foreign affairs adviser Ida Kell came.", "foreign affairs adviser"),
        ("It was led by national security adviser to the mayor, Ida Kell.", "national security adviser to the mayor"),
        ("Ida Kell, Coordinator for Trade at the Union, chaired it.", "Coordinator for Trade at the Union"),
        ("Mayor Per Lund met Ida Kell.", ""),
        ("Per Lund, the mayor, spoke.", ""),
    ],
)
def test_what_somebody_is_stands_before_the_name_or_behind_it(sentence: str, office: str) -> None:
    found = office_of("Ida Kell", sentence, Span(0, len(sentence)))
    assert (found.of(sentence) if found else "") == office


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Who is Ida Kell?", "Ida Kell"),
        ("who is ida kell", "ida kell"),
        ("What is Ida Kell's title?", "Ida Kell"),
        ("What office did Ida Kell hold when she came?", "Ida Kell"),
        ("Who led the talks?", ""),
        ("Who is the person who led the long talks in Lorne?", ""),
        ("What office is next?", ""),
    ],
)
def test_questions_about_what_somebody_is(question: str, name: str) -> None:
    assert person_defined(understand(question)[0]) == name
