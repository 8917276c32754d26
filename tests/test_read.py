"""Files to articles: formats, encodings, and files that cannot be read. All texts are made up."""

import csv
import gzip
import io
import json
import lzma
import os
import time
import zipfile
from datetime import date
from pathlib import Path

import pytest

from index.draft import MAX_TEXT_CHARACTERS
from index.errors import ReadError, ReadNote
from index.read import find_files, read_articles
from index.read_bytes import MAX_DOCUMENT_BYTES, MAX_LINE_BYTES, decode
from index.read_text import normalise, paragraphs
from index.records import Article, Window, article_id

BODY = "The harbour council of Velmora voted to rebuild the pier. It will cost 4.2 million crowns."
SECOND = "Work begins in April, said councillor Ines Okafor, who leads the transport committee."


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def one(path: Path) -> Article:
    found = list(read_articles(path))
    assert len(found) == 1
    assert isinstance(found[0], Article), found[0]
    return found[0]


def failure(path: Path) -> str:
    found = list(read_articles(path))
    assert len(found) == 1
    assert isinstance(found[0], ReadError)
    message = str(found[0])
    assert "\n" not in message
    assert message.startswith(str(path))
    return message


def pdf(lines: list[str]) -> bytes:
    """A PDF of one page, a line of text for each string."""
    shown = " ".join(f"({line}) Tj T*" for line in lines)
    stream = f"BT /F1 12 Tf 14 TL 50 700 Td {shown} ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out = b"%PDF-1.4\n"
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n" + table
    return out + b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start


def test_find_files_takes_folders_with_all_they_hold_sorted(tmp_path: Path) -> None:
    (tmp_path / "b" / "c").mkdir(parents=True)
    (tmp_path / ".hidden").mkdir()
    expected = [write(tmp_path, name, BODY) for name in ("a.txt", "b/c/d.JSONL.xz", "b/e.html.gz")]
    for name in ("b/f.exe", "b/.g.txt", ".hidden/h.txt", "b/i.tar.gz", "plain"):
        write(tmp_path, name, BODY)
    named = write(tmp_path, "b/named.odd", BODY)
    assert find_files([tmp_path]) == expected
    assert find_files([tmp_path / "a.txt", tmp_path, named]) == sorted([*expected, named])


def test_find_files_refuses_what_does_not_exist_and_finds_nothing_in_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="no such file or folder"):
        find_files([tmp_path / "none"])
    assert find_files([tmp_path]) == []


def test_text(tmp_path: Path) -> None:
    path = write(tmp_path, "2023-03-08-pier.txt", f"{BODY}\n\n\n\n{SECOND}  It\u200b  rains.\n")
    article = one(path)
    assert article.text == f"{BODY}\n\n{SECOND} It rains."
    assert (article.published, article.published_from) == (date(2023, 3, 8), "file name")
    assert article.id == article_id(article.title, article.text)
    assert article.path == str(path)
    assert [a.path for a in read_articles(path, "shown.txt") if isinstance(a, Article)] == ["shown.txt"]


def test_the_day_of_the_file_is_no_publication_date(tmp_path: Path) -> None:
    article = one(write(tmp_path, "pier.txt", f"{BODY}\n\nIt burnt down on March 3, 2020."))
    assert (article.published, article.published_from) == (None, "inferred")
    assert article.published_within == Window(after=date(2020, 3, 3))


def test_markdown_with_front_matter(tmp_path: Path) -> None:
    head = "---\ntitle: Velmora: pier returns\npublished: 2023-03-08\npublisher: Coastal Courier\n"
    head += "url: https://news.example/pier\nevent: Pier vote of 2023\n---\n"
    body = "# Pier returns\n\nThe **harbour council** [voted](https://news.example/v_(x)) to *rebuild* the `pier`\n"
    body += (
        "of snake_case_town.\n\n- one [ref][1]\n- two\n\n> A quote, she said.\n\n![The pier at dusk.](p.png)\n\n***\n\n"
    )
    body += "<!-- gone -->\n| a | b |\n|---|---|\n| 4 | 5 |\n\n[1]: https://news.example\n"
    article = one(write(tmp_path, "a.md", head + body))
    assert article.title == "Velmora: pier returns"
    assert (article.published, article.published_from) == (date(2023, 3, 8), "front matter")
    assert (article.publisher, article.event) == ("Coastal Courier", "Pier vote of 2023")
    assert article.url == "https://news.example/pier"
    assert article.text.split("\n\n") == [
        "Pier returns",
        "The harbour council voted to rebuild the pier of snake_case_town.",
        "one ref",
        "two",
        "A quote, she said.",
        "The pier at dusk.",
        "a | b",
        "4 | 5",
    ]


