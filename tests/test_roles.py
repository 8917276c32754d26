"""Who led a side, asked by a noun."""

import pytest

from rag.question import understand
from rag.roles import led_by_whom


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("head of the danish team?", "who led the danish delegation?"),
        (
            "the 2014 round vs the 2023 one, denmarks lead each time",
            "the 2014 round vs the 2023 one, who led the denmark delegation each time",
        ),
        ("give me the us lead for all three", "give me who led the US delegation for all three"),
        ("Lorne against Arl: American chairs", "Lorne against Arl: who led the American delegation"),
        ("which Dane ran the talks in Lorne?", "who led the Dane delegation at the talks in Lorne?"),
        ("lorne meeting who was there for denmark", "lorne meeting who led the denmark delegation"),
        ("list the heads of the US delegation", "list who led the US delegation"),
        ("Who was the Danish chief delegate in Lorne?", "who led the Danish delegation in Lorne?"),
        ("who sat there for Denmark?", "who led the Denmark delegation?"),
    ],
)
def test_a_noun_for_who_led_is_asked_as_who_led(text: str, asked: str) -> None:
    assert led_by_whom(text) == asked
    assert understand(text)[0].kind == "who"


@pytest.mark.parametrize(
    "text",
    [
        "Who chaired for Denmark?",
        "what office did denmarks chief delegate hold",  # asks something else
        "Denmark's leader",  # of the country
        "police chief of Lorne",
        "the union leader?",
        "which miner ran the talks?",
        "Did the US lead the talks?",
    ],
)
def test_other_questions_stay(text: str) -> None:
    assert led_by_whom(text) == text
