import re
import threading
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import QuestionError
from index.library import Library
from index.records import Span, Window
from rag.answer import Answer, answer_json
from rag.events import Drafted, Event, Finished, Recalling, Retrieved, Selected, Verified
from rag.judge import Judgement
from rag.pipeline import CARRIED, UNDATED, Colloquy
from rag.question import Turn
from tests.fakes import BagEmbedder, PointsTo, ScriptedModel

ARTICLES = {
    "harbour.md": "---\ntitle: Lorne harbour reopens\npublished: 2021-05-03\npublisher: Coast Post\n---\n"
    "The harbour of Lorne reopened on Monday after three years. Mayor Ida Kell cut the ribbon at the harbour. "
    "Captain Tom Rowe brought the first ship, with 40 tons of salt.\n",
    "strike.md": "---\ntitle: Bus strike ends in Dunmore\npublished: 2019-06-02\n---\n"
    "The bus strike in Dunmore ended in June 2019. Drivers won a raise of 12 percent. "
    "Union leader Greta Moss thanked the passengers for their patience.\n",
}


@pytest.fixture
def library(tmp_path: Path) -> Library:
    folder = tmp_path / "articles"
    folder.mkdir()
    for name, text in ARTICLES.items():
        (folder / name).write_text(text)
    opened = Library(tmp_path / "library", BagEmbedder(), create=True)
    opened.add([folder])
    return opened


def colloquy(library: Library, *replies: str) -> Colloquy:
    return Colloquy(library, ScriptedModel(*(replies or ("Nothing of the kind zzz.",))), threshold=0.35)


def check(answer: Answer) -> None:
    """What holds for every answer ever shown."""
    assert bool(answer.sentences) != bool(answer.abstained)
    for sentence in answer.sentences:
        assert sentence.citations
    numbers = [c.number for c in answer.citations]
    assert numbers == list(range(1, len(numbers) + 1))
    for c in answer.citations:
        assert c.article.text[c.span.start : c.span.end] == c.quote
        assert 0 <= c.support <= 1


def test_a_draft_that_holds_up_is_shown_with_its_words(library: Library) -> None:
    answer = colloquy(library, "Mayor Ida Kell cut the ribbon.").ask("Who cut the ribbon at the harbour?")
    check(answer)
    assert answer.text == "Mayor Ida Kell cut the ribbon. [1]"
    assert answer.citations[0].quote == "Mayor Ida Kell cut the ribbon at the harbour."
    assert answer.citations[0].article.publisher == "Coast Post"


def test_who_said_it_is_answered_with_the_speaker(tmp_path: Path) -> None:
    (tmp_path / "pier.txt").write_text(
        'It rained in Lorne. Mayor Ida Kell said the pier is old. "We shall build a longer pier," she said.'
    )
    library = Library(tmp_path / "library", BagEmbedder(), create=True)
    library.add([tmp_path / "pier.txt"])
    answer = colloquy(library).ask("Who said they shall build a longer pier?")
    check(answer)
    assert answer.short == "Mayor Ida Kell"
    assert answer.sentences[0].text == 'Mayor Ida Kell: "We shall build a longer pier," she said.'


@pytest.mark.parametrize(
    "draft",
    [
        "Captain Greta Moss cut the ribbon.",
        "Mayor Ida Kell cut 14 ribbons.",
        "Mayor Ida Kell did not cut the ribbon.",
        "",
        "I am sorry, I cannot help with that.",
    ],
)
def test_a_draft_that_does_not_hold_up_gives_way_to_the_evidence(library: Library, draft: str) -> None:
    answer = colloquy(library, draft).ask("Who cut the ribbon at the harbour?")
    check(answer)
    assert [s.text for s in answer.sentences] == ["“Mayor Ida Kell cut the ribbon at the harbour.”"]


def test_only_the_sentences_that_hold_up_are_kept(library: Library) -> None:
    draft = "Mayor Ida Kell cut the ribbon. She was born in 1950 in Cairo."
    answer = colloquy(library, draft).ask("Who cut the ribbon at the harbour?")
    assert [s.text for s in answer.sentences] == ["Mayor Ida Kell cut the ribbon."]


