"""Whether citations are sound: each quote stands where it says, and each sentence follows from what it cites."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from rag.evidence import Evidence
from rag.grounding import support
from rag.records import Article, Span


@dataclass(frozen=True, slots=True)
class Soundness:
    """Counts over the answers of a run that were not declined.

    ``own``: answers with a sentence that is no quotation; ``misplaced``: citations whose quote does not stand at its
    offsets in its article; ``unsupported``: sentences that the support check does not pass on what they cite.
    """

    answered: int
    own: int
    citations: int
    misplaced: int
    unsupported: int


def soundness(records: Iterable[Mapping[str, Any]], texts: Mapping[str, str]) -> Soundness:
    """Checks the records of a run, see ``eval.run``, against the ``texts`` of the articles by id."""
    answered = own = citations = misplaced = unsupported = 0
    for record in records:
        answer = record.get("answer") or {}
        if not answer.get("sentences") and not answer.get("table"):
            continue
        answered += 1
        cited = {c["number"]: c for c in answer["citations"]}
        citations += len(cited)
        misplaced += sum(texts.get(c["article"]["id"], "")[c["start"] : c["end"]] != c["quote"] for c in cited.values())
        drafted = 0
        for sentence in answer["sentences"]:
            if any(cited[n]["quote"].strip() in sentence["text"] for n in sentence["citations"]):
                continue  # a quotation
            drafted += 1
            evidence = [_evidence(cited[n], texts) for n in sentence["citations"]]
            unsupported += bool(support(sentence["text"], evidence).reason)
        own += drafted > 0
    return Soundness(answered, own, citations, misplaced, unsupported)


def _evidence(citation: Mapping[str, Any], texts: Mapping[str, str]) -> Evidence:
    id = citation["article"]["id"]
    text = texts.get(id, citation["quote"])
    span = Span(citation["start"], citation["end"]) if id in texts else Span(0, len(text))
    return Evidence(Article(id, citation["article"]["title"] or "", text), span, None, 1.0, 1.0)
