"""Scores the support check: ``python -m rag.training.evaluate_support --data DIR [--count N] [--seed N]``.

Reads WiCE's claims and QED's training half. Prints tables in Markdown. What is to be found is the unsupported sentence:
precision, recall and F1 are those of "unsupported".
"""

import argparse
import hashlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, fields
from math import log
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from index.embed import Matrix, MiniLMEmbedder
from rag.grounding import support
from rag.training.data import load_qed
from rag.training.evaluate_judge import auc
from rag.training.negatives import Grouper
from rag.training.support_pairs import PARTIAL, SUPPORTED, Pair, changed_sentences, in_tuning_half, load_wice, rarity
from rag.words import content_keys, has_name, negated, words

Numbers: TypeAlias = npt.NDArray[np.float64]
Embed: TypeAlias = Callable[[Sequence[str]], Matrix]

RIDGE = 5.0  # weight of the squared coefficients, all features of unit variance; see EXPERIMENTS.md
FOLDS = 5
RESAMPLES = 2000
SPLITS = 20  # further halvings, for the spread
DEFINITIONS = ("not_supported, without the partially supported", "anything but supported")


@dataclass(frozen=True, slots=True)
class Measures:
    """What is measured of a sentence beside its cited words; all in [0, 1] but for ``length`` and ``cosine``.

    ``coverage``: share of its content words that the cited words hold; ``rare``: the same, words that are rare on the
    page weighing more; ``numbers`` and ``names``: share of its numbers and names that are missing, 0 where it has none;
    ``denial``: 1 where one of the two denies and the other does not; ``run``: its longest run of content words that
    stands there as it is, as a share of them; ``length``: ln(1 + content words); ``cosine``: of its vector with that of
    all the cited words together.
    """

    coverage: float
    rare: float
    numbers: float
    names: float
    denial: float
    run: float
    length: float
    cosine: float


NAMES = tuple(field.name for field in fields(Measures))


def measure(pairs: Sequence[Pair], embed: Embed) -> list[Measures]:
    """The measures of each pair, in their order. ``embed`` gives rows of unit length."""
    texts = sorted({text for pair in pairs for text in (pair.sentence, pair.cited_text)})
    vectors = dict(zip(texts, embed(texts), strict=True))
    return [_measured(p, float(vectors[p.sentence] @ vectors[p.cited_text])) for p in pairs]


def _measured(pair: Pair, cosine: float) -> Measures:
    said = [w for w in words(pair.sentence) if w.content]
    there = [w.key for w in words(pair.cited_text) if w.content]
    own, keys = {w.key: w for w in said}, set(there)
    held = {key for key in own if has_name(key, keys)}
    page = [content_keys(line) for line in pair.article.text.split("\n")]
    weights = {key: rarity(key, page) for key in own}
    numbers, names = [k for k, w in own.items() if w.number], [k for k, w in own.items() if w.name]
    return Measures(
        coverage=_share(held, own),
        rare=sum(weights[key] for key in own if key in held) / (sum(weights.values()) or 1.0),
        numbers=1 - _share(held, numbers) if numbers else 0.0,
        names=1 - _share(held, names) if names else 0.0,
        denial=float(negated(pair.sentence) != any(negated(e.text) for e in pair.evidence)),
        run=longest_run([w.key for w in said], there) / max(1, len(said)),
        length=log(1 + len(own)),
        cosine=cosine,
    )


def _share(held: Collection[str], wanted: Collection[str]) -> float:
    return sum(key in held for key in wanted) / len(wanted) if wanted else 0.0


def longest_run(own: Sequence[str], there: Sequence[str]) -> int:
    """Length of the longest run of words that both have side by side."""
    best = 0
    row = [0] * (len(there) + 1)
    for key in own:
        row = [0, *(row[n] + 1 if key == other else 0 for n, other in enumerate(there))]
        best = max(best, *row)
    return best


# -- the regression -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Regression:
    """Probability that a sentence is unsupported: sigmoid of ``bias`` + sum of ``weights`` times the measures.

    ``weights`` is float64 (n_measures,), for the measures as they are, in the order of NAMES.
    """

    weights: Numbers
    bias: float

    def scores(self, rows: Numbers) -> Numbers:
        """``rows``: float64 (n, n_measures). Returns float64 (n,), in [0, 1]."""
        logits = rows @ self.weights + self.bias
        return np.asarray(1 / (1 + np.exp(-logits)))


def train(rows: Numbers, unsupported: Numbers) -> Regression:
    """Logistic regression with a ridge on the coefficients of the standardised measures, none on the bias.

    ``rows``: float64 (n, n_measures); ``unsupported``: float64 (n,), 1 or 0.
    """
    from scipy.optimize import minimize

    mean, scale = rows.mean(0), rows.std(0) + 1e-9
    standard = (rows - mean) / scale

    def loss(parameters: Numbers) -> tuple[float, Numbers]:
        weights, bias = parameters[:-1], parameters[-1]
        logits = standard @ weights + bias
        wrong = 1 / (1 + np.exp(-logits)) - unsupported
        value = np.logaddexp(0, logits).sum() - (unsupported * logits).sum() + RIDGE / 2 * (weights**2).sum()
        return float(value), np.append(standard.T @ wrong + RIDGE * weights, wrong.sum())

    found = minimize(loss, np.zeros(rows.shape[1] + 1), jac=True, method="L-BFGS-B").x
    weights = found[:-1] / scale
    return Regression(weights, float(found[-1] - weights @ mean))


