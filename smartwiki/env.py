"""Reading settings from environment variables: a wrong one stops the start and is named."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


class EnvironmentVariableError(ImproperlyConfigured):
    """An environment variable is missing or has a value that makes no sense."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"Environment variable {name} {problem}")


def text(name: str, default: str | None = None) -> str:
    """Return the variable, or `default`; without a default an absent or empty one is an error."""
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is None:
        raise EnvironmentVariableError(name, "must be set (or set DEBUG=1 to try the site out).")
    return default


def secret(name: str, *, minimum: int = 20) -> str:
    """Return a passphrase, or "" where there is none; one of fewer characters is an error."""
    value = text(name, "")
    if value and len(value) < minimum:
        raise EnvironmentVariableError(name, f"must have {minimum} characters or more.")
    return value


def flag(name: str, *, default: bool) -> bool:
    """Return a yes/no variable; anything but 1/true/yes/on and 0/false/no/off is an error."""
    value = os.environ.get(name)
    if value is None:
        return default
    if value.strip().lower() in TRUE:
        return True
    if value.strip().lower() in FALSE:
        return False
    raise EnvironmentVariableError(name, f"must be 1 or 0, not {value!r}.")


def number(name: str, default: int, *, minimum: int = 0) -> int:
    """Return a whole number that is at least `minimum`."""
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    if not value.isascii() or not value.isdigit() or int(value) < minimum:
        raise EnvironmentVariableError(
            name, f"must be a whole number, {minimum} or more, not {value!r}."
        )
    return int(value)


def choice(name: str, default: str, choices: list[str]) -> str:
    """Return one of `choices`; any other value is an error."""
    value = text(name, default)
    if value not in choices:
        raise EnvironmentVariableError(name, f"must be one of {', '.join(choices)}, not {value!r}.")
    return value


def names(name: str, default: list[str] | None = None) -> list[str]:
    """Return a comma-separated list; without a default an absent or empty one is an error."""
    value = text(name, None if default is None else ",".join(default))
    return [part.strip() for part in value.split(",") if part.strip()]


def pairs(name: str) -> list[tuple[str, str]]:
    """Return `a=b,c=d` as pairs; a part without a sign of equality is an error."""
    found = [part.partition("=") for part in names(name, [])]
    if any(not (key and sign and value) for key, sign, value in found):
        raise EnvironmentVariableError(name, "must be group=role, separated by commas.")
    return [(key.strip(), value.strip()) for key, _sign, value in found]


def origin_of(url: str) -> list[str]:
    """Return scheme and host of an address, or nothing for none, as a policy names them."""
    parts = urlsplit(url)
    return [f"{parts.scheme}://{parts.netloc}"] if parts.netloc else []


