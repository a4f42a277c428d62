"""Compose one request from a base, an edit and the values of a world."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from ..catalog.alterations import ALTERATIONS
from ..catalog.values import (
    AlteredValue,
    BorrowedValue,
    ExtendedValue,
    LikeValue,
    RepeatedText,
    altered_name,
    name_taken,
)
from .draft import USER_AGENT, Draft

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..catalog.edits.edit import Edit
    from ..catalog.model import Argument, Base, Method
    from ..catalog.values import Value
    from .draft import Text
    from .request import Request

_CLIENT_KINDS = ("client-id", "client-secret")


@dataclass
class Values:
    """The values of one world for one request; `of` holds the values of other worlds, by state.

    A value is looked up only when the request that carries it is finished. `missing` collects the names of unavailable
    values, those of another world as `token of app-removed`; `placeholders` are sent instead, by name.
    """

    own: Mapping[str, str] = field(repr=False)
    of: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)
    placeholders: Mapping[str, str] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    altered: dict[str, str] = field(default_factory=dict, repr=False)
    """Each value that is sent wrong by little, under the name that records show for it."""

    def resolve(self, value: Value) -> str:
        """Return the text to send for a value in the data."""
        name = name_taken(value)
        match value:
            case BorrowedValue(of=state):
                return self._named(name, self.of.get(state, {}), f"{name} of {state}")
            case ExtendedValue(then=more):
                return self._named(name, self.own) + more
            case AlteredValue(altered=how):
                text = ALTERATIONS[how][1](self._named(name, self.own))
                if name not in self.missing:  # a placeholder is not secret
                    self.altered[altered_name(name)] = text
                return text
            case RepeatedText(repeat=text, times=times):
                return text * times
            case LikeValue():
                raise TypeError(f"{value} was not drawn")
            case str():
                return self._named(name, self.own) if name else value

    def later(self, value: Value) -> Text:
        """Return a callable for the text to send, so that no value is used up for a part that an edit removes."""
        return partial(self.resolve, value)

    def has(self, reference: str) -> bool:
        """Whether there is a value for this `$name`."""
        try:
            self.own[reference[1:]]
        except KeyError:
            return False
        return True

    def _named(self, name: str, values: Mapping[str, str], called: str = "") -> str:
        try:
            return values[name]
        except KeyError:
            self.missing.add(called or name)
            return self.placeholders.get(name, f"no-{name}")


def compose(  # noqa: PLR0913 - what a request is made of
    method: Method, base: Base, edit: Edit | None, url: str, values: Values, *, agent: str = USER_AGENT
) -> Request:
    """Return the request of the base with at most one edit, addressed to `url` + the method's name.

    `agent` is the User-Agent, unless the edit sets or drops that header.
    """
    arguments = [argument for argument in method.arguments.values() if argument.value and argument.placeholder]
    values = replace(values, placeholders={str(one.value)[1:]: str(one.placeholder) for one in arguments})
    draft = _draft(method, base, values)
    draft.agent = agent
    if edit is not None:
        edit.apply(draft, values.later)
    return draft.finish(url + method.name)


def _draft(method: Method, base: Base, values: Values) -> Draft:
    kinds = {argument.name: argument.kind for argument in method.arguments.values()}
    draft = Draft(base.verb, kinds, content_type=base.content_type)
    client: dict[str, Text] = {}
    for argument in method.arguments.values():
        if argument.value is None or argument.name in base.omit:
            continue
        if argument.kind == "must-match" and not values.has(argument.value):
            continue  # where none was given before, the request without it is the documented one
        text = values.later(argument.value)
        if argument.kind == "token" and base.token == "header":  # noqa: S105 - where it travels, not what it is
            draft.bearer = text
        elif argument.kind in _CLIENT_KINDS and base.credentials == "basic":
            client[argument.kind] = text
        elif _is_sent(argument, base):
            draft.arguments.append((argument.name, text, base.arguments))
    if client:
        draft.basic = (client.get("client-id", ""), client.get("client-secret", ""))
    draft.arguments += [(name, values.later(value), base.arguments) for name, value in base.extra.items()]
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
