"""A kept conversation as Markdown, with its sources as footnotes, and as JSON. Pure functions."""

import json
import re
from dataclasses import asdict, replace
from itertools import count
from typing import Any

from rag.answer import NOT_STATED, Cell, Citation, Sentence, Table, answer_json, window_json
from rag.conversation_record import KeptConversation, KeptTurn
from rag.periods_words import published_words, window_words
from rag.preferences import Preferences, preferences_fields
from rag.records import Article
from rag.scope import Scope
from ui.exchange import with_words
from ui.render import safe_url, title_of

# What CommonMark, its tables, footnotes, mathematics and automatic links read as syntax, anywhere in a line.
_SYNTAX = re.compile(r"[\\`*_{}\[\]<>#|~&$^!@]|:(?=//)|(?<=www)\.", re.IGNORECASE)
_LINE_START = re.compile(r"^(?:[-+=](?=[\s=+-]|$)|\d{1,9}(?=[.)]))")


def markdown_text(text: str) -> str:
    """The words on one line, as text wherever they stand in Markdown: no syntax, HTML or link of theirs is left."""
    line = _SYNTAX.sub(r"\\\g<0>", " ".join(text.split()))
    start = _LINE_START.match(line)
    if not start:
        return line
    if start[0][0].isdigit():
        return f"{start[0]}\\{line[start.end() :]}"
    return f"\\{line}"


def to_markdown(kept: KeptConversation) -> str:
    """Each question a heading, under it what it was limited to and asked with where that is other than the defaults,
    each sentence with marks ``[^1]``, the footnotes at the end."""
    notes = _Notes()
    parts = [f"# {markdown_text(kept.title)}"]
    for turn in kept.turns:
        parts.append(f"## {markdown_text(turn.question)}")
        parts += _asked_parts(turn)
        parts += _answer_parts(turn, notes)
        if turn.vote:
            remark = f": {markdown_text(turn.remark)}" if turn.remark else ""
            parts.append(f"*Vote: {'right' if turn.vote > 0 else 'wrong'}*{remark}")
    return "\n\n".join([*parts, *notes.lines]) + "\n"


def to_json(kept: KeptConversation) -> str:
    """The conversation with each answer in the one JSON form, but for the paths, which are the server's own."""
    turns = []
    for turn in kept.turns:
        form = answer_json(turn.answer, turn.number)
        for article in (a for c in form["citations"] for a in (c["article"], *c["copies"])):
            article["path"] = None
        turns.append(
            {
                "question": turn.question,
                "asked": turn.asked.isoformat() if turn.asked else None,
                "limited_to": _scope_form(turn.scope),
                "period_set": window_json(turn.window),
                "settings": _settings_form(turn),
                "ended": turn.phase,
                "error": turn.error or None,
                "vote": {1: "up", -1: "down", 0: None}[turn.vote],
                "vote_remark": turn.remark or None,
                **form,
                "nearest": [{"id": a.id, "title": a.title} for a in turn.answer.nearest],
            }
        )
    whole = {
        "title": kept.title,
        "created": kept.created.isoformat(),
        "updated": kept.updated.isoformat(),
        "turns": turns,
    }
    # A lone surrogate, which no file can hold, is written as its escape.
    return json.dumps(whole, ensure_ascii=False, indent=2).encode("utf-8", "backslashreplace").decode("utf-8") + "\n"


def file_name(kept: KeptConversation, ending: str) -> str:
    """Made of the title's letters and digits and the day it was last gone on with."""
    words = re.sub(r"[\W_]+", "-", kept.title.lower()).strip("-")[:50].rstrip("-")
    return f"{kept.updated.astimezone():%Y-%m-%d}-{words or 'conversation'}.{ending}"


