"""The strict parser: turns the bytes received into an `Answer`, or into the reason why it is unusable.

A client library forgives what a protocol test must not: bytes after the end, duplicate JSON keys, a body that is cut.
So the bytes are parsed here a second time, by h11 and by a JSON decoder that rejects everything two parsers might read
differently. The parser never raises for what a target sends: each defect is an `Answer` with a `Flaw`, and the judge
decides what the flaw means.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

import h11

from ..catalog.model import GATEWAY, OK
from .by_name import by_name
from .document import read_document, read_object
from .flaws import Flaw, Unusable

if TYPE_CHECKING:
    from collections.abc import Iterator

BODY_CAP = 1_000_000
"""Maximum size of a body in bytes, as sent and when decompressed; documented answers are far smaller."""

HEADER_CAP = 65_536
"""Maximum size of the status line and headers in bytes."""


GZIP_MEMBERS = 8
"""Maximum number of gzip members in one body; usually there is one."""

MOST_CODINGS = 4
"""Maximum number of codings in Content-Encoding, `identity` not counted; usually there is one."""

CODE_CAP = 200
"""Length in characters to which an error code is cut for reports; documented codes are far shorter."""


LOCATION_CAP = 120
"""Length in characters to which the target of a redirect is cut in messages."""

MOST_HEADERS = 100
"""Maximum number of headers; the client library refuses to read more."""

TIME_IS_UP = "no complete answer within the time limit"
"""The reason for a missing or incomplete answer when the time limit of the exchange is over."""

NO_ANSWER = "no-answer"
UNREADABLE = "unreadable"

_REDIRECTS = {301, 302, 303, 307, 308}
_STATUSES = range(100, 600)
_CODINGS = {"gzip", "x-gzip", "deflate"}
_ZERO = re.compile(r"q\s*=\s*0(\.0*)?")
_IN_A_LOCATION = "!#$%&'()*+,/:;=?@[]~"
"""Characters of a Location that stay as they are beside letters and digits; all others become percent escapes."""

_QUOTED_BYTES = re.compile(r":? *\(?(?:bytearray\()?b['\"].*", re.DOTALL)
"""The part of a parser message that quotes the answer. It is dropped: the exchange shows the same bytes, redacted."""


@dataclass(frozen=True)
class Answer:
    """One answer, parsed as far as possible; `flaw` is `None` if the answer is usable."""

    status: int | None = None
    reason: str = field(default="", repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: bytes = field(default=b"", repr=False)
    document: dict[str, Any] = field(default_factory=dict, repr=False)
    flaw: Flaw | None = None
    why: str = ""

    @cached_property
    def outcome(self) -> str:
        """`ok`, an error code, `no-answer`, or `unreadable`."""
        if self.flaw is not None:
            return NO_ANSWER if self.flaw is Flaw.NOTHING else UNREADABLE
        if self.document["ok"]:
            return OK
        code = str(self.document["error"])
        if code in {OK, NO_ANSWER, UNREADABLE} or code.startswith(GATEWAY):
            # An error code that equals one of our own outcomes must not be mistaken for it.
            return f"error:{code[:CODE_CAP]}"
        return code if len(code) <= CODE_CAP else f"{code[:CODE_CAP]}…"

    @property
    def usable(self) -> bool:
        """Whether the answer has the documented form, `ok` included."""
        return self.flaw is None

    @property
    def foreign(self) -> bool:
        """Whether the answer is complete but has no `ok`, as when a gateway answers instead of the method."""
        return self.flaw in {Flaw.JSON, Flaw.SHAPE} and not self._says_ok

    @property
    def garbled(self) -> bool:
        """Whether the answer mentions `ok`, so comes from the method, but does not have the documented form."""
        return self.flaw in {Flaw.JSON, Flaw.SHAPE} and self._says_ok

    @property
    def timed_out(self) -> bool:
        """Whether the exchange was incomplete when its time limit was over."""
        return self.flaw is not None and TIME_IS_UP in self.why

    @property
    def text(self) -> str:
        """The body as text, decompressed; empty if it cannot be decompressed."""
        try:
            return self.plain.decode("utf-8", "replace")
        except Unusable:
            return ""

    @property
    def plain(self) -> bytes:
        """The body, decompressed. Raises `Unusable` if it cannot be decompressed."""
        return _decoded(self.headers, self.body)

    @property
    def redirect(self) -> str:
        """Where a redirect leads, possibly a relative reference, without its query; empty if this is not a redirect.

        The query is dropped, since a target may repeat there what it was sent.
        """
        return _redirect(self.headers) if self.status in _REDIRECTS else ""

    def redirect_from(self, url: str) -> str:
        """Return `redirect` as an absolute URL, for an answer to a request to this one; empty if it has none."""
        try:
            return urljoin(url, self.redirect) if self.redirect else ""
        except ValueError:  # what is hidden in it leaves no valid host
            return ""

    @property
    def _says_ok(self) -> bool:
        return b'"ok"' in self.plain

    def header(self, name: str) -> str | None:
        """Return the value of the first header with this name (case-insensitive), or `None`."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


