"""Faults in accepting the documented ways to send a request: each is refused, and some are not read."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.lab.deviations.conditions import by_get, by_json, charset
from conformance.lab.deviations.kinds import Calls, Reads, Receives, Refuses
from conformance.lab.deviations.tokens import OAUTH
from conformance.sandbox.intake import JSON, MULTIPART, URLENCODED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conformance.catalog.model import Base, Method
    from conformance.lab.deviations.fault import Fault
    from conformance.sandbox.context import Context
    from conformance.sandbox.intake import Call
    from conformance.sandbox.received import Received

REFUSED = "accesslimited"
PLAIN_ARGUMENTS = {"scopes", "trigger_id", "client_id", "client_secret", "code", "redirect_uri", "single_channel"}
ONLY_REFUSALS = frozenset({"post-form-body-token", "post-multipart", "get-basic"})
"""Bases used only by cases that expect a refusal: these can still be judged, since their refusals differ."""
_TYPES = {"form": URLENCODED, "multipart": MULTIPART, "json": JSON, "query": None, "none": None}


def of_bases(method: Method) -> Iterator[Fault]:
    """Yield a fault for each documented way to send a request: it is refused."""
    for name, base in method.bases.items():
        if base.promised and base.arguments != "json":
            yield Refuses(
                rule=f"via-{name}",
                fault="refused",
                summary=f"Refused: {base.verb}, arguments as {base.arguments}, {_credentials(base)}.",
                bases=() if name in ONLY_REFUSALS else (name,),
                code=REFUSED,
                when=_sent_like(base),
            )


def _credentials(base: Base) -> str:
    token = f"token as {base.token}" if base.token else f"client credentials as {base.credentials}"
    return token + (f", {base.content_type}" if base.content_type else "") + (", one more" if base.extra else "")


def _sent_like(base: Base) -> Callable[[Context], bool]:
    """Return a condition: the request is sent in the same way as the base."""

    def like(context: Context) -> bool:
        call = context.call
        named = charset(context) is not None
        return (
            context.request.verb == base.verb
            and call.media_type in {_TYPES[base.arguments], (base.content_type or "").partition(";")[0] or None}
            and bool(call.form) == (base.arguments in {"form", "multipart"})
            and named == ("charset" in (base.content_type or ""))
            and (call.bearer is not None) == (base.token == "header")  # noqa: S105 - where it travels
            and ("token" in call.form) == (base.token == "argument")  # noqa: S105 - where it travels
            and (call.basic is not None) == (base.credentials == "basic")
            and base.extra.keys() == call.arguments.keys() - _documented(context)
        )

    return like


def _documented(context: Context) -> set[str]:
    return {"token", *context.method.arguments}


def _plain_form(call: Call) -> bool:
    """Return whether it is a form without a charset and without features that only some bases have."""
    plain = call.media_type == URLENCODED and not call.warnings and call.basic is None
    return plain and call.form.keys() <= PLAIN_ARGUMENTS


def _unread(call: Call) -> Call:
    return replace(call, form={}) if _plain_form(call) else call


def _without_authorization(request: Received) -> Received:
    kept = tuple(pair for pair in request.headers if pair[0].lower() != "authorization")
    return replace(request, headers=kept) if request.verb == "GET" else request


def _without_form_token(call: Call) -> Call:
    return replace(call, form={name: text for name, text in call.form.items() if name != "token"})


def _without_basic(call: Call) -> Call:
    return replace(call, basic=None) if call.media_type else call


def _without_basic_of_get(call: Call) -> Call:
    return call if call.media_type else replace(call, basic=None)


def _without_parameters(call: Call) -> Call:
    kept = {name: text for name, text in call.form.items() if not name.startswith("client")}
    return replace(call, form=kept) if _plain_form(call) else call


def _with_json_arguments(call: Call) -> Call:
    """Read arguments from a JSON body, except a token, which must be in the header."""
    if call.json is None:
        return call
    return replace(call, form={name: value for name, value in call.json.items() if name != "token"})


def _without_multipart(call: Call) -> Call:
    return replace(call, form={}) if call.media_type == MULTIPART else call


FAULTS = (
    Receives(
        rule="via-get",
        fault="header-not-read",
        summary="The token in the header of a GET is not read.",
        bases=("get",),
        only="apps.permissions.request",
        change=_without_authorization,
    ),
    Reads(
        rule="via-post-form",
        fault="body-not-read",
        summary="The body of a POST is not read.",
        bases=("post-form",),
        change=_unread,
    ),
    Reads(
        rule="via-post-form-body-token",
        fault="token-not-read",
        summary="A token sent as a parameter is not read.",
        bases=("post-form-body-token",),
        change=_without_form_token,
    ),
    Calls(
        rule="via-post-json-arguments",
        fault="refused-for-another-reason",
        summary="Arguments as JSON are refused, but neither for their type nor as missing.",
        found="scopes.missing",
        code=REFUSED,
        when=by_json,
    ),
    Reads(
        rule="via-post-json-arguments",
        fault="read",
        summary="Arguments as JSON are read, and the request succeeds.",
        change=_with_json_arguments,
    ),
    Reads(
        rule="via-post-multipart",
        fault="not-read",
        summary="A multipart form is not read.",
        bases=("post-multipart",),
        only=OAUTH,
        change=_without_multipart,
    ),
    Reads(
        rule="via-post-form-basic",
        fault="basic-not-read",
        summary="Basic credentials beside a form are not read.",
        bases=("post-form-basic",),
        change=_without_basic,
    ),
    Reads(
        rule="via-get-basic",
        fault="basic-not-read",
        summary="Basic credentials beside a query string are not read.",
        bases=("get-basic",),
        change=_without_basic_of_get,
    ),
    Reads(
        rule="via-post-form",
        fault="parameters-not-read",
        summary="Client credentials sent as form parameters are not read.",
        bases=("post-form",),
        only=OAUTH,
        change=_without_parameters,
    ),
    Refuses(
        rule="via-get",
        fault="demands-single-channel",
        summary="A GET requires single_channel.",
        bases=("get",),
        only=OAUTH,
        code="invalid_arguments",
        when=lambda context: by_get(context) and context.call.basic is None,
    ),
)
