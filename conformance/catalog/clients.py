"""Recorded requests of real clients: as cases of each method's rule about them, and how they differ from its base.

A target that accepts the base and refuses a replay stumbles over one of these differences, so a developer who looks for
the reason needs this list more than the name of the client.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .datafile import files_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from .edits.rest import Replay
    from .model import Argument, Base

REAL_CLIENTS = "real-clients"
"""The name of the rule that recorded requests are cases of."""

_OF_THE_CASE = ("id", "accept", "ledger", "strength", "world", "gate", "note", "why")
_BASE = "post-form"
_FORM = "application/x-www-form-urlencoded"


def read_clients(folder: Path, read: Callable[[Path, str], dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Return the cases in the folder's files by method, in the format of a method's file.

    `read` takes the path of a file and the name of its schema.
    """
    cases: dict[str, list[dict[str, Any]]] = {}
    for path in files_in(folder):
        content = read(path, "clients.schema.json")
        for entry in content["request"]:
            cases.setdefault(entry["method"], []).append(_case(content["client"], entry))
    return cases


def _case(client: str, entry: dict[str, Any]) -> dict[str, Any]:
    case = {key: entry[key] for key in _OF_THE_CASE if key in entry}
    return {**case, "base": _BASE, "edit": {"replay": {"client": client, **entry}}}


def unlike(replay: Replay, base: Base, arguments: Mapping[str, Argument]) -> tuple[str, ...]:
    """Return a phrase for each difference between the replay and the base; empty if only values differ."""
    return (
        *_delivery(replay, base),
        *_credentials(replay, base),
        *_arguments(replay, base, arguments),
        *_type(replay, base),
        *_encoding(replay),
        *_headers(replay),
    )


def _delivery(replay: Replay, base: Base) -> Iterator[str]:
    if replay.verb != base.verb:
        yield f"{replay.verb} instead of {base.verb}"
    if replay.query and base.arguments != "query":
        yield f"{_listed(name for name, _ in replay.query)} in the query string"
    if replay.json is not None:
        yield "the arguments as JSON"
    elif not replay.form and base.arguments in {"form", "multipart"}:
        yield "an empty form as the body"


def _credentials(replay: Replay, base: Base) -> Iterator[str]:
    expected = "bearer" if _in_header(base) else "basic" if base.credentials == "basic" else None
    match replay.authorization:
        case same if same == expected:
            return
        case "bearer":
            yield "a token in the Authorization header"
        case "basic":
            yield "client id and secret by HTTP Basic"
        case _ if any(name == "token" for name, _ in replay.form):
            yield "the token as a parameter"
        case _:
            yield "no Authorization header"


def _arguments(replay: Replay, base: Base, arguments: Mapping[str, Argument]) -> Iterator[str]:
    pairs = (*replay.query, *replay.form)
    names = [name for name, _ in pairs]
    elsewhere = {"bearer": {"token"}, "basic": {"client_id", "client_secret"}}.get(replay.authorization or "", set())
    moved = {"token"} if _in_header(base) and not elsewhere else set()
    usual = [argument.name for argument in arguments.values() if argument.value is not None]
    usual = [name for name in usual if name not in elsewhere | moved]
    others = [name for name in names if name not in {*usual, *moved}]
    missing = [name for name in usual if name not in names]
    if others:
        yield f"{'one more argument' if len(others) == 1 else 'other arguments'}, {_listed(map(repr, others))}"
    if missing and replay.json is None:
        yield f"without {_listed(missing)}"
    for name, value in pairs:
        if value is None:
            yield f"{name!r} without an equals sign"
        elif name in usual and not value.startswith("$"):
            yield f"{name} = {value!r}"
    if [name for name in usual if name in names] != [name for name in names if name in usual]:
        yield "the arguments in another order"


def _type(replay: Replay, base: Base) -> Iterator[str]:
    value = next((value for name, value in replay.headers if name.lower() == "content-type"), None)
    if value is None:
        yield "no Content-Type"
    elif value != (base.content_type or _FORM):
        yield f"Content-Type: {value}"


def _encoding(replay: Replay) -> Iterator[str]:
    if replay.safe:
        yield f"{_listed(repr(character) for character in replay.safe)} not escaped"


def _headers(replay: Replay) -> Iterator[str]:
    if all(name.lower() != "user-agent" for name, _ in replay.headers):
        yield "no User-Agent"
    others = [(name, value) for name, value in replay.headers if name.lower() != "content-type"]
    if others:
        # Every client has its own User-Agent, so this is the least interesting difference.
        others.sort(key=lambda header: header[0].lower() == "user-agent")
        yield f"headers {'; '.join(f'{name}: {value}' for name, value in others)}"


def _in_header(base: Base) -> bool:
    return base.token == "header"  # noqa: S105 - where it travels, not what it is


def _listed(words: Iterable[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