def test_markdown_without_front_matter_takes_its_heading_as_title(tmp_path: Path) -> None:
    article = one(write(tmp_path, "a.md", f"# Pier returns #\n\n{BODY}\n\n## Costs\n\n{SECOND}\n"))
    assert article.title == "Pier returns"
    assert article.text == f"{BODY}\n\nCosts\n\n{SECOND}"


def test_prose_between_rules_is_no_front_matter(tmp_path: Path) -> None:
    assert one(write(tmp_path, "a.md", f"---\n{BODY}\n---\n{SECOND}\n")).text == f"{BODY}\n\n{SECOND}"


def test_an_impossible_date_in_front_matter_is_no_date(tmp_path: Path) -> None:
    note, article = read_articles(write(tmp_path, "a.md", f"---\ntitle: Pier\ndate: 2023-02-30\n---\n{BODY}\n"))
    assert isinstance(article, Article) and (article.title, article.published) == ("Pier", None)
    assert isinstance(note, ReadNote) and "February 2023 has 28 days" in str(note)


PAGE = f"""<html><head><title>Pier returns</title><meta property="og:title" content="Pier returns">
<meta property="og:site_name" content="Coastal Courier">
<meta property="article:published_time" content="2023-03-08T07:00:00Z">
<link rel="canonical" href="https://news.example/pier"></head><body>
<nav><a href="/">Home</a><a href="/s">Sport</a></nav>
<article><h1>Pier returns</h1><p>{BODY}</p><p>{SECOND}</p><p>{BODY} Caf\u00e9 owners cheered.</p></article>
<div id="comments" class="comments"><p>First! I never liked that pier in the first place, really.</p></div>
<footer>All rights reserved</footer></body></html>"""


@pytest.mark.parametrize("name", ["a.html", "a.htm", "a.html.gz"])
def test_html(tmp_path: Path, name: str) -> None:
    content = gzip.compress(PAGE.encode()) if name.endswith("gz") else PAGE.encode()
    article = one(write(tmp_path, name, content))
    assert article.title == "Pier returns"
    assert SECOND in article.text.split("\n\n")
    assert "Sport" not in article.text
    assert "never liked" not in article.text
    assert (article.published, article.published_from) == (date(2023, 3, 8), "meta")
    assert (article.publisher, article.url) == ("Coastal Courier", "https://news.example/pier")


@pytest.mark.parametrize(
    "extra",
    [
        "",
        '<div class="comments"><time datetime="2024-05-05">May 5</time><p>Nice pier.</p></div>',
        '<meta property="article:modified_time" content="2024-05-05T00:00:00Z">',
        "<footer>Copyright 2024 Courier</footer>",
    ],
)
def test_no_other_date_of_a_page_passes_for_its_publication(tmp_path: Path, extra: str) -> None:
    story = f"<p>{BODY}</p><p>The pier opened on March 3, 2020, and was closed a year later.</p><p>{SECOND}</p>"
    page = f"<html><head>{extra if 'meta' in extra else ''}</head><body><article><h1>Pier</h1>{story}</article>"
    article = one(write(tmp_path, "a.html", f"{page}{'' if 'meta' in extra else extra}</body></html>"))
    assert (article.published, article.published_within) == (None, Window(after=date(2020, 3, 3)))


def test_html_without_an_article_is_refused(tmp_path: Path) -> None:
    assert "no article text" in failure(write(tmp_path, "a.html", "<html><body></body></html>"))


def test_pdf(tmp_path: Path) -> None:
    article = one(
        write(tmp_path, "a.pdf", pdf(["The council voted to rebuild", "the old pier of Velmora.", "It rains."]))
    )
    assert "the old pier of Velmora." in article.text
    assert article.published is None


def test_pdfs_that_cannot_be_read(tmp_path: Path) -> None:
    import pypdf

    assert "broken PDF" in failure(write(tmp_path, "broken.pdf", b"%PDF-1.4\n" + b"rubbish " * 50))
    assert "no PDF" in failure(write(tmp_path, "no.pdf", "plain text"))
    assert "without text" in failure(write(tmp_path, "scan.pdf", pdf([])))
    assert "broken PDF" in failure(write(tmp_path, "cut.pdf", pdf([BODY])[:60]))
    writer = pypdf.PdfWriter(io.BytesIO(pdf([BODY])))
    writer.append(io.BytesIO(pdf([BODY])))
    writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    assert "encrypted PDF" in failure(write(tmp_path, "locked.pdf", out.getvalue()))