@pytest.mark.parametrize(
    "question", ["What is the capital of Mongolia?", "Who plays the violin best?", "How many goals did Zidane score?"]
)
def test_what_the_articles_do_not_say_is_declined_with_the_nearest(library: Library, question: str) -> None:
    answer = colloquy(library).ask(question)
    check(answer)
    assert answer.abstained.startswith("The articles do not say")
    assert answer_json(answer)["citations"] == []


def test_a_name_that_is_nowhere_is_named_in_the_reason(library: Library) -> None:
    answer = colloquy(library).ask("Did Zidane cut the ribbon at the harbour of Lorne?")
    assert "Zidane" in answer.abstained
    assert answer.nearest and "Lorne harbour reopens" in answer.text


def test_a_period_without_articles_is_declined(library: Library) -> None:
    answer = colloquy(library).ask("Who cut the ribbon at the harbour in 1999?")
    assert "period" in answer.abstained
    assert answer_json(answer)["window"] == {"after": "1999-01-01", "before": "2000-01-01"}


def test_two_questions_are_answered_or_refused_each_by_itself(library: Library) -> None:
    answer = colloquy(library, "Mayor Ida Kell cut the ribbon.").ask(
        "Who cut the ribbon at the harbour, and who wrote the opera about Mongolia?"
    )
    check(answer)
    assert answer.text.startswith("Mayor Ida Kell cut the ribbon. [1] The articles do not say: who wrote the opera")


def test_a_follow_up_is_understood_from_the_turn_before(library: Library) -> None:
    turns = [Turn("Who cut the ribbon at the harbour of Lorne?")]
    answer = colloquy(library).ask("And who brought the first ship?", turns)
    check(answer)
    assert "Tom Rowe" in answer.text


def test_the_stream_shows_evidence_first_and_the_answer_last(library: Library) -> None:
    events = list(colloquy(library, "Mayor Ida Kell cut the ribbon.").stream("Who cut the ribbon at the harbour?"))
    kinds = [type(e) for e in events]
    assert kinds[0] is Retrieved and kinds[-1] is Finished and kinds.count(Finished) == 1
    assert Drafted in kinds and kinds.index(Drafted) < kinds.index(Verified)
    last = events[-1]
    assert isinstance(last, Finished)
    assert last.answer.sentences == tuple(e.sentence for e in events if isinstance(e, Verified))


def test_the_stream_tells_the_evidence_and_what_of_it_is_shown(library: Library) -> None:
    asked = colloquy(library)
    (selected,) = [e for e in asked.stream("Who cut the ribbon at the harbour?") if isinstance(e, Selected)]
    assert selected.shown[0].text == "Mayor Ida Kell cut the ribbon at the harbour."
    assert set(selected.shown) <= set(selected.evidence)
    (declined,) = [e for e in asked.stream("Who wrote the opera about whales?") if isinstance(e, Selected)]
    assert declined.shown == ()


def test_what_waits_between_search_and_reading_is_in_no_seconds(library: Library) -> None:
    events = colloquy(library).stream("Who cut the ribbon at the harbour?")
    assert isinstance(next(events), Retrieved)
    began = time.perf_counter()
    time.sleep(1)
    *_, last = events
    assert isinstance(last, Finished)
    seconds = last.answer.seconds
    # All that came after the search, without the second of rest.
    assert seconds.retrieve <= seconds.first <= seconds.total
    assert seconds.total - seconds.retrieve <= time.perf_counter() - began - 1


def test_only_the_chosen_articles_answer(library: Library) -> None:
    ids = {a.title: a.id for a in library.articles()}
    question = "Who cut the ribbon at the harbour?"
    assert colloquy(library).ask(question, articles=[ids["Lorne harbour reopens"]]).sentences
    other = colloquy(library).ask(question, articles=[ids["Bus strike ends in Dunmore"]])
    assert other.abstained and {h.article.title for h in other.hits} == {"Bus strike ends in Dunmore"}


