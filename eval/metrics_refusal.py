"""Measures of when a system should have declined and when it did."""

from collections.abc import Sequence


def risk_coverage(
    confidences: Sequence[float], right: Sequence[bool], asked: int | None = None
) -> tuple[tuple[float, float], ...]:
    """(coverage, risk) for every threshold, from the surest answer on; both in [0, 1].

    Coverage is the share of the questions ``asked`` that are answered, risk the share of wrong ones among those
    (El-Yaniv and Wiener 2010). ``asked`` is the number of answers unless given: with declined questions left out of the
    lists and counted in it, the curve ends at the coverage of the run. Answers of equal confidence are given together.
    Raises ValueError for lists of different length.
    """
    asked = len(right) if asked is None else asked
    if len(confidences) != len(right):
        raise ValueError(f"{len(confidences)} confidences and {len(right)} outcomes; expected one outcome for each")
    order = sorted(zip(confidences, right, strict=True), key=lambda pair: -pair[0])
    curve = []
    wrong = 0
    for n, (confidence, is_right) in enumerate(order, 1):
        wrong += not is_right
        if n == len(order) or order[n][0] != confidence:
            curve.append((n / asked, wrong / n))
    return tuple(curve)


def area_under(curve: Sequence[tuple[float, float]]) -> float:
    """AURC: the mean risk over the coverages of the curve, each point holding for the questions that it adds (Geifman
    and El-Yaniv 2017); lower is better. Raises ValueError for an empty curve."""
    if not curve:
        raise ValueError("an empty risk-coverage curve has no area")
    area, before = 0.0, 0.0
    for coverage, risk in curve:
        area += (coverage - before) * risk
        before = coverage
    return area / before
