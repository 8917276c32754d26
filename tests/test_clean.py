"""Page furniture goes, the story stays. All pages here are made up."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.clean import clean
from index.page_facts import first_sentence
from index.read_bytes import decode
from index.read_text import normalise

ARTICLES = Path(__file__).parents[2] / "shared" / "articles"

STORY = [
    "The harbour council of Velmora voted on Tuesday to rebuild the old ferry pier before the winter storms arrive.",
    "Councillor Ines Okafor, who leads the transport committee, said the work would cost 4.2 million crowns.",
    '"It is vital," she said.',
    "The pier has been closed since a barge struck it in 2019, and islanders now take a longer route by road.",
    "“We lost our school run, our market and our doctor in one night,” said Tomas Brandt, a fisherman from Orrin.",
    "Nobody was hurt.",
    "Work on the ferry pier is expected to begin in April and to last nine months, the council said in a statement.",
]
HEADLINE = "Velmora council votes to rebuild storm-hit ferry pier"


def page(*blocks: str | list[str], gap: str = "\n\n") -> str:
    return gap.join(line for block in blocks for line in ([block] if isinstance(block, str) else block))


OTHER_STORIES = ["Bakery Wins A Prize For Its Rye Bread", "Tram Line Seven Closes For A Month", "Five Walks To Try"]

STYLES: dict[str, tuple[list[str], list[str]]] = {
    "cookie banner": (
        ["We use cookies to improve your experience.", "Accept all cookies", "Manage preferences", HEADLINE],
        ["Privacy Policy", "Terms of Use", "© 2024 Velmora Courier. All rights reserved."],
    ),
    "menu": (["Home", "News", "World", "Sport", "Weather", "Jobs", "Log in", "Subscribe", HEADLINE], ["Back to top"]),
    "breadcrumbs": (
        ["Home > News > Coast > Transport", HEADLINE, "By Lena Marsh", "3 min read"],
        ["Share this article"],
    ),
    "share bar": (
        [HEADLINE, "Share", "Tweet", "Email", "Print", "12 Shares"],
        ["Facebook Twitter WhatsApp", "Copy link"],
    ),
    "paywall": (
        ["You have read your last free article this month.", "Already a subscriber? Sign in", HEADLINE],
        ["Subscribe now to continue reading.", "Cancel anytime", "Create an account"],
    ),
    "player": (
        [HEADLINE, "Play video", "0:00 / 2:41", "Video player is loading.", "Mute", "Fullscreen"],
        ["No media source currently available", "Embed share", "The code has been copied"],
    ),
    "ticker": (
        ["FTSE 7,512.3 ▲ 0.41% DOW 34,120.9 ▼ 0.12%", "EUR/USD 1.0842 +0.22%", HEADLINE],
        ["Markets data delayed"],
    ),
    "teasers": (
        [HEADLINE],
        [
            "Hot this week",
            "Bakery In Lund Wins A Prize For Its Rye Bread",
            "Bakery In Lund Wins A Prize...",
            "Despite the rain, the lantern parade drew a record crowd.",
            "Despite the rain, the lantern parade...",
            "Popular Categories",
            "Culture",
            "banner_img",
        ],
    ),
    "recommended": (
        ["Skip to main content", HEADLINE, HEADLINE],
        ["You may also like", *OTHER_STORIES, "Most read", *OTHER_STORIES],
    ),
    "newsletter": (
        [HEADLINE],
        [
            "Sign up for our newsletter",
            "Get the latest news delivered straight to your inbox.",
            "Enter your email address",
            "Submit",
        ],
    ),
    "comments": (
        [f"{HEADLINE} {HEADLINE}"],
        [
            "14 comments",
            "Reply",
            "harbourfan 2 hours ago",
            "About time somebody fixed this ferry pier, it was a shame!",
            "Leave a comment",
        ],
    ),
    "tags": (
        [HEADLINE],
        ["Tags: ferry, harbour, storms", "#velmora #ferry", "Follow us on Facebook", "Read more »", *OTHER_STORIES],
    ),
    "browser notice": (
        [
            "Your browser is out of date.",
            "Please upgrade your browser to see this page.",
            "Close and don't show again",
            HEADLINE,
        ],
        ["Please enable JavaScript to view the comments powered by Chatterbox."],
    ),
    "summaries": (
        [HEADLINE, "Advertisement"],
        [
            "Related Articles",
            "Bakery in Lund wins prize",
            "The bakery in Lund has won a prize for rye bread at the national fair of millers.",
            "Tram line seven to close",
            "Passengers of tram line seven must take buses for a month while rails are renewed.",
        ],
    ),
}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_furniture_goes_and_the_story_stays(style: str, gap: str) -> None:
    before, after = STYLES[style]
    cleaned = clean(normalise(page(before, STORY, after, gap=gap)))
    assert cleaned.text.split("\n\n") == STORY
    assert cleaned.title == HEADLINE


@pytest.mark.parametrize(
    "inside",
    [
        ["Advertisement", "Story continues below"],
        ["Read more: Bakery in Lund wins prize for its rye bread"],
        ["Related Articles", *OTHER_STORIES],
        ["Bakery in Lund wins prize for rye bread", "Share this article"],
        ["Skip advert", "Sign up for our daily newsletter"],
    ],
)
def test_furniture_between_paragraphs_goes(inside: list[str]) -> None:
    cleaned = clean(page(HEADLINE, STORY[:4], inside, STORY[4:]))
    assert [line for line in cleaned.text.split("\n\n") if line in STORY] == STORY
    assert not any(line in cleaned.text for line in inside)


def test_a_closing_paragraph_below_a_box_of_other_stories_stays() -> None:
    cleaned = clean(page(HEADLINE, "Share this article", STORY[:6], "Related Articles", OTHER_STORIES, STORY[6:]))
    assert cleaned.text.split("\n\n") == STORY


def test_a_caption_and_a_note_on_the_publisher_stay() -> None:
    caption = (
        "Councillor Ines Okafor stands on the ferry pier on Monday. Work begins in April.(Mia Lund/Harbour Pictures)"
    )
    note = (
        "This article was first published in the Coastal Courier, which is produced independently by the Orrin Press."
    )
    cleaned = clean(
        page("Skip Navigation", HEADLINE, caption, "Close X", STORY, note, "comments powered by Chatterbox")
    )
    assert cleaned.text.split("\n\n") == [caption, *STORY, note]
    assert cleaned.publisher == "Coastal Courier"


def test_a_list_that_a_sentence_announces_stays() -> None:
    items = ["a new lift", "two waiting rooms", "a covered ramp"]
    lead = "The plan for the ferry pier has three parts:"
    cleaned = clean(page("Skip to content", HEADLINE, "Share this article", STORY[:2], lead, items, STORY[2:]))
    assert cleaned.text.split("\n\n") == [*STORY[:2], lead, *items, *STORY[2:]]


def test_an_advice_story_keeps_its_sentences_about_websites() -> None:
    story = [
        "Clear the history of your browser before you lend a laptop to a friend, the consumer office advises.",
        "You should also change the password of your email account twice a year, and never use it on another website.",
        "The office said that three in four complaints about lost accounts came from people with one password for all.",
    ]
    cleaned = clean(page("Skip to main content", "How to lend a laptop safely", story, "Share this article"))
    assert cleaned.text.split("\n\n") == story


def test_a_lead_between_widgets_below_a_list_of_other_stories_stays() -> None:
    before = ["Trending Now", "Best phones of the year", "Share full article", HEADLINE, "Give this article"]
    cleaned = clean(page(before, STORY[0], "Image", STORY[1:], "Share full article"))
    assert cleaned.text.split("\n\n") == STORY
    assert cleaned.title == HEADLINE


def test_sentences_that_lost_their_full_stop_stay() -> None:
    lost = [line.rstrip(".") for line in STORY if line != "Nobody was hurt."]
    cleaned = clean(page("Skip to main content", HEADLINE, "Share this article", lost, "Leave a comment"))
    assert cleaned.text.split("\n\n") == lost


def test_a_german_page() -> None:
    story = [
        "Der Hafenrat von Velmora hat am Dienstag beschlossen, die alte Mole neu zu bauen.",
        "„Es ist lebenswichtig“, sagte Ratsfrau Ines Okafor.",
        "Die Arbeiten kosten 4,2 Millionen Kronen und beginnen im April.",
        "Verletzt wurde niemand.",
    ]
    before = ["Startseite", "Politik", "Anmelden", "Neue Mole für Velmora", "Von Lena Marsch, 8. März 2023", "Teilen"]
    after = ["Mehr zum Thema", "Bäckerei gewinnt Preis", "Kommentare", "© 2023 Velmora Zeitung", "Datenschutz"]
    cleaned = clean(page(before, story[:2], "Lesen Sie auch: Bäckerei gewinnt Preis", story[2:], after))
    assert cleaned.text.split("\n\n") == story
    assert (cleaned.published, cleaned.publisher) == ("8. März 2023", "Velmora Zeitung")


def test_a_doubled_line_of_verse_is_not_halved() -> None:
    assert clean("home again home again").text == "home again home again"
    assert clean("11111111111111111111").text == "11111111111111111111"


CLEAN = {
    "prose": page(STORY),
    "headline and prose": page(HEADLINE, STORY),
    "dialogue": page(
        "“Where is she?”", "“Gone.”", "“When?”", "“Last night, with the tide.”", "He sat down and said nothing more."
    ),
    "list": page("Things to bring to the island:", "- warm socks", "- a torch", "- tea", "- the blue map"),
    "poem": page(
        "The Tide",
        "The tide comes in,",
        "the tide goes out,",
        "the tide comes in,",
        "and we stay home",
        "Home",
        "and we stay",
    ),
    "urdu": page(
        "وزیر خارجہ نے منگل کو کہا کہ بندرگاہ کی مرمت اپریل میں شروع ہوگی۔",
        "اس پر نو ماہ لگیں گے۔",
        "کوئی زخمی نہیں ہوا۔",
    ),
    "arabic": page("قال المجلس إن العمل سيبدأ في أبريل.", "هل يكفي المال؟", "لم يصب أحد بأذى."),
    "chinese": page("港口委员会周二投票决定重建旧渡轮码头。", "工程将于四月开始，预计持续九个月。", "没有人受伤。"),
    "thai": page("สภาท่าเรือลงมติเมื่อวันอังคารให้สร้างท่าเรือข้ามฟากเก่าขึ้นใหม่ก่อนพายุฤดูหนาวจะมาถึง", "ไม่มีผู้ได้รับบาดเจ็บ"),
    "lower-case notes": page(
        "call ines about the pier", "money: 4.2m, not 5m", "ask tomas for photos", "deadline friday"
    ),
    "sub-headings": page(HEADLINE, STORY[:3], "What happens next", STORY[3:], "A longer road", STORY[0]),
    "one sentence": "The pier is closed.",
    "one line without a stop": "pier closed until april",
    "news about the web": page(
        "The company changed its privacy policy after users complained, and its browser blocks all cookies.",
        "Readers had asked for a newsletter without advertisement for years, the company said.",
    ),
    "numbers": page(
        "Results of the vote:", "Okafor 12", "Brandt 9", "Lund 3", "The rest of the members were absent on the day."
    ),
}


@pytest.mark.parametrize("name", CLEAN)
def test_clean_text_passes_untouched(name: str) -> None:
    assert clean(CLEAN[name]).text == CLEAN[name]


def test_an_extracted_text_loses_only_sure_furniture() -> None:
    text = page(STORY[:3], "What happens next", "Read more: Bakery in Lund wins prize", STORY[3:], "Share this article")
    assert clean(text, extracted=True).text == page(STORY[:3], "What happens next", STORY[3:])


def test_the_byline_gives_the_date_and_goes() -> None:
    byline = "Lena Marsh Published May 4, 2021 Updated May 6, 2021 08:35am"
    cleaned = clean(page("date 2021-05-09 VEL 12.20 Increased By ▲ 0.14 (1.2%)", HEADLINE, byline, STORY))
    assert (cleaned.published, cleaned.ticker) == ("May 4, 2021", "2021-05-09")
    assert cleaned.text.split("\n\n") == STORY


def test_a_date_of_the_story_is_no_publication_date() -> None:
    text = page("The mill burnt down on March 3, 2020, and was rebuilt by its owners two years later.", STORY)
    assert clean(text).published == ""


def test_hard_wrapped_lines_are_one_paragraph() -> None:
    wrapped = "The harbour council of Velmora voted on Tuesday to rebuild the\n"
    wrapped += "old ferry pier before the winter storms arrive, and it\n"
    wrapped += "asked the islanders to send their wishes for the waiting room\nto the office by the end of the month."
    assert "\n" not in clean(wrapped).text


def test_the_title_of_a_bare_story_is_its_first_sentence_cut_at_a_word() -> None:
    assert clean(page(STORY)).title == STORY[0][:120].rsplit(" ", 1)[0] or len(STORY[0]) <= 120
    assert (
        first_sentence("Mr. Okafor met U.S. envoys in Velmora. They spoke.") == "Mr. Okafor met U.S. envoys in Velmora."
    )
    long = first_sentence("word " * 60)
    assert len(long) <= 120
    assert long.endswith("word")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(alphabet="abc XYZ.,!?…“”0123▲\n|»", max_size=60), max_size=12))
def test_nothing_is_invented_and_cleaning_never_fails(lines: list[str]) -> None:
    text = normalise("\n".join(lines))
    cleaned = clean(text)
    source = re.sub(r"\s+", "", text)
    at = 0
    for paragraph in cleaned.text.split("\n\n"):
        bare = re.sub(r"\s+", "", paragraph)
        at = source.find(bare, at)
        assert at >= 0
    assert "\n\n\n" not in cleaned.text


@pytest.mark.skipif(not ARTICLES.is_dir(), reason="the five real texts of ../shared/articles are not here")
@pytest.mark.parametrize(
    ("number", "paragraphs", "first", "last", "gone"),
    [
        (
            "000",
            12,
            "U.S. Secretary of State",
            "and chemical weapons.",
            ["browser", "Disqus", "Password", "Navigation"],
        ),
        ("001", 8, "ISLAMABAD: Pakistan and", "countering violent extremism.", ["AVN", "kicked off", "Hussain", "▲"]),
        ("002", 15, "U.S. and Pakistani officials", "and Energy Department.", ["please wait", "0:00", "media source"]),
        ("003", 11, "ISLAMABAD: A two-day", "dealing with “terrorism.”", []),
        (
            "004",
            7,
            "ISLAMABAD – Pakistan",
            "using whole-of-government measures.",
            ["Camilla", "spot_img", "NASA", "Topics"],
        ),
    ],
)
def test_real_pages(number: str, paragraphs: int, first: str, last: str, gone: list[str]) -> None:
    path = next(ARTICLES.glob(f"{number}_*.txt"))
    cleaned = clean(normalise(decode(path.read_bytes())))
    found = cleaned.text.split("\n\n")
    assert len(found) == paragraphs
    assert found[0].startswith(first)
    assert found[-1].endswith(last)
    assert not [word for word in gone if word in cleaned.text]
