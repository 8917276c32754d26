"""Scores the judge's weights: ``python -m rag.training.evaluate_judge --data DIR [--weights DIR] [--count N]``.

Reads QED dev and the SQuAD 2.0 half, which are for evaluation only. Prints JSON.
"""

import argparse
import json
import lzma
import re
import string
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from index.errors import ReadError
from index.records import Span
from rag.judge import Judge
from rag.training.asked import load_asked
from rag.training.data import Corpus, Example, Page
from rag.training.negatives import Bm25, Grouper, holds
from rag.training.text import detokenise


@dataclass(frozen=True, slots=True)
class Judged:
    """A QED dev question with all its accepted answers."""

    example: Example
    answers: tuple[str, ...]


def normalised(text: str) -> list[str]:
    """Words as the SQuAD metric compares them: lower case, no punctuation, no articles."""
    bare = "".join(c for c in text.lower() if c not in string.punctuation)
    return re.sub(r"\b(a|an|the)\b", " ", bare).split()


def f1(found: str, answers: Sequence[str]) -> float:
    """Best word F1 over the accepted answers; with none, 1 for an empty reply (SQuAD 2.0)."""
    best = 0.0
    for answer in answers or [""]:
        left, right = normalised(found), normalised(answer)
        if not left or not right:
            best = max(best, float(left == right))
            continue
        shared = sum((Counter(left) & Counter(right)).values())
        best = max(best, 2 * shared / (len(left) + len(right)))
    return best


def load_qed_dev(path: Path) -> tuple[Corpus, list[Judged]]:
    """QED dev. Raises ReadError where the file is missing."""
    if not path.is_file():
        raise ReadError(f"no file {path}; expected QED's dev set; see the data folder's README")
    pages: list[Page] = []
    judged: list[Judged] = []
    with lzma.open(path, "rt", encoding="utf-8") as handle:
        for line in handle:
            record = json.loads(line)
            text = record["paragraph_text"]
            natural = detokenise(text)
            starts = record["sentence_starts"] or [0]
            spans = [natural.span(a, b) for a, b in zip(starts, [*starts[1:], len(text)], strict=True) if b > a]
            found = [natural.span(a["start"], a["end"]) for answers in record["original_nq_answers"] for a in answers]
            kept = [span for span in found if span is not None]
            if not kept:
                continue
            shortest = min(kept, key=lambda s: s.end - s.start)
            example = Example(record["question_text"], len(pages), shortest, False, "qed")
            judged.append(Judged(example, tuple(dict.fromkeys(s.of(natural.text) for s in kept))))
            sentences = tuple(span for span in spans if span is not None)
            pages.append(Page(f"qed-dev:{len(pages)}", record["title_text"], natural.text, sentences))
    return Corpus(tuple(pages), tuple(j.example for j in judged)), judged


