"""Read typed values from the environment and collect all problems."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from brief_audio.domain.errors import SettingsError

SPELT_OTHERWISE = "percent-encode : as %3A, @ as %40, / as %2F, ? as %3F, # as %23 and % as %25"


class SettingsReader:
    """Every method returns a usable value; problems are collected and raised together at the end."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env
        self._asked: set[str] = set()
        self._problems: list[str] = []

    def problem(self, name: str, value: str | None, reason: str) -> None:
        """Record a problem; `value` is shown unless it is None (for secrets)."""
        self._problems.append(f"{name}: {reason}" if value is None else f"{name}={value!r}: {reason}")

    def raise_problems(self) -> None:
        """Raise `SettingsError` with all problems, one per line, if there are any."""
        if self._problems:
            raise SettingsError("invalid settings:\n" + "\n".join(f"  {line}" for line in self._problems))

    def unknown(self) -> tuple[str, ...]:
        """Return the `BRIEF_` variables in the environment that were never read."""
        return tuple(sorted(name for name in self._env if name.startswith("BRIEF_") and name not in self._asked))

    def text(self, name: str) -> str | None:
        """Return a value with whitespace stripped; an empty value counts as missing."""
        self._asked.add(name)
        return self._env.get(name, "").strip() or None

    def secret(self, name: str) -> str | None:
        """Return a secret, either from `NAME` or from the file that `NAME_FILE` points to."""
        value, path = self.text(name), self.text(f"{name}_FILE")
        if path is None:
            return value
        if value is not None:
            self.problem(f"{name}_FILE", path, f"{name} is also set; keep only one")
            return value
        try:
            content = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            self.problem(f"{name}_FILE", path, f"the file can't be read: {error}")
            return None
        if not content:
            self.problem(f"{name}_FILE", path, "the file is empty")
        return content or None

    def secret_problem(self, name: str, reason: str) -> None:
        """Record a problem with a secret; show the path of its file, if any, but never its value."""
        path = self.text(f"{name}_FILE")
        self.problem(name if path is None else f"{name}_FILE", path, reason)

    def path(self, name: str, default: str) -> Path:
        """Return an absolute path, so that a later change of the working directory has no effect."""
        value = self.text(name) or default
        try:
            return Path(value).expanduser().absolute()
        except RuntimeError:
            self.problem(name, value, "no such user")
            return Path(default).absolute()

    def path_if_given(self, name: str) -> Path | None:
        """Return an absolute path, or None if it is not set."""
        return self.path(name, "") if self.text(name) else None

    def choice(self, name: str, choices: Sequence[str]) -> str:
        """Return one of `choices`; the first is the default."""
        value = self.text(name)
        if value is not None and value not in choices:
            self.problem(name, value, f"it must be one of {', '.join(choices)}")
            return choices[0]
        return value or choices[0]

    def whole(self, name: str, default: int, *, least: int, most: int) -> int:
        """Return a whole number between `least` and `most`."""
        value = self.text(name)
        if value is None:
            return default
        if not re.fullmatch(r"[0-9]{1,9}", value) or not least <= int(value) <= most:
            self.problem(name, value, f"it must be a whole number from {least} to {most}")
            return default
        return int(value)

    def seconds(self, name: str, default: float, *, least: float, most: float) -> float:
        """Return a number of seconds between `least` and `most`."""
        value = self.text(name)
        if value is None:
            return default
        if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", value) or not least <= float(value) <= most:
            self.problem(name, value, f"it must be a number of seconds from {least:g} to {most:g}")
            return default
        return float(value)

    def web_address(self, name: str, default: str, *, such_as: str = "https://audio.example.org") -> str:
        """Return an http or https URL without a trailing slash."""
        value = self.text(name) or default
        if not _is_web_address(value):
            self.problem(name, value, f"it must be a full URL such as {such_as}")
        return value.rstrip("/")

    def web_address_if_given(self, name: str, *, such_as: str) -> str | None:
        """Return an http or https URL, or None if it is not set."""
        return self.web_address(name, "", such_as=such_as) if self.text(name) else None

    def database_url(self, name: str) -> str | None:
        """Return the URL of an external PostgreSQL; its password is never shown."""
        value = self.secret(name)
        if value is not None and not value.startswith(("postgres://", "postgresql://")):
            self.secret_problem(name, "it must begin with postgresql:// or postgres://")
        elif value is not None and not (_has_sound_port(value) and _ends_where_it_should(value)):
            self.secret_problem(name, f"its port must be a number; in the password, {SPELT_OTHERWISE}")
        return value

    def redis_url(self, name: str) -> str | None:
        """Return the URL of a Redis server; its password is never shown."""
        value = self.secret(name)
        if value is None:
            return None
        if not value.startswith(("redis://", "rediss://")):
            self.secret_problem(name, "it must begin with redis:// or rediss://")
        elif not (_has_sound_port(value) and _ends_where_it_should(value) and _has_sound_number(value)):
            self.secret_problem(
                name, f"it must look like redis://:password@host:6379/0; in the password, {SPELT_OTHERWISE}"
            )
        return value


def _is_web_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    is_whole = parts.scheme in {"http", "https"} and bool(parts.hostname) and _has_sound_port(value)
    return is_whole and not parts.query and not parts.fragment


def _has_sound_port(value: str) -> bool:
    try:
        return urlsplit(value).port != 0
    except ValueError:
        return False


def _ends_where_it_should(value: str) -> bool:
    """Return whether user and password end at the @, rather than at an earlier character that starts the path."""
    parts = urlsplit(value)
    beyond = parts.path + parts.fragment or parts.query
    return "@" not in beyond


def _has_sound_number(value: str) -> bool:
    """Return whether the Redis URL has a host, and either no database or a numbered one."""
    parts = urlsplit(value)
    return bool(parts.hostname) and re.fullmatch(r"/?|/[0-9]{1,5}", parts.path) is not None
