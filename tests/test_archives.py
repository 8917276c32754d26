"""ZIP archives from strangers: what is unpacked, what is refused and why, and that nothing else is touched."""

import io
import os
import stat
import struct
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from rag import archives
from rag.archives import Refused, Stage, Staged, safe_name, unpack

LIMIT = 20 * 1024 * 1024


def packed(path: Path, *members: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


def unpacked(archive: Path, limit: int = LIMIT) -> tuple[dict[str, bytes], dict[str, str]]:
    """What was staged, by name with its content, and what was refused, by name with the reason."""
    home = archive.parent / "stage"
    home.mkdir(exist_ok=True)
    found = list(unpack(archive, archive.name, Stage(home), limit))
    for item in found:
        assert isinstance(item, Refused) or item.path.resolve().is_relative_to(home.resolve())
    # Nothing was written beside the stage, whatever the names in the archive say.
    assert {p.name for p in archive.parent.iterdir()} <= {archive.name, "stage"}
    staged = {i.name: i.path.read_bytes() for i in found if isinstance(i, Staged)}
    return staged, {i.name: i.reason for i in found if isinstance(i, Refused)}


def test_files_of_folders_are_unpacked_and_hidden_ones_left_out(tmp_path: Path) -> None:
    archive = packed(
        tmp_path / "a.zip",
        ("news/", b""),
        ("news/one.txt", b"one"),
        ("news/deep/one.txt", b"another"),
        (".DS_Store", b"x"),
        ("__MACOSX/news/._one.txt", b"x"),
        ("news/.hidden/two.txt", b"x"),
    )
    staged, refused = unpacked(archive)
    assert staged == {"a.zip: news/one.txt": b"one", "a.zip: news/deep/one.txt": b"another"} and not refused


@pytest.mark.parametrize(
    "name", ["../evil.txt", "a/../../evil.txt", "/etc/evil.txt", "..\\evil.txt", "C:\\evil.txt", "c:evil.txt"]
)
def test_a_path_that_leads_out_is_refused(tmp_path: Path, name: str) -> None:
    staged, refused = unpacked(packed(tmp_path / "a.zip", (name, b"evil"), ("good.txt", b"good")))
    assert list(staged.values()) == [b"good"]
    assert list(refused) == [f"a.zip: {name}"] and "leads out of the archive" in refused[f"a.zip: {name}"]


def test_links_archives_and_encrypted_files_are_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    archive = packed(
        tmp_path / "a.zip", (link, b"/etc/passwd"), ("in.ZIP", b"PK"), ("in.tar.gz", b"x"), ("s.txt", b"s")
    )
    content = bytearray(archive.read_bytes())
    at = content.rfind(b"PK\x01\x02")  # the directory's entry of s.txt
    content[at + 8] |= 1
    archive.write_bytes(content)
    staged, refused = unpacked(archive)
    assert not staged
    assert "a link, expected a file" in refused["a.zip: link.txt"]
    assert "unpack it and add what is in it" in refused["a.zip: in.ZIP"] and "a.zip: in.tar.gz" in refused
    assert "encrypted" in refused["a.zip: s.txt"]


def test_a_bomb_is_refused_by_its_ratio_and_by_its_size(tmp_path: Path) -> None:
    archive = packed(tmp_path / "a.zip", ("bomb.txt", b"a" * 8_000_000), ("good.txt", b"good"))
    staged, refused = unpacked(archive)
    assert list(staged) == ["a.zip: good.txt"] and "at most 200 times" in refused["a.zip: bomb.txt"]
    staged, refused = unpacked(archive, limit=5_000_000)
    assert not staged and "it unpacks to 8 MB, 5 MB are allowed" in refused["a.zip"]


def test_what_an_archive_says_of_its_sizes_is_not_believed(tmp_path: Path) -> None:
    archive = packed(tmp_path / "a.zip", ("bomb.txt", b"a" * 30_000_000))
    content = bytearray(archive.read_bytes())
    for at, offset in ((content.find(b"PK\x03\x04"), 22), (content.rfind(b"PK\x01\x02"), 24)):
        content[at + offset : at + offset + 4] = struct.pack("<I", 1000)
    archive.write_bytes(content)
    tracemalloc.start()
    staged, refused = unpacked(archive)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(refused) == 1 and not staged and peak < 15_000_000
    assert sum(f.stat().st_size for f in (tmp_path / "stage").rglob("*") if f.is_file()) == 0


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_methods_of_packing_are_refused(tmp_path: Path, method: int) -> None:
    staged, refused = unpacked(packed(tmp_path / "a.zip", ("one.txt", b"one"), method=method))
    assert not staged and "expected deflate" in refused["a.zip: one.txt"]


def test_too_many_files_are_refused_before_they_are_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_FILES", 5)
    assert len(unpacked(packed(tmp_path / "a.zip", *((f"{n}.txt", b"x") for n in range(5))))[0]) == 5
    six = packed(tmp_path / "a.zip", *((f"{n}.txt", b"x") for n in range(6)))
    monkeypatch.setattr(archives.zipfile, "ZipFile", None)  # not to be opened at all
    staged, refused = unpacked(six)
    assert not staged and "more than 5 files" in refused["a.zip"]


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04 and nothing more", b"PK\x05\x06" + b"\0" * 18])
def test_damaged_and_empty_archives_are_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.zip").write_bytes(content)
    staged, refused = unpacked(tmp_path / "a.zip")
    assert not staged and list(refused) == ["a.zip"] and ";" in refused["a.zip"]


def test_one_damaged_file_costs_no_other(tmp_path: Path) -> None:
    noise = os.urandom(3000)
    archive = packed(tmp_path / "a.zip", ("bad.txt", noise), ("good.txt", b"good"))
    content = bytearray(archive.read_bytes())
    at = content.find(b"bad.txt") + 200
    content[at : at + 40] = b"\0" * 40
    archive.write_bytes(content)
    staged, refused = unpacked(archive)
    assert list(staged) == ["a.zip: good.txt"] and "damaged in the archive" in refused["a.zip: bad.txt"]


def test_any_cut_of_an_archive_is_survived(tmp_path: Path) -> None:
    whole = packed(tmp_path / "a.zip", *((f"{n}/story.txt", b"story " * 50) for n in range(4))).read_bytes()
    for end in range(0, len(whole), 17):
        (tmp_path / "a.zip").write_bytes(whole[:end])
        staged, refused = unpacked(tmp_path / "a.zip")
        assert refused and not staged


def test_names_in_other_encodings_are_read(tmp_path: Path) -> None:
    archive = packed(tmp_path / "a.zip", ("aaaaaa.txt", b"utf-8 without its mark"), ("smörgås.txt", b"marked"))
    content = archive.read_bytes().replace(b"aaaaaa.txt", "näåx".encode() + b".txt")
    archive.write_bytes(content)
    staged, _ = unpacked(archive)
    assert set(staged) == {"a.zip: näåx.txt", "a.zip: smörgås.txt"}


def test_an_entry_in_a_local_code_page_is_staged_under_some_name(tmp_path: Path) -> None:
    archive = packed(tmp_path / "a.zip", ("aaaaaaaaaaaa.txt", b"text"))
    raw = "новости".encode("cp866")
    content = archive.read_bytes().replace(b"aaaaaaaaaaaa", raw.ljust(12, b"x"))
    archive.write_bytes(content)
    staged, refused = unpacked(archive)
    assert list(staged.values()) == [b"text"] and not refused
    assert next(iter(staged)).endswith(".txt")


def test_names_are_made_safe_and_unique(tmp_path: Path) -> None:
    for name in (
        "../../a.txt",
        "a\0b.txt",
        "con.txt",
        "",
        "...",
        "x" * 400 + ".txt",
        "ä" * 300 + ".html.gz",
        "a" * 400,
    ):
        safe = safe_name(name)
        assert safe and len(safe.encode()) <= 150 and not set(safe) & set('/\\:*?"<>|\0') and not safe.startswith(".")
        assert (tmp_path / safe).parent == tmp_path and safe.lower() != "con.txt"
    assert safe_name("x" * 400 + ".txt").endswith(".txt")
    stage = Stage(tmp_path)
    first = stage.path("here", "story.txt")
    first.write_text("x")
    assert (
        stage.path("here", "story.txt").name == "story (2).txt" and stage.path("there", "story.txt").name == "story.txt"
    )


def test_stopping_ends_the_unpacking(tmp_path: Path) -> None:
    archive = packed(tmp_path / "a.zip", *((f"{n}.txt", b"x") for n in range(9)))
    (tmp_path / "stage").mkdir()
    seen: list[object] = []
    for item in unpack(archive, "a.zip", Stage(tmp_path / "stage"), LIMIT, lambda: len(seen) >= 3):
        seen.append(item)
    assert len(seen) == 3


def test_an_archive_within_an_entry_of_its_own_is_bounded(tmp_path: Path) -> None:
    # Entries that share their bytes ("quines", overlapping files) are bounded by what is written, whatever they claim.
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.txt", b"a" * 1_000_000)
    staged, refused = unpacked(packed(tmp_path / "a.zip", ("x.zip", inner.getvalue()), ("y.txt", b"y")))
    assert list(staged) == ["a.zip: y.txt"] and list(refused) == ["a.zip: x.zip"]
