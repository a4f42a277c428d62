"""Choices for every reading of the ledger that shows in an answer, except the preferred ones, which are the default."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.catalog.model import GATEWAY
from conformance.lab.variants.choices import OAUTH, PERMISSIONS, called, read
from conformance.sandbox.checks import Phase
from conformance.sandbox.intake import JSON, MULTIPART

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.lab.variants.choices import Choice

A, B = (PERMISSIONS,), (OAUTH,)


def readings() -> Iterator[Choice]:
    """Yield every reading; one that allows several codes is yielded once for each."""
    yield from _of_arguments()
    yield from _of_credentials()
    yield from _of_bodies()
    yield from _of_order()
    yield from _of_twins()
    yield from _of_gateways()


def _of_arguments() -> Iterator[Choice]:
    trigger = ("trigger_id.unknown", "trigger_id.expired")
    yield called("DOC-01", "example", "example-name", "invalid_trigger_id", *trigger, methods=A)
    yield called("DOC-07", "invalid-value", "missing-scopes-are-invalid", "invalid_scope", "scopes.missing", methods=A)
    missing = "missing-trigger-is-invalid"
    yield called("DOC-41", "invalid-value", missing, "invalid_trigger", "trigger_id.missing", methods=A)
    formless = "formless-trigger-is-invalid"
    yield called("DOC-47", "argument", formless, "invalid_arguments", "trigger_id.malformed", methods=A)
    spent = "expired-trigger-is-spent"
    yield called("DOC-08", "spent", spent, "trigger_exchanged", "trigger_id.expired", methods=A)
    yield called("DOC-39", "spent", "expired-code-is-spent", "code_already_used", "code.expired", methods=B)
    for reading, code in (
        ("client", "invalid_client_id"),
        ("client", "bad_client_secret"),
        ("request", "bad_redirect_uri"),
        ("together", "invalid_arguments"),
        ("access", "access_denied"),
    ):
        yield called("DOC-50", reading, f"foreign-code-is-{_dashed(code)}", code, "code.foreign", methods=B)
    absent = ("client_id.missing", "client_secret.missing", "code.missing")
    for code in ("invalid_arguments", "not_authed"):
        yield called("DOC-13", "common-row", f"missing-is-{_dashed(code)}", code, *absent, methods=B)
    yield read("DOC-26", "known-names", "listed-names-only", listed_names_only=True)
    unlisted = {(method, "names.unlisted"): "invalid_arguments" for method in (*A, *B)}
    yield read("DOC-26", "known-names", "unlisted-is-invalid", listed_names_only=True, names=unlisted)
    ignored = ("single_channel.malformed", "grant.single-channel-of-other-app")
    yield called("DOC-28", "no-effect", "single-channel-without-effect", "ok", *ignored, methods=B)
    yield read("DOC-31", "no-match", "unasked-redirect-refused", unasked_redirect_refused=True)
    yield read("DOC-35", "strict", "strict-lists", strict_lists=True)


def _of_credentials() -> Iterator[Choice]:
    wrong_type = "not_allowed_token_type"
    for reading, code in (("bot", "is_bot"), ("type", wrong_type)):
        yield called("DOC-10", reading, f"gone-bot-by-{reading}", code, "token.of-bot-gone", methods=A)
    yield read("DOC-11", "caption", "user-tokens-may-request", user_tokens_may_request=True)
    yield read("DOC-14", "ignored", "needless-tokens-ignored", needless_tokens="ignored")
    yield read("DOC-29", "read", "query-tokens-read", query_tokens="read")
    yield read("DOC-29", "refused", "query-tokens-refused", query_tokens="refused")
    refused = {(PERMISSIONS, "token.in-query"): "invalid_arguments"}
    yield read("DOC-29", "refused", "query-tokens-invalid", query_tokens="refused", names=refused)
    for code in ("invalid_client_id", "bad_client_secret", "invalid_code", "invalid_arguments"):
        name = f"no-credential-is-{_dashed(code)}"
        yield called("DOC-32", "argument-row", name, code, "credentials.absent", methods=B)
    yield called("DOC-33", "type", "void-user-token-by-type", wrong_type, "token.void", methods=A)
    yield called("DOC-34", "type", "bot-by-type", wrong_type, "token.of-bot", methods=A)
    yield read("DOC-37", "checked", "needless-tokens-refused", needless_tokens="refused")
    invalid = {(OAUTH, "token.needless"): "invalid_auth"}
    yield read("DOC-37", "invalid", "needless-tokens-invalid", needless_tokens="refused", names=invalid)


def _of_bodies() -> Iterator[Choice]:
    refused, unread = frozenset({(PERMISSIONS, JSON)}), frozenset({(PERMISSIONS, MULTIPART)})
    yield read("DOC-02", "refused", "json-refused", refused_types=refused)
    yield read("DOC-04", "list", "multipart-refused", refused_types=unread)
    yield read("DOC-04", "list", "multipart-unread", unread_types=unread)
    for condition, code in (("body.cut", "invalid_form_data"), ("body.broken-form", "request_timeout")):
        yield called("DOC-06", "one-condition", f"{condition[5:]}-is-{_dashed(code)}", code, condition)
    for code in ("request_timeout", "invalid_form_data"):
        names = {(method, "body.empty-form"): code for method in (*A, *B)}
        name = f"empty-form-is-{_dashed(code)}"
        yield read("DOC-06", "one-condition", name, empty_forms="missing-without-query", names=names)
    yield read("DOC-06", "one-condition", "empty-form-refused", empty_forms="missing")
    yield called("DOC-12", "one-condition", "array-is-a-name", "invalid_arg_name", "names.array")
    yield called("DOC-27", "name", "json-as-form-is-a-name", "invalid_arg_name", "body.json-as-form")
    yield read("DOC-38", "malformed", "bare-names-refused", bare_names_refused=True)
    yield read("DOC-38", "no-token", "empty-tokens-refused", empty_tokens_refused=True)
    invalid = {(method, "token.empty"): "invalid_auth" for method in (*A, *B)}
    yield read("DOC-38", "bad-token", "empty-tokens-invalid", empty_tokens_refused=True, names=invalid)
    yield read("DOC-48", "lenient", "lenient-escapes", habits={"lenient_escapes": True})
    yield read("DOC-49", "lenient", "lenient-unicode", habits={"lenient_unicode": True})


def _of_order() -> Iterator[Choice]:
    """Yield the orders of checks in which something other than the name is found first."""
    for reading, first in (("token", Phase.AUTHENTICATION), ("arguments", Phase.MISSING)):
        others = [phase for phase in Phase if phase is not first]
        others.insert(others.index(Phase.NAMES), first)
        yield read("DOC-36", reading, f"{reading}-before-names", phases=tuple(others))


def _of_twins() -> Iterator[Choice]:
    twins = (
        ("DOC-18", "workspace.migration-closed", "team_added_to_org", "workspace.migration-away", "org_login_required"),
        ("DOC-19", "service.method-retired", "deprecated_endpoint", "service.address-retired", "method_deprecated"),
        ("DOC-20", "storage.read", "fatal_error", "storage.commit", "internal_error"),
    )
    for row, first, first_code, second, second_code in twins:
        for condition, code in ((first, first_code), (second, second_code)):
            yield called(row, "one-condition", f"{condition.split('.')[1]}-as-{_dashed(code)}", code, condition)
    yield called("DOC-30", "back", "workspace-is-back", "ok", "workspace.migration-away")


def _of_gateways() -> Iterator[Choice]:
    yield called("DOC-45", "gateway", "gateway-tells-of-maintenance", f"{GATEWAY}503", "service.maintenance")
    for status in (400, 408):
        yield called("DOC-46", "gateway", f"gateway-refuses-by-{status}", f"{GATEWAY}{status}", "body.cut")


def _dashed(code: str) -> str:
    return code.replace("_", "-")
