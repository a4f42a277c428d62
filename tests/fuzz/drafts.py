"""Well-formed requests to both methods and to the control API, and changes of their parts.

A draft knows verb, target, headers and body, so that a change of one part leaves the others right: a body that is
replaced has its own length. Mutations of the finished bytes come on top (`mutation`).
"""

from __future__ import annotations

import base64
import json
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from tests.sandbox.conftest import FORM, OAUTH, PERMISSIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

    from tests.sandbox.conftest import World

BOUNDARY = "boundary"
VERBS = ("GET", "POST", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "CONNECT", "TRACE", "get", "P(ST", "")
VERSIONS = ("HTTP/1.1", "HTTP/1.0", "HTTP/1.2", "HTTP/2.0", "HTTP/0.9", "HTTP/11", "http/1.1", "")
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"
TYPES = (
    FORM,
    MULTIPART,
    "multipart/form-data",
    'multipart/form-data; boundary=""',
    "multipart/form-data; boundary=\xff",
    "application/json",
    "text/plain",
    "text/html",
    "application/xml",
    "",
    ";",
    "a/b/c;;=;=x",
    f'{FORM}; charset="UTF-8"',
    f"{FORM}; charset=utf-8; charset=utf-16",
)
CHARSETS = ("", "utf-8", "UTF-8", '"utf-8"', "iso-8859-1", "utf-16", "utf-7", "idna", "base64", "unknown", "\xe9", " ")
LENGTHS = ("0", "1", "-1", "+3", "0x10", "1e3", "", "3, 3", "3, 4", "1048577", "9" * 19, "9" * 30, "\xb2")
DEPTHS = (10, 100, 900, 5000, 100_000)
SHORT_OF_THE_LIMIT = (5, 45)
"""So far below the recursion limit, one function may read a nested document that another can no longer write."""
ODD_JSON = (
    "{}",
    "[]",
    "null",
    '"text"',
    '{"state":NaN}',
    '{"one_shot":NaN}',
    '{"one_shot":-Infinity}',
    '{"one_shot":1e999}',
    '{"one_shot":true}',
    '{"advance_s":NaN}',
    '{"advance_s":-1}',
    '{"advance_s":1e400}',
    '{"advance_s":0.1}',
    '{"advance_s":10000000}',
    '{"advance_s":1' + "0" * 4000 + "}",
    '{"advance_s":"1"}',
    '{"decide":["approve"]}',
    '{"decide":"\\ud800"}',
    '{"state":{"a":1}}',
    '{"state":"\\ud83d"}',
    '{"method":[]}',
    '{"state":"healthy","state":"healthy"}',
    '{"one_shot":101}',
    '{"\\u0000":1}',
    '{"advance_s":1,"decide":"deny"}',
)


@dataclass
class Draft:
    """A request that is not yet written down."""

    verb: str
    target: str
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes | None = None
    version: str = "HTTP/1.1"
    chunk: int = 0
    """The length of the chunks in which the body is sent, 0 to send it with its length."""
    length: str | None = None
    """What Content-Length says in place of the length."""

    def written(self) -> bytes:
        """Return the bytes of the request."""
        headers, body = list(self.headers), self.body
        if body is not None and self.chunk:
            headers.append(("Transfer-Encoding", "chunked"))
            pieces = (body[at : at + self.chunk] for at in range(0, len(body), self.chunk))
            body = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
        elif body is not None or self.length is not None:
            headers.append(("Content-Length", str(len(body or b"")) if self.length is None else self.length))
        lines = [f"{self.verb} {self.target} {self.version}", *(f"{name}: {value}" for name, value in headers), "", ""]
        return "\r\n".join(lines).encode("latin-1", "replace") + (body or b"")


def multipart(fields: dict[str, str]) -> bytes:
    """Return fields as a multipart body."""
    parts = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    return "".join((*parts, f"--{BOUNDARY}--\r\n")).encode()


def basic(first: str, second: str) -> str:
    """Return the value of an Authorization header with these credentials."""
    return "Basic " + base64.b64encode(f"{first}:{second}".encode()).decode()