def out_of_fold(rows: Numbers, unsupported: Numbers, pages: Sequence[str]) -> Numbers:
    """Scores by regressions that did not see the page. The pages, one for each row, fall into FOLDS parts by their
    hash, of which two at least must hold any. Returns float64 (n,)."""
    folds = np.array([hashlib.sha256(f"fold:{page}".encode()).digest()[0] % FOLDS for page in pages])
    scores = np.zeros(len(rows))
    for fold in sorted(set(folds.tolist())):
        kept = folds != fold
        scores[~kept] = train(rows[kept], unsupported[kept]).scores(rows[~kept])
    return scores


# -- what is reported -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Score:
    """Of "unsupported", called where a score reaches ``threshold``: ``interval`` is the 95 % percentile interval of F1
    over resampled pairs (Efron and Tibshirani 1993); ``auc`` is that of the score, whatever the threshold."""

    threshold: float
    precision: float
    recall: float
    f1: float
    interval: tuple[float, float]
    auc: float


def f1_of(called: npt.NDArray[np.bool_], unsupported: Numbers) -> float:
    """2 x hits / (called + there are); 0 where nothing is called and nothing is there."""
    both = float(called.sum() + unsupported.sum())
    return 2 * float((called * unsupported).sum()) / both if both else 0.0


def best_threshold(scores: Numbers, unsupported: Numbers) -> float:
    """The threshold of the best F1, the higher of two equally good; scores at or above it are called unsupported. It
    lies half-way between two scores. Both arrays: float64 (n,), n at least 1."""
    steps = np.unique(scores)[::-1]
    best = max(range(len(steps)), key=lambda n: f1_of(scores >= steps[n], unsupported))
    below = steps[best + 1] if best + 1 < len(steps) else steps[best]
    return float((steps[best] + below) / 2)


def judge(scores: Numbers, threshold: float, unsupported: Numbers) -> Score:
    """How well scores at or above the threshold tell what is unsupported. Both arrays: float64 (n,), n at least 1."""
    called = scores >= threshold
    hits = float((called * unsupported).sum())
    drawn = np.random.default_rng(0).integers(0, len(called), (RESAMPLES, len(called)))
    both = called[drawn].sum(1) + unsupported[drawn].sum(1)
    again = 2 * (called * unsupported)[drawn].sum(1) / np.maximum(both, 1)
    low, high = np.quantile(again, [0.025, 0.975])
    there = unsupported == 1
    return Score(
        threshold=threshold,
        precision=hits / max(1.0, float(called.sum())),
        recall=hits / max(1.0, float(unsupported.sum())),
        f1=f1_of(called, unsupported),
        interval=(float(low), float(high)),
        auc=auc(scores[there].tolist(), scores[~there].tolist()),
    )


@dataclass(frozen=True, slots=True)
class Measured:
    """Pairs with what the product's check and the measures make of them; arrays over the pairs.

    ``refused``: bool (n,), by the product's check; ``uncovered``: float64 (n,), one less the score of the check;
    ``rows``: float64 (n, n_measures).
    """

    pairs: tuple[Pair, ...]
    refused: npt.NDArray[np.bool_]
    uncovered: Numbers
    rows: Numbers

    def part(self, chosen: npt.NDArray[np.bool_]) -> "Measured":
        """The pairs for which ``chosen``, bool (n,), holds."""
        pairs = tuple(pair for pair, kept in zip(self.pairs, chosen, strict=True) if kept)
        return Measured(pairs, self.refused[chosen], self.uncovered[chosen], self.rows[chosen])

    @property
    def unsupported(self) -> Numbers:
        """float64 (n,), 1 for every label but SUPPORTED."""
        return np.array([float(pair.label != SUPPORTED) for pair in self.pairs])

    def halves(self, definition: str, seed: int) -> "tuple[Measured, Measured]":
        """For tuning, and held out, under one of DEFINITIONS."""
        asked = np.array([pair.label != PARTIAL or definition != DEFINITIONS[0] for pair in self.pairs])
        tuning = np.array([in_tuning_half(pair, seed) for pair in self.pairs])
        return self.part(asked & tuning), self.part(asked & ~tuning)


def measured(pairs: Sequence[Pair], embed: Embed) -> Measured:
    """What there is to know of the pairs, at least one. ``embed`` gives rows of unit length."""
    checks = [support(pair.sentence, pair.evidence) for pair in pairs]
    rows = [[getattr(m, name) for name in NAMES] for m in measure(pairs, embed)]
    return Measured(
        tuple(pairs),
        np.array([bool(check.reason) for check in checks]),
        np.array([1 - check.score for check in checks]),
        np.array(rows, dtype=np.float64),
    )


