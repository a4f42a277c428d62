"""Simpler documented requests, tried if all ways into a method are refused.

A list may be cut to its first element, and an optional argument that must match may be left out; the page documents
both. A form that succeeds is kept for the whole method, so that its cases can be exercised. That proves nothing by
itself, since the profile's value may be wrong; another case tests what was left out.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from conformance.catalog.edits import SetArgument
from conformance.judge.causes import Kind
from conformance.target.world import Unreachable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.catalog.model import Edit, Method
    from conformance.target.world import Drawn, World

SEPARATOR = ","


@dataclass(frozen=True, slots=True)
class Simpler:
    """One simplification: the first element only of the value `first_of`, or the argument `without` left out."""

    first_of: str = ""
    without: str = ""
    refused: str = ""
    """The method's answer to the whole request, in words."""

    def method(self, method: Method) -> Method:
        """Return the method without the argument; unchanged if only a list is cut."""
        if not self.without:
            return method
        arguments = {**method.arguments, self.without: replace(method.arguments[self.without], value=None)}
        return replace(method, arguments=arguments)

    def cut(self, values: Drawn) -> None:
        """Cut the list in these values, if any, to its first element."""
        if self.first_of:
            with suppress(KeyError):
                values[self.first_of] = values[self.first_of].partition(SEPARATOR)[0].strip()

    def check(self, method: Method, edit: Edit | None) -> None:
        """Raise `Unreachable` if the edit is about the argument that is left out, or sends a list of its own."""
        if edit is None:
            return
        if self.first_of and _sends_list(edit, self.first_of, method):
            text = f"{method.name} refuses a list of {self.first_of} with {self.refused}, whatever is in it."
            raise Unreachable(Kind.LEFT_OUT, text, "A target that takes several in one list.")
        if not self.without or not edit.is_about(self.without, method.arguments[self.without].value or ""):
            return
        text = f"{method.name} refuses every documented way in with {self.refused} while {self.without} is sent, and "
        text += "succeeds without it, so that it is left out."
        raise Unreachable(Kind.LEFT_OUT, text, f"A {self.without} in the profile with which the method succeeds.")


def simplifications(method: Method, world: World, missing: frozenset[str]) -> Iterator[Simpler]:
    """Yield the simplifications that the page allows for requests with values of this world.

    There are none if another value is missing, since no request without it would succeed.
    """
    droppable = {one.name: (one.value or "")[1:] for one in method.arguments.values() if one.kind == "must-match"}
    if missing - set(droppable.values()):
        return
    for argument in method.arguments.values():
        name = (argument.value or "")[1:]
        if argument.kind == "comma-separated" and SEPARATOR in (world.steady(name) or ""):
            yield Simpler(first_of=name)
        if argument.name in droppable and not argument.required and name:
            yield Simpler(without=argument.name)


def _sends_list(edit: Edit, value: str, method: Method) -> bool:
    """Whether an edit sets the argument for this value to a list, or to something that may be one."""
    names = {one.name for one in method.arguments.values() if one.value == f"${value}"}
    if not isinstance(edit, SetArgument) or edit.name not in names:
        return False
    return not isinstance(edit.value, str) or SEPARATOR in edit.value or edit.value.startswith("$")
