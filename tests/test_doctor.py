"""What the doctor finds."""

import socket
from pathlib import Path

import pytest

from index.errors import ModelError
from rag import doctor, embedded
from rag.doctor import Check


def by_name(checks: list[Check]) -> dict[str, Check]:
    return {check.name: check for check in checks}


@pytest.mark.models
def test_every_check_is_made_and_nothing_is_written(tmp_path: Path) -> None:
    found = by_name(list(doctor.checks(tmp_path / "home", tmp_path / "cache")))
    assert {"Python", "torch", "embedding model", "language model", "library", "Chromium"} <= set(found)
    for name in ("Python", "torch", "trafilatura", "faiss-cpu", "embedding model", "language model", "data folder"):
        assert found[name].ok, found[name]
    assert not found["library"].ok
    assert "colloquy index" in found["library"].detail + found["library"].fix
    assert found["converted language model"].note
    assert list(tmp_path.iterdir()) == []


def test_every_library_is_pinned() -> None:
    pinned = doctor.locked_versions(doctor.LOCK)
    assert {name for name, _ in doctor.LIBRARIES} <= set(pinned)


def test_comments_and_hashes_are_no_versions(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    lock.write_text("# made by make\none==1.0\n--hash=sha256:aa\n", encoding="utf-8")
    assert doctor.locked_versions(lock) == {"one": "1.0"}
    assert doctor.locked_versions(tmp_path / "none") == {}


def test_a_library_of_another_version_is_a_note() -> None:
    found = doctor.library("pytest", "pytest", "0.1")
    assert not found.ok
    assert found.note
    assert "expected 0.1" in found.detail


def test_a_library_that_cannot_be_imported_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "broken_library.py").write_text("raise OSError('libgone.so:\\nnot found')", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    for module in ("broken_library", "no_such_library_here"):
        found = doctor.library("broken", module, "")
        assert not found.ok
        assert not found.note
        assert found.fix == "run `make setup`"
        assert "\n" not in found.detail
    assert "libgone.so: not found" in doctor.library("broken", "broken_library", "").detail


def test_a_damaged_model_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "model.bin"
    file.write_bytes(b"x")
    found = doctor._model_file("m", file, "0" * 64)
    assert not found.ok
    assert "expected 0000" in found.detail
    assert doctor._model_file("m", file, embedded.file_sha256(file)).ok


def test_a_damaged_converted_model_is_a_note(tmp_path: Path) -> None:
    folder = embedded.converted_folder(tmp_path)
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(b"half")
    found = doctor.converted_model(tmp_path)
    assert not found.ok
    assert found.note
    assert "damaged" in found.detail


def test_a_converted_model_is_found(tmp_path: Path) -> None:
    folder = embedded.converted_folder(tmp_path)
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(b"x" * 3_000_000)
    embedded._write_manifest(folder)
    assert doctor.converted_model(tmp_path) == Check("converted language model", True, f"3 MB in {folder}")


def test_missing_weights_are_found(tmp_path: Path) -> None:
    assert not doctor.trained_weights(tmp_path).ok
    (tmp_path / "judge").mkdir()
    (tmp_path / "judge" / "model.safetensors").write_bytes(b"x")
    assert doctor.trained_weights(tmp_path).ok


def test_a_data_folder_that_is_a_file_fails(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("", encoding="utf-8")
    found = doctor.data_folder(tmp_path / "taken")
    assert not found.ok
    assert found.fix
    assert doctor.data_folder(tmp_path).ok
    assert not (tmp_path / "new").exists()
    assert "to be made" in doctor.data_folder(tmp_path / "new" / "deeper").detail


def test_a_taken_port_is_a_note() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        found = doctor.free_port(port)
        assert not found.ok
        assert found.note
    assert doctor.free_port(port).ok


def test_chromium_is_only_a_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert doctor.chromium().note
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    assert doctor.chromium() == Check("Chromium", True, str(program))


def test_a_check_that_breaks_does_not_end_the_visit() -> None:
    def missing() -> Check:
        raise ModelError("no model; run `make setup`")

    def broken() -> Check:
        raise RuntimeError("two\nlines")

    assert doctor._looked("a", missing) == Check("a", False, "no model; run `make setup`")
    assert doctor._looked("b", broken).detail == "RuntimeError: two lines"
