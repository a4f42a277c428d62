"""Sending: `requests` carries every exchange through an adapter that records the bytes in both directions."""

from __future__ import annotations

import contextlib
import http.client
import logging
import re
import socket
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, NewConnectionError
from urllib3.util import SKIP_HEADER

from .answer import BODY_CAP, HEADER_CAP, TIME_IS_UP, Answer, read_answer
from .flaws import Flaw
from .local_names import LOOPBACK, is_below_localhost
from .tape import NotedSocket, Recorder, Start

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from .request import Request

_CHUNK = 65_536
_LOGGERS = tuple(
    logging.getLogger(name) for name in ("urllib3.connectionpool", "urllib3.connection", "urllib3.response")
)
_INFORMATIONAL = range(100, 200)
_DIGITS = re.compile("[0-9]{1,19}")
"""A length that a computer can count to."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request as sent and its answer as received, byte for byte; `ms` is the duration in milliseconds."""

    request: Request
    sent: bytes = field(repr=False)
    received: bytes = field(repr=False)
    answer: Answer
    ms: float
    reused: bool = False

    @property
    def connected(self) -> bool:
        """Whether a connection was established, TLS included, so that any byte of the request was sent."""
        return bool(self.sent)


@dataclass(frozen=True, slots=True)
class Transport:
    """How to reach a target: time limit per exchange in seconds, trusted CA file, client certificate, proxy."""

    limit_s: float = 10.0
    verify: bool | str = True
    certificate: str | tuple[str, str] | None = None
    proxy: str | None = None


