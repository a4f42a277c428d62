"""The registry of edits: one small function per edit kind, named as in `schemas/rule.schema.json`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from conformance.wire.draft import Draft, Text
from conformance.wire.request import BodySent

if TYPE_CHECKING:
    from conformance.catalog.model import Replay

_CREDENTIALS = {"token", "client-id", "client-secret"}

_UNSENT = "a-value-of-some-length"

Resolve = Callable[[Any], Text]
"""Turns a value in the data into the text to send; a world's value is taken only if the request will carry it."""


def _set_argument(draft: Draft, value: dict[str, Any], resolve: Resolve) -> None:
    ((name, wanted),) = value.items()
    text = resolve(wanted)
    match draft.kinds.get(name):
        case "token" if draft.bearer is not None:
            draft.bearer = text
        case "client-id" if draft.basic is not None:
            draft.basic = (text, draft.basic[1])
        case "client-secret" if draft.basic is not None:
            draft.basic = (draft.basic[0], text)
        case _:
            draft.arguments = [(held, text if held == name else old, place) for held, old, place in draft.arguments]


def _drop_argument(draft: Draft, value: str, _resolve: Resolve) -> None:
    match draft.kinds.get(value):
        case "token" if draft.bearer is not None:
            draft.bearer = None
        case "client-id" if draft.basic is not None:
            draft.basic = ("", draft.basic[1])
        case "client-secret" if draft.basic is not None:
            draft.basic = (draft.basic[0], "")
        case _:
            draft.arguments = [argument for argument in draft.arguments if argument[0] != value]


def _add_argument(draft: Draft, value: dict[str, Any], resolve: Resolve) -> None:
    ((name, wanted),) = value.items()
    draft.arguments.append((name, resolve(wanted), _delivery(draft)))


def _rename_argument(draft: Draft, value: dict[str, str], _resolve: Resolve) -> None:
    ((old, new),) = value.items()
    draft.arguments = [(new if name == old else name, text, place) for name, text, place in draft.arguments]


def _lengthen_name(draft: Draft, value: dict[str, Any], resolve: Resolve) -> None:
    old, length = value["argument"], value["to"]
    _rename_argument(draft, {old: (old * (length // len(old) + 1))[:length]}, resolve)


def _move_argument(draft: Draft, value: dict[str, str], _resolve: Resolve) -> None:
    ((name, place),) = value.items()
    if draft.kinds.get(name) == "token" and draft.bearer is not None:
        draft.arguments.append((name, draft.bearer, place))
        draft.bearer = None
    else:
        draft.arguments = [(held, text, place if held == name else was) for held, text, was in draft.arguments]


def _set_header(draft: Draft, value: dict[str, str], resolve: Resolve) -> None:
    ((name, text),) = value.items()
    draft.headers[name] = resolve(text)


def _drop_header(draft: Draft, value: str, _resolve: Resolve) -> None:
    draft.dropped.add(value.lower())


def _drop(draft: Draft, _credentials: str, _resolve: Resolve) -> None:
    draft.bearer = draft.basic = None
    draft.arguments = [held for held in draft.arguments if draft.kinds.get(held[0]) not in _CREDENTIALS]


def _body(draft: Draft, value: dict[str, str], _resolve: Resolve) -> None:
    draft.sent = BodySent(value.get("send", "whole"))
    query = [argument for argument in draft.arguments if argument[2] == "query"]
    if draft.sent is BodySent.NOTHING:
        # Only the length is needed, so no one-shot value is used up for it.
        unsent = [(name, _UNSENT, place) for name, _, place in draft.arguments if place != "query"]
        draft.arguments = [*query, *unsent]
    content_type = draft.media_type
    if "text" in value:
        body = value["text"].encode()
    elif "hex" in value:
        body = bytes.fromhex(value["hex"])
    else:
        body = draft.encode_body() or b""
    body += value.get("append", "").encode()
    draft.body, draft.content_type, draft.arguments = body, content_type, query


def _replay(draft: Draft, value: Replay, resolve: Resolve) -> None:
    draft.verb, draft.safe, draft.dropped = value.verb, value.safe, {"user-agent"} - _names(value)
    draft.headers = dict(value.headers)
    draft.bearer = resolve("$token") if value.authorization == "bearer" else None
    basic = value.authorization == "basic"
    draft.basic = (resolve("$client_id"), resolve("$client_secret")) if basic else None
    draft.content_type, draft.body = None, None if value.json is None else value.json.encode()
    draft.arguments = [(name, None if text is None else resolve(text), "query") for name, text in value.query]
    draft.arguments += [(name, None if text is None else resolve(text), "form") for name, text in value.form]


def _names(value: Replay) -> set[str]:
    return {name.lower() for name, _ in value.headers}


def _delivery(draft: Draft) -> str:
    """Return where the draft's arguments travel: the query string if there are none."""
    return draft.arguments[0][2] if draft.arguments else "query" if draft.verb == "GET" else "form"


EDITS: dict[str, Callable[[Draft, Any, Resolve], None]] = {
    "set_argument": _set_argument,
    "drop_argument": _drop_argument,
    "add_argument": _add_argument,
    "rename_argument": _rename_argument,
    "lengthen_name": _lengthen_name,
    "move_argument": _move_argument,
    "set_header": _set_header,
    "drop_header": _drop_header,
    "drop": _drop,
    "body": _body,
    "replay": _replay,
}
