"""Ways to make a value wrong by little: what a comparison that is too weak takes for the right one.

An altered value must never be another valid one, whatever a target's values look like; counters, for instance, give
values of one or two characters, and long ones that differ in the last. So the last character is replaced by a mark that
no such value contains, and a short value, half of which may be another, gets that mark behind it. Where nothing speaks
against it, the altered value has the format of the right one, so that it is looked up at all.
"""

from __future__ import annotations

from string import ascii_lowercase, ascii_uppercase, digits
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit, urlunsplit

if TYPE_CHECKING:
    from collections.abc import Callable

_MARK, _OTHER_MARK = "~", "-"
_LONG_ENOUGH = 12
"""The length from which half a value, or the same letters in the other case, is no other value of the target."""

_OTHER_HOST = "elsewhere.example"
_OTHER_PORT = 8443
"""A port that is not the default of any scheme."""

_OF_THE_SAME_KIND = {
    one: letters[(at + len(letters) // 2) % len(letters)]
    for letters in (digits, ascii_lowercase, ascii_uppercase)
    for at, one in enumerate(letters)
}
"""For each digit and letter another one, far from it."""


def _mark(text: str) -> str:
    return _OTHER_MARK if text == _MARK else _MARK


def _first_character(text: str) -> str:
    if len(text) < _LONG_ENOUGH:
        return _mark(text[:1]) + text[1:]
    return _OF_THE_SAME_KIND.get(text[0], _mark(text[0])) + text[1:]


def _last_character(text: str) -> str:
    return text[:-1] + _mark(text[-1:])


def _first_half(text: str) -> str:
    return text[: len(text) // 2] if len(text) >= _LONG_ENOUGH else text + _MARK


def _other_case(text: str) -> str:
    """Return the text with other letters in its second half; the first may say of which type a token is."""
    half = len(text) // 2
    swapped = text[:half] + text[half:].swapcase()
    return swapped if len(text) >= _LONG_ENOUGH and swapped != text else text + _MARK


def _reversed(text: str) -> str:
    return ",".join(reversed(text.split(",")))


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
        return parts._replace(netloc=f"{parts.netloc.removesuffix(':')}:{_OTHER_PORT}")
    return parts._replace(netloc=f"{parts.netloc.rpartition(':')[0]}:{_OTHER_PORT + (parts.port == _OTHER_PORT)}")


def _user(parts: SplitResult) -> SplitResult:
    return parts._replace(netloc=f"somebody@{parts.netloc.rpartition('@')[2]}")


def _slash(parts: SplitResult) -> SplitResult:
    # By RFC 3986 an empty path and a single slash mean the same, so there it takes two.
    return parts._replace(path=f"{parts.path}/" if parts.path.strip("/") else "//")


def _query(parts: SplitResult) -> SplitResult:
    return parts._replace(query="&".join(filter(None, [parts.query, "more=1"])))


def _fragment(parts: SplitResult) -> SplitResult:
    return parts._replace(fragment=f"{parts.fragment}more")


REVERSED = "reversed"
"""The alteration of a list, whose elements stay as they are: nothing in it is secret."""

ALTERATIONS: dict[str, tuple[str, Callable[[str], str]]] = {
    "first-character": ("with another first character", _first_character),
    "last-character": ("with another last character", _last_character),
    "extended": ("with one more character", lambda text: text + _MARK),
    "first-half": ("cut to its first half", _first_half),
    "other-case": ("with capitals for the small letters of its second half, and the reverse", _other_case),
    REVERSED: ("in reverse order", _reversed),
    "other-scheme": ("with another scheme", _of_uri(_scheme)),
    "other-host": ("with another host", _of_uri(_host)),
    "other-port": ("with another port", _of_uri(_port)),
    "other-user": ("with a user before its host", _of_uri(_user)),
    "one-more-slash": ("with one more slash at the end of its path", _of_uri(_slash)),
    "one-more-parameter": ("with one more parameter in its query", _of_uri(_query)),
    "other-fragment": ("with another fragment", _of_uri(_fragment)),
}
"""Each alteration, in words and as a function."""
