"""The command lines that send a recorded request again, byte for byte, with secrets as shell variables.

Each line runs in any POSIX shell. curl gets options to leave out the headers that it adds by itself; a request that no
HTTP client would send is written to a socket. Bytes that a terminal or an editor might change become octal escapes.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from msgspec.structs import replace

from ..catalog.edits import recorded_edit
from ..catalog.edits.orders import AtOnce
from ..catalog.values import HEALTHY, ExtendedValue, name_taken
from ..results.terms import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..catalog.edits.edit import Edit
    from ..results.exchange import RecordedExchange, RecordedRequest
    from ..results.model import CaseResult

_PIECE = re.compile(
    r"(?<=Authorization: Basic )(?P<pair>[^\s:]*:[^\r\n]*)"
    r"|\$(?P<brace>\{)?(?P<variable>[a-z][a-z0-9_]*)(?(brace)\})"
    r"|(?P<hidden>\[redacted\])"
    r"|\\x(?P<byte>[89a-f][0-9a-f])"
    r"|(?P<run>(?P<unit>[A-Za-z0-9+]{1,8}?)(?P=unit){99,})"
    r"|(?P<other>.)",
    re.DOTALL,
)
_ANNOUNCES_A_BODY = {"POST", "PUT", "PATCH"}
_CURL_SENDS = ("User-Agent", "Accept")
_LOOPBACK = "127.0.0.1"
"""Where names below `localhost` lead, which curl knows by itself; other programs ask the system's resolver."""

_EXPECT_FROM = 1000
"""Bodies longer than this may make curl ask for leave first."""


@dataclass(frozen=True, slots=True)
class Reproduction:
    """Shell commands that repeat a case, in order, the variables they need, and further conditions in words."""

    lines: tuple[str, ...]
    variables: tuple[str, ...]
    conditions: tuple[str, ...]


def reproduction(case: CaseResult) -> Reproduction | None:
    """Return how to send the case's deciding request again, `None` when nothing was sent.

    Where the fault shows at the second use of a value, the first use is sent before. Requests that were sent at once
    are one line.
    """
    edit = _edit(case)
    requests = [_separated(exchange.request, edit) for exchange in _deciding(case)]
    if not requests:
        return None
    lines = tuple(line(request) for request in requests)
    if isinstance(edit, AtOnce):
        lines = (_at_once(lines[-1], edit.requests),)
    found = dict.fromkeys(name for request in requests for name in _variables(request))
    return Reproduction(lines, tuple(found), tuple(_conditions(case, tuple(found))))


def _conditions(case: CaseResult, variables: tuple[str, ...]) -> Iterator[str]:
    """Yield a sentence for each condition that the commands do not establish."""
    state = "" if case.state == HEALTHY else f", of a world in the state {case.state}"
    if variables:
        yield f"Set {', '.join(variables)} first, to values of the profile or of the sandbox{state}."
    elif state:
        yield f"The target must be in the state {case.state}."
    edit = _edit(case)
    if edit is not None:
        yield from edit.conditions()


def _separated(request: RecordedRequest, edit: Edit | None) -> RecordedRequest:
    """Return the request with braces around a name that text follows which would else belong to the name."""
    extended = [value for value in (edit.values if edit else ()) if isinstance(value, ExtendedValue)]

    def separated(text: str) -> str:
        for value in extended:
            name = name_taken(value)
            text = re.sub(rf"\${name}(?={re.escape(value.then)}(?![a-z0-9_]))", f"${{{name}}}", text)
        return text

    headers = tuple((name, separated(value)) for name, value in request.headers)
    body = None if request.body is None else separated(request.body)
    return replace(request, url=separated(request.url), headers=headers, body=body)


def _at_once(command: str, times: int) -> str:
    """Return the line that runs a command several times at the same moment, and shows each answer in one piece."""
    numbers = " ".join(str(n) for n in range(1, times + 1))
    return f"for n in {numbers}; do (answer=$({command}); printf '%s\\n\\n' \"$answer\") & done; wait"


def line(request: RecordedRequest) -> str:
    """Return the one line that sends this request."""
    return _socket(request) if request.raw else _curl(request)


def _deciding(case: CaseResult) -> tuple[RecordedExchange, ...]:
    bases = [exchange for exchange in case.exchanges if exchange.role is Role.BASE]
    edited = [exchange for exchange in case.exchanges if exchange.role in {Role.EDITED, Role.AGAIN}]
    edit = _edit(case)
    if isinstance(edit, AtOnce):
        return tuple(edited[-1:])
    if edit is not None and edit.sends_before:
        return tuple(edited) if edit.without_base else (*bases[:1], *edited)
    return tuple(edited[-1:] or bases[-1:])


def _edit(case: CaseResult) -> Edit | None:
    return None if case.edit is None else recorded_edit(case.edit.kind, case.edit.value)