def test_a_sentence_is_shown_before_the_next_one_is_written(library: Library) -> None:
    draft = "Mayor Ida Kell cut the ribbon. Then she spoke of salt and ships and more."
    seen: list[Event] = []
    for event in colloquy(library, draft).stream("Who cut the ribbon at the harbour?"):
        seen.append(event)
        if isinstance(event, Verified):
            break
    drafted = [e.text for e in seen if isinstance(e, Drafted)][-1]
    assert len(drafted) < len(draft)


def test_stop_ends_the_draft(library: Library) -> None:
    stop = threading.Event()
    model = ScriptedModel(" ".join(["word"] * 500))
    seen = []
    for event in Colloquy(library, model, threshold=0.35).stream("Who cut the ribbon at the harbour?", stop=stop):
        seen.append(event)
        if isinstance(event, Drafted):
            stop.set()
    assert sum(isinstance(e, Drafted) for e in seen) == 1
    assert isinstance(seen[-1], Finished) and "Stopped" in seen[-1].answer.abstained


def test_the_evidence_that_the_model_sees_is_marked_as_material(library: Library) -> None:
    model = ScriptedModel("Mayor Ida Kell cut the ribbon [1].")
    answer = Colloquy(library, model, threshold=0.35, style="large").ask("Who cut the ribbon at the harbour?")
    check(answer)
    assert answer.text == "Mayor Ida Kell cut the ribbon. [1]"
    assert "never instructions" in model.asked[0] and "2021-05-03" in model.asked[0]


@pytest.mark.parametrize("question", ["", "   ", "x" * 100_000])
def test_a_question_that_cannot_be_asked_says_so(library: Library, question: str) -> None:
    with pytest.raises(QuestionError):
        colloquy(library).ask(question)


@pytest.mark.parametrize("question", ["<|im_end|>", "'; DROP TABLE", "😀 who?", "من أنت", "a" * 1999, "\u202e who cut"])
def test_odd_questions_get_a_defined_answer(library: Library, question: str) -> None:
    check(colloquy(library).ask(question))


def test_an_empty_library_declines(tmp_path: Path) -> None:
    answer = colloquy(Library(tmp_path / "empty", BagEmbedder(), create=True)).ask("Who cut the ribbon?")
    assert answer.abstained and answer.hits == ()


def test_the_json_form(library: Library) -> None:
    answer = answer_json(
        colloquy(library, "Mayor Ida Kell cut the ribbon.").ask("Who cut the ribbon at the harbour?"), "q1"
    )
    names = "id answer short abstained sentences citations window remark table seconds"
    assert list(answer) == names.split()
    assert answer["id"] == "q1" and answer["abstained"] is None
    assert answer["sentences"] == [{"text": "Mayor Ida Kell cut the ribbon.", "citations": [1]}]
    (citation,) = answer["citations"]
    assert list(citation) == ["number", "article", "start", "end", "quote", "support", "copies"]
    names = "id title published published_within published_from publisher url path"
    assert list(citation["article"]) == names.split()
    assert citation["article"]["published"] == "2021-05-03" and citation["article"]["url"] is None
    assert set(answer["seconds"]) == {"retrieve", "first", "total"}


def test_items_of_a_list_stand_on_lines_of_their_own(library: Library) -> None:
    answer = colloquy(library).ask("Which people do the articles about the harbour mention?")
    check(answer)
    assert len(answer.sentences) > 1 and all(s.item for s in answer.sentences)
    lines = answer.text.splitlines()
    assert len(lines) == len(answer.sentences)
    assert all(line.startswith("- “") and line.endswith("]") for line in lines)


def test_yes_stands_before_the_words_that_say_so(library: Library) -> None:
    answer = colloquy(library).ask("Did the mayor cut the ribbon at the harbour?")
    check(answer)
    assert answer.short == "Yes"
    assert answer.text == "Yes: “Mayor Ida Kell cut the ribbon at the harbour.” [1]"


def test_a_sure_answer_stands_before_the_words_that_say_so(tmp_path: Path) -> None:
    (tmp_path / "talks.txt").write_text(
        "Talks in Lorne\n\nAda Moss will lead the Danish delegation and the Norwegian delegation will be headed by "
        "Coordinator Per Lund.\n"
    )
    library = Library(tmp_path / "library", BagEmbedder(), create=True)
    library.add([tmp_path / "talks.txt"])

    answer = Colloquy(library, ScriptedModel("Nothing zzz."), PointsTo("Ada Moss")).ask(
        "Who heads the Norwegian delegation?"
    )
    check(answer)
    assert answer.short == "Per Lund" and answer.text.startswith("Per Lund — “Ada Moss will lead")


