"""All questions that the rules make of a sentence.

A rule that does not fit for sure asks nothing, and what it asks must be clear by itself: of a hundred sentences of
news, only a few are asked about.
"""

import re
from collections.abc import Callable, Iterator

from eval.drafting.asked import Asked
from eval.drafting.deeds import by_whom, what_is, which_body_did, who_did
from eval.drafting.details import how_many, when, where, why
from eval.drafting.names import Background
from eval.drafting.offices import which_position, who_holds
from eval.drafting.speech import who_said, who_said_that
from eval.drafting.statements import plain_sentence
from eval.drafting.wording import clear, leaks, quotable

_RULES: tuple[Callable[[str, Background], Iterator[Asked]], ...] = (
    who_holds,
    how_many,
    when,
    where,
    why,
    who_did,
    by_whom,
    which_body_did,
    who_said_that,
    who_said,
    which_position,
    what_is,
)


def questions(sentence: str, background: Background) -> tuple[Asked, ...]:
    """The good questions that one sentence of an article answers; most often none."""
    text = plain_sentence(sentence)
    if not text:
        return ()
    one_line = " ".join(sentence.split())
    made = (asked for rule in _RULES for asked in rule(text, background))
    good = (asked for asked in made if asked.answers[0] in one_line and _good(asked))
    return tuple({asked.question: asked for asked in good}.values())


def _good(asked: Asked) -> bool:
    question = asked.question
    if asked.form == "body":
        # "Which party ...": the head of the name stands in the question by intention.
        head = question.split()[1]
        return clear(question) and not any(
            leaks(question, re.sub(rf"\b{head}\b", "", a, flags=re.I)) for a in asked.answers
        )
    sound = quotable(question) if asked.form == "quoted" else clear(question)
    return sound and not any(leaks(question, answer) for answer in asked.answers)
