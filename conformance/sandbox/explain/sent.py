"""A request in parts that can be changed one by one, and its forms on the wire and in a shell.

Headers that no check looks at, such as User-Agent, are left out. A curl line consists of printable ASCII: values are
percent-encoded, and a multipart form that has others in it becomes an ordinary one.
"""

from __future__ import annotations

import base64
import json
import re
import shlex
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from .. import forms
from ..intake import FORMS, MULTIPART, PREFIX, URLENCODED, ContentType, Received

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..intake import Call

_BOUNDARY = "part-of-a-form"
_PART = re.compile(rb'name="([^"\r\n]*)"[^\r\n]*(?:\r\n[^\r\n]+)*\r\n\r\n(.*?)(?=\r\n--|\Z)', re.DOTALL | re.IGNORECASE)
LONGEST_TEXT = 10_000


@dataclass(frozen=True, slots=True)
class SentRequest:
    """A request in parts; every change returns a new one."""

    method: str
    verb: str = "POST"
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    media_type: str | None = None
    charset: str | None = None
    text: str = ""
    """A body that is not a form, if it is printable."""
    bearer: str | None = None
    basic: tuple[str, str] | None = None
    unread: Mapping[str, str] = field(default_factory=dict)
    """Arguments in a body that was not read as a form: in JSON, in a broken form, or in the body of a GET."""

    @classmethod
    def of(cls, request: Received, call: Call) -> SentRequest:
        """Take a request apart, as it was received and as it was understood."""
        content_type = ContentType.of(request.header("Content-Type") or "")
        text = request.body.decode("utf-8", "replace")
        posted = request.verb == "POST"
        return cls(
            method=call.method,
            verb=request.verb,
            query=call.query,
            form=call.form,
            media_type=content_type.media_type or None if posted else None,
            charset=content_type.charset if posted else None,
            text=text if posted and text.isascii() and text.isprintable() and len(text) < LONGEST_TEXT else "",
            bearer=call.bearer,
            basic=call.basic,
            unread={} if call.form else salvaged(request.body),
        )

    @property
    def arguments(self) -> dict[str, str]:
        """All arguments that are read."""
        return {**self.query, **self.form}

    def where(self) -> str:
        """Return the field that a further argument belongs to: `query` or `form`."""
        return "query" if self.verb != "POST" or (self.query and not self.form) else "form"

    def having(self, **arguments: str | None) -> SentRequest:
        """Return it with these arguments, each where it was sent or where the others are; `None` leaves one out."""
        query, form = dict(self.query), dict(self.form)
        for name, value in arguments.items():
            places = [place for place in (query, form) if name in place]
            for place in places or [query if self.where() == "query" else form]:
                place.pop(name, None) if value is None else place.update({name: value})
        changed = replace(self, query=query, form=form)
        return changed.as_form() if form and self.media_type not in FORMS else changed

    def as_form(self) -> SentRequest:
        """Return it with everything in the body as an ordinary form, or without a body if there is nothing in it."""
        return replace(self, media_type=URLENCODED if self.form else None, charset=None, text="")

    def reading(self, names: frozenset[str]) -> SentRequest:
        """Return it with those of the unread arguments that have these names in a form that is read."""
        found = {name: value for name, value in self.unread.items() if name in names and name not in self.arguments}
        verb = "POST" if found else self.verb
        return replace(self, verb=verb, form={**self.form, **found}, unread={}).as_form()

    def with_token(self, token: str | None) -> SentRequest:
        """Return it with this token where its own was, usually in the header; without any for `None`."""
        in_form = token is not None and "token" in self.form and not self.bearer
        form = {name: value for name, value in self.form.items() if name != "token"}
        query = {name: value for name, value in self.query.items() if name != "token"}
        if in_form and token is not None:
            return replace(self, form={**form, "token": token}, query=query, bearer=None)
        basic = self.basic if token is None else None
        changed = replace(self, form=form, query=query, bearer=token, basic=basic)
        return changed if form or not self.form else changed.as_form()

    @property
    def _plain(self) -> bool:
        """Whether a shell's line can carry the multipart form as one."""
        return all(text.isascii() and text.isprintable() for pair in self.form.items() for text in pair)

    @property
    def _multipart(self) -> bool:
        return self.media_type == MULTIPART and self._plain and bool(self.form)

    @property
    def _content_type(self) -> str | None:
        if not self._has_body:
            return None
        media_type = URLENCODED if self.media_type == MULTIPART else self.media_type
        return f"{media_type}; charset={self.charset}" if self.charset else media_type

    @property
    def _has_body(self) -> bool:
        return self.verb == "POST" and bool(self.media_type)

    def _target(self) -> str:
        name = quote(self.method, safe="/.")
        return f"{name}?{urlencode(self.query)}" if self.query else name

    def _pairs(self) -> list[str]:
        encoding = "latin-1" if self.charset == "iso-8859-1" else "utf-8"
        return [urlencode({name: value}, encoding=encoding, errors="replace") for name, value in self.form.items()]

    def received(self) -> Received:
        """Return the request as the sandbox would receive it."""
        headers, body = [], b""
        if self.bearer:
            headers.append(("Authorization", f"Bearer {self.bearer}"))
        elif self.basic is not None:
            pair = base64.b64encode(":".join(self.basic).encode("utf-8", "replace")).decode()
            headers.append(("Authorization", f"Basic {pair}"))
        if self._multipart:
            headers.append(("Content-Type", f"{MULTIPART}; boundary={_BOUNDARY}"))
            parts = (
                f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n'
                for n, v in self.form.items()
            )
            body = f"{''.join(parts)}--{_BOUNDARY}--\r\n".encode()
        elif content_type := self._content_type:
            headers.append(("Content-Type", content_type))
            body = "&".join(self._pairs()).encode() if self.media_type in FORMS else self.text.encode()
        return Received(self.verb, f"{PREFIX}{self._target()}", tuple(headers), body)

    def curl(self, url: str) -> str:
        """Return a line for a POSIX shell that sends it; `url` is the base URL of the methods."""
        words = ["curl", "-qsS", "--noproxy", "*"]
        if self.verb == "HEAD":
            words.append("--head")
        elif self.verb != ("POST" if self._has_body else "GET"):
            words += ["-X", self.verb]
        if self.bearer:
            words += ["-H", f"Authorization: Bearer {self.bearer}"]
        elif self.basic is not None:
            words += ["-u", ":".join(self.basic)]
        if self._multipart:
            words += [word for name, value in self.form.items() for word in ("--form-string", f"{name}={value}")]
        elif content_type := self._content_type:
            words += ["-H", f"Content-Type: {content_type}"] if content_type != URLENCODED else []
            if self.media_type in FORMS:
                words += [word for pair in self._pairs() or [""] for word in ("-d", pair)]
            else:
                words += ["--data-raw", self.text]
        return shlex.join([*words, f"{url}{self._target()}"])


def salvaged(body: bytes) -> dict[str, str]:
    """Return the arguments that a body has, whatever its type says, and even if it is cut or broken."""
    text = body.strip()
    if text.startswith((b"{", b"[")):
        try:
            content = json.loads(text)
        except (ValueError, RecursionError):
            return {}
        found = content.items() if isinstance(content, dict) else ()
        return {name: item if isinstance(item, str) else json.dumps(item) for name, item in found}
    if b'name="' in text:
        return {
            name.decode("utf-8", "replace"): value.decode("utf-8", "replace") for name, value in _PART.findall(text)
        }
    return dict(forms.urlencoded(text, "utf-8", lenient=True)) if b"=" in text else {}
