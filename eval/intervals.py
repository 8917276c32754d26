"""Confidence intervals by the bootstrap (Efron and Tibshirani 1993), through scipy."""

from collections.abc import Callable, Sequence

CONFIDENCE = 0.95
RESAMPLES = 2000


def interval(
    values: Sequence[float], seed: int = 0, statistic: Callable[[Sequence[float]], float] | None = None
) -> tuple[float, float]:
    """The 95 % percentile interval of the mean, or of ``statistic(values)``, over resampled questions.

    One value, or values that are all the same, give an interval without width. Raises ValueError for no values.
    """
    import numpy as np
    from scipy.stats import bootstrap

    if not len(values):
        raise ValueError("an interval needs at least one value")
    measured = np.asarray(values, dtype=float)
    if len(measured) < 2 or bool((measured == measured[0]).all()):
        return float(measured[0]), float(measured[0])
    found = bootstrap(
        (measured,),
        statistic or np.mean,
        n_resamples=RESAMPLES,
        batch=200,
        vectorized=statistic is None,
        confidence_level=CONFIDENCE,
        method="percentile",
        rng=np.random.default_rng(seed),
    ).confidence_interval
    return float(found.low), float(found.high)
