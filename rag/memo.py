"""Vectors of texts that come by again: the sentences of one article with every question about it."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from index.embed import Matrix


class VectorMemo:
    """An embedding function that keeps the vectors of the texts last used. Safe to share between threads."""

    def __init__(self, embed: "Callable[[Sequence[str]], Matrix]", size: int = 20_000) -> None:
        """``size`` texts are kept: about 30 MB at 384 dimensions."""
        self._embed = embed
        self._size = size
        self._kept: OrderedDict[str, np.ndarray] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, texts: Sequence[str]) -> "Matrix":
        """float32 (n_texts, dim), as the embedding function gives it; (0, 0) for no texts."""
        import numpy as np

        with self._lock:
            known = {text: self._kept[text] for text in texts if text in self._kept}
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        if missing:
            known.update(zip(missing, self._embed(missing), strict=True))
        with self._lock:
            for text in texts:
                self._kept[text] = known[text]
                self._kept.move_to_end(text)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
        return np.stack([known[text] for text in texts]) if texts else np.zeros((0, 0), np.float32)
