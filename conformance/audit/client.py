"""Runs the command under audit in an environment that points at the sandbox, and ends it in order."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..catalog.datafile import DataError, suggestion
from ..signals import KILL, send

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from ..sandbox.world import World

_GRACE_S = 3.0
"""Seconds between SIGTERM and SIGKILL."""
_LOOPBACK = "127.0.0.1"
_STDERR = 2
"""Where the client writes, so that our own lines stand alone in the output."""

VALUES: Mapping[str, Callable[[World], str]] = {
    "url": lambda world: world.url,
    "token": lambda world: world.token,
    "client_id": lambda world: world.client_id,
    "client_secret": lambda world: world.client_secret,
    "redirect_uri": lambda world: world.redirect_uri,
    "refresh_token": lambda world: world.refresh_token,
    "scopes": lambda world: world.scopes,
    "team_id": lambda world: world.team_id,
    "user_id": lambda world: world.user_id,
    "code": lambda world: world.code(),
    "trigger": lambda world: world.trigger(),
}
"""What `--env NAME=VALUE_NAME` can pass on. Each code and trigger is a fresh one."""

_STANDARD = {"SLACK_CODE": "code", "SLACK_TRIGGER_ID": "trigger"}


@dataclass(frozen=True, slots=True)
class Command:
    """A command with what it is given."""

    words: tuple[str, ...]
    names: Mapping[str, str]
    """Further variables, each with the name of a value."""
    timeout_s: float
    quiet: bool = False

    def __post_init__(self) -> None:
        """Raise `DataError` if there is no command, or no program of this name."""
        if not self.words:
            raise DataError("COMMAND", "", "is missing.", "slack-conformance audit [options] -- COMMAND …")
        if shutil.which(self.words[0]) is None:
            raise DataError(self.words[0], "", "there is no such program.", "Look at the spelling, and at PATH.")

    @property
    def title(self) -> str:
        """The program, and the script that it runs if its first argument is one; arguments may hold secrets."""
        script = [os.path.basename(word) for word in self.words[1:2] if os.path.isfile(word)]  # noqa: PTH113, PTH119 - texts
        return " ".join([os.path.basename(self.words[0]), *script])  # noqa: PTH119 - a text

    def environment(self, world: World, *, without_redirect_uri: bool) -> dict[str, str]:
        """Return the environment of the command in this world."""
        values = world.environment()
        if without_redirect_uri:
            del values["SLACK_REDIRECT_URI"]
        for name, value in {**_STANDARD, **self.names}.items():
            of_code = value == "code" and without_redirect_uri
            values[name] = world.code(redirect_uri="") if of_code else VALUES[value](world)
        proxies = {
            name: ",".join(filter(None, [os.environ.get(name, ""), _LOOPBACK])) for name in ("NO_PROXY", "no_proxy")
        }
        return {**os.environ, **proxies, **values}

    def run(self, environment: Mapping[str, str]) -> int | None:
        """Run it to its end and return its exit code, `None` if it took too long.

        Raises `DataError` if it cannot be started. Whatever it started in its group is ended too, also when this is
        interrupted.
        """
        output = subprocess.DEVNULL if self.quiet else _STDERR
        try:
            child = subprocess.Popen(  # noqa: S603 - it is the user's own command
                self.words,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        except OSError as error:
            raise DataError(self.words[0], "", f"cannot be started ({error.strerror}).") from None
        with _ended(child):
            try:
                return child.wait(self.timeout_s)
            except subprocess.TimeoutExpired:
                return None


@contextlib.contextmanager
def _ended(child: subprocess.Popen[bytes]) -> Iterator[None]:
    """End the child and its group when the context is left: first in order, then by force."""
    try:
        yield
    finally:
        send(child, signal.SIGTERM)
        try:
            child.wait(_GRACE_S)
        except subprocess.TimeoutExpired:
            pass
        finally:
            send(child, KILL)
            child.wait()


def names_of(words: Sequence[str]) -> dict[str, str]:
    """Return the variables in these options `NAME=VALUE_NAME`. Raises `DataError`."""
    found = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not name.isidentifier():
            raise DataError("--env", "", f"{word!r} is not NAME=VALUE_NAME.", f"Values: {', '.join(VALUES)}.")
        if value not in VALUES:
            raise DataError("--env", "", f"there is no value {value!r}.", suggestion(value, VALUES))
        found[name] = value
    return found
