"""The embedded model, a prompt and its reply: computed here beside transformers, in float32 and as it is used.

python benchmarks/tokens.py [--rounds 7] [--prompts 40]

The prompts are sentences of the briefs, with the judge's bare answer as the product gives it. Beside llama.cpp
too, where that is installed (``llama_cpp_model.py``).
"""

import argparse
import re
import threading
from statistics import median
from typing import Any

from common import ROOT, in_turn, paired, told
from llama_cpp_model import LlamaCpp, installed

from rag.decoding import DRAFTED

LONG, REPLY = 447, 32  # tokens


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--prompts", type=int, default=40)
    given = parser.parse_args()
    import torch

    from rag.embedded import ADAPTER, converted
    from rag.embedded_model import open_embedded
    from rag.prompt import passage_messages
    from rag.runtime import tune
    from rag.transformers_model import TransformersModel, TransformersNetwork

    tune()
    folder = converted()
    ours: Any = open_embedded("ours", folder, ADAPTER)
    theirs = TransformersModel("theirs", str(folder), device="cpu", local=True, adapter=ADAPTER, dtype="float32")
    exact = theirs._model
    other = LlamaCpp(torch.get_num_threads()) if installed() else None

    text = " ".join(p.read_text(encoding="utf-8") for p in sorted((ROOT / "index" / "articles").glob("*.md")))
    sentences = [s for s in re.split(r"(?<=[.])\s+", text) if 60 < len(s) < 300][: given.prompts]
    prompts = [
        ours.encode(passage_messages("What does the report say?", "", s, " ".join(s.split()[:3]))) for s in sentences
    ]
    long = ours.tokens.encode(text)[:LONG]

    def generate(prompt: list[int], **options: Any) -> list[int]:
        with torch.inference_mode():
            ids = exact.generate(
                torch.tensor([prompt]), max_new_tokens=REPLY, do_sample=False, pad_token_id=0, **options
            )
        return [int(t) for t in ids[0, len(prompt) :] if int(t) not in ours.tokens.ends]

    def written(prompt: list[int]) -> list[int]:
        ours._kept = ([], None)  # nothing from the reply before
        return [t for step in ours._generate(prompt, REPLY, threading.Event()) for t in step]

    def singly(network: Any, cache: Any) -> None:
        for _ in range(DRAFTED):
            network.step([long[0]], cache, 1)
        network.crop(cache, DRAFTED)

    def drafted() -> None:
        """As many as are drafted at once, and checked together."""
        singly(ours._drafter, caches["ours"])
        ours._network.step([long[0]] * (DRAFTED + 1), caches["ours"], DRAFTED + 1)
        ours._network.crop(caches["ours"], DRAFTED + 1)

    plain = TransformersNetwork(exact, "cpu")
    caches = {"ours": ours._network.cache(), "theirs": plain.cache()}
    ours._network.step(long, caches["ours"], 1)
    plain.step(long, caches["theirs"], 1)
    prompting = {
        "ours": lambda: ours._network.step(long, ours._network.cache(), 1),
        "theirs": lambda: plain.step(long, plain.cache(), 1),
    }
    stepping = {"ours": drafted, "theirs": lambda: singly(plain, caches["theirs"])}
    if other is not None:
        prompting["llama.cpp"] = lambda: other.read(long)
        stepping["llama.cpp"] = lambda: [other.step(long[0]) for _ in range(DRAFTED)]
    first, single = in_turn(prompting, given.rounds), in_turn(stepping, given.rounds)
    replies: dict[str, list[list[int]]] = {"ours": [], "theirs": []}
    turn = {
        "ours": lambda: replies["ours"].append(written(prompts[len(replies["ours"]) % len(prompts)])),
        "theirs": lambda: replies["theirs"].append(generate(prompts[len(replies["theirs"]) % len(prompts)])),
    }
    if other is not None:
        # As many tokens as were written here: its text is another, without the adapter.
        turn["llama.cpp"] = lambda: other.write(
            prompts[(len(replies["ours"]) - 1) % len(prompts)], len(replies["ours"][-1]) + 1
        )
    whole = in_turn(turn, len(prompts), warm=0)
    same = sum(a == b for a, b in zip(replies["ours"], replies["theirs"], strict=True))
    tokens = sum(map(len, replies["ours"]))
    told(
        "tokens: the embedded model beside transformers in float32",
        {
            f"prompt of {LONG} tokens, s": median(first["ours"]),
            "  times faster": paired(first["ours"], first["theirs"]),
            "one token behind it, ms": median(single["ours"]) / DRAFTED * 1000,
            "  times faster, one token": paired(single["ours"], single["theirs"]),
            "replies": len(prompts),
            "whole reply, median s": median(whole["ours"]),
            "  times faster, whole reply": paired(whole["ours"], whole["theirs"]),
            "ms a token of a reply, with its prompt": sum(whole["ours"]) / max(1, tokens) * 1000,
            "same text (asked: 0.95)": same / len(prompts),
        }
        | _beside_llama_cpp(first, single, whole),
    )


def _beside_llama_cpp(*seconds: dict[str, list[float]]) -> dict[str, float]:
    if "llama.cpp" not in seconds[0]:
        return {}
    first, single, whole = seconds
    return {
        f"llama.cpp: prompt of {LONG} tokens, s": median(first["llama.cpp"]),
        "  times faster here (asked: 8)": paired(first["ours"], first["llama.cpp"]),
        "llama.cpp: one token, ms": median(single["llama.cpp"]) / DRAFTED * 1000,
        "  time here beside it (asked: at most 1.2)": paired(single["llama.cpp"], single["ours"]),
        "llama.cpp: as many tokens behind the same prompts, median s": median(whole["llama.cpp"]),
        "  times faster here (asked: 2.5)": paired(whole["ours"], whole["llama.cpp"]),
    }


if __name__ == "__main__":
    main()
