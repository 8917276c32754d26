"""Which examples an epoch of training goes through, and the vectors by which names are exchanged for like ones."""

from collections.abc import Callable, Sequence
from random import Random
from typing import TYPE_CHECKING

from index.embed import embedding_folder
from index.tokenizer import encodable, open_tokenizer
from rag.training.data import Corpus, Example, held_out
from rag.training.negatives import Grouper

if TYPE_CHECKING:
    import numpy as np


def epoch_examples(
    corpus: Corpus, grouper: Grouper, seed: int, epoch: int, news: int, wiki: int, open_sets: int = 0, asked: int = 0
) -> list[Example]:
    """The examples of one epoch in order: all of QED and Time-Sensitive-QA, or ``open_sets`` of them, ``asked`` times
    the project's own, another draw of QAMR each time."""
    random = Random(f"{seed}:{epoch}")
    kept = [e for e in corpus.examples if not held_out(corpus.pages[e.page])]
    order = [e for e in kept if e.source in ("qed", "timeqa")]
    if open_sets:
        order = random.sample(order, min(open_sets, len(order)))
    order += [e for e in kept if e.source == "asked"] * asked
    for source, count in (("news", news), ("wiki", wiki)):
        pool = [e for e in kept if e.source == source and grouper.specific(e.question)]
        order += random.sample(pool, min(count, len(pool)))
    random.shuffle(order)
    return order


def open_name_embedder() -> "Callable[[Sequence[str]], np.ndarray]":
    """Names to the mean of their tokens' input embeddings in the shipped encoder, float32 (n_names, dim).

    Raises ModelError where its package is missing.
    """
    import numpy as np
    from safetensors.torch import load_file

    folder = embedding_folder()
    words = load_file(folder / "model.safetensors")["embeddings.word_embeddings.weight"].numpy()
    tokenizer = open_tokenizer(folder)

    def embed(names: Sequence[str]) -> "np.ndarray":
        rows = tokenizer.encode_batch([encodable(name) for name in names], add_special_tokens=False)
        return np.stack([words[row.ids or [0]].mean(0) for row in rows])

    return embed