def read_answer(received: bytes, verb: str = "GET", interrupted: str = "", accepted: str = "") -> Answer:
    """Parse the bytes received for a request with this verb.

    `interrupted` is the reason, as a phrase, why reading stopped early; empty if the target closed the connection.
    `accepted` is the request's Accept-Encoding.
    """
    if not received:
        return Answer(flaw=Flaw.NOTHING, why=interrupted or "the connection was closed without an answer")
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    reason, body = "", b""
    if interrupted:
        received = received[: 2 * HEADER_CAP]
    try:
        status, reason, headers, body = _framed(received, verb, interrupted)
        _check_codings(headers, accepted)
        document = read_document(_decoded(headers, body))
    except Unusable as error:
        why = f"{_redirect_in_words(headers)}: {error}" if status in _REDIRECTS else str(error)
        return Answer(status, reason, headers, body, flaw=error.flaw, why=why)
    return Answer(status, reason, headers, body, document)


def _framed(received: bytes, verb: str, interrupted: str) -> tuple[int, str, tuple[tuple[str, str], ...], bytes]:
    """Parse status line, headers and body per RFC 9112. Raises `Unusable` if bytes are missing or left over."""
    connection = h11.Connection(h11.CLIENT, max_incomplete_event_size=HEADER_CAP)
    connection.send(h11.Request(method=verb, target="/", headers=[("Host", "-")]))
    connection.send(h11.EndOfMessage())
    body = bytearray()
    head: h11.Response | None = None
    try:
        connection.receive_data(received)
        for event in _events(connection, was_closed=not interrupted):
            match event:
                case h11.InformationalResponse():
                    _check_head(event)
                case h11.Response():
                    _check_head(event)
                    head = event
                case h11.Data():
                    body += event.data
    except h11.RemoteProtocolError as error:
        why = interrupted or f"not valid HTTP/1.1 (RFC 9112): {_QUOTED_BYTES.sub('', str(error))}"
        raise Unusable(Flaw.FRAMING, _with_head(head, why)) from None
    if connection.their_state not in {h11.DONE, h11.MUST_CLOSE, h11.CLOSED} or head is None:
        raise Unusable(Flaw.FRAMING, _with_head(head, interrupted or "the answer ends in the middle"))
    if connection.trailing_data[0]:
        raise Unusable(Flaw.FRAMING, f"{len(connection.trailing_data[0])} bytes follow the end of the answer")
    headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in head.headers.raw_items())
    if len(headers) > MOST_HEADERS:
        raise Unusable(Flaw.SIZE, _with_head(head, f"the answer has more than {MOST_HEADERS} headers"))
    if len(head.reason) + sum(len(name) + len(value) for name, value in headers) > HEADER_CAP:
        raise Unusable(Flaw.SIZE, _with_head(head, f"the status line and headers have more than {HEADER_CAP} bytes"))
    return head.status_code, bytes(head.reason).decode("latin-1"), headers, bytes(body)


def _events(connection: h11.Connection, *, was_closed: bool) -> Iterator[h11.Event]:
    """Yield events until the answer is complete; end of file may complete it only if the target closed."""
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            if not was_closed:
                return
            was_closed = False
            connection.receive_data(b"")
        elif event is h11.PAUSED or isinstance(event, h11.ConnectionClosed):
            return
        else:
            assert isinstance(event, h11.Event)  # noqa: S101 - for the type checker; the sentinels are handled above
            yield event
            if isinstance(event, h11.EndOfMessage):
                return


def _check_head(head: h11.InformationalResponse | h11.Response) -> None:
    """Raise `Unusable` for what h11 lets pass in a status line and headers, though it is not valid in HTTP/1.1."""
    version = head.http_version.decode("ascii")
    if not version.startswith("1."):
        raise Unusable(Flaw.FRAMING, f"the status line says HTTP/{version}, though the request was HTTP/1.1")
    if head.status_code not in _STATUSES:
        raise Unusable(Flaw.FRAMING, f"the status is {head.status_code}, and HTTP has only 100 to 599 (RFC 9110)")
    names = {name for name, _ in head.headers}
    if {b"content-length", b"transfer-encoding"} <= names:
        why = "Content-Length and Transfer-Encoding together, which contradict each other (RFC 9112, section 6.3)"
        raise Unusable(Flaw.FRAMING, f"after status {head.status_code}: {why}")


