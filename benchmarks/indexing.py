"""Vectors of passages: chunks a second beside sentence-transformers as it comes, on the same chunks.

python benchmarks/indexing.py [--chunks 300] [--rounds 5]
"""

import argparse
import random
from statistics import median

from common import ROOT, in_turn, paired, told

WORDS = 130  # of a chunk


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chunks", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    from rag.runtime import tune

    tune()
    from index.embed import MiniLMEmbedder, SentenceTransformerEmbedder, embedding_folder

    words = " ".join(p.read_text(encoding="utf-8") for p in (ROOT / "index" / "articles").glob("*.md")).split()
    chooser = random.Random(3)
    chunks = [
        " ".join(chooser.sample(words, max(20, int(chooser.gauss(WORDS, WORDS / 4))))) for _ in range(given.chunks)
    ]
    ours, theirs = MiniLMEmbedder(), SentenceTransformerEmbedder(embedding_folder())
    seconds = in_turn({"ours": lambda: ours.encode(chunks), "theirs": lambda: theirs.encode(chunks)}, given.rounds)
    drift = 1 - float((ours.encode(chunks) * theirs.encode(chunks)).sum(1).min())
    told(
        "indexing: vectors of passages",
        {
            "chunks": len(chunks),
            "chunks a second": len(chunks) / median(seconds["ours"]),
            "sentence-transformers, chunks a second": len(chunks) / median(seconds["theirs"]),
            "times faster (asked: 4)": paired(seconds["ours"], seconds["theirs"]),
            "largest cosine distance between the two": drift,
        },
    )


if __name__ == "__main__":
    main()
