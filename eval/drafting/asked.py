"""A question made from a sentence, and what all the rules share."""

import re
from dataclasses import dataclass

from eval.drafting.names import Background
from eval.drafting.statements import Statement, shortened, without_weekdays
from eval.drafting.wording import vague


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and its accepted answers, the first as it stands in the sentence. ``form`` names the rule."""

    form: str
    question: str
    answers: tuple[str, ...]


def asked_for_person(form: str, question: str, person: str) -> Asked:
    """A question that a person answers: the surname alone is right too, unless it is as short as a word."""
    last = person.split()[-1]
    alone = last != person and len(last) > 3 and last not in question
    return Asked(form, question, (person, last) if alone else (person,))


def named_subject(statement: Statement, background: Background) -> str:
    """The subject as it goes on inside a question; "" where it does not say by itself whom or what it means."""
    subject = background.opened(statement.subject)
    return "" if vague(subject) else subject


def turned_briefly(statement: Statement) -> str:
    """The statement turned into the end of a question, without what is only added after a comma."""
    rest = without_weekdays(shortened(statement.rest))
    if not re.search(r",\s.*\b(?:and|or)\b", rest):
        rest = rest.partition(", ")[0]
    return Statement(statement.subject, statement.auxiliary, statement.verb, rest).turned()
