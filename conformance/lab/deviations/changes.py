"""Named changes that spoil an answer or a request: the words of `answers`, `shapes`, `misreads` and `loses`."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from ...sandbox.intake import MULTIPART, URLENCODED, Call
from ...sandbox.reply import Reply

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from ...sandbox.intake import Received

ChangeOfReply = Callable[[Reply], Reply]

PAGE = b"<!DOCTYPE html><title>Server Error</title><p>Something went wrong."
PLAIN_ARGUMENTS = {"scopes", "trigger_id", "client_id", "client_secret", "code", "redirect_uri", "single_channel"}


def change_of_reply(said: str | Mapping[str, object]) -> ChangeOfReply:
    """Return the change of an answer: a name of `REPLIES`, or a name of `REPLIES_WITH` with its parameter.

    Raises `KeyError` with the name if there is no such change.
    """
    if isinstance(said, str):
        return REPLIES[said]
    ((name, parameter),) = said.items()
    return REPLIES_WITH[name](parameter)


def _hangs_up(_reply: Reply) -> Reply:
    return Reply(answered=False)


def _stops_halfway(reply: Reply) -> Reply:
    body = json.dumps(dict(reply.document or {})).encode()
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    return replace(reply, raw=head.encode() + body[: len(body) // 2], close=True)


def _html_page(reply: Reply) -> Reply:
    return replace(reply, status=500, headers=(("content-type", "text/html"),), body=PAGE)


def _with_fields(fields: object) -> ChangeOfReply:
    assert isinstance(fields, dict)  # noqa: S101 - as the schema says
    return lambda reply: replace(reply, document={**(reply.document or {}), **fields})


def _without_fields(*names: object) -> ChangeOfReply:
    def change(reply: Reply) -> Reply:
        kept = {name: value for name, value in (reply.document or {}).items() if name not in names}
        return replace(reply, document=kept)

    return change


def _with_headers(headers: object) -> ChangeOfReply:
    assert isinstance(headers, dict)  # noqa: S101 - as the schema says
    ((name, value),) = headers.items()
    return lambda reply: replace(reply, headers=(*reply.without(name), (name, value)))


def _with_body(text: object) -> ChangeOfReply:
    """Return a change that answers with this text, each character of which is one byte."""
    return lambda reply: replace(reply, body=str(text).encode("latin-1"))


def _with_warning(code: object) -> ChangeOfReply:
    return _with_fields({"warning": code, "response_metadata": {"warnings": [code]}})


def _warning_as_error(reply: Reply) -> Reply:
    error = str((reply.document or {}).get("warning")).partition(",")[0]
    return replace(reply, document={"ok": False, "error": error})


def _with_status(status: object) -> ChangeOfReply:
    assert isinstance(status, int)  # noqa: S101 - as the schema says
    return lambda reply: replace(reply, status=status)


REPLIES: dict[str, ChangeOfReply] = {
    "without warnings": _without_fields("warning", "response_metadata"),
    "warning as error": _warning_as_error,
}
"""Changes of an answer, by name."""
REPLIES_WITH: dict[str, Callable[[object], ChangeOfReply]] = {
    "set": _with_fields,
    "null": lambda name: _with_fields({str(name): None}),
    "without": _without_fields,
    "header": _with_headers,
    "without_header": lambda name: lambda reply: replace(reply, headers=reply.without(str(name))),
    "status": _with_status,
    "warning": _with_warning,
}
"""Changes of an answer that take a parameter, by name."""
SHAPES: dict[str, tuple[str, ChangeOfReply]] = {
    "ok-missing": ("without `ok`", _without_fields("ok")),
    "ok-a-string": ("with a string for `ok`", _with_fields({"ok": "true"})),
    "ok-a-number": ("with a number for `ok`", _with_fields({"ok": 7})),
    "array": ("as an array", _with_body("[]")),
    "page": ("as an HTML page", _html_page),
    "empty": ("with an empty body", _with_body("")),
    "not-utf-8": ("in bytes that are not UTF-8", _with_body('{"ok":true,"note":"\xff"}')),
    "key-twice": ("with `ok` twice", _with_body('{"ok":true,"ok":false,"error":"no"}')),
    "error-missing": ("without `error`", _without_fields("error")),
    "error-a-number": ("with a number for `error`", _with_fields({"error": 42})),
    "error-empty": ("with an empty `error`", _with_fields({"error": ""})),
    "metadata-a-list": ("with a list for `response_metadata`", _with_fields({"response_metadata": []})),
}
"""Wrong shapes of an answer: in words, and the change."""
FAILURES: dict[str, tuple[str, ChangeOfReply]] = {
    "hangs-up": ("the connection is closed", _hangs_up),
    "stops-halfway": ("the answer stops halfway", _stops_halfway),
    "page": ("an HTML page is answered", _html_page),
}
"""How a server fails on a malformed request: in words, and the change."""


def _without_arguments(call: Call, names: Collection[str]) -> Call:
    return replace(call, form={name: text for name, text in call.form.items() if name not in names})


def _is_plain_form(call: Call) -> bool:
    """Return whether it is a form without a charset and without features that only some bases have."""
    plain = call.media_type == URLENCODED and not call.warnings and call.basic is None
    return plain and call.form.keys() <= PLAIN_ARGUMENTS


def _with_json_arguments(call: Call) -> Call:
    """Read arguments from a JSON body, except a token, which must be in the header."""
    return call if call.json is None else _without_arguments(replace(call, form=call.json), {"token"})


def _with_json_arrays(call: Call) -> Call:
    """Read the arguments of a JSON body in which one is an array, as if each array were its only element."""
    texts = call.json or {}
    if not any(text.startswith("[") for text in texts.values()):
        return call
    return replace(call, form={name: text.strip('["]') for name, text in texts.items()})


def _with_semicolons_as_commas(call: Call) -> Call:
    return replace(call, form={name: value.replace(";", ",") for name, value in call.form.items()})


CALLS: dict[str, Callable[[Call], Call]] = {
    "plain forms unread": lambda call: replace(call, form={}) if _is_plain_form(call) else call,
    "client in plain forms unread": lambda call: (
        _without_arguments(call, {"client_id", "client_secret"}) if _is_plain_form(call) else call
    ),
    "form token unread": lambda call: _without_arguments(call, {"token"}),
    "multipart unread": lambda call: replace(call, form={}) if call.media_type == MULTIPART else call,
    "json read": _with_json_arguments,
    "json arrays read": _with_json_arrays,
    "basic beside body unread": lambda call: replace(call, basic=None) if call.media_type else call,
    "basic without body unread": lambda call: call if call.media_type else replace(call, basic=None),
    "semicolons as commas": _with_semicolons_as_commas,
}
"""Changes of a parsed request, by name."""


def _without_authorization_of_get(request: Received) -> Received:
    kept = tuple(pair for pair in request.headers if pair[0].lower() != "authorization")
    return replace(request, headers=kept) if request.verb == "GET" else request


REQUESTS: dict[str, Callable[[Received], Received]] = {"authorization of get": _without_authorization_of_get}
"""Changes of a received request, by name."""
