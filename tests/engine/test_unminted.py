"""A target of which only URL and token are known, and which mints nothing: what can be proved is proved."""

from __future__ import annotations

import json
import urllib.request
from typing import TYPE_CHECKING

from slack_conformance.sandbox.server import Sandbox

if TYPE_CHECKING:
    from pathlib import Path

    from tests.running import Runner


def _token(sandbox: Sandbox) -> str:
    body = json.dumps({"state": "healthy", "method": "apps.permissions.request", "one_shot": 0}).encode()
    request = urllib.request.Request(f"{sandbox.control}/worlds", body, {"Content-Type": "application/json"})  # noqa: S310
    with urllib.request.urlopen(request) as answer:  # noqa: S310 - our own sandbox on loopback
        return str(json.load(answer)["values"]["token"])


def test_url_and_token_alone(suite: Runner, tmp_path: Path) -> None:
    """The edit caused the refusal where base and edited request are refused differently; the rest names its needs."""
    with Sandbox() as sandbox:
        profile = tmp_path / "target.toml"
        profile.write_text(f'url = "{sandbox.url}"\n[values]\ntoken = {{ env = "FAKE_TOKEN" }}\n', encoding="utf-8")
        token = _token(sandbox)
        finished = suite("--conformance-profile=target.toml", env={"FAKE_TOKEN": token})
    assert finished.code == 10, finished.text
    counts = finished.footer["counts"]
    assert counts["FAIL"] == counts["ENGINE"] == 0, finished.text
    proved = {line["id"]: line for line in finished.lines if line["type"] == "case" and line["verdict"] == "PASS"}
    for rule in ("missing_post_type", "invalid_charset", "request_timeout", "invalid_post_type", "not_authed"):
        for method in ("apps.permissions.request", "oauth.access"):
            if rule == "not_authed" and method == "oauth.access":
                continue
            assert any(case.startswith(f"{method}.{rule}.") for case in proved), (method, rule)
    assert all(line["differential"] for line in proved.values() if line["rule"].endswith("missing_post_type"))
    needs = {line["cause"]["needs"] for line in finished.lines if line["type"] == "case" and line["cause"]}
    assert any("trigger" in text for text in needs)
    written = "".join(path.read_text("utf-8") for path in (tmp_path / "reports").iterdir() if path.is_file())
    assert token not in written + finished.text
