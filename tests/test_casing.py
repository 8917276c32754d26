"""Names in a question without capitals. All texts are invented."""

import re

import pytest

from rag.casing import cased

PASSAGES = [
    "Minister Ida Kell met Bo Rann in Lorne. Kell spoke of salt.",
    "The Salt Board sat in Lorne; salt was dear, said Bo Rann. The guild of Lorne and the TGL met there.",
    "Mark Hall left. The mark was low, and Vrolik paid.",
]
ENGLISH = frozenset("salt minister kell lorne mark hall guild board spoke paid who met".split())


def passages_with(word: str, limit: int) -> list[str]:
    return [p for p in PASSAGES if re.search(rf"\b{word}\b", p, re.I)][:limit]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("who is kell?", "who is Kell?"),
        ("kell's post in lorne", "Kell's post in Lorne"),
        ("what did vrolik pay", "what did Vrolik pay"),
        ("was the tgl there", "was the TGL there"),
        ("the price of salt", "the price of salt"),
        ("the mark and the board", "the mark and the board"),
        ("WHO MET IDA KELL IN LORNE?", "who met Ida Kell in Lorne?"),
        ("Who is Kell?", "Who is Kell?"),
        ("who is nobody here", "who is nobody here"),
    ],
)
def test_names_are_written_as_in_the_articles(text: str, written: str) -> None:
    assert cased(text, passages_with, ENGLISH) == written


def test_without_articles_nothing_changes() -> None:
    assert cased("who is kell?", lambda word, limit: [], ENGLISH) == "who is kell?"
