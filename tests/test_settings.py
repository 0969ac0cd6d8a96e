"""The settings: which source wins, what is refused and how it is said, where folders are."""

from pathlib import Path

import pytest

from assistant.errors import SettingsError
from assistant.settings import (
    APP_NAME,
    Settings,
    corpus_folder,
    data_folder,
    load_settings,
    sources,
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "settings.toml"
    path.write_text('model = "from-file"\nport = 8000\n')
    return path


def test_argument_beats_environment_beats_file_beats_default(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert load_settings().model == ""
    assert load_settings(file).model == "from-file"
    monkeypatch.setenv("ASSISTANT_MODEL", "from-environment")
    assert load_settings(file).model == "from-environment"
    assert load_settings(file, model="from-argument").model == "from-argument"


def test_an_argument_of_none_counts_as_not_given(file: Path) -> None:
    assert load_settings(file, model=None, port=None).port == 8000


def test_each_value_says_where_it_comes_from(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_MODEL", "from-environment")
    settings = load_settings(file, host="localhost")
    origins = sources(settings, config=file, given={"host"})
    assert set(origins) == set(Settings.model_fields)
    assert (origins["host"], origins["model"]) == ("argument", "environment")
    assert (origins["port"], origins["engine"]) == ("file", "default")


def test_the_environment_can_name_the_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_CONFIG", str(file))
    assert load_settings().model == "from-file"


def test_the_users_own_file_is_read_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    from platformdirs import user_config_path

    folder = user_config_path(APP_NAME)
    folder.mkdir(parents=True)
    (folder / "settings.toml").write_text('model = "own"')
    assert load_settings().model == "own"


def test_a_working_folder_with_an_env_file_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("ASSISTANT_MODEL=stray")
    assert load_settings().model == ""


@pytest.mark.parametrize(
    ("given", "words"),
    [
        pytest.param({"modell": "x"}, "no setting 'modell'", id="unknown"),
        pytest.param({"port": 0}, "'port' cannot be 0", id="too small"),
        pytest.param({"port": 65536}, "'port' cannot be 65536", id="too large"),
        pytest.param({"port": "web"}, "'port' cannot be 'web'", id="no number"),
        pytest.param({"engine": "gpt"}, "'engine' cannot be 'gpt'", id="no such choice"),
        pytest.param({"temperature": -0.1}, "'temperature'", id="negative"),
        pytest.param({"context_tokens": 100}, "'context_tokens'", id="context too small"),
    ],
)
def test_a_value_that_cannot_be_is_refused_by_name(given: dict[str, object], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        load_settings(**given)


def test_a_typo_in_the_file_is_refused_with_the_known_names(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('modell = "x"')
    with pytest.raises(SettingsError, match="no setting 'modell'") as caught:
        load_settings(path)
    assert "model" in str(caught.value)


def test_a_bad_value_in_the_environment_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_PORT", "web")
    with pytest.raises(SettingsError, match="'port' cannot be 'web'"):
        load_settings()


@pytest.mark.parametrize(
    "content",
    [pytest.param(b"model = ", id="half a line"), pytest.param(b"\xff\xfe\x00", id="binary")],
)
def test_a_file_that_is_no_toml_is_named(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(content)
    with pytest.raises(SettingsError, match=r"settings\.toml") as caught:
        load_settings(path)
    assert caught.value.hint


def test_a_missing_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match=r"none\.toml does not exist"):
        load_settings(tmp_path / "none.toml")
    monkeypatch.setenv("ASSISTANT_CONFIG", str(tmp_path / "none.toml"))
    with pytest.raises(SettingsError, match=r"none\.toml does not exist"):
        load_settings()


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_settings().port = 1


def test_every_setting_is_described() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_the_corpus_is_the_setting_else_here_else_the_users_own(tmp_path: Path) -> None:
    assert corpus_folder(load_settings()).is_relative_to(tmp_path / "home")
    (tmp_path / "corpus").mkdir()
    assert corpus_folder(load_settings()) == tmp_path / "corpus"
    assert corpus_folder(load_settings(corpus="elsewhere")) == tmp_path / "elsewhere"
    assert corpus_folder(load_settings(corpus="~/own")) == tmp_path / "home" / "own"


def test_the_data_is_the_setting_else_inside_the_corpus(tmp_path: Path) -> None:
    assert data_folder(load_settings(corpus="c")) == tmp_path / "c" / ".assistant"
    assert data_folder(load_settings(corpus="c", data="d")) == tmp_path / "d"


def test_reading_settings_makes_no_folder(tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    settings = load_settings()
    corpus_folder(settings)
    data_folder(settings)
    assert sorted(tmp_path.rglob("*")) == before
