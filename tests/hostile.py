"""Articles that try everything: one library of them for all places that show articles."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from index.library import Library
from rag.answer import Answer, Cell, Citation, Row, Seconds, Sentence, Table
from rag.events import Event, Finished, Retrieved, Verified
from rag.records import Article, Chunk, Hit, Span, Window, split_sentences
from tests.fake_colloquy import FakeColloquy
from tests.fakes import BagEmbedder

# Where a thing that runs would leave a trace, and what a thing that is fetched would ask.
TRACE, HOST = "window.harmed", "elsewhere.invalid"
# Each stands in a title, a publisher, an address, an event and a text of its own article; none holds a full stop, so
# that each is one sentence.
ATTACKS = {
    "script": f"<script>{TRACE}=1</script>",
    "script in capitals": f"</p><ScRiPt sRc=//{HOST}/a></sCrIpT>",
    "handlers": f"<img src=x onerror={TRACE}=2><svg onload={TRACE}=3><body onload={TRACE}=4>",
    "quotes": f"\"' onmouseover={TRACE}=5 autofocus onfocus={TRACE}=6 x=\"'>",
    "closing tags": f"</button></dialog></option></select></textarea></title></div><iframe srcdoc='{TRACE}=7'>",
    "links": f"<a href=javascript:{TRACE}=8>a</a> [b](javascript:{TRACE}=9) "
    f"[c](data:text/html,<script>{TRACE}=10</script>) <http://{HOST}/k> https://{HOST}/l",
    "data": f"<object data='data:text/html,<script>parent.{TRACE.removeprefix('window.')}=11</script>'></object>",
    "pictures": f"![d](http://{HOST}/e) <img src=http://{HOST}/f> <link rel=stylesheet href=http://{HOST}/g>",
    "comments": "<!-- <b> --> <![CDATA[ <!-- and no end",
    "style": f"</style><style>*{{display:none!important;background:url(http://{HOST}/h)}}</style>",
    "refresh": f"<meta http-equiv=refresh content='0;url=http://{HOST}/i'><base href=http://{HOST}/>",
    "form": f"<form action=http://{HOST}/j><input autofocus onfocus={TRACE}=12><button>Ask</button></form>",
    "templates": f"{{{{7*7}}}} ${{{TRACE}=13}} {{% raw %}} <%= 7*7 %> #{{7*7}} {{value}} {{0.__class__}} %s %(x)s",
    "entities": f"&lt;script&gt;{TRACE}=14&lt;/script&gt; &#60;img src=x&#62; &amp;lt;b&amp;gt;",
    "markdown": "# head | a | b | `code` **bold** ~~gone~~ $x^2$ $$\\int$$ [^1] \\",
    "right to left": "\u202egnirts desrever\u202c \u2067שלום\u2069 مرحبا \u200f\u200e",
    "zero width": "zero\u200bwidth\u200djoin\ufefferd\u2060word\u00adhyphen",
    "escapes": "\x1b[31mred\x1b[0m \x1b]0;title\x07 \x1b[2J \x9b31m \x08\x08 bell\x07",
    "nulls": "null\0byte \x01\x02 half \ud800 pair \udfff end",
    "accents": "Z" + "\u0351\u0300" * 40 + "algo",
    "path": "../../etc/passwd %00 ; rm -rf / | $(id) `id` C:\\Windows\\x",
}
WORD = "W" * 100_000
LINES = 10_000
# What must still be there to be read after the cleaning that every article goes through.
KEPT = ("script", "handlers", "links", "pictures", "style", "templates")


def _record(name: str, attack: str, number: int) -> dict[str, str]:
    return {
        "title": f"Case {number}: {attack}",
        "text": f"Harbour case {number} was heard on 4 March 2024 {attack} and it went on.\n\n"
        f"Nobody was hurt {attack}.\n\nThe mayor of Tarn spoke on Tuesday {attack}.",
        "publisher": f"Paper {attack}",
        "url": ("javascript:" if number % 2 else f"http://{HOST}/{number}?") + attack,
        "event": f"Harbour case {number} in March 2024 {attack}",
        **({"published": f"2024-03-{number % 27 + 1:02}"} if number % 5 else {}),
    }


def records() -> list[dict[str, str]]:
    """Articles as a JSON Lines export holds them."""
    rows = [_record(name, attack, number) for number, (name, attack) in enumerate(ATTACKS.items(), 1)]
    rows.append(_record("all", " ".join(ATTACKS.values()), len(rows) + 1))
    rows.append({"title": f"Long {WORD}", "text": f"Harbour word {WORD} end.\n\nIt was long.", "publisher": WORD})
    lines = "\n\n".join(f"Harbour line {n} stands." for n in range(LINES))
    rows.append({"title": "Many lines", "text": lines, "publisher": "Lines"})
    return rows


def hostile_library(folder: Path) -> Library:
    """The articles, indexed the way of every article, with an embedding that is a fake."""
    file = folder / "hostile.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in records()), encoding="utf-8")
    library = Library(folder / "library", BagEmbedder(), create=True)
    library.add([file])
    return library


def raw_articles() -> tuple[Article, ...]:
    """The articles with nothing cleaned but half surrogate pairs out of the texts: what a page must bear even so."""
    return tuple(
        Article(
            f"{n:016x}",
            row["title"],
            row["text"].encode("utf-8", "replace").decode("utf-8"),
            published=date.fromisoformat(row["published"]) if "published" in row else None,
            published_from="json" if "published" in row else "",
            publisher=row.get("publisher", ""),
            url=row.get("url", ""),
            path=f"{row['title'][:200]}.jsonl",
            event=row.get("event", ""),
        )
        for n, row in enumerate(records(), 1)
    )


def cited(number: int, article: Article, span: Span, copies: tuple[Article, ...] = ()) -> Citation:
    return Citation(number, article, span, span.of(article.text), 0.9, copies)


def hostile_answer(question: str, articles: Sequence[Article]) -> Answer:
    """Everything an answer can hold, from a sentence of each article: sentences, items, a table, copies, a remark."""
    sentences, rows, hits = [], [], []
    for number, article in enumerate(articles, 1):
        span = split_sentences(article.text)[0]
        citation = cited(number, article, span, tuple(articles[:2]))
        sentences.append(Sentence(citation.quote, (citation,), item=number % 2 == 0))
        rows.append(Row(Cell(article.title, (citation,)), (Cell(citation.quote, (citation,)), Cell())))
        hits.append(Hit(Chunk(number, article.id, span, (span,)), article, 0.5, 1, None))
    attacks = " ".join(ATTACKS.values())
    return Answer(
        question,
        tuple(sentences),
        window=Window(date(2024, 3, 1), date(2024, 4, 1)),
        hits=tuple(hits),
        table=Table((attacks, "cost"), tuple(rows)),
        remark=f"The articles differ {attacks}.",
        unanswered=(f"who {attacks}",),
        seconds=Seconds(0.1, 0.2, 0.3),
    )


@dataclass
class HostileColloquy(FakeColloquy):
    """Cites every article of its library; declines what has "decline" in it, fails on "boom"."""

    most: int = 1000
    told: list[Answer] = field(default_factory=list)

    def _events(self, question: str, stop: object, window: Window) -> Iterator[Event]:
        library = self.library
        articles = [whole for a in library.articles()[: self.most] if (whole := library.article(a.id))]
        answer = hostile_answer(question, articles)
        yield Retrieved(answer.hits)
        attacks = " ".join(ATTACKS.values())
        if "boom" in question:
            raise ZeroDivisionError(attacks)
        if "decline" in question:
            reason = f"The articles do not say {attacks}."
            yield Finished(Answer(question, abstained=reason, hits=answer.hits, nearest=tuple(articles)))
            return
        for sentence in answer.sentences[:4]:
            yield Verified(sentence)
        self.told.append(answer)
        yield Finished(answer)
