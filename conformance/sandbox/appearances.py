"""How an answer may look without saying anything else: JSON text, headers, framing, statuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.sandbox.choices import OAUTH, PERMISSIONS, Choice, rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.catalog.model import Catalog

STRANGE_FIELDS = {
    "a": None,
    "callstack": "in main() /srv/app.php:1",
    "nested": {"nested": {"empty": {}, "list": [[], [1, -2.5e-7, True]]}},
    "größe": '\u2028 \U0001f600 " \\ \t <script>',
    "deprecated_argument": "no_such",
    "cache_ts": 4_102_444_800_000,
}
SEMANTIC = {
    "not_authed": 401,
    "invalid_auth": 401,
    "token_revoked": 401,
    "token_expired": 401,
    "account_inactive": 401,
    "missing_scope": 403,
    "no_permission": 403,
    "access_denied": 403,
    "not_allowed_token_type": 403,
    "request_timeout": 408,
    "method_deprecated": 410,
    "deprecated_endpoint": 410,
    "missing_resource": 404,
    "invalid_post_type": 415,
    "missing_post_type": 415,
    "upgrade_required": 426,
    "service_unavailable": 503,
    "fatal_error": 500,
    "internal_error": 500,
}
THROTTLED = "ratelimited"


def appearances(catalog: Catalog) -> Iterator[Choice]:
    """Yield every way in which answers may look otherwise."""
    yield from _of_json()
    yield from _of_headers()
    yield from _of_framing()
    yield from _of_statuses(catalog)


def _look(topic: str, name: str, **parts: object) -> Choice:
    return Choice(topic, name, {"presentation": parts})


def _of_json() -> Iterator[Choice]:
    yield _look("json-space", "spaced", separators=(", ", ": "))
    yield _look("json-space", "indented", separators=(",", " : "), indent=2, padding=" \n")
    yield _look("json-space", "much-space", separators=(" \r\n,\t", "\n : \t "), padding="\r\n\t \n")
    yield _look("json-escapes", "plain-slashes", escape_slash=False)
    yield _look("json-escapes", "unicode", escape_slash=False, ascii_only=False)
    yield _look("json-escapes", "all-escaped", escape_all=True)
    yield _look("json-order", "fields-sorted", sort=str)
    yield _look("json-order", "fields-from-the-end", sort=lambda name: (name == "ok", name[::-1]))
    yield _look("json-order", "long-names-first", sort=lambda name: -len(name))
    yield _look("json-fields", "strange-fields", extra=STRANGE_FIELDS)


def _of_headers() -> Iterator[Choice]:
    yield _look("header-case", "headers-in-capitals", header_case=str.upper)
    yield _look("header-case", "headers-in-title-case", header_case=str.title)
    yield _look("header-case", "headers-in-swapped-case", header_case=lambda name: name.title().swapcase())
    yield _look("header-space", "headers-without-space", header_separator=":")
    yield _look("header-space", "headers-with-much-space", header_separator=": \t ")
    yield _look("header-list", "bare-headers", bare_headers=True)
    yield _look("media-type", "json-without-charset", content_type="application/json")
    yield _look("media-type", "json-in-capitals", content_type='Application/JSON;Charset="UTF-8"')
    parts = {"content_type": "text/javascript; charset=utf-8"}
    yield Choice("media-type", "json-as-script", {"presentation": parts, "draws": rules("media-type")})
    yield _look("reason", "no-reason", reason="")
    yield _look("reason", "strange-reason", reason="Whatever you say (\xe9)")


def _of_framing() -> Iterator[Choice]:
    yield _look("framing", "chunked", framing="chunked")
    yield _look("framing", "many-chunks", framing="chunked", chunk_size=3)
    yield _look("framing", "until-close", framing="until-close")
    yield _look("connection", "closing", close=True)
    yield _look("coding", "gzip", gzip=True)
    yield _look("coding", "gzip-unasked", gzip=True, gzip_unasked=True)
    yield _look(
        "interim",
        "interim-answers",
        interim=b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n",
    )


def _of_statuses(catalog: Catalog) -> Iterator[Choice]:
    codes = frozenset(code for method in catalog.methods.values() for code in method.error_codes) - {THROTTLED}
    meaningful = {code: SEMANTIC.get(code, 400) for code in codes}
    yield Choice("status", "meaningful-statuses", {"statuses": meaningful})
    for status in (400, 503):
        yield Choice("status", f"refused-with-{status}", {"statuses": dict.fromkeys(codes, status)})
    for status in (200, 503):
        yield Choice("throttled-status", f"throttled-with-{status}", {"statuses": {THROTTLED: status}})
    for status in (201, 202):
        yield Choice("success-status", f"done-with-{status}", {"success_status": status, "draws": rules("status")})
    yield Choice("retry-after", "retry-at-a-date", {"retry_after": "date"})
    silent = {"silent_on_retry": frozenset({OAUTH}), "draws": rules("retry-after", methods=(OAUTH,))}
    yield Choice("retry-after", "no-word-when-to-retry", silent)
    yield Choice("throttled-for", "throttled-for-long", {"window_s": 30})
    yield Choice("rate", "slow-tier", {"requests_a_minute": dict.fromkeys((PERMISSIONS, OAUTH), 3)})
