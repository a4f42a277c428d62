"""A mutable request under composition: arguments and where they travel, credentials, headers, body."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import quote_plus

from urllib3.filepost import encode_multipart_formdata

from .request import BodySent, Request

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

USER_AGENT = "slack-conformance"
"""The User-Agent of examples; a run draws one of `USER_AGENTS` for each base, since a target must not know us by it."""

USER_AGENTS = (
    "curl/8.5.0",
    "Go-http-client/1.1",
    "python-requests/2.32.3",
    "okhttp/4.12.0",
    "axios/1.7.7",
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
)
FORM = "application/x-www-form-urlencoded"
_BOUNDARY = "slack-conformance-boundary"
_ESCAPE = re.compile("%[0-9A-F]{2}")

Pairs = list[tuple[str, str | None]]
"""Names and values; `None` is a name without an equals sign, as one client sends it."""

Text: TypeAlias = "str | Callable[[], str]"
"""A text or a callable that returns it. A value of a world is taken only when the request is finished and only if the
request carries it: an edit may have replaced or dropped it, and one-shot values are scarce."""


@dataclass
class Draft:
    """The request of a base, which an edit changes in place.

    An argument is name, value and place (query, form, multipart or json); `kinds` maps names to documented kinds.
    """

    verb: str
    kinds: Mapping[str, str] = field(default_factory=dict)
    arguments: list[tuple[str, Text | None, str]] = field(default_factory=list, repr=False)
    bearer: Text | None = field(default=None, repr=False)
    basic: tuple[Text, Text] | None = field(default=None, repr=False)
    content_type: str | None = None
    body: bytes | None = field(default=None, repr=False)
    headers: dict[str, Text] = field(default_factory=dict, repr=False)
    dropped: set[str] = field(default_factory=set)
    sent: BodySent = BodySent.WHOLE
    safe: str = ""
    in_array: set[str] = field(default_factory=set)
    """Arguments of a JSON body whose value is the only element of an array."""
    escapes: str = ""
    """How percent escapes are spelled: `lower-case`, `throughout`, or as usual."""
    agent: str = USER_AGENT

    def at(self, place: str) -> Pairs:
        """Return the arguments in this place, in order."""
        held = [(name, value) for name, value, where in self.arguments if where == place]
        return [(name, None if value is None else text_of(value)) for name, value in held]

    @property
    def media_type(self) -> str | None:
        """The Content-Type that matches the body."""
        place = self._place_in_body()
        if place is None or self.content_type:
            return self.content_type
        return _ENCODINGS[place]([], self.safe, "")[1]

    def encode_body(self) -> bytes | None:
        """Return the body for the verb and arguments."""
        place = self._place_in_body()
        if place == "json":
            held = {name: [value] if name in self.in_array else value for name, value in self.at(place)}
            return json.dumps(held).encode()
        if place is not None:
            return _ENCODINGS[place](self.at(place), self.safe, self.escapes)[0]
        return b"" if self.body is None and self.verb not in {"GET", "HEAD"} else self.body

    def _place_in_body(self) -> str | None:
        """Return the place of the body arguments (form, multipart or json), or `None` if there are none."""
        return next((where for _, _, where in self.arguments if where != "query"), None) if self.body is None else None

    def finish(self, url: str) -> Request:
        """Return an immutable request to this URL; later changes to the draft do not affect it."""
        query = self.at("query")
        if query:
            url += "?" + form_text(query, self.safe, self.escapes)
        body, content_type = self.encode_body(), self.media_type
        headers = {"User-Agent": self.agent}
        if self.bearer is not None:
            headers["Authorization"] = f"Bearer {text_of(self.bearer)}"
        if self.basic is not None:
            pair = ":".join(text_of(half) for half in self.basic)
            headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
        if content_type is not None:
            headers["Content-Type"] = content_type
        for name, value in self.headers.items():
            headers = {key: kept for key, kept in headers.items() if key.lower() != name.lower()}
            headers[name] = text_of(value)
        if self.sent is BodySent.UNFINISHED_CHUNKS:
            headers["Transfer-Encoding"] = "chunked"
        elif body is not None:
            headers["Content-Length"] = str(len(body))
        kept = tuple((name, value) for name, value in headers.items() if name.lower() not in self.dropped)
        return Request(self.verb, url, kept, body, self.sent)


def text_of(value: Text) -> str:
    """Return the text, calling it if it is a callable."""
    return value if isinstance(value, str) else value()


def form_text(pairs: Pairs, safe: str = "", escapes: str = "") -> str:
    """Encode pairs as a form or query string; characters in `safe` are not escaped, `escapes` is as in a draft."""

    def quoted(text: str) -> str:
        if escapes == "throughout":
            return "".join(f"%{byte:02X}" for byte in text.encode())
        usual = quote_plus(text, safe=safe)
        return _ESCAPE.sub(lambda found: found[0].lower(), usual) if escapes == "lower-case" else usual

    return "&".join(quoted(name) + ("" if value is None else f"={quoted(value)}") for name, value in pairs)


def _form(pairs: Pairs, safe: str, escapes: str) -> tuple[bytes, str]:
    return form_text(pairs, safe, escapes).encode(), FORM


def _multipart(pairs: Pairs, _safe: str, _escapes: str) -> tuple[bytes, str]:
    return encode_multipart_formdata([(name, value or "") for name, value in pairs], boundary=_BOUNDARY)


def _json(pairs: Pairs, _safe: str, _escapes: str) -> tuple[bytes, str]:
    return json.dumps(dict(pairs)).encode(), "application/json; charset=utf-8"


_ENCODINGS: dict[str, Callable[[Pairs, str, str], tuple[bytes, str]]] = {
    "form": _form,
    "multipart": _multipart,
    "json": _json,
}
