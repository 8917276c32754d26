import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from index.embed import Matrix
from index.records import Article, Chunk, Hit, Span, article_id
from index.sentences import split_sentences
from rag.features import clauses
from rag.judge import Judgement
from rag.kinds import type_fits
from rag.memo import VectorMemo
from rag.question import Turn, understand
from rag.selection import beside, find_evidence
from tests.fakes import BagEmbedder, PointsTo

EMBED = BagEmbedder().encode


def article(title: str, text: str, published: date | None = None) -> Article:
    return Article(article_id(title, text), title, text, published)


HARBOUR = article("Harbour reopens", "The harbour of Lorne reopened. Mayor Ida Kell cut the ribbon. Salt came by ship.")
LATER = article(
    "Lorne harbour again",
    "The harbour of Lorne was closed since the storm of May 2021. Mayor Otto Penn cut the ribbon.",
)
EARLY = article("Lorne harbour in 2014", "In 2014 the harbour of Lorne was built. Mayor Ruth Amsel cut the ribbon.")


def hits(*articles: Article) -> list[Hit]:
    found = []
    for n, a in enumerate(articles, 1):
        spans = split_sentences(a.text)
        found.append(Hit(Chunk(n, a.id, Span(spans[0].start, spans[-1].end), spans), a, 1 / n, n, n))
    return found


def texts(question: str, *articles: Article) -> list[str]:
    return [e.text for e in find_evidence(understand(question)[0], hits(*articles), EMBED, None)]


def test_the_sentence_with_the_words_asked_comes_first() -> None:
    assert texts("Who cut the ribbon?", HARBOUR)[0] == "Mayor Ida Kell cut the ribbon."


def test_the_judge_decides_and_its_answer_is_exact() -> None:
    (question,) = understand("What did the vessel carry?")
    top = find_evidence(question, hits(HARBOUR), EMBED, PointsTo("Salt"))[0]
    assert top.text == "Salt came by ship."
    assert top.short is not None and top.short.of(HARBOUR.text) == "Salt"
    blind = find_evidence(question, hits(HARBOUR), EMBED, PointsTo("no such words"))[0]
    assert top.answerable > 2 * blind.answerable


def test_a_name_that_the_article_lacks_lowers_it() -> None:
    with_name = find_evidence(understand("Did Ida Kell cut the ribbon?")[0], hits(HARBOUR), EMBED, None)[0]
    without = find_evidence(understand("Did Zora Quist cut the ribbon?")[0], hits(HARBOUR), EMBED, None)[0]
    assert without.missing == ("Zora", "Quist") and with_name.missing == ()
    assert without.answerable < with_name.answerable


def test_a_letter_behind_a_hyphen_is_no_name_that_an_article_lacks() -> None:
    question = understand("Who fights IS-K and Plan B in Lorne?")[0]
    assert find_evidence(question, hits(HARBOUR), EMBED, None)[0].missing == ("Plan", "B")


@pytest.mark.parametrize(
    ("asked", "missing"),
    [("Who led Lorne FK?", ()), ("Who led Ossa FK?", ("Ossa", "FK")), ("Who led the Lorne UK team?", ("UK",))],
)
def test_the_form_of_a_club_whose_name_an_article_has_is_not_missing(asked: str, missing: tuple[str, ...]) -> None:
    assert find_evidence(understand(asked)[0], hits(HARBOUR), EMBED, None)[0].missing == missing


@pytest.mark.parametrize(
    ("asked", "missing"),
    [
        ("What does Oslo want of the NGOs?", ()),
        ("What do the Danes want of the NGOs?", ("Danes",)),
        ("Who met in Oslo?", ("Oslo",)),
    ],
)
def test_a_capital_may_stand_for_its_country_but_not_where_it_is_a_place(asked: str, missing: tuple[str, ...]) -> None:
    wanted = article("Aid", "Norwegian ministers asked the aid groups for a list.")
    assert find_evidence(understand(asked)[0], hits(wanted), EMBED, None)[0].missing == missing


