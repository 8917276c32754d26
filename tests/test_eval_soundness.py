"""Citations checked against the articles. All texts are invented."""

from typing import Any

from eval.soundness import Soundness, soundness

TEXT = "Mayor Ida Kell opened the pier in May. The miners came."


def record(text: str, start: int, end: int, quote: str = "") -> dict[str, Any]:
    citation = {
        "number": 1,
        "article": {"id": "a", "title": "Pier"},
        "start": start,
        "end": end,
        "quote": quote or TEXT[start:end],
        "support": 1.0,
    }
    return {"answer": {"sentences": [{"text": text, "citations": [1]}], "citations": [citation]}}


def test_quotations_own_words_and_what_is_wrong_with_either_are_counted() -> None:
    records = [
        record(f"“{TEXT[:38]}”", 0, 38),
        record("Ida Kell opened the pier.", 0, 38),
        record("Tom Rowe opened the pier.", 0, 38),
        record("“The miners came.”", 3, 19, "The miners came."),
        {"answer": {"sentences": [], "citations": []}},
        {"id": "x", "error": "no answer"},
    ]
    assert soundness(records, {"a": TEXT}) == Soundness(answered=4, own=2, citations=4, misplaced=1, unsupported=1)


def test_citations_of_a_table_are_checked_too() -> None:
    table = record("“The miners came.”", 3, 19, "The miners came.")
    table["answer"] |= {"sentences": [], "table": {"columns": ["who"], "rows": []}}
    found = soundness([table], {"a": TEXT})
    assert found == Soundness(answered=1, own=0, citations=1, misplaced=1, unsupported=0)
