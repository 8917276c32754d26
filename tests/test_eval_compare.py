"""The comparison of two runs: paired, in the right direction, and silent where nothing can be told."""

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from eval.compare import compare
from eval.compare_text import comparison_text
from eval.differences import BETTER, UNTOLD, WORSE, Comparison, Difference
from eval.figures import Figure, Summary
from rag.records import DataError
from tests.fake_runs import figure, summary

RIGHT = "right and cited"


def numbered(values: Sequence[float], first: int = 0) -> dict[str, float]:
    return {f"q{first + n}": value for n, value in enumerate(values)}


def run(values: Mapping[str, Mapping[str, float]], figures: Sequence[Figure] = (), **more: Any) -> Summary:
    """A run whose figures are those of ``values``, unless given."""
    return summary(values=values, figures=tuple(figures) or tuple(figure(n, 0.5, 0.4, 0.6) for n in values), **more)


def only(a: Sequence[float], b: Sequence[float], **more: Any) -> Difference:
    made = [figure(RIGHT, 0.5, 0.4, 0.6, **more)]
    (difference,) = compare(run({RIGHT: numbered(a)}, made), run({RIGHT: numbered(b)}, made)).differences
    return difference


def test_the_interval_of_a_case_worked_by_hand() -> None:
    # Four pairs, differences 0, 0, 0 and 1. Resampled four times, their mean is k / 4 with k binomial (4, 1/4):
    # P(k = 0) = 0.32, so the 2.5 % point is 0; P(k <= 2) = 0.949 and P(k <= 3) = 0.996, so the 97.5 % point is 3 / 4.
    difference = only([0, 0, 1, 0], [0, 0, 1, 1])
    assert (difference.a, difference.b, difference.change) == (0.25, 0.5, 0.25)
    assert (difference.low, difference.high) == (0.0, 0.75)
    assert (difference.pairs, difference.improved, difference.worsened) == (4, 1, 0)


def test_pairing_finds_what_the_spread_between_questions_would_hide() -> None:
    # Each question is a little better, while questions differ from each other by far more.
    before = [n / 40 for n in range(40)]
    difference = only(before, [value + (0.01 if n % 2 else 0.02) for n, value in enumerate(before)])
    assert 0.013 < difference.low < difference.change < difference.high < 0.017
    assert difference.verdict == BETTER


@pytest.mark.parametrize(
    ("better", "verdict", "moved"), [("higher", BETTER, (30, 10)), ("lower", WORSE, (10, 30))], ids=["higher", "lower"]
)
def test_the_verdict_knows_which_direction_is_better(better: str, verdict: str, moved: tuple[int, int]) -> None:
    before, after = [0.0] * 30 + [1.0] * 10, [1.0] * 30 + [0.0] * 10
    difference = only(before, after, better=better)
    assert difference.low > 0 and difference.verdict == verdict
    assert (difference.improved, difference.worsened) == moved
    assert only(after, before, better=better).verdict == (WORSE if verdict == BETTER else BETTER)


def test_an_interval_that_holds_zero_tells_nothing() -> None:
    difference = only([0, 1] * 10, [1, 0] * 9 + [1, 1])
    assert difference.low < 0 < difference.high and difference.verdict == UNTOLD


