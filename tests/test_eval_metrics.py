"""The measures against third-party implementations, hand-made cases, and deliberately broken copies of themselves."""

import json
import math
import random
import sys
import types
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import ir_measures
import pytest
from torchmetrics.functional.text import squad as torchmetrics_squad

from eval import intervals, metrics_answers, metrics_citations, metrics_refusal, metrics_retrieval

CASES = [
    json.loads(line) for line in (Path(__file__).parent / "eval_cases" / "squad.jsonl").read_text("utf-8").splitlines()
]


# -- exact match and F1 ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["why"])
def test_edge_cases_of_the_squad_script(case: dict[str, Any]) -> None:
    assert metrics_answers.exact_match(case["prediction"], case["answers"]) == case["exact"]
    assert metrics_answers.f1(case["prediction"], case["answers"]) == case["f1"]


@pytest.mark.parametrize("case", [c for c in CASES if c["answers"]], ids=lambda c: c["why"])
def test_agreement_with_another_implementation_to_the_last_digit(case: dict[str, Any]) -> None:
    # torchmetrics does not leave out answers that normalise to nothing, as the script of version 2.0 does.
    answers = [a for a in case["answers"] if metrics_answers.normalised(a)] or case["answers"]
    found = torchmetrics_squad(
        [{"prediction_text": case["prediction"], "id": "1"}],
        [{"answers": {"answer_start": [0] * len(answers), "text": answers}, "id": "1"}],
    )
    assert metrics_answers.exact_match(case["prediction"], case["answers"]) * 100 == float(found["exact_match"])
    assert metrics_answers.f1(case["prediction"], case["answers"]) * 100 == pytest.approx(float(found["f1"]), abs=1e-5)


def test_contains_wants_every_group_and_looks_past_typography() -> None:
    text = "The dialogue was held on 6–7  March; “we agree,” Kell said."
    assert metrics_answers.contains(text, [["6-7 march"], ['"we agree,"', "no"]]) == 1.0
    assert metrics_answers.contains(text, [["6-7 march"], ["Penn"]]) == 0.0
    assert metrics_answers.contains(text, []) == 0.0


# -- retrieval ---------------------------------------------------------------------------------------------------------


def by_hand(ranking: Sequence[str], relevant: set[str]) -> dict[str, float]:
    """The definitions, written out."""
    places = [i for i, name in enumerate(ranking, 1) if name in relevant]
    gain = sum(1 / math.log2(i + 1) for i in places if i <= 10)
    best = sum(1 / math.log2(i + 1) for i in range(1, min(len(relevant), 10) + 1))
    return {
        **{f"hits at {k}": float(any(i <= k for i in places)) for k in (1, 3, 5, 10)},
        **{f"recall at {k}": sum(i <= k for i in places) / len(relevant) for k in (5, 10)},
        "MRR": 1 / places[0] if places else 0.0,
        "nDCG at 10": gain / best,
    }


def rankings() -> list[tuple[list[str], set[str]]]:
    made = random.Random(3)
    names = [f"d{i}" for i in range(40)]
    return [(made.sample(names, made.randint(1, 30)), set(made.sample(names, made.randint(1, 6)))) for _ in range(200)]


def test_retrieval_agrees_with_its_definitions_on_random_rankings() -> None:
    for ranking, relevant in rankings():
        assert metrics_retrieval.retrieval(ranking, relevant) == pytest.approx(by_hand(ranking, relevant))


def test_retrieval_agrees_with_the_library_asked_for_all_questions_at_once() -> None:
    sample = rankings()
    qrels = [ir_measures.Qrel(str(q), name, 1) for q, (_, relevant) in enumerate(sample) for name in relevant]
    run = [
        ir_measures.ScoredDoc(str(q), name, 1 / (1 + i))
        for q, (rank, _) in enumerate(sample)
        for i, name in enumerate(rank)
    ]
    measures = {
        "hits at 5": ir_measures.Success @ 5,
        "recall at 10": ir_measures.R @ 10,
        "MRR": ir_measures.RR,
        "nDCG at 10": ir_measures.nDCG @ 10,
    }
    expected = ir_measures.calc_aggregate(list(measures.values()), qrels, run)
    for name, measure in measures.items():
        mean = sum(metrics_retrieval.retrieval(*one)[name] for one in sample) / len(sample)
        assert mean == pytest.approx(expected[measure], abs=1e-12)


