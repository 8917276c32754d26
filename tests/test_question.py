from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import QuestionError
from index.records import Window
from rag.question import KINDS, MAX_QUESTION, Turn, person_answered, understand
from rag.windows import window_of

TODAY = date(2024, 5, 12)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Who opened the harbour?", "who"),
        ("What is the name of the mayor?", "who"),
        ("When did it open?", "when"),
        ("In what year was the strike?", "when"),
        ("In which city did they meet?", "where"),
        ("How many ships sailed?", "how many"),
        ("Why did the drivers strike?", "why"),
        ("How did the mayor react?", "how"),
        ("Did the drivers win?", "yes or no"),
        ("Which ships sailed?", "which"),
        ("tell me about the strike", "what"),
        ("number of ships at the quay", "how many"),
        ("turnout in the second round?", "how many"),
        ("How high did the river rise?", "how many"),
        ("What did the bridge cost?", "how many"),
        ("What did the mayor say that the bridge had cost the town?", "what"),
        ("date of the strike", "when"),
        ("whats the date of the race", "when"),
        ("Which woman won?", "who"),
        ("Which member of the council resigned?", "who"),
        ("When the strike was over, what did the mayor announce?", "what"),
        ("When they met, did they sign?", "yes or no"),
        ("When did they meet, and where?", "when"),
        ("When, where?", "when"),
        ("month and year Ida Kell came to Lorne", "when"),
        ("year of the strike", "when"),
        ("year in review", "what"),
    ],
)
def test_kind(text: str, kind: str) -> None:
    assert understand(text)[0].kind == kind


@pytest.mark.parametrize(
    ("text", "after", "before"),
    [
        ("in March 2023", date(2023, 3, 1), date(2023, 4, 1)),
        ("the 2014 talks", date(2014, 1, 1), date(2015, 1, 1)),
        ("between 2014 and 2016", date(2014, 1, 1), date(2017, 1, 1)),
        ("between 2014 and the Lorne talks", date(2014, 1, 1), None),
        ("since 2014", date(2014, 1, 1), None),
        ("before the 2014 talks", None, date(2015, 1, 1)),
        ("last year", date(2023, 1, 1), date(2024, 1, 1)),
        ("last month", date(2024, 4, 1), date(2024, 5, 1)),
        ("last week", date(2024, 4, 29), date(2024, 5, 6)),
        ("the talks", None, None),
    ],
)
def test_window(text: str, after: date | None, before: date | None) -> None:
    assert window_of(f"What was said {text}?", TODAY).window == Window(after, before)


def test_two_questions_in_one() -> None:
    parts = understand("Who opened the harbour, and when did the bus strike end?")
    assert [(p.text, p.kind) for p in parts] == [
        ("Who opened the harbour?", "who"),
        ("when did the bus strike end?", "when"),
    ]


@pytest.mark.parametrize(
    "text", ["When and where did they meet?", "Who met Ida and Tom?", "What did the mayor and the crew say?"]
)
def test_one_question_stays_one(text: str) -> None:
    assert len(understand(text)) == 1


def test_a_follow_up_borrows_words_and_period() -> None:
    (question,) = understand("And who led the other side?", [Turn("Who led the miners in the 2019 talks?")])
    assert "miners" in question.query.context
    assert question.query.after == date(2019, 1, 1)


def test_a_follow_up_of_a_follow_up_reaches_the_first() -> None:
    history = [Turn("Who led the miners in the 2019 talks?"), Turn("And the owners?")]
    (question,) = understand("Where did they meet?", history)
    assert "miners" in question.borrowed and question.query.after == date(2019, 1, 1)


def test_a_change_of_subject_borrows_nothing() -> None:
    (question,) = understand(
        "How many ships did Captain Ruth Amsel bring to Lorne harbour?", [Turn("Who led the miners in 2019?")]
    )
    assert (question.borrowed, question.query.after) == ("", None)


