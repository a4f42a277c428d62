"""A received request, and parsing it into what a method sees: arguments, credentials, and faults of the body."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from . import forms

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


PREFIX = "/api/"
URLENCODED, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
FORMS = (URLENCODED, MULTIPART)
JSON, TEXT = "application/json", "text/plain"
MEDIA_TYPES = (JSON, *FORMS, TEXT)
CHARSETS = ("utf-8", "iso-8859-1")


@dataclass(frozen=True, slots=True)
class Received:
    """One request: verb, target and headers as sent, and as much of the body as arrived."""

    verb: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    complete: bool = True
    """Whether the whole announced body arrived."""

    def header(self, name: str) -> str | None:
        """Return the value of the first header with this name (case-insensitive), or `None`."""
        name = name.lower()
        return next((value for key, value in self.headers if key.lower() == name), None)

    @property
    def path(self) -> str:
        """The request target without its query string."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """The query string, as sent."""
        return self.target.partition("?")[2].partition("#")[0]


class BodyFault(StrEnum):
    """What can be wrong with the body of a POST, in the order in which it is checked.

    Each one is the condition `body.<value>`, to which the pages give a code.
    """

    CUT = "cut"
    UNFINISHED_CHUNKS = "unfinished-chunks"
    WITHOUT_TYPE = "without-type"
    UNKNOWN_TYPE = "unknown-type"
    UNKNOWN_CHARSET = "unknown-charset"
    EMPTY_FORM = "empty-form"
    BROKEN_FORM = "broken-form"
    BARE_NAME = "bare-name"
    JSON_AS_FORM = "json-as-form"
    BROKEN_JSON = "broken-json"
    JSON_NOT_OBJECT = "json-not-object"


@dataclass(frozen=True, slots=True)
class ParsingHabits:
    """How a target parses a body where the pages leave that open."""

    literal_names: bool = False
    """Whether media types and charsets are case-sensitive and must not be quoted."""
    lenient_escapes: bool = False
    """Whether a percent sign without two hexadecimal digits is taken literally."""
    lenient_boundaries: bool = False
    """Whether text before the first boundary is skipped, even if that is the whole body."""
    lenient_unicode: bool = False
    """Whether undecodable bytes in JSON become U+FFFD instead of an error."""
    text_as_form: bool = False
    """Whether plain text with an equals sign is parsed as a form."""


USUAL = ParsingHabits()


@dataclass(frozen=True, slots=True)
class Call:
    """A request as a method sees it."""

    method: str
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    bearer: str | None = None
    basic: tuple[str, str] | None = None
    faults: frozenset[BodyFault] = frozenset()
    media_type: str | None = None
    """The media type of a POST, from its Content-Type."""
    charset: str | None = None
    """The charset of a POST, from its Content-Type."""
    json: Mapping[str, str] | None = None
    """The content of a JSON body; methods that accept no JSON arguments ignore it."""

    @property
    def arguments(self) -> dict[str, str]:
        """All arguments; those in the body take precedence over the query string."""
        return {**self.query, **self.form}

    @property
    def token(self) -> str | None:
        """The token in the header or in a POST argument; a token in the query string is ignored."""
        return self.bearer or self.form.get("token") or None

    @property
    def warnings(self) -> tuple[str, ...]:
        """The conditions to warn of, to which the pages give a name."""
        return tuple(condition for condition, holds in WARNINGS.items() if holds(self))

    def client(self, name: str, *, first: bool) -> str | None:
        """Return the client's id (`first`) or secret, from Basic credentials if present, else from this argument."""
        if self.basic is not None:
            return self.basic[0 if first else 1] or None
        return self.arguments.get(name) or None


WARNINGS: dict[str, Callable[[Call], bool]] = {
    "charset.superfluous": lambda call: call.media_type in FORMS and call.charset in CHARSETS,
    "charset.missing": lambda call: call.media_type in {JSON, TEXT} and call.charset is None,
}
"""What a target warns of, by condition."""


@dataclass(frozen=True, slots=True)
class ContentType:
    """A parsed Content-Type header."""

    media_type: str
    parameters: Mapping[str, str]

    @classmethod
    def of(cls, value: str, *, literal: bool = False) -> ContentType:
        """Parse the header's value; of repeated parameters the first counts.

        Type and charset are lowercased and unquoted, unless `literal`.
        """
        media_type, *pieces = value.split(";")
        parameters: dict[str, str] = {}
        for piece in pieces:
            name, _, text = piece.partition("=")
            name, text = name.strip().lower(), text.strip()
            if name != "charset":
                text = text.strip('"')
            elif not literal:
                text = text.strip('"').lower()
            parameters.setdefault(name, text)
        media_type = media_type.strip()
        return cls(media_type if literal else media_type.lower(), parameters)

    @property
    def charset(self) -> str | None:
        """The `charset` parameter, or `None`."""
        return self.parameters.get("charset")


