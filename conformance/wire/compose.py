"""From a base, an edit and the values of a world to one request."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from conformance.wire.draft import Draft
from conformance.wire.edits import EDITS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.catalog.model import Argument, Base, Edit, Method
    from conformance.wire.request import Request

_CLIENT_KINDS = ("client-id", "client-secret")


@dataclass
class Values:
    """The values of one world for one request; `of` are other worlds', by state. Notes which were not to be had."""

    own: Mapping[str, str] = field(repr=False)
    of: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)
    missing: set[str] = field(default_factory=set)

    def resolve(self, value: Any, placeholder: str | None = None) -> str:  # noqa: ANN401 - see the schema's `value`
        """Return the text to send for a value of the data, in any of the forms that the schema has for one."""
        match value:
            case {"value": str(reference), "of": str(state)}:
                return self._named(reference[1:], self.of.get(state, {}), placeholder)
            case {"value": str(reference), "then": str(more)}:
                return self._named(reference[1:], self.own, placeholder) + more
            case {"repeat": str(text), "times": int(times)}:
                return text * times
            case str() if value.startswith("$"):
                return self._named(value[1:], self.own, placeholder)
            case _:
                return str(value)

    def _named(self, name: str, values: Mapping[str, str], placeholder: str | None) -> str:
        if name in values:
            return values[name]
        self.missing.add(name)
        return placeholder if placeholder is not None else f"no-{name}"


def compose(method: Method, base: Base, edit: Edit | None, url: str, values: Values) -> Request:
    """Return the request that the base describes, with at most the one edit, to `url` + the method's name."""
    draft = _draft(method, base, values)
    if edit is not None and edit.kind in EDITS:
        EDITS[edit.kind](draft, edit.value, values.resolve)
    return draft.finish(url + method.name)


def _draft(method: Method, base: Base, values: Values) -> Draft:
    kinds = {argument.name: argument.kind for argument in method.arguments.values()}
    draft = Draft(base.verb, kinds, content_type=base.content_type)
    client: dict[str, str] = {}
    for argument in method.arguments.values():
        if argument.value is None or argument.name in base.omit:
            continue
        text = values.resolve(argument.value, argument.placeholder)
        if argument.kind == "token" and base.token == "header":  # noqa: S105 - where it travels, not what it is
            draft.bearer = text
        elif argument.kind in _CLIENT_KINDS and base.credentials == "basic":
            client[argument.kind] = text
        elif _is_sent(argument, base):
            draft.arguments.append((argument.name, text, base.arguments))
    if client:
        draft.basic = (client.get("client-id", ""), client.get("client-secret", ""))
    draft.arguments += [(name, values.resolve(value), base.arguments) for name, value in base.extra.items()]
    if base.body is not None:
        draft.body = base.body.encode()
    return draft


def _is_sent(argument: Argument, base: Base) -> bool:
    if base.arguments == "none":
        return False
    if argument.kind == "token":
        return base.token == "argument"  # noqa: S105 - where it travels, not what it is
    if argument.kind in _CLIENT_KINDS:
        return base.credentials == "argument"
    return True
