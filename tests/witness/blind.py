"""Forty more departures from the pages, made by someone who had not seen what the suite tests."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from . import blind_hooks as hooks
from .callers import FORM, Caller
from .faults import ACCESS, REQUEST, Fault
from .seeds import REDIRECT, SCOPES_MIXED

if TYPE_CHECKING:
    from collections.abc import Callable

    from .behaviour import Behaviour
    from .blind_hooks import Hook

MULTIPART = "multipart/form-data; boundary=edge"
BUCKET = "bucket-of-one"
RACERS = 2


@dataclass(frozen=True, slots=True)
class BlindFault(Fault):
    """A departure with the request that shows it, and what the healthy and the faulty witness say to that."""

    show: Callable[[Caller], str]
    healthy: str
    faulty: str


def blind(  # noqa: PLR0917 (one for each column of the registry)
    summary: str, method: str, row: str, hook: Hook, show: Callable[[Caller], str], healthy: str, faulty: str
) -> BlindFault:
    """Make a fault of one method, whose hook starts afresh with every witness."""

    def change(own: Behaviour) -> Behaviour:
        return replace(own, around=hooks.limited(method, hook()))

    return BlindFault(summary, f"{method}: {row}", change, show, healthy, faulty)


# Requests for scopes.


def ask_by_get(caller: Caller) -> str:
    """Ask with the token in the header of a GET."""
    return caller.get(REQUEST, caller.wish(), caller.bearer()).said


def ask_without_token_after_another(caller: Caller) -> str:
    """Ask without a token after a request with one."""
    caller.get(REQUEST, caller.wish(), caller.bearer())
    return caller.get(REQUEST, caller.wish(), {}).said


def ask_with_unknown_body_token(caller: Caller) -> str:
    """Ask with an invented token in the form."""
    return caller.post(REQUEST, caller.wish(token="xoxa-none"), {}).said


def ask_as_bot_of_gone_workspace(caller: Caller) -> str:
    """Ask with the bot token of a deleted workspace."""
    return caller.post(REQUEST, caller.wish(), caller.bearer("bot-of-deleted-workspace")).said


def ask_for(scopes: str) -> Callable[[Caller], str]:
    """Ask for certain scopes."""
    return lambda caller: caller.post(REQUEST, caller.wish(scopes=scopes), caller.bearer()).said


def ask_with_changed_trigger(caller: Caller) -> str:
    """Ask with a trigger whose last character is another."""
    wish = caller.wish(trigger_id=caller.draw("trigger")[:-1] + "0")
    return caller.post(REQUEST, wish, caller.bearer()).said


def ask_twice_by_get(caller: Caller) -> str:
    """Ask twice with the same GET."""
    wish, token = caller.wish(), caller.bearer()
    caller.get(REQUEST, wish, token)
    return caller.get(REQUEST, wish, token).said


def ask_again_with_other_token(caller: Caller) -> str:
    """Ask for the second time with a trigger, but with another token."""
    wish = caller.wish()
    caller.post(REQUEST, wish, caller.bearer())
    return caller.post(REQUEST, wish, caller.bearer(BUCKET)).said


def ask_at_once(caller: Caller) -> str:
    """Ask twice at the same time with one trigger."""
    wish, token = caller.wish(), caller.bearer()
    with ThreadPoolExecutor(RACERS) as pool:
        answers = pool.map(lambda own: own.post(REQUEST, wish, token).said, [Caller(caller.witness) for _ in "ab"])
        return " ".join(sorted(answers))


def ask_by_query_of_post(caller: Caller) -> str:
    """Ask with a POST whose arguments are in the query string, without a body."""
    return caller.send("POST", REQUEST, caller.wish(), caller.bearer(), b"").said


def ask_in_lower_escapes(caller: Caller) -> str:
    """Ask for scopes whose colon is escaped with a small letter."""
    form = f"scopes=channels%3aread&trigger_id={caller.draw('trigger')}"
    return caller.post(REQUEST, form, caller.bearer()).said


def ask_with_array(caller: Caller) -> str:
    """Ask for an array of scopes."""
    form = f"scopes[]=channels:read&scopes[]=chat:write&trigger_id={caller.draw('trigger')}"
    return caller.post(REQUEST, form, caller.bearer()).said


def ask_with_blank_bad_name(caller: Caller) -> str:
    """Ask with one argument more, of a bad name and without a value."""
    return caller.post(REQUEST, caller.wish(**{"a-b": ""}), caller.bearer()).said


def ask_with_json_list(caller: Caller) -> str:
    """Ask in the query string, with a JSON array as the body."""
    headers = {"Content-Type": "application/json; charset=utf-8", **caller.bearer()}
    return caller.send("POST", REQUEST, caller.wish(), headers, b"[]").said


def ask_by_get_with_type(caller: Caller) -> str:
    """Ask with a GET that has the Content-Type of JSON."""
    return caller.get(REQUEST, caller.wish(), {"Content-Type": "application/json", **caller.bearer()}).said


def ask_with_unfinished_chunks(caller: Caller) -> str:
    """Ask with a form in chunks of which the last is missing."""
    wish = "&".join(f"{name}={text}" for name, text in caller.wish().items())
    return caller.send_unfinished(REQUEST, {"Content-Type": FORM, **caller.bearer()}, wish.encode()).said


def warned_about_multipart(caller: Caller) -> str:
    """Ask with a multipart form and a charset."""
    parts = [
        f'--edge\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'
        for name, text in caller.wish().items()
    ]
    headers = {"Content-Type": f"{MULTIPART}; charset=utf-8", **caller.bearer()}
    return caller.send("POST", REQUEST, "", headers, "".join([*parts, "--edge--\r\n"]).encode()).warned


def warned_when_refused(caller: Caller) -> str:
    """Ask with a bad trigger and a needless charset."""
    return caller.post(REQUEST, caller.wish(trigger_id="none"), caller.bearer(), f"{FORM}; charset=utf-8").warned


def warned_after_another(caller: Caller) -> str:
    """Ask without a charset after a request that was warned about one."""
    caller.post(REQUEST, caller.wish(), caller.bearer(), f"{FORM}; charset=utf-8")
    return caller.post(REQUEST, caller.wish(), caller.bearer()).warned


def ask_after_waiting(caller: Caller) -> str:
    """Ask too often, wait as long as the answer says, and ask again."""
    token = caller.bearer(BUCKET)
    caller.post(REQUEST, caller.wish(), token)
    time.sleep(int(caller.post(REQUEST, caller.wish(), token).headers["retry-after"]) + 0.05)
    return caller.post(REQUEST, caller.wish(), token).said


def ok_of_throttled(caller: Caller) -> str:
    """Ask too often, and look what is said under ok."""
    token = caller.bearer(BUCKET)
    caller.post(REQUEST, caller.wish(), token)
    return str(caller.post(REQUEST, caller.wish(), token).content.get("ok"))


# Exchanges of codes.


def trade_with(*, name: str | None = None, secret: str | None = None) -> Callable[[Caller], str]:
    """Exchange with other credentials in the header."""
    return lambda caller: caller.post(ACCESS, caller.trade(), caller.basic(name=name, secret=secret)).said


def trade_with_empty_secret(caller: Caller) -> str:
    """Exchange with an empty secret among the arguments."""
    form = caller.trade(client_id=caller.draw("client_id"), client_secret="")
    return caller.post(ACCESS, form, {}).said


def trade_with_longer_id(caller: Caller) -> str:
    """Exchange with a client id that has one more zero at its end."""
    return caller.post(ACCESS, caller.trade(), caller.basic(name=caller.draw("client_id") + "0")).said


def trade_twice(caller: Caller) -> str:
    """Exchange a code twice with the credentials in the header."""
    form, client = caller.trade(), caller.basic()
    caller.post(ACCESS, form, client)
    return caller.post(ACCESS, form, client).said


def trade_to_longer_address(caller: Caller) -> str:
    """Exchange with an address that goes on behind the one of the authorisation."""
    return caller.post(ACCESS, caller.trade(redirect_uri=f"{REDIRECT}/elsewhere"), caller.basic()).said


def trade_to_wrong_address_twice(caller: Caller) -> str:
    """Exchange twice with an address that does not match."""
    form, client = caller.trade(redirect_uri="https://elsewhere.example/"), caller.basic()
    caller.post(ACCESS, form, client)
    return caller.post(ACCESS, form, client).said


def trade_without_address(caller: Caller) -> str:
    """Exchange a code, authorised without an address, without an address."""
    return caller.post(ACCESS, {"code": caller.draw("code", "code-without-redirect-uri")}, caller.basic()).said


def trade_unverified_twice(caller: Caller) -> str:
    """Exchange twice for a user whose address is not verified."""
    form, client = caller.trade(code=caller.draw("code", "email-unverified")), caller.basic()
    caller.post(ACCESS, form, client)
    return caller.post(ACCESS, form, client).said


def trade_for_single_channel(caller: Caller) -> str:
    """Exchange with the documented flag, as a workspace app."""
    return caller.post(ACCESS, caller.trade(single_channel="true"), caller.basic()).said


def fields_of_second_trade(caller: Caller) -> str:
    """Exchange two codes of a user, and look for the token of the second."""
    caller.post(ACCESS, caller.trade(), caller.basic())
    return str("access_token" in caller.post(ACCESS, caller.trade(), caller.basic()).content)


def ask_with_traded_token(caller: Caller) -> str:
    """Exchange a code, and ask for scopes with the token."""
    token = caller.post(ACCESS, caller.trade(), caller.basic()).content.get("access_token")
    return caller.post(REQUEST, caller.wish(), {"Authorization": f"Bearer {token}"}).said


def trade_in(kind: str) -> Callable[[Caller], str]:
    """Exchange with a form of a certain Content-Type."""
    return lambda caller: caller.post(ACCESS, caller.trade(), caller.basic(), kind).said


def trade_by_query(kind: str, body: bytes) -> Callable[[Caller], str]:
    """Exchange with the arguments in the query string and a body that has none."""

    def show(caller: Caller) -> str:
        return caller.send("POST", ACCESS, caller.trade(), {"Content-Type": kind, **caller.basic()}, body).said

    return show


def trade_with_newline_in_name(caller: Caller) -> str:
    """Exchange with one argument more, whose name ends with a newline."""
    return caller.post(ACCESS, caller.trade(**{"extra\n": "1"}), caller.basic()).said


BLIND: dict[str, BlindFault] = {
    "get-header-token-lost": blind(
        "The Authorization header counts for a POST, and is not looked at for a GET.",
        REQUEST,
        "Arguments/1 (token in the header) with Facts, HTTP (GET)",
        hooks.header_on_get_lost,
        ask_by_get,
        "ok",
        "not_authed",
    ),
    "token-left-over": blind(
        "A request without a token is made with the header of the one before it, if that was a success.",
        REQUEST,
        "Errors/6 (not_authed)",
        hooks.token_left_over,
        ask_without_token_after_another,
        "not_authed",
        "ok",
    ),
    "unknown-body-token-not-authed": blind(
        "An unknown token is noticed as one in the header; in a form it counts as none.",
        REQUEST,
        "Errors/7 (invalid_auth) against Errors/6 (not_authed)",
        hooks.unknown_body_token_is_none,
        ask_with_unknown_body_token,
        "invalid_auth",
        "not_authed",
    ),
    "bot-of-gone-workspace-revoked": blind(
        "Bot tokens of deleted users are told from user tokens, those of deleted workspaces are not.",
        REQUEST,
        "Errors/8 (account_inactive, of a deleted workspace too)",
        hooks.bot_of_gone_workspace_revoked,
        ask_as_bot_of_gone_workspace,
        "account_inactive",
        "token_revoked",
    ),
    "later-scopes-unchecked": blind(
        "Only the first scope of the list is looked up.",
        REQUEST,
        "Errors/3 (invalid_scope)",
        hooks.later_scopes_unchecked,
        ask_for("channels:read,no:such:scope"),
        "invalid_scope",
        "ok",
    ),
    "mixed-scopes-in-one-order": blind(
        "Scopes of two types are told apart in one order, and pass in the other.",
        REQUEST,
        "Errors/4 (mixed_scope)",
        hooks.identity_first_unmixed,
        ask_for(",".join(reversed(SCOPES_MIXED.split(",")))),
        "mixed_scope",
        "ok",
    ),
    "trigger-tail-ignored": blind(
        "A trigger is found by its first two parts, whatever follows them.",
        REQUEST,
        "Errors/1 (invalid_trigger)",
        hooks.trigger_tail_ignored,
        ask_with_changed_trigger,
        "invalid_trigger",
        "ok",
    ),
    "identical-get-cached": blind(
        "The same GET for a second time is answered from a cache, with the first success.",
        REQUEST,
        "Errors/2 (trigger_exchanged)",
        hooks.get_cached,
        ask_twice_by_get,
        "trigger_exchanged",
        "ok",
    ),
    "trigger-fresh-for-other-token": blind(
        "That a trigger was exchanged is kept with the token, so that another token can use it again.",
        REQUEST,
        "Errors/2 (trigger_exchanged)",
        hooks.trigger_kept_by_token,
        ask_again_with_other_token,
        "trigger_exchanged",
        "ok",
    ),
    "trigger-raced": blind(
        "Two requests at the same time both get through with one trigger.",
        REQUEST,
        "Errors/2 (trigger_exchanged)",
        hooks.trigger_raced,
        ask_at_once,
        "ok trigger_exchanged",
        "ok ok",
    ),
    "query-of-post-lost": blind(
        "The query string of a POST is not read.",
        REQUEST,
        "prose under Arguments (a query string will do as well as a body)",
        hooks.query_of_post_lost,
        ask_by_query_of_post,
        "ok",
        "invalid_arguments",
    ),
    "lower-escapes-kept": blind(
        "Percent escapes are decoded with capital hexadecimal letters only.",
        REQUEST,
        "prose under Arguments (urlencoded parameters)",
        hooks.lower_escapes_kept,
        ask_in_lower_escapes,
        "ok",
        "invalid_scope",
    ),
    "scopes-array-joined": blind(
        "An array of scopes is made into the list that should have been sent.",
        REQUEST,
        "Errors/22 (invalid_array_arg)",
        hooks.scopes_array_joined,
        ask_with_array,
        "invalid_array_arg",
        "ok",
    ),
    "blank-bad-name-dropped": blind(
        "The parser drops arguments without a value before their names are checked.",
        REQUEST,
        "Errors/21 (invalid_arg_name, characters)",
        hooks.blank_arguments_dropped,
        ask_with_blank_bad_name,
        "invalid_arg_name",
        "ok",
    ),
    "json-list-is-object": blind(
        "A JSON array is taken for an object; strings and numbers are not.",
        REQUEST,
        "Errors/29 (json_not_object)",
        hooks.list_is_object,
        ask_with_json_list,
        "json_not_object",
        "ok",
    ),
    "get-parsed-by-type": blind(
        "A GET with the Content-Type of JSON is refused, because its empty body is parsed.",
        REQUEST,
        "Errors/28 (invalid_json, of a POST only) with Facts, HTTP (GET)",
        hooks.get_parsed_by_type,
        ask_by_get_with_type,
        "ok",
        "invalid_json",
    ),
    "untyped-empty-post-refused": blind(
        "A POST without a body is refused too if it has no Content-Type.",
        REQUEST,
        "Errors/26 (missing_post_type, where there is a payload)",
        hooks.untyped_post_refused,
        ask_by_query_of_post,
        "ok",
        "missing_post_type",
    ),
    "unfinished-chunks-taken": blind(
        "A body that falls short of its length is noticed, one in chunks without an end is not.",
        REQUEST,
        "Errors/32 (request_timeout, truncated data)",
        hooks.unfinished_chunks_taken,
        ask_with_unfinished_chunks,
        "request_timeout",
        "ok",
    ),
    "multipart-charset-unwarned": blind(
        "A charset is found superfluous with urlencoded forms, not with multipart ones.",
        REQUEST,
        "Warnings/2 (superfluous_charset, of multipart forms too)",
        hooks.multipart_unwarned,
        warned_about_multipart,
        "superfluous_charset",
        "",
    ),
    "refusal-unwarned": blind(
        "Warnings are given with a success, and lost with an error.",
        REQUEST,
        "Warnings/2 (superfluous_charset, whatever becomes of the call)",
        hooks.refusal_unwarned,
        warned_when_refused,
        "superfluous_charset",
        "",
    ),
    "warnings-pile-up": blind(
        "All requests share one list of warnings, so that each gets those of its forerunners.",
        REQUEST,
        "Warnings/2 (superfluous_charset, where a charset was present)",
        hooks.warnings_pile_up,
        warned_after_another,
        "",
        "superfluous_charset",
    ),
    "retry-after-too-short": blind(
        "The wait is rounded down: after it the limit still holds.",
        REQUEST,
        "Errors/30 (ratelimited, Retry-After says when to come back)",
        hooks.wait_rounded_down,
        ask_after_waiting,
        "ok",
        "ratelimited",
    ),
    "throttled-without-ok": blind(
        "The throttled answer has its error and its header, but no ok.",
        REQUEST,
        "prose above the table of errors (ok is there to be checked always) with Common error response",
        hooks.throttled_without_ok,
        ok_of_throttled,
        "False",
        "None",
    ),
    "empty-secret-taken": blind(
        "A secret is compared only if it is not empty.",
        ACCESS,
        "Errors/16 (bad_client_secret)",
        hooks.empty_secret_taken,
        trade_with_empty_secret,
        "bad_client_secret",
        "ok",
    ),
    "basic-secret-unchecked": blind(
        "The secret is compared as an argument, and not with the Basic scheme.",
        ACCESS,
        "Errors/16 (bad_client_secret) with Optional Params, client_id (the HTTP Basic scheme)",
        hooks.basic_secret_unchecked,
        trade_with(secret="no-such-secret"),
        "bad_client_secret",
        "ok",
    ),
    "client-id-is-number": blind(
        "Client ids are compared as numbers, so that zeros at either end make no difference.",
        ACCESS,
        "Errors/8 (invalid_client_id)",
        hooks.client_id_is_number,
        trade_with_longer_id,
        "invalid_client_id",
        "ok",
    ),
    "code-unmarked-after-basic": blind(
        "A code is marked as exchanged only if the credentials came as arguments.",
        ACCESS,
        "Errors/39 (code_already_used)",
        hooks.code_unmarked_after_basic,
        trade_twice,
        "code_already_used",
        "ok",
    ),
    "longer-redirect-taken": blind(
        "An address matches if it begins like the one of the authorisation.",
        ACCESS,
        "Errors/21 (bad_redirect_uri)",
        hooks.longer_redirect_taken,
        trade_to_longer_address,
        "bad_redirect_uri",
        "ok",
    ),
    "redirect-checked-once": blind(
        "A wrong address is refused at the first try with a code, and passes at the second.",
        ACCESS,
        "Errors/21 (bad_redirect_uri)",
        hooks.redirect_checked_once,
        trade_to_wrong_address_twice,
        "bad_redirect_uri",
        "ok",
    ),
    "redirect-always-wanted": blind(
        "An exchange must name an address, although the authorisation had none.",
        ACCESS,
        "Optional Params, redirect_uri (to match only if one was sent)",
        hooks.redirect_always_wanted,
        trade_without_address,
        "ok",
        "bad_redirect_uri",
    ),
    "email-checked-once": blind(
        "A user without a verified address is stopped once, and passes with the same code afterwards.",
        ACCESS,
        "Errors/15 (user_email_unverified)",
        hooks.email_checked_once,
        trade_unverified_twice,
        "user_email_unverified",
        "ok",
    ),
    "true-is-no-flag": blind(
        "The flag single_channel is understood as 1, and the documented true is refused.",
        ACCESS,
        "Optional Params, single_channel (the example)",
        hooks.true_is_no_flag,
        trade_for_single_channel,
        "ok",
        "invalid_arguments",
    ),
    "token-on-first-install-only": blind(
        "Who has installed the app before gets a success without an access token.",
        ACCESS,
        "Summary (a code is exchanged for an access token)",
        hooks.token_on_first_install,
        fields_of_second_trade,
        "True",
        "False",
    ),
    "token-not-stored": blind(
        "The access token in the answer is unknown to the methods that it is for.",
        ACCESS,
        "Summary (a code is exchanged for an access token)",
        hooks.token_not_stored,
        ask_with_traded_token,
        "ok",
        "invalid_auth",
    ),
    "upper-charset-refused": blind(
        "The name of a valid charset is refused in capital letters.",
        ACCESS,
        "Errors/34 (invalid_charset, the valid names)",
        hooks.upper_charset_unknown,
        trade_in(f"{FORM}; charset=UTF-8"),
        "ok",
        "invalid_charset",
    ),
    "quoted-charset-refused": blind(
        "The name of a valid charset is refused in quotes.",
        ACCESS,
        "Errors/34 (invalid_charset, the valid names)",
        hooks.quoted_charset_unknown,
        trade_in(f'{FORM}; charset="utf-8"'),
        "ok",
        "invalid_charset",
    ),
    "longer-latin-taken": blind(
        "A charset passes if its name begins like a valid one, as that of iso-8859-15 does.",
        ACCESS,
        "Errors/34 (invalid_charset, the valid names)",
        hooks.longer_latin_taken,
        trade_in(f"{FORM}; charset=iso-8859-15"),
        "invalid_charset",
        "ok",
    ),
    "any-text-type-taken": blind(
        "Every type of text is taken for plain text.",
        ACCESS,
        "Errors/5 (invalid_post_type, the valid types)",
        hooks.any_text_taken,
        trade_by_query("text/html", b"<p>"),
        "invalid_post_type",
        "ok",
    ),
    "newline-after-name-passes": blind(
        "The pattern for names lets one newline pass at their end.",
        ACCESS,
        "Errors/2 (invalid_arg_name, characters)",
        hooks.newline_after_name,
        trade_with_newline_in_name,
        "invalid_arg_name",
        "ok",
    ),
    "empty-multipart-taken": blind(
        "A multipart form of no bytes is taken for one without parts.",
        ACCESS,
        "Errors/4 (invalid_form_data, missing data of a multipart form)",
        hooks.empty_multipart_taken,
        trade_by_query(MULTIPART, b""),
        "invalid_form_data",
        "ok",
    ),
}
