"""What faults derived from a rule break besides, with the reason: cases to which several rules apply."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.lab.deviations.tokens import OAUTH, PERMISSIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.lab.deviations.fault import Fault

_UNSEEN = "Arguments that were not seen are refused in the same way."
_RENAMES = ("other-documented-code", "undocumented-code")
_FAILURES = ("hangs-up", "stops-halfway", "page")
_CLIENT = "A real client is refused with the same code."
_SENDS = "A real client sends its requests in the same way."
_BESIDE = "One of its cases shows the warning beside this refusal, which has a code of the table."
_BROKEN = "One of its cases is this refusal, which cannot be read."
_REFUSED_FIRST = "One of its cases has an array refused first."

MEETING: Mapping[tuple[str, str, tuple[str, ...]], Mapping[str, str]] = {
    (PERMISSIONS, "invalid_trigger", ("undocumented-code",)): {"superfluous_charset": _BESIDE},
    (PERMISSIONS, "invalid_scope", _RENAMES): {
        "scopes-comma-separated": "A list that is separated otherwise is one unknown scope.",
        "real-clients": _CLIENT,
    },
    (PERMISSIONS, "not_authed", _RENAMES): {"token-in-query": "A token that is not seen there is none."},
    (PERMISSIONS, "invalid_arguments", _RENAMES): {
        "via-post-json-arguments": _UNSEEN,
        "invalid_post_type": _UNSEEN,
        "request_timeout": _UNSEEN,
        "trigger-id-required": "A missing argument has the same code, whichever it is.",
        "real-clients": _CLIENT,
    },
    (PERMISSIONS, "invalid_arg_name", (*_RENAMES, *_FAILURES)): {"real-clients": _CLIENT},
    (PERMISSIONS, "missing_post_type", ("stops-halfway", "page")): {"failure-shape": _BROKEN},
    (OAUTH, "missing_post_type", ("stops-halfway", "page")): {"failure-shape": _BROKEN},
    (PERMISSIONS, "via-post-form", ("refused", "body-not-read")): {
        "missing_charset": "One of its cases sends a form without charset."
    },
    (PERMISSIONS, "via-post-form-body-token", ("refused", "token-not-read")): {"real-clients": _SENDS},
    (PERMISSIONS, "via-post-query", ("refused",)): {"real-clients": _SENDS},
    (PERMISSIONS, "via-post-form-utf-8", ("refused",)): {"superfluous_charset": "One of its cases names this charset."},
    (PERMISSIONS, "via-post-json-arguments", ("refused-for-another-reason",)): {"real-clients": _SENDS},
    (PERMISSIONS, "both-places", ("list-at-the-top",)): {
        "success-shape": "A warning of another type is not a success as documented."
    },
    (OAUTH, "invalid_client_id", _RENAMES): {"invalid_post_type": _UNSEEN},
    (PERMISSIONS, "invalid_array_arg", ("empty-brackets-let-pass",)): {"trigger_exchanged": _REFUSED_FIRST},
    (OAUTH, "invalid_array_arg", ("empty-brackets-let-pass",)): {"code_already_used": _REFUSED_FIRST},
    (OAUTH, "invalid_code", _RENAMES): {"request_timeout": _UNSEEN},
    (OAUTH, "invalid_arguments", _RENAMES): {
        "single-channel": "A single_channel of another kind of app is an invalid argument."
    },
    (OAUTH, "via-post-form-basic", ("refused", "basic-not-read")): {"real-clients": _SENDS},
    (OAUTH, "via-post-form-utf-8", ("refused",)): {"real-clients": _SENDS},
}
"""By method, rule and faults: the other rules whose cases fail too, with the reason."""


def declared(fault: Fault) -> Fault:
    """Return the bound fault with its collateral declared."""
    for (method, rule, faults), breaks in MEETING.items():
        if (method, rule) == (fault.method, fault.rule) and fault.fault in faults:
            fault.breaks = {**fault.breaks, **breaks}
    return fault
