"""How the support check is measured: claims with their citations, sentences made to say another thing, the scores."""

import json
import lzma
from pathlib import Path
from random import Random

import numpy as np
import pytest

from index.errors import ReadError
from index.records import Article, Span
from rag.training.data import Corpus, Example, Page
from rag.training.evaluate_support import (
    DEFINITIONS,
    NAMES,
    Measured,
    best_threshold,
    changes_report,
    claims_report,
    compared,
    f1_of,
    judge,
    longest_run,
    measure,
    measured,
    out_of_fold,
    train,
)
from rag.training.negatives import Grouper
from rag.training.support_pairs import (
    CHANGES,
    PARTIAL,
    SUPPORTED,
    UNSUPPORTED,
    UNTOUCHED,
    Pair,
    best_sentences,
    changed_sentences,
    exchange_names,
    in_tuning_half,
    leave_negation_out,
    load_wice,
    put_negation_in,
)
from tests.fakes import BagEmbedder

LINES = [
    "(meta data) TITLE: The harbour of Lorne",
    "",
    "## Ida Kell opened the harbour  in 2021.",
    "It cost 3 million crowns.",
    "The crew was led by Ruth Amsel.",
    "Gulls live on the quay.",
]


def claim(name: str, text: str, label: str, sets: list[list[int]], page: str = "Lorne") -> dict[str, object]:
    meta = {"id": name, "claim_title": page}
    return {"label": label, "supporting_sentences": sets, "claim": text, "evidence": LINES, "meta": meta}


def write_claims(path: Path, *records: dict[str, object]) -> Path:
    with lzma.open(path, "wt", encoding="utf-8") as handle:
        handle.writelines(json.dumps(record) + "\n" for record in records)
    return path


CLAIMS = (
    claim("one", "Kell opened the harbour in 2021.", SUPPORTED, [[0, 2, 3], [2, 3], [2]]),
    claim("two", "The harbour of Ida Kell cost 9 million crowns.", UNSUPPORTED, [[]]),
)


# -- claims ---------------------------------------------------------------------------------------------------------


def test_the_fewest_annotated_sentences_are_cited(tmp_path: Path) -> None:
    one, two = load_wice(write_claims(tmp_path / "claims.xz", *CLAIMS))
    assert [e.text for e in one.evidence] == ["Ida Kell opened the harbour in 2021."]
    assert (one.key, one.page, one.label, one.kind) == ("one", "Lorne", SUPPORTED, "claim")
    # Nothing is annotated: the sentences that share its words.
    assert [e.text for e in two.evidence] == ["Ida Kell opened the harbour in 2021.", "It cost 3 million crowns."]


def test_cited_sentences_can_be_found_for_every_claim_alike(tmp_path: Path) -> None:
    path = write_claims(tmp_path / "claims.xz", claim("one", "The crew of Amsel.", SUPPORTED, [[2], [5]]))
    [pair] = load_wice(path, annotated=False)
    assert pair.cited_text == "The crew was led by Ruth Amsel."


def test_each_sentence_adds_words_that_are_not_held_yet() -> None:
    sentences = ["The old harbour cost much.", "The old harbour cost money.", "Kell paid.", "Gulls live there."]
    assert best_sentences("Kell paid what the old harbour cost.", sentences) == (0, 2)
    assert best_sentences("Nothing of this kind.", sentences) == (0,)
    assert best_sentences("Kell paid.", []) == ()


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"no file .*; expected WiCE's claims"):
        load_wice(tmp_path / "claims.xz")


def test_claims_of_one_page_stay_in_one_half() -> None:
    article = Article("a" * 16, "", "Words.")
    pairs = [Pair(f"{n}", f"page {n // 2}", "Words.", article, (Span(0, 6),), SUPPORTED) for n in range(400)]
    halves = [in_tuning_half(pair) for pair in pairs]
    assert halves[::2] == halves[1::2] and 140 < sum(halves) < 260
    assert halves == [in_tuning_half(pair) for pair in pairs] != [in_tuning_half(pair, 1) for pair in pairs]