def test_docx(tmp_path: Path) -> None:
    import docx

    document = docx.Document()
    document.core_properties.title = "Pier returns"
    document.add_paragraph(BODY)
    document.add_table(1, 2).rows[0].cells[0].text = "Cost"
    document.add_paragraph(SECOND)
    document.save(str(tmp_path / "a.docx"))
    article = one(tmp_path / "a.docx")
    assert (article.title, article.text) == ("Pier returns", f"{BODY}\n\nCost\n\n{SECOND}")
    assert article.published is None


def test_docx_that_cannot_be_read(tmp_path: Path) -> None:
    assert "broken DOCX" in failure(write(tmp_path, "a.docx", b"PK\x03\x04rubbish"))
    with zipfile.ZipFile(tmp_path / "bomb.docx", "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", b" " * 130 * 1024 * 1024)
    assert "bytes of XML" in failure(tmp_path / "bomb.docx")


@pytest.mark.parametrize("name", ["a.jsonl", "a.ndjson", "a.jsonl.gz", "a.jsonl.xz"])
def test_json_lines_go_on_after_a_bad_line(tmp_path: Path, name: str) -> None:
    lines = [
        json.dumps(
            {
                "id": 7,
                "title": "Pier",
                "text": BODY,
                "published": "2023-03-08",
                "publisher": "Courier",
                "url": "https://n.example",
            }
        ),
        "{bad",
        "",
        "[1, 2]",
        json.dumps({"title": "Empty", "text": "  "}),
        json.dumps(
            {"body": SECOND, "date": None, "source": {"name": "Herald"}, "link": "https://n.example/2020/01/02/x"}
        ),
    ]
    content = "\n".join(lines).encode()
    pack = {"z": gzip.compress, "xz": lzma.compress}.get("xz" if name.endswith("xz") else name[-1], bytes)
    found = list(read_articles(write(tmp_path, name, pack(content))))
    assert [type(item) for item in found] == [Article, ReadError, ReadError, ReadError, Article]
    assert [f"line {n}:" in str(item) for n, item in zip((2, 4, 5), found[1:4], strict=True)] == [True] * 3
    first, last = found[0], found[-1]
    assert isinstance(first, Article)
    assert isinstance(last, Article)
    assert (first.title, first.text, first.publisher) == ("Pier", BODY, "Courier")
    assert (first.published, first.published_from) == (date(2023, 3, 8), "json")
    assert (last.text, last.publisher, last.published, last.published_from) == (
        SECOND,
        "Herald",
        date(2020, 1, 2),
        "url",
    )


def test_a_line_that_is_too_long_is_skipped(tmp_path: Path) -> None:
    good = json.dumps({"text": BODY}).encode()
    found = list(read_articles(write(tmp_path, "a.jsonl", b"x" * (MAX_LINE_BYTES + 10) + b"\n" + good + b"\n")))
    assert [type(item) for item in found] == [ReadError, Article]
    assert "line 1: longer than 16 MB" in str(found[0])