def test_retrieval_of_nothing_found_and_of_nothing_relevant() -> None:
    assert set(metrics_retrieval.retrieval([], {"d"}).values()) == {0.0}
    with pytest.raises(ValueError, match="no relevant article"):
        metrics_retrieval.retrieval(["d"], set())


# -- citations ---------------------------------------------------------------------------------------------------------


QUOTE = "Mayor Ida Kell cut the ribbon at noon."


def answer(*sentences: Sequence[str]) -> dict[str, Any]:
    """An answer in its JSON form; each sentence given as the quotes of its citations."""
    quotes = list(dict.fromkeys(q for s in sentences for q in s))
    return {
        "sentences": [{"text": "-", "citations": [quotes.index(q) + 1 for q in s]} for s in sentences],
        "citations": [{"number": i, "quote": q} for i, q in enumerate(quotes, 1)],
    }


@pytest.mark.parametrize(
    ("sentences", "precision", "recall"),
    [
        ([[QUOTE]], 1.0, 1.0),
        ([["Salt came by ship."]], 0.0, 0.0),
        ([[QUOTE, "Salt came by ship."]], 0.5, 1.0),  # the second is irrelevant: the first alone carries it
        ([[QUOTE], ["Salt came by ship."]], 0.5, 0.5),
        ([["Mayor Ida Kell cut the ribbon"]], 1.0, 1.0),  # most of an annotated sentence
        ([["Mayor Ida"]], 0.0, 0.0),  # a quarter of it
        (
            [["Mayor Ida Kell", "cut the ribbon"]],
            1.0,
            1.0,
        ),  # neither alone is half of it, together they are: both count
        ([[f"It rained. {QUOTE} Salt came by ship."]], 1.0, 1.0),
        ([], None, None),
    ],
)
def test_citation_precision_and_recall(
    sentences: list[list[str]], precision: float | None, recall: float | None
) -> None:
    found = metrics_citations.citation_score(answer(*sentences), [QUOTE])
    assert (found.precision, found.recall) == (precision, recall)


# -- refusal -----------------------------------------------------------------------------------------------------------


def test_risk_coverage_by_hand() -> None:
    curve = metrics_refusal.risk_coverage([0.9, 0.8, 0.8, 0.1], [True, True, False, False])
    assert curve == ((0.25, 0.0), (0.75, 1 / 3), (1.0, 0.5))
    assert metrics_refusal.area_under(curve) == pytest.approx(0.25 * 0 + 0.5 / 3 + 0.25 * 0.5)
    # Two more were declined: the curve ends at two thirds, and the area is the mean over what it covers.
    assert metrics_refusal.risk_coverage([0.9, 0.8, 0.8, 0.1], [True, True, False, False], 6)[-1] == (4 / 6, 0.5)
    with pytest.raises(ValueError, match="one outcome for each"):
        metrics_refusal.risk_coverage([0.5], [])
    with pytest.raises(ValueError, match="empty"):
        metrics_refusal.area_under(())


# -- intervals ---------------------------------------------------------------------------------------------------------


def test_intervals_hold_the_mean_and_narrow_with_the_number_of_questions() -> None:
    few = intervals.interval([0.0, 1.0] * 10, seed=1)
    many = intervals.interval([0.0, 1.0] * 200, seed=1)
    assert few[0] < 0.5 < few[1] and many[0] < 0.5 < many[1]
    assert many[1] - many[0] < (few[1] - few[0]) / 3
    # 400 fair coins: 1.96 standard errors of the mean on either side.
    assert many[1] - many[0] == pytest.approx(2 * 1.96 * 0.5 / 20, rel=0.1)
    assert intervals.interval([0.0, 1.0] * 10, seed=1) == few
    assert intervals.interval([0.7, 0.7, 0.7]) == (0.7, 0.7)
    low, high = intervals.interval([float(n) for n in range(101)], statistic=median)
    assert 30 < low < 50 < high < 70
    with pytest.raises(ValueError, match="at least one"):
        intervals.interval([])


# -- broken on purpose -------------------------------------------------------------------------------------------------


def answers_hold(module: Any) -> bool:
    return all(
        module.exact_match(c["prediction"], c["answers"]) == c["exact"]
        and module.f1(c["prediction"], c["answers"]) == c["f1"]
        for c in CASES
    )


def retrieval_holds(module: Any) -> bool:
    return all(module.retrieval(*one) == pytest.approx(by_hand(*one)) for one in rankings()[:40])


