"""Proposed questions, what a person decided on each, and the file that keeps both.

The file is a question set in the project's own form (see sets/README.md) with a field ``state`` on each line: "open",
"accepted" or "dropped". Only accepted questions are asked by ``colloquy eval run``. A person may edit any line by hand.
"""

import contextlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict

from eval.read_lines import read_records
from eval.read_sets import SetLine
from rag.records import DataError

State = Literal["open", "accepted", "dropped"]
STATES: tuple[State, ...] = get_args(State)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A question made from an article. ``quote`` is a sentence of it, word for word: the one that answers the question.

    ``unanswerable`` marks a question that no article of the collection answers; it has no ``answers``, and ``quote`` is
    the sentence it was made from by the exchange of a name or a year. ``article`` is the file name of the article, its
    address or its id.
    """

    id: str
    question: str
    answers: tuple[str, ...]
    quote: str
    article: str
    title: str
    unanswerable: bool = False
    state: State = "open"


class _Origin(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore")

    article: str
    quote: str


class _ProposalLine(SetLine):
    """A line of the file, with what a set does not need."""

    title: str = ""
    made_from: _Origin | None = None


def read_proposals(file: Path) -> tuple[Proposal, ...]:
    """The proposals in a file, in its order; none where the file is not there yet.

    Raises DataError that names the line, what was found in it and what was expected.
    """
    if not file.exists() or not file.stat().st_size:
        return ()
    found: dict[str, Proposal] = {}
    for number, line in read_records(file, _ProposalLine):
        proposal = _proposal(line, number)
        if proposal.id in found:
            raise DataError(
                f"{file}, line {number}: the id {proposal.id!r} stands there twice; take one of the lines out"
            )
        found[proposal.id] = proposal
    return tuple(found.values())


def write_proposals(file: Path, proposals: Sequence[Proposal]) -> int:
    """Adds the proposals that the file does not hold yet, by id, and returns how many those are.

    What stands in the file stays as it is, with every decision and every edit of a person.
    """
    known = {p.id for p in read_proposals(file)}
    fresh = {p.id: p for p in proposals if p.id not in known}
    if fresh:
        lines = [*_lines(file), *(_line(p) for p in fresh.values())]
        _replace(file, lines)
    return len(fresh)


def decide(file: Path, id: str, state: State) -> None:
    """Puts one question of the file into a state; all other lines, and its other fields, stay as they are.

    Raises DataError where the file holds no such question, where ``state`` is none, and where a question is accepted
    that does not say yet what is right for it.
    """
    if state not in STATES:
        raise DataError(f"{state!r} is no state of a question; expected one of {', '.join(STATES)}")
    found = {p.id: p for p in read_proposals(file)}
    if id not in found:
        raise DataError(f"{file} holds no question with the id {id!r}; it may have been taken out by hand")
    asked = found[id]
    if state == "accepted" and not (asked.answers or asked.unanswerable or (asked.quote and asked.article)):
        raise DataError(f'the question {id!r} in {file} does not say yet what is right; give it "answers" first')
    lines = _lines(file)
    place = [n for n, line in enumerate(lines) if line.strip()][list(found).index(id)]
    fields: dict[str, Any] = json.loads(lines[place].removeprefix("\ufeff"))
    lines[place] = json.dumps(fields | {"state": state}, ensure_ascii=False)
    _replace(file, lines)


def accepted(file: Path) -> int:
    """The number of accepted questions in a file; 0 where it is not there yet. Raises DataError."""
    return sum(p.state == "accepted" for p in read_proposals(file))


def _proposal(line: _ProposalLine, number: int) -> Proposal:
    origin = line.made_from or _Origin(article=next(iter(line.relevant), ""), quote=next(iter(line.quotes), ""))
    return Proposal(
        id=str(line.id) if line.id is not None else f"line-{number}",
        question=line.question,
        answers=tuple(line.answers or [answer for group in line.all or [] for answer in group]),
        quote=origin.quote,
        article=origin.article,
        title=line.title,
        unanswerable=line.unanswerable,
        state=line.state,
    )


def _line(proposal: Proposal) -> str:
    fields: dict[str, Any] = {
        "id": proposal.id,
        "state": proposal.state,
        "kind": "drafted",
        "question": proposal.question,
    }
    if proposal.unanswerable:
        fields |= {"unanswerable": True, "made_from": {"article": proposal.article, "quote": proposal.quote}}
    else:
        fields |= {"answers": proposal.answers, "relevant": [proposal.article], "quotes": [proposal.quote]}
    return json.dumps(fields | {"title": proposal.title}, ensure_ascii=False)


def _lines(file: Path) -> list[str]:
    if not file.exists():
        return []
    # Not splitlines(): that also cuts at U+2028, which JSON leaves as it is.
    return file.read_text(encoding="utf-8", errors="surrogateescape").removesuffix("\n").split("\n")


def _replace(file: Path, lines: Sequence[str]) -> None:
    """Writes beside the file and renames: whoever reads it sees the old lines or the new ones, never a part."""
    target = file.resolve()
    fresh = target.with_name(f".{target.name}.{os.getpid()}.new")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with fresh.open("w", encoding="utf-8", errors="surrogateescape", newline="\n") as handle:
            handle.write("\n".join(lines) + "\n")
            handle.flush()
            os.fsync(handle.fileno())
        fresh.replace(target)
    except OSError as error:
        raise DataError(f"{file} cannot be written ({error.strerror}); choose another file or folder") from error
    finally:
        with contextlib.suppress(OSError):
            fresh.unlink(missing_ok=True)
