"""Users and their passwords in a file of their own, and the commands that write it."""

import os
import stat
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import SettingsError
from rag import users as module
from rag.cli import main
from rag.users import Users, fits, hashed, users_file

PASSWORD = "a long harbour wall"


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hash that costs nothing: the real one takes 0.2 s, and is measured in one test."""
    monkeypatch.setattr(module, "COST", (2, 8, 1))


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COLLOQUY_SETTINGS", str(tmp_path / "settings.toml"))
    return tmp_path / "users.toml"


def test_the_list_lies_beside_the_settings_and_only_its_owner_reads_it(file: Path) -> None:
    assert users_file() == file
    Users().add("ida", PASSWORD)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    text = file.read_text(encoding="utf-8")
    assert PASSWORD not in text and text.startswith("# Users of") and "scrypt:" in text
    assert [p.name for p in file.parent.iterdir()] == ["users.toml"]


def test_a_password_fits_its_own_user_only(file: Path) -> None:
    known = Users()
    known.add("ida", PASSWORD)
    known.add("tove", "another long one")
    assert known.names() == ("ida", "tove")
    assert known.check("ida", PASSWORD) and not known.check("ida", "another long one")
    assert not known.check("nobody", PASSWORD) and not known.check("", "") and not known.check("ida", "")
    assert known.entry("ida") != known.entry("tove") and known.entry("nobody") == ""
    # The same password has another salt, and so another hash.
    assert hashed(PASSWORD) != hashed(PASSWORD)


def test_what_a_person_wrote_into_the_file_stays(file: Path) -> None:
    Users().add("ida", PASSWORD)
    file.write_text("# mine\n" + file.read_text() + 'x = "y"  # kept\n[other]\nz = 1\n', encoding="utf-8")
    Users().add("tove", PASSWORD)
    Users().remove("ida")
    text = file.read_text(encoding="utf-8")
    assert text.startswith("# mine\n") and "# kept" in text and "[other]\nz = 1" in text
    assert "tove" in Users().names() and "ida" not in Users().names()


def test_letters_are_the_same_however_they_are_written(file: Path) -> None:
    Users().add("Zoe\u0308", "na\u00efve harbour")
    assert Users().check("Zo\u00eb", "nai\u0308ve harbour")


def test_a_changed_file_is_read_anew(file: Path) -> None:
    one, other = Users(), Users()
    assert one.names() == ()
    other.add("ida", PASSWORD)
    assert one.check("ida", PASSWORD)
    other.remove("ida")
    assert not one.check("ida", PASSWORD) and one.names() == ()


@pytest.mark.parametrize("name", ["", "a b", "a:b", "x" * 41, "a\nb", "<b>", "a/b", "ida\0"])
def test_what_cannot_be_a_name_is_refused(file: Path, name: str) -> None:
    with pytest.raises(SettingsError, match="is no user's name"):
        Users().add(name, PASSWORD)
    assert not file.exists()


@pytest.mark.parametrize("password", ["", "seven77", "x" * 1001])
def test_a_password_too_short_or_too_long_is_refused(file: Path, password: str) -> None:
    with pytest.raises(SettingsError, match=rf"has {len(password)} characters, expected 8 to 1000"):
        Users().add("ida", password)


def test_a_name_that_is_taken_and_one_that_is_not_there_are_named(file: Path) -> None:
    Users().add("ida", PASSWORD)
    with pytest.raises(SettingsError, match="ida is a user already; `colloquy users remove ida` first"):
        Users().add("ida", "another long one")
    with pytest.raises(SettingsError, match=r"there is no user .tove. .* there are: ida"):
        Users().remove("tove")
    assert Users().check("ida", PASSWORD)


@pytest.mark.parametrize("content", [b"[users", b"\xff\xfe\x00", b"users = 5"])
def test_a_damaged_list_is_told_and_left_alone(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    for act in (Users().names, lambda: Users().add("ida", PASSWORD), lambda: Users().check("ida", PASSWORD)):
        with pytest.raises(SettingsError, match=r"users.toml cannot be read .*; mend it or move it away") as caught:
            act()
        assert "\n" not in str(caught.value)
    assert file.read_bytes() == content


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_told(file: Path) -> None:
    file.parent.chmod(0o500)
    with pytest.raises(SettingsError, match="cannot be written"):
        Users().add("ida", PASSWORD)


def test_threads_add_without_losing_one(file: Path) -> None:
    known = Users()
    threads = [threading.Thread(target=known.add, args=(f"user{n}", PASSWORD)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(known.names()) == 8


@pytest.mark.parametrize("entry", ["", "x", "scrypt:2:8:1:a", "scrypt:3:8:1:AA==:AA==", "scrypt:a:b:c:d:e", ":::::"])
def test_what_is_no_hash_fits_nothing(entry: str) -> None:
    assert not fits(PASSWORD, entry)


@settings(max_examples=50, deadline=None)
@given(st.text(min_size=1, max_size=30), st.text(max_size=30))
def test_only_the_same_password_fits(password: str, other: str) -> None:
    entry = hashed(password)
    assert fits(password, entry) and fits(other, entry) == (module.normal(other) == module.normal(password))


def test_the_real_cost_is_paid(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    entry = hashed(PASSWORD)
    assert entry.startswith("scrypt:32768:8:3:") and fits(PASSWORD, entry) and not fits(PASSWORD + ".", entry)


# -- the commands ---------------------------------------------------------------------------------------------------


def run(*arguments: str, typed: str = "") -> tuple[int, str, str]:
    result = CliRunner().invoke(main, arguments, input=typed)
    return result.exit_code, result.stdout, result.stderr


def test_users_are_added_listed_and_removed(file: Path) -> None:
    code, out, err = run("users", "add", "ida", typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert code == 0 and "ida may log in now" in err and PASSWORD not in out + err
    assert run("users", "list") == (0, "ida\n", f"colloquy: 1 user in {file}\n")
    code, _, err = run("users", "add", "ida", typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert code == 2 and "is a user already" in err and "Password" not in err
    assert run("users", "remove", "ida")[0] == 0 and run("users", "list")[1] == ""
    assert run("users", "remove", "ida")[0] == 2


def test_a_second_password_that_differs_is_asked_for_again(file: Path) -> None:
    code, _, err = run("users", "add", "ida", typed=f"{PASSWORD}\nsomething else\n{PASSWORD}\n{PASSWORD}\n")
    assert code == 0 and "do not match" in err and Users().check("ida", PASSWORD)
    assert run("users", "add", "tove", typed="short\nshort\n")[0] == 2


def test_auth_without_users_is_one_line_and_status_2(file: Path) -> None:
    code, _, err = run("chat", "--auth")
    assert code == 2 and err.count("\n") == 1
    assert f"{file} has none; run `colloquy users add NAME`" in err