def window_of(page: Page, answer: Span, words: int = 90) -> str:
    """The answer's sentence with a neighbour on each side where it fits, cut around the answer at ``words``."""
    inside = [i for i, s in enumerate(page.sentences) if s.start < answer.end and s.end > answer.start]
    first, last = max(0, inside[0] - 1), min(len(page.sentences) - 1, inside[-1] + 1)
    spans = [m.span() for m in re.finditer(r"\S+", page.text)]
    kept = [s for s in spans if s[0] >= page.sentences[first].start and s[1] <= page.sentences[last].end]
    at = next((i for i, s in enumerate(kept) if s[1] > answer.start), 0)
    low = max(0, min(at - words // 2, len(kept) - words))
    return page.text[kept[low][0] : kept[min(low + words, len(kept)) - 1][1]]


def any_window(page: Page, random: Random, words: int = 90) -> str:
    """Up to three sentences from somewhere in the page."""
    i = random.randrange(len(page.sentences))
    last = min(i + 2, len(page.sentences) - 1)
    return " ".join(page.text[page.sentences[i].start : page.sentences[last].end].split()[:words])


def ranking(judge: Judge, cosine: Callable[[str, list[str]], list[float]], data: Path, count: int) -> dict[str, Any]:
    """QED dev: the window with the answer among two near (BM25) and two random windows of other pages."""
    corpus, judged = load_qed_dev(data / "qed" / "dev.jsonl.xz")
    bm25 = Bm25([f"{p.title} {p.text}" for p in corpus.pages])
    random = Random("ranking")
    hits, cosine_hits, overlap, gold_overlap, covered = 0, 0, 0.0, 0.0, 0
    sample = random.sample(judged, min(count, len(judged)))
    for item in sample:
        page = corpus.pages[item.example.page]
        answer = item.example.answer or Span(0, 1)
        question = item.example.question
        others = [i for i in bm25.top(question, 12) if corpus.pages[i].title != page.title]
        rest = [i for i in range(len(corpus.pages)) if corpus.pages[i].title != page.title and i not in others]
        chosen = others[:2] + random.sample(rest, 4 - len(others[:2]))
        passages, titles = [window_of(page, answer)], [page.title]
        for i in chosen:
            passages.append(any_window(corpus.pages[i], random))
            titles.append(corpus.pages[i].title)
        found = judge.judge(question, passages, titles)
        best = max(range(len(passages)), key=lambda i: found[i].logit)
        hits += best == 0
        near = cosine(question, [f"{t}. {p}" for t, p in zip(titles, passages, strict=True)])
        cosine_hits += near.index(max(near)) == 0
        span, gold = found[best].span, found[0].span
        overlap += f1(span.of(passages[best]) if span else "", item.answers)
        gold_overlap += f1(gold.of(passages[0]) if gold else "", item.answers)
        around = passages[0][max(0, gold.start - 30) : gold.end + 30] if gold else ""
        covered += any(holds(around, a) for a in item.answers)
    n = len(sample)
    return {
        "questions": n,
        "hit at 1": round(hits / n, 3),
        "hit at 1, cosine of the embedding model": round(cosine_hits / n, 3),
        "answer F1, best passage": round(overlap / n, 3),
        "answer F1, right passage given": round(gold_overlap / n, 3),
        "answer within 30 characters of the span": round(covered / n, 3),
    }


def near_misses(judge: Judge, data: Path, count: int) -> dict[str, Any]:
    """QED dev: windows with the answer against each kind of window or question made not to fit.

    AUC, and the share refused at the threshold that wrongly refuses 5 % of the answerable ones.
    """
    corpus, _ = load_qed_dev(data / "qed" / "dev.jsonl.xz")
    grouper = Grouper(corpus, negatives=4)
    random = Random("near misses")
    scores: dict[str, list[float]] = {}
    for example in random.sample(list(corpus.examples), min(count, len(corpus.examples))):
        rows = grouper.group(example, random)
        for question in dict.fromkeys(row.question for row in rows):
            same = [row for row in rows if row.question == question]
            found = judge.judge(question, [r.passage for r in same], [r.title for r in same])
            for row, judgement in zip(same, found, strict=True):
                scores.setdefault(row.kind, []).append(judgement.logit)
    held = sorted(scores.pop("answer"))
    everything = [s for values in scores.values() for s in values]
    table = {}
    for wrong in (0.02, 0.05, 0.1, 0.2):
        threshold = held[int(wrong * len(held))]
        table[f"{wrong:.2f}"] = {
            "threshold": round(threshold, 4),
            "refused": round(sum(s < threshold for s in everything) / len(everything), 3),
            "by kind": {k: round(sum(s < threshold for s in v) / len(v), 3) for k, v in sorted(scores.items())},
        }
    return {
        "answerable": len(held),
        "rows by kind": {k: len(v) for k, v in sorted(scores.items())},
        "AUC": round(auc(held, everything), 3),
        "AUC by kind": {k: round(auc(held, v), 3) for k, v in sorted(scores.items())},
        "at wrong refusals of": table,
        "mean logit, answerable and not": [round(sum(v) / len(v), 3) for v in (held, everything)],
    }


def own_questions(judge: Judge) -> dict[str, Any]:
    """The project's own questions that are kept from training: each sentence of the article by itself, as the pipeline
    shows it; the likeliest answers. AUC of its logit against that of questions with no answer there."""
    corpus = load_asked(Corpus((), ()), kept=True)
    right, overlap = 0, 0.0
    held: list[float] = []
    without: list[float] = []
    for example in corpus.examples:
        page = corpus.pages[example.page]
        passages = [span.of(page.text) for span in page.sentences]
        found = judge.judge(example.question, passages, [page.title] * len(passages))
        best = max(range(len(passages)), key=lambda i: found[i].logit)
        (held if example.answer else without).append(found[best].logit)
        if example.answer is not None:
            short = found[best].span
            right += page.sentences[best].covers(example.answer)
            overlap += f1(short.of(passages[best]) if short else "", [example.answer.of(page.text)])
    return {
        "questions, with an answer and without": [len(held), len(without)],
        "right sentence": round(right / len(held), 3),
        "answer F1": round(overlap / len(held), 3),
        "AUC answerable": round(auc(sorted(held), without), 3),
    }


def auc(held: Sequence[float], without: Sequence[float]) -> float:
    """Probability that a passage with the answer scores above one without."""
    import bisect

    below = sorted(without)
    return sum((bisect.bisect_left(below, s) + bisect.bisect_right(below, s)) / 2 for s in held) / max(
        1, len(held) * len(below)
    )


def squad(judge: Judge, data: Path, count: int) -> dict[str, Any]:
    """The SQuAD 2.0 half: each paragraph in windows of three sentences, two apart; the likeliest window answers."""
    with lzma.open(data / "squad2" / "dev-half.json.xz", "rt", encoding="utf-8") as handle:
        articles = json.load(handle)["data"]
    asked = [(a["title"], p["context"], q) for a in articles for p in a["paragraphs"] for q in p["qas"]]
    sample = Random("squad").sample(asked, min(count, len(asked)))
    forced: list[float] = []
    judged: list[tuple[float, float, bool]] = []
    for title, context, record in sample:
        sentences = re.split(r"(?<=[.!?])\s+(?=[A-Z\"“(])", context)
        windows = [" ".join(sentences[i : i + 3]) for i in range(0, max(1, len(sentences) - 1), 2)]
        found = judge.judge(record["question"], windows, [title.replace("_", " ")] * len(windows))
        best = max(range(len(windows)), key=lambda i: found[i].logit)
        span = found[best].span
        answers = [a["text"] for a in record["answers"]]
        score = f1(span.of(windows[best]) if span else "", answers)
        if answers:
            forced.append(score)
        judged.append((found[best].logit, score if answers else 0.0, not answers))
    thresholds = [i / 4 for i in range(-24, 25)]

    def whole(threshold: float) -> float:
        return sum((s if p >= threshold else float(no)) for p, s, no in judged) / len(judged)

    best_threshold = max(thresholds, key=whole)
    return {
        "questions": len(sample),
        "without an answer": sum(no for _, _, no in judged),
        "F1, answerable, forced": round(sum(forced) / max(1, len(forced)), 3),
        "F1, whole, threshold 0": round(whole(0.0), 3),
        "F1, whole, best threshold": [round(whole(best_threshold), 3), best_threshold],
        "AUC answerable": round(auc([p for p, _, no in judged if not no], [p for p, _, no in judged if no]), 3),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m rag.training.evaluate_judge", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the open data sets")
    parser.add_argument("--weights", type=Path, default=None, help="folder of weights; by default those that ship")
    parser.add_argument("--count", type=int, default=300, help="questions of each measure")
    given = parser.parse_args(arguments)
    from sentence_transformers import SentenceTransformer

    from index.embed import embedding_folder

    encoder = SentenceTransformer(str(embedding_folder()), device="cpu")

    def cosine(question: str, texts: list[str]) -> list[float]:
        rows = encoder.encode([question, *texts], normalize_embeddings=True, show_progress_bar=False)
        return [float(v) for v in rows[1:] @ rows[0]]

    judge = Judge.open(given.weights)
    print(json.dumps({"own questions": own_questions(judge)}), flush=True)
    print(json.dumps({"QED dev ranking": ranking(judge, cosine, given.data, given.count)}), flush=True)
    print(json.dumps({"QED dev near misses": near_misses(judge, given.data, given.count)}), flush=True)
    print(json.dumps({"SQuAD 2.0 half": squad(judge, given.data, given.count * 2)}), flush=True)


if __name__ == "__main__":
    main()
