"""What a conforming target may do otherwise; the default is the preferred reading in everything."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from conformance.sandbox.checks import Phase
from conformance.sandbox.intake import Fault
from conformance.sandbox.minting import PlainMint
from conformance.sandbox.reply import Presentation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from conformance.catalog.model import Method
    from conformance.sandbox.checks import Check
    from conformance.sandbox.facts import AppKind
    from conformance.sandbox.intake import Call
    from conformance.sandbox.minting import Mint

    Checks = Sequence[tuple[Check, str]]
    Order = Callable[[Checks], Checks]


def as_listed(checks: Checks) -> Checks:
    """Keep the order of checks."""
    return checks


def reverse(checks: Checks) -> Checks:
    """Turn the order of the checks of one phase round."""
    return checks[::-1]


def shuffled(seed: int) -> Order:
    """Return an order that is random, and the same for the same seed."""

    def order(checks: Checks) -> Checks:
        return random.Random(seed).sample(checks, len(checks))  # noqa: S311 - not a secret

    return order


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to conform."""

    name: str = "preferred"
    order: Order = as_listed
    """The order of checks within each phase."""
    phases: Sequence[Phase] = tuple(Phase)
    """The order of phases; what was not read cannot be checked, so few other orders conform."""
    names: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """Another name for what a check finds: method and condition to code, or to `ok` where it is let pass."""
    statuses: Mapping[str, int] = field(default_factory=dict)
    """Another status for a refusal with this code."""
    presentation: Presentation = field(default_factory=Presentation)
    messages: bool = False
    """Whether refusals explain themselves in `response_metadata.messages`."""
    app_kind: AppKind | None = None
    """The kind of app by whose shape every code is answered, whatever the world says."""
    mint: Callable[[], Mint] = PlainMint
    user_tokens_may_request: bool = False
    json_arguments: bool = False
    """Whether arguments in a JSON body are seen."""
    refused_types: frozenset[tuple[str, str]] = frozenset()
    """Methods with a listed type of body that each refuses all the same, since its own list is shorter."""
    needless_tokens_ignored: bool = False
    """Whether a token is not looked at where no argument of the method is one."""
    query_tokens: Literal["unread", "read", "refused"] = "unread"
    bare_names_refused: bool = False
    """Whether a form is refused in which a name stands without an equals sign."""
    listed_names_only: bool = False
    """Whether an argument that the page does not list is refused for its name."""
    strict_lists: bool = False
    """Whether white space and empty elements in a comma-separated list are refused."""
    unasked_redirect_refused: bool = False
    """Whether a redirect_uri is refused that was not sent when the code was asked for."""
    requests_a_minute: Mapping[str, int] = field(default_factory=dict)
    """Another rate by method than its tier's."""

    def understood(self, call: Call, method: Method | None) -> Call:
        """Return what this target sees of a request where the pages leave that open."""
        if (call.method, call.media_type) in self.refused_types:
            call = replace(call, faults=call.faults | {Fault.UNKNOWN_TYPE})
        if call.json is not None and self.json_arguments:
            # A token inside the JSON stays unseen: only the header is a place for it then.
            call = replace(call, form={name: value for name, value in call.json.items() if name != "token"})
        in_query = call.query.get("token")
        if in_query and call.token is None and self.query_tokens != "unread":
            call = replace(call, bearer=in_query if self.query_tokens == "read" else f"refused {in_query}")
        if self.needless_tokens_ignored and method is not None and "token" not in method.arguments:
            call = replace(call, bearer=None, form={name: text for name, text in call.form.items() if name != "token"})
        return call


PREFERRED = Variant()
