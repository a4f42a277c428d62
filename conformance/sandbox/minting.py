"""Generation of values with a plausible format that cannot be mistaken for real ones."""

from __future__ import annotations

import itertools
import secrets
from typing import Protocol

from .facts import TokenKind

PREFIXES = {
    TokenKind.WORKSPACE: "xoxa",
    TokenKind.USER: "xoxp",
    TokenKind.BOT: "xoxb",
    TokenKind.APP_LEVEL: "xapp",
}


class Mint(Protocol):
    """Generates the values of a world; secrets and one-shot values are unique."""

    def token(self, kind: TokenKind) -> str:
        """Return a token of this kind."""

    def one_shot(self, kind: str) -> str:
        """Return a one-shot value of this kind, such as a trigger or a code."""

    def client_id(self) -> str:
        """Return a client id."""

    def client_secret(self) -> str:
        """Return a client secret."""

    def refresh_token(self) -> str:
        """Return a refresh token."""

    def redirect_uri(self) -> str:
        """Return a redirect URI of an app."""

    def id(self, letter: str) -> str:
        """Return the id of an object whose ids start with this letter."""


class PlainMint:
    """Values in Slack's formats, with `fake` in every secret."""

    def __init__(self) -> None:
        """Choose a random prefix, so that two sandboxes never share a value."""
        # It begins with a letter, so that values of two sandboxes have the same form: digits, or letters too.
        self._prefix = secrets.choice("abcdef") + secrets.token_hex(4)[1:]
        self._numbers = itertools.count(10_000)

    def token(self, kind: TokenKind) -> str:
        """Return e.g. `xoxa-fake-10001-…`."""
        return f"{PREFIXES[kind]}-fake-{self._unique()}"

    def one_shot(self, kind: str) -> str:
        """Return three parts joined by dots."""
        number = next(self._numbers)
        tail = f"{self._prefix}{number:x}"
        return f"{number}00.{number}01.fake{tail}" if kind == "trigger" else f"{number}02.{number}03.fakecode{tail}"

    def client_id(self) -> str:
        """Return two numbers joined by a dot."""
        return f"{int(self._prefix, 16)}.{next(self._numbers)}"

    def client_secret(self) -> str:
        """Return a run of letters and digits."""
        return f"fakesecret{self._prefix}{next(self._numbers):x}"

    def refresh_token(self) -> str:
        """Return a refresh token."""
        return f"xoxr-fake-{self._unique()}"

    def redirect_uri(self) -> str:
        """Return the same URI for every app."""
        return "https://app.example.com/oauth/callback"

    def id(self, letter: str) -> str:
        """Return the letter followed by ten capitals and digits."""
        return f"{letter}{self._prefix.upper()}{next(self._numbers):X}"

    def _unique(self) -> str:
        return f"{next(self._numbers)}-{self._prefix}"
