"""Settings: read from the environment and from nothing else, safe in production by default.

A default here must be right for production and fit to be public. Every setting has a heading in
``docs/operations.md``; a test holds it.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal, cast

PACKAGE = Path(__file__).resolve().parent
CHECKOUT = PACKAGE.parent

Environment = Literal["production", "development", "test"]
_ENVIRONMENTS = ("production", "development", "test")
_SECRET_KEY_MIN = 32
_KEY_FILE = "signing.key"


class ConfigurationError(Exception):
    """A setting is missing or wrong; the message is a Swedish sentence that says what to do."""


def resource(name: str) -> Path:
    """A folder that comes with the product (templates, static, seed): in the checkout, else in the wheel."""
    beside = CHECKOUT / name
    if (CHECKOUT / "pyproject.toml").exists() and beside.is_dir():
        return beside
    return PACKAGE / "bundled" / name


def _default_instance() -> Path:
    in_checkout = (CHECKOUT / "pyproject.toml").exists()
    return CHECKOUT / "instance" if in_checkout else Path.cwd() / "instance"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One field per environment variable ``KB_<NAME>``."""

    environment: Environment = "production"
    instance: Path
    database_url: str
    secret_key: str = ""
    base_url: str = "http://127.0.0.1:8000"
    log_level: str = "INFO"
    workers: int = 2
    trusted_proxies: int = 0
    mail_url: str = ""
    mail_from: str = ""
    session_idle_minutes: int = 45
    session_hours: int = 10
    argon2_memory_kib: int = 65_536
    argon2_rounds: int = 3
    argon2_lanes: int = 1
    passwords_file: Path | None = None
    oidc_file: Path | None = None
    searches_per_minute: int = 300

    @property
    def index_folder(self) -> Path:
        return self.instance / "index"

    @property
    def media_folder(self) -> Path:
        """The pictures of stories."""
        return self.instance / "media"

    @property
    def is_production(self) -> bool:
        return self.environment == "production"

    @property
    def has_tls(self) -> bool:
        """Whether readers reach the site by https."""
        return self.base_url.startswith("https://")

    def signing_key(self) -> str:
        """The key that signs what the site hands out now: the first of ``signing_keys``."""
        return self.signing_keys()[0]

    def signing_keys(self) -> tuple[str, ...]:
        """The newest key, which signs, and those before it, which are still believed (S-41).

        They are the same for all processes of the site. Outside production one is made at first need and
        kept in the instance folder. Raises ``ConfigurationError`` in production without ``KB_SECRET_KEY``,
        ``OSError`` if it cannot be kept.
        """
        if self.secret_key or self.is_production:
            self._check_secret_key()
            return self._given_keys()
        return (_kept_key(self.instance / _KEY_FILE),)

    def _given_keys(self) -> tuple[str, ...]:
        return tuple(key for key in (part.strip() for part in self.secret_key.split(",")) if key)

    def check_for_serving(self) -> None:
        """Raise ``ConfigurationError`` where a production start would be unsafe (S-41)."""
        self._check_secret_key()
        if self.is_production and not self.base_url.startswith("https://"):
            raise ConfigurationError(
                "KB_BASE_URL ska vara webbplatsens adress och börja med https:// i produktion."
            )

    def _check_secret_key(self) -> None:
        keys = self._given_keys()
        if self.is_production and (not keys or min(map(len, keys)) < _SECRET_KEY_MIN):
            raise ConfigurationError(
                f"KB_SECRET_KEY saknas eller är för kort. Sätt minst {_SECRET_KEY_MIN} slumpade tecken, "
                "till exempel från: python -c 'import secrets; print(secrets.token_urlsafe(48))'"
            )


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """Settings from the environment. Raises ``ConfigurationError`` naming the variable that is wrong."""
    environment = environ.get("KB_ENVIRONMENT", "production")
    if environment not in _ENVIRONMENTS:
        raise ConfigurationError(
            f"KB_ENVIRONMENT är ”{environment}”. Välj en av: {', '.join(_ENVIRONMENTS)}."
        )
    instance = Path(environ.get("KB_INSTANCE") or _default_instance()).expanduser().resolve()
    return Settings(
        environment=cast("Environment", environment),
        instance=instance,
        database_url=environ.get("KB_DATABASE_URL") or f"sqlite:///{instance / 'erfarenhetsbanken.sqlite'}",
        secret_key=environ.get("KB_SECRET_KEY", ""),
        base_url=environ.get("KB_BASE_URL", "http://127.0.0.1:8000").rstrip("/"),
        log_level=_one_of(environ, "KB_LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR")),
        workers=_whole_number(environ, "KB_WORKERS", 2, 1, 64),
        trusted_proxies=_whole_number(environ, "KB_TRUSTED_PROXIES", 0, 0, 10),
        mail_url=environ.get("KB_MAIL_URL", ""),
        mail_from=environ.get("KB_MAIL_FROM", ""),
        session_idle_minutes=_whole_number(environ, "KB_SESSION_IDLE_MINUTES", 45, 5, 60),
        session_hours=_whole_number(environ, "KB_SESSION_HOURS", 10, 1, 12),
        argon2_memory_kib=_whole_number(environ, "KB_ARGON2_MEMORY_KIB", 65_536, 19_456, 4_194_304),
        argon2_rounds=_whole_number(environ, "KB_ARGON2_ROUNDS", 3, 2, 100),
        argon2_lanes=_whole_number(environ, "KB_ARGON2_LANES", 1, 1, 16),
        passwords_file=_file(environ, "KB_PASSWORDS_FILE"),
        oidc_file=_file(environ, "KB_OIDC_FILE"),
        searches_per_minute=_whole_number(environ, "KB_SEARCHES_PER_MINUTE", 300, 0, 1_000_000),
    )


def names() -> tuple[str, ...]:
    """The environment variables that exist, in the order of the documentation."""
    return tuple(f"KB_{field.name.upper()}" for field in fields(Settings))


def _kept_key(file: Path) -> str:
    """The key in a file, made if it is not there; of several that make it at once, the first one's holds."""
    with contextlib.suppress(FileNotFoundError):
        return file.read_text(encoding="ascii")
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    with os.fdopen(
        os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii"
    ) as made:
        made.write(secrets.token_urlsafe(48))
    try:
        with contextlib.suppress(FileExistsError):
            os.link(fresh, file)  # whole or not at all, and never over another's
    finally:
        fresh.unlink()
    return file.read_text(encoding="ascii")


def _file(environ: Mapping[str, str], name: str) -> Path | None:
    given = environ.get(name, "")
    if not given:
        return None
    path = Path(given).expanduser().resolve()
    if not path.is_file():
        raise ConfigurationError(f"{name} är ”{given}”, men där finns ingen fil.")
    return path


def _whole_number(environ: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    raw = environ.get(name, str(default))
    if not raw.isdecimal() or not low <= int(raw) <= high:
        raise ConfigurationError(f"{name} är ”{raw}”. Ange ett heltal från {low} till {high}.")
    return int(raw)


def _one_of(environ: Mapping[str, str], name: str, default: str, allowed: tuple[str, ...]) -> str:
    value = environ.get(name, default).upper()
    if value not in allowed:
        raise ConfigurationError(f"{name} är ”{value}”. Välj en av: {', '.join(allowed)}.")
    return value
