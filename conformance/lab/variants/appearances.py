"""Choices about the form of an answer with the same content: JSON text, headers, framing, statuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .choices import OAUTH, PERMISSIONS, Choice, rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...catalog.model import Catalog

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
    """Yield every choice about the form of answers."""
    yield from _of_json()
    yield from _of_headers()
    yield from _of_framing()
    yield from _of_statuses(catalog)


def _look(topic: str, name: str, **parts: object) -> Choice:
    return Choice(topic, name, {"presentation": parts})


def _of_json() -> Iterator[Choice]:
    yield _look("white space in JSON", "spaced", separators=(", ", ": "))
    yield _look("white space in JSON", "indented", separators=(",", " : "), indent=2, padding=" \n")
    yield _look("white space in JSON", "much-space", separators=(" \r\n,\t", "\n : \t "), padding="\r\n\t \n")
    yield _look("escapes in JSON", "plain-slashes", escape_slash=False)
    yield _look("escapes in JSON", "unicode", escape_slash=False, ascii_only=False)
    yield _look("escapes in JSON", "all-escaped", escape_all=True)
    yield _look("the order of JSON members", "fields-sorted", sort=str)
    yield _look("the order of JSON members", "fields-from-the-end", sort=lambda name: (name == "ok", name[::-1]))
    yield _look("the order of JSON members", "long-names-first", sort=lambda name: -len(name))
    yield _look("JSON members that no page lists", "strange-fields", extra=STRANGE_FIELDS)


def _of_headers() -> Iterator[Choice]:
    yield _look("the case of header names", "headers-in-capitals", header_case=str.upper)
    yield _look("the case of header names", "headers-in-title-case", header_case=str.title)
    yield _look("the case of header names", "headers-in-swapped-case", header_case=lambda name: name.title().swapcase())
    yield _look("white space in headers", "headers-without-space", header_separator=":")
    yield _look("white space in headers", "headers-with-much-space", header_separator=": \t ")
    yield _look("which headers are sent", "bare-headers", bare_headers=True)
    yield _look("the Content-Type of an answer", "json-without-charset", content_type="application/json")
    yield _look("the Content-Type of an answer", "json-in-capitals", content_type='Application/JSON;Charset="UTF-8"')
    parts = {"content_type": "text/javascript; charset=utf-8"}
    yield Choice(
        "the Content-Type of an answer", "json-as-script", {"presentation": parts, "warns": rules("media-type")}
    )
    yield _look("the reason phrase", "no-reason", reason="")
    yield _look("the reason phrase", "strange-reason", reason="Whatever you say (\xe9)")


def _of_framing() -> Iterator[Choice]:
    yield _look("how the end of an answer is marked", "chunked", framing="chunked")
    yield _look("how the end of an answer is marked", "many-chunks", framing="chunked", chunk_size=3)
    yield _look("how the end of an answer is marked", "until-close", framing="until-close")
    yield _look("whether connections are kept alive", "closing", close=True)
    yield _look("whether answers are compressed", "gzip", gzip=True)
    yield _look("whether answers are compressed", "gzip-unasked", gzip=True, gzip_unasked=True)
    yield _look(
        "interim answers",
        "interim-answers",
        interim=b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n",
    )


def _of_statuses(catalog: Catalog) -> Iterator[Choice]:
    codes = frozenset(code for method in catalog.methods.values() for code in method.error_codes) - {THROTTLED}
    meaningful = {code: SEMANTIC.get(code, 400) for code in codes}
    yield Choice("the status of a refusal", "meaningful-statuses", {"statuses": meaningful})
    for status in (400, 503):
        yield Choice("the status of a refusal", f"refused-with-{status}", {"statuses": dict.fromkeys(codes, status)})
    for status in (200, 503):
        changes = {"statuses": {THROTTLED: status}}
        yield Choice("the status of a throttled request", f"throttled-with-{status}", changes)
    for status in (201, 202):
        yield Choice(
            "the status of a success", f"done-with-{status}", {"success_status": status, "warns": rules("status")}
        )
    yield Choice("Retry-After", "retry-at-a-date", {"retry_after": "date"})
    silent = {"silent_on_retry": frozenset({OAUTH}), "warns": rules("retry-after", methods=(OAUTH,))}
    yield Choice("Retry-After", "no-word-when-to-retry", silent)
    yield Choice("how long a client is throttled", "throttled-for-long", {"window_s": 30})
    yield Choice(
        "how many requests a minute are answered",
        "slow-tier",
        {"requests_a_minute": dict.fromkeys((PERMISSIONS, OAUTH), 3)},
    )