def citations_hold(module: Any) -> bool:
    expected = {((QUOTE, "x y z"),): (0.5, 1.0), ((QUOTE,), ("x y z",)): (0.5, 0.5), ((QUOTE[:30],),): (1.0, 1.0)}
    expected |= {((QUOTE[:9],),): (0.0, 0.0), (("x y z",),): (0.0, 0.0), ((QUOTE[:14], QUOTE[14:28]),): (1.0, 1.0)}
    scores = {s: module.citation_score(answer(*s), [QUOTE]) for s in expected}
    return all((scores[s].precision, scores[s].recall) == value for s, value in expected.items())


def refusal_holds(module: Any) -> bool:
    curve = module.risk_coverage([0.8, 0.9, 0.8, 0.1], [True, True, False, False], 5)
    return bool(
        curve == ((1 / 5, 0.0), (3 / 5, 1 / 3), (4 / 5, 0.5))
        and module.area_under(curve) == pytest.approx((0.4 / 3 + 0.2 * 0.5) / 0.8)
    )


BREAKS = [
    (metrics_answers, answers_hold, "text.lower()", "text"),
    (metrics_answers, answers_hold, "a|an|the", "a|the"),
    (metrics_answers, answers_hold, '_ARTICLES.sub(" ", bare).split()', "bare.split()"),
    (metrics_answers, answers_hold, "if c not in _PUNCTUATION", "if True"),
    (metrics_answers, answers_hold, "max(score(answer)", "min(score(answer)"),
    (metrics_answers, answers_hold, "Counter(predicted) & Counter(wanted)", "Counter(set(predicted) & set(wanted))"),
    (metrics_answers, answers_hold, "2 * precision * recall / (precision + recall)", "(precision + recall) / 2"),
    (metrics_answers, answers_hold, "float(predicted == wanted)", "0.0"),
    (metrics_answers, answers_hold, "if normalised(answer)]", "]"),
    (metrics_answers, answers_hold, 'or [""]', 'or ["no answer"]'),
    (metrics_retrieval, retrieval_holds, "Success @ k", "Success @ (k + 1)"),
    (metrics_retrieval, retrieval_holds, "R @ 5", "R @ 6"),
    (metrics_retrieval, retrieval_holds, "R @ 10", "R @ 9"),
    (metrics_retrieval, retrieval_holds, "nDCG @ 10", "nDCG @ 5"),
    (metrics_retrieval, retrieval_holds, '"MRR": RR', '"MRR": RR @ 2'),
    (metrics_retrieval, retrieval_holds, "len(ranking) - i", "i"),
    (metrics_citations, citations_hold, "whole and (covers", "(covers"),
    (metrics_citations, citations_hold, "or not others)", "or True)"),
    (metrics_citations, citations_hold, "if j != i", ""),
    (metrics_citations, citations_hold, "COVERED = 0.5", "COVERED = 0.1"),
    (metrics_citations, citations_hold, "sum(supported) / len(supported)", "sum(relevant) / len(relevant)"),
    (metrics_refusal, refusal_holds, "-pair[0]", "pair[0]"),
    (metrics_refusal, refusal_holds, "wrong += not is_right", "wrong += is_right"),
    (metrics_refusal, refusal_holds, "wrong / n)", "wrong / asked)"),
    (metrics_refusal, refusal_holds, "n / asked", "n / len(order)"),
    (metrics_refusal, refusal_holds, "or order[n][0] != confidence", "or True"),
    (metrics_refusal, refusal_holds, "(coverage - before) * risk", "coverage * risk"),
    (metrics_refusal, refusal_holds, "area / before", "area"),
]


@pytest.mark.parametrize(
    ("module", "holds", "right", "broken"), BREAKS, ids=[f"{b[0].__name__[13:]}: {b[2]} to {b[3]}" for b in BREAKS]
)
def test_a_definition_broken_on_purpose_is_noticed(
    module: types.ModuleType, holds: Callable[[Any], bool], right: str, broken: str
) -> None:
    source = Path(str(module.__file__)).read_text(encoding="utf-8")
    assert right in source, "the definition has moved; break it where it stands now"
    assert holds(module)
    copy = types.ModuleType(f"{module.__name__}_broken")
    # Data classes look their module up by its name.
    sys.modules[copy.__name__] = copy
    try:
        exec(compile(source.replace(right, broken), copy.__name__, "exec"), copy.__dict__)
        assert not holds(copy)
    finally:
        del sys.modules[copy.__name__]
