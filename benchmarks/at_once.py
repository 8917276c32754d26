"""Answers a minute with several questions at once, beside one after another; and how long each then waits.

python benchmarks/at_once.py [--users 8] [--rounds 3]

The pipeline itself, without the chat's line, which lets one question read and write at a time.
"""

import argparse
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

from common import in_turn, paired, told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    from eval.datasets import load_dataset
    from rag.opening import fill_empty, open_colloquy
    from rag.settings import Settings

    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(library=Path(folder) / "library")
        fill_empty(settings)
        colloquy = open_colloquy(settings)
        questions = [e.question for e in load_dataset("briefs", limit=2 * given.users, seed=7).examples]
        waits: list[float] = []
        alone: dict[str, str] = {}
        astray: list[str] = []

        def ask(question: str) -> None:
            started = time.perf_counter()
            text = colloquy.ask(question).text
            waits.append(time.perf_counter() - started)
            if alone.setdefault(question, text) != text:
                astray.append(question)

        def together() -> None:
            with ThreadPoolExecutor(given.users) as pool:
                list(pool.map(ask, questions))

        def in_order() -> None:
            waits.clear()
            for question in questions:
                ask(question)

        # The last to run are those asked together: their waits are told.
        seconds = in_turn({"one": in_order, "all": together}, given.rounds)
        last = waits[-len(questions) :]
        told(
            f"at once: {given.users} users",
            {
                "questions": len(questions),
                "one after another, answers a minute": 60 * len(questions) / median(seconds["one"]),
                "at once, answers a minute": 60 * len(questions) / median(seconds["all"]),
                "times as many (asked: 3)": paired(seconds["all"], seconds["one"]),
                "wait at once, median s": median(last),
                "wait at once, longest s": max(last),
                "answers that differ from those alone": len(astray),
            },
        )


if __name__ == "__main__":
    main()
