"""HTML from records: escaped, marked at the right offsets, numbered for the right answer."""

import html
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.records import Span, Window
from rag.answer import Answer, Seconds, Sentence
from rag.events import Drafted, Finished, Retrieved, Selected, Verified
from tests.fake_colloquy import (
    ARTICLES,
    ATTACK,
    CHOIR,
    COPY,
    FERRY,
    HITS,
    HOSTILE,
    MARCH,
    SCRIPT,
    TABLE,
    article,
    cited,
)
from ui import answers, panel, render
from ui.exchange import Conversation, Exchange
from ui.steps import Steps

HARMLESS_TAGS = {
    *("div", "p", "span", "i", "h1", "h2", "h3", "ol", "ul", "li", "a", "code", "mark", "time", "button"),
    *("article", "section", "header", "footer", "blockquote", "details", "summary"),
    *("table", "thead", "tbody", "tr", "th", "td", "form", "label", "input"),
}
EMPTY_TAGS = {"input"}


class Page(HTMLParser):
    """Tags, attributes and text of an HTML fragment; fails on tags that do not match."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.marks: list[str] = []
        self._open: list[str] = []
        self.feed(source)
        self.close()
        assert not self._open, f"left open: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in EMPTY_TAGS:
            self._open.append(tag)
        if tag == "mark":
            self.marks.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        if "mark" in self._open:
            self.marks[-1] += data


def harmless(source: str) -> Page:
    page = Page(source)
    for tag, attributes in page.tags:
        assert tag in HARMLESS_TAGS
        assert not [name for name in attributes if name.startswith("on") or name in ("style", "src", "srcset")]
        assert (attributes.get("href") or "https://").startswith(("http://", "https://"))
    return page


def finished(key: str = "ferry", number: int = 1) -> Exchange:
    exchange = Exchange(number, f"About the {key}?")
    exchange.take(Retrieved(HITS))
    exchange.take(Finished(Answer(exchange.question, SCRIPT[key], hits=HITS)))
    return exchange


def declined() -> Exchange:
    exchange = Exchange(1, "Who?")
    exchange.take(Finished(Answer("Who?", abstained=f"Not said {ATTACK}", hits=HITS, nearest=ARTICLES)))
    return exchange


def compared() -> Exchange:
    exchange = Exchange(1, "Who led what, compared?")
    exchange.take(Finished(Answer(exchange.question, table=TABLE, remark=f"They differ {ATTACK}")))
    return exchange


def dated(window: Window, given: Window | None = None, last: bool = True) -> Page:
    """The answer about a period, understood or given by the user."""
    exchange = Exchange(7, "About the ferry?", window=given)
    exchange.take(Finished(Answer(exchange.question, SCRIPT["ferry"], window=window)))
    return harmless(answers.answer_html(exchange, last))


def periods(page: Page) -> list[str | None]:
    """What the buttons of the period ask for."""
    return [a["data-period"] for _, a in page.tags if a.get("data-period", "same") != "same"]


@pytest.mark.parametrize(
    "source",
    [
        answers.answer_html(finished("market")),
        answers.answer_html(declined()),
        answers.answer_html(compared()),
        panel.panel_html([finished("market"), finished("ferry", 2), declined()]),
        render.article_html(HOSTILE, [Span(0, 10)], Span(0, 10)),
        panel.found_html(HITS),
        panel.panel_html([Exchange(1, ATTACK, phase="reading", hits=HITS)]),
        answers.answer_html(Exchange(1, ATTACK, phase="failed", error=ATTACK)),
    ],
    ids=["answer", "declined", "table", "panel", "article", "found", "question", "error"],
)
def test_hostile_text_stays_text(source: str) -> None:
    assert "<script>window.harmed=1</script>" in harmless(source).text.replace("\xa0", " ")


def test_the_answer_numbers_its_marks_for_itself() -> None:
    first, second = (Page(answers.answer_html(finished(n, i))) for i, n in enumerate(("ferry", "choir"), 1))
    assert [a["data-cite"] for t, a in first.tags if "data-cite" in a] == ["a1-c1", "a1-c2", "a1-c3"]
    assert [a["data-cite"] for t, a in second.tags if "data-cite" in a] == ["a2-c1"]
    assert "Engineer Tove Lind led the repairs.[1] They took" in first.text


def test_every_mark_of_an_answer_has_its_card() -> None:
    exchanges = [finished("ferry", 1), finished("choir", 2)]
    page = Page(panel.panel_html(exchanges))
    ids = [a["id"] for _, a in page.tags if "id" in a]
    assert len(ids) == len(set(ids))
    for e in exchanges:
        answer = Page(answers.answer_html(e))
        assert {a["data-cite"] for _, a in answer.tags if "data-cite" in a} <= set(ids)
    hidden = {a["id"]: "hidden" in a for t, a in page.tags if t == "section"}
    assert hidden == {"panel-a1": True, "panel-a2": False}


def test_a_card_says_where_the_words_are_from() -> None:
    citation = cited(2, CHOIR, "practised in a barn")
    page = harmless(panel.card_html(4, citation, [citation.span], literal=True))
    assert page.marks == ["practised in a barn"]
    for words in ("Choir of two valleys", "Valley Post", "date unknown", "Exact words", "Open article"):
        assert words in page.text
    button = next(a for _, a in page.tags if "data-article" in a)
    assert button["data-spans"] == button["data-focus"] == f"{citation.span.start}-{citation.span.end}"
    assert "forty singers" not in page.text  # another paragraph


def test_support_in_words_falls_with_the_support() -> None:
    strengths = (1.0, 0.9, 0.7, 0.3)
    assert len({panel.support_words(s) for s in strengths}) == 4
    bars = [a["data-bars"] for s in strengths for _, a in harmless(panel.support_html(s)).tags if "data-bars" in a]
    assert bars == ["4", "3", "2", "1"]
    (told,) = [a["title"] for _, a in harmless(panel.support_html(0.7)).tags if "title" in a]
    assert told and "70%" in told


def test_exact_words_are_those_that_every_sentence_says_just_so() -> None:
    quote = "Engineer Tove Lind led the work"
    exchange = Exchange(1, "Who?")
    exchange.take(Verified(Sentence("“Engineer Tove Lind  led the work.”", (cited(1, FERRY, quote),))))
    assert panel.said_literally(exchange) == {1}
    assert "Exact words" in panel.panel_html([exchange])
    exchange.take(Verified(Sentence("She led it.", (cited(1, FERRY, quote),))))
    assert panel.said_literally(exchange) == frozenset()
    assert "Full support" in panel.panel_html([exchange])
    # "as they stand" is never said of words that carry a sentence only in part
    assert panel.support_words(0.9, literal=True) == "Strong support"


def test_a_long_paragraph_is_cut_around_the_cited_words() -> None:
    long = article("Long", "word " * 400 + "the needle " + "word " * 400)
    start = long.text.index("the needle")
    page = Page(render.passage_html(long, Span(start, start + 10)))
    assert page.marks == ["the needle"]
    assert page.text.startswith("… word") and page.text.endswith("word …")
    assert len(page.text) < 2 * render.AROUND + 40


def test_the_whole_article_is_there_with_all_marks_and_the_clicked_one_in_focus() -> None:
    spans = [c.span for s in SCRIPT["ferry"] for c in s.citations]
    page = harmless(render.article_html(FERRY, spans, spans[1]))
    assert sorted(page.marks) == sorted(s.of(FERRY.text) for s in spans)
    focus = [i for i, (_, a) in enumerate((t, a) for t, a in page.tags if t == "mark") if a.get("class") == "cq-focus"]
    assert [page.marks[i] for i in focus] == [spans[1].of(FERRY.text)]
    for paragraph in FERRY.text.split("\n\n"):
        assert paragraph in page.text


def test_a_mark_over_two_paragraphs_marks_both() -> None:
    two = article("Two", "One ends here.\n\nTwo starts.")
    page = Page(render.article_html(two, [Span(4, 19)]))
    assert page.marks == ["ends here.", "Two"]


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)), max_size=5))
def test_marking_loses_and_invents_nothing(text: str, starts: list[tuple[int, int]]) -> None:
    if not text:
        return
    marks = [Span(a, a + n) for a, n in starts]
    source = render.marked_html(text, Span(0, len(text)), marks)
    assert "<" not in re.sub(r"</?mark>", "", source)
    marked = "".join(re.findall(r"<mark>(.*?)</mark>", source, re.DOTALL))
    wanted = "".join(c for i, c in enumerate(text) if any(m.start <= i < m.end for m in marks))
    assert marked == render.escape(wanted)
    assert re.sub(r"</?mark>", "", source) == render.escape(text)


@given(st.text())
def test_a_question_comes_back_from_its_message_as_it_was(question: str) -> None:
    shown = render.question_text(question)
    assert "<" not in shown
    assert html.unescape(shown) == question
    assert render.question_from_text(shown) == question


def test_an_ordinary_question_is_shown_as_typed() -> None:
    for question in ('Don\'t AT&T say "no"?', "a > b & c"):
        assert render.question_text(question) == question


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "//elsewhere.invalid/x",
        "http:",
        "http://[broken",
        "ftp://example.org/x",
        "https:\\\\elsewhere.invalid",
    ],
)
def test_no_link_but_http(url: str) -> None:
    page = harmless(render.article_html(replace(CHOIR, url=url)))
    assert not [1 for tag, _ in page.tags if tag == "a"]
    assert " ".join(url.split()) in page.text


def test_an_http_link_is_a_link() -> None:
    page = harmless(render.article_html(FERRY))
    assert [a["href"] for t, a in page.tags if t == "a"] == [FERRY.url]
    assert "11 March 2024" in page.text and "Date as its source says" in page.text


def test_nothing_unverified_is_shown() -> None:
    exchange = Exchange(1, "Who?")
    assert "Searching the articles" in Page(answers.answer_html(exchange)).text
    exchange.take(Retrieved(HITS))
    assert "Found, not yet checked" in Page(panel.panel_html([exchange])).text
    assert exchange.take(Drafted("A secret draft"))
    assert not exchange.take(Drafted("A secret draft that goes on"))
    assert "secret" not in answers.answer_html(exchange) + panel.panel_html([exchange])
    assert "Writing" in Page(answers.answer_html(exchange)).text
    exchange.take(Verified(SCRIPT["ferry"][0]))
    assert "Tove Lind led the repairs" in Page(answers.answer_html(exchange)).text
    assert Page(panel.panel_html([exchange])).marks == ["Engineer Tove Lind led the work"]


def test_the_steps_are_told_with_their_seconds_while_they_go_and_after() -> None:
    clock = [10.0]
    exchange = Exchange(1, "Who?", steps=Steps(lambda: clock[0]))
    exchange.steps.begin()

    def line(later: float) -> str:
        clock[0] += later
        page = harmless(answers.answer_html(exchange))
        assert [a["class"] for _, a in page.tags if a.get("role") == "status"] == ["cq-steps"]
        return page.text

    assert line(0.2).startswith("Searching the articles 0.2 s")
    exchange.take(Retrieved(HITS))
    assert line(0.5).startswith("Searched 0.2 s · reading 3 passages 0.5 s")
    assert "Found so far" in line(0) and "Island ferry" in line(0)
    exchange.take(Selected((), ()))
    assert "reading" in line(0)  # nothing fits this part of the question; the others are still read
    exchange.take(Drafted("A draft"))
    assert line(0.3).startswith("Searched 0.2 s · read 0.5 s · writing 0.3 s")
    exchange.take(Verified(SCRIPT["ferry"][0]))
    assert "writing and checking 0.3 s" in line(0) and "Found so far" not in line(0)
    clock[0] += 0.7
    exchange.take(Finished(Answer("Who?", SCRIPT["ferry"], hits=HITS)))
    assert line(5).startswith("Searched 0.2 s · read 0.5 s · wrote and checked 1.0 s")
    ticking = [a for _, a in Page(answers.answer_html(exchange)).tags if "data-step" in a]
    assert not ticking


def test_the_steps_of_what_was_stopped_declined_or_kept() -> None:
    clock = [0.0]
    stopped = Exchange(1, "Who?", steps=Steps(lambda: clock[0]))
    stopped.steps.begin()
    clock[0] = 1.5
    stopped.take(Retrieved(HITS))
    clock[0] = 2.0
    stopped.halt()
    clock[0] = 9.0
    assert Page(answers.answer_html(stopped)).text.startswith("Searched 1.5 s · read 0.5 sStopped.")
    kept = Exchange(1, "Who?", phase="done", answer=Answer("Who?", SCRIPT["ferry"], seconds=Seconds(0.1, 0.4, 1.2)))
    assert Page(answers.answer_html(kept)).text.startswith("Searched 0.1 s · read, wrote and checked 1.1 s")
    refused = Answer("Who?", abstained="Not said.", seconds=Seconds(0.1, 0.4, 0.6))
    declined = Exchange(1, "Who?", phase="done", answer=refused)
    assert Page(answers.answer_html(declined)).text.startswith("Searched 0.1 s · read 0.5 sNot said.")
    unknown = Exchange(1, "Who?", phase="done", answer=Answer("Who?", SCRIPT["ferry"]))
    assert "Searched" not in answers.answer_html(unknown)


def test_the_newest_answer_can_be_asked_again_as_it_was() -> None:
    def again(exchange: Exchange, last: bool) -> list[str | None]:
        page = harmless(answers.answer_html(exchange, last))
        return [a["data-turn"] for _, a in page.tags if a.get("data-period") == "same"]

    failed = Exchange(4, "Who?", phase="failed", error="No model.")
    assert again(finished(number=3), True) == ["3"] and again(failed, True) == ["4"]
    assert again(declined(), True) == ["1"]
    assert again(finished(), False) == again(failed, False) == again(Exchange(1, "Who?"), True) == []


def test_a_stopped_answer_keeps_what_was_checked() -> None:
    exchange = Exchange(1, "Who?")
    exchange.take(Verified(SCRIPT["ferry"][0]))
    exchange.halt()
    assert exchange.stop.is_set()
    assert "Stopped. What stands here has been checked." in Page(answers.answer_html(exchange)).text


def test_the_period_understood_is_named_and_can_be_dropped_or_changed() -> None:
    page = dated(MARCH)
    assert "Period: March 2024" in page.text
    assert periods(page) == ["any"] and {a["data-turn"] for _, a in page.tags if "data-period" in a} == {"7"}
    (form,) = [a for t, a in page.tags if t == "form"]
    assert form["data-turn"] == "7"
    fields = {a["name"]: a["value"] for t, a in page.tags if t == "input"}
    assert fields == {"first": "2024-03-01", "last": "2024-03-31"}  # both days are in it
    assert {a["type"] for t, a in page.tags if t == "input"} == {"date"}


def test_a_period_that_the_user_set_says_so_and_can_be_taken_back() -> None:
    page = dated(MARCH, given=MARCH)
    assert "Period set by you: March 2024" in page.text
    assert periods(page) == ["any", "asked"]
    dropped = dated(Window(), given=Window())
    assert "Period set by you: any time" in dropped.text
    assert periods(dropped) == ["asked"]
    assert {a["value"] for t, a in dropped.tags if t == "input"} == {""}


def test_an_older_answer_only_says_its_period_and_an_open_one_says_nothing() -> None:
    older = dated(MARCH, last=False)
    assert "Period: March 2024" in older.text
    assert not [t for t, a in older.tags if t in ("form", "input") or "data-period" in a]
    assert "Period" not in dated(Window()).text


def test_declining_shows_what_the_articles_say_instead() -> None:
    exchange = Exchange(3, "Why in Lorne?")
    whole = finished().answer
    said = whole.sentences[:1] if whole else ()
    exchange.take(Finished(Answer("Why in Lorne?", said, abstained="Not Lorne.", hits=HITS, nearest=ARTICLES)))
    page = harmless(answers.answer_html(exchange))
    assert "Not Lorne." in page.text and "They do say" in page.text and "Nearest articles" not in page.text
    assert any("cq-cite" in (attributes.get("class") or "") for _, attributes in page.tags)


def test_declining_names_the_period_too() -> None:
    exchange = Exchange(3, "Who?")
    exchange.take(Finished(Answer("Who?", abstained="Not said.", window=MARCH)))
    assert "Period: March 2024" in harmless(answers.answer_html(exchange)).text


def test_a_table_has_headings_cited_cells_and_says_what_is_not_stated() -> None:
    exchange = compared()
    page = harmless(answers.answer_html(exchange))
    headings = [a["scope"] for t, a in page.tags if t == "th"]
    assert headings == ["col", "col", "col", "row", "row"] and len([t for t, _ in page.tags if t == "td"]) == 4
    assert [a["data-cite"] for _, a in page.tags if "data-cite" in a] == [f"a1-c{n}" for n in range(1, 6)]
    assert page.text.count("not stated") == 1
    assert page.text.index("They differ") < page.text.index("Ferry repairs")
    assert "5 sources" in page.text
    cards = [a["id"] for t, a in harmless(panel.panel_html([exchange])).tags if t == "article"]
    assert cards == [f"a1-c{n}" for n in range(1, 6)]


def test_a_card_names_the_articles_with_the_same_words() -> None:
    citation = cited(1, FERRY, "Engineer Tove Lind led the work", copies=(COPY,))
    page = harmless(panel.card_html(1, citation, [citation.span]))
    assert "The same words also in:" in page.text
    assert "Ferry line open again (Olen Mail, between 11 and 12 March 2024, inferred)" in page.text
    opener = next(a for _, a in page.tags if a.get("data-article") == COPY.id)
    assert opener["data-focus"] == f"{citation.span.start}-{citation.span.end}"
    assert "same words" not in panel.card_html(1, cited(1, FERRY, "Engineer Tove Lind"), [])


def test_a_date_says_how_it_is_known() -> None:
    inferred = harmless(render.article_html(COPY))
    assert "between 11 and 12 March 2024 (inferred)" in inferred.text
    assert "Date inferred from its text" in inferred.text
    assert {"Date as its source says"} == {a["title"] for t, a in harmless(render.meta_html(FERRY)).tags if t == "time"}
    text = "The talks will begin on Monday, 6 March 2023, the ministry of Tarn announced on Sunday, 5 March 2023."
    grounded = article("Talks", text, published_within=MARCH, published_from="inferred")
    assert f"Date inferred from its text: “{text}”" in harmless(render.article_html(grounded)).text
    unknown = harmless(render.meta_html(CHOIR))
    assert "date unknown" in unknown.text and "No date was found" in [a.get("title") for _, a in unknown.tags]


def test_an_empty_library_says_what_to_do() -> None:
    assert "colloquy index" in render.header_html(0)
    assert "1 article<" in render.header_html(1)


def test_asking_again_drops_what_came_after_and_stops_it() -> None:
    talk = Conversation()
    first, second = talk.ask("one"), talk.ask("two")
    assert first.stop.is_set()
    again = talk.ask_again(0, "one, reworded")
    assert again is not None and second.stop.is_set()
    assert [e.question for e in talk.exchanges] == ["one, reworded"]
    assert again.number == 3  # never a number twice: an old mark cannot point at a new source
    assert talk.ask_again(5) is None and len(talk.exchanges) == 1


def test_a_period_set_stays_with_the_question_and_goes_with_other_words() -> None:
    talk = Conversation()
    talk.ask("one")
    again = talk.ask_within(MARCH)
    assert again is not None and (again.question, again.window, again.number) == ("one", MARCH, 2)
    retried = talk.ask_again(0)
    assert retried is not None and retried.window == MARCH
    reworded = talk.ask_again(0, "two")
    assert reworded is not None and reworded.window is None
    assert Conversation().ask_within(MARCH) is None


def test_a_part_that_is_not_answered_is_named_and_escaped() -> None:
    answer = Answer("q", sentences=(), unanswered=("who <b>wrote</b> it?",))
    exchange = Exchange(1, "q")
    exchange.take(Finished(answer))
    shown = answers.answer_html(exchange)
    assert "The articles do not say: who &lt;b&gt;wrote&lt;/b&gt; it?" in shown