def _with_head(head: h11.Response | None, why: str) -> str:
    return why if head is None else f"after status {head.status_code}: {why}"


def _redirect(headers: tuple[tuple[str, str], ...]) -> str:
    location = next((value for name, value in headers if name.lower() == "location"), "")
    try:
        parts = urlsplit(location)
        shown = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
    except ValueError:
        return ""
    return quote(by_name(shown), safe=_IN_A_LOCATION)


def _redirect_in_words(headers: tuple[tuple[str, str], ...]) -> str:
    """Return where the redirect leads, in the double quotes by which redaction finds the target's words."""
    place = _redirect(headers)
    place = place if len(place) <= LOCATION_CAP else f"{place[:LOCATION_CAP]}…"
    return f'a redirect to "{place}", which is not followed' if place else "a redirect, which is not followed"


def _codings(headers: tuple[tuple[str, str], ...]) -> list[str]:
    listed = ",".join(value for name, value in headers if name.lower() == "content-encoding")
    return [coding for one in listed.split(",") if (coding := one.strip().lower()) not in {"", "identity"}]


def _check_codings(headers: tuple[tuple[str, str], ...], accepted: str) -> None:
    """Raise `Unusable` if the body has a coding that Accept-Encoding asks for, and that is not known here."""
    entries = (one.partition(";") for one in accepted.lower().split(","))
    asked = {name.strip() for name, _, weight in entries if not _ZERO.fullmatch(weight.strip())}
    for coding in _codings(headers):
        if coding in asked - _CODINGS:
            why = f"Content-Encoding {coding!r}, which was asked for, cannot be read by this suite"
            raise Unusable(Flaw.ASKED_CODING, why)


def _decoded(headers: tuple[tuple[str, str], ...], body: bytes) -> bytes:
    """Undo the codings of Content-Encoding, the last first, each up to `BODY_CAP` bytes. Raises `Unusable`."""
    codings = _codings(headers)
    for coding in codings:
        if coding not in _CODINGS:
            raise Unusable(Flaw.ENCODING, f"Content-Encoding {coding!r} was not asked for")
    if len(codings) > MOST_CODINGS:
        raise Unusable(Flaw.ENCODING, f"Content-Encoding names {len(codings)} codings, more than {MOST_CODINGS}")
    for coding in reversed(codings):
        body = _decompressed(coding, body)
    return body


def _decompressed(coding: str, body: bytes) -> bytes:
    """Return the body without this coding. Raises `Unusable` if it is damaged, or over `BODY_CAP` bytes then."""
    window = zlib.MAX_WBITS | 32
    if coding == "deflate" and not _has_header(body):
        window = -zlib.MAX_WBITS
    plain, waiting = bytearray(), body
    for _ in range(GZIP_MEMBERS):
        inflater = zlib.decompressobj(window)
        try:
            plain += inflater.decompress(waiting, BODY_CAP + 1)
        except zlib.error as error:
            raise Unusable(Flaw.ENCODING, f"the body is not valid {coding}: {error}") from None
        if len(plain) > BODY_CAP:
            raise Unusable(Flaw.SIZE, f"the body is over {BODY_CAP} bytes when decompressed")
        if not inflater.eof:
            raise Unusable(Flaw.ENCODING, f"the {coding} body ends in the middle")
        if not inflater.unused_data:
            return bytes(plain)
        waiting = inflater.unused_data
    raise Unusable(Flaw.ENCODING, f"the {coding} body has more than {GZIP_MEMBERS} members")


def _has_header(body: bytes) -> bool:
    """Whether a body begins like zlib (RFC 1950) or gzip.

    By RFC 9110, `deflate` is zlib; some servers send the same without its header, as every browser takes it.
    """
    first, second = (body[0], body[1]) if len(body) > 1 else (0, 0)
    is_zlib = first & 0x0F == zlib.DEFLATED and (first << 8 | second) % 31 == 0
    return is_zlib or body.startswith(b"\x1f\x8b")


def json_object(answer: Answer) -> dict[str, Any]:
    """Return the JSON object of an answer that need not have an `ok`. Raises `Unusable`."""
    if answer.flaw not in {None, Flaw.SHAPE}:
        raise Unusable(answer.flaw, answer.why)
    return read_object(answer.plain)
