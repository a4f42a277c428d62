"""Redaction by name: hide the value of every field or header whose name marks it as secret."""

from __future__ import annotations

import re

HIDDEN = "[redacted]"

_SECRET_NAME = r"(?:[\w.-]{0,40}?(?:token|secret|password|passwd|api_?key|private_?key)|code|authorization|cookie)"  # noqa: S105 - a pattern
"""Names of fields that hold secrets: these words, alone or at the end of a longer name."""

_QUOTE = r"(?:\\{0,8}[\"']|&quot;|&#34;|&#x22;|&#39;|&#x27;)"
_JSON_FIELD = re.compile(rf'(?i)("{_SECRET_NAME}"\s*:\s*")(?!\$)((?:[^"\\]|\\.)*)')
_QUOTED_FIELD = re.compile(rf"(?is)({_QUOTE}{_SECRET_NAME}{_QUOTE}\s*[:=]\s*{_QUOTE})(?!\$)(.*?)(?={_QUOTE}|\Z)")
_FORM_FIELD = re.compile(rf"(?i)((?:^|[?&;\s]|&amp;){_SECRET_NAME}=)(?!\$|%24)([^&\s\"'<]+)")
_PART = re.compile(
    rf'(?is)(content-disposition:[^\r\n]{{0,80}}?[;\s]name="?{_SECRET_NAME}"?(?:;[^\r\n]{{0,200}})?'
    r"(?:\r?\n[^\r\n]{1,200}){0,4}\r?\n\r?\n)(?!\$|\r?\n--)(.+?)(?=\r?\n--|\Z)"
)
_WEBHOOK = re.compile(r"(?i)(https?:(?:\\*/){2}hooks\.slack\.com\\*/(?:services\\*/)?+)[\w./\\-]+")
_WEBHOOK_FIELD = re.compile(r'(?i)("incoming_webhook"\s*:\s*\{[^{}]*?"url"\s*:\s*")(?!\$)((?:[^"\\]|\\.)*)')
_TOKEN = re.compile(r"(?i)\bxox[a-z](?:\.xox[a-z])?-[\w-]{8,}")
"""Slack tokens, recognised anywhere by their prefix."""

_SECRET_HEADER = re.compile(
    r"(?i)(?:^|[-_])(?:authorization|auth|token|secret|key|apikey|cookie2?|password|session|signature|credentials?)"
    r"(?:$|[-_])"
)


def by_name(text: str) -> str:
    """Return a body or URL with the values of secret-named fields hidden."""
    for pattern in (_JSON_FIELD, _QUOTED_FIELD, _FORM_FIELD, _PART, _WEBHOOK_FIELD, _WEBHOOK):
        text = pattern.sub(rf"\1{HIDDEN}", text)
    return _TOKEN.sub(HIDDEN, text)


def header_by_name(name: str, value: str) -> str:
    """Return the value of this header, hidden except for its scheme if the name marks it as secret.

    The value of any other header is treated like a URL or form, since a `Location` may carry codes.
    """
    if _SECRET_HEADER.search(name) is None:
        return by_name(value)
    scheme, blank, _ = value.partition(" ")
    return f"{scheme} {HIDDEN}" if blank and _is_scheme(scheme) else HIDDEN


def _is_scheme(word: str) -> bool:
    """Whether this is an authentication scheme, unlike the first word of a cookie."""
    return word.lower() in {"basic", "bearer", "digest", "negotiate", "token"}
