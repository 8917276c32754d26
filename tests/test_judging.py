"""The judge's say: in the order of the best sentences and in whether to answer. All texts are invented."""

from collections.abc import Sequence

import pytest

from index.records import Span
from rag.judge import Judgement
from rag.judging import LIMIT, judged
from rag.question import Turn, understand
from rag.selection import LEAST, MORE, READ, candidates_of, find_evidence
from tests.fakes import PointsTo
from tests.test_evidence import EMBED, HARBOUR, article, hits

BLIND = PointsTo("no such words")
LONG = article(
    "Harbour works", " ".join(f"The harbour wall number {n} of Lorne was mended in spring." for n in range(40))
)


class Likes:
    """Likes the passages that have these words; keeps what it is asked and shown."""

    def __init__(self, part: str, logit: float = 4.0) -> None:
        self.part, self.logit = part, logit
        self.shown: list[tuple[str, str]] = []

    def judge(self, question: str, passages: Sequence[str], titles: Sequence[str]) -> list[Judgement]:
        self.shown += [(question, passage) for passage in passages]
        return [Judgement(self.logit if self.part in passage else -self.logit, None) for passage in passages]


def test_what_it_likes_goes_up_and_is_surer_and_the_rest_less() -> None:
    question = understand("Who opened the wall of Lorne?")[0]
    plain = find_evidence(question, hits(HARBOUR), EMBED, Likes("", 0.0))
    liked = plain[1]
    found = find_evidence(question, hits(HARBOUR), EMBED, Likes(liked.text))
    assert found[0].text == liked.text
    before = {e.text: e for e in plain}
    assert found[0].score > liked.score and found[0].answerable > liked.answerable
    assert all(e.answerable < before[e.text].answerable for e in found[1:])
    assert sorted(before) == sorted(e.text for e in found)


def test_the_best_by_their_words_are_judged_and_the_rest_left_out() -> None:
    question = understand("Which wall of Lorne was mended?")[0]
    likes = Likes("wall")
    found = find_evidence(question, hits(LONG), EMBED, likes)
    assert len(candidates_of(hits(LONG))) == 40
    assert {passage for _, passage in likes.shown} == {e.text for e in found} and len(found) == READ


def test_what_lies_far_below_the_best_is_not_judged() -> None:
    other = " ".join(f"Nobody fished for cod on day {n}." for n in range(20))
    mixed = article("Lorne", f"Ida Kell opened the salt museum of Lorne. {other}")
    likes = Likes("museum")
    find_evidence(understand("Who opened the salt museum of Lorne?")[0], hits(mixed), EMBED, likes)
    assert len(likes.shown) == LEAST and "museum" in likes.shown[0][1]


def test_where_none_of_the_likely_ones_answers_it_looks_further() -> None:
    other = " ".join(f"Nobody fished for cod on day {n}." for n in range(60))
    mixed = article("Lorne", f"Ida Kell opened the salt museum of Lorne. {other}")
    likes = Likes("no such words")
    found = find_evidence(understand("Who opened the salt museum of Lorne?")[0], hits(mixed), EMBED, likes)
    assert len(likes.shown) == len(found) == MORE and len(set(likes.shown)) == MORE


def test_a_bare_topic_is_not_judged() -> None:
    likes = Likes("salt")
    assert find_evidence(understand("salt ships")[0], hits(HARBOUR), EMBED, likes) and likes.shown == []


def test_a_note_of_several_words_is_judged_but_never_worse_for_it() -> None:
    note = understand("salt ships Lorne")[0]
    unsure = find_evidence(note, hits(HARBOUR), EMBED, Likes("no such words"))
    liked = next(e for e in find_evidence(note, hits(HARBOUR), EMBED, Likes("Salt")) if "Salt" in e.text)
    plain = next(e for e in unsure if "Salt" in e.text)
    assert liked.answerable > plain.answerable and liked.score > plain.score
    assert plain.answerable == pytest.approx(
        next(e.answerable for e in find_evidence(note, hits(HARBOUR), EMBED, Likes("", -1.0)) if "Salt" in e.text)
    )


def test_what_it_points_to_is_found_in_the_article() -> None:
    question = understand("What came by ship?")[0]
    top = find_evidence(question, hits(HARBOUR), EMBED, PointsTo("Salt"))[0]
    assert top.short is not None and top.short.of(HARBOUR.text) == "Salt"


def test_an_answer_of_the_wrong_kind_gives_way_to_the_next() -> None:
    class Two:
        def judge(self, question: str, passages: Sequence[str], titles: Sequence[str]) -> list[Judgement]:
            at = [passage.find("Ida Kell") for passage in passages]
            return [
                Judgement(3.0, Span(n + 9, n + 12), 0.6, (Span(n, n + 8),)) if n >= 0 else Judgement(-3.0, None)
                for n in at
            ]

    top = find_evidence(understand("Who cut the ribbon?")[0], hits(HARBOUR), EMBED, Two())[0]
    assert top.short is not None and top.short.of(HARBOUR.text) == "Ida Kell"
    assert [span.of(HARBOUR.text) for span in top.others] == ["cut"]


def test_no_hits_are_nothing_to_judge() -> None:
    likes = Likes("")
    assert find_evidence(understand("Who?")[0], [], EMBED, likes) == () and likes.shown == []


def test_a_quotation_is_judged_with_its_speaker() -> None:
    told = article("Mole", 'Ida Kell said the pier was old. "The mole will be rebuilt by spring."')
    likes = Likes("spring")
    judged(understand("What did Ida Kell say of the mole?")[0], candidates_of(hits(told)), likes)
    assert any(passage.startswith("Ida Kell") and "rebuilt" in passage for _, passage in likes.shown)


def test_a_follow_up_is_judged_as_it_stands_and_behind_the_turn_before() -> None:
    question = understand("And who paid for it?", [Turn("Who cut the ribbon in Lorne?")])[0]
    likes = Likes("ribbon", 40.0)
    logits = judged(question, candidates_of(hits(HARBOUR)), likes)
    assert {asked for asked, _ in likes.shown} == set(question.timeless) and len(set(question.timeless)) == 2
    assert sorted({j.logit for j in logits}) == [-LIMIT, LIMIT]


def test_dates_are_compared_elsewhere_and_not_judged() -> None:
    likes = Likes("")
    judged(understand("Who cut the ribbon in May 2021?")[0], candidates_of(hits(HARBOUR)), likes)
    assert likes.shown and not any("2021" in asked for asked, _ in likes.shown)


def test_an_answer_of_another_time_is_none_however_sure_the_judge() -> None:
    early = article("Lorne harbour in 2014", "In 2014 the harbour of Lorne was built. Mayor Ruth Amsel cut the ribbon.")
    question = understand("Who cut the ribbon in May 2021?")[0]
    [found] = [e for e in find_evidence(question, hits(early), EMBED, Likes("")) if "Amsel" in e.text]
    assert found.period < 0 and found.answerable < 0.1
