"""Every reading of the ledger that shows in an answer, as a variant that follows it; preferred ones are the default."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.sandbox.checks import Phase
from conformance.sandbox.variant import Variant

if TYPE_CHECKING:
    from collections.abc import Iterator

PERMISSIONS, OAUTH = "apps.permissions.request", "oauth.access"
BOTH = (PERMISSIONS, OAUTH)


def _named(name: str, code: str, *conditions: str, methods: tuple[str, ...] = BOTH) -> Variant:
    """Return the variant that has another name for these conditions."""
    return Variant(name, names={(method, condition): code for method in methods for condition in conditions})


def readings() -> Iterator[tuple[str, str, Variant]]:
    """Yield row, reading and a variant that follows it; a reading with several names comes once for each."""
    yield from _of_arguments()
    yield from _of_credentials()
    yield from _of_transport()
    yield from _of_conditions()


def _of_arguments() -> Iterator[tuple[str, str, Variant]]:
    trigger = ("trigger_id.unknown", "trigger_id.expired")
    yield "DOC-01", "example", _named("example-name", "invalid_trigger_id", *trigger, methods=(PERMISSIONS,))
    for row, code, condition in (
        ("DOC-07", "invalid_scope", "scopes.missing"),
        ("DOC-41", "invalid_trigger", "trigger_id.missing"),
    ):
        yield row, "invalid-value", _named(condition.replace(".", "-"), code, condition, methods=(PERMISSIONS,))
    spent = "trigger_exchanged"
    yield "DOC-08", "spent", _named("expired-trigger-is-spent", spent, "trigger_id.expired", methods=(PERMISSIONS,))
    yield "DOC-39", "spent", _named("expired-code-is-spent", "code_already_used", "code.expired", methods=(OAUTH,))
    absent = ("client_id.missing", "client_secret.missing", "code.missing")
    for name in ("invalid_arguments", "not_authed"):
        yield "DOC-13", "common-row", _named(f"missing-is-{name.replace('_', '-')}", name, *absent, methods=(OAUTH,))
    yield "DOC-26", "known-names", Variant("listed-names-only", listed_names_only=True)
    ignored = ("single_channel.malformed", "grant.single-channel-of-other-app")
    yield "DOC-28", "no-effect", _named("single-channel-without-effect", "ok", *ignored, methods=(OAUTH,))
    yield "DOC-31", "no-match", Variant("unasked-redirect-refused", unasked_redirect_refused=True)
    yield "DOC-35", "strict", Variant("strict-lists", strict_lists=True)


def _of_credentials() -> Iterator[tuple[str, str, Variant]]:
    for reading, code in (("bot", "is_bot"), ("type", "not_allowed_token_type")):
        yield "DOC-10", reading, _named(f"gone-bot-by-{reading}", code, "token.of-bot-gone", methods=(PERMISSIONS,))
    yield "DOC-11", "caption", Variant("user-tokens-may-request", user_tokens_may_request=True)
    yield "DOC-14", "ignored", Variant("needless-tokens-ignored", needless_tokens_ignored=True)
    yield "DOC-29", "read", Variant("query-tokens-read", query_tokens="read")
    yield "DOC-29", "refused", Variant("query-tokens-refused", query_tokens="refused")
    for name in ("invalid_client_id", "bad_client_secret", "invalid_code", "invalid_arguments"):
        variant = _named(f"no-credential-is-{name.replace('_', '-')}", name, "credentials.absent", methods=(OAUTH,))
        yield "DOC-32", "argument-row", variant
    wrong_type = "not_allowed_token_type"
    yield "DOC-33", "type", _named("void-user-token-by-type", wrong_type, "token.void", methods=(PERMISSIONS,))
    yield "DOC-34", "type", _named("bot-by-type", wrong_type, "token.of-bot", methods=(PERMISSIONS,))


def _of_transport() -> Iterator[tuple[str, str, Variant]]:
    yield "DOC-02", "refused", Variant("json-refused", refused_types=frozenset({(PERMISSIONS, "application/json")}))
    yield "DOC-02", "listed", Variant("json-read", json_arguments=True)
    yield (
        "DOC-04",
        "list",
        Variant("multipart-refused", refused_types=frozenset({(PERMISSIONS, "multipart/form-data")})),
    )
    yield "DOC-06", "one-condition", _named("cut-is-broken", "invalid_form_data", "body.cut")
    yield "DOC-06", "one-condition", _named("broken-is-cut", "request_timeout", "body.broken-form")
    yield "DOC-12", "one-condition", _named("array-is-a-name", "invalid_arg_name", "names.array")
    late: list[Phase] = [phase for phase in Phase if phase is not Phase.NAMES]
    late.insert(late.index(Phase.AUTHENTICATION) + 1, Phase.NAMES)
    yield "DOC-36", "token", Variant("token-before-names", phases=late)
    yield "DOC-38", "malformed", Variant("bare-names-refused", bare_names_refused=True)
    yield "DOC-27", "name", _named("json-as-form-is-a-name", "invalid_arg_name", "body.json-as-form")


def _of_conditions() -> Iterator[tuple[str, str, Variant]]:
    twins = (
        ("DOC-18", "workspace.migration-closed", "team_added_to_org", "workspace.migration-away", "org_login_required"),
        ("DOC-19", "service.method-retired", "deprecated_endpoint", "service.address-retired", "method_deprecated"),
        ("DOC-20", "storage.read", "fatal_error", "storage.commit", "internal_error"),
    )
    for row, first, first_code, second, second_code in twins:
        for condition, code in ((first, first_code), (second, second_code)):
            yield (
                row,
                "one-condition",
                _named(f"{condition.split('.')[1]}-as-{code.replace('_', '-')}", code, condition),
            )
    yield "DOC-30", "back", _named("workspace-is-back", "ok", "workspace.migration-away")
