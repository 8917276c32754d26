"""Which articles and events a question is answered from, by its dates and those of the turn before."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from index.library import Library
from index.records import Window
from rag.answer import Table
from rag.compose import Citations
from rag.finder import SOURCES, Finder
from rag.question import Question, Turn, understand
from tests.fakes import BagEmbedder, PointsTo

TODAY = date(2024, 5, 8)
WHO = "Who led the owners' side at the talks"
ARTICLES = {
    "spring.md": "---\ntitle: Miners and owners meet in Lorne\npublished: 2019-03-07\n---\n"
    "LORNE: The talks between the miners and the owners concluded here on Thursday. Ida Kell led the owners' side at "
    "the talks. Otto Penn led the miners' side. They spoke of salt.\n",
    "autumn.md": "---\ntitle: Second round in Dunmore\npublished: 2021-10-05\n---\n"
    "DUNMORE: The second talks between the miners and the owners were held on 4-5 October 2021. Greta Moss led the "
    "owners' side at the talks. Tom Rowe led the miners' side. They spoke of fish.\n",
    "winter.md": "---\ntitle: Third round in Arl\npublished: 2023-12-11\n---\n"
    "The third talks between the miners and the owners were held in December in Arl. Ruth Amsel led the owners' side "
    "at the talks. Paul Dorn led the miners' side. They spoke of wool.\n",
    "fair.md": "---\ntitle: Bread fair in Lorne\n---\nThe bread fair drew 40 bakers. Mayor Vera Holt opened it.\n",
}
SPRING, AUTUMN, WINTER = "Ida Kell", "Greta Moss", "Ruth Amsel"


LEADERS = PointsTo(r"[A-Z][a-z]+ [A-Z][a-z]+(?= led the owners)")


def test_one_long_article_does_not_keep_all_others_out(tmp_path: Path) -> None:
    told = " ".join(f"Ida Kell led the owners' side at the talks on day {n} of March in the hall." for n in range(100))
    (tmp_path / "long.md").write_text(f"# Talks\n\n{told}\n")
    for n in range(8):
        (tmp_path / f"{n}.md").write_text(f"# Talks number {n}\n\nThe owners' side came to the talks, number {n}.\n")
    opened = Library(tmp_path / "library", BagEmbedder(), create=True)
    opened.add([tmp_path])
    found = finder(opened)
    hits, wide = found.hits(asked(f"{WHO}?")), found.hits(asked(f"{WHO}?"), limit=12)
    assert len({h.article.id for h in wide}) < SOURCES == len({h.article.id for h in hits})
    assert hits[:12] == wide and len({h.chunk.id for h in hits}) == len(hits)
    assert len(found.hits(understand(f"{WHO}?", limit=1)[0])) == 1


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    home = tmp_path_factory.mktemp("talks")
    folder = home / "articles"
    folder.mkdir()
    for name, text in ARTICLES.items():
        (folder / name).write_text(text)
    opened = Library(home / "library", BagEmbedder(), create=True)
    opened.add([Path(folder)])
    return opened


def finder(library: Library, time: bool = True, judge: PointsTo = LEADERS) -> Finder:
    return Finder(library, library.embed, judge, threshold=0.35, passages=12, time=time)


def asked(question: str, *history: str) -> Question:
    return understand(question, [Turn(h) for h in history], TODAY)[0]


def leaders(found: Finder, question: Question) -> list[str]:
    """The leaders of the events that the question fits, best event first."""
    hits = found.hits(question)
    stories = found.stories(hits)
    events = found.events(question, found.evidence(question, hits, stories), stories, ())
    shorts = [e.evidence[0].short for e in events]
    return [s.of(e.article.text) for s, e in zip(shorts, events, strict=True) if s]


# -- the period -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("month", "period"),
    [
        ("in December", Window(date(2023, 12, 1), date(2024, 1, 1))),
        ("in October", Window(date(2021, 10, 1), date(2021, 11, 1))),
        ("in March", Window(date(2019, 3, 1), date(2019, 4, 1))),
        ("on 5 October", Window(date(2021, 10, 5), date(2021, 10, 6))),
        ("in August", Window()),
    ],
)
def test_a_month_without_a_year_is_that_of_the_last_year_that_the_articles_speak_of(
    library: Library, month: str, period: Window
) -> None:
    question = finder(library).in_window(asked(f"{WHO} {month}?"), None)
    assert Window(question.query.after, question.query.before) == period


@pytest.mark.parametrize(
    ("question", "year"),
    [("Who will mend the ferry in March?", 2014), ("Who led the talks in March?", 2019), ("What is in March?", 2019)],
)
def test_of_several_years_with_that_month_it_is_the_one_whose_articles_are_on_the_subject(
    tmp_path: Path, question: str, year: int
) -> None:
    for name, text in {
        "ferry.md": "---\ntitle: Ferry\npublished: 2014-03-02\n---\nA yard in Arl will mend the ferry this month.\n",
        "talks.md": "---\ntitle: Talks\npublished: 2019-03-07\n---\nIda Kell led the talks of the miners in Lorne.\n",
    }.items():
        (tmp_path / name).write_text(text)
    opened = Library(tmp_path / "library", BagEmbedder(), create=True)
    opened.add([tmp_path / "ferry.md", tmp_path / "talks.md"])
    found = finder(opened).in_window(asked(question), None)
    assert found.query.after == date(year, 3, 1)
    opened.close()


def test_a_month_with_its_year_is_left(library: Library) -> None:
    question = asked(f"{WHO} in December 2019?")
    assert finder(library).in_window(question, None) == question


def test_a_window_given_stands_in_place_of_that_of_the_question(library: Library) -> None:
    given = Window(date(2019, 1, 1), date(2020, 1, 1))
    question = finder(library).in_window(asked(f"{WHO} after October 2021?"), given)
    assert Window(question.query.after, question.query.before) == given and not question.beyond
    assert question.windows == (given,)
    assert leaders(finder(library), question) == [SPRING]


def test_a_window_given_goes_before_a_month_without_a_year(library: Library) -> None:
    given = Window(date(2019, 1, 1), None)
    question = finder(library).in_window(asked(f"{WHO} in December?"), given)
    assert Window(question.query.after, question.query.before) == given


def test_an_open_window_drops_that_of_the_question(library: Library) -> None:
    question = finder(library).in_window(asked(f"{WHO} in 2019 and in 2021?"), Window())
    assert not question.dated and question.windows == ()


def test_without_time_no_window_and_no_order_are_left(library: Library) -> None:
    question = finder(library, time=False).in_window(asked(f"{WHO} at the latest of 2019?"), Window(TODAY, None))
    assert (question.dated, question.latest, question.first) == (False, False, False)


# -- events ---------------------------------------------------------------------------------------------------------


def test_a_question_that_fits_several_events_has_each_of_them(library: Library) -> None:
    assert set(leaders(finder(library), asked(f"{WHO}?"))) == {SPRING, AUTUMN, WINTER}


FAIRS = {
    "one.md": "---\ntitle: Bread fair in Lorne\npublished: 2019-06-03\n---\n"
    "The bread fair in Lorne drew 40 bakers. The prize for the best loaf went to Vera Holt.\n",
    "two.md": "---\ntitle: Bread fair in Lorne grows\npublished: 2022-06-04\n---\n"
    "The bread fair in Lorne drew 70 bakers. Best of all was the loaf of Olaf Brand.\n",
    "race.md": "---\ntitle: Rain at the river race\npublished: 2021-08-09\n---\n"
    "Forty boats left the quay at noon. A cake, the best for years, went to Nell Marsh.\n",
}


@pytest.mark.parametrize(
    ("question", "bakers"),
    [
        ("Who got the prize for the best loaf?", {"Vera Holt", "Olaf Brand"}),
        # Of "went" too the other has no word: it may be another matter.
        ("To whom went the prize for the best loaf?", {"Vera Holt"}),
    ],
)
def test_events_of_one_series_are_told_in_words_of_their_own(tmp_path: Path, question: str, bakers: set[str]) -> None:
    (tmp_path / "fairs").mkdir()
    for name, text in FAIRS.items():
        (tmp_path / "fairs" / name).write_text(text)
    opened = Library(tmp_path / "library", BagEmbedder(), create=True)
    opened.add([tmp_path / "fairs"])
    judge = PointsTo(r"Vera Holt|Olaf Brand|Nell Marsh")
    assert set(leaders(finder(opened, judge=judge), asked(question))) == bakers


@pytest.mark.parametrize(
    ("question", "leader"),
    [
        ("Who led the owners' side at the latest talks?", WINTER),
        ("Who led the owners' side at the most recent talks?", WINTER),
        ("Who led the owners' side at the first talks?", SPRING),
        ("Who led the owners' side at the earliest talks?", SPRING),
        ("Who led the owners' side at the talks before the latest?", AUTUMN),
        ("Who led the owners' side at the talks right after the first ones?", AUTUMN),
        (f"{WHO} in October 2021?", AUTUMN),
        (f"{WHO} in 2019?", SPRING),
        (f"{WHO} in Arl?", WINTER),
        (f"{WHO} after October 2021?", WINTER),
        (f"{WHO} before October 2021?", SPRING),
        ("Who led the owners' side at the Dunmore talks?", AUTUMN),
    ],
)
def test_the_event_that_a_question_sets_apart(library: Library, question: str, leader: str) -> None:
    assert leaders(finder(library), asked(question)) == [leader]


def test_without_time_all_evidence_is_of_one_event(library: Library) -> None:
    found = finder(library, time=False)
    assert len(leaders(found, found.in_window(asked("Who led the owners' side at the latest talks?"), None))) == 1
    question = found.in_window(asked(f"{WHO} in October 2021?"), None)
    hits = found.hits(question)
    assert {e.article.title for e in found.evidence(question, hits, found.stories(hits))} >= {
        "Miners and owners meet in Lorne",
        "Third round in Arl",
    }


def test_what_is_told_of_other_days_is_left_out_where_the_period_answers(library: Library) -> None:
    question = asked(f"{WHO} in October 2021?")
    found = finder(library)
    hits = found.hits(replace(question, query=replace(question.query, after=None, before=None)))
    assert len({h.article.id for h in hits}) > 1
    evidence = found.evidence(question, hits, found.stories(hits))
    assert evidence and all(e.period >= 0 for e in evidence)


def test_a_time_of_which_nothing_is_told_is_not_answered_from_another(library: Library) -> None:
    assert leaders(finder(library), asked(f"{WHO} in 2020?")) == []


def test_the_most_recent_is_not_of_the_date_of_the_turn_before(library: Library) -> None:
    question = asked("And at the most recent talks?", "Who led the owners' side at the talks in October 2021?")
    assert not question.period and leaders(finder(library), question) == [WINTER]


def test_only_the_articles_chosen_are_looked_in(library: Library) -> None:
    chosen = next(a.id for a in library.articles() if a.title == "Third round in Arl")
    assert {h.article.id for h in finder(library).hits(asked(f"{WHO}?"), [chosen])} == {chosen}


def test_nothing_found_is_no_event(library: Library) -> None:
    found = finder(library)
    assert found.events(asked(f"{WHO}?"), (), found.stories(()), ()) == []


# -- the one after that ---------------------------------------------------------------------------------------------


def stepped(found: Finder, question: str, *history: str) -> Question:
    turns = [Turn(h) for h in history]
    return found.stepped(understand(question, turns, TODAY)[0], turns, TODAY)


@pytest.mark.parametrize(
    ("question", "before", "leader"),
    [
        ("And the one after that?", f"{WHO} in October 2021?", WINTER),
        ("And the one before that?", f"{WHO} in October 2021?", SPRING),
        ("And at the next one?", f"{WHO} in October 2021?", WINTER),
        ("And at the one after that?", f"{WHO} in Dunmore?", WINTER),
        ("And at the one before that?", f"{WHO} in Dunmore?", SPRING),
        ("And at the one before?", f"{WHO} at the latest talks?", AUTUMN),
        ("And at the next one?", f"{WHO} at the first talks?", AUTUMN),
    ],
)
def test_the_neighbour_of_the_event_before(library: Library, question: str, before: str, leader: str) -> None:
    found = finder(library)
    step = stepped(found, question, before)
    assert step.dated and step.beyond
    assert leaders(found, step) == [leader]


def test_a_date_in_the_turn_before_is_where_it_steps_from(library: Library) -> None:
    step = stepped(finder(library), "And the one after that?", f"{WHO} in October 2021?")
    assert step.period.window == Window(date(2021, 10, 1), None)


def test_without_one_it_steps_from_the_event_that_was_answered(library: Library) -> None:
    later = stepped(finder(library), "And at the one after that?", f"{WHO} in Dunmore?")
    earlier = stepped(finder(library), "And at the one before that?", f"{WHO} in Dunmore?")
    assert later.period.window == Window(date(2021, 10, 4), None)
    assert earlier.period.window == Window(None, date(2021, 10, 6))
    assert later.period.anchor == earlier.period.anchor == Window(date(2021, 10, 4), date(2021, 10, 6))


@pytest.mark.parametrize(
    ("question", "leader"),
    [
        ("Who led the owners' side at the talks after the Lorne round?", AUTUMN),
        ("Who led the owners' side before the Arl talks?", AUTUMN),
        ("Who led the owners' side after the Dunmore talks?", WINTER),
        ("Who led the owners' side at the talks that came next after the ones in Dunmore?", WINTER),
        (f"Who led the owners' side at the talks right before {WINTER}'s?", AUTUMN),
        (f"Who led the owners' side at the talks after the ones {SPRING} led?", AUTUMN),
    ],
)
def test_the_neighbour_of_an_event_named_by_its_place(library: Library, question: str, leader: str) -> None:
    found = finder(library)
    assert leaders(found, found.in_window(asked(question), None)) == [leader]


@pytest.mark.parametrize(
    ("follow_up", "leader"), [("And two years later?", WINTER), ("and two years earlier?", SPRING)]
)
def test_so_many_years_from_the_turn_before(library: Library, follow_up: str, leader: str) -> None:
    question = asked(follow_up, f"{WHO} in October 2021?")
    assert leaders(finder(library), question) == [leader]


def test_there_is_no_step_from_an_event_of_no_known_date(library: Library) -> None:
    found = finder(library, judge=PointsTo("Vera Holt"))
    question = stepped(found, "And at the next one?", "Who opened the bread fair?")
    assert question.step == "later" and not question.dated and not question.period


def test_without_time_nothing_is_stepped(library: Library) -> None:
    assert not stepped(finder(library, time=False), "And at the one after that?", f"{WHO} in Dunmore?").dated


def test_of_several_later_events_the_next_one_is_told(library: Library) -> None:
    found = finder(library)
    assert leaders(found, stepped(found, "And the one after that?", f"{WHO} in March 2019?")) == [AUTUMN]


def test_at_the_one_after_keeps_the_date_of_the_turn_before(library: Library) -> None:
    assert asked("And at the one after that?", f"{WHO} in October 2021?").period


def test_the_previous_round_is_one_before_that_of_the_turn_before(library: Library) -> None:
    assert stepped(finder(library), "Who led the owners' side at the previous round?", f"{WHO} in Dunmore?").dated


# -- comparisons ----------------------------------------------------------------------------------------------------


def compared(found: Finder, question: str) -> Table | None:
    understood = asked(question)
    return found.compared(understood, found.hits(understood), (), Citations())


def cells(table: Table | None) -> list[tuple[str, ...]]:
    return [(r.event.text, *(c.text for c in r.cells)) for r in table.rows] if table else []


def test_every_event_of_the_library_is_a_row(library: Library) -> None:
    assert cells(compared(finder(library), f"{WHO}, year by year?")) == [
        ("December 2023", WINTER),
        ("4–5 October 2021", AUTUMN),
        ("7 March 2019", SPRING),
    ]


@pytest.mark.parametrize(
    ("period", "told"),
    [
        ("in 2019 and in 2021", [AUTUMN, SPRING]),
        ("in 2021 and later", [WINTER, AUTUMN]),
        ("in 2019 and in 2023", [WINTER, SPRING]),
    ],
)
def test_only_events_that_may_be_of_the_periods_asked_for_are_rows(
    library: Library, period: str, told: list[str]
) -> None:
    assert [row[1] for row in cells(compared(finder(library), f"{WHO} {period}?"))] == told


def test_a_bare_side_of_an_event_asks_nothing_of_it(library: Library) -> None:
    found, bare = finder(library), asked("after Dunmore")
    assert found.in_window(bare, None) == bare


def test_what_compares_nothing_has_no_table(library: Library) -> None:
    assert compared(finder(library), f"{WHO} in 2019?") is None
    assert compared(finder(library, time=False), f"{WHO}, year by year?") is None


def test_only_the_articles_chosen_are_compared(library: Library) -> None:
    found = finder(library)
    chosen = [a.id for a in library.articles() if a.title != "Third round in Arl"]
    question = asked(f"{WHO}, year by year?")
    table = found.compared(question, found.hits(question, chosen), chosen, Citations())
    assert [row[1] for row in cells(table)] == [AUTUMN, SPRING]
