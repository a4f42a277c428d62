"""Near misses: the changes that make another value out of a value of the world, by their name in the data.

A server that compares too little (a prefix, one part, without regard to case) takes a near miss for the value itself.
Each change differs from the value in one respect only. The result must not be a value that the target has issued to
somebody else. Targets often number their values, so the last character becomes a letter that is neither a decimal nor a
hexadecimal digit, and a shortened value loses its whole second half. A change that has nothing to change, such as the
case of a number, returns the value as it is; the request is then not sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit, urlunsplit

if TYPE_CHECKING:
    from collections.abc import Callable

_OTHER_HOST = "elsewhere.example"
_PORT = 8443
"""A port that is not the default of any scheme."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a text, and what it does, to be put behind the name of the value."""

    words: str
    make: Callable[[str], str]


def _first_character(text: str) -> str:
    """Return the text with another first character of the same kind, so that it remains well-formed."""
    first = text[:1]
    if first.isdigit():
        return ("5" if first == "0" else "0") + text[1:]
    other = "b" if first in {"a", "A"} else "a"
    return (other.upper() if first.isupper() else other) + text[1:]


def _last_character(text: str) -> str:
    return text[:-1] + ("y" if text.endswith("x") else "x")


def _first_half(text: str) -> str:
    return text[: (len(text) + 1) // 2]


def _of_uri(change: Callable[[SplitResult], SplitResult]) -> Callable[[str], str]:
    """Return a change of a URI; a text that is not the URI of a host remains as it is."""

    def make(text: str) -> str:
        try:
            parts = urlsplit(text)
            return urlunsplit(change(parts)) if parts.hostname else text
        except ValueError:
            return text

    return make


def _scheme(parts: SplitResult) -> SplitResult:
    return parts._replace(scheme="http" if parts.scheme == "https" else "https")


def _host(parts: SplitResult) -> SplitResult:
    return parts._replace(netloc=parts.netloc.replace(parts.hostname or "", _OTHER_HOST))


def _port(parts: SplitResult) -> SplitResult:
    if parts.port is None:
        return parts._replace(netloc=f"{parts.netloc.removesuffix(':')}:{_PORT}")
    return parts._replace(netloc=f"{parts.netloc.rpartition(':')[0]}:{_PORT + (parts.port == _PORT)}")


def _user(parts: SplitResult) -> SplitResult:
    return parts._replace(netloc=f"somebody@{parts.netloc.rpartition('@')[2]}")


def _slash(parts: SplitResult) -> SplitResult:
    # By RFC 3986 an empty path and a single slash mean the same, so there it takes two.
    return parts._replace(path=f"{parts.path}/" if parts.path.strip("/") else "//")


def _query(parts: SplitResult) -> SplitResult:
    return parts._replace(query="&".join(filter(None, [parts.query, "more=1"])))


def _fragment(parts: SplitResult) -> SplitResult:
    return parts._replace(fragment=f"{parts.fragment}more")


CHANGES = {
    "first-character": Change("with another first character", _first_character),
    "last-character": Change("with another last character", _last_character),
    "first-half": Change("without its second half", _first_half),
    "other-case": Change("with capital and small letters exchanged", str.swapcase),
    "other-scheme": Change("with another scheme", _of_uri(_scheme)),
    "other-host": Change("with another host", _of_uri(_host)),
    "other-port": Change("with another port", _of_uri(_port)),
    "other-user": Change("with a user before its host", _of_uri(_user)),
    "one-more-slash": Change("with one more slash at the end of its path", _of_uri(_slash)),
    "one-more-parameter": Change("with one more parameter in its query", _of_uri(_query)),
    "other-fragment": Change("with another fragment", _of_uri(_fragment)),
}
"""Every change, by its name in the data."""
