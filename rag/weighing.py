"""How surely a sentence answers, and where it stands among others: what the judge says of it, its features and its
form, each with its weight."""

from math import exp

from index.records import Article, Span
from rag.agenda import matter_asked, names_matter
from rag.agents import agent_of, of_others
from rag.countries import country_of
from rag.cues import WANTS_PERSON
from rag.earlier import asks_earlier, tells_earlier
from rag.evidence import Evidence
from rag.features import Candidate, Features
from rag.judge import Judgement
from rag.kinds import asks_another, type_fits
from rag.offices import office_of, person_defined
from rag.periods import OTHER_DATE
from rag.places import event_places, place_of, places_asked, was_in
from rag.question import Question
from rag.sayings import matter_said, says, says_of

# Of the judge's logit beside the prior, in the order. It and the weights of "is this an answer" in _weighed were fitted
# to the best sentence of each question of the sets for development, see EXPERIMENTS.md.
JUDGE_WEIGHT = 0.13
BIAS, LOGIT, SIMILARITY, COVERAGE = -0.3, 0.7, 0.7, 0.9
PERIOD, MISSING, PLAIN_LOGIT = 2.6, 2.2, 1.35
# Where the words that the judge points to are of another kind than what is asked for.
ODD, ODD_LOGIT = 0.35, 1.45
# At least, of a sentence that tells where its article's own event was, for the event of persons whom the article names.
OWN_PLACE_LOGIT = 1.0
# Where it surely asks for something else than the sentence tells.
ANOTHER_LOGIT = 3.0
# Of the question's words that the article has not, two at most, where it asks for a reason.
UNKNOWN_WEIGHT = 0.6
# Of a sentence that tells of the event before its article's own, where that is asked for.
EARLIER, EARLIER_LOGIT = 0.3, 2.5
# At most, of a sentence told of another time than that asked about: whatever else it has, it was never right.
OTHER_TIME_LOGIT = -3.0
# Of a sentence with all words of a bare topic ("drone strikes"), which asks nothing that the judge could find.
TOPIC_LOGIT, ALL = 2.5, 0.99
UNJUDGED = Judgement(-1.0, None)
# Of a sentence that names the matter of which it is asked whether it was a topic, for the event asked about, or what
# somebody says, whose words it is.
MATTER, MATTER_LOGIT = 0.4, 3.0
# Of what somebody says, where a list of that person's words is asked for.
SAID, SAID_LOGIT = 0.4, 3.0


def prior(f: Features) -> float:
    """The order before judging, and without a judge: a weighted sum of the features."""
    return (
        0.23 * f.similarity
        + 0.22 * f.clause
        + 0.35 * f.coverage
        + 0.12 * f.kind
        + 0.05 * f.rank
        + 0.25 * f.period
        + 0.15 * f.story
    ) - (0.5 if f.missing else 0.0)


def unread(c: Candidate, f: Features) -> Evidence:
    score = prior(f)
    return Evidence(c.article, c.span, None, score, sigmoid(9 * (score - 0.45)), f.period, f.missing)


def weighed(question: Question, c: Candidate, f: Features, judgement: Judgement, sayings: frozenset[str]) -> Evidence:
    """A sentence in the light of what the judge says of it, of its features, and of its form; ``sayings``: the names of
    whose words a list is asked for."""
    told, plain = _told(question, c)
    # Of a name that the article lacks it says nothing, however plainly it says who led.
    plain = plain and not f.missing
    earlier = tells_earlier(c.text) and asks_earlier(question.resolved)
    said = bool(sayings) and says(sayings, c.article, c.span)
    options = () if judgement.span is None else (judgement.span, *judgement.others)
    short = told or next((span for span in options if _may_answer(question, c.article, c.span, span)), None)
    # What it points to is no answer to the kind of question, nor anything else in the sentence.
    odd = judgement.span is not None and short is None
    short = short or judgement.span
    raised = names_matter(matter_asked(question), c.told) and not f.missing and _is_there(question, c.article)
    raised = raised or (says_of(*matter_said(question), c.article, c.span) and not f.missing)
    score = prior(f) + JUDGE_WEIGHT * judgement.logit + (0.2 if plain else 0.0) - (ODD if odd else 0.0)
    score += (EARLIER if earlier else 0.0) + (SAID if said else 0.0)
    score += MATTER if raised else 0.0
    own_place = told is not None and _is_own_place(question, c, f, told)
    believed = max(judgement.logit, OWN_PLACE_LOGIT) if own_place else judgement.logit
    logit = BIAS + LOGIT * believed + SIMILARITY * f.similarity + COVERAGE * f.coverage
    logit += PERIOD * min(f.period, 0.0) - (MISSING if f.missing else 0.0) - (ODD_LOGIT if odd else 0.0)
    logit += (PLAIN_LOGIT if plain else 0.0) + (EARLIER_LOGIT if earlier else 0.0) + (SAID_LOGIT if said else 0.0)
    logit += MATTER_LOGIT if raised else 0.0
    logit -= ANOTHER_LOGIT if asks_another(question, c.article, c.text) else 0.0
    if question.is_topic and f.coverage > ALL:
        logit += TOPIC_LOGIT
    if question.kind == "why":
        # It takes for granted what it asks the reason of: "why did she resign" of an article without resigning.
        logit -= UNKNOWN_WEIGHT * min(f.unknown, 2)
    if question.dated and f.period <= OTHER_DATE:
        logit = min(logit, OTHER_TIME_LOGIT)
    return Evidence(
        c.article,
        c.span,
        short,
        score,
        sigmoid(logit),
        f.period,
        f.missing,
        tuple(span for span in options if span != short),
        told=told is not None,
        far=f.far,
        sure=plain,
    )


def _told(question: Question, c: Candidate) -> tuple[Span | None, bool]:
    """What somebody is, where a meeting was, or who did it, by the form of the sentence, and whether surely that of the
    person or side asked about; see ``rag.offices``, ``rag.places`` and ``rag.agents``."""
    if name := person_defined(question):
        office = office_of(name, c.article.text, c.span)
        return office, office is not None
    if place := place_of(question, c.article.text, c.span):
        return place, False
    agent = agent_of(question, c.article.text, c.span) if _asks_person(question) else None
    return (agent.person, agent.sure) if agent else (None, False)


def _is_own_place(question: Question, c: Candidate, f: Features, place: Span) -> bool:
    """Whether it is asked where an event of certain persons was, whom the article names, and that is where its was."""
    told = place.of(c.article.text).lower().strip(" .,")
    own = any(p.startswith(told) or told.startswith(p) for p in event_places(c.article))
    if question.kind != "where" or f.missing or not own:
        return False
    return any(w.name and not country_of(w.key) for w in question.words)


def _is_there(question: Question, article: Article) -> bool:
    """Whether the article's event was in the place that sets the one asked about apart, if one does."""
    return all(was_in(article, place) for place in places_asked(question))


def _asks_person(question: Question) -> bool:
    return question.kind == "who" or (question.kind == "which" and WANTS_PERSON.search(question.resolved) is not None)


def _may_answer(question: Question, article: Article, sentence: Span, answer: Span) -> bool:
    """Whether it is of the kind asked for, and nobody who surely belongs to another side than that asked about."""
    if not type_fits(question, article, answer, sentence.of(article.text)):
        return False
    return not _asks_person(question) or not any(
        p.start < answer.end and answer.start < p.end for p in of_others(question, article.text, sentence)
    )


def sigmoid(x: float) -> float:
    return 1 / (1 + exp(-x)) if x >= 0 else exp(x) / (1 + exp(x))
