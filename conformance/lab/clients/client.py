"""A small client of both methods that uses the standard library alone: `python client.py [FAULT [METHOD]]`.

Without a fault it conforms: it exchanges a code, looks who it is, and asks for scopes. It waits once if it is
throttled, and gives up with exit code 1 if a call fails. Each fault is one word, and one place below that looks at it.
"""

from __future__ import annotations

import base64
import http.client
import json
import os
import sys
import time
from typing import Any
from urllib.parse import urlencode, urlsplit

FAULT, ONLY = (*sys.argv[1:], "", "")[:2]
ENV = os.environ
FORM = "application/x-www-form-urlencoded"
TYPES = {
    "charset-invalid": f"{FORM}; charset=utf-7",
    "charset-superfluous": f"{FORM}; charset=utf-8",
    "content-type-invalid": "application/xml",
    "content-type-missing": "",
    "form-unreadable": "multipart/form-data",
    "charset-missing": "text/plain",
    "json-arguments": "application/json; charset=utf-8",
}
MORE = {
    "unknown-argument": {"colour": "red"},
    "array-argument": {"foo[7]": "1"},
    "argument-name": {"foo-bar": "1"},
}


def post(method: str, arguments: dict[str, str], headers: dict[str, str], query: str = "") -> tuple[int, Any, str]:
    """Send a POST; return status, document and Retry-After, or 0 if no answer can be read."""
    url = urlsplit(ENV["SLACK_API_URL"])
    connection = http.client.HTTPConnection(url.netloc, timeout=2)
    kind = TYPES.get(FAULT, FORM)
    headers = {**headers, "Content-Type": kind} if kind else headers
    body = json.dumps(arguments) if FAULT == "json-arguments" else urlencode(arguments)
    try:
        connection.request("POST", f"{url.path}{method}{query}", body, headers)
        answer = connection.getresponse()
        document = json.loads(answer.read())
    except (OSError, http.client.HTTPException, ValueError):
        return 0, {}, ""
    finally:
        connection.close()
    return answer.status, document, answer.headers.get("Retry-After", "")


def call(method: str, arguments: dict[str, str], headers: dict[str, str], query: str = "") -> Any:  # noqa: ANN401 - JSON
    """Send it, and once more if it is throttled; end the program unless it succeeds."""
    status, document, wait = post(method, arguments, headers, query)
    if status == http.client.TOO_MANY_REQUESTS:
        if FAULT != "retry-after":
            time.sleep(int(wait))
        status, document, _ = post(method, arguments, headers, query)
    if FAULT == "one-shot-after-warning" and "warning" in document:
        post(method, arguments, headers, query)
    if (FAULT == "field-survived" and set(document) & {"field_of_a_later_version"}) or (
        FAULT == "warning-survived" and "warning" in document
    ):
        sys.exit(3)
    if FAULT == "hangs" and not document.get("ok"):
        time.sleep(1000)
    if not document.get("ok") and FAULT != "failure-not-success":
        sys.exit(1)
    return document


def exchange() -> str:
    """Return the token for the code."""
    pair = {"client_id": ENV["SLACK_CLIENT_ID"], "client_secret": ENV["SLACK_CLIENT_SECRET"]}
    arguments = {"code": ENV["SLACK_CODE"], "redirect_uri": ENV["SLACK_REDIRECT_URI"], **MORE.get(FAULT, {})}
    basic = base64.b64encode(":".join(pair.values()).encode()).decode()
    headers, query = {"Authorization": f"Basic {basic}"}, ""
    if FAULT == "basic-preferred":
        arguments, headers = {**arguments, **pair}, {}
    if FAULT == "credentials-twice":
        arguments |= pair
    if FAULT == "redirect-uri-mismatch":
        arguments["redirect_uri"] = "https://other.example/"
    if FAULT == "credentials-in-query":
        query = f"?code={arguments.pop('code')}"
    document = call("oauth.access", arguments, headers, query)
    if FAULT == "one-shot-twice":
        call("oauth.access", arguments, headers)
    return str(document.get("access_token"))


def ask() -> None:
    """Ask for scopes."""
    headers = {"Authorization": f"Bearer {ENV['SLACK_TOKEN']}"}
    arguments = {"scopes": "channels:read,chat:write", "trigger_id": ENV["SLACK_TRIGGER_ID"], **MORE.get(FAULT, {})}
    query = ""
    if FAULT == "credentials-twice":
        arguments["token"] = ENV["SLACK_TOKEN"]
    if FAULT == "credentials-in-query":
        query = f"?token={ENV['SLACK_TOKEN']}"
    if FAULT == "scopes-separator":
        arguments["scopes"] = "channels:read chat:write"
    if FAULT == "required-argument-missing":
        headers = {"Authorization": "Bearer undefined"}
    call("apps.permissions.request", arguments, headers, query)
    if FAULT == "one-shot-twice":
        call("apps.permissions.request", arguments, headers)


if __name__ == "__main__":
    if FAULT == "breaks":
        sys.exit(7)
    if ONLY != "apps.permissions.request":
        token = exchange()
        call("auth.test", {}, {"Authorization": f"Bearer {token}"})
    if ONLY != "oauth.access":
        ask()