def well_formed(random: Random, world: World, states: Sequence[str]) -> tuple[Draft, bool]:
    """Return a request that a documented client may send, and whether it is one to the control API."""
    make = random.choice((*(_permissions,) * 5, *(_oauth,) * 5, *(_control,) * 4))
    draft = make(random, world, states)
    draft.headers.insert(0, ("Host", "127.0.0.1"))
    if draft.body is not None and random.random() < 0.25:
        draft.chunk = random.choice((1, 7, 1000))
    if random.random() < 0.1:
        draft.headers.append(random.choice((("Connection", "close"), ("Expect", "100-continue"), ("Accept", "*/*"))))
    return draft, make is _control


def _permissions(random: Random, world: World, _states: Sequence[str]) -> Draft:
    fields = dict(world.permissions(random.randrange(2)))
    headers = [("Authorization", f"Bearer {world.values['token']}")]
    if random.random() < 0.3:
        fields["token"], headers = world.values["token"], []
    return _sent(random, PERMISSIONS, fields, headers)


def _oauth(random: Random, world: World, _states: Sequence[str]) -> Draft:
    fields, headers = dict(world.oauth(random.randrange(2))), []
    if random.random() < 0.3:
        headers.append(("Authorization", basic(fields.pop("client_id"), fields.pop("client_secret"))))
    if random.random() < 0.1:
        del fields["code"]
        fields |= {"grant_type": "refresh_token", "refresh_token": world.values["refresh_token"]}
    if random.random() < 0.1:
        fields["single_channel"] = random.choice(("0", "1", "true", "maybe"))
    return _sent(random, OAUTH, fields, headers)


def _sent(random: Random, method: str, fields: dict[str, str], headers: list[tuple[str, str]]) -> Draft:
    target = f"/api/{method}"
    match random.randrange(5):
        case 0:
            return Draft("GET", f"{target}?{urlencode(fields)}", headers)
        case 1:
            return Draft("POST", target, [*headers, ("Content-Type", MULTIPART)], multipart(fields))
        case 2:
            return Draft("POST", target, [*headers, ("Content-Type", "application/json")], json.dumps(fields).encode())
        case _:
            return Draft("POST", target, [*headers, ("Content-Type", FORM)], urlencode(fields).encode())


def _control(random: Random, world: World, states: Sequence[str]) -> Draft:
    worlds = "/conformance/v1/worlds"
    verb = random.choice(("GET", "POST", "POST", "POST", "LOOK", "DELETE", "PATCH", "PATCH", "PATCH", "PATCH", "DEEP"))
    match verb:
        case "GET":
            return Draft("GET", "/conformance/v1")
        case "POST":
            order = {"state": random.choice(states), "method": random.choice((PERMISSIONS, OAUTH, None)), "one_shot": 2}
            return _with_json(Draft("POST", worlds), order)
        case "PATCH":
            change: object = {"decide": random.choice(("approve", "deny", "ignore"))}
            if random.random() < 0.5:
                change = {"advance_s": random.choice((0, 1, 0.5, 4, 700))}
            return _with_json(Draft("PATCH", f"{worlds}/{world.id}"), change)
        case "DEEP":
            draft = Draft("POST", worlds)
            _deep_json(draft, random)
            return draft
        case _:
            return Draft("GET" if verb == "LOOK" else verb, f"{worlds}/{world.id}")


def _with_json(draft: Draft, content: object) -> Draft:
    draft.headers, draft.body = [("Content-Type", "application/json")], json.dumps(content).encode()
    return draft


def changed(draft: Draft, random: Random) -> None:
    """Change one part of the draft."""
    random.choice(CHANGES)(draft, random)


def _verb(draft: Draft, random: Random) -> None:
    draft.verb = random.choice(VERBS)


def _version(draft: Draft, random: Random) -> None:
    draft.version = random.choice(VERSIONS)


def _target(draft: Draft, random: Random) -> None:
    target = draft.target
    draft.target = random.choice(
        (
            f"http://127.0.0.1{target}",
            "*",
            "/",
            "//",
            "127.0.0.1:80",
            f"{target}#fragment",
            f"{target}?{'a=b&' * random.choice((1, 100, 20_000))}",
            f"{target}?%",
            f"{target}?a[]=1&b.c=2&=3&&;",
            target.upper(),
            f"{target}/",
            f"/.{target}",
            quote(target),
            target + "%00",
            target + "\xff",
            "/api/" + "a" * random.choice((100, 60_000, 270_000)),
        )
    )