@pytest.mark.parametrize(("after", "verdict"), [(1.0, BETTER), (0.0, UNTOLD)])
def test_equal_differences_give_an_interval_without_width_and_no_warning(after: float, verdict: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        difference = only([0.0] * 12, [after] * 12)
    assert difference.low == difference.change == difference.high == after
    assert difference.verdict == verdict


def test_too_few_questions_that_moved_tell_nothing() -> None:
    five, six = only([0.0] * 5, [1.0] * 5), only([0.0] * 6, [1.0] * 6)
    assert five.low == six.low == 1.0
    assert (five.verdict, six.verdict) == (UNTOLD, BETTER)
    # Of many questions five moved: resampling leaves 0 out, the sign test would not.
    few = only([0.0] * 100, [1.0] * 5 + [0.0] * 95)
    assert few.low > 0 and few.verdict == UNTOLD


def test_the_same_seed_gives_the_same_interval() -> None:
    a, b = (
        run({RIGHT: numbered([n % 3 / 7 for n in range(50)])}),
        run({RIGHT: numbered([n % 5 / 9 for n in range(50)])}),
    )
    assert compare(a, b, seed=3) == compare(a, b, seed=3)
    assert compare(a, b, seed=3).differences[0].low != compare(a, b, seed=4).differences[0].low


def test_only_questions_that_both_runs_have_are_compared() -> None:
    c = compare(run({RIGHT: numbered([1, 1, 1, 0])}), run({RIGHT: numbered([0, 1, 0], first=2)}))
    assert (c.common, c.only_a, c.only_b) == (2, 2, 1)
    assert (c.differences[0].a, c.differences[0].b, c.differences[0].pairs) == (0.5, 0.5, 2)
    assert (c.passed_only_a, c.passed_only_b) == (("q2",), ("q3",))
    assert "compared over the 2 that both have; 2 are only in A, 1 only in B" in comparison_text(c)


def test_a_measure_that_no_question_has_in_both_runs_is_left_out() -> None:
    values = {RIGHT: numbered([1, 0]), "F1": numbered([1.0])}
    c = compare(run(values), run({RIGHT: numbered([1, 1]), "F1": numbered([0.5], first=1)}))
    assert [d.name for d in c.differences] == [RIGHT]


def test_values_that_are_no_numbers_are_left_out() -> None:
    difference = only([0.0, float("nan"), 1.0], [1.0, 1.0, 1.0])
    assert (difference.pairs, difference.change) == (2, 0.5)


def test_measures_stand_in_the_order_of_the_figures() -> None:
    figures = [figure("b", 0.5, 0.4, 0.6), figure("a", 0.5, 0.4, 0.6)]
    values = {"a": numbered([1, 0]), "b": numbered([1, 0]), "unknown": numbered([1, 0])}
    assert [d.name for d in compare(run(values, figures), run(values, figures)).differences] == ["b", "a"]


def test_latencies_are_compared_by_their_mean_and_less_is_better() -> None:
    figures = [figure("last word, p50", 1.8, 1.6, 2.0, unit="s", better="lower")]
    slow, fast = ({"last word": numbered([wait + n / 10 for n in range(20)])} for wait in (3.0, 1.0))
    c = compare(run(slow, figures), run(fast, figures))
    (difference,) = c.differences
    assert (difference.name, difference.unit, difference.verdict) == ("last word, mean", "s", BETTER)
    assert difference.change == pytest.approx(-2.0) and difference.improved == 20
    assert c.passed_by == "" and "passed only" not in comparison_text(c)
    assert "last word, mean (s)" in comparison_text(c) and "-2.00" in comparison_text(c)


@pytest.mark.parametrize("name", ["F1 with no-answers", "F1", "f1"])
def test_without_citations_half_of_f1_passes(name: str) -> None:
    a, b = ({"short": numbered([0, 0, 1]), name: numbered(f1)} for f1 in ([0.5, 0.4, 0.9], [0.4, 0.5, 0.6]))
    c = compare(run(a), run(b))
    assert (c.passed_by, c.passed_only_a, c.passed_only_b) == (name, ("q0",), ("q1",))


def test_else_the_first_common_share_says_what_passed() -> None:
    figures = [figure("x", 1, 1, 1, unit="s"), figure("wrong event", 0.5, 0.4, 0.6, better="lower")]
    a, b = ({"x": numbered([2, 2]), "wrong event": numbered(wrong)} for wrong in ([0, 1], [1, 1]))
    c = compare(run(a, figures), run(b, figures))
    assert (c.passed_by, c.passed_only_a, c.passed_only_b) == ("wrong event", ("q0",), ())


def test_questions_without_an_answer_pass_by_being_declined() -> None:
    a = {RIGHT: numbered([1, 0]), "declined where unanswerable": {"n1": 0.0, "n2": 1.0}}
    b = {RIGHT: numbered([1, 1]), "declined where unanswerable": {"n1": 1.0, "n2": 1.0}}
    c = compare(run(a), run(b))
    assert (c.passed_only_a, c.passed_only_b) == ((), ("q1", "n1"))


def test_runs_over_different_data_are_refused() -> None:
    a, b = run({RIGHT: numbered([1])}), run({RIGHT: numbered([1])}, run={"digest": "cd34" * 16, "data": "briefs"})
    with pytest.raises(DataError) as caught:
        compare(a, b)
    told = str(caught.value)
    assert "A harbour (ab12ab12ab12), B briefs (cd34cd34cd34)" in told and "run both over the same" in told
    assert "\n" not in told


def test_runs_without_a_common_question_are_refused() -> None:
    a = run({RIGHT: numbered([1])}, run={"limit": 1, "seed": 4})
    with pytest.raises(DataError) as caught:
        compare(a, run({RIGHT: numbered([1], first=7)}, run={"limit": 1, "seed": 5}))
    told = str(caught.value)
    assert "A has 1 (limit 1, seed 4), B 1 (limit 1, seed 5)" in told and "same limit and seed" in told
    assert "\n" not in told


def verdict_of(*changes: tuple[str, float]) -> str:
    """The verdict on twelve questions of which every figure moved by as much as is said."""
    before = {name: numbered([0.5] * 12) for name, _ in changes}
    return compare(run(before), run({name: numbered([0.5 + change] * 12) for name, change in changes})).verdict


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ([("x", 0.1)], "1 figure compared over 12 questions: B is better in x."),
        ([("x", -0.1)], "1 figure compared over 12 questions: B is worse in x."),
        ([("x", 0)], "1 figure compared over 12 questions: no difference can be told."),
        (
            [("x", 0.1), ("y", 0.1), ("z", -0.1), ("v", 0), ("w", 0)],
            "5 figures compared over 12 questions: B is better in x and y and worse in z; "
            "no difference can be told in the other 2.",
        ),
        (
            [("x", 0.1), ("y", 0)],
            "2 figures compared over 12 questions: B is better in x; no difference can be told in the other one.",
        ),
    ],
)
def test_one_sentence_says_what_moved(changes: list[tuple[str, float]], sentence: str) -> None:
    assert verdict_of(*changes) == sentence


