"""Between the page and the file of conversations: what is on the page is kept, opened again, voted on."""

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

from rag.answer import Answer
from rag.conversation_record import KeptConversation, KeptTurn, Vote
from rag.conversations import Conversations
from rag.records import ColloquyError, QuestionError
from ui.exchange import Conversation, Exchange
from ui.votes import LONGEST_REMARK

LONGEST_NAME = 200  # characters of a title
GONE = "this conversation is no longer kept; it was deleted elsewhere"


class Keeping:
    """The conversations of one library, as the page works on them; ``user`` is the name of the login, "" without one.

    What comes from the page, ids above all, is not trusted: of another user's conversations nothing is found.
    """

    def __init__(self, folder: Path) -> None:
        self.store = Conversations(folder)
        # Two answers of one page may end at once; each is to see what the other has kept.
        self._lock = threading.Lock()

    def keep(self, talk: Conversation, user: str) -> None:
        """Keeps all of the conversation that has ended. Never raises: why nothing could be kept is its ``fault``.

        Where it was deleted elsewhere meanwhile, what had been kept of it leaves the page too, and what was asked since
        becomes a conversation of its own.
        """
        with self._lock:
            try:
                self._keep(talk, user)
                talk.fault = ""
            except ColloquyError as error:
                talk.fault = f"This conversation is not kept: {error}"

    def _keep(self, talk: Conversation, user: str) -> None:
        ended = [e for e in talk.exchanges if not e.running]
        if tuple(e.number for e in ended) == talk.kept or not ended:
            return
        saved = self.store.save(user, [turn_of(e, talk) for e in ended], talk.id, talk.revision)
        if saved is None:
            ended = [e for e in ended if e.number not in talk.kept]
            talk.exchanges[:] = [e for e in talk.exchanges if e.number not in talk.kept]
            talk.kept = ()
            saved = self.store.save(user, [turn_of(e, talk) for e in ended]) if ended else None
        talk.id, talk.revision = saved or (0, 0)
        talk.kept = tuple(e.number for e in ended)

    def open(self, talk: Conversation, user: str, id: Any) -> None:
        """Puts the kept conversation in place of the one on the page, which is kept first. Raises ColloquyError."""
        found = self.read(user, id)
        talk.halt()
        self.keep(talk, user)
        talk.clear()
        talk.exchanges[:] = [exchange_of(turn) for turn in found.turns]
        talk.id, talk.revision = found.id, found.revision
        talk.kept = tuple(e.number for e in talk.exchanges)
        talk.asked = max((talk.asked, *talk.kept))

    def read(self, user: str, id: Any) -> KeptConversation:
        """Raises QuestionError where the user has no such conversation, StoreError where it cannot be read."""
        found = self.store.read(user, _number(id))
        if found is None:
            raise QuestionError(GONE)
        return found

    def rename(self, user: str, id: Any, title: Any) -> None:
        """Raises ColloquyError."""
        title = " ".join(str(title or "").split())[:LONGEST_NAME]
        if not title:
            raise QuestionError("a conversation needs a title; type one")
        if not self.store.rename(user, _number(id), title):
            raise QuestionError(GONE)

    def delete(self, talk: Conversation, user: str, id: Any) -> bool:
        """Deletes for good. Returns whether it was the conversation on the page, which is then empty. Raises
        StoreError."""
        self.store.delete(user, _number(id))
        if not talk.id or talk.id != _number(id):
            return False
        talk.clear()
        return True

    def vote(self, talk: Conversation, user: str, turn: Any, vote: Any, remark: Any = None) -> bool:
        """Votes on the answer of this number on the page; the same vote without a remark takes it back.

        Returns False, and changes nothing, for what the page does not offer. Raises ColloquyError where the vote
        cannot be kept.
        """
        exchange = talk.with_number(turn)
        if exchange is None or exchange.phase != "done" or str(vote) not in ("1", "-1"):
            return False
        given: Vote = 1 if str(vote) == "1" else -1
        words = exchange.remark if remark is None else " ".join(str(remark).split())[:LONGEST_REMARK]
        if remark is None and given == exchange.vote:
            given, words = 0, ""
        if exchange.number not in talk.kept:
            self.keep(talk, user)
        if not self.store.vote(user, talk.id, exchange.number, given, words):
            raise QuestionError(talk.fault or GONE)
        exchange.vote, exchange.remark = given, words
        return True


def turn_of(exchange: Exchange, talk: Conversation) -> KeptTurn:
    """The exchange, which has ended, as it is kept."""
    match exchange.phase:
        case "done" | "stopped" | "failed" as phase:
            answer = exchange.answer or Answer(exchange.question, exchange.sentences)
            return KeptTurn(
                number=exchange.number,
                question=exchange.question,
                answer=replace(answer, hits=exchange.hits),
                phase=phase,
                asked=exchange.asked,
                history=tuple(e.question for e in talk.before(exchange)),
                window=exchange.window,
                error=exchange.error,
                vote=exchange.vote,
                remark=exchange.remark,
                scope=exchange.scope,
                preferences=exchange.preferences,
                options=exchange.used,
            )
    raise ValueError(f"exchange {exchange.number} is still {exchange.phase}; only what has ended is kept")


def exchange_of(turn: KeptTurn) -> Exchange:
    """A kept turn as the page shows it."""
    return Exchange(
        number=turn.number,
        question=turn.question,
        phase=turn.phase,
        hits=turn.answer.hits,
        sentences=turn.answer.sentences,
        answer=turn.answer if turn.phase == "done" else None,
        error=turn.error,
        window=turn.window,
        asked=turn.asked,
        vote=turn.vote,
        remark=turn.remark,
        scope=turn.scope,
        preferences=turn.preferences,
        used=turn.options,
    )


def _number(id: Any) -> int:
    """An id from the page; 0, which no conversation has, for anything else. SQLite's integers have 63 bits."""
    text = str(id)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else 0
