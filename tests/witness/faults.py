"""Twenty ways in which makers of such servers go wrong, each against one statement of the pages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from .behaviour import Behaviour

REQUEST = "apps.permissions.request"
ACCESS = "oauth.access"


@dataclass(frozen=True, slots=True)
class Fault:
    """A departure: what goes wrong, where the page says otherwise, and the change that does it."""

    summary: str
    place: str
    change: Callable[[Behaviour], Behaviour]


FAULTS: dict[str, Fault] = {
    "get-refused": Fault(
        "Only POST is routed; a GET is answered with status 405.",
        f"{REQUEST}: Facts, HTTP (the method is called with GET)",
        lambda own: replace(own, permissions_verbs=frozenset({"POST"})),
    ),
    "json-arguments-read": Fault(
        "Arguments in a JSON body are taken like those in a form.",
        f"{REQUEST}: prose under Arguments (no application/json)",
        lambda own: replace(own, permissions_reads_json=True),
    ),
    "body-token-ignored": Fault(
        "The token is looked for in the Authorization header only.",
        f"{REQUEST}: Arguments/1 (token as a POST parameter)",
        lambda own: replace(own, token_read_from_body=False),
    ),
    "scopes-optional": Fault(
        "A request without scopes is granted.",
        f"{REQUEST}: Arguments/2 (scopes is required)",
        lambda own: replace(own, scopes_required=False),
    ),
    "trigger-works-again": Fault(
        "A trigger is not marked as exchanged.",
        f"{REQUEST}: Errors/2 (trigger_exchanged)",
        lambda own: replace(own, trigger_works_once=False),
    ),
    "scope-types-mixed": Fault(
        "Every scope is looked up alone, never its type beside those of the others.",
        f"{REQUEST}: Errors/4 (mixed_scope)",
        lambda own: replace(own, scope_families_kept_apart=False),
    ),
    "trigger-user-unchecked": Fault(
        "Nobody looks whether the user behind the trigger still exists.",
        f"{REQUEST}: Errors/5 (invalid_user)",
        lambda own: replace(own, trigger_user_checked=False),
    ),
    "no-token-is-bad-token": Fault(
        "A request without any token fails like one with an unknown token.",
        f"{REQUEST}: Errors/6 (not_authed)",
        lambda own: replace(own, no_token_error="invalid_auth"),
    ),
    "user-token-inactive": Fault(
        "Dead user tokens get the error that is for dead bot tokens.",
        f"{REQUEST}: Errors/9 (token_revoked)",
        lambda own: replace(own, revoked_user_token_error="account_inactive"),
    ),
    "retry-after-absent": Fault(
        "The throttled answer does not say when to come back.",
        f"{REQUEST}: Errors/30 (ratelimited, the Retry-After header)",
        lambda own: replace(own, retry_after_sent=False),
    ),
    "forms-want-charset": Fault(
        "Every POST without a charset gets the warning, forms too.",
        f"{REQUEST}: Warnings/1 (missing_charset, for types that are not form data)",
        lambda own: replace(own, charset_recommended_for_forms=True),
    ),
    "array-dropped": Fault(
        "Arguments with brackets in their names are silently left out.",
        f"{ACCESS}: Errors/18 (invalid_array_arg)",
        lambda own: replace(own, arrays_refused=False),
    ),
    "long-name-passes": Fault(
        "The characters of a name are checked, its length is not.",
        f"{ACCESS}: Errors/2 (invalid_arg_name, very long names)",
        lambda own: replace(own, longest_name=None),
    ),
    "untyped-body-is-form": Fault(
        "A body without a Content-Type is read as a form.",
        f"{ACCESS}: Errors/29 (missing_post_type)",
        lambda own: replace(own, untyped_body_refused=False),
    ),
    "truncated-body-taken": Fault(
        "A body that ends too early is read as far as it goes.",
        f"{ACCESS}: Errors/19 (request_timeout)",
        lambda own: replace(own, truncation_noticed=False),
    ),
    "basic-ignored": Fault(
        "Client credentials count only as parameters.",
        f"{ACCESS}: Optional Params, client_id (the HTTP Basic scheme)",
        lambda own: replace(own, basic_credentials_read=False),
    ),
    "used-code-forgotten": Fault(
        "An exchanged code is deleted, so that it looks like one that never was.",
        f"{ACCESS}: Errors/39 (code_already_used)",
        lambda own: replace(own, used_code_error="invalid_code"),
    ),
    "redirect-uncompared": Fault(
        "The redirect_uri is taken without a look at the one of the authorisation.",
        f"{ACCESS}: Errors/21 (bad_redirect_uri)",
        lambda own: replace(own, redirect_compared=False),
    ),
    "secret-blamed-on-id": Fault(
        "A wrong secret is reported as a wrong client id.",
        f"{ACCESS}: Errors/16 (bad_client_secret)",
        lambda own: replace(own, wrong_secret_error="invalid_client_id"),
    ),
    "later-answer-shape": Fault(
        "A success has the shape of the method's next version, with the token one level down.",
        f"{ACCESS}: Summary (exchanges a code for an access token)",
        lambda own: replace(own, later_answer_shape=True),
    ),
}
