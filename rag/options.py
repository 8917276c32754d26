"""What one question is answered with: how sure to be, how much to look at, how much to say, and which model writes."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.open_models import OpenModel

THRESHOLD = 0.45  # from a risk-coverage curve, see EXPERIMENTS.md
PASSAGES = 12
MAX_TOKENS = 48
# Sentences of evidence that are shown beside each other unless otherwise asked for; see ``rag.compose.choose``.
SENTENCES = 3


@dataclass(frozen=True, slots=True)
class Options:
    """The options of one question; those that a ``Colloquy`` was made with hold where none are given.

    ``threshold`` in [0, 1] is how sure the evidence must be, ``passages`` how many are retrieved, and a few more where
    those come from fewer than five articles, ``max_tokens`` bounds the draft, ``sentences`` how many pieces of evidence
    may stand beside each other in an answer about one event; lists may have two more. ``model`` writes; None for the
    one that the ``Colloquy`` was made with.
    """

    threshold: float = THRESHOLD
    passages: int = PASSAGES
    max_tokens: int = MAX_TOKENS
    sentences: int = SENTENCES
    model: "OpenModel | None" = None