@dataclass(slots=True)
class _Body:
    """The result of parsing a body so far."""

    media_type: str | None = None
    charset: str | None = None
    form: Mapping[str, str] = field(default_factory=dict)
    json: Mapping[str, str] | None = None
    faults: set[BodyFault] = field(default_factory=set)


def understand(request: Received, habits: ParsingHabits = USUAL) -> Call:
    """Parse a request; every verb except POST is treated like GET, without a body."""
    bearer, basic = _authorization(request.header("Authorization"))
    body = _body(request, habits) if request.verb == "POST" else _Body()
    return Call(
        method=request.path.removeprefix(PREFIX),
        query=dict(forms.query(request.query)),
        form=body.form,
        bearer=bearer,
        basic=basic,
        faults=frozenset(body.faults),
        media_type=body.media_type,
        charset=body.charset,
        json=body.json,
    )


def _body(request: Received, habits: ParsingHabits) -> _Body:
    """Parse the body according to its Content-Type and collect the faults of both."""
    header = (request.header("Content-Type") or "").strip()
    chunked = request.header("Transfer-Encoding") is not None
    faults = set() if request.complete else {BodyFault.UNFINISHED_CHUNKS if chunked else BodyFault.CUT}
    if not header:
        return _Body(faults=faults | ({BodyFault.WITHOUT_TYPE} if request.body else set()))
    content_type = ContentType.of(header, literal=habits.literal_names)
    if content_type.media_type not in MEDIA_TYPES:
        return _Body(content_type.media_type, content_type.charset, faults=faults | {BodyFault.UNKNOWN_TYPE})
    charset = content_type.charset
    if charset is not None and charset not in CHARSETS:
        faults.add(BodyFault.UNKNOWN_CHARSET)
    body = _Body(content_type.media_type, charset, faults=faults)
    if not faults:
        _read(request.body, content_type, body, habits)
    return body


def _read(content: bytes, content_type: ContentType, body: _Body, habits: ParsingHabits) -> None:
    charset = content_type.charset or "utf-8"
    try:
        match content_type.media_type:
            case "application/x-www-form-urlencoded":
                _read_form(content, charset, body, habits)
            case "multipart/form-data":
                lenient = habits.lenient_boundaries
                body.form = dict(
                    forms.multipart(content, content_type.parameters.get("boundary"), charset, lenient=lenient)
                )
            case "text/plain" if habits.text_as_form and b"=" in content:
                body.form = dict(forms.urlencoded(content, charset, lenient=True))
            case "application/json":
                errors = "replace" if habits.lenient_unicode else "strict"
                _read_json(content.decode(charset, errors), body)
    except forms.FormError:
        body.faults.add(BodyFault.BROKEN_FORM)
    except (ValueError, RecursionError):
        body.faults.add(BodyFault.BROKEN_JSON)


def _read_form(content: bytes, charset: str, body: _Body, habits: ParsingHabits) -> None:
    if not content:
        body.faults.add(BodyFault.EMPTY_FORM)
    if _is_json(content):
        body.faults.add(BodyFault.JSON_AS_FORM)
        return
    body.form = dict(forms.urlencoded(content, charset, lenient=habits.lenient_escapes))
    if forms.has_bare_name(content):
        body.faults.add(BodyFault.BARE_NAME)


def _read_json(content: str, body: _Body) -> None:
    value = json.loads(content)
    if isinstance(value, dict):
        body.json = {name: item if isinstance(item, str) else json.dumps(item) for name, item in value.items()}
    else:
        body.faults.add(BodyFault.JSON_NOT_OBJECT)


def _is_json(content: bytes) -> bool:
    """Return whether a body is a JSON object or array, and so not a form."""
    if content[:1] not in {b"{", b"["}:
        return False
    try:
        json.loads(content)
    except (ValueError, RecursionError):
        return False
    return True


def _authorization(header: str | None) -> tuple[str | None, tuple[str, str] | None]:
    """Return the bearer token and the Basic credentials; at most one of them is not `None`."""
    scheme, _, rest = (header or "").strip().partition(" ")
    match scheme.lower():
        case "bearer":
            return rest.strip() or None, None
        case "basic":
            try:
                name, _, password = base64.b64decode(rest.strip(), validate=True).decode("utf-8").partition(":")
            except ValueError:  # not ASCII, not base64, or not UTF-8 inside
                return None, None
            return None, (name, password)
        case _:
            return None, None