# -- sentences made to say another thing ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "exchanged"),
    [
        ("Then Ida Kell accused Tom Rowe in March.", "Then Tom Rowe accused Ida Kell in March."),
        ("The town of Lorne lies north of Havdal.", "The town of Havdal lies north of Lorne."),
        ("Ida Kell met Tom Rowe.", None),
        ("Ida Kell and Tom Rowe opened it.", None),
        ("Afghan troops left Afghanistan.", None),
        ("Kell opened it in 2021.", None),
    ],
)
def test_names_change_places_around_a_word(text: str, exchanged: str | None) -> None:
    assert exchange_names(text, {"then", "the", "it"}) == exchanged


def test_a_negation_is_put_in_and_left_out() -> None:
    assert put_negation_in("The port was closed.") == "The port was not closed."
    assert put_negation_in("The port was not closed.") is None
    assert put_negation_in("The port closed.") is None
    assert leave_negation_out("The port was not closed.") == "The port was closed."
    assert leave_negation_out("Ships cannot land.") == "Ships can land."
    assert leave_negation_out("They didn’t land.") == "They did land."
    assert leave_negation_out("The port was closed.") is None
    assert leave_negation_out("The port was not closed without reason.") is None


def towns() -> Corpus:
    pages, examples = [], []
    names = ["Elvik", "Marnes", "Torsund", "Havdal", "Kvitnes", "Lundby", "Skarvik", "Bergset"]
    for n, (town, other) in enumerate(zip(names, names[1:] + names[:1], strict=True)):
        sentences = [
            f"The harbour of {town} was the first that traders from {other} built in 19{n}4.",
            f"In winter {n + 12} ships did not reach {town} because of the ice.",
        ]
        text = " ".join(sentences)
        spans = (Span(0, len(sentences[0])), Span(len(sentences[0]) + 1, len(text)))
        pages.append(Page(f"page {n}", town, text, spans))
        at = text.index(other)
        examples.append(Example("where did the traders come from", n, Span(at, at + len(other)), False, "qed"))
    return Corpus(tuple(pages), tuple(examples))


def test_changed_sentences_cite_what_they_were_made_of() -> None:
    corpus = towns()
    swapper = Grouper(corpus).swapper
    pairs = changed_sentences(corpus, swapper, 5)
    assert pairs == changed_sentences(corpus, swapper, 5) != changed_sentences(corpus, swapper, 5, seed=1)
    kinds = [pair.kind for pair in pairs]
    assert set(kinds) <= {UNTOUCHED, *CHANGES} and all(kinds.count(kind) <= 5 for kind in kinds)
    assert {UNTOUCHED, "year exchanged", "number exchanged", "name exchanged", "roles exchanged"} <= set(kinds)
    assert {"negation put in", "negation left out"} <= set(kinds)
    for pair in pairs:
        said = pair.sentence in pair.cited_text
        assert said == (pair.kind == UNTOUCHED) == (pair.label == SUPPORTED)
        if pair.kind in ("year exchanged", "number exchanged"):
            there = set(pair.cited_text.rstrip(".").replace(". ", " ").split())
            [new] = set(pair.sentence.rstrip(".").split()) - there
            assert new.isdigit() and (len(new) == 4) == (pair.kind == "year exchanged")


# -- scores ---------------------------------------------------------------------------------------------------------


def test_measures_of_a_claim_that_its_citation_lacks_in_part(tmp_path: Path) -> None:
    text = "Ruth Amsel and Tom Rowe did not lead the crew of 12."
    path = write_claims(tmp_path / "claims.xz", claim("one", text, PARTIAL, [[4]]))
    [found] = measure(load_wice(path), BagEmbedder().encode)
    assert found.coverage == pytest.approx(4 / 7)
    # "Ruth" opens the sentence, and is not known for a name.
    assert (found.numbers, found.names, found.denial) == pytest.approx((1.0, 2 / 3, 1.0))
    assert found.run == pytest.approx(2 / 7)
    assert 0 < found.cosine < 1 and 0 < found.rare < 1


def test_a_run_stands_side_by_side_in_both() -> None:
    assert longest_run("a b c d".split(), "x b c a b".split()) == 2
    assert longest_run([], ["a"]) == longest_run(["a"], []) == 0