def test_the_text_is_aligned_and_complete() -> None:
    a = run(
        {RIGHT: numbered([0.0] * 10), "F1": numbered([0.25] * 10)}, system="Ours", run={"settings": {"k": 1, "m": 2}}
    )
    b = run(
        {RIGHT: numbered([1.0] * 10), "F1": numbered([0.25] * 10)}, system="Theirs", run={"settings": {"k": 3, "m": 2}}
    )
    text = comparison_text(compare(a, b))
    lines = text.splitlines()
    assert lines[:4] == [
        "A  Ours over harbour, 80 questions",
        "B  Theirs over harbour, 80 questions",
        "   k: 1 in A, 3 in B",
        "",
    ]
    head = next(line for line in lines if "verdict" in line)
    row = next(line for line in lines if line.startswith(RIGHT))
    assert row.split() == "right and cited 0.000 1.000 +1.000 +1.000 to +1.000 10 10 0 B is better".split()
    for column in ("A", "B - A", "95 % interval", "pairs", "worse"):
        end = head.index(column) + len(column)
        assert row[end - 1] != " " and row[end : end + 1] == " ", column
    assert head.index("verdict") == row.index("B is better")
    assert next(line for line in lines if line.startswith("F1")).split()[1:4] == ["0.250", "0.250", "0.000"]
    assert "2 figures compared over 10 questions: B is better in right and cited;" in text
    assert "passed only in A, by right and cited (0): none" in text
    assert "passed only in B, by right and cited (10): q0, q1, " in text


def test_an_interval_that_rests_on_few_questions_is_marked() -> None:
    marked = comparison_text(compare(run({RIGHT: numbered([0.0] * 5)}), run({RIGHT: numbered([1.0] * 5)})))
    assert "no difference can be told *" in marked and "* fewer than 6 questions moved" in marked
    plain = comparison_text(compare(run({RIGHT: numbered([0, 1])}), run({RIGHT: numbered([1, 0])})))
    assert "*" not in plain


def test_long_lists_of_ids_are_cut_in_the_text_alone() -> None:
    c = compare(run({RIGHT: numbered([0.0] * 60)}), run({RIGHT: numbered([1.0] * 60)}))
    text = comparison_text(c)
    assert len(c.passed_only_b) == 60
    assert "q39 and 20 more" in " ".join(text.split()) and "q40" not in text
    assert max(map(len, text.splitlines()[-6:])) <= 100


def test_the_text_cannot_steer_a_terminal() -> None:
    a = run({RIGHT: {"q\x1b[2J": 0.0}}, system="A\x1b]0;x\x07", run={"settings": {"k": "\x1b[31m"}})
    c: Comparison = compare(a, run({RIGHT: {"q\x1b[2J": 1.0}}))
    assert "\x1b" not in comparison_text(c) and "\x07" not in comparison_text(c)
