"""Targets behind TLS with an authority of their own and a client certificate, behind a proxy, behind a gateway key."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import trustme

from slack_conformance.catalog.load import load_catalog
from slack_conformance.engine import Engine
from slack_conformance.run.evidence import Examiner
from slack_conformance.sandbox.deviation import Deviation
from slack_conformance.sandbox.reply import Reply
from slack_conformance.sandbox.server import Sandbox
from slack_conformance.target.profile import read_profile
from tests.engine.gateways import forward_proxy, tls_front
from tests.results.build import cause_of

if TYPE_CHECKING:
    from pathlib import Path

    from slack_conformance.results.model import CaseResult
    from slack_conformance.sandbox.intake import Call, Received


def _examine(profile: Path, part: str = "") -> list[CaseResult]:
    catalog = load_catalog()
    examiner = Examiner(Engine(catalog, read_profile(profile, catalog)))
    records = [examiner.examine(case).result for case in catalog.cases if part in case.id]
    examiner.engine.close()
    return records


@pytest.fixture
def authority(tmp_path: Path) -> ssl.SSLContext:
    """Return a server's TLS context that demands a client certificate, with the files for a profile beside it."""
    ca = trustme.CA()
    ca.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    client = ca.issue_cert("client@conformance.example")
    client.cert_chain_pems[0].write_to_path(str(tmp_path / "client.pem"))
    client.private_key_pem.write_to_path(str(tmp_path / "client.key"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("127.0.0.1").configure_cert(context)
    ca.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    return context


TRUSTED = 'tls = { ca = "ca.pem", certificate = "client.pem", key = "client.key" }\n'


@pytest.mark.slow
def test_tls_with_an_own_authority_and_a_client_certificate(tmp_path: Path, authority: ssl.SSLContext) -> None:
    """Every case of a method passes as it does without TLS, cut bodies included."""
    with Sandbox() as sandbox, tls_front(sandbox.url, authority) as url:
        profile = tmp_path / "tls.toml"
        with tls_front(str(sandbox.control), authority) as control:
            profile.write_text(f'url = "{url}"\ncontrol = "{control}"\n{TRUSTED}', encoding="utf-8")
            records = _examine(profile, "oauth.access.")
    assert {record.verdict for record in records} == {"PASS"}


@pytest.mark.parametrize(
    ("tls", "words"),
    [
        ("", "certificate verify failed"),
        ('tls = { ca = "ca.pem" }\n', "gives no usable answer"),
    ],
)
def test_tls_that_does_not_come_about(tmp_path: Path, authority: ssl.SSLContext, tls: str, words: str) -> None:
    """An unknown authority or a missing client certificate is reported as such; nothing is ever sent unverified."""
    with Sandbox() as sandbox, tls_front(sandbox.url, authority) as url:
        profile = tmp_path / "tls.toml"
        profile.write_text(f'url = "{url}"\ncontrol = "{sandbox.control}"\n{tls}', encoding="utf-8")
        if not tls:
            records = _examine(profile, "via-get.")
        else:
            profile.write_text(f'url = "{url}"\n{tls}', encoding="utf-8")
            records = _examine(profile, "via-get.")
    assert {record.verdict for record in records} == {"INCONCLUSIVE"}
    assert words in cause_of(records[0]).text


def test_an_expired_certificate(tmp_path: Path) -> None:
    """A trusted authority does not help a certificate whose time is over."""
    ca = trustme.CA()
    ca.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    yesterday = datetime.now(UTC) - timedelta(days=1)
    ca.issue_cert("127.0.0.1", not_before=yesterday - timedelta(days=1), not_after=yesterday).configure_cert(context)
    with Sandbox() as sandbox, tls_front(sandbox.url, context) as url:
        profile = tmp_path / "expired.toml"
        profile.write_text(f'url = "{url}"\ntls = {{ ca = "ca.pem" }}\n', encoding="utf-8")
        records = _examine(profile, "via-get.")
    assert {record.verdict for record in records} == {"INCONCLUSIVE"}
    assert "certificate has expired" in cause_of(records[0]).text


@pytest.mark.slow
def test_a_forward_proxy(tmp_path: Path) -> None:
    """Every request passes the proxy that the profile names."""
    seen: list[str] = []
    with Sandbox() as sandbox, forward_proxy(seen) as proxy:
        profile = tmp_path / "proxied.toml"
        text = f'url = "{sandbox.url}"\ncontrol = "{sandbox.control}"\nproxy = "{proxy}"\n'
        profile.write_text(text, encoding="utf-8")
        records = _examine(profile, "oauth.access.")
    assert {record.verdict for record in records} == {"PASS"}
    assert any(line.startswith("POST http://127.0.0.1:") and "/api/oauth.access" in line for line in seen)
    assert len(seen) > len(records)


class _Gateway(Deviation):
    """No fault of the sandbox: something before it that asks for a key."""

    name = "gateway"

    def refuses(self, request: Received, call: Call) -> Reply | None:
        del call
        return None if request.header("X-Gateway-Key") == "not-a-secret-key" else Reply(status=403, body=b"no key")


@pytest.mark.parametrize("known", [True, False])
def test_a_gateway_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, known: bool) -> None:
    """A header from the environment goes with every request, and into no record."""
    monkeypatch.setenv("GATEWAY_KEY", "not-a-secret-key" if known else "not-the-key")
    with Sandbox(deviation=_Gateway()) as sandbox:
        profile = tmp_path / "gateway.toml"
        text = f'url = "{sandbox.url}"\ncontrol = "{sandbox.control}"\n'
        profile.write_text(text + '[headers]\nX-Gateway-Key = { env = "GATEWAY_KEY" }\n', encoding="utf-8")
        records = _examine(profile, "via-")
    must = [record for record in records if record.strength == "must"]
    assert {record.verdict for record in must} == ({"PASS"} if known else {"INCONCLUSIVE"})
    assert "not-a-secret-key" not in str(records)
    assert "not-the-key" not in str(records)


class _VirtualHosts(Deviation):
    """No fault of the sandbox: something before it that tells its sites apart by the Host header."""

    name = "virtual-hosts"

    def refuses(self, request: Received, call: Call) -> Reply | None:
        del call
        return None if request.header("Host") == "mock.example:81" else Reply(status=421, body=b"no such site")


@pytest.mark.parametrize(("host", "verdict"), [('host = "mock.example:81"\n', "PASS"), ("", "INCONCLUSIVE")])
def test_a_virtual_host(tmp_path: Path, host: str, verdict: str) -> None:
    """Every request names it, malformed ones too, and so does each record, from which a case is repeated."""
    with Sandbox(deviation=_VirtualHosts()) as sandbox:
        profile = tmp_path / "virtual.toml"
        profile.write_text(f'url = "{sandbox.url}"\ncontrol = "{sandbox.control}"\n{host}', encoding="utf-8")
        records = _examine(profile, "oauth.access.request_timeout.")
    assert {record.verdict for record in records} == {verdict}
    requests = [exchange.request for record in records for exchange in record.exchanges]
    if host:
        assert {True, False} == {request.raw for request in requests}
        assert {dict(request.headers)["Host"] for request in requests} == {"mock.example:81"}


def test_a_name_below_localhost(tmp_path: Path) -> None:
    """It needs no entry in a table of hosts, for the control API neither."""
    with Sandbox() as sandbox:
        profile = tmp_path / "named.toml"
        url = sandbox.url.replace("127.0.0.1", "mock.localhost")
        profile.write_text(f'url = "{url}"\ncontrol = "{sandbox.control}"\n', encoding="utf-8")
        records = _examine(profile, "oauth.access.request_timeout.")
    assert {record.verdict for record in records} == {"PASS"}


def test_a_gateway_header_from_a_command_is_one_value_and_a_secret(tmp_path: Path) -> None:
    """It is drawn once, before anything is sent, and known to the redactor."""
    profile = tmp_path / "gateway.toml"
    with Sandbox() as sandbox:
        text = f'url = "{sandbox.url}"\ncontrol = "{sandbox.control}"\n'
        text += '[headers]\nX-Note = { command = ["echo", "not-a-secret-gateway-pass"] }\n'
        profile.write_text(text, encoding="utf-8")
        records = _examine(profile, "via-")
    assert "not-a-secret-gateway-pass" not in str(records)
    assert "$x_note" in str(records)
    assert read_profile(profile, load_catalog()).headers["X-Note"].draw() == "not-a-secret-gateway-pass"
