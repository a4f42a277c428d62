"""Canary secrets, the encodings in which a hostile target repeats them, and a look of our own into what a run wrote."""

from __future__ import annotations

import base64
import contextlib
import gzip
import html
import http.server
import itertools
import json
import quopri
import re
import threading
import urllib.parse
import zlib
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

TAIL = "~%/+&<\"'\\=."
"""What makes a canary look different in each encoding; where headers allow it only the part that they allow."""

HEADER_TAIL = "~%/+&<=."

CANARIES = {
    "control_key": f"zqcontrol-1f0e5c7a9b3d{HEADER_TAIL}",
    "x_gateway_pass": f"zqgateway-2a4c6e8f0b1d{HEADER_TAIL}",
    "token": f"zqtoken-3b5d7f9a1c2e{HEADER_TAIL}",
    "client_secret": f"zqsecret-4c6e8a0b2d3f{TAIL}",
    "refresh_token": f"zqrefresh-5d7f9b1c3e4a{TAIL}",
}
"""By the name that the run has for each; what commands, lists and the control API give is new for every request."""

_CANARY = re.compile(r"zq[a-z]+-[0-9a-f]{12,16}(?:" + re.escape(TAIL) + "|" + re.escape(HEADER_TAIL) + ")?")
CORE = re.compile(r"zq[a-z]+-[0-9a-f]{12,16}")


def _percent(text: str) -> str:
    return "".join(f"%{byte:02x}" for byte in text.encode())


def _units(text: str) -> str:
    return "".join(f"\\u{ord(char):04x}" for char in text)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


