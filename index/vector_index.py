"""Which FAISS index holds the vectors, by their number, and how it is searched.

Up to ``FLAT_AT_MOST`` vectors all are compared, which is exact. Above it they lie in lists around centres, as eight-bit
codes; the lists nearest to the question are read, and what they give is put in order by the exact products, for which
the store has the vectors. Measured on two busy Zen 5 cores with 384 dimensions (EXPERIMENTS.md, "Search at a million
chunks"): comparing all takes 1.3 ms over 10,000 vectors, 8 over 50,000, 18 over 100,000, 35 over 200,000, and 1,536
bytes a vector. Lists of eight-bit codes take a quarter of the memory and 3 ms over a million, at a recall at ten of
0.979 as the codes have it and 1.000 in exact order. Sixteen-bit codes find no more in exact order. A graph (HNSW) takes
four times the memory of the codes, at 100,000 twice as long to build, finds less of real questions in the same time
(0.964 and 0.988 against 0.985 and 0.993), and nothing can be taken out of it.
"""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from index.embed import Matrix

# Vectors up to which all are compared: 8 ms there.
FLAT_AT_MOST = 50_000
# Lists read for a question. Over a million grown vectors 64 give a recall of 0.995, 128 of 0.999, 256 of 1.000 (3 ms);
# more than these need, since real ones may lie less close together.
PROBES = 256
# Of a filter that leaves one vector in n, n times as many lists: 7 ns for each vector passed over, at most 8 ms.
PASSING = 128
# Vectors a list's centre is learnt from. FAISS warns below 39.
SAMPLED = 64
# How many more than asked for are put in order by their exact products: codes of eight bits swap near neighbours.
SPARE = 1.5
# The centres are learnt anew once there are so many times more, or fewer, vectors than when they were learnt.
OUTGROWN = 2.0
SEED = 1234


def kind_of(count: int) -> str:
    """``flat`` or ``ivf``: the kind of index for so many vectors."""
    return "flat" if count <= FLAT_AT_MOST else "ivf"


def lists_for(count: int) -> int:
    """Number of lists for so many vectors: the power of two next below 5 sqrt(n) (FAISS advises 4 to 16 sqrt(n))."""
    return 1 << max(0, int(5 * count**0.5).bit_length() - 1)


def new_flat(dim: int) -> Any:
    """An empty index that compares all; its ids are given."""
    import faiss

    return faiss.IndexIDMap2(faiss.IndexFlatIP(dim or 1))


def new_lists(count: int, sample: Matrix) -> Any:
    """An empty index of lists for ``count`` vectors, with centres learnt from ``sample``, float32 (n, dim)."""
    import faiss

    dim, lists = sample.shape[1], lists_for(count)
    codes = faiss.ScalarQuantizer.QT_8bit
    centres = faiss.IndexFlatIP(dim)
    index = faiss.IndexIVFScalarQuantizer(centres, dim, lists, codes, faiss.METRIC_INNER_PRODUCT)
    index.cp.niter, index.cp.max_points_per_centroid, index.cp.seed, index.cp.spherical = 8, SAMPLED, SEED, True
    # Small samples, in tests, are no reason to write warnings.
    index.cp.min_points_per_centroid = 1
    index.train(sample)
    return index


def is_lists(index: Any) -> bool:
    """Whether it is one of ``new_lists``."""
    return hasattr(index, "nprobe")


def ids_of(index: Any) -> np.ndarray:
    """The ids of all vectors of an index, int64 (n,), in no order."""
    import faiss

    if not is_lists(index):
        return np.asarray(faiss.vector_to_array(index.id_map))
    held = index.invlists
    parts = [
        faiss.rev_swig_ptr(held.get_ids(number), held.list_size(number)).copy()
        for number in range(index.nlist)
        if held.list_size(number)
    ]
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)


def outgrown(count: int, trained_on: int) -> bool:
    """Whether centres learnt when there were ``trained_on`` vectors are too few or too many for ``count``."""
    return not trained_on / OUTGROWN <= count <= trained_on * OUTGROWN


def nearest(
    index: Any,
    vector: Matrix,
    limit: int,
    allowed: np.ndarray | None,
    exact: Callable[[Iterable[int]], tuple[np.ndarray, Matrix]],
) -> list[int]:
    """Ids by inner product with ``vector``, float32 (dim,), best first, at most ``limit``.

    Only ``allowed`` ids (int64, sorted) are looked at where given. The fewer a filter leaves, the more lists are read:
    about as many vectors are compared, and with few allowed it is all of them. ``exact`` gives, for ids, those that are
    still there with their vectors.
    """
    import faiss

    if index.ntotal == 0 or (allowed is not None and len(allowed) == 0):
        return []
    query = np.ascontiguousarray(vector.reshape(1, -1), dtype=np.float32)
    if not is_lists(index):
        parameters = None
        if allowed is not None:
            parameters = faiss.SearchParameters(sel=faiss.IDSelectorBatch(allowed))  # type: ignore[call-arg]
        _, ids = index.search(query, min(limit, index.ntotal), params=parameters)
        # FAISS fills the rows that it cannot find with -1.
        return [int(i) for i in ids[0] if i >= 0]
    probes, sel = min(PROBES, index.nlist), None
    if allowed is not None:
        probes = min(index.nlist, max(probes, -(-PASSING * index.ntotal // len(allowed))))
        # A bit for each id: half a million ids in a set would take longer to prepare than to search.
        bits = np.zeros(int(allowed[-1]) + 1, dtype=bool)
        bits[allowed] = True
        sel = faiss.IDSelectorBitmap(np.packbits(bits, bitorder="little"))  # type: ignore[call-arg,arg-type]
    parameters = faiss.SearchParametersIVF(nprobe=probes, sel=sel)  # type: ignore[call-arg]
    _, found = index.search(query, min(int(limit * SPARE) + 1, index.ntotal), params=parameters)
    ids, vectors = exact(int(i) for i in found[0] if i >= 0)
    if not len(ids):
        return []
    order = np.lexsort((ids, -(vectors @ query[0])))
    return [int(i) for i in ids[order[:limit]]]
