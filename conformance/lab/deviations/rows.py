"""Faults derived from the rows of the error table: not enforced, another code, or no usable answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.catalog.model import RuleKind
from conformance.lab.deviations import replies
from conformance.lab.deviations.kinds import Answers, Calls, Passes

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from conformance.catalog.model import Method
    from conformance.lab.deviations.fault import Fault
    from conformance.sandbox.context import Context

OTHER, OTHERS_OTHER = "accesslimited", "service_unavailable"
"""The wrong documented code for all rows, and the one for that row itself."""
MALFORMED = frozenset(
    {
        "missing_post_type",
        "invalid_post_type",
        "invalid_charset",
        "invalid_form_data",
        "request_timeout",
        "invalid_arg_name",
        "invalid_array_arg",
        "invalid_json",
        "json_not_object",
    }
)
"""Rows about malformed requests, on which a server may fail without a proper answer."""
FAILURES = (
    ("hangs-up", "the connection is closed", replies.hangs_up),
    ("stops-halfway", "the answer stops halfway", replies.stops_halfway),
    ("page", "an HTML page is answered", replies.says_a_page),
)
SAME_SENTENCE = {
    ("apps.permissions.request", "not_authed"): ("token-required",),
    ("apps.permissions.request", "invalid_arguments"): ("scopes-required",),
}
"""Other rules about the same refusal."""
MAY_SUCCEED = {
    "oauth.access": frozenset(
        {
            "token_revoked",
            "account_inactive",
            "no_permission",
            "missing_scope",
            "token_expired",
            "team_access_not_granted",
            "not_allowed_token_type",
            "team_added_to_org",
            "invalid_arguments",
        }
    ),
    "apps.permissions.request": frozenset({"team_added_to_org"}),
}
"""Rows whose condition may be ignored: meaningless tokens or options, and a temporary state of a workspace."""


def of_rows(method: Method, split: Collection[str]) -> Iterator[Fault]:
    """Yield the faults of every row; rows in `split` have separate faults for parts of their condition."""
    may_succeed = MAY_SUCCEED.get(method.name, frozenset())
    for rule in method.rules:
        if rule.kind is not RuleKind.ERROR or rule.untestable:
            continue
        code = rule.name
        if code not in split and code not in may_succeed:
            yield Passes(rule=code, fault="not-enforced", summary=f"Nothing is ever refused with {code}.", found=code)
        other = OTHER if code != OTHER else OTHERS_OTHER
        unknown = code.replace("_", "-") if "_" in code else f"{code}-error"
        for fault, said, where in (
            ("other-documented-code", other, "this page"),
            ("undocumented-code", unknown, "no page"),
        ):
            yield Calls(
                rule=code,
                fault=fault,
                summary=f"The answer has the code {said}, which is on {where}, instead of {code}.",
                with_rules=SAME_SENTENCE.get((method.name, code), ()),
                found=code,
                code=said,
            )
        if code in MALFORMED:
            for fault, words, change in FAILURES:
                summary = f"Instead of answering {code}, {words}."
                yield Answers(rule=code, fault=fault, summary=summary, change=change, when=_said(code))


def _said(code: str) -> Callable[[Context], bool]:
    return lambda context: context.code == code
