"""Methods that clients call for themselves, so that they start against the sandbox. They are not under test.

`auth.test` says whose token it got, by the same facts and checks of tokens as the methods under test; `api.test`
repeats its arguments. No page of ours describes them, so no case asks for them, and the control API does not list them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..catalog.model import Catalog, Method

AUTH_TEST, API_TEST = "auth.test", "api.test"
NOT_OF_AUTH_TEST = {"token.of-bot", "token.of-refused-type", "token.without-scope", "token.outside-conversation"}
"""Conditions that a method may refuse; `auth.test` says of every valid token whose it is."""


def untested_methods(catalog: Catalog) -> dict[str, Method]:
    """Return both methods; without a method that needs a token, whose codes `auth.test` has, only `api.test`."""
    found: dict[str, Method] = {}
    for method in catalog.methods.values():
        silent = replace(method, title="", tier=max(4, method.tier), bases={}, cases=(), arguments={}, rules=())
        found[API_TEST] = replace(silent, name=API_TEST, effect={"kind": "echo"})
        token = {name: argument for name, argument in method.arguments.items() if argument.kind == "token"}
        if any(argument.required for argument in token.values()):
            found[AUTH_TEST] = replace(
                silent,
                name=AUTH_TEST,
                effect={"kind": "identify"},
                arguments=token,
                rules=tuple(rule for rule in method.rules if not NOT_OF_AUTH_TEST & {*rule.conditions}),
            )
    return found
