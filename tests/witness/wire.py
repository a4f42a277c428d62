"""From a raw request to a call of a method: everything that is checked before any meaning."""

from __future__ import annotations

import io
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote_plus

from werkzeug.formparser import MultiPartParser
from werkzeug.http import parse_options_header

from .refusal import RefusalError

if TYPE_CHECKING:
    from typing import IO
    from wsgiref.types import WSGIEnvironment

    from .behaviour import Behaviour

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
JSON = "application/json"
TYPES = frozenset({FORM, MULTIPART, JSON, "text/plain"})
CHARSETS = frozenset({"utf-8", "iso-8859-1"})
BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
NAME = re.compile(r"[A-Za-z0-9_]+")

Pairs = list[tuple[str, str]]


@dataclass(slots=True)
class Reading:
    """How a method wants its requests read."""

    json_arguments: bool
    not_json_error: str
    not_object_error: str


@dataclass(slots=True)
class Call:
    """A request whose form is in order, or as much of it as was read so far."""

    verb: str
    authorization: str
    arguments: dict[str, str] = field(default_factory=dict)
    form: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


def read_body(environ: WSGIEnvironment) -> tuple[bytes, bool]:
    """Return the body, and whether all of it arrived."""
    stream: IO[bytes] = environ["wsgi.input"]
    if environ.get("wsgi.input_terminated"):
        try:
            return stream.read(), True
        except (OSError, ValueError):
            return b"", False
    given = environ.get("CONTENT_LENGTH") or "0"
    wanted = int(given) if given.isascii() and given.isdigit() else 0
    body = b""
    try:
        while len(body) < wanted:
            piece = stream.read1(wanted - len(body))  # type: ignore[attr-defined]
            if not piece:
                break
            body += piece
    except OSError:
        pass
    return body, len(body) == wanted


def read_call(environ: WSGIEnvironment, call: Call, reading: Reading, behaviour: Behaviour) -> None:
    """Fill in the call from the request, or refuse it."""
    query = parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True)
    body, whole = read_body(environ)
    form: Pairs = []
    members: Pairs = []
    if call.verb == "POST":
        kind, options = parse_options_header(environ.get("CONTENT_TYPE", ""))
        kind = kind.strip().lower()
        warn(call, kind, options.get("charset"), behaviour)
        if not whole and behaviour.truncation_noticed:
            raise RefusalError("request_timeout")
        if not kind and body and not behaviour.untyped_body_refused:
            kind = FORM
        form, members = read_payload(kind, options, body, reading, has_query=bool(query))
    pairs = query + form
    check_names(pairs + members, behaviour)
    call.form = dict(form)
    call.arguments = dict(pairs + (members if reading.json_arguments else []))


def warn(call: Call, kind: str, charset: str | None, behaviour: Behaviour) -> None:
    """Note the warnings that a content type gets."""
    forms = kind in {FORM, MULTIPART}
    if charset is None and kind in TYPES and (not forms or behaviour.charset_recommended_for_forms):
        call.warnings.append("missing_charset")
    elif charset is not None and forms:
        call.warnings.append("superfluous_charset")


def read_payload(
    kind: str, options: dict[str, str], body: bytes, reading: Reading, *, has_query: bool
) -> tuple[Pairs, Pairs]:
    """Return the arguments in a form, and those in a JSON object."""
    if not kind:
        if body:
            raise RefusalError("missing_post_type")
        return [], []
    if kind not in TYPES:
        raise RefusalError("invalid_post_type")
    charset = options.get("charset", "utf-8").strip().lower()
    if charset not in CHARSETS:
        raise RefusalError("invalid_charset")
    if kind == JSON:
        return [], read_json(body, charset, reading)
    if kind == MULTIPART:
        return read_multipart(body, options.get("boundary", "")), []
    if kind == FORM:
        if not body and not has_query:
            raise RefusalError("invalid_form_data")
        return read_form(body, charset), []
    return [], []


def read_form(body: bytes, charset: str) -> Pairs:
    """Read a urlencoded form, strictly."""
    pairs: Pairs = []
    try:
        text = body.decode(charset)
        for part in filter(None, text.split("&")):
            name, sign, value = part.partition("=")
            if not sign or BROKEN_ESCAPE.search(part):
                raise RefusalError("invalid_form_data")
            pairs.append((unquote_plus(name, charset, "strict"), unquote_plus(value, charset, "strict")))
    except UnicodeDecodeError:
        raise RefusalError("invalid_form_data") from None
    return pairs


def read_multipart(body: bytes, boundary: str) -> Pairs:
    """Read a multipart form, whose file parts are not arguments."""
    if not boundary or not body:
        raise RefusalError("invalid_form_data")
    try:
        fields, _ = MultiPartParser().parse(io.BytesIO(body), boundary.encode(), len(body))
    except (ValueError, LookupError):
        raise RefusalError("invalid_form_data") from None
    return [(name or "", value) for name, value in fields.items(multi=True)]


def read_json(body: bytes, charset: str, reading: Reading) -> Pairs:
    """Read a JSON object into arguments, if the method looks into it at all."""
    try:
        value: object = json.loads(body.decode(charset), parse_constant=refuse_constant)
    except (ValueError, RecursionError):
        raise RefusalError(reading.not_json_error) from None
    if not isinstance(value, dict):
        raise RefusalError(reading.not_object_error)
    pairs: Pairs = []
    if reading.json_arguments:
        for name, member in value.items():
            if isinstance(member, dict | list):
                raise RefusalError("invalid_array_arg")
            if member is not None:
                pairs.append((name, member if isinstance(member, str) else json.dumps(member)))
    return pairs


def refuse_constant(name: str) -> object:
    """Refuse the names of numbers that JSON does not have."""
    raise ValueError(name)


def check_names(pairs: Pairs, behaviour: Behaviour) -> None:
    """Refuse arrays and names out of bounds."""
    for name, _ in pairs:
        if "[" in name:
            if behaviour.arrays_refused:
                raise RefusalError("invalid_array_arg")
            continue
        too_long = behaviour.longest_name is not None and len(name) > behaviour.longest_name
        if too_long or not NAME.fullmatch(name):
            raise RefusalError("invalid_arg_name")
