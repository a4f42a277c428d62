"""Choices on which the pages say nothing at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...sandbox.checks import Phase
from ...sandbox.facts import AppKind
from ...sandbox.variant import reverse, shuffled
from . import mints
from .choices import OAUTH, PERMISSIONS, Choice, rules

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

A, B = (PERMISSIONS,), (OAUTH,)
DAY_S = 86_400.0
NEEDS_THE_BODY = frozenset({Phase.NAMES, Phase.AUTHENTICATION, Phase.MISSING, Phase.VALUES, Phase.GRANT})
"""Phases that can only follow the phase in which the body is read."""


def freedoms() -> Iterator[Choice]:
    """Yield every free choice except those about the form of answers."""
    yield from _of_values()
    yield from _of_successes()
    yield from _of_refusals()
    yield from _of_warnings()
    yield from _of_bodies()
    yield Choice("the order of checks", "reversed", {"order": reverse})
    for seed in (1, 2, 3):
        yield Choice("the order of checks", f"shuffled-{seed}", {"order": shuffled(seed)})


def any_phases(random: Random) -> tuple[Phase, ...]:
    """Return a random order of phases in which nothing is checked before it was read."""
    phases = random.sample(list(Phase), len(Phase))
    first = min(phases.index(phase) for phase in NEEDS_THE_BODY)
    if phases.index(Phase.TRANSPORT) > first:
        phases.remove(Phase.TRANSPORT)
        phases.insert(first, Phase.TRANSPORT)
    return tuple(phases)


def _of_values() -> Iterator[Choice]:
    yield Choice("what ids, tokens and other values look like", "long-values", {"mint": mints.long_values})
    yield Choice("what ids, tokens and other values look like", "short-values", {"mint": mints.ShortMint})
    yield Choice("what ids, tokens and other values look like", "numbers-as-values", {"mint": mints.NumberMint})
    yield Choice("what ids, tokens and other values look like", "special-values", {"mint": mints.special_values})
    yield Choice("what ids, tokens and other values look like", "far-redirect", {"mint": mints.FarRedirectMint})
    for kind, rule, methods in (("trigger", "invalid_trigger", A), ("code", "invalid_code", B)):
        changes = {"lives_s": {kind: DAY_S}, "warns": rules(rule, methods=methods)}
        yield Choice(f"how long a {kind} lives", f"long-lived-{kind}s", changes)


def _of_successes() -> Iterator[Choice]:
    for kind in AppKind:
        yield Choice("which fields a success has", f"answers-{kind}", {"app_kind": kind})
    yield Choice("which fields a success has", "bare-success", {"bare_success": True})


def _of_refusals() -> Iterator[Choice]:
    yield Choice("whether a refusal says more than its code", "messages", {"explanations": "always"})
    yield Choice("whether a refusal says more than its code", "codes-only", {"explanations": "none"})
    spent = {
        "refusals_spend": True,
        "warns": rules("trigger_exchanged", methods=A) | rules("code_already_used", methods=B),
    }
    yield Choice("whether a refused request uses up its code or trigger", "refusals-spend", spent)
    wide = {"wide_letters": True, "warns": rules("invalid_arg_name")}
    yield Choice("whether letters beyond ASCII are alphanumeric", "wide-letters", wide)
    empty = {"empty_lists_pass": True, "warns": rules("scopes-required", methods=A)}
    yield Choice("whether a list may be empty", "empty-lists-pass", empty)


def _of_warnings() -> Iterator[Choice]:
    one_place = rules("both-places", methods=A)
    for place in ("warning", "response_metadata"):
        changes = {"warning_places": (place,), "warns": one_place}
        yield Choice("where a warning stands", f"warned-by-{place.replace('_', '-')}", changes)
    silent = {"warns_on_failure": False, "warns": rules("missing_charset", "superfluous_charset", methods=A)}
    yield Choice("whether a refusal carries warnings", "failures-without-warning", silent)
    yield Choice("which methods warn", "warned-everywhere", {"warns_everywhere": True})
    yield Choice("warnings that no page lists", "unlisted-warning", {"unlisted_warning": "method_is_old"})


def _of_bodies() -> Iterator[Choice]:
    literal = rules("invalid_charset", "invalid_post_type")
    yield Choice(
        "whether content types and charsets are case-sensitive",
        "literal-names",
        {"habits": {"literal_names": True}, "warns": literal},
    )
    broken = rules("invalid_form_data")
    yield Choice(
        "text before the first multipart boundary",
        "lenient-boundaries",
        {"habits": {"lenient_boundaries": True}, "warns": broken},
    )
    yield Choice("whether plain text is read as a form", "text-as-form", {"habits": {"text_as_form": True}})
    yield Choice("the query string beside a plain text", "query-of-text-unread", {"query_of_text_unread": True})
