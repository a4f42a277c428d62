"""Ways to make a value wrong by little: what a comparison that is too weak takes for the right one.

An altered value must never be another valid one, whatever a target's values look like; counters, for instance, give
values of one or two characters, and long ones that differ in the last. So the last character is replaced by a mark that
no such value contains, and a short value, half of which may be another, gets that mark behind it. Where nothing speaks
against it, the altered value has the format of the right one, so that it is looked up at all.
"""

from __future__ import annotations

from string import ascii_lowercase, ascii_uppercase, digits
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

if TYPE_CHECKING:
    from collections.abc import Callable

_MARK, _OTHER_MARK = "~", "-"
_LONG_ENOUGH = 12
"""The length from which half a value, or the same letters in the other case, is no other value of the target."""

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


def _one_more_slash(text: str) -> str:
    """Return the URI with one more slash behind its path; a text that is not the URI of a host remains as it is."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return text
    # By RFC 3986 an empty path and a single slash mean the same, so there it takes two.
    path = f"{parts.path}/" if parts.path.strip("/") else "//"
    return urlunsplit(parts._replace(path=path)) if parts.hostname else text


REVERSED = "reversed"
"""The alteration of a list, whose elements stay as they are: nothing in it is secret."""

ALTERATIONS: dict[str, tuple[str, Callable[[str], str]]] = {
    "first-character": ("with another first character", _first_character),
    "last-character": ("with another last character", _last_character),
    "extended": ("with one more character", lambda text: text + _MARK),
    "first-half": ("cut to its first half", _first_half),
    "other-case": ("with capitals for the small letters of its second half, and the reverse", _other_case),
    REVERSED: ("in reverse order", _reversed),
    "one-more-slash": ("with one more slash at the end of its path", _one_more_slash),
}
"""Each alteration, in words and as a function."""
