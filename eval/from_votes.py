"""Votes of the chat as a question set in the project's own form; see sets/README.md."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.draft import names_in_sets
from rag.conversation_record import KeptTurn
from rag.records import Article, DataError

# As in the sets that ship: a longer answer would only be right in the very words of this one.
LONGEST_ANSWER = 6  # words

Line = dict[str, Any]


def voted_lines(voted: Iterable[tuple[int, KeptTurn]], articles: Sequence[Article]) -> tuple[Line, ...]:
    """A line for each voted turn; the id of its conversation stands before it.

    An answer voted right is accepted as what is asked for: with its bare answer where that is short, by the articles
    and words that it cites in any case, as unanswerable where it declined. One voted wrong is open, with what was
    answered, for a person to complete; so is one asked in part of the library alone, which a line cannot hold.
    ``articles`` are those of the library: cited ones go by the names that tell them apart there.
    """
    found = [(id, turn) for id, turn in voted if turn.vote]
    gone = {c.article.id: c.article for _, turn in found for c in turn.answer.citations}
    names = names_in_sets([*articles, *(a for id, a in gone.items() if id not in {b.id for b in articles})])
    lines: dict[str, Line] = {}
    for id, turn in found:
        line = _line(id, turn, names)
        # A conversation gone on with in two places is kept twice, with the votes that were in it before.
        lines.setdefault(json.dumps(line | {"id": ""}), line)
    return tuple(lines.values())


def _line(id: int, turn: KeptTurn, names: Mapping[str, str]) -> Line:
    line: Line = {"id": f"vote-{id}-{turn.number}", "state": "accepted", "kind": "voted", "question": turn.question}
    if turn.history:
        line["history"] = list(turn.history)
    if turn.asked:
        line["asked"] = turn.asked.isoformat()
    if turn.window is not None:
        days = {"after": turn.window.after, "before": turn.window.before}
        line["window"] = {side: day.isoformat() if day else None for side, day in days.items()}
    if turn.remark:
        line["remark"] = turn.remark
    if turn.vote > 0:
        line |= _right(turn, names)
    else:
        line |= {"state": "open", "answered": turn.answer.text}
    notes = []
    if turn.scope:
        line["state"] = "open"
        notes.append(f"asked only in {turn.scope.words}, and a set is asked in all articles: say it in the question")
    if asked_with := turn.preferences.words:
        notes.append(f"asked with {asked_with}; a run has its own settings")
    return line | ({"note": "; ".join(notes)} if notes else {})


def _right(turn: KeptTurn, names: Mapping[str, str]) -> Line:
    answer = turn.answer
    if answer.abstained:
        return {"unanswerable": True}
    cited = answer.citations
    line: Line = {
        "relevant": list(dict.fromkeys(names[c.article.id] for c in cited)),
        "quotes": list(dict.fromkeys(c.quote for c in cited if c.quote.strip())),
    }
    short = answer.short.strip()
    if short and len(short.split()) <= LONGEST_ANSWER:
        return {"answers": [short], **line}
    # Nothing of the articles stands behind it, so nothing can be asked for.
    return line if line["quotes"] else {"state": "open", "answered": answer.text}


def write_lines(file: Path, lines: Sequence[Line], force: bool = False) -> None:
    """Writes the lines as JSON Lines. Raises DataError where there is none, where the file is there already and
    ``force`` is not set, or where it cannot be written."""
    if not lines:
        raise DataError("nobody has voted on an answer yet; open the chat and press a thumb under an answer")
    try:
        with file.open("w" if force else "x", encoding="utf-8", errors="replace", newline="\n") as out:
            out.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    except FileExistsError:
        raise DataError(f"{file} is there already; choose another file, or give --force to write over it") from None
    except OSError as error:
        raise DataError(f"{file} cannot be written ({error.strerror}); choose another file or folder") from error
