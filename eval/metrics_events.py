"""Which of several similar events an answer tells of, by what it cites and by what it names."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from eval.examples import Example
from eval.systems import citation_names
from eval.words import holds_all, plain


def said(answer: Mapping[str, Any]) -> str:
    """All that an answer in its JSON form says under citation: its sentences, then the cells of its table."""
    return " ".join(_lines(answer))


def tells_lines(example: Example, answer: Mapping[str, Any]) -> bool:
    """Whether each of ``example.lines`` stands together in one sentence or one row of the table."""
    told = _lines(answer)
    return all(any(holds_all(line, groups) for line in told) for groups in example.lines)


def names_wrong(example: Example, text: str) -> bool:
    """Whether the text holds a value of another event, one of ``example.wrong``."""
    folded = plain(text)
    return any(plain(wrong) in folded for wrong in example.wrong)


def rightly_cited(example: Example, answer: Mapping[str, Any]) -> bool:
    """Whether the answer cites what a right one cites: one of ``relevant``, all of ``relevant_all``, and an article on
    each of ``events``. Where nothing is named, any citation will do."""
    cited = _cited(answer)
    every = frozenset().union(*cited.values())
    if not cited or not example.relevant_all <= every or not all(event & every for event in example.events):
        return False
    return not example.relevant or bool(example.relevant & every)


def mixes_events(example: Example, answer: Mapping[str, Any]) -> bool:
    """Whether an answer tells something of another event as if it belonged to what was asked.

    It does where it holds a string of ``wrong``; where it rests on a right article and also on one that is neither
    right nor ``allowed``; and where a row of its table rests on articles of two of the ``events``. Several events told
    in sentences of their own are a list and no mixture. An answer that rests on wrong articles alone is not mixed: it
    is no ``rightly_cited`` one.
    """
    cited = _cited(answer)
    allowed = example.allowed or frozenset()
    known = example.sources | allowed
    inside = any(names & example.sources for names in cited.values())
    outside = any(not names & known for names in cited.values())
    rows = ([cited[n] for cell in row for n in cell["citations"]] for row in _rows(answer))
    return (
        names_wrong(example, said(answer))
        or (inside and outside)
        or any(not _of_one(names, example.events, allowed) for names in rows)
    )


def _of_one(cited: Iterable[frozenset[str]], events: Sequence[frozenset[str]], allowed: frozenset[str]) -> bool:
    cited = list(cited)
    return not events or any(all(names & (event | allowed) for names in cited) for event in events)


def _lines(answer: Mapping[str, Any]) -> list[str]:
    rows = (" ".join(cell["text"] for cell in row if cell["text"]) for row in _rows(answer))
    return [*(s["text"] for s in answer.get("sentences") or []), *rows]


def _cited(answer: Mapping[str, Any]) -> dict[int, frozenset[str]]:
    return {c["number"]: citation_names(c) for c in answer.get("citations") or []}


def _rows(answer: Mapping[str, Any]) -> list[list[Mapping[str, Any]]]:
    table = answer.get("table") or {"rows": []}
    return [[row["event"], *row["cells"]] for row in table["rows"]]