class Sender:
    """Sends requests one at a time and counts them; use it as a context manager, or close it."""

    def __init__(self, transport: Transport | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        """Connect lazily and keep connections alive; `clock` returns seconds and measures the time limit."""
        self.transport = transport or Transport()
        self.count = 0
        self._reuses = True
        self._clock = clock
        self._recorder = Recorder(clock)
        self._session = _Session()
        self._session.trust_env = False
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
        self._session.headers.clear()
        self._session.mount("http://", _NotingAdapter(self._recorder))
        self._session.mount("https://", _NotingAdapter(self._recorder))

    def __enter__(self) -> Self:
        """Return the sender itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close every connection."""
        self.close()

    def close(self) -> None:
        """Close every connection."""
        self._session.close()

    def send(self, request: Request) -> Exchange:
        """Send one request and return the exchange; never raises, whatever the target does."""
        self.count += 1
        if not self._reuses:
            self._session.close()
        with _unlogged():
            return self._exchange(request)

    def send_together(self, requests: Sequence[Request]) -> list[Exchange]:
        """Send requests at the same time, each on a connection of its own, and return the exchanges; never raises.

        First all but the last byte of each is sent, then the last bytes at once. If not all connections have got that
        far within half of the time limit, no request is completed.
        """
        self.count += len(requests)
        start = Start(len(requests), self.transport.limit_s / 2)

        def exchange(request: Request) -> Exchange:
            with Sender(self.transport, self._clock) as sender:
                return sender._exchange(request, start)

        with _unlogged(), ThreadPoolExecutor(len(requests)) as pool:
            return list(pool.map(exchange, requests))

    def _exchange(self, request: Request, start: Start | None = None) -> Exchange:
        tape = self._recorder.begin(request, self.transport.limit_s, BODY_CAP + HEADER_CAP, start)
        begun = time.perf_counter()
        failure = given_up = ""
        try:
            with self._session.send(_prepared(request), **self._options()) as response:
                _drain(response)
        except (requests.RequestException, HTTPError, http.client.HTTPException, OSError, ValueError) as error:
            failure, given_up = _in_words(error), _given_up(error)
            if tape.start is not None:
                tape.start.cancel()
        ms = (time.perf_counter() - begun) * 1000
        interrupted = tape.interrupted or given_up or (failure if not tape.received else "")
        accepted = request.header("Accept-Encoding") or ""
        answer = read_answer(bytes(tape.received), request.verb, interrupted, accepted)
        if request.malformed_framing or answer.flaw in {Flaw.FRAMING, Flaw.NOTHING, Flaw.SIZE}:
            self._session.close()
        if tape.reused and answer.flaw is Flaw.NOTHING:
            # This target drops kept-alive connections, as it may: from now on use a new connection for each request.
            self._reuses = False
        return Exchange(request, bytes(tape.sent), bytes(tape.received), answer, ms, tape.reused)

    def _options(self) -> dict[str, Any]:
        way = self.transport
        proxies = {"http": way.proxy, "https": way.proxy} if way.proxy else {}
        return {
            "allow_redirects": False,
            "stream": True,
            "timeout": (way.limit_s, None),
            "verify": way.verify,
            "cert": way.certificate,
            "proxies": proxies,
        }


def _root(error: BaseException) -> BaseException:
    while isinstance(deeper := getattr(error, "reason", None) or error.__cause__ or error.__context__, BaseException):
        error = deeper
    return error


def _given_up(error: Exception) -> str:
    """Return which limit of the client library stopped the reading; empty if none did."""
    match _root(error):
        case http.client.LineTooLong():
            return "a line of the answer's head is over 65536 bytes long"
        case http.client.HTTPException() as cause if "headers" in str(cause):
            return "the answer has more than 100 headers"
        case _:
            return ""


class _Session(requests.Session):
    """A session that never resolves redirects: a redirect is an answer like any other."""

    def resolve_redirects(self, *_: object, **__: object) -> Iterator[requests.Response]:
        return iter(())


def _drain(response: requests.Response) -> None:
    """Read the answer to its end, onto the tape; not decompressed, since a bomb would go off in memory."""
    for _ in response.raw.stream(_CHUNK, decode_content=False):
        pass


def _prepared(request: Request) -> requests.PreparedRequest:
    """Return a `PreparedRequest` to which `requests` adds nothing and in which it corrects nothing."""
    prepared = requests.PreparedRequest()
    prepared.method, prepared.url, prepared.body = request.verb, request.url, request.body
    named = (("Host", request.host),) if request.named_host else ()
    headers = CaseInsensitiveDict((*named, *request.headers))
    for name in ("User-Agent", "Accept-Encoding"):
        headers.setdefault(name, SKIP_HEADER)
    prepared.headers = headers
    prepared.hooks = {"response": []}
    return prepared


def _in_words(error: Exception) -> str:
    """Describe why there was no answer, without object addresses or anything that was sent."""
    cause = _root(error)
    match cause:
        case ConnectionRefusedError():
            return "the connection was refused: nothing listens there"
        case http.client.RemoteDisconnected():
            return "the connection was closed without an answer"
        case ConnectionResetError() | BrokenPipeError():
            return "the connection was reset"
        case TimeoutError():
            return TIME_IS_UP
        case _:
            return _of_the_system(cause)


def _of_the_system(cause: BaseException) -> str:
    """Return the system's own words, without number and path; the name of an exception that has none."""
    if isinstance(cause, socket.gaierror):
        return "the name of the host is not known"
    if isinstance(cause, ssl.SSLError):
        reason = (cause.reason or type(cause).__name__).replace("_", " ").lower()
        more = getattr(cause, "verify_message", "")
        return f"TLS failed: {reason}{f' ({more})' if more else ''}"
    words = getattr(cause, "strerror", None)
    return f"{words[:1].lower()}{words[1:]}" if words else type(cause).__name__


@contextlib.contextmanager
def _unlogged() -> Iterator[None]:
    """Silence the client library's log, which would contain URLs as sent, secrets included."""
    before = [logger.disabled for logger in _LOGGERS]
    for logger in _LOGGERS:
        logger.disabled = True
    try:
        yield
    finally:
        for logger, disabled in zip(_LOGGERS, before, strict=True):
            logger.disabled = disabled


class _Response(http.client.HTTPResponse):
    """A response after any number of interim (1xx) ones; the library itself skips only `100`.

    Its Content-Length may be a list of equal values (RFC 9110, section 8.6), which the library does not understand.
    """

    def begin(self) -> None:
        """Read the head. Raises `HTTPException` if it does not say where the body ends.

        The library would read until the connection is closed; the strict parser rejects the answer by its head alone.
        """
        super().begin()
        if self.chunked:
            return
        values = [one.strip() for value in self.headers.get_all("Content-Length", ()) for one in value.split(",")]
        if "Transfer-Encoding" in self.headers or len(set(values)) > 1:
            raise http.client.HTTPException("no single end of the body")
        if not values:
            return
        if not _DIGITS.fullmatch(values[0]):
            raise http.client.HTTPException("the length is not a number")
        if self.length is None:
            self.length = int(values[0])
            self.will_close = self._check_close()  # type: ignore[attr-defined]  # typeshed leaves it out

    def _read_status(self) -> tuple[str, int, str]:
        while True:
            version, status, reason = super()._read_status()  # type: ignore[misc]  # typeshed leaves it out
            if status not in _INFORMATIONAL or status == http.HTTPStatus.SWITCHING_PROTOCOLS:
                return version, status, reason
            http.client.parse_headers(self.fp)


class _NotingAdapter(HTTPAdapter):
    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        super().__init__()

    def init_poolmanager(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - passed on as they come
        super().init_poolmanager(*args, **options)
        manager: PoolManager = self.poolmanager
        manager.pool_classes_by_scheme = _noting_pools(self._recorder)

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:  # noqa: ANN401 - as in requests
        manager = super().proxy_manager_for(proxy, **options)
        manager.pool_classes_by_scheme = _noting_pools(self._recorder)
        return manager


def _noting_pools(recorder: Recorder) -> dict[str, type[HTTPConnectionPool]]:
    """Return connection pools whose connections record what passes through their sockets."""

    class NotingHTTPConnection(HTTPConnection):
        response_class = _Response

        def connect(self) -> None:
            super().connect()
            self.sock: Any = NotedSocket(self.sock, recorder)

        def _new_conn(self) -> socket.socket:
            named = self._dns_host
            if not is_below_localhost(named):
                return super()._new_conn()
            try:
                for address in LOOPBACK[:-1]:
                    self._dns_host = address
                    with contextlib.suppress(NewConnectionError):
                        return super()._new_conn()
                self._dns_host = LOOPBACK[-1]
                return super()._new_conn()
            finally:
                self._dns_host = named  # TLS asks for this name

        def putrequest(self, method: str, url: str, *options: Any, **more: Any) -> None:  # noqa: ANN401 - passed on
            # The pool has written each percent escape of the target in capitals.
            origin = "" if url.startswith("/") else "{}://{}".format(*urlsplit(url)[:2])
            super().putrequest(method, origin + recorder.tape.target, *options, **more)

    class NotingHTTPSConnection(NotingHTTPConnection, HTTPSConnection):
        pass

    class NotingHTTPPool(HTTPConnectionPool):
        ConnectionCls = NotingHTTPConnection

    class NotingHTTPSPool(HTTPSConnectionPool):
        ConnectionCls = NotingHTTPSConnection

    return {"http": NotingHTTPPool, "https": NotingHTTPSPool}