def _type(draft: Draft, random: Random) -> None:
    _replaced(draft, "Content-Type", random.choice(TYPES))


def _charset(draft: Draft, random: Random) -> None:
    said = dict(draft.headers).get("Content-Type", FORM)
    _replaced(draft, "Content-Type", f"{said}; charset={random.choice(CHARSETS)}")


def _credentials(draft: Draft, random: Random) -> None:
    said = dict(draft.headers).get("Authorization", "Bearer ")
    value = random.choice(
        (
            "",
            "Bearer",
            "Bearer ",
            "bearer \xff",
            "Basic",
            "Basic \xe9",
            "Basic Og==",
            "Basic /w==",
            "Basic " + "A" * random.choice((1, 4, 40_000)),
            "Digest a=b",
            said + "x",
            said.swapcase(),
            said[:-1],
        )
    )
    _replaced(draft, "Authorization", value)


def _replaced(draft: Draft, name: str, value: str) -> None:
    draft.headers = [pair for pair in draft.headers if pair[0] != name] + [(name, value)]


def _length(draft: Draft, random: Random) -> None:
    real = len(draft.body or b"")
    draft.length, draft.chunk = random.choice((*LENGTHS, str(real + 1), str(max(0, real - 1)), str(real * 2))), 0


def _both_lengths(draft: Draft, random: Random) -> None:
    draft.headers.append(("Content-Length", random.choice(LENGTHS)))


def _host(draft: Draft, random: Random) -> None:
    hosts = ("", "localhost", "evil.example", "[::1]:80", "[::1", "127.0.0.1:x", "\xe9", "a, b", "127.0.0.1 ")
    _replaced(draft, "Host", random.choice(hosts))


def _no_header(draft: Draft, random: Random) -> None:
    if draft.headers:
        del draft.headers[random.randrange(len(draft.headers))]


def _more_headers(draft: Draft, random: Random) -> None:
    pair = random.choice((*draft.headers, ("X", "y"), ("Origin", "http://page.example"), ("Transfer-Encoding", "gzip")))
    draft.headers += [pair] * random.choice((1, 1, 2, 300))


def _odd_json(draft: Draft, random: Random) -> None:
    _replaced(draft, "Content-Type", "application/json")
    draft.body = random.choice(ODD_JSON).encode()


def _deep_json(draft: Draft, random: Random) -> None:
    near = sys.getrecursionlimit() - random.randint(*SHORT_OF_THE_LIMIT)
    depth = random.choice((*DEPTHS, *[near] * len(DEPTHS)))
    name = random.choice(("state", "one_shot", "method", "advance_s", "decide", "token"))
    opened, closed = random.choice((("[", "]"), ('{"a":', "}")))
    _replaced(draft, "Content-Type", "application/json")
    draft.body = f'{{"{name}":{opened * depth}1{closed * depth}}}'.encode()
    draft.chunk = 0


def _other_body(draft: Draft, random: Random) -> None:
    draft.body = random.choice(
        (
            b"",
            b"{",
            b"=&=&==",
            b"a" * 3000,
            b"%",
            b"a=%ff%fe&b=\xff",
            b"--boundary",
            b"--boundary\r\n\r\nx\r\n--boundary--",
            b'--boundary\r\nContent-Disposition: form-data; name="\\\r\n\r\nx\r\n--boundary--',
            b"a=1&" * 3000,
            b"\x00" * 10,
            random.randbytes(200),
        )
    )
    draft.chunk = min(draft.chunk, 1000)


def _larger(draft: Draft, random: Random) -> None:
    if random.random() < 0.1:  # such a body takes as long as a hundred others
        draft.body = (draft.body or b"") + b"a" * random.choice((100_000, 1 << 20, (1 << 20) + 1))
        draft.chunk = random.choice((0, 0, 5000))


CHANGES: Sequence[Callable[[Draft, Random], None]] = (
    _verb,
    _version,
    _target,
    _type,
    _charset,
    _credentials,
    _length,
    _both_lengths,
    _host,
    _no_header,
    _more_headers,
    _odd_json,
    _deep_json,
    _other_body,
    _larger,
)
"""Every change of a part."""