class _Notes:
    """Footnotes, numbered through the whole file; each answer has its own."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._numbers = count(1)
        self._known: dict[tuple[int, Citation], int] = {}

    def marks(self, turn: KeptTurn, citations: tuple[Citation, ...]) -> str:
        return "".join(f"[^{self._number(turn, c)}]" for c in citations)

    def _number(self, turn: KeptTurn, citation: Citation) -> int:
        key = (turn.number, citation)
        if key not in self._known:
            self._known[key] = next(self._numbers)
            self.lines.append(f"[^{self._known[key]}]: {_note(citation)}")
        return self._known[key]


def _note(citation: Citation) -> str:
    url = safe_url(citation.article.url)
    link = f" <{url.replace('<', '%3C').replace('>', '%3E')}>" if url else ""
    copies = "; ".join(_source(copy) for copy in citation.copies)
    copies = f" The same words also in: {copies}." if copies else ""
    return f"{_source(citation.article)}: “{markdown_text(citation.quote)}”{link}{copies}"


def _source(article: Article) -> str:
    known = [f"**{markdown_text(title_of(article))}**", markdown_text(article.publisher)]
    when = published_words(article, bracketed=True)
    return ", ".join(part for part in (*known, markdown_text(when)) if part)


def _asked_parts(turn: KeptTurn) -> list[str]:
    lines = []
    if turn.scope:
        # All publishers by name: in the page there is room for a few only.
        names = [" and ".join(markdown_text(name or "publisher unknown") for name in turn.scope.publishers)]
        words = (
            markdown_text(replace(turn.scope, publishers=()).words) if turn.scope.window or turn.scope.chosen else ""
        )
        lines.append(f"Only in: {', '.join(part for part in (words, *names) if part)}")
    if turn.window is not None:
        lines.append(f"Period set: {markdown_text(window_words(turn.window) or 'any time')}")
    if asked_with := with_words(turn.preferences, turn.options):
        lines.append(f"Asked with: {markdown_text(asked_with)}")
    return [f"*{line}*" for line in lines]


def _scope_form(scope: Scope) -> dict[str, Any] | None:
    """None where the question was not limited."""
    if not scope:
        return None
    return {"publishers": list(scope.publishers), "window": window_json(scope.window), "articles": list(scope.chosen)}


def _settings_form(turn: KeptTurn) -> dict[str, Any] | None:
    """What the user had set, but for the address of a server, and what it came to; None for the defaults."""
    if turn.preferences == Preferences():
        return None
    chosen = {k: v for k, v in preferences_fields(turn.preferences).items() if k != "base_url"}
    return {"set": chosen, "used": asdict(turn.options) if turn.options else None}


def _answer_parts(turn: KeptTurn, notes: _Notes) -> list[str]:
    answer = turn.answer
    if turn.phase == "failed":
        return [f"*Failed:* {markdown_text(turn.error)}"]
    parts = []
    if answer.abstained:
        parts.append(markdown_text(answer.abstained))
        if answer.sentences:
            parts.append("They do say:")
    if answer.remark:
        parts.append(f"*{markdown_text(answer.remark)}*")
    parts += _sentence_parts(turn, notes)
    if answer.table:
        parts.append(_table(turn, answer.table, notes))
    parts += [f"The articles do not say: {markdown_text(part)}" for part in answer.unanswered]
    if answer.abstained and not answer.sentences and answer.nearest:
        parts.append("Nearest articles:\n\n" + "\n".join(f"- {_source(a)}" for a in answer.nearest))
    if turn.phase == "stopped":
        parts.append("*Stopped.*")
    return parts


def _sentence_parts(turn: KeptTurn, notes: _Notes) -> list[str]:
    parts: list[str] = []
    item = False
    for sentence in turn.answer.sentences:
        line = ("- " if sentence.item else "") + _marked(turn, sentence, notes)
        if parts and sentence.item == item:
            parts[-1] += ("\n" if item else " ") + line
        else:
            parts.append(line)
        item = sentence.item
    return parts


def _marked(turn: KeptTurn, told: Sentence | Cell, notes: _Notes) -> str:
    return markdown_text(told.text) + notes.marks(turn, told.citations)


def _table(turn: KeptTurn, table: Table, notes: _Notes) -> str:
    rows = [["Event", *map(markdown_text, table.columns)], ["---"] * (len(table.columns) + 1)]
    for row in table.rows:
        cells = [_marked(turn, cell, notes) or NOT_STATED for cell in (row.event, *row.cells)]
        rows.append(cells)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in rows)
