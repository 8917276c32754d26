"""Chunks: runs of whole sentences, short enough for the embedding model."""

from collections.abc import Sequence

from index.records import Span

# The embedding model reads 256 tokens; 110 words of news with the headline before them stay below that.
TARGET_WORDS = 110
# The last sentence of a chunk opens the next, so that a pronoun keeps its antecedent in one of the two.
OVERLAP_SENTENCES = 1


def group_sentences(text: str, sentences: Sequence[Span], target_words: int = TARGET_WORDS) -> list[tuple[Span, ...]]:
    """Groups of consecutive sentences of at most ``target_words`` words; a longer sentence is a group by itself.

    Every sentence is in at least one group, in order; neighbouring groups share one sentence where it leaves room.
    """
    lengths = [len(s.of(text).split()) for s in sentences]
    groups: list[tuple[Span, ...]] = []
    first = 0
    while first < len(sentences):
        last, words = first + 1, lengths[first]
        while last < len(sentences) and words + lengths[last] <= target_words:
            words += lengths[last]
            last += 1
        groups.append(tuple(sentences[first:last]))
        if last == len(sentences):
            break
        # The overlap must leave progress: a group always ends further on than the one before it.
        overlap = OVERLAP_SENTENCES if last - first > 1 and lengths[last - 1] + lengths[last] <= target_words else 0
        first = last - overlap
    return groups