def test_what_stands_beside_the_last_answer_comes_first_for_a_follow_up() -> None:
    (question,) = understand("How many were hurt?")
    storm = article(
        "Storm in Lorne", "A storm hit Lorne. Two sailors were hurt. Salt was lost. Nobody was hurt ashore."
    )
    found = find_evidence(question, hits(HARBOUR, storm), EMBED, None)
    last = next(e for e in found if e.text == "A storm hit Lorne.")
    raised = {e.text: e for e in beside(found, last)}
    for e in found:
        near = e.text in ("A storm hit Lorne.", "Two sailors were hurt.")
        assert (raised[e.text].score > e.score and raised[e.text].answerable > e.answerable) == near
        assert 0 <= raised[e.text].answerable <= 1
    assert [e.score for e in beside(found, last)] == sorted((e.score for e in raised.values()), reverse=True)
    assert beside(found, replace(last, span=Span(1, 3))) == found  # no sentence of its article


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("Who cut the ribbon at the harbour in 2014?", EARLY.title),
        ("Who cut the ribbon at the harbour most recently?", LATER.title),
    ],
)
def test_the_right_one_of_similar_events(question: str, title: str) -> None:
    (understood,) = understand(question)
    found = find_evidence(understood, hits(LATER, EARLY), EMBED, PointsTo("cut the ribbon"))
    assert found[0].article.title == title


def test_earlier_turns_do_not_change_what_is_asked() -> None:
    (question,) = understand("And the mayor?", [Turn("Who brought salt to Lorne?")])
    found = find_evidence(question, hits(HARBOUR), EMBED, None)
    assert found[0].text == "Mayor Ida Kell cut the ribbon."


@pytest.mark.parametrize(
    ("question", "told"), [("When did the ceasefire end?", "cease-fire"), ("When did the cease-fire end?", "ceasefire")]
)
def test_a_compound_is_the_same_word_with_and_without_its_hyphen(question: str, told: str) -> None:
    news = article("Lorne", f"The miners came in March. The {told} was over in May. The mayor went in June.")
    assert texts(question, news)[0] == f"The {told} was over in May."


def test_no_hits_no_evidence() -> None:
    assert find_evidence(understand("Who?")[0], [], EMBED, None) == ()


@pytest.mark.parametrize(
    ("question", "short", "sentence", "fits"),
    [
        ("Who cut the ribbon?", "Ida Kell", "Ida Kell cut the ribbon.", True),
        ("Who cut the ribbon?", "the ribbon", "The ribbon was cut.", False),
        ("When did it open?", "Lorne", "It opened in Lorne.", False),
        ("When did it open?", "last week", "It opened last week.", True),
        ("How many ships came?", "few", "Few ships came.", False),
        ("How many ships came?", "three", "About three old ships came.", True),
        ("How many ships came in May?", "two", "The two towns saw ships.", False),
        ("How many sailors came?", "300", "300 people came.", True),
        ("How much money did the pier cost?", "12", "It took 12 years.", False),
        ("How much did the pier cost?", "12", "It took 12 million dollars.", True),
        ("Why did it open?", "salt", "salt was dear.", True),
        ("Who came?", "the old miners", "Then the old miners came.", True),
        ("Who came?", "They", "They came.", False),
        ("Where did it lie?", "the harbour", "It lay in the harbour.", True),
        ("When did it open?", "after the war", "It opened after the war.", True),
        ("How many ships came?", "a few", "A few ships came, only a few.", True),
        ("Who led the miners?", "Ida Kell", "Then Ida Kell led the miners.", True),
        ("Who led the miners?", "Lorne", "In Lorne they had a leader.", False),
        ("Who owned the mine?", "Lorne Salt Company", "The Lorne Salt Company owned it.", True),
    ],
)
def test_an_answer_is_of_the_kind_that_is_asked(question: str, short: str, sentence: str, fits: bool) -> None:
    start = sentence.index(short) if short in sentence else 0
    told = sentence if short in sentence else f"{short} {sentence}"
    whole = article("Pier", told)
    assert type_fits(understand(question)[0], whole, Span(start, start + len(short)), sentence) == fits