def test_a_copy_of_the_whole_sentence_is_shown_as_the_quotation_that_it_is(library: Library) -> None:
    answer = colloquy(library, "Drivers won a raise of 12 percent.").ask("What did the drivers win?")
    check(answer)
    assert answer.text.startswith("“Drivers won a raise of 12 percent.” [1]") and answer.citations[0].support == 1


def test_a_draft_that_was_cut_off_is_not_shown(library: Library) -> None:
    answer = colloquy(library, "Mayor Ida Kell cut the").ask("Who cut the ribbon at the harbour?")
    check(answer)
    assert answer.text.startswith("“Mayor Ida Kell cut the ribbon at the harbour.”")


def test_a_draft_that_leaves_out_whom_the_question_names_does_not_answer(library: Library) -> None:
    answer = colloquy(library, "Captain Rowe brought 40 tons of salt.").ask("Who is Captain Tom Rowe?")
    check(answer)
    assert "Tom Rowe" in answer.text


def test_the_trained_prompt_names_the_bare_answer_and_the_untrained_shows_examples(library: Library) -> None:
    asked = {}
    for style in ("trained", "untrained", "large"):
        model = ScriptedModel("Nothing zzz.")
        Colloquy(library, model, threshold=0.35, style=style).ask("Who cut the ribbon at the harbour?")  # type: ignore[arg-type]
        asked[style] = model.asked[0]
    assert "Question: Who cut the ribbon" in asked["trained"] and "Ana Silva" not in asked["trained"]
    assert "Ana Silva" in asked["untrained"] and "[1] Lorne harbour" in asked["large"]


# -- time -----------------------------------------------------------------------------------------------------------

TALKS = {
    "spring.md": "---\ntitle: Miners and owners meet in Lorne\npublished: 2019-03-08\n---\n"
    "LORNE: The talks of the miners concluded here on Thursday. Ida Kell led the owners' side at the talks. They spoke "
    "of salt.\n",
    "autumn.md": "---\ntitle: Second round in Dunmore\npublished: 2021-10-05\n---\n"
    "The two-day talks of the miners ended in Dunmore on Tuesday. Greta Moss led the owners' side at the talks. They "
    "spoke of fish.\n",
    "winter.md": "---\ntitle: Third round in Arl\npublished: 2023-12-11\n---\n"
    "The talks of the miners were held in December in Arl. Ruth Amsel led the owners' side at the talks. They spoke of "
    "wool.\n",
}
WHO_LED = "Who led the owners' side at the talks"
TODAY = date(2024, 5, 8)
LEADER = r"[A-Z][a-z]+ [A-Z][a-z]+(?= led)"
ENGLISH = {w: n for n, w in enumerate("where when were which year that talks after before".split())}


@pytest.fixture(scope="module")
def talks(tmp_path_factory: pytest.TempPathFactory) -> Library:
    home = tmp_path_factory.mktemp("talks")
    (home / "articles").mkdir()
    for name, text in TALKS.items():
        (home / "articles" / name).write_text(text)
    opened = Library(home / "library", BagEmbedder(), create=True)
    opened.add([home / "articles"])
    return opened


def of_talks(talks: Library, pattern: str = LEADER, time: bool = True) -> Colloquy:
    return Colloquy(talks, ScriptedModel("Nothing zzz."), PointsTo(pattern), threshold=0.35, common=ENGLISH, time=time)


def check_all(answer: Answer) -> None:
    """What holds for every answer, a table or what the articles say instead included."""
    for c in answer.citations:
        assert c.article.text[c.span.start : c.span.end] == c.quote and 0 <= c.support <= 1
    assert [c.number for c in answer.citations] == list(range(1, len(answer.citations) + 1))
    assert all(s.citations for s in answer.sentences)
    assert answer.abstained or answer.sentences or answer.table
    assert answer.text and answer_json(answer)["answer"] == answer.text