def test_a_text_that_is_too_long_is_refused(tmp_path: Path) -> None:
    long = json.dumps({"title": "a", "text": "pier " * (MAX_TEXT_CHARACTERS // 5 + 1)})
    found = list(read_articles(write(tmp_path, "a.jsonl", f"{long}\n{json.dumps({'text': BODY})}")))
    assert [type(item) for item in found] == [ReadError, Article]
    assert "2,000,000" in str(found[0])


def test_csv(tmp_path: Path) -> None:
    out = io.StringIO()
    rows = csv.writer(out, delimiter=";")
    rows.writerow(["Title", "Content", "Date", "Source", "Link"])
    rows.writerow(["Pier", f"{BODY}\n\n{SECOND}", "8 March 2023", "Courier", "https://n.example"])
    rows.writerow(["Long", "pier " * 50_000, "", "", ""])
    rows.writerow(["Empty", "", "", "", ""])
    found = list(read_articles(write(tmp_path, "a.csv", "\ufeff" + out.getvalue())))
    assert [type(item) for item in found] == [Article, Article, ReadError]
    first = found[0]
    assert isinstance(first, Article)
    assert (first.title, first.text, first.publisher) == ("Pier", f"{BODY}\n\n{SECOND}", "Courier")
    assert first.published == date(2023, 3, 8)


def test_csv_without_a_text_column_is_refused(tmp_path: Path) -> None:
    assert "no text column" in failure(write(tmp_path, "a.csv", "name,price\npier,4\n"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252", "latin-1"])
def test_encodings_are_detected(encoding: str) -> None:
    text = "Le café près du pont a rouvert à Genève. Les élus, réunis mardi, ont voté la dépense à une large majorité."
    assert decode(text.encode(encoding)).lstrip("\ufeff") == text


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", "The mayor said “we’ll rebuild the pier” – and it’ll cost £4m."),
        (
            "cp1251",
            "Совет порта во вторник проголосовал за восстановление старого паромного причала до зимних штормов.",
        ),
        (
            "gb18030",
            "港口委员会周二投票决定重建旧渡轮码头。工程将于四月开始，预计持续九个月。没有人受伤，居民表示欢迎。",
        ),
        (
            "cp1256",
            "قال مجلس الميناء يوم الثلاثاء إن العمل على إعادة بناء الرصيف القديم سيبدأ في أبريل ويستمر تسعة أشهر",
        ),
    ],
)
def test_older_encodings_are_detected(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding)) == text


def test_normalise_repairs_mojibake_and_leaves_typography_alone() -> None:
    assert normalise("The cafÃ© isnâ€™t open") == "The café isn’t open"
    kept = "“Quotes”, ‘single’, ﬁne ligatures, ｗｉｄｅ, a – b — c… &amp; 1/2"
    assert normalise(kept) == kept
    assert normalise("a\u00adb\u200bc\ufeff \x07d\t\u00a0e\r\nf\u2028g") == "abc d e\nf\ng"
    assert normalise("cafe\u0301") == "caf\u00e9"
    assert normalise("می\u200cخواهم") == "می\u200cخواهم"


def test_verse_and_lists_keep_their_lines_and_wrapped_prose_does_not() -> None:
    verse = "The tide comes in and takes the sand away\nthe tide goes out\nand leaves a shell\nfor you"
    assert paragraphs(verse) == verse.split("\n")
    wrapped = "\n".join(["one two three four five six seven eight nine ten"] * 4)
    assert len(paragraphs(wrapped)) == 1


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.txt", b"", "empty file"),
        ("blank.txt", b" \n\n\t ", "empty file"),
        ("binary.txt", bytes(range(256)) * 40, "binary content"),
        ("binary.md", b"\x7fELF\x02\x01\x01\x00\x00\x00" * 30, "binary content"),
        ("control.txt", b"\x01\x02\x03\x04 a " * 50, "binary content"),
        ("odd.xyz", b"text", "unknown kind"),
        ("none", b"text", "unknown kind"),
        ("broken.html.gz", b"not gzip at all", "damaged .gz"),
        ("broken.jsonl.xz", b"not xz at all", "damaged .xz"),
        ("cut.jsonl.xz", lzma.compress(b"text " * 1000)[:-20], "damaged .xz"),
        ("cut.html.gz", gzip.compress(b"text " * 1000, mtime=0)[:-20], "damaged .gz"),
        ("large.txt", b"word " * (MAX_DOCUMENT_BYTES // 5 + 1), "larger than 32 MB"),
        ("bomb.html.gz", gzip.compress(b"<p>" * 14_000_000, mtime=0), "it expands"),
        ("bomb.jsonl.xz", lzma.compress(b" " * 80_000_000, preset=0), "it expands"),
        ("long.md", b"---\n" + b"a: b\n" * 20_000 + b"---\ntext", "front matter over"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    start = time.monotonic()
    assert message in failure(write(tmp_path, name, content))
    assert time.monotonic() - start < 20


def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    assert "no such file" in failure(tmp_path / "none.txt")
    os.mkfifo(tmp_path / "pipe.txt")
    assert "not a regular file" in failure(tmp_path / "pipe.txt")


def test_a_dateline_dates_markdown_and_rows_too(tmp_path: Path) -> None:
    text = "LORNE, 8 March 2023 (Arl Wire) - The quay sank."
    rows = json.dumps({"title": "Quay", "text": text})
    for file in (write(tmp_path, "quay.md", f"# Quay\n\n{text}\n"), write(tmp_path, "quay.jsonl", rows)):
        found = one(file)
        assert (found.published, found.published_from) == (date(2023, 3, 8), "text")
    stated = write(tmp_path, "stated.md", f"---\npublished: 2023-03-09\n---\n\n{text}\n")
    assert one(stated).published == date(2023, 3, 9)