def test_a_quotation_counts_as_naming_its_speaker() -> None:
    speech = article("Pier", 'Ida Kell said the pier was old. "Salt is dear." Tom Rowe told of ships. "Salt is cheap."')
    assert texts("What did Ida Kell say of salt?", speech)[0] == '"Salt is dear."'
    assert texts("What did Tom Rowe say of salt?", speech)[0] == '"Salt is cheap."'


def test_a_sentence_is_cut_into_clauses_of_five_words_or_more() -> None:
    sentence = "The harbour of Lorne was closed, and the miners, who had no salt, went to the pier of the old mayor."
    found = clauses(sentence)
    assert len(found) > 1 and all(len(c.split()) >= 5 for c in found)
    assert [w for c in found for w in c.rstrip(".").split()] == sentence.replace(",", "").rstrip(".").split()
    assert clauses("Salt is dear.") == ("Salt is dear.",) and clauses("") == ("",)


def test_vectors_are_kept_and_the_oldest_forgotten() -> None:
    asked: list[str] = []

    def embed(texts: Sequence[str]) -> Matrix:
        asked.extend(texts)
        return EMBED(texts)

    memo = VectorMemo(embed, size=2)
    assert np.array_equal(memo(["salt", "pier", "salt"]), EMBED(["salt", "pier", "salt"]))
    assert asked == ["salt", "pier"]
    memo(["pier"])
    memo(["ship"])
    assert asked == ["salt", "pier", "ship"]
    memo(["salt", "ship"])
    assert asked == ["salt", "pier", "ship", "salt"] and memo([]).shape == (0, 0)


def test_a_follow_up_is_also_judged_by_itself() -> None:
    class Confused(PointsTo):
        """Answers the question before wherever it sees it."""

        def judge(self, question: str, passages: Sequence[str], titles: Sequence[str]) -> list[Judgement]:
            self.pattern = re.compile("Ida Kell" if "ribbon" in question else "by ship")
            return super().judge(question, passages, titles)

    (question,) = understand("And how did it come?", [Turn("Who cut the ribbon?")])
    assert question.whole != question.resolved
    found = find_evidence(question, hits(HARBOUR), EMBED, Confused(""))
    salt = next(e for e in found if e.text == "Salt came by ship.")
    assert salt.short is not None and salt.short.of(HARBOUR.text) == "by ship"


def test_the_date_of_a_completed_follow_up_is_compared_as_a_date() -> None:
    # The article of that day need not write the month and year out.
    opened = article("Lorne harbour opens", "Mayor Ida Kell cut the ribbon. The guild spoke too.", date(2023, 3, 7))
    (question,) = understand("And the other side?", [Turn("Who led the upper side in March 2023?")])
    assert question.resolved != question.text
    assert {"March", "2023"}.isdisjoint(find_evidence(question, hits(opened), EMBED, None)[0].missing)


def test_where_certain_persons_met_is_where_their_event_was() -> None:
    talks = article("Talks", "The talks were held in Lorne on Monday. Salt was dear. Ida Kell met Bo Rann.")
    doubts = PointsTo("nothing at all", sure=3.0)
    named = find_evidence(understand("Where was the Kell-Rann meeting?")[0], hits(talks), EMBED, doubts)
    surest = max(named, key=lambda e: e.answerable)
    assert surest.told and surest.answerable > 0.5
    other = find_evidence(understand("Where was the Kell-Amsel meeting?")[0], hits(talks), EMBED, doubts)
    assert all(e.answerable < 0.3 for e in other)
