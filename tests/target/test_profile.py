"""Profiles: what they take, and in which words they refuse the rest."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import trustme
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from slack_conformance.catalog.datafile import DataError
from slack_conformance.catalog.load import load_catalog
from slack_conformance.commands.target import check
from slack_conformance.run.inputs import find_profile
from slack_conformance.run.options import Options
from slack_conformance.target.profile import reaches_production, read_profile, share_of
from slack_conformance.target.sources import source

URL = 'url = "http://127.0.0.1/"\n'
REAL = f'{URL}kind = "real"\n'
FAKE = '{ value = "xoxa-fake", fake = true }'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            f'{URL}[values]\ntoken = "xoxa-fake"\n',
            "values.token: this cannot be plain text. A secret comes from one of",
        ),
        (f'{URL}[values]\ntoken = "xoxa-fake"\n', 'if it says so: { value = "…", fake = true }'),
        (f'{URL}[state.bot-token]\ntoken = "xoxa-fake"\n', "state.bot-token.token: this cannot be plain text"),
        (f'{URL}[values]\ntoken = {{ value = "xoxa-fake" }}\n', "values.token: key 'fake' is missing. A secret comes"),
        (f'{URL}[values]\ncode = {{ value = "xoxa-fake" }}\n', "values.code: key 'fake' is missing"),
        (f"{URL}[values]\ntoken = {{ fake = true }}\n", "values.token: key 'value' is missing"),
        (f'{URL}[values]\ntoken = {{ value = "xoxa-fake", fake = false }}\n', "values.token.fake: True was expected"),
        (f'{URL}[values]\ntoken = {{ valeu = "xoxa-fake", fake = true }}\n', "'valeu', 'fake' cannot be combined"),
        (f'{URL}[values]\ntoken = {{ value = "xoxa-fake", env = "A" }}\n', "values.token: key 'fake' is missing"),
        (f'{URL}[values]\ntoken = {{ env = "A", file = "xoxa-fake" }}\n', "'env', 'file' cannot be combined"),
        (f"{URL}[values]\ntoken = {{}}\n", "values.token: this is empty"),
        (f'{URL}[values]\ntoken = {{ value = "a\\u0000", fake = true }}\n', "the text contains a control character"),
        (f'{URL}[values]\ncode = {{ list = "x" }}\n', "list: this has the wrong type: it must be an array or a table."),
        (
            f'{URL}limit_s = "10"\n',
            "limit_s: this has the wrong type: it must be a number. Time limit for one exchange",
        ),
        (
            'urll = "http://127.0.0.1/"\nnmae = "a"\nlimit_s = "10"\n[values]\ntoken = "xoxa-fake"\n[tls]\nz = 1\n',
            (
                "broken.toml: key 'url' is missing. Also wrong: unknown keys 'urll', 'nmae'. limit_s: this has the "
                "wrong type: it must be a number. values.token: this cannot be plain text. tls: unknown key 'z'."
            ),
        ),
        (f"{REAL}[values]\ntoken = {FAKE}\n", "values.token: a real sandbox has no fake values. Use env, file"),
        (f"{REAL}[state.bot-token]\ntoken = {FAKE}\n", "state.bot-token.token: a real sandbox"),
        (f"{REAL}control_key = {FAKE}\n", "control_key: a real sandbox"),
        ('url = "http://127.0.0.1/"\n[values]\ntoken = { env = "NOT_SET_ANYWHERE" }\n', "NOT_SET_ANYWHERE is not set"),
        ('url = "http://127.0.0.1/"\n[values]\ncode = { list = { file = "nowhere" } }\n', "nowhere cannot be read"),
        ('url = "http://127.0.0.1/"\n[state.app-remved]\nscopes = "a"\n', "Did you mean 'app-removed'?"),
        ('url = "http://127.0.0.1/"\nmethods = ["oauth.acess"]\n', "Did you mean 'oauth.access'?"),
        ('url = "http://127.0.0.1/"\n[readings]\nDOC-01 = "tabel"\n', "Did you mean 'table'?"),
        ('url = "http://127.0.0.1/"\n[tls]\nca = "nowhere.pem"\n', "the file 'nowhere.pem' does not exist"),
        ('url = "http://127.0.0.1/"\n[tls]\nkeyy = "x"\n', "Did you mean 'key'?"),
        ('url = "http://127.0.0.1/?a=b"\n', "not a usable URL"),
        ('url = "http://127.0.0.1/?"\n', "not a usable URL"),
        ('url = "http://127.0.0.1/#"\n', "not a usable URL"),
        ('url = " http://127.0.0.1/"\n', "not a usable URL"),
        ('url = "http://127.0.0.1/\\n"\n', "not a usable URL"),
        ('url = "http://:not-a-secret@127.0.0.1/"\n', "not a usable URL"),
        ('url = "http://a..b/"\n', "not a usable URL"),
        ('url = "http://exa mple/"\n', "not a usable URL"),
        ('url = "https://sl%61ck.com/api/"\n', "not a usable URL"),
        ('url = "https://\uff53lack.com/api/"\n', "not a usable URL"),
        ('url = "http://127.0.0.1/"\nlimit_s = nan\n', "nan is not a finite number"),
        ('url = "http://127.0.0.1/"\npace = inf\n', "inf is not a finite number"),
        ('url = "http://127.0.0.1/"\nname = ' + "[" * 5000 + "\n", "nested too deeply"),
        ('url = "http://127.0.0.1/"\nlimit_s = ' + "9" * 5000 + "\n", "is not TOML"),
        (
            'url = "http://127.0.0.1/"\n[headers]\nX-Pass = { list = ["a"] }\n',
            "a list gives a different value each time",
        ),
        ('url = "http://127.0.0.1/"\n[headers]\nX-Pass = "a\\r\\nb"\n', "contains a control character"),
        ('url = "http://127.0.0.1/"\n[headers]\nX-Pass = "\u20ac"\n', "a header can contain only ASCII"),
        ('url = "http://127.0.0.1/"\n[headers]\nTransfer-Encoding = "chunked"\n', "the cases set this header"),
        ('url = "http://127.0.0.1/"\n[values]\nscopes = "a\\u0000"\n', "contains a control character"),
        ('url = "http://127.0.0.1/"\n[values]\ncode = { list = ["a\\u001b"] }\n', "contains a control character"),
        ('url = "http://127.0.0.1/"\n[values]\ntoken = { file = "a\\u0000b" }\n', "cannot be read"),
        ('url = "http://127.0.0.1/"\n[tls]\nca = "a\\u0000b"\n', "does not exist"),
        ('url = "http://127.0.0.1/"\n[tls]\nca = "' + "a" * 5000 + '"\n', "does not exist"),
        (f'{URL}[headers]\nHost = "a.example"\n', 'headers.Host: the Host header has a key of its own. Say host = "…"'),
        (f'{URL}[headers]\nhOST = "a.example"\n', "the Host header has a key of its own"),
        (f'{URL}[state.bot-token]\nheaders = {{ Host = "a.example" }}\n', "the Host header has a key of its own"),
        (f'{URL}host = ""\n', "host"),
        (f"{URL}host = {FAKE}\n", "host: this has the wrong type: it must be a string"),
        *(
            (f"{URL}host = {json.dumps(host)}\n", "host: this is not a host that a Host header can name. It looks like")
            for host in (
                *("a.example\r\nX: y", "a.example\n", "a b", "a/b", "http://a.example", "user@a.example", "a..b"),
                *(
                    "a.example:",
                    "a.example:0",
                    "a.example:65536",
                    "a.example:http",
                    "::1",
                    "[::1",
                    "\u00e4.example",
                    "$a",
                ),
            )
        ),
        ('url = "http://127.0.0.1/"\npace = "teir"\n', "pace"),
        ('url = "http://127.0.0.1/"\n[headers]\nX-Pass = { command = ["false"] }\n', "headers.X-Pass: the command"),
        ('url = "http://127.0.0.1/"\ncontrol_key = { command = ["false"] }\n', "control_key: the command 'false'"),
        ('url = "http://127.0.0.1/"\n[state.bot-token]\nscopes = "a"\n', "state.bot-token: none of these values"),
    ],
)
def test_a_profile_that_cannot_be_used(tmp_path: Path, text: str, words: str) -> None:
    """One message: file, key, what is wrong, and the way out."""
    profile = tmp_path / "broken.toml"
    profile.write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as raised:
        read_profile(profile, load_catalog())
    assert words in str(raised.value)
    assert "broken.toml" in str(raised.value)
    assert "xoxa-fake" not in str(raised.value)


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("print('one two')", "ended with status 0 and printed 2 values"),
        ("print()", "ended with status 0 and printed 0 values"),
        ("print('one'); raise SystemExit(3)", "ended with status 3 and printed 1 value"),
        ("import sys; sys.stdout.buffer.write(bytes([255, 254]))", "printed something other than text"),
        ("print(chr(27) + 'x')", "contains a control character"),
    ],
)
def test_a_command_that_gives_no_value(program: str, words: str) -> None:
    """What is wrong with it, and what it must print."""
    with pytest.raises(DataError) as raised:
        source({"command": [sys.executable, "-c", program]}, Path(), "values.code").draw()
    assert words in str(raised.value)


def test_a_command_that_cannot_be_run() -> None:
    """A name that no program can have is not a fault of the suite."""
    with pytest.raises(DataError, match="did not run"):
        source({"command": ["a\0b"]}, Path(), "values.code").draw()


def test_each_worker_takes_its_own_share_of_a_list(tmp_path: Path) -> None:
    """Otherwise all of them would begin with the same value; in states as well, and only of lists."""
    profile = tmp_path / "shared.toml"
    text = 'url = "http://127.0.0.1/"\n[values]\nscopes = "a"\ncode = { list = ["1", "2", "3"] }\n'
    profile.write_text(text + '[state.email-unverified]\ncode = { list = ["4", "5", "6"] }\n', encoding="utf-8")
    taken = []
    for worker in range(2):
        share = share_of(read_profile(profile, load_catalog()), worker, 2)
        sources = share.values["code"], share.states["email-unverified"].values["code"], share.values["scopes"]
        taken.append([source.draw() for source in sources for _ in range(3)])
    assert taken == [["1", "3", None, "4", "6", None, "a", "a", "a"], ["2", None, None, "5", None, None, "a", "a", "a"]]


@pytest.mark.parametrize(
    "host", ["a", "a.example", "a_b.example.", "127.0.0.1", "a.example:65535", "[::1]", "[::1]:80"]
)
def test_a_host_of_its_own(tmp_path: Path, host: str) -> None:
    """It is named as in a Host header, with or without a port, and opens nothing by itself."""
    profile = tmp_path / "named.toml"
    profile.write_text(f'{URL}host = "{host}"\n', encoding="utf-8")
    read = read_profile(profile, load_catalog())
    assert (read.host, reaches_production(read)) == (host, False)
    if host == "a.example:65535":
        assert f"  host      {host}, in the Host header of every request\n" in check(str(profile))


@pytest.mark.parametrize("host", ["slack.com", "SLACK.com:443", "api.slack.com.", "a.slack-gov.com.:80"])
def test_no_host_header_leads_to_production_unasked(tmp_path: Path, host: str) -> None:
    """What listens at the address may pass the request on to the host that it names."""
    profile = tmp_path / "named.toml"
    profile.write_text(f'{URL}host = "{host}"\n', encoding="utf-8")
    options = Options(None, str(profile), None)
    with pytest.raises(DataError, match="this is a host of the production service") as raised:
        find_profile(options, load_catalog(), tmp_path)
    assert host in str(raised.value)
    assert find_profile(replace(options, allow_production=True), load_catalog(), tmp_path)
    if host == "slack.com":
        assert "this is the production service" in check(str(profile))


def test_an_encrypted_key_of_a_client(tmp_path: Path) -> None:
    """One message, before anything is sent, wherever the key is."""
    client = trustme.CA().issue_cert("client@conformance.example")
    certificate = client.cert_chain_pems[0].bytes()
    private = load_pem_private_key(client.private_key_pem.bytes(), None)
    secret = BestAvailableEncryption(b"not-a-secret")
    encrypted = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, secret)
    (tmp_path / "client.pem").write_bytes(certificate)
    (tmp_path / "client.key").write_bytes(encrypted)
    (tmp_path / "both.pem").write_bytes(certificate + encrypted)
    profile = tmp_path / "tls.toml"
    for tls, place in (
        ('certificate = "client.pem"\nkey = "client.key"', "tls.key"),
        ('certificate = "both.pem"', "tls.certificate"),
    ):
        profile.write_text(f"{URL}[tls]\n{tls}\n", encoding="utf-8")
        with pytest.raises(DataError) as raised:
            read_profile(profile, load_catalog())
        assert f"{place}: the private key is encrypted, and a profile has no place for its passphrase." in str(
            raised.value
        )
        assert "openssl pkey" in str(raised.value)
    (tmp_path / "client.key").write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    profile.write_text(f'{URL}[tls]\ncertificate = "client.pem"\nkey = "client.key"\n', encoding="utf-8")
    assert read_profile(profile, load_catalog()).tls.key == str((tmp_path / "client.key").resolve())


def test_a_client_certificate_that_cannot_be_presented(tmp_path: Path) -> None:
    """A key of another certificate, or no PEM at all, is told from a target that does not answer."""
    one, other = (trustme.CA().issue_cert("client@conformance.example") for _ in range(2))
    (tmp_path / "client.pem").write_bytes(one.cert_chain_pems[0].bytes())
    (tmp_path / "client.key").write_bytes(other.private_key_pem.bytes())
    (tmp_path / "text.pem").write_text("not a certificate\n", encoding="utf-8")
    profile = tmp_path / "tls.toml"
    for tls in (
        'certificate = "client.pem"\nkey = "client.key"',
        'certificate = "client.pem"',
        'certificate = "text.pem"',
    ):
        profile.write_text(f"{URL}[tls]\n{tls}\n", encoding="utf-8")
        with pytest.raises(DataError, match="the certificate and its private key cannot be used"):
            read_profile(profile, load_catalog())


@pytest.mark.parametrize("key", ["url", "control", "proxy"])
def test_no_address_of_a_profile_leads_to_production_unasked(tmp_path: Path, key: str) -> None:
    """The control API and the proxy are asked as well."""
    profile = tmp_path / "real.toml"
    addresses = {"url": "http://127.0.0.1/", key: "https://api.slack.com./x"}
    profile.write_text("".join(f'{name} = "{url}"\n' for name, url in addresses.items()), encoding="utf-8")
    assert reaches_production(read_profile(profile, load_catalog()))


def test_a_byte_order_mark_is_not_part_of_a_profile(tmp_path: Path) -> None:
    """Some editors write one."""
    profile = tmp_path / "marked.toml"
    profile.write_text('url = "http://127.0.0.1/"\n', encoding="utf-8-sig")
    assert read_profile(profile, load_catalog()).url == "http://127.0.0.1/"


def test_a_command_and_a_list_give_fresh_values(tmp_path: Path) -> None:
    """A command is run for every value, without a shell; a list is used up from the top."""
    (tmp_path / "codes.txt").write_text("code-one code-two\n", encoding="utf-8")
    profile = tmp_path / "fresh.toml"
    profile.write_text(
        'url = "http://127.0.0.1/"\n[values]\ncode = { list = { file = "codes.txt" } }\n'
        'trigger = { command = ["python3", "-c", "import time; print(time.time_ns())", "$(date)", ";"] }\n',
        encoding="utf-8",
    )
    values = read_profile(profile, load_catalog()).values
    assert [values["code"].draw() for _ in range(3)] == ["code-one", "code-two", None]
    first, second = values["trigger"].draw(), values["trigger"].draw()
    assert first != second
    assert first is not None
    assert first.isdigit()


def test_a_value_that_is_marked_as_made_up(tmp_path: Path) -> None:
    """It may be any value or header of a mock, is the same each time, and is a secret for all that."""
    profile = tmp_path / "fake.toml"
    text = f"{URL}control_key = {FAKE}\nheaders = {{ X-Pass = {FAKE} }}\n"
    profile.write_text(f"{text}[values]\ntoken = {FAKE}\ncode = {FAKE}\n", encoding="utf-8")
    read = read_profile(profile, load_catalog())
    for found in (*read.values.values(), read.headers["X-Pass"], read.control_key):
        assert found is not None
        assert [found.draw(), found.draw()] == ["xoxa-fake", "xoxa-fake"]
        assert found.secret
    assert (read.values["token"].once, read.values["code"].once) == (False, True)


def test_a_command_gets_no_input() -> None:
    """It cannot wait for somebody to type."""
    program = "import sys; print(repr(sys.stdin.read()))"
    assert source({"command": [sys.executable, "-c", program]}, Path(), "values.code").draw() == "''"


def test_the_example_profile_is_usable() -> None:
    """As it stands, and with every line of it brought to life but the files that it names."""
    from slack_conformance.catalog.place import data_root  # noqa: PLC0415 - only here

    example = data_root() / "fixtures/targets/example.toml"
    assert read_profile(example, load_catalog()).name == "my sandbox"
