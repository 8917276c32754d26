"""How far the answer came through the stages of the pipeline: read, retrieved, selected, drafted."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from eval.examples import Example
from eval.systems import Trace, names_of
from eval.words import holds_all
from rag.records import Article


class Texts:
    """The texts of all articles, fetched once, at the first question that needs them."""

    def __init__(self, articles: Callable[[], Sequence[Article]]) -> None:
        self._articles = articles
        self._known: list[tuple[frozenset[str], str]] | None = None

    def of(self, names: frozenset[str]) -> list[str]:
        """Texts of the articles with one of these names; of all articles where no name is given."""
        if self._known is None:
            self._known = [(names_of(a), f"{a.title}\n{a.text}") for a in self._articles()]
        return [text for own, text in self._known if not names or own & names]


@dataclass(frozen=True, slots=True)
class Reach:
    """Which stages hold the accepted answers: the articles as read, the passages retrieved, the sentences selected, the
    draft. All True where the accepted answers are no words of an article ("yes")."""

    read: bool = True
    retrieved: bool = True
    selected: bool = True
    drafted: bool = True

    @classmethod
    def of(cls, example: Example, trace: Trace, texts: Texts) -> "Reach":
        if not example.answerable or all(_bare(answer) for answer in example.answers):
            return cls()
        wanted = example.sources
        found = [f.text for f in trace.retrieved if not wanted or f.article & wanted]
        retrieved = _holds(example, found)
        return cls(
            read=retrieved or _holds(example, texts.of(wanted)),
            retrieved=retrieved,
            selected=_holds(example, trace.evidence),
            drafted=_holds(example, [trace.draft]),
        )


# From first to last. "wrongly drafted": the evidence had the answer and neither draft nor answer has; "wrongly
# dropped": the draft had it and the answer has not; "wrongly cited": right words, not from a right article.
STAGES = (
    "not read",
    "not retrieved",
    "not selected",
    "wrongly refused",
    "wrongly drafted",
    "wrongly dropped",
    "wrongly cited",
    "wrongly answered",
    "failed",
)


def stage_lost(example: Example, reach: Reach, *, declined: bool, right: bool, passed: bool) -> str:
    """The stage that lost the answer, one of ``STAGES``; "" for a question that passed."""
    if passed:
        return ""
    if not example.answerable:
        return "wrongly answered"
    if not reach.read:
        return "not read"
    if not reach.retrieved:
        return "not retrieved"
    if not reach.selected and not right:
        return "not selected"
    if declined:
        return "wrongly refused"
    if right:
        return "wrongly cited"
    return "wrongly dropped" if reach.drafted else "wrongly drafted"


def _holds(example: Example, texts: Iterable[str]) -> bool:
    return holds_all("\n".join(texts), example.groups)


def _bare(answer: str) -> bool:
    return answer.strip(" .").lower() in ("yes", "no")
