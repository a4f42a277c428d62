"""Describe edits in words for terminal and reports; one function for each kind of edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.catalog.model import name_in_state

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.catalog.model import Edit, Replay

_LONG = 80


def edit_in_words(edit: Edit | None) -> str:
    """Return the edit as one line; empty for a base's own case."""
    return "" if edit is None else _WORDS[edit.kind](edit.value)


def _argument(value: dict[str, Any]) -> str:
    ((name, wanted),) = value.items()
    return f"argument {name} = {_value(wanted)}"


def _renamed(value: dict[str, str]) -> str:
    ((old, new),) = value.items()
    return f"argument {old} is called {_short(new)}"


def _moved(value: dict[str, str]) -> str:
    ((name, place),) = value.items()
    return f"argument {name} travels in the {place}"


def _header(value: dict[str, str]) -> str:
    ((name, text),) = value.items()
    return f"{name}: {_short(text)}"


def _again(how: str) -> str:
    return "sent again, byte for byte" if how == "same" else "sent again, with fresh one-shot values"


def _replay(replay: Replay) -> str:
    variant = f" ({replay.variant})" if replay.variant else ""
    sends = "should send it, by its source" if replay.derived else "sends it"
    differences = f", unlike the base: {'; '.join(replay.unlike)}" if replay.unlike else ""
    return f"as {replay.client} {replay.version}{variant} {sends}{differences}"


def _body(value: dict[str, Any]) -> str:
    parts = []
    if "text" in value:
        parts.append(f"body {_short(value['text'])!r}")
    if "hex" in value:
        parts.append(f"body of the bytes {_short(value['hex'])}")
    if "append" in value:
        parts.append(f"body followed by {_short(value['append'])!r}")
    if "send" in value:
        how = {"half": "only half of the body", "nothing": "nothing of the body"}[value["send"]]
        parts.append(f"{how} is sent, then the sending side is closed")
    return ", ".join(parts)


def _value(wanted: Any) -> str:  # noqa: ANN401 - see the schema's `value`
    match wanted:
        case {"value": value, "of": state}:
            return name_in_state(value, state)
        case {"value": value, "then": more}:
            return f"{value} with {more!r} behind it"
        case {"repeat": text, "times": times}:
            return f"{_short(text)!r} {times} times"
        case str() if wanted.startswith("$"):
            return wanted
        case _:
            return repr(_short(str(wanted)))


def _short(text: str) -> str:
    return text if len(text) <= _LONG else f"{text[:_LONG]}… ({len(text)} characters)"


_WORDS: dict[str, Callable[[Any], str]] = {
    "set_argument": _argument,
    "add_argument": lambda value: f"one more {_argument(value)}",
    "drop_argument": lambda name: f"without argument {name}",
    "rename_argument": _renamed,
    "lengthen_name": lambda value: f"the name of argument {value['argument']} is {value['to']} letters long",
    "move_argument": _moved,
    "set_header": _header,
    "drop_header": lambda name: f"without the header {name}",
    "drop": lambda what: f"without any {what}",
    "body": _body,
    "again": _again,
    "each_then_all": lambda name: f"argument {name} with one element, then with the whole list",
    "again_after": lambda _: "sent again after being throttled and waiting as asked",
    "again_after_refusal": lambda value: (
        f"sent with one more {_argument(value)}, then without it and with the same values"
    ),
    "advance_s": lambda seconds: f"{seconds} seconds later",
    "state": lambda name: f"the same request in the state {name}",
    "replay": _replay,
}
