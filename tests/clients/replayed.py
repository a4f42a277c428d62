"""SlackKit's requests, replayed from fixtures/clients/slackkit.toml: its packages are not installed by this run."""

from __future__ import annotations

import http.client
import json
import tomllib
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from tests.running import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

REQUESTS = ROOT / "fixtures" / "clients" / "slackkit.toml"


def ask(order: Mapping[str, Any]) -> dict[str, Any]:
    """Send the request of the client that the order names, and return what its caller is given."""
    entries = tomllib.loads(REQUESTS.read_text("utf-8"))["request"]
    (entry,) = [entry for entry in entries if (entry["id"], entry["method"]) == (order["client"], order["method"])]
    values = {f"${name}": value for name, value in {**order, **order["arguments"]}.items()}
    body = urlencode([(name, values.get(text, text)) for name, text in entry["form"]])
    where = urlsplit(order["url"])
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=20)
    try:
        connection.putrequest(entry["verb"], f"{where.path}{order['method']}", skip_accept_encoding=True)
        for name, value in (*entry["headers"], ("Content-Length", str(len(body)))):
            connection.putheader(name, value)
        connection.endheaders(body.encode("ascii"))
        answer = connection.getresponse()
        content = answer.read()
    except http.client.RemoteDisconnected:
        return {"returned": "no answer"}
    finally:
        connection.close()
    if answer.headers.get_content_type() != "application/json":
        return {"returned": "a web page", "status": answer.status}
    found = json.loads(content)
    seen = {name: found.get(name) for name in ("error", "warning")}
    after = answer.headers["Retry-After"]
    return {"returned": "JSON", "fields": sorted(found), "status": answer.status, "retry_after": after, **seen}
