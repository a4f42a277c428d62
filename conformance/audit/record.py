"""Turns the calls of a client into exchanges of a results file, in which no secret of the client can be read.

The sandbox knows which values it issued: they are shown by their names, such as `$code`. Of all others nobody knows
whether they are secret. So what a client sent is shown only where its form says that it is harmless, and is
`[redacted]` elsewhere.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from ..catalog.values import PUBLIC_VALUES
from ..results.exchange import RecordedAnswer, RecordedExchange, RecordedRequest
from ..results.terms import Role
from ..sandbox.worlds import values_of
from ..wire.by_name import HIDDEN, by_name
from ..wire.redact import Redactor
from .observed import is_nothing

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from ..sandbox.facts import WorldFacts
    from .observed import Observed, Session

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.+/\-]{0,39}(\[[A-Za-z0-9_]{0,20}\])?")
_LONG_RUN = re.compile(r"[A-Za-z0-9]{20,}")
"""What is not a word of any language, and may be a key."""
_SCOPES = re.compile(r"[a-z_.]{1,30}(:[a-z_.]{1,30}){0,2}([\s,;|+]+[a-z_.]{1,30}(:[a-z_.]{1,30}){0,2})*")
_FLAG = re.compile(r"0|1|true|false|yes|no", re.IGNORECASE)
_HARMLESS_HEADERS = frozenset(
    {
        *("accept", "accept-charset", "accept-encoding", "accept-language", "cache-control", "connection"),
        *("content-length", "content-type", "expect", "host", "te", "transfer-encoding", "user-agent"),
    }
)
_HEADER = 200
"""Characters of a header that are shown."""


def secrets_of(session: Session) -> Iterator[tuple[str, str]]:
    """Yield name and value of everything in a run that no report may show."""
    issued = IssuedValues(session.worlds.values(), session.calls)
    yield from issued.pairs()
    for one in session.calls:
        arguments = [*one.call.arguments.items(), *(("token", token) for token in one.tokens)]
        arguments += zip(("client_id", "client_secret"), one.call.basic or (), strict=False)
        yield from ((name, value) for name, value in arguments if issued.argument(name, value) == HIDDEN)


class IssuedValues:
    """The values that the sandbox issued, each with the name under which it is shown."""

    def __init__(self, worlds: Iterable[WorldFacts], calls: Iterable[Observed] = ()) -> None:
        """Take the values of these worlds, and the tokens in the answers to these calls."""
        self._names: dict[str, str] = {}
        for world in worlds:
            for name, value in values_of(world).items():
                for one in value if isinstance(value, list) else [value]:
                    self._names.setdefault(str(one), name)
        for one in calls:
            for name, value in _tokens_in(one.call.reply.document if one.call.reply else None):
                self._names.setdefault(value, name)
        self._redactor = Redactor([(name, value) for value, name in self._names.items() if name not in PUBLIC_VALUES])

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Yield name and value of every secret that was issued."""
        yield from ((name, value) for value, name in self._names.items() if name not in PUBLIC_VALUES)

    def knows(self, value: str) -> bool:
        """Whether the sandbox issued this value."""
        return value in self._names

    def argument(self, name: str, value: str) -> str:
        """Return the value of an argument as it may be shown."""
        if value in self._names and (self._names[value] not in PUBLIC_VALUES or name == self._names[value]):
            known = self._names[value]
            return value if known in PUBLIC_VALUES else f"${known}"
        harmless = {"scopes": _SCOPES, "single_channel": _FLAG}.get(name)
        if is_nothing(value) or (harmless is not None and harmless.fullmatch(value)):
            return value
        return HIDDEN

    def header(self, name: str, value: str, basic: tuple[str, str] | None) -> str:
        """Return the value of a header as it may be shown."""
        if name.lower() == "authorization":
            scheme, _, text = value.partition(" ")
            if basic is not None:
                return f"{scheme} {':'.join(self.argument('', half) for half in basic)}"
            return f"{scheme} {self.argument('', text.strip())}" if scheme.lower() == "bearer" else HIDDEN
        if name.lower() not in _HARMLESS_HEADERS:
            return HIDDEN
        return _LONG_RUN.sub(HIDDEN, self._redactor.header(name, by_name(value)))[:_HEADER]

    def body(self, text: str) -> str:
        """Return the body of an answer without secrets."""
        return self._redactor.body(text)


def shown_name(name: str) -> str:
    """Return the name of an argument or method as it may be shown."""
    plain = _NAME.fullmatch(name) and not _LONG_RUN.search(name) and by_name(name) == name
    return name if plain else f"[a name of {len(name)} characters]"


def shown_call(one: Observed, issued: IssuedValues) -> str:
    """Return a call in one line."""
    authorization = one.call.header("Authorization")
    shown = f"({issued.header('Authorization', authorization, one.call.basic)})" if authorization else ""
    arguments = _arguments(one.call.arguments, issued)
    return " ".join(filter(None, [one.call.verb, shown_name(one.call.method), arguments, shown]))


def recorded(one: Observed, issued: IssuedValues, url: str, documented: Collection[str]) -> RecordedExchange:
    """Return a call with its answer; the bodies of answers are shown of `documented` methods only."""
    call = one.call
    query = _arguments(call.query, issued)
    body, note = _body(one, issued)
    return RecordedExchange(
        role=Role.CLIENT,
        request=RecordedRequest(
            verb=call.verb if call.verb.isalpha() else HIDDEN,
            url=f"{url}{quote(shown_name(call.method), safe='.[]')}{'?' if query else ''}{query}",
            headers=tuple((shown_name(name), issued.header(name, value, call.basic)) for name, value in call.headers),
            body=body,
            raw=False,
            note=note,
        ),
        answer=_answer(one, issued, documented),
        flaw=None,
        problem=None if call.status is not None else "no answer: the connection was closed by an injection",
        ms=round(max(0.0, one.answered_at - call.received_at) * 1000, 2),
    )


def _arguments(arguments: Mapping[str, str], issued: IssuedValues) -> str:
    return "&".join(
        f"{quote(shown_name(name), safe='[] ')}={quote(issued.argument(name, value), safe='$[]:/,. ')}"
        for name, value in arguments.items()
    )


def _body(one: Observed, issued: IssuedValues) -> tuple[str | None, str]:
    """Return the body as it may be shown, and a note about it."""
    call = one.call
    if call.form:
        of_parts = one.content_type is not None and one.content_type.media_type.startswith("multipart/")
        return _arguments(call.form, issued), "a multipart form, shown as a plain one" if of_parts else ""
    if call.json:
        return json.dumps({shown_name(name): issued.argument(name, value) for name, value in call.json.items()}), ""
    return None, "with a body that is not shown" if one.has_body else ""


def _answer(one: Observed, issued: IssuedValues, documented: Collection[str]) -> RecordedAnswer | None:
    reply = one.call.reply
    if reply is None or one.call.status is None:
        return None
    document = reply.document
    if document is not None and one.call.method not in documented:  # others may echo what was sent
        document = {key: value for key, value in document.items() if key in {"ok", "error"}}
    text = (reply.body or b"").decode("utf-8", "replace") if document is None else json.dumps(document)
    return RecordedAnswer(
        status=one.call.status,
        reason="",
        headers=tuple(reply.headers),
        body=issued.body(text),
    )


def _tokens_in(document: object) -> Iterator[tuple[str, str]]:
    """Yield the name and value of each token in an answer."""
    if isinstance(document, dict):
        for name, value in document.items():
            if isinstance(value, str) and name.endswith("token"):
                yield name, value
            yield from _tokens_in(value)