def openid_connect(issuer: str, label: str) -> dict[str, Any]:
    """Return allauth's settings for the provider at `issuer`; none where that is empty."""
    if not issuer:
        return {}
    if not issuer.startswith(("https://", "http://127.0.0.1", "http://localhost")):
        raise EnvironmentVariableError("OIDC_ISSUER", "must begin with https://.")
    app = {
        "provider_id": "oidc",
        "name": label,
        "client_id": text("OIDC_CLIENT_ID"),
        "secret": text("OIDC_CLIENT_SECRET"),
        "settings": {"server_url": issuer},
    }
    return {"openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True}}


def database(name: str, default: str) -> dict[str, Any]:
    """Return Django's settings for a database address such as `postgres://user@host/name`.

    SQLite and PostgreSQL are supported; any other or unreadable address is an error.
    """
    url = text(name, default)
    try:
        config = dict(dj_database_url.parse(url))
    except (ValueError, dj_database_url.ParseError) as error:
        raise EnvironmentVariableError(name, f"is not a database address: {error}.") from error
    if config["ENGINE"] == "django.db.backends.sqlite3":
        return config | {"CONN_MAX_AGE": None, "OPTIONS": SQLITE_OPTIONS}
    if config["ENGINE"] == "django.db.backends.postgresql" and config["NAME"]:
        return config | {
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {"pool": POSTGRESQL_POOL, "connect_timeout": 3},
        }
    raise EnvironmentVariableError(
        name, "must begin with sqlite:/// or postgres:// and name a database."
    )


def databases(name: str, default: str, replica: str) -> dict[str, dict[str, Any]]:
    """Return Django's DATABASES: the one of `name`, and a copy to read from if `replica` is set."""
    primary = database(name, default)
    if not text(replica, ""):
        return {"default": primary}
    copy = database(replica, "")
    if not copy["ENGINE"] == primary["ENGINE"] == "django.db.backends.postgresql":
        raise EnvironmentVariableError(replica, f"and {name} must both be PostgreSQL databases.")
    options = {
        "pool": POSTGRESQL_POOL | {"timeout": 1, "reconnect_timeout": 1},  # the first is there too
        "connect_timeout": 1,
        "options": "-c default_transaction_read_only=on",
    }
    return {
        "default": primary,
        "replica": copy | {"OPTIONS": options, "TEST": {"MIRROR": "default"}},
    }


def media(prefix: str) -> dict[str, Any]:
    """Return Django's storage of uploaded files: a folder, or the bucket of `<prefix>_BUCKET`.

    `_ENDPOINT` where it is not Amazon's, `_ACCESS_KEY` and `_SECRET_KEY`, `_REGION`. Files stay
    private: the site itself serves them to who may see them.
    """
    bucket = text(f"{prefix}_BUCKET", "")
    if not bucket:
        return {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    endpoint = text(f"{prefix}_ENDPOINT", "")
    if endpoint and not endpoint.startswith(("https://", "http://")):
        raise EnvironmentVariableError(f"{prefix}_ENDPOINT", "must begin with https:// or http://.")
    options = {
        "bucket_name": bucket,
        "access_key": text(f"{prefix}_ACCESS_KEY"),
        "secret_key": text(f"{prefix}_SECRET_KEY"),
        "region_name": text(f"{prefix}_REGION", "us-east-1"),
        "default_acl": None,
        "file_overwrite": False,
        "querystring_auth": True,
        "max_memory_size": 10_000_000,  # bytes, beyond which a file that is read is on the disk
    }
    if endpoint:
        options |= {"endpoint_url": endpoint, "addressing_style": "path"}
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}


def cache(name: str) -> dict[str, Any]:
    """Return Django's settings for a cache that all processes share.

    The database holds it, unless the variable names a Redis such as `redis://host:6379/0`; any
    other address is an error.
    """
    url = text(name, "")
    if not url:
        return {
            "BACKEND": "smartwiki.cache.CountingDatabaseCache",
            "LOCATION": "shared_cache",
            # Beyond it Django throws away a third, whether it counts attempts or not.
            "OPTIONS": {"MAX_ENTRIES": 20_000},
            "TIMEOUT": 24 * 3600,  # seconds; counting up sets it anew
        }
    if url.startswith(("redis://", "rediss://", "unix://")):
        patience = {"socket_timeout": 1}  # seconds
        if not url.startswith("unix:"):
            patience["socket_connect_timeout"] = 1
        return {
            "BACKEND": "smartwiki.cache.LenientRedisCache",
            "LOCATION": url,
            "OPTIONS": patience,
        }
    raise EnvironmentVariableError(name, "must begin with redis://, rediss:// or unix://.")


def mail(name: str, folder: Path) -> dict[str, Any]:
    """Return how mails leave: {"BACKEND": …, "OPTIONS": …} for `get_connection`.

    `smtp://user:password@host:587?tls=1` (STARTTLS), `smtps://…` (TLS from the start),
    `console:`; without the variable each is kept as a file in `folder`. Anything else is an error.
    """
    url = text(name, "")
    if not url:
        return {
            "BACKEND": "smartwiki.notify.backend.FolderBackend",
            "OPTIONS": {"folder": str(folder)},
        }
    if url == "console:":
        return {"BACKEND": "django.core.mail.backends.console.EmailBackend", "OPTIONS": {}}
    try:
        parts = urlsplit(url)
        options = _smtp_options(parts)
    except ValueError:
        options = {}
    if not options:
        raise EnvironmentVariableError(
            name, "must be smtp://user:password@host:port?tls=1, smtps://… or console:."
        )
    return {"BACKEND": "smartwiki.notify.smtp.EmailBackend", "OPTIONS": options}


def _smtp_options(parts: SplitResult) -> dict[str, Any]:
    """Return what Django's SMTP backend takes; nothing for an address that is none."""
    asked = parse_qs(parts.query, strict_parsing=True) if parts.query else {}
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or set(asked) - {"tls"}:
        return {}
    if parts.path not in ("", "/") or asked.get("tls", ["1"])[0] not in ("0", "1"):
        return {}
    is_smtps = parts.scheme == "smtps"
    return {
        "host": parts.hostname,
        "port": parts.port or (465 if is_smtps else 587),
        "username": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "use_ssl": is_smtps,
        "use_tls": not is_smtps and asked.get("tls", ["0"])[0] == "1",
        "timeout": SMTP_TIMEOUT,
    }


SMTP_TIMEOUT = 30  # seconds, for each answer of the server

# Writers queue instead of failing half-way (IMMEDIATE, busy timeout in seconds), readers never
# wait (WAL), and what was acknowledged survives a power cut (FULL).
SQLITE_OPTIONS: dict[str, Any] = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 30,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-4000;",
}
# A server that is away is noticed after `timeout` seconds; after `reconnect_timeout` the pool ends
# its ever longer waits between two tries, and each new request tries again.
POSTGRESQL_POOL: dict[str, Any] = {
    "min_size": 1,
    "max_size": 16,
    "timeout": 10,
    "reconnect_timeout": 4,
}
