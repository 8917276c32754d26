"""What a question takes for granted and the articles do not say is asked of them instead."""

import pytest

from rag.premises import asked_instead
from rag.question import understand


@pytest.mark.parametrize(
    ("question", "missing", "other"),
    [
        ("Why was the fish summit held in Dunmore?", "Dunmore", "Where was the fish summit held?"),
        ("Why did Tom Rowe lead the talks?", "Tom Rowe", "Who lead the talks?"),
        ("Why was the mill closed in 1999?", "1999", ""),
        ("What did the mayor say of Dunmore?", "Dunmore", ""),
    ],
)
def test_a_place_asks_where_and_a_person_who(question: str, missing: str, other: str) -> None:
    assert asked_instead(understand(question)[0], [missing]) == other


def test_nothing_missing_asks_nothing() -> None:
    assert asked_instead(understand("Why was the fish summit held in Dunmore?")[0], []) == ""