def _curl(request: RecordedRequest) -> str:
    url = urlsplit(request.url)
    options = ["-gsSi", "--noproxy '*'"]
    if url.scheme == "https":
        options.append("--http1.1")
    if "/." in url.path:
        options.append("--path-as-is")
    names = {name.lower() for name, _ in request.headers}
    body = request.body or ""
    sends_body = request.body is not None or request.verb in _ANNOUNCES_A_BODY
    options += _verb(request.verb, sends_body=sends_body)
    for name, value in request.headers:
        if name.lower() == "content-length" or (name.lower() == "host" and value == url.netloc):
            continue
        options.append(f"-H {_word(f'{name}: {value}' if value else f'{name};')}")
    options += [f"-H '{name}:'" for name in _CURL_SENDS if name.lower() not in names]
    if sends_body and "content-type" not in names:
        options.append("-H 'Content-Type:'")
    if len(body) > _EXPECT_FROM:
        options.append("-H 'Expect:'")
    feed = ""
    if sends_body and (_needs_printf(body) or body.startswith("@")):
        feed = f"{_printf(body)} | "
        options.append("--data-binary @-")
    elif sends_body:
        options.append(f"--data-binary {_word(body)}")
    return f"{feed}curl -q {' '.join(options)} {_word(request.url)}"


def _verb(verb: str, *, sends_body: bool) -> list[str]:
    if verb == "HEAD":
        return ["--head"]
    return [] if verb == ("POST" if sends_body else "GET") else [f"-X {shlex.quote(verb)}"]


def _socket(request: RecordedRequest) -> str:
    url = urlsplit(request.url)
    host, secure = url.hostname or "", url.scheme == "https"
    port = url.port or (443 if secure else 80)
    target = (url.path or "/") + (f"?{url.query}" if url.query else "")
    head = "".join(f"{name}: {value}\r\n" for name, value in request.headers)
    sent = _printf(f"{request.verb} {target} HTTP/1.1\r\n{head}\r\n{request.body or ''}")
    place = _LOOPBACK if host.rstrip(".").endswith(".localhost") else host
    if secure:
        at = f"[{place}]" if ":" in place else place
        return (
            f"{sent} | openssl s_client -quiet -servername {shlex.quote(host)} -connect {shlex.quote(f'{at}:{port}')}"
        )
    return f"{sent} | nc -N {shlex.quote(place)} {port}"


def _variables(request: RecordedRequest) -> Iterator[str]:
    for text in (request.url, *(f"{name}: {value}" for name, value in request.headers), request.body or ""):
        yield from _names(text)


def _names(text: str) -> Iterator[str]:
    for piece in _PIECE.finditer(text):
        if piece["pair"]:
            yield from _names(piece["pair"])
        elif name := _variable(piece):
            yield name


def _variable(piece: re.Match[str]) -> str:
    """Return the shell variable for a placeholder; a value redacted by name is called after its field."""
    if piece["hidden"]:
        fields = re.findall(r"[A-Za-z_]\w*", piece.string[: piece.start()])
        return fields[-1].upper() if fields else "SECRET"
    return (piece["variable"] or "").upper()


def _needs_printf(text: str) -> bool:
    """Whether a byte might be changed by copying from a page into a terminal."""
    return not text.isascii() or not text.isprintable() or any(piece["byte"] for piece in _PIECE.finditer(text))


def _word(text: str) -> str:
    """Return the text as one word of the shell, variables and long runs outside the quotes."""
    if _needs_printf(text):
        return f'"$({_printf(text)})"'
    quoted, literal = "", ""
    for piece in _PIECE.finditer(text):
        if piece["other"]:
            literal += piece["other"]
            continue
        quoted += (shlex.quote(literal) if literal else "") + _expansion(piece)
        literal = ""
    return quoted + (shlex.quote(literal) if literal or not quoted else "")


def _printf(text: str) -> str:
    """Return a printf whose output is exactly the recorded bytes."""
    template, arguments = "", []
    for piece in _PIECE.finditer(text):
        if piece["other"]:
            template += "".join(_octal(byte) for byte in piece["other"].encode("utf-8", "surrogatepass"))
        elif piece["byte"]:
            template += _octal(int(piece["byte"], 16))
        else:
            template += "%s"
            arguments.append(_expansion(piece))
    if template.startswith("-"):
        template = _octal(ord("-"), always=True) + template[1:]
    return " ".join([f"printf '{template}'", *arguments])


def _expansion(piece: re.Match[str]) -> str:
    if piece["pair"]:
        return f"\"$(printf %s {_word(piece['pair'])} | base64 | tr -d '\\n')\""
    if name := _variable(piece):
        return f'"${name}"'
    times = len(piece["run"]) // len(piece["unit"])
    return f"\"$(printf '%0{times}d' 0 | sed 's/0/{piece['unit']}/g')\""


def _octal(byte: int, *, always: bool = False) -> str:
    named = {ord("%"): "%%", ord("\\"): "\\\\", ord("\r"): "\\r", ord("\n"): "\\n"}
    if byte in named:
        return named[byte]
    printable = ord(" ") <= byte <= ord("~") and byte != ord("'")
    return chr(byte) if printable and not always else f"\\{byte:03o}"
