"""Scores answers in the JSON form of ``colloquy ask --batch`` against a question set (see sets/README.md).

python -m eval.score eval/sets/briefs.jsonl answers.jsonl
"""

import argparse
import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one answer fared. ``right`` and ``cited`` count only for answers, ``declined`` says what was done."""

    id: str
    kind: str
    answerable: bool
    declined: bool
    right: bool
    cited: bool
    short: bool

    @property
    def passed(self) -> bool:
        """Right and cited from a right article; for a question without an answer, declined or rightly corrected."""
        if self.answerable:
            return self.right and self.cited
        return self.declined or (self.right and self.cited)


def plain(text: str) -> str:
    """Lower case, runs of blanks as one, curly quotes straight, dashes as hyphens."""
    for curly, straight in {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‑": "-"}.items():
        text = text.replace(curly, straight)
    return " ".join(text.lower().split())


def judge(example: dict[str, Any], answer: dict[str, Any]) -> Verdict:
    """``example`` is a line of a question set, ``answer`` one of the batch output."""
    text = plain(" ".join(s["text"] for s in answer.get("sentences") or []))
    groups = example.get("all") or ([example["answers"]] if example.get("answers") else [])
    right = bool(groups) and all(any(plain(a) in text for a in group) for group in groups)
    right = right and not any(plain(w) in text for w in example.get("wrong") or [])
    files = {Path(c["article"]["path"] or "").name for c in answer.get("citations") or []}
    cited = bool(files & set(example["relevant"])) if example.get("relevant") else bool(files)
    cited = cited and set(example.get("relevant_all") or []) <= files
    short = plain(answer.get("short") or "")
    return Verdict(
        id=example["id"],
        kind=example["kind"],
        answerable=not example.get("unanswerable"),
        declined=bool(answer.get("abstained")),
        right=right,
        cited=cited,
        short=bool(short) and any(plain(a) in short for group in groups for a in group),
    )


def table(verdicts: list[Verdict]) -> str:
    """Passed of all, by kind, then the two rates that matter: right answers and rightful refusals."""
    rows = defaultdict(list)
    for verdict in verdicts:
        rows[verdict.kind].append(verdict.passed)
    lines = [f"{kind:14} {sum(passed):3} of {len(passed):3}" for kind, passed in sorted(rows.items())]
    answerable = [v for v in verdicts if v.answerable]
    open_ones = [v for v in verdicts if not v.answerable]
    for name, part, hit in (
        ("right and rightly cited", answerable, [v.passed for v in answerable]),
        ("wrongly declined", answerable, [v.declined for v in answerable]),
        ("short right", answerable, [v.short for v in answerable]),
        ("no answer: declined or corrected", open_ones, [v.passed for v in open_ones]),
    ):
        if part:
            lines.append(f"{name}: {sum(hit)} of {len(part)} = {sum(hit) / len(part):.3f}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description="Scores batch answers against a question set.")
    parser.add_argument("set", type=Path)
    parser.add_argument("answers", type=Path)
    parser.add_argument("--failures", action="store_true", help="print what failed, with the answer")
    options = parser.parse_args()
    examples = [json.loads(line) for line in options.set.read_text(encoding="utf-8").splitlines() if line.strip()]
    answers = {a["id"]: a for a in map(json.loads, options.answers.read_text(encoding="utf-8").splitlines())}
    if absent := [e["id"] for e in examples if e["id"] not in answers]:
        raise SystemExit(
            f"{options.answers} lacks {len(absent)} answers, the first is {absent[0]}; run the batch again"
        )
    verdicts = [judge(e, answers[e["id"]]) for e in examples]
    if options.failures:
        for example, verdict in zip(examples, verdicts, strict=True):
            if not verdict.passed:
                answer = answers[example["id"]]
                wanted = example.get("all") or example.get("answers") or "no answer"
                print(f"- {example['id']}: {example['question']}\n  wanted {wanted}\n  got    {answer.get('answer')}")
    print(table(verdicts))


if __name__ == "__main__":
    main()