def test_precision_recall_and_f1_by_hand() -> None:
    there = np.array([1.0, 1.0, 1.0, 0.0, 0.0, 0.0])
    found = judge(np.array([0.9, 0.8, 0.2, 0.5, 0.1, 0.0]), 0.5, there)
    assert (found.precision, found.recall, found.f1) == pytest.approx((2 / 3, 2 / 3, 2 / 3))
    assert found.auc == pytest.approx(8 / 9)
    assert found.interval[0] <= found.f1 <= found.interval[1]
    assert f1_of(np.zeros(2, dtype=bool), np.zeros(2)) == 0.0
    everything = judge(np.ones(6), 0.5, there)
    assert (everything.precision, everything.recall, everything.auc) == pytest.approx((0.5, 1.0, 0.5))


def test_the_threshold_of_the_best_f1_lies_between_two_scores() -> None:
    assert best_threshold(np.array([0.9, 0.7, 0.3, 0.1]), np.array([1.0, 1.0, 0.0, 0.0])) == pytest.approx(0.5)
    assert best_threshold(np.array([0.2, 0.2]), np.array([1.0, 0.0])) == pytest.approx(0.2)


def test_the_regression_finds_the_measure_that_tells() -> None:
    rows = np.random.default_rng(0).normal(size=(200, 3)) * [1.0, 10.0, 1.0] + [0.0, 5.0, 0.0]
    there = (rows[:, 1] > 5).astype(float)
    model = train(rows, there)
    assert ((model.scores(rows) > 0.5) == (there == 1)).mean() > 0.95
    assert abs(model.weights[1]) * 10 > 5 * abs(model.weights[[0, 2]]).max()
    unseen = out_of_fold(rows, there, [f"page {n}" for n in range(200)])
    assert ((unseen > 0.5) == (there == 1)).mean() > 0.9


def invented(count: int) -> Measured:
    """Claims that copy their sentence, lack half of its words, or speak of something else."""
    random = Random(0)
    nouns = "harbour bridge school market church tower garden library station museum".split()
    pairs = []
    for n in range(count):
        first, second, third, fourth = random.sample(nouns, 4)
        text = f"The {first} of the town stands beside the {second} since 19{n % 90 + 10}."
        label = (SUPPORTED, PARTIAL, UNSUPPORTED)[n % 3]
        said = {
            SUPPORTED: f"Since 19{n % 90 + 10} the {first} stands beside the {second}.",
            PARTIAL: f"The {first} stands beside the {second} and the {third}.",
            UNSUPPORTED: f"A {third} was sold with the {fourth} in 2003.",
        }[label]
        article = Article(f"{n:016}", "", text)
        pairs.append(Pair(str(n), f"page {n}", said, article, (Span(0, len(text)),), label))
    return measured(pairs, BagEmbedder().encode)


def test_ways_to_call_a_sentence_unsupported_are_compared_on_the_held_half() -> None:
    claims = invented(120)
    tuning, held = claims.halves(DEFINITIONS[0], seed=0)
    assert {p.label for p in (*tuning.pairs, *held.pairs)} == {SUPPORTED, UNSUPPORTED}
    assert not {p.page for p in tuning.pairs} & {p.page for p in held.pairs}
    found = compared(tuning, held)
    share = held.unsupported.mean()
    everything = found.pop("call everything unsupported")
    assert (everything.precision, everything.recall) == pytest.approx((share, 1.0))
    assert found["regression"].f1 == found["1 - coverage by all that is cited"].f1 == 1.0
    assert all(score.recall == 1.0 for score in found.values())
    assert len(claims.halves(DEFINITIONS[1], seed=0)[0].pairs) > len(tuning.pairs)


def test_the_reports_are_tables() -> None:
    claims = invented(90)
    lines = claims_report(claims, seed=0)
    assert sum(line.startswith("| regression |") for line in lines) == len(DEFINITIONS)
    assert all(name in line for line in lines if line.startswith("Weights") for name in NAMES)
    corpus = towns()
    changed = measured(changed_sentences(corpus, Grouper(corpus).swapper, 4), BagEmbedder().encode)
    table = {line.split(" | ")[0]: line for line in changes_report(changed, claims, seed=0)}
    assert table[f"| {UNTOUCHED}"].startswith(f"| {UNTOUCHED} | 4 | 1.000 |")
    assert table["| year exchanged"].split(" | ")[2] == "0.000"
