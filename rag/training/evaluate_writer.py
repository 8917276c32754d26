"""Scores the embedded language model's sentences: ``python -m rag.training.evaluate_writer --data DIR [--count N]``.

QED dev, which is for evaluation only: the model is given the sentence that answers, and, trained, the span that the
judge finds in it. Prints JSON: with the adapter, and as the model comes.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

from index.records import Article, Span
from rag.compose import answers_it, draft_sentences, is_copy
from rag.embedded import ADAPTER, converted
from rag.evidence import Evidence
from rag.grounding import support
from rag.judge import Judge
from rag.prompt import NOT_FOUND, Style, draft_messages, passage_messages
from rag.question import understand
from rag.training.data import Corpus
from rag.training.evaluate_judge import Judged, auc, load_qed_dev
from rag.training.negatives import Grouper, holds
from rag.transformers_model import TransformersModel

LONGEST = 60  # words of a sentence; longer ones are tables


def writing(
    model: TransformersModel, judge: Judge, style: Style, corpus: Corpus, sample: Sequence[Judged]
) -> dict[str, Any]:
    """How many drafts the grounding lets stand, and what those say."""
    shown = right = copied = asked = 0
    words = [0, 0]
    for item in sample:
        page, answer = corpus.pages[item.example.page], item.example.answer or Span(0, 1)
        span = next(s for s in page.sentences if s.start <= answer.start < s.end)
        if len(span.of(page.text).split()) > LONGEST:
            continue
        asked += 1
        found = judge.judge(item.example.question, [span.of(page.text)], [page.title])[0].span
        short = Span(found.start + span.start, found.end + span.start) if found else None
        evidence = Evidence(Article("qed", page.title, page.text), span, short, 1.0, 1.0)
        question = understand(item.example.question)[0]
        draft = "".join(model.stream(draft_messages(question, [evidence], style), max_tokens=48))
        kept = [
            text
            for text in draft_sentences(draft)
            if not support(text, [evidence]).reason and answers_it(question, text, evidence)
        ]
        if not kept:
            continue
        shown += 1
        right += any(holds(" ".join(kept), a) for a in item.answers)
        copied += is_copy(kept[0], evidence)
        words = [words[0] + len(" ".join(kept).split()), words[1] + len(evidence.text.split())]
    return {
        "questions": asked,
        "drafts that the grounding lets stand": round(shown / asked, 3),
        "of these, with an accepted answer": round(right / max(1, shown), 3),
        "of these, the whole sentence as it stands": round(copied / max(1, shown), 3),
        "words, share of the sentence's": round(words[0] / max(1, words[1]), 3),
    }


def refusing(model: TransformersModel, corpus: Corpus, sample: Sequence[Judged]) -> dict[str, Any]:
    """Whether the model tells passages that answer from near misses: AUC of its odds against NOT_FOUND."""
    grouper, random = Grouper(corpus, negatives=2, sizes=(0.6, 0.3, 0.1, 0.0)), Random("refusing")
    held: list[float] = []
    lacking: list[float] = []
    for item in sample:
        rows = grouper.group(item.example, random)
        odds = model.doubts([passage_messages(r.question, r.title, r.passage) for r in rows], NOT_FOUND)
        for row, odd in zip(rows, odds, strict=True):
            (held if row.answer else lacking).append(odd)
    return {
        "AUC, answers against near misses": round(auc(held, lacking), 3),
        "near misses refused outright": round(sum(o < 0 for o in lacking) / max(1, len(lacking)), 3),
        "answers refused outright": round(sum(o < 0 for o in held) / max(1, len(held)), 3),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m rag.training.evaluate_writer", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the open data sets")
    parser.add_argument("--adapter", type=Path, default=ADAPTER, help="folder of the adapter")
    parser.add_argument("--count", type=int, default=120, help="questions")
    given = parser.parse_args(arguments)
    corpus, judged = load_qed_dev(given.data / "qed" / "dev.jsonl.xz")
    sample = Random("writing").sample(judged, min(given.count, len(judged)))
    judge = Judge.open()
    scores: dict[str, Any] = {}
    styles: tuple[tuple[Style, Path | None], ...] = (("trained", given.adapter), ("untrained", None))
    for style, adapter in styles:
        model = TransformersModel(style, str(converted()), local=True, adapter=adapter)
        scores[style] = writing(model, judge, style, corpus, sample)
        if adapter is not None:
            scores[style] |= refusing(model, corpus, sample)
    print(json.dumps(scores, indent=2))


if __name__ == "__main__":
    main()
