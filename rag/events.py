"""What ``Colloquy.stream`` yields: Recalling where an earlier turn is read again; Retrieved; for each part of the
question Selected, then Drafted and Verified in turn; at the end Finished. What comes before the first of them is quick:
no model reads or writes for it."""

from dataclasses import dataclass

from index.records import Hit
from rag.answer import Answer, Sentence
from rag.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Recalling:
    """An earlier turn is read again, since the question cannot be understood without: passages follow only then."""


@dataclass(frozen=True, slots=True)
class Retrieved:
    """The passages found, best first; on screen before the model has written a word."""

    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Selected:
    """The evidence for one part of the question, best first; ``shown`` is what the answer may rest on.

    ``shown`` is empty where the best evidence is too unsure and the part is declined.
    """

    evidence: tuple[Evidence, ...]
    shown: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Drafted:
    """All that the model has written so far, not verified: shown, if at all, as work in progress."""

    text: str


@dataclass(frozen=True, slots=True)
class Verified:
    """One sentence that passed the support check, with its citations; it will stand in the answer."""

    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Finished:
    """The whole answer; nothing follows."""

    answer: Answer


Event = Recalling | Retrieved | Selected | Drafted | Verified | Finished
