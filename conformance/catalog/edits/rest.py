"""The edits of what is not a single argument: headers, escapes, credentials, the body, the whole request."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final, Self

from ...wire.request import BodySent
from ..values import LikeValue, Value
from .edit import Edit
from .values import Sends, in_words, short

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ...wire.draft import Draft, Text

    Resolve = Callable[[Value], Text]

_CREDENTIALS = {"token", "client-id", "client-secret"}
"""Kinds of arguments that are credentials."""

_UNSENT = "a-value-of-some-length"


class SetHeader(Sends):
    """Another value for one header."""

    kind = "set_header"

    def words(self) -> str:
        """Return the header as it is sent."""
        return f"{self.name}: {short(str(self.value))}"

    def apply(self, draft: Draft, resolve: Resolve) -> None:
        """Set the header, also one that follows from the body."""
        draft.headers[self.name] = resolve(self.value)


@dataclass(frozen=True)
class DropHeader(Edit):
    """Without one header."""

    kind = "drop_header"
    phrase = "without the header {name}"
    names = ("name",)
    name: str

    def apply(self, draft: Draft, _resolve: Resolve) -> None:
        """Drop the header when the request is finished."""
        draft.dropped.add(self.name.lower())


@dataclass(frozen=True)
class Escapes(Edit):
    """The same arguments, with percent escapes that are spelled in another way and stand for the same text."""

    kind = "escapes"
    spelled: str

    def words(self) -> str:
        """Return how the escapes are spelled."""
        match self.spelled:
            case "lower-case":
                return "percent escapes in small letters"
            case _:
                return "each character of the arguments percent-escaped"

    def apply(self, draft: Draft, _resolve: Resolve) -> None:
        """Have the query string and the form escaped like this."""
        draft.escapes = self.spelled


@dataclass(frozen=True)
class Drop(Edit):
    """Without any credential, wherever the base sends it."""

    kind = "drop"
    phrase = "without any {what}"
    what: str = "credentials"

    def apply(self, draft: Draft, _resolve: Resolve) -> None:
        """Drop every credential."""
        draft.bearer = draft.basic = None
        draft.arguments = [held for held in draft.arguments if draft.kinds.get(held[0]) not in _CREDENTIALS]


@dataclass(frozen=True)
class ChangeBody(Edit):
    """Exact bytes of the body (`text` or `hex`), bytes behind it, or only part of it sent."""

    kind = "body"
    text: str | LikeValue | None = None
    hex: str | None = None
    append: str | None = None
    send: str | None = None

    @classmethod
    def read(cls, value: Any) -> Self:  # noqa: ANN401 - as in `Edit`
        """Return the edit with these parameters; the text may be a class."""
        text = value.get("text")
        return cls(**{**value, "text": LikeValue(**text)} if isinstance(text, dict) else value)

    def words(self) -> str:
        """Return what is sent in place of the body, and how much of it."""
        parts = []
        if self.text is not None:
            parts.append(f"body {in_words(self.text)}")
        if self.hex is not None:
            parts.append(f"body of the bytes {short(self.hex)}")
        if self.append is not None:
            parts.append(f"body followed by {short(self.append)!r}")
        if self.send is not None:
            how = {
                "half": "only half of the body is sent",
                "nothing": "nothing of the body is sent",
                "unfinished-chunks": "body sent in chunks without the last, empty one",
            }[self.send]
            parts.append(f"{how}, then the sending side is closed")
        return ", ".join(parts)

    def apply(self, draft: Draft, _resolve: Resolve) -> None:
        """Make the body exact bytes, with the Content-Type that it had."""
        draft.sent = BodySent(self.send or "whole")
        query = [argument for argument in draft.arguments if argument[2] == "query"]
        if draft.sent is BodySent.NOTHING:
            # Only the length is needed, so no one-shot value is used up for it.
            unsent = [(name, _UNSENT, place) for name, _, place in draft.arguments if place != "query"]
            draft.arguments = [*query, *unsent]
        content_type = draft.media_type
        if self.text is not None:
            body = str(self.text).encode()
        elif self.hex is not None:
            body = bytes.fromhex(self.hex)
        else:
            body = draft.encode_body() or b""
        body += (self.append or "").encode()
        draft.body, draft.content_type, draft.arguments = body, content_type, query


@dataclass(frozen=True)
class Replay(Edit):
    """A complete request as a real client sends it, which replaces the request of the base.

    Values are text or `$name`; `None` is a name without an equals sign. Characters in `safe` are not escaped. Headers
    are the client's, except those that follow from target, credentials and body.
    """

    kind = "replay"
    client: str
    version: str
    verb: str
    headers: tuple[tuple[str, str], ...]
    variant: str = ""
    derived: bool = False
    authorization: str | None = None
    query: tuple[tuple[str, str | None], ...] = ()
    form: tuple[tuple[str, str | None], ...] = ()
    json: str | None = None
    safe: str = ""
    unlike: tuple[str, ...] = ()
    """The differences from the base, as phrases."""

    @classmethod
    def read(cls, value: Any) -> Self:  # noqa: ANN401 - as in `Edit`
        """Return the replay of a recorded request, in the form of `fixtures/clients/`."""
        given = {field.name: value[field.name] for field in fields(cls) if field.name in value}
        headers = tuple((name, text) for name, text in value["headers"])
        places = {place: _pairs(value.get(place, ())) for place in ("query", "form")}
        return cls(**{**given, **places, "headers": headers})

    @property
    def data(self) -> object:
        """The client; results files do not repeat the request."""
        return {"client": self.client, "version": self.version}

    def words(self) -> str:
        """Return the client, and in what it differs from the base."""
        variant = f" ({self.variant})" if self.variant else ""
        sends = "should send it, by its source" if self.derived else "sends it"
        differences = f", unlike the base: {'; '.join(self.unlike)}" if self.unlike else ""
        return f"as {self.client} {self.version}{variant} {sends}{differences}"

    def apply(self, draft: Draft, resolve: Resolve) -> None:
        """Replace everything but the address."""
        draft.verb, draft.safe = self.verb, self.safe
        draft.dropped = {"user-agent"} - {name.lower() for name, _ in self.headers}
        draft.headers = dict(self.headers)
        draft.bearer = resolve("$token") if self.authorization == "bearer" else None
        basic = self.authorization == "basic"
        draft.basic = (resolve("$client_id"), resolve("$client_secret")) if basic else None
        draft.content_type, draft.body = None, None if self.json is None else self.json.encode()
        draft.arguments = [
            (name, None if text is None else resolve(text), place)
            for place, pairs in (("query", self.query), ("form", self.form))
            for name, text in pairs
        ]

    @property
    def values(self) -> tuple[Value, ...]:
        """The values of the query string and the form."""
        return tuple(text for _, text in (*self.query, *self.form) if text is not None)

    def is_about(self, argument: str, _reference: str) -> bool:
        """Whether the client sends the argument."""
        return any(name == argument for name, _ in (*self.query, *self.form))


KINDS: Final[tuple[type[Edit], ...]] = (SetHeader, DropHeader, Escapes, Drop, ChangeBody, Replay)
"""The classes of this module."""


def _pairs(entries: Iterable[list[str]]) -> tuple[tuple[str, str | None], ...]:
    return tuple((name, value[0] if value else None) for name, *value in entries)