ENCODINGS: dict[str, Callable[[str], str]] = {
    "raw": lambda text: text,
    "percent": lambda text: urllib.parse.quote(text, safe=""),
    "percent, lower case": lambda text: urllib.parse.quote(text, safe="").replace("%2F", "%2f").replace("%3C", "%3c"),
    "percent, every character": _percent,
    "percent, twice": lambda text: urllib.parse.quote(urllib.parse.quote(text, safe=""), safe=""),
    "JSON": lambda text: json.dumps(text)[1:-1],
    "JSON, every character": _units,
    "JSON, slashes": lambda text: json.dumps(text)[1:-1].replace("/", "\\/"),
    "JSON, twice": lambda text: json.dumps(json.dumps(text))[3:-3],
    "HTML": html.escape,
    "HTML, decimal": lambda text: "".join(f"&#{ord(char)};" for char in text),
    "HTML, hexadecimal": lambda text: "".join(f"&#x{ord(char):X};" for char in text),
    "base64": lambda text: _base64(text.encode()),
    "base64, URL-safe": lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
    "base64, one byte before": lambda text: _base64(b":" + text.encode() + b"."),
    "base64, two bytes before": lambda text: _base64(b"::" + text.encode() + b".."),
    "Basic pair": lambda text: "Basic " + _base64(f"a-client:{text}".encode()),
    "base64 of percent": lambda text: _base64(_percent(text).encode()),
    "base64 of base64": lambda text: _base64(_base64(b"token=" + text.encode()).encode()),
    "base64 of JSON": lambda text: _base64(json.dumps({"token": text}).encode()),
    "base64 of gzip": lambda text: _base64(gzip.compress(text.encode() * 2, mtime=0)),
    "percent of base64": lambda text: urllib.parse.quote(_base64(b"\xff\xfe" + text.encode()), safe=""),
    "base64 of UTF-16": lambda text: _base64(text.encode("utf-16-le")),
    "base64 of zlib": lambda text: _base64(zlib.compress(text.encode() * 2)),
    "base64 of raw deflate": lambda text: _base64(zlib.compress(text.encode() * 2, wbits=-15)),
    "base32": lambda text: base64.b32encode(text.encode()).decode(),
    "capitals": str.upper,
    "swapped case": str.swapcase,
    "masked at the end": lambda text: text[: -(-2 * len(text) // 3)] + "*" * (len(text) // 3),
    "masked at the beginning": lambda text: "*" * (len(text) // 3) + text[-(-2 * len(text) // 3) * -1 :],
    "decimal bytes": lambda text: ",".join(str(byte) for byte in text.encode()),
    "Node's Buffer": lambda text: json.dumps({"type": "Buffer", "data": list(text.encode())}),
    "hexadecimal, colons": lambda text: text.encode().hex(":"),
    "hexadecimal, blanks": lambda text: text.encode().hex(" "),
    "hexadecimal, as in C": lambda text: ", ".join(f"0x{byte:02x}" for byte in text.encode()),
    "hexadecimal, \\x": lambda text: "".join(f"\\x{byte:02x}" for byte in text.encode()),
    "quoted-printable": lambda text: quopri.encodestring(text.encode(), quotetabs=True).decode().replace("=\n", ""),
    "quoted-printable, every character": lambda text: "".join(f"={byte:02X}" for byte in text.encode()),
    "%u": lambda text: "".join(f"%u{ord(char):04x}" for char in text),
    "octal": lambda text: "".join(f"\\{byte:03o}" for byte in text.encode()),
    "HTML, decimal, no semicolons": lambda text: "".join(f"&#{ord(char)}" for char in text),
    "HTML, hexadecimal, no semicolons": lambda text: "".join(f"&#x{ord(char):x}" for char in text),
    "blanks between": " ".join,
    "hyphens between": "-".join,
    "zero bytes between": "\0".join,
    "widthless characters between": "\u200b".join,
    "line ends between": "\n".join,
    "hexadecimal": lambda text: text.encode().hex(),
    "hexadecimal, capitals": lambda text: text.encode().hex().upper(),
}


def forms(value: str) -> dict[str, str]:
    """Return the value in every encoding."""
    return {name: encode(value) for name, encode in ENCODINGS.items()}


class _Hostile(http.server.ThreadingHTTPServer):
    """Knows what it was sent, and repeats it."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.numbers, self.minted = itertools.count(), itertools.count(0x1000)
        self.seen = set(CANARIES.values())


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Hostile

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode("utf-8", "replace")
        if self.path.startswith("/control"):
            self._world(json.loads(body or "{}"))
        else:
            self._echo(body)

    do_POST = do_GET  # noqa: N815 - the names that http.server looks for
    do_PATCH = do_GET  # noqa: N815 - as above

    def _world(self, order: dict[str, Any]) -> None:
        minted = {
            name: f"zq{name.replace('_', '')}-{next(self.server.minted):012x}"
            for name in ("token", "client_secret", "client_id")
        }
        one_shot = {
            name: [f"zq{name}-{next(self.server.minted):012x}" for _ in range(order.get("one_shot", 1))]
            for name in ("trigger", "code")
        }
        self.server.seen |= {*minted.values(), *itertools.chain(*one_shot.values())}
        values = {**minted, **one_shot, "scopes": "users:read", "redirect_uri": "https://example.org/back"}
        self._send(201, "Created", json.dumps({"world": "w1", "values": values, "echo": list(self.server.seen)[:5]}))

    def _echo(self, body: str) -> None:
        asked = " ".join([self.path, *self.headers.values(), body])
        scheme, _, pair = (self.headers.get("Authorization") or "").partition(" ")
        if scheme == "Basic":
            with contextlib.suppress(ValueError):
                asked += " " + base64.b64decode(pair).decode("utf-8", "replace")
        found = set(_CANARY.findall(asked)) | set(_CANARY.findall(urllib.parse.unquote_plus(asked)))
        # What the tail of a canary was cut off from is not a secret of the run, and must not be repeated.
        found -= {value.partition("~")[0] for value in CANARIES.values()}
        self.server.seen |= found
        number = next(self.server.numbers)
        # An eighth of the encodings at a time: the headers must not get too long.
        encodings = list(ENCODINGS.values())[number % 8 :: 8]
        pieces = [encode(value) for value in sorted({*found, *CANARIES.values()}) for encode in encodings]
        said = " ".join(pieces)
        # Seven kinds of answer, which is prime to eight: each encoding comes back in each of them. What has no value to
        # try or a strange content type is refused, in whatever order two workers may ask: a target that accepts
        # everything is not looked into.
        answers = (_good, _refused, _warned, _broken, _good, _refused, _nested)
        strange = re.search(r"utf-16|form-data$", self.headers.get("Content-Type") or "")
        complete = not strange and any(value.startswith(("zqtoken", "zqcode", "zqcommand")) for value in found)
        status, text = (answers[number % len(answers)] if complete else _refused)(said)
        reason = encodings[number % len(encodings)](CANARIES["token"])
        self._send(status, reason, text, said, pieces[number % len(pieces)], compressed=number % 5 == 4)

    def _send(
        self, status: int, reason: str, text: str, said: str = "", name: str = "", *, compressed: bool = False
    ) -> None:
        reason, said = ("".join(char if " " <= char <= "~" else "." for char in one) for one in (reason, said))
        data = gzip.compress(text.encode()) if compressed else text.encode()
        self.send_response(status, reason)
        self.send_header("Content-Type", "application/json")
        if compressed:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(data)))
        if said:
            self.send_header("X-Echo", said)
            self.send_header("Location", f"http://127.0.0.1:1/?code={said}")
            if re.fullmatch(r"[A-Za-z0-9.~%+-]+", name):
                self.send_header(name, "a header may be named like a secret")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _good(said: str) -> tuple[int, str]:
    return 200, json.dumps({"ok": True, "access_token": said, "echo": said, "team": {"note": f"x{said}x"}})


def _refused(said: str) -> tuple[int, str]:
    return 200, json.dumps({"ok": False, "error": said})


def _broken(said: str) -> tuple[int, str]:
    return 500, f"<html>{said}<script>{{{said}"


def _warned(said: str) -> tuple[int, str]:
    return 302, json.dumps({"ok": True, "warning": said, "response_metadata": {"warnings": [said]}})


def _nested(said: str) -> tuple[int, str]:
    return 200, json.dumps({"ok": True, "inner": json.dumps({"a": json.dumps(said)}), "list": [[said]]})


@contextlib.contextmanager
def hostile() -> Iterator[tuple[str, set[str]]]:
    """Serve a target with a control API that repeats every secret that it was sent; yields URL and what it has seen."""
    server = _Hostile()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", server.seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def texts(path: Path) -> str:
    """Return what a reader of the file sees, its own format taken off: JSON, JSON lines, XML, HTML; and its source."""
    source = path.read_text(encoding="utf-8", errors="backslashreplace")
    suffix = path.name.removesuffix(".leaked").rpartition(".")[2]
    match suffix:
        case "jsonl":
            return "\n".join([source, *(_leaves(json.loads(line)) for line in source.splitlines())])
        case "json":
            return f"{source}\n{_leaves(json.loads(source))}"
        case "xml":
            parts = (part for node in ET.fromstring(source).iter() for part in (*node.attrib.values(), node.text or ""))  # noqa: S314 - our own file
            return "\n".join([source, *parts])
        case "html":
            blobs = re.findall(r'data-jsonblob="([^"]*)"', source)
            inside = (_leaves(json.loads(html.unescape(blob))) for blob in blobs)
            return "\n".join([source, html.unescape(source), *inside])
        case _:
            return source


def _leaves(value: Any) -> str:  # noqa: ANN401 - any JSON
    return "\n".join(_walk(value))


def _walk(value: Any) -> Iterable[str]:  # noqa: ANN401 - any JSON
    match value:
        case str():
            yield value
        case list():
            for one in value:
                yield from _walk(one)
        case dict():
            for key, one in value.items():
                yield key
                yield from _walk(one)


def held(text: str) -> set[tuple[str, str]]:
    """Return which canary stands in the text in which encoding."""
    return {
        (name, encoding) for name, value in CANARIES.items() for encoding, form in forms(value).items() if form in text
    }


def cores(text: str, seen: Iterable[str]) -> set[str]:
    """Return what of all that the target has seen stands in the text, however its end may be encoded."""
    return {found for found in CORE.findall(text) if any(value.startswith(found) for value in seen)}
