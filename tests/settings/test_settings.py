"""Settings come from the environment, are safe by default (S-41), and an error names the variable."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kb import config
from kb.config import ConfigurationError, Settings

SECRET = "x" * 32


def load(**environ: str) -> Settings:
    return config.load({"KB_INSTANCE": "/srv/erfarenhetsbanken", **environ})


def test_the_defaults_are_those_of_production() -> None:
    settings = load()
    assert settings == Settings(
        environment="production",
        instance=Path("/srv/erfarenhetsbanken"),
        database_url="sqlite:////srv/erfarenhetsbanken/erfarenhetsbanken.sqlite",
        secret_key="",
        base_url="http://127.0.0.1:8000",
        log_level="INFO",
        workers=2,
        trusted_proxies=0,
        mail_url="",
        mail_from="",
        session_idle_minutes=45,
        session_hours=10,
        argon2_memory_kib=65_536,
        argon2_rounds=3,
        argon2_lanes=1,
        passwords_file=None,
        oidc_file=None,
        searches_per_minute=300,
    )
    assert settings.is_production
    assert settings.index_folder == Path("/srv/erfarenhetsbanken/index")


@pytest.mark.parametrize(
    ("variable", "value", "name", "expected"),
    [
        ("KB_ENVIRONMENT", "development", "environment", "development"),
        ("KB_ENVIRONMENT", "test", "environment", "test"),
        (
            "KB_DATABASE_URL",
            "postgresql+psycopg://kb@värd/kb",
            "database_url",
            "postgresql+psycopg://kb@värd/kb",
        ),
        ("KB_SECRET_KEY", SECRET, "secret_key", SECRET),
        ("KB_BASE_URL", "https://exempel.se/", "base_url", "https://exempel.se"),
        ("KB_LOG_LEVEL", "debug", "log_level", "DEBUG"),
        ("KB_WORKERS", "1", "workers", 1),
        ("KB_WORKERS", "64", "workers", 64),
        ("KB_TRUSTED_PROXIES", "0", "trusted_proxies", 0),
        ("KB_TRUSTED_PROXIES", "10", "trusted_proxies", 10),
        ("KB_MAIL_URL", "smtp://localhost", "mail_url", "smtp://localhost"),
        ("KB_MAIL_FROM", "kansliet@exempel.se", "mail_from", "kansliet@exempel.se"),
        ("KB_SESSION_IDLE_MINUTES", "5", "session_idle_minutes", 5),
        ("KB_SESSION_IDLE_MINUTES", "60", "session_idle_minutes", 60),
        ("KB_SESSION_HOURS", "12", "session_hours", 12),
        ("KB_ARGON2_MEMORY_KIB", "19456", "argon2_memory_kib", 19_456),
        ("KB_ARGON2_ROUNDS", "2", "argon2_rounds", 2),
        ("KB_ARGON2_LANES", "4", "argon2_lanes", 4),
        ("KB_SEARCHES_PER_MINUTE", "0", "searches_per_minute", 0),
    ],
)
def test_each_variable_is_read(variable: str, value: str, name: str, expected: object) -> None:
    assert getattr(load(**{variable: value}), name) == expected


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("KB_ENVIRONMENT", "prod"),
        ("KB_ENVIRONMENT", ""),
        ("KB_ENVIRONMENT", "Production"),
        ("KB_LOG_LEVEL", "LOUD"),
        ("KB_LOG_LEVEL", ""),
        ("KB_WORKERS", "0"),
        ("KB_WORKERS", "65"),
        ("KB_WORKERS", "-1"),
        ("KB_WORKERS", "två"),
        ("KB_WORKERS", "1.5"),
        ("KB_WORKERS", ""),
        ("KB_TRUSTED_PROXIES", "11"),
        ("KB_TRUSTED_PROXIES", "ja"),
        ("KB_SESSION_IDLE_MINUTES", "4"),
        ("KB_SESSION_IDLE_MINUTES", "61"),
        ("KB_SESSION_HOURS", "13"),
        ("KB_SESSION_HOURS", "0"),
        ("KB_ARGON2_MEMORY_KIB", "19455"),
        ("KB_ARGON2_ROUNDS", "1"),
        ("KB_ARGON2_LANES", "0"),
        ("KB_PASSWORDS_FILE", "/finns/inte"),
        ("KB_OIDC_FILE", "/finns/inte"),
    ],
)
def test_a_value_that_is_wrong_is_named(variable: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^{variable} är ”{value}”"):
        load(**{variable: value})


def test_every_setting_has_its_variable() -> None:
    assert config.names() == (
        "KB_ENVIRONMENT",
        "KB_INSTANCE",
        "KB_DATABASE_URL",
        "KB_SECRET_KEY",
        "KB_BASE_URL",
        "KB_LOG_LEVEL",
        "KB_WORKERS",
        "KB_TRUSTED_PROXIES",
        "KB_MAIL_URL",
        "KB_MAIL_FROM",
        "KB_SESSION_IDLE_MINUTES",
        "KB_SESSION_HOURS",
        "KB_ARGON2_MEMORY_KIB",
        "KB_ARGON2_ROUNDS",
        "KB_ARGON2_LANES",
        "KB_PASSWORDS_FILE",
        "KB_OIDC_FILE",
        "KB_SEARCHES_PER_MINUTE",
    )


@pytest.mark.parametrize(
    ("variable", "name"), [("KB_PASSWORDS_FILE", "passwords_file"), ("KB_OIDC_FILE", "oidc_file")]
)
def test_a_file_is_found(variable: str, name: str, tmp_path: Path) -> None:
    (tmp_path / "fil").write_text("")
    assert getattr(load(**{variable: str(tmp_path / "fil")}), name) == tmp_path / "fil"


def test_a_home_folder_is_written_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert load(KB_INSTANCE="~/bank").instance == tmp_path / "bank"


class TestServing:
    @pytest.mark.parametrize("secret", ["", "x" * 31])
    def test_production_refuses_without_a_secret(self, secret: str) -> None:
        """S-41."""
        with pytest.raises(ConfigurationError, match="KB_SECRET_KEY"):
            load(KB_SECRET_KEY=secret, KB_BASE_URL="https://exempel.se").check_for_serving()

    @pytest.mark.parametrize("address", ["http://exempel.se", "exempel.se", ""])
    def test_production_refuses_an_address_without_tls(self, address: str) -> None:
        with pytest.raises(ConfigurationError, match="KB_BASE_URL"):
            load(KB_SECRET_KEY=SECRET, KB_BASE_URL=address).check_for_serving()

    def test_production_with_both_is_served(self) -> None:
        load(KB_SECRET_KEY=SECRET, KB_BASE_URL="https://exempel.se").check_for_serving()

    @pytest.mark.parametrize("environment", ["development", "test"])
    def test_elsewhere_neither_is_needed(self, environment: str) -> None:
        load(KB_ENVIRONMENT=environment).check_for_serving()


class TestWhereThingsAre:
    """Beside the package in a checkout, inside it in a wheel."""

    @pytest.fixture
    def elsewhere(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setattr(config, "PACKAGE", tmp_path / "kb")
        monkeypatch.setattr(config, "CHECKOUT", tmp_path)
        monkeypatch.chdir(tmp_path)
        return tmp_path

    def test_this_is_a_checkout(self) -> None:
        assert config.resource("templates") == config.CHECKOUT / "templates"
        assert all(config.resource(name).is_dir() for name in ("templates", "static", "seed"))

    def test_in_a_checkout(self, elsewhere: Path) -> None:
        (elsewhere / "pyproject.toml").write_text("")
        (elsewhere / "seed").mkdir()
        assert config.resource("seed") == elsewhere / "seed"
        assert config.load({}).instance == elsewhere / "instance"

    def test_in_a_wheel(self, elsewhere: Path) -> None:
        (elsewhere / "seed").mkdir()  # another package's, beside ours in site-packages
        assert config.resource("seed") == elsewhere / "kb" / "bundled" / "seed"
        assert config.load({}).instance == elsewhere / "instance"

    def test_in_a_wheel_the_instance_is_where_the_command_runs(
        self, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (elsewhere / "drift").mkdir()
        monkeypatch.chdir(elsewhere / "drift")
        assert config.load({}).instance == elsewhere / "drift" / "instance"


class TestSigningKey:
    """What the site hands out is signed with one key, which lasts."""

    def test_in_production_it_is_the_secret_of_the_settings(self) -> None:
        assert load(KB_SECRET_KEY=SECRET).signing_key() == SECRET

    @pytest.mark.parametrize("secret", ["", "x" * 31])
    def test_in_production_there_is_no_other(self, secret: str, tmp_path: Path) -> None:
        settings = config.load({"KB_INSTANCE": str(tmp_path), "KB_SECRET_KEY": secret})
        with pytest.raises(ConfigurationError, match="KB_SECRET_KEY"):
            settings.signing_key()
        assert list(tmp_path.iterdir()) == []

    def test_of_a_list_the_first_signs_and_all_are_believed(self) -> None:
        """S-41: the newest first, with commas between."""
        settings = load(KB_SECRET_KEY=f"{SECRET}, {'y' * 32},")
        assert settings.signing_key() == SECRET
        assert settings.signing_keys() == (SECRET, "y" * 32)

    def test_in_production_no_key_of_a_list_may_be_short(self) -> None:
        """S-41."""
        with pytest.raises(ConfigurationError, match="KB_SECRET_KEY"):
            load(KB_SECRET_KEY=f"{SECRET},kort").signing_keys()

    def test_elsewhere_it_is_made_once_and_only_its_owner_may_read_it(self, tmp_path: Path) -> None:
        settings = config.load({"KB_INSTANCE": str(tmp_path / "ny"), "KB_ENVIRONMENT": "development"})
        key = settings.signing_key()
        assert len(key) >= 32
        assert settings.signing_key() == key
        (file,) = (tmp_path / "ny").iterdir()
        assert file.stat().st_mode & 0o777 == 0o600

    def test_elsewhere_a_secret_of_the_settings_goes_first(self, tmp_path: Path) -> None:
        given = {"KB_INSTANCE": str(tmp_path), "KB_ENVIRONMENT": "test", "KB_SECRET_KEY": "kort"}
        assert config.load(given).signing_key() == "kort"
        assert list(tmp_path.iterdir()) == []

    def test_all_who_make_it_at_once_get_the_same(self, tmp_path: Path) -> None:
        given = {"KB_INSTANCE": str(tmp_path), "KB_ENVIRONMENT": "development"}
        with ThreadPoolExecutor(16) as pool:
            keys = set(pool.map(lambda _: config.load(given).signing_key(), range(64)))
        assert len(keys) == 1
        assert [file.name for file in tmp_path.iterdir()] == ["signing.key"]
