"""Tables that a question asks for: which columns, in the words of the articles."""

import pytest

from rag.table_asked import table_columns

SIDES = ("Norway", "United States")
PLACE = ("Place", "Where were the talks held?")
NORWAY = ("Norway", "Who led the Norway delegation?")
STATES = ("United States", "Who led the United States delegation?")


@pytest.mark.parametrize(
    ("asked", "columns"),
    [
        ("make me a table of all the rounds: when, where, who for the US", (PLACE, STATES)),
        ("Give me a table with the venue and who led each side", (PLACE, NORWAY, STATES)),
        ("a table of the talks: place, heads of delegations", (PLACE, NORWAY, STATES)),
        ("Can you put date, place in a table?", (PLACE,)),
        ("table: topics; venue", (("Topics", "What were the topics of the talks?"), PLACE)),
        ("table showing how many came and the venue", (("How many came", "how many came?"), PLACE)),
        ("What did they bring to the table in March and who came?", ()),
        ("Where were the talks held?", ()),
    ],
)
def test_columns(asked: str, columns: tuple[tuple[str, str], ...]) -> None:
    assert table_columns(asked, "talks", SIDES) == columns


def test_there_are_not_endless_columns() -> None:
    asked = "table: " + ", ".join(f"thing {n}" for n in range(100))
    assert len(table_columns(asked, "meeting", ())) == 6


@pytest.mark.parametrize(
    ("asked", "headings"),
    [
        ("Make a table of the three new Lorne bridges with year and length.", ["Length"]),
        (
            "Compare what Norway sent to the talks: its delegation heads in a table, please, one row for each",
            ["Norway"],
        ),
        ("Put where they met in a table", ["Place"]),
        ("a table please", []),
    ],
)
def test_what_it_is_of_and_how_it_is_laid_out_are_no_columns(asked: str, headings: list[str]) -> None:
    assert [heading for heading, _ in table_columns(asked, "talks", SIDES)] == headings
