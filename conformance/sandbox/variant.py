"""What a conforming target may do otherwise; the default is the preferred reading in everything."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from conformance.sandbox.checks import Phase
from conformance.sandbox.intake import TEXT, USUAL, Fault, Habits
from conformance.sandbox.minting import PlainMint
from conformance.sandbox.presentation import Presentation

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
    warns: frozenset[str] = frozenset()
    """Ids of the should- and may-rules that it does not follow, as it may: the suite draws a WARN on them."""

    order: Order = as_listed
    """The order of checks within each phase."""
    phases: Sequence[Phase] = tuple(Phase)
    """The order of phases; what was not read cannot be checked, so not every other order conforms."""
    names: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """Another name for what a check finds: method and condition to code, or to `ok` where it is let pass."""

    presentation: Presentation = field(default_factory=Presentation)
    statuses: Mapping[str, int] = field(default_factory=dict)
    """Another status for a refusal with this code."""
    success_status: int = 200
    retry_after: Literal["seconds", "date"] = "seconds"
    silent_on_retry: frozenset[str] = frozenset()
    """Methods that throttle without a word about when to try again."""
    explanations: Literal["some", "none", "always"] = "some"
    """Whether refusals say more than their code: where there are details, never, or always by a message."""
    warning_places: tuple[str, ...] = ("warning", "response_metadata")
    warns_on_failure: bool = True
    warns_everywhere: bool = False
    """Whether methods whose page knows no warning draw them too."""
    unlisted_warning: str | None = None
    """A warning on every answer that no page lists."""

    app_kind: AppKind | None = None
    """The kind of app by whose shape every code is answered, whatever the world says."""
    bare_success: bool = False
    """Whether a success says no more than what the pages promise."""
    mint: Callable[[], Mint] = PlainMint
    lives_s: Mapping[str, float] = field(default_factory=dict)
    """Another length of life by kind of one-shot value."""
    window_s: int | None = None
    """Another time for which a small bucket stays empty."""
    refusals_spend: bool = False
    """Whether a refused request uses up its one-shot values too."""
    requests_a_minute: Mapping[str, int] = field(default_factory=dict)
    """Another rate by method than its tier's."""

    habits: Habits = USUAL
    refused_types: frozenset[tuple[str, str]] = frozenset()
    """Methods with a listed type of body that each refuses all the same, since its own list is shorter."""
    unread_types: frozenset[tuple[str, str]] = frozenset()
    """Methods with a listed type of body into which each does not look."""
    query_of_text_unread: bool = False
    """Whether the query string beside a plain text is not looked at."""
    empty_forms: Literal["read", "missing-without-query", "missing"] = "read"
    """Whether a form of no bytes counts as missing data."""
    bare_names_refused: bool = False
    """Whether a form is refused in which a name stands without an equals sign."""
    user_tokens_may_request: bool = False
    needless_tokens: Literal["checked", "ignored", "refused"] = "checked"
    """What becomes of a token where no argument of the method is one."""
    empty_tokens_refused: bool = False
    """Whether an empty token counts as a missing one even where no argument of the method is one."""
    query_tokens: Literal["unread", "read", "refused"] = "unread"
    listed_names_only: bool = False
    """Whether an argument that the page does not list is refused for its name."""
    wide_letters: bool = False
    """Whether letters beyond ASCII count as alphanumeric."""
    strict_lists: bool = False
    """Whether white space and empty elements in a comma-separated list are refused."""
    empty_lists_pass: bool = False
    """Whether a list without an element is one."""
    unasked_redirect_refused: bool = False
    """Whether a redirect_uri is refused that was not sent when the code was asked for."""

    def changed(self, **changes: Any) -> Variant:  # noqa: ANN401 - as the fields are
        """Return this variant with further changes: tables and sets grow, a presentation changes in parts."""
        grown: dict[str, Any] = {}
        for name, value in changes.items():
            held = getattr(self, name)
            if isinstance(held, dict | frozenset):
                grown[name] = held | value
            elif isinstance(held, Presentation | Habits):
                grown[name] = replace(held, **value)
            else:
                grown[name] = value
        return replace(self, **grown)

    def understood(self, call: Call, method: Method | None) -> Call:
        """Return what this target sees of a request where the pages leave that open."""
        if (call.method, call.media_type) in self.refused_types:
            call = replace(call, faults=call.faults | {Fault.UNKNOWN_TYPE})
        if (call.method, call.media_type) in self.unread_types:
            call = replace(call, form={}, faults=call.faults - {Fault.BROKEN_FORM})
        if call.media_type == TEXT and self.query_of_text_unread:
            call = replace(call, query={})
        in_query = call.query.get("token")
        if in_query and call.token is None and self.query_tokens == "read":
            call = replace(call, bearer=in_query)
        if self.needless_tokens == "ignored" and method is not None and "token" not in method.arguments:
            call = replace(call, bearer=None, form={name: text for name, text in call.form.items() if name != "token"})
        return call


PREFERRED = Variant()
