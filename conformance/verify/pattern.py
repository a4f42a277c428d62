"""Compare a recorded request with a composed one, in which marks stand for the values that a record does not show.

    in the composed text             what the record may have there
    -------------------------------  ---------------------------------------------------------------------
    a secret                         a name, such as `$token` or `$code_of_workspace_app_2`
    a public value                   any text without the characters that end a value in this place
    a secret with text behind it     a name or any text: redaction does not recognise such a value
    what is hidden by its name       the same, or a name

Everything else must be the same. What the record has in the place of each mark is returned, so that it can be compared
with other places.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

from ..wire.by_name import HIDDEN
from ..wire.redact import Redactor

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..results.exchange import RecordedRequest

ANY = "any"
"""The name of a mark for a text that may be anything."""

_END = "\ue000"
"""What ends the name of a secret in a composed text, since text may follow it."""

_MARK = re.compile(r"(?:qz|%71%7[Aa])((?:[0-9a-f]{2}|%[0-9A-Fa-f]{2})+?)(?:zq|%7[Aa]%71)")
_HOLE = re.compile(rf"\$(?P<secret>[a-z0-9_]+){_END}|{_MARK.pattern}|(?P<hidden>{re.escape(HIDDEN)})")
_SECRET = r"\$[a-z0-9_]{1,120}|" + re.escape(HIDDEN)
_FREE = {"form": r"[^&\s#]*?", "json": r"[^\"\r\n]*?", "text": r"[^\r\n]*?"}
_LENGTH = "content-length"
_NUMBER = re.compile("[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Held:
    """What a record has in the place of one value: the name of a secret, or the decoded text of a public value."""

    name: str
    text: str
    is_secret: bool


class MismatchError(ValueError):
    """A recorded request is not as composed; the text says where."""


def mark_of(name: str) -> str:
    """Return the mark of a value. It needs no escaping in a URL, in JSON or in a header."""
    return f"qz{name.encode().hex()}zq"


def hiding(secrets: Iterable[str]) -> Redactor:
    """Return a redactor that replaces the marks of these secrets by their names."""
    return Redactor().extended((f"{name}{_END}", mark_of(name)) for name in secrets)


def without_marks(body: bytes) -> int:
    """Return the number of bytes of a body without its marks."""
    return len(_MARK.sub("", body.decode("utf-8", "backslashreplace")).encode())


def held_in(recorded: RecordedRequest, composed: RecordedRequest, length: int) -> list[Held]:
    """Return what the record has in the place of each value. Raises `MismatchError`.

    `length` is the number of bytes of the whole composed body without the values.
    """
    if recorded.verb != composed.verb:
        raise MismatchError(f"the verb is {recorded.verb}, but should be {composed.verb}")
    held = list(_held(recorded.url, composed.url, "form", "the URL"))
    wanted, came = composed.headers[1:], recorded.headers[1:]
    for at, (name, value) in enumerate(wanted):
        there = came[at] if at < len(came) else ("no header", "")
        if there[0] != name:
            raise MismatchError(f"a header is {': '.join(there)!r}, but should be {shown(f'{name}: {value}')!r}")
        if name.lower() != _LENGTH:
            held += _held(there[1], value, "text", f"the header {name}")
    if (recorded.raw, recorded.body is None) != (composed.raw, composed.body is None):
        raise MismatchError("it has a body where it should have none, or the other way round")
    if recorded.body is not None and composed.body is not None:
        in_body = list(_of_the_body(recorded, composed, recorded.body, composed.body))
        _check_length(recorded, composed, in_body, length)
        held += in_body
    return held


def shown(composed: str) -> str:
    """Return a composed text for people."""
    return _HOLE.sub(lambda found: f"${found['secret']}" if found["secret"] else "…", composed)


def _of_the_body(recorded: RecordedRequest, composed: RecordedRequest, body: str, template: str) -> Iterator[Held]:
    if not composed.raw:
        yield from _held(body, template, _place(template), "the body")
        return
    # Part of a body ends anywhere, and a chunk begins with its length; both depend on the values.
    first = _HOLE.search(template)
    head = template[: first.start()] if first else template
    if "chunk" in composed.note:
        head, body = head.partition("\r\n")[2], body.partition("\r\n")[2]
        if recorded.note != composed.note:
            raise MismatchError(f"its note is {recorded.note!r}, but should be {composed.note!r}")
    if not body.startswith(head[: len(body)]):
        raise MismatchError(f"the body is {body!r}, but should be {shown(template)!r}")


def _check_length(recorded: RecordedRequest, composed: RecordedRequest, held: list[Held], length: int) -> None:
    """Raise `MismatchError` for a Content-Length that the body cannot have, as far as its values are known."""
    lengths = dict(zip(recorded.headers[1:], composed.headers[1:], strict=False))
    for (name, said), (_, wanted) in lengths.items():
        if name.lower() != _LENGTH or said == wanted:
            continue
        if not composed.raw and not held:
            raise MismatchError(f"Content-Length is {said!r}, but should be {wanted!r}")
        least = length + sum(1 if one.is_secret else len(one.text) for one in held)
        if not _NUMBER.fullmatch(said) or int(said) < least:
            raise MismatchError(f"Content-Length is {said!r}, but the body has at least {least} bytes")


def _place(template: str) -> str:
    if template.startswith("--"):
        return "text"
    return "json" if template.startswith(("{", "[", '"')) else "form"


def _held(recorded: str, composed: str, place: str, what: str) -> Iterator[Held]:
    """Yield what a recorded text has in the place of each value. Raises `MismatchError`."""
    pattern, at, names = [], 0, []
    for hole in _HOLE.finditer(composed):
        pattern += [re.escape(composed[at : hole.start()])]
        if hole["hidden"]:
            pattern += [f"(?:{_SECRET})"]
        elif hole["secret"]:
            names.append((hole["secret"], True))
            pattern += [f"({_SECRET})"]
        else:
            name = bytes.fromhex(unquote_plus(hole[2]) if "%" in hole[2] else hole[2]).decode()
            names.append((name, False))
            pattern += [f"({_FREE[place]})"]
        at = hole.end()
    found = re.fullmatch("".join([*pattern, re.escape(composed[at:])]), recorded, re.DOTALL)
    if found is None:
        raise MismatchError(f"{what} is {recorded!r}, but should be {shown(composed)!r}")
    for (name, is_secret), text in zip(names, found.groups(), strict=True):
        yield Held(name, text if is_secret else _decoded(text, place), is_secret)


def _decoded(text: str, place: str) -> str:
    match place:
        case "form":
            return unquote_plus(text)
        case "json":
            try:
                return str(json.loads(f'"{text}"'))
            except ValueError:
                return text
        case _:
            return text
