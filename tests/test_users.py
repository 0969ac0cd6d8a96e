"""The auth file: passwords and tokens are kept as hashes, and nothing broken lets anybody in."""

import json
import stat
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.cli import entry
from assistant.errors import DataError, UsageError
from assistant.server import users

PASSWORD = "four words are enough"


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash quickly: the cost is stored with each user, so everything else is as it is."""
    monkeypatch.setattr(users.User.__init__, "__defaults__", (2**4, 8, 1))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "made" / "users.json"
    users.add_user(path, "anna", password=PASSWORD)
    return path


def test_only_the_right_name_and_password_are_known(file: Path) -> None:
    known = users.Users.load(file)
    assert known.knows("anna", PASSWORD)
    assert not known.knows("anna", PASSWORD + " ")
    assert not known.knows("anna", "")
    assert not known.knows("berta", PASSWORD)
    assert not known.knows("", "")


def test_neither_password_nor_token_stands_in_the_file(file: Path) -> None:
    token = users.add_token(file, "backup")
    text = file.read_text()
    assert PASSWORD not in text
    assert token not in text


def test_equal_passwords_have_different_hashes(file: Path) -> None:
    users.add_user(file, "berta", password=PASSWORD)
    anna, berta = users.Users.load(file).people
    assert anna.hash != berta.hash
    assert anna.salt != berta.salt


def test_a_known_user_gets_a_new_password(file: Path) -> None:
    users.add_user(file, "anna", password="another password")
    known = users.Users.load(file)
    assert known.names == ("anna",)
    assert known.knows("anna", "another password")
    assert not known.knows("anna", PASSWORD)


def test_a_token_is_made_for_a_program_and_replaced_by_the_next(file: Path) -> None:
    first = users.add_token(file, "backup")
    second = users.add_token(file, "backup")
    known = users.Users.load(file)
    assert known.program_of(second) == "backup"
    assert known.program_of(first) is None
    assert known.program_of("") is None
    assert len(second) >= 43


def test_a_removed_name_is_unknown(file: Path) -> None:
    users.remove(file, "anna")
    assert users.Users.load(file).names == ()
    with pytest.raises(UsageError, match="no 'anna'"):
        users.remove(file, "anna")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
def test_only_its_owner_can_read_the_file(file: Path) -> None:
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_password_is_hashed_at_the_recommended_cost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(users.User.__init__, "__defaults__", (users.N, users.R, users.P))
    users.add_user(tmp_path / "users.json", "anna", password=PASSWORD)
    (anna,) = users.Users.load(tmp_path / "users.json").people
    assert (anna.n, anna.r, anna.p) == (2**15, 8, 3)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("", id="empty"),
        pytest.param("a:b", id="colon"),
        pytest.param(" anna", id="space at the edge"),
        pytest.param("a\nb", id="line break"),
        pytest.param("a" * 65, id="too long"),
    ],
)
def test_names_that_cannot_be_sent_are_refused(name: str, tmp_path: Path) -> None:
    for add in (
        lambda: users.add_user(tmp_path / "u", name, password=PASSWORD),
        lambda: users.add_token(tmp_path / "u", name),
    ):
        with pytest.raises(UsageError):
            add()
    assert not (tmp_path / "u").exists()


@pytest.mark.parametrize("password", ["", "1234567", "x" * 1025])
def test_short_and_endless_passwords_are_refused(password: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="at least 8"):
        users.add_user(tmp_path / "u", "anna", password=password)


def test_one_name_is_not_both_a_user_and_a_program(file: Path) -> None:
    with pytest.raises(UsageError, match="a user already"):
        users.add_token(file, "anna")
    users.add_token(file, "backup")
    with pytest.raises(UsageError, match="a program already"):
        users.add_user(file, "backup", password=PASSWORD)


def test_a_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no auth file") as caught:
        users.Users.load(tmp_path / "none.json")
    assert "users add" in caught.value.hint


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda d: {}, id="empty"),
        pytest.param(lambda d: [], id="a list"),
        pytest.param(lambda d: {**d, "format": 2}, id="a later format"),
        pytest.param(lambda d: {**d, "users": [{"name": "x"}]}, id="half a user"),
        pytest.param(lambda d: {**d, "users": [{**d["users"][0], "salt": "zz"}]}, id="no hex"),
        pytest.param(lambda d: {**d, "users": [{**d["users"][0], "n": 2**30}]}, id="endless cost"),
        pytest.param(lambda d: {**d, "users": [{**d["users"][0], "n": 3}]}, id="impossible cost"),
        pytest.param(lambda d: {**d, "users": [{**d["users"][0], "n": "4"}]}, id="cost as text"),
        pytest.param(lambda d: {**d, "programs": [{"name": 1}]}, id="half a program"),
    ],
)
def test_a_broken_file_is_refused_whole(change, file: Path) -> None:  # type: ignore[no-untyped-def]
    file.write_text(json.dumps(change(json.loads(file.read_text()))))
    with pytest.raises(DataError):
        users.Users.load(file)
    file.write_bytes(b"\xff\xfe nonsense")
    with pytest.raises(DataError):
        users.Users.load(file)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(password=st.text(min_size=8, max_size=40))
def test_any_text_can_be_a_password(password: str, tmp_path: Path) -> None:
    users.add_user(tmp_path / "u", "anna", password=password)
    known = users.Users.load(tmp_path / "u")
    assert known.knows("anna", password)
    assert not known.knows("anna", password[::-1] + "x")


def test_an_interrupted_write_leaves_the_old_file(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = file.read_bytes()

    def full(number: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(users.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        users.add_user(file, "berta", password=PASSWORD)
    assert file.read_bytes() == before
    assert list(file.parent.iterdir()) == [file]


class Piped:
    """Standard input that is no terminal."""

    def __init__(self, text: str) -> None:
        self.text = text

    def isatty(self) -> bool:
        return False

    def readline(self) -> str:
        return self.text


def test_the_command_takes_the_password_from_stdin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "users.json"
    monkeypatch.setattr(sys, "stdin", Piped(PASSWORD + "\n"))
    assert entry.run(["users", "add", "anna", "--auth-file", str(path)]) == 0
    assert users.Users.load(path).knows("anna", PASSWORD)
    monkeypatch.setattr(sys, "stdin", Piped(""))
    assert entry.run(["users", "add", "berta", "--auth-file", str(path)]) == 2
    assert capfd.readouterr().out == ""


def test_the_commands_add_list_and_remove(file: Path, capfd: pytest.CaptureFixture[str]) -> None:
    where = ["--auth-file", str(file)]
    assert entry.run(["users", "add", "backup", "--token", *where]) == 0
    token = capfd.readouterr().out.strip()
    assert users.Users.load(file).program_of(token) == "backup"
    assert entry.run(["users", "list", *where]) == 0
    assert capfd.readouterr().out == "anna\nbackup\n"
    assert entry.run(["users", "remove", "anna", *where]) == 0
    assert entry.run(["users", "remove", "anna", *where]) == 2
    assert users.Users.load(file).names == ("backup",)