@pytest.mark.parametrize("text", ["", "   ", "???", "\n\t"])
def test_an_empty_question_says_what_to_do(text: str) -> None:
    with pytest.raises(QuestionError, match="ask something"):
        understand(text)


def test_an_endless_question_is_refused_with_its_length() -> None:
    with pytest.raises(QuestionError, match=f"100,000 characters, at most {MAX_QUESTION:,}"):
        understand("x" * 100_000)


@given(st.text(min_size=1, max_size=300))
def test_any_text_is_understood_or_refused(text: str) -> None:
    try:
        parts = understand(text, [Turn("Who led the miners?")], TODAY)
    except QuestionError:
        return
    assert 1 <= len(parts) <= 3 and all(p.kind in KINDS for p in parts)


@pytest.mark.parametrize(
    ("question", "answer", "resolved"),
    [
        ("What did he bring?", "Captain Tom Rowe steered the ship. [1]", "What did Tom Rowe bring?"),
        ("What was his office?", "“The pier,” said Ida Kell.", "What was Ida Kell's office?"),
        ("What did he bring?", "The pier was closed.", "What did he bring?"),
        ("Where was it built?", "Captain Tom Rowe steered the ship.", "Where was it built?"),
    ],
)
def test_he_and_she_are_the_person_of_the_answer_before(question: str, answer: str, resolved: str) -> None:
    (found,) = understand(question, [Turn("Who steered the ship?", answer)])
    assert found.resolved == resolved


@pytest.mark.parametrize(
    ("text", "after", "before"),
    [
        ("two years ago", date(2022, 1, 1), date(2023, 1, 1)),
        ("this week", date(2024, 5, 5), date(2024, 5, 13)),
        ("on 7 March", date(2024, 3, 7), date(2024, 3, 8)),
        ("last December", date(2023, 12, 1), date(2024, 1, 1)),
        ("from 2014 to 2016", date(2014, 1, 1), date(2017, 1, 1)),
        ("between 28 February and 2 March 2023", date(2023, 2, 28), date(2023, 3, 3)),
        ("in 2014, 2016 and later", date(2014, 1, 1), None),
        ("in 2023 about the time before 2014", date(2023, 1, 1), date(2024, 1, 1)),
        ("on Monday", None, None),
    ],
)
def test_half_said_and_joined_periods(text: str, after: date | None, before: date | None) -> None:
    assert window_of(f"What was said {text}?", TODAY).window == Window(after, before)


def test_several_periods_are_kept_apart() -> None:
    asked = window_of("Who led the talks in 2014 and in 2023?", TODAY)
    assert [w.after for w in asked.periods] == [date(2014, 1, 1), date(2023, 1, 1)]


def test_periods_that_exclude_one_another_are_named() -> None:
    asked = window_of("What was said after 2023 and before 2014?", TODAY)
    assert not asked.window and "2023" in asked.contradiction and "2014" in asked.contradiction


def test_a_month_without_a_year_may_be_one_of_any_year() -> None:
    assert window_of("Who met in March?", TODAY).yearless
    assert not window_of("Who met in March 2023?", TODAY).yearless


def test_the_same_asked_of_two_periods_is_one_question() -> None:
    assert [p.text for p in understand("Who led it in 2014 and who in 2023?")] == [
        "Who led it in 2014 and who in 2023?"
    ]
    assert len(understand("Who led it in 2014 and where did they meet?")) == 2


@pytest.mark.parametrize(("written", "year"), [("'21", 2021), ("’29", 2029), ("'30", 1930), ("'98", 1998)])
def test_a_year_of_two_digits(written: str, year: int) -> None:
    (asked,) = understand(f"Who won in {written}?", asked=TODAY)
    assert asked.windows == (Window(date(year, 1, 1), date(year + 1, 1, 1)),)


def test_greetings_and_contractions_are_no_names_and_nothing_to_look_for() -> None:
    (asked,) = understand("Hi, I'd like to know which dyke broke")
    assert [w.text for w in asked.words if w.content] == ["dyke", "broke"]