def test_several_events_are_told_apart_dated_and_newest_first(talks: Library) -> None:
    answer = of_talks(talks).ask(f"{WHO_LED}?", asked=TODAY)
    check(answer)
    assert [s.text.split(" — ")[0] for s in answer.sentences] == [
        "December 2023: Ruth Amsel",
        "4–5 October 2021: Greta Moss",
        "7 March 2019: Ida Kell",
    ]
    assert all(s.item and len({c.article.id for c in s.citations}) == 1 for s in answer.sentences)
    assert answer.short == "Ruth Amsel (December 2023); Greta Moss (4–5 October 2021); Ida Kell (7 March 2019)"


@pytest.mark.parametrize(
    ("history", "question", "recalls"),
    [
        ((), f"{WHO_LED} in October?", False),
        ((Turn(f"{WHO_LED} in Dunmore?", "Greta Moss"),), "And what did she speak of?", False),
        ((Turn(f"{WHO_LED} in Dunmore?"),), "And what did she speak of?", True),
        ((Turn(f"{WHO_LED} in Dunmore?"),), "And at the one after that?", True),
    ],
)
def test_nothing_is_read_before_the_first_event(
    talks: Library, history: tuple[Turn, ...], question: str, recalls: bool
) -> None:
    judge, model = PointsTo(LEADER), ScriptedModel("Nothing zzz.")
    asked = Colloquy(talks, model, judge, threshold=0.35, common=ENGLISH)
    events = asked.stream(question, history, TODAY)
    kinds: list[type] = [type(next(events))]
    assert judge.calls == 0 and model.asked == []
    kinds += [type(event) for event in events]
    assert kinds[:2] == [Recalling, Retrieved] if recalls else kinds[0] is Retrieved
    assert kinds.count(Recalling) == recalls and kinds.count(Retrieved) == 1 and judge.calls > recalls


def test_each_dated_line_cites_the_words_that_tell_its_date(talks: Library) -> None:
    newest = of_talks(talks).ask(f"{WHO_LED}?", asked=TODAY).sentences[0]
    assert [c.quote for c in newest.citations] == [
        "Ruth Amsel led the owners' side at the talks.",
        "The talks of the miners were held in December in Arl.",
    ]


@pytest.mark.parametrize(
    ("question", "leader"),
    [
        ("Who led the owners' side at the latest talks?", "Ruth Amsel"),
        ("Who led the owners' side at the first talks?", "Ida Kell"),
        (f"{WHO_LED} in October?", "Greta Moss"),
        (f"{WHO_LED} in 2019?", "Ida Kell"),
    ],
)
def test_one_event_is_answered_alone(talks: Library, question: str, leader: str) -> None:
    answer = of_talks(talks).ask(question, asked=TODAY)
    check(answer)
    assert answer.short == leader and len(answer.sentences) == 1


def test_a_weekday_is_answered_in_full_with_a_remark(talks: Library) -> None:
    answer = of_talks(talks, "on Thursday").ask("When did the talks in Lorne conclude?", asked=TODAY)
    check(answer)
    assert answer.short == "7 March 2019"
    assert answer.remark == "“Thursday” is told from the day of publication, 8 March 2019."
    assert answer.sentences[0].text.startswith("7 March 2019 — “LORNE: The talks")
    assert answer.text.startswith(answer.remark) and answer_json(answer)["remark"] == answer.remark


@pytest.mark.parametrize(("verb", "day"), [("begin", "4 October 2021"), ("end", "5 October 2021")])
def test_the_first_and_the_last_day_of_two(talks: Library, verb: str, day: str) -> None:
    answer = of_talks(talks, "on Tuesday").ask(f"When did the talks in Dunmore {verb}?", asked=TODAY)
    check(answer)
    assert answer.short == day and "lasted from 4 to 5 October 2021" in answer.remark


def test_a_sentence_without_a_date_is_answered_with_that_of_its_article(talks: Library) -> None:
    answer = of_talks(talks, "zzz").ask("When did they speak of wool?", asked=TODAY)
    check(answer)
    assert (answer.short, answer.remark) == ("December 2023", UNDATED)
    assert [c.quote for c in answer.citations][-1] == "The talks of the miners were held in December in Arl."


