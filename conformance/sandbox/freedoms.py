"""What a target decides for itself since no sentence of the pages says anything about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.sandbox import mints
from conformance.sandbox.checks import Phase
from conformance.sandbox.choices import OAUTH, PERMISSIONS, Choice, rules
from conformance.sandbox.facts import AppKind
from conformance.sandbox.variant import reverse, shuffled

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

A, B = (PERMISSIONS,), (OAUTH,)
DAY_S = 86_400.0
NEEDS_THE_BODY = frozenset({Phase.NAMES, Phase.AUTHENTICATION, Phase.MISSING, Phase.VALUES, Phase.GRANT})
"""What can only be looked at once it is known that the body was read."""


def freedoms() -> Iterator[Choice]:
    """Yield every decision that is free, but for how an answer looks."""
    yield from _of_values()
    yield from _of_successes()
    yield from _of_refusals()
    yield from _of_warnings()
    yield from _of_bodies()
    yield Choice("order", "reversed", {"order": reverse})
    for seed in (1, 2, 3):
        yield Choice("order", f"shuffled-{seed}", {"order": shuffled(seed)})


def any_phases(random: Random) -> tuple[Phase, ...]:
    """Return an order of phases in which nothing is looked at before it was read."""
    phases = random.sample(list(Phase), len(Phase))
    first = min(phases.index(phase) for phase in NEEDS_THE_BODY)
    if phases.index(Phase.TRANSPORT) > first:
        phases.remove(Phase.TRANSPORT)
        phases.insert(first, Phase.TRANSPORT)
    return tuple(phases)


def _of_values() -> Iterator[Choice]:
    yield Choice("values", "long-values", {"mint": mints.long_values})
    yield Choice("values", "short-values", {"mint": mints.ShortMint})
    yield Choice("values", "numbers-as-values", {"mint": mints.NumberMint})
    yield Choice("values", "special-values", {"mint": mints.special_values})
    yield Choice("values", "far-redirect", {"mint": mints.FarRedirectMint})
    for kind, rule, methods in (("trigger", "invalid_trigger", A), ("code", "invalid_code", B)):
        changes = {"lives_s": {kind: DAY_S}, "draws": rules(rule, methods=methods)}
        yield Choice(f"life-of-{kind}", f"long-lived-{kind}s", changes)


def _of_successes() -> Iterator[Choice]:
    for kind in AppKind:
        yield Choice("success", f"answers-{kind}", {"app_kind": kind})
    yield Choice("success", "bare-success", {"bare_success": True})


def _of_refusals() -> Iterator[Choice]:
    yield Choice("explanations", "messages", {"explanations": "always"})
    yield Choice("explanations", "codes-only", {"explanations": "none"})
    spent = {
        "refusals_spend": True,
        "draws": rules("trigger_exchanged", methods=A) | rules("code_already_used", methods=B),
    }
    yield Choice("spending", "refusals-spend", spent)
    wide = {"wide_letters": True, "draws": rules("invalid_arg_name")}
    yield Choice("letters", "wide-letters", wide)
    empty = {"empty_lists_pass": True, "draws": rules("scopes-required", methods=A)}
    yield Choice("empty-lists", "empty-lists-pass", empty)


def _of_warnings() -> Iterator[Choice]:
    one_place = rules("both-places", methods=A)
    for place in ("warning", "response_metadata"):
        changes = {"warning_places": (place,), "draws": one_place}
        yield Choice("warning-places", f"warned-by-{place.replace('_', '-')}", changes)
    silent = {"warns_on_failure": False, "draws": rules("missing_charset", "superfluous_charset", methods=A)}
    yield Choice("warned-failures", "failures-without-warning", silent)
    yield Choice("warned-methods", "warned-everywhere", {"warns_everywhere": True})
    yield Choice("other-warnings", "unlisted-warning", {"unlisted_warning": "method_is_old"})


def _of_bodies() -> Iterator[Choice]:
    literal = rules("invalid_charset", "invalid_post_type")
    yield Choice("literal-names", "literal-names", {"habits": {"literal_names": True}, "draws": literal})
    broken = rules("invalid_form_data")
    yield Choice("boundaries", "lenient-boundaries", {"habits": {"lenient_boundaries": True}, "draws": broken})
    yield Choice("text", "text-as-form", {"habits": {"text_as_form": True}})
    yield Choice("query-of-text", "query-of-text-unread", {"query_of_text_unread": True})