@pytest.mark.parametrize(
    ("answer", "person"),
    [
        ("Senior Ostish and UN officials met Governor Ida Kell.", "Ida Kell"),
        ('"The guild wants a harbour," Kell said.', "Kell"),
        ("The Pakistan army wants it.", ""),
        ("Senior Pakistani officials want it.", ""),
        ("", ""),
    ],
)
def test_the_person_of_an_answer_is_no_people_and_no_country(answer: str, person: str) -> None:
    assert person_answered(Turn("Who wants the harbour?", answer)) == person


@pytest.mark.parametrize(
    ("text", "leans"),
    [
        ("How many sailors were hurt?", False),
        ("How many were hurt?", True),
        ("And who led it?", True),
        ("Why not?", False),
    ],
)
def test_a_question_leans_where_it_could_not_be_made_whole(text: str, leans: bool) -> None:
    (question,) = understand(text, [Turn("Did a storm hit the harbour of Lorne?")])
    assert question.leans == leans
    assert not understand(text)[0].leans


@given(st.text(alphabet='“”" .,IKaelm saidn', max_size=60))
def test_any_answer_names_somebody_or_nobody(answer: str) -> None:
    assert isinstance(person_answered(Turn("Who?", answer)), str)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("When was the dialogue before that?", "When was the dialogue?"),
        ("And where was the next meeting?", "And where was the meeting?"),
        ("Who led the talks before that?", "Who led the Ostland side at the talks?"),
        ("And at the one before that?", "Who led the Ostland side at the talks?"),
        ("And at the one after that, who signed for Varn?", "who signed for Varn?"),
        ("And the time before, where did they meet?", "where did they meet?"),
        ("When was the previous one?", "When were the talks?"),
        ("And at the next one, who led it?", "Who led the Ostland side at the talks?"),
        ("What did the mayor say in the month after that?", "What did the mayor say?"),
        ("Who led the talks after that?", "Who led the Ostland side at the talks?"),
        ("And after the later round in Arl?", "Who led the Ostland side at the talks?"),
    ],
)
def test_the_neighbour_of_an_event_is_asked_what_is_asked(text: str, asked: str) -> None:
    (question,) = understand(text, [Turn("Who led the Ostland side at the talks of May 2021 in Lorne?")])
    assert question.step and question.resolved == asked


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("2014 then?", "Did the round end with a pact in 2014?"),
        ("March 2023?", "Did the round end with a pact in March 2023?"),
        ("Nine years earlier?", "Did the round end with a pact?"),
    ],
)
def test_a_bare_time_takes_up_the_turn_before(text: str, asked: str) -> None:
    question = understand(text, [Turn("Did the May 2021 round end with a pact?")], TODAY)[0]
    assert question.resolved == asked and question.period.window.before
    assert question.period.window != understand("in May 2021?")[0].period.window


@pytest.mark.parametrize(
    ("text", "plain", "latest", "first"),
    [
        ("Who led the round right before the most recent one?", "Who led the round?", True, False),
        ("who led the last-but-one dialogue", "who led the dialogue", True, False),
        ("Where was the second most recent trade fair?", "Where was the trade fair?", True, False),
        ("Where was the dialogue before the last?", "Where was the dialogue?", True, False),
        ("Where was the meeting after the first one?", "Where was the meeting?", False, True),
    ],
)
def test_the_one_next_to_an_end(text: str, plain: str, latest: bool, first: bool) -> None:
    question = understand(text)[0]
    assert (question.text, question.latest, question.first, question.beside) == (plain, latest, first, True)


@pytest.mark.parametrize(
    "text",
    ["Who came to the meeting before last year's talks?", "What was sold before the last king died?", "Who came last?"],
)
def test_other_words_name_no_neighbour_of_an_end(text: str) -> None:
    question = understand(text)[0]
    assert question.text == text and not question.beside


def test_a_day_without_a_year_is_compared_as_a_date_too() -> None:
    question = understand("How many were dead by 28 August?")[0]
    assert question.timeless[0] == "How many were dead?"
