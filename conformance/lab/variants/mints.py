"""Values in other formats than Slack's: anything that an HTTP header and a form can carry."""

from __future__ import annotations

import itertools
import secrets
import string
from typing import TYPE_CHECKING

from ...sandbox.minting import PlainMint

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...sandbox.facts import TokenKind

DIGITS = string.ascii_letters + string.digits


class ShapedMint(PlainMint):
    """Values of one format; ids of objects are as usual, since requests do not contain them."""

    def __init__(self, token: Callable[[str], str], other: Callable[[str], str] | None = None) -> None:
        """Take `token` and `other`, which turn a unique string into a token and into any other value."""
        super().__init__()
        self._shape, self._other = token, other or token
        self._texts = itertools.count()
        self._start = secrets.token_hex(3)

    def token(self, kind: TokenKind) -> str:
        """Return a token that does not show its kind."""
        del kind
        return self._shape(self._text())

    def one_shot(self, kind: str) -> str:
        """Return a trigger or a code without parts."""
        del kind
        return self._other(self._text())

    def client_id(self) -> str:
        """Return a client id, without a colon because of HTTP Basic."""
        return self._other(self._text()).replace(":", "_")

    def client_secret(self) -> str:
        """Return a client secret."""
        return self._other(self._text())

    def refresh_token(self) -> str:
        """Return a refresh token."""
        return self._other(self._text())

    def _text(self) -> str:
        return f"{self._start}{next(self._texts):x}"


class ShortMint(ShapedMint):
    """Values as short as possible, from one character up."""

    def __init__(self) -> None:
        """Count up in letters and digits."""
        super().__init__(str)

    def _text(self) -> str:
        return _counted(next(self._texts), DIGITS)


class NumberMint(ShapedMint):
    """Values that are plain numbers, as in some mocks."""

    def __init__(self) -> None:
        """Count up."""
        super().__init__(str)

    def _text(self) -> str:
        return str(next(self._texts))


class FarRedirectMint(PlainMint):
    """Apps whose redirect URI has a query string."""

    def redirect_uri(self) -> str:
        """Return a URI with many characters that must be escaped."""
        return "https://app.example.com:8443/a%20b/?next=%2Fhome&x=1+2&y=%C3%BC#done"


def long_values() -> ShapedMint:
    """Return a mint of values with two thousand characters."""
    return ShapedMint(lambda text: f"fake-{text}-".ljust(2000, "0123456789abcdef"[len(text) % 16]))


def special_values() -> ShapedMint:
    """Return a mint of values with every character allowed in a bearer header and every visible one in a form."""
    visible = " !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
    return ShapedMint(lambda text: f"fake{text}-._~+/==", lambda text: f"fake{visible}{text}&a=b%41")


def _counted(number: int, digits: str) -> str:
    text = digits[number % len(digits)]
    while number := number // len(digits):
        number -= 1
        text = digits[number % len(digits)] + text
    return text
