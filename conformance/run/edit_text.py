"""An edit in words, as the terminal and the reports show it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.catalog.model import Replay

if TYPE_CHECKING:
    from conformance.catalog.model import Case, Catalog, Edit

_LONG = 80


def edit_in_words(edit: Edit | None) -> str:
    """Return the one change in a line; empty for a base's own case."""
    if edit is None:
        return ""
    match edit.kind, edit.value:
        case ("set_argument" | "add_argument" as kind), dict(value):
            ((name, wanted),) = value.items()
            verb = "argument" if kind == "set_argument" else "one argument more:"
            return f"{verb} {name} = {_value(wanted)}"
        case "drop_argument", name:
            return f"without argument {name}"
        case "rename_argument", dict(value):
            ((old, new),) = value.items()
            return f"argument {old} is called {_short(new)}"
        case "lengthen_name", dict(value):
            return f"the name of argument {value['argument']} is {value['to']} letters long"
        case "move_argument", dict(value):
            ((name, place),) = value.items()
            return f"argument {name} travels in the {place}"
        case "set_header", dict(value):
            ((name, text),) = value.items()
            return f"{name}: {_short(text)}"
        case "drop_header", name:
            return f"without the header {name}"
        case "drop", what:
            return f"without any {what}"
        case "verb", verb:
            return f"verb {verb}"
        case "body", dict(value):
            return _body(value)
        case "again", how:
            return "sent again, byte for byte" if how == "same" else "sent again, with fresh one-shot values"
        case "again_after", _:
            return "sent again after being throttled and waiting as told"
        case "advance_s", seconds:
            return f"{seconds} seconds later"
        case "state", name:
            return f"the same request in the state {name}"
        case "replay", Replay() as replay:
            return f"as {replay.client} {replay.version} sends it"
        case kind, value:
            return f"{kind} {value!r}"


def state_in_words(case: Case, catalog: Catalog) -> str:
    """Return the fact that the case needs to be true; empty in a healthy world."""
    state = catalog.states.get(case.state)
    return "" if state is None else state.fact


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
            return f"{value} of a world in the state {state}"
        case {"repeat": text, "times": times}:
            return f"{_short(text)!r} {times} times"
        case str() if wanted.startswith("$"):
            return wanted
        case _:
            return repr(_short(str(wanted)))


def _short(text: str) -> str:
    return text if len(text) <= _LONG else f"{text[:_LONG]}… ({len(text)} characters)"
