"""From chosen evidence to verified sentences: the model's draft as far as it holds up, else the evidence itself."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.answer import Sentence
from rag.bare import leading_answer, yes_or_no
from rag.compose import (
    Citations,
    answers_it,
    draft_sentences,
    drafted,
    falls_short,
    is_copy,
    is_finished,
    led,
    quote,
    speaker_of,
)
from rag.events import Drafted, Verified
from rag.evidence import Evidence
from rag.grounding import support
from rag.models import ChatModel
from rag.prompt import Style, draft_messages
from rag.question import Question


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes the sentences of one answer; ``max_tokens`` bounds the draft, ``style`` is the prompt for the model."""

    model: ChatModel
    style: Style
    max_tokens: int
    citations: Citations
    stop: threading.Event

    @property
    def small_model(self) -> bool:
        return self.style != "large"

    def write(self, question: Question, chosen: Sequence[Evidence], when: str = "") -> Iterator[Drafted | Verified]:
        """The draft, sentence by sentence as far as it holds up; the evidence itself where it does not. ``when`` is the
        date that is asked for, told from the best evidence; it stands before it."""
        best, cite = chosen[0], self.citations
        if question.several and self.small_model:
            for item in chosen:
                yield Verified(replace(quote(item, cite), item=len(chosen) > 1))
        elif when:
            said = quote(best, cite)
            yield Verified(replace(said, text=led(said.text, when)))
        elif question.kind == "yes or no" and (word := yes_or_no(question, best)):
            said = quote(best, cite)
            yield Verified(replace(said, text=f"{word}: {said.text}"))
        elif self.small_model and speaker_of(best):
            # "We shall build one," she said: only the quotation comes with who she is.
            for item in chosen:
                yield Verified(quote(item, cite))
        else:
            yield from self._drafted(question, chosen)

    def _drafted(self, question: Question, chosen: Sequence[Evidence]) -> Iterator[Drafted | Verified]:
        draft, done = "", 0
        kept: list[Sentence] = []
        messages = draft_messages(question, chosen, self.style)
        for piece in self.model.stream(messages, max_tokens=self.max_tokens, stop=self.stop):
            draft += piece
            yield Drafted(draft)
            ready = draft_sentences(draft)[:-1]
            for sentence in self._verified(question, ready[done:], chosen):
                kept.append(sentence)
                yield Verified(sentence)
            done = max(done, len(ready))
        if not self.stop.is_set():
            for sentence in self._verified(question, draft_sentences(draft)[done:], chosen):
                kept.append(sentence)
                yield Verified(sentence)
        if not self.stop.is_set() and (not kept or (self.small_model and falls_short(kept, chosen[0]))):
            said = quote(chosen[0], self.citations, explain=question.kind in ("why", "how"))
            lead = leading_answer(question, chosen[0]) if not kept else ""
            yield Verified(replace(said, text=led(said.text, lead)))
        if self.small_model:
            for item in chosen[1:]:
                yield Verified(quote(item, self.citations))

    def _verified(self, question: Question, texts: Sequence[str], chosen: Sequence[Evidence]) -> Iterator[Sentence]:
        """Those of the drafted sentences that their evidence carries and that answer, with their citations."""
        for text in texts:
            found = support(text, chosen[:1] if self.small_model else chosen)
            if found.reason or not is_finished(text) or any(is_copy(text, chosen[n]) for n in found.evidence):
                continue
            if answers_it(question, text, chosen[found.evidence[0]]):
                yield drafted(text, found, chosen, self.citations)
