"""Whole answers over the briefs, warm: Colloquy beside the LangChain tutorial with the same two models.

python benchmarks/answers.py [--questions 20]
"""

import argparse
import tempfile
from pathlib import Path
from statistics import median

from common import paired, told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=20)
    given = parser.parse_args()
    from eval.baseline import LangChainBaseline
    from eval.datasets import load_dataset
    from eval.systems import ColloquySystem, whole_articles
    from rag.opening import fill_empty, open_colloquy
    from rag.settings import Settings

    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(library=Path(folder) / "library")
        fill_empty(settings)
        colloquy = open_colloquy(settings)
        ours = ColloquySystem(colloquy, {})
        theirs = LangChainBaseline(whole_articles(colloquy.library), note=lambda text: None)
        examples = load_dataset("briefs", limit=given.questions + 1, seed=5).examples
        seconds: dict[str, dict[str, list[float]]] = {"ours": {}, "theirs": {}}
        for number, example in enumerate(examples):
            for name, system in (("ours", ours), ("theirs", theirs)):
                found = system.answer(example).answer["seconds"]
                for part, value in found.items():
                    if number:  # the first one warms both
                        seconds[name].setdefault(part, []).append(value)
        told(
            "answers: the question set over the briefs, warm",
            {
                "questions": len(examples) - 1,
                "retrieval, median s (asked: 0.1 over 10,000 articles)": median(seconds["ours"]["retrieve"]),
                "first verified words, median s (asked: 0.6)": median(seconds["ours"]["first"]),
                "whole answer, median s (asked: 1.5)": median(seconds["ours"]["total"]),
                "whole answer, worst s": max(seconds["ours"]["total"]),
                "LangChain tutorial, first word, median s": median(seconds["theirs"]["first"]),
                "LangChain tutorial, whole answer, median s": median(seconds["theirs"]["total"]),
                "times faster, whole answer (asked: 4)": paired(seconds["ours"]["total"], seconds["theirs"]["total"]),
            },
        )


if __name__ == "__main__":
    main()