def fitted(tuning: Measured) -> tuple[Regression, float]:
    """The regression over the tuning half, and its threshold, set on scores of pairs that it had not seen."""
    pages = [pair.page for pair in tuning.pairs]
    unseen = out_of_fold(tuning.rows, tuning.unsupported, pages)
    return train(tuning.rows, tuning.unsupported), best_threshold(unseen, tuning.unsupported)


def compared(tuning: Measured, held: Measured) -> dict[str, Score]:
    """Each way to call a sentence unsupported, thresholds and weights from ``tuning``, scored on ``held``."""
    there, missing = held.unsupported, 1 - held.rows[:, NAMES.index("coverage")]
    uncovered = best_threshold(tuning.uncovered, tuning.unsupported)
    uncovered_by_all = best_threshold(1 - tuning.rows[:, NAMES.index("coverage")], tuning.unsupported)
    regression, threshold = fitted(tuning)
    return {
        "call everything unsupported": judge(np.ones(len(there)), 0.5, there),
        "the check as it is": judge(held.refused.astype(np.float64), 0.5, there),
        "1 - score of the check": judge(held.uncovered, uncovered, there),
        "1 - coverage by all that is cited": judge(missing, uncovered_by_all, there),
        "regression": judge(regression.scores(held.rows), threshold, there),
    }


def claims_report(claims: Measured, seed: int) -> list[str]:
    """Lines of Markdown: for each definition the table, with the mean F1 of other halvings, and the weights."""
    lines: list[str] = []
    for definition in DEFINITIONS:
        tuning, held = claims.halves(definition, seed)
        counts = [f"{int(half.unsupported.sum())} of {len(half.pairs)}" for half in (tuning, held)]
        lines += [f"Unsupported is {definition}: {counts[0]} for tuning, {counts[1]} held out.", ""]
        lines.append(f"| unsupported by | from | precision | recall | F1 | 95 % | AUC | F1, {SPLITS} other halvings |")
        lines.append("| --- | --- | --- | --- | --- | --- | --- | --- |")
        again = [compared(*claims.halves(definition, seed + n)) for n in range(1, SPLITS + 1)]
        for name, s in compared(tuning, held).items():
            others = [scores[name].f1 for scores in again]
            cells = [f"{value:.2f}" for value in (s.threshold, s.precision, s.recall, s.f1)]
            cells += [f"{s.interval[0]:.2f} to {s.interval[1]:.2f}", f"{s.auc:.2f}"]
            lines.append(f"| {name} | {' | '.join(cells)} | {np.mean(others):.2f}, sd {np.std(others):.2f} |")
        regression, _ = fitted(tuning)
        weights = ", ".join(f"{name} {w:+.2f}" for name, w in zip(NAMES, regression.weights, strict=True))
        lines += ["", f"Weights: {weights}, bias {regression.bias:+.2f}.", ""]
    return lines


def changes_report(changed: Measured, claims: Measured, seed: int) -> list[str]:
    """Lines of Markdown: what share of the sentences of each kind the check and the regression let pass."""
    models = [fitted(claims.halves(definition, seed)[0]) for definition in DEFINITIONS]
    kinds = dict.fromkeys(pair.kind for pair in changed.pairs)
    lines = ["| kind | pairs | check | regression, first | regression, second |", "| --- | --- | --- | --- | --- |"]
    for kind in kinds:
        part = changed.part(np.array([pair.kind == kind for pair in changed.pairs]))
        shares = [1 - part.refused.mean(), *((m.scores(part.rows) < t).mean() for m, t in models)]
        lines.append(f"| {kind} | {len(part.pairs)} | " + " | ".join(f"{share:.3f}" for share in shares) + " |")
    return lines


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line. Raises ReadError where a data set is missing."""
    parser = argparse.ArgumentParser(prog="python -m rag.training.evaluate_support", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the open data sets")
    parser.add_argument("--count", type=int, default=300, help="changed sentences of each kind")
    parser.add_argument("--seed", type=int, default=0, help="of the halves and of the changed sentences")
    given = parser.parse_args(arguments)
    wice = given.data / "wice" / "claim-dev.jsonl.xz"
    ways = {"annotated where there are any": load_wice(wice), "found by their words": load_wice(wice, annotated=False)}
    corpus = load_qed(given.data / "qed" / "train.jsonl.xz")
    embed = MiniLMEmbedder().encode
    claims = {}
    for way, pairs in ways.items():
        claims[way] = measured(pairs, embed)
        print(f"## Claims of WiCE, cited sentences {way}\n")
        print("\n".join(claims_report(claims[way], given.seed)), flush=True)
    pairs = changed_sentences(corpus, Grouper(corpus).swapper, given.count, given.seed)
    print("## Sentences of QED as they stand and changed: share passed\n")
    print("\n".join(changes_report(measured(pairs, embed), next(iter(claims.values())), given.seed)))


if __name__ == "__main__":
    main()
