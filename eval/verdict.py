"""What one answer was worth: every measure of a single question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eval.examples import Example
from eval.figures import Failure
from eval.metrics_answers import contains, exact_match, f1
from eval.metrics_citations import citation_score, covers
from eval.metrics_events import mixes_events, names_wrong, rightly_cited, said, tells_lines
from eval.metrics_retrieval import retrieval
from eval.stages import Reach, stage_lost

# Names of the figures that other modules ask for.
PASSED = "right and cited"
DECLINED = "declined where unanswerable"
RIGHT_EVENT = "right event"
MIXED = "wrong-event mixture"


@dataclass(frozen=True, slots=True)
class Verdict:
    """``passed``: right and cited from a right article; for a question without an answer, declined or, where it takes
    something wrong for granted, corrected. ``measures`` holds what is defined for this question, by name of the figure.
    ``stage`` is the one that lost the answer, "" where it passed."""

    example: Example
    passed: bool
    declined: bool
    measures: Mapping[str, float]
    stage: str


def judge(example: Example, record: Mapping[str, Any]) -> Verdict:
    """The verdict on a record of a run. A question that could not be asked counts as wrong in every measure."""
    answer = record.get("answer") or {}
    declined = bool(answer.get("abstained")) or not answer
    text = said(answer)
    right = _tells(example, answer, text, declined) and not names_wrong(example, text) and tells_lines(example, answer)
    cited = rightly_cited(example, answer)
    passed = right and cited if example.answerable else (declined and bool(answer)) or (right and cited)
    measures = dict(_answer_measures(example, answer, text, passed, right, cited, declined))
    if example.sources:
        measures |= retrieval(_ranking(record, example), example.sources)
    measures |= _event_measures(example, answer, text, cited)
    if example.answerable and example.quotes and not declined:
        score = citation_score(answer, example.quotes)
        measures |= {
            name: value
            for name, value in (("citation precision", score.precision), ("citation recall", score.recall))
            if value is not None
        }
    measures |= _seconds(answer)
    reach = Reach(**record["reach"]) if record.get("reach") else Reach()
    stage = stage_lost(example, reach, declined=declined, right=right, passed=passed) if answer else "failed"
    return Verdict(example, passed, declined, measures, stage)


def _tells(example: Example, answer: Mapping[str, Any], text: str, declined: bool) -> bool:
    """Whether the answer names what is wanted; where only the words that carry it are known, whether it cites them."""
    if example.groups or not example.quotes:
        return contains(text, example.groups) == 1.0
    return not declined and any(covers(c["quote"], example.quotes) for c in answer.get("citations") or [])


def failure(verdict: Verdict, record: Mapping[str, Any]) -> Failure:
    """What a person needs to see of a question that did not pass."""
    example = verdict.example
    wanted = _wanted(example.groups)
    if not wanted and example.answerable:
        wanted = " | ".join(f"“{quote}”" for quote in example.quotes)
    if example.lines:
        wanted += "; together: " + "; ".join(_wanted(line) for line in example.lines)
    if not example.answerable:
        wanted = f"no answer, or {wanted}" if wanted else "no answer"
    answer = (record.get("answer") or {}).get("answer") or record.get("error") or ""
    evidence = tuple(record.get("evidence") or ())
    return Failure(example.id, example.kind, example.question, wanted, answer, evidence, verdict.stage)


def _wanted(groups: Sequence[Sequence[str]]) -> str:
    return " and ".join(" | ".join(group) for group in groups)


def _answer_measures(
    example: Example, answer: Mapping[str, Any], text: str, passed: bool, right: bool, cited: bool, declined: bool
) -> Mapping[str, float]:
    prediction = "" if declined else (answer.get("short") or text)
    if not example.answerable:
        measures = {DECLINED: float(passed)}
        # A premise that can be corrected has accepted answers; "" is no reply to it that SQuAD's script would know.
        return measures if example.groups else measures | {"F1 with no-answers": f1(prediction, ())}
    measures = {
        PASSED: float(passed),
        "right": float(right),
        "wrongly declined": float(declined),
    }
    if example.groups:
        measures["contains"] = contains(text, example.groups)
    if not declined:
        measures["rightly cited where answered"] = float(cited)
    if example.wrong:
        measures["wrong event"] = float(names_wrong(example, text))
    if len(example.groups) == 1:
        score = f1(prediction, example.answers)
        measures |= {
            "exact match": exact_match(prediction, example.answers),
            "F1": score,
            "F1 with no-answers": score,
            "short answer right": contains(answer.get("short") or "", example.groups),
        }
    return measures


def _event_measures(example: Example, answer: Mapping[str, Any], text: str, cited: bool) -> Mapping[str, float]:
    """Only of questions for which somebody has said what else may be cited: an article that merely says the same would
    otherwise count as another event."""
    if example.allowed is None or not example.sources:
        return {}
    mixed = {MIXED: float(mixes_events(example, answer))}
    # A wrong premise has no right event: declining is right there.
    return {RIGHT_EVENT: float(cited and not names_wrong(example, text))} | mixed if example.answerable else mixed


def _ranking(record: Mapping[str, Any], example: Example) -> list[str]:
    """The articles retrieved, best first, each under the name that the set uses for it, or else its first."""
    wanted = example.sources
    return [next(iter(sorted(set(names) & wanted)), names[0]) for names in record.get("retrieved") or []]


def _seconds(answer: Mapping[str, Any]) -> Mapping[str, float]:
    seconds = answer.get("seconds") or {}
    named = {"first evidence": "retrieve", "first word": "first", "last word": "total"}
    return {name: float(seconds[key]) for name, key in named.items() if key in seconds}
