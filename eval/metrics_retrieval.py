"""Retrieval measures over rankings of articles, computed by ir-measures."""

from collections.abc import Mapping, Sequence, Set

CUTOFFS = (1, 3, 5, 10)


def retrieval(ranking: Sequence[str], relevant: Set[str]) -> Mapping[str, float]:
    """Measures of one ranking (best first, each article once) against the relevant articles, at least one.

    "hits at k": whether one of the first k is relevant (Success@k). "recall at 5" and "at 10": share of the relevant
    ones among the first k. "MRR": 1 / rank of the first relevant one, 0 where none is found (Voorhees 1999). "nDCG at
    10": discounted gain with 1 / log2(rank + 1), gains 0 and 1, divided by that of the best ranking (Jarvelin and
    Kekalainen 2002). Raises ValueError where nothing is relevant: no such measure is defined then.
    """
    import ir_measures
    from ir_measures import RR, R, Success, nDCG

    if not relevant:
        raise ValueError("no relevant article is named; leave the question out of retrieval measures")
    measures = {f"hits at {k}": Success @ k for k in CUTOFFS}
    measures |= {"recall at 5": R @ 5, "recall at 10": R @ 10, "MRR": RR, "nDCG at 10": nDCG @ 10}
    qrels = [ir_measures.Qrel("q", name, 1) for name in relevant]
    # The library orders by score; ranks as scores keep the order that the system gave.
    run = [ir_measures.ScoredDoc("q", name, float(len(ranking) - i)) for i, name in enumerate(ranking)]
    if not run:
        return dict.fromkeys(measures, 0.0)
    found = ir_measures.calc_aggregate(list(measures.values()), qrels, run)
    return {name: float(found[measure]) for name, measure in measures.items()}
