"""Values of plausible shape that nobody can take for real ones."""

from __future__ import annotations

import itertools
import secrets
from typing import Protocol

from conformance.sandbox.facts import TokenKind

PREFIXES = {
    TokenKind.WORKSPACE: "xoxa",
    TokenKind.USER: "xoxp",
    TokenKind.BOT: "xoxb",
    TokenKind.APP_LEVEL: "xapp",
}


class Mint(Protocol):
    """Makes the values of a world; secrets and what works once are never made twice."""

    def token(self, kind: TokenKind) -> str:
        """Return a token for somebody of this kind."""

    def one_shot(self, kind: str) -> str:
        """Return a trigger, a code, or whatever else is used once."""

    def client_id(self) -> str:
        """Return the public half of client credentials."""

    def client_secret(self) -> str:
        """Return the secret half of client credentials."""

    def refresh_token(self) -> str:
        """Return a token that another one can be had for."""

    def redirect_uri(self) -> str:
        """Return an address to which an app's users are sent back."""

    def id(self, letter: str) -> str:
        """Return the id of an object whose ids begin with this letter."""


class PlainMint:
    """Values as Slack shapes them, with `fake` in every secret."""

    def __init__(self) -> None:
        """Draw one random prefix, so that values of two sandboxes never meet."""
        self._prefix = secrets.token_hex(4)
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
        """Return a token that another one can be had for."""
        return f"xoxr-fake-{self._unique()}"

    def redirect_uri(self) -> str:
        """Return the same address for every app."""
        return "https://app.example.com/oauth/callback"

    def id(self, letter: str) -> str:
        """Return the letter and ten capitals and digits."""
        return f"{letter}{self._prefix.upper()}{next(self._numbers):X}"

    def _unique(self) -> str:
        return f"{next(self._numbers)}-{self._prefix}"