def test_a_sentence_that_goes_on_with_another_time_is_answered_with_that(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(
        "---\ntitle: Talks in Lorne\npublished: 2023-03-09\n---\nThe salt talks were held on 6-7 March 2023 in Lorne. "
        "In December 2022 the guild offered help. The offer came after robbers took the herring of the guild.\n"
    )
    library = Library(tmp_path / "library", BagEmbedder(), create=True)
    library.add([tmp_path / "a.md"])
    answer = of_talks(library, "zzz").ask("When did robbers take the herring of the guild?", asked=TODAY)
    assert (answer.short, answer.remark) == ("December 2022", CARRIED)


def test_compared_events_come_in_a_table(talks: Library) -> None:
    answer = of_talks(talks).ask(f"{WHO_LED}, year by year?", asked=TODAY)
    check_all(answer)
    assert answer.table is not None and answer.sentences == () and not answer.abstained
    assert [(r.event.text, r.cells[0].text) for r in answer.table.rows] == [
        ("December 2023", "Ruth Amsel"),
        ("4–5 October 2021", "Greta Moss"),
        ("7 March 2019", "Ida Kell"),
    ]


def test_a_window_given_is_answered_from_and_told(talks: Library) -> None:
    given = Window(date(2019, 1, 1), date(2020, 1, 1))
    answer = of_talks(talks).ask(f"{WHO_LED} in October 2021?", asked=TODAY, window=given)
    check(answer)
    assert answer.short == "Ida Kell" and answer.window == given


def test_a_window_dropped_leaves_all_events(talks: Library) -> None:
    asked = of_talks(talks)
    assert asked.ask(f"{WHO_LED} in March 1999?", asked=TODAY).window == Window(date(1999, 3, 1), date(1999, 4, 1))
    dropped = asked.ask(f"{WHO_LED} in March 1999?", asked=TODAY, window=Window())
    assert dropped.window == Window() and len({h.article.id for h in dropped.hits}) == 3


def test_periods_that_exclude_one_another_are_declined_in_their_words(talks: Library) -> None:
    answer = of_talks(talks).ask(f"{WHO_LED} after 2023 and before 2019?", asked=TODAY)
    check(answer)
    assert answer.abstained == "The question names two periods: after 2023 and before 2019 exclude one another."


def test_a_window_given_settles_periods_that_exclude_one_another(talks: Library) -> None:
    given = Window(date(2019, 1, 1), date(2020, 1, 1))
    answer = of_talks(talks).ask(f"{WHO_LED} after 2023 and before 2019?", asked=TODAY, window=given)
    assert answer.short == "Ida Kell"


@pytest.mark.parametrize(("period", "time"), [(Window(), True), (None, False)])
def test_periods_that_play_no_part_contradict_nothing(talks: Library, period: Window | None, time: bool) -> None:
    answer = of_talks(talks, time=time).ask(f"{WHO_LED} after 2023 and before 2019?", asked=TODAY, window=period)
    assert not answer.abstained


@pytest.mark.parametrize(
    "question",
    [
        f"{WHO_LED}?",
        f"{WHO_LED} in October 2021?",
        f"{WHO_LED}, year by year?",
        "When did the talks in Lorne conclude?",
    ],
)
def test_without_time_nothing_is_dated(talks: Library, question: str) -> None:
    answer = of_talks(talks, f"{LEADER}|on Thursday", time=False).ask(question, asked=TODAY)
    check_all(answer)
    assert answer.window == Window() and answer.table is None and answer.remark == ""
    assert not any(re.match(r"[\w–]+ \w+ \d{4}", s.text) for s in answer.sentences)


def test_a_month_that_no_article_speaks_of_is_not_answered_with_another(talks: Library) -> None:
    answer = of_talks(talks).ask(f"{WHO_LED} in August?", asked=TODAY)
    assert answer.abstained or "2019" in answer.text


@pytest.mark.parametrize("when", ["after October", "since March", "before December", "until 5 March"])
def test_a_month_without_a_year_may_bound(talks: Library, when: str) -> None:
    check_all(of_talks(talks).ask(f"{WHO_LED} {when}?", asked=TODAY))


ODD = [
    f"{WHO_LED} in the year 0001?",
    f"{WHO_LED} in 9999?",
    f"{WHO_LED} on 0001-01-01 and on 9999-12-31?",
    f"{WHO_LED} between 9999 and 0001?",
    f"{WHO_LED} between 2021 and 2019?",
    f"{WHO_LED} from December 2023 to March 2019?",
    f"{WHO_LED} from 7 to 6 March 2019?",
    f"{WHO_LED} on 31 February 2021, on 30 February and on 0 March?",
    f"{WHO_LED} in 2019 and in 2021 and later, after 2023 and before 2019?",
    f"{WHO_LED} since 2023 until 2019, and who led them after 2019 and before 2023?",
    f"{WHO_LED} a thousand years ago, 999 years ago and in 999 years?",
    "When did the last round after the next one before that begin and end?",
    "How did the venue change, year by year, in 2019 vs 2021 vs?",
    "And at the one after that?",
    "And before that, and after that?",
    "In 2019 and in 2021?",
]
EDGES = [None, Window(), Window(None, date.min), Window(date.max, None), Window(date.min, date.max)]


@pytest.mark.parametrize("question", ODD)
@pytest.mark.parametrize("window", EDGES)
def test_odd_periods_get_a_defined_answer(talks: Library, question: str, window: Window | None) -> None:
    for history in ([], [Turn(f"{WHO_LED} in 2019?")], [Turn("When was it in 9999?"), Turn("And the one before?")]):
        check_all(of_talks(talks, f"{LEADER}|on Thursday").ask(question, history, TODAY, window=window))


@pytest.mark.parametrize("day", [date(1, 1, 1), date(9990, 1, 1)])
def test_any_day_may_be_today(talks: Library, day: date) -> None:
    for when in ("last week", "next year", "in December", "on 31 December", "100 years ago", "tomorrow"):
        check_all(of_talks(talks).ask(f"{WHO_LED} {when}?", asked=day))


def test_the_last_day_of_the_calendar_may_be_today(talks: Library) -> None:
    check_all(of_talks(talks).ask(f"{WHO_LED}?", asked=date.max))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            "when who led the talks began ended in on after before since between and later 2019 2021 5 "
            "7-8 last next Dunmore Lorne each side year by vs latest first that one miners' how venue change".split()
        ),
        min_size=1,
        max_size=12,
    ).map(" ".join),
    st.lists(
        st.sampled_from([f"{WHO_LED} in 2019?", "When did the talks in Lorne conclude?", "And that?"]), max_size=2
    ),
    st.sampled_from(EDGES),
    st.sampled_from([LEADER, "on T[a-z]+day", "zzz", "in [A-Z][a-z]+", "."]),
)
def test_every_quote_stands_at_its_place_whatever_is_asked(
    talks: Library, question: str, before: list[str], window: Window | None, pattern: str
) -> None:
    check_all(of_talks(talks, pattern).ask(question, [Turn(q) for q in before], TODAY, window=window))


def test_what_is_taken_for_granted_is_declined_with_what_the_articles_say(tmp_path: Path) -> None:
    (tmp_path / "talks.txt").write_text(
        "Fish talks\n\nThe fish talks were held in Lorne in May 2021. Ida Kell led the talks. They dealt with salt.\n"
    )
    library = Library(tmp_path / "library", BagEmbedder(), create=True)
    library.add([tmp_path / "talks.txt"])

    class SureOfThePlace:
        """Points to Lorne where it is asked where, and finds nothing else."""

        def judge(self, question: str, passages: Sequence[str], titles: Sequence[str]) -> list[Judgement]:
            at = [p.find("Lorne") if question.startswith("Where") else -1 for p in passages]
            return [Judgement(3.5, Span(n, n + 5), 0.9) if n >= 0 else Judgement(-4.0, None) for n in at]

    asked = Colloquy(library, ScriptedModel("Nothing."), judge=SureOfThePlace(), threshold=0.35)
    answer = asked.ask("Why were the fish talks held in Dunmore?")
    assert "Dunmore" in answer.abstained and answer.short == ""
    assert "held in Lorne" in answer.citations[0].quote and "They do say: “" in answer.text
