"""No secret leaves: not in a report, not on the terminal, in no encoding; and if one did, the scan would find it."""

from __future__ import annotations

import base64
import gzip
import html
import json
import stat
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from slack_conformance.catalog.load import load_catalog
from slack_conformance.plugin.state import end_cases
from slack_conformance.results.model import Cause, RequestCount
from slack_conformance.results.terms import Kind
from slack_conformance.run.leaks import Leak, message, put_aside, scan
from slack_conformance.secrecy.secrets import Secrets
from slack_conformance.target.profile import profile_of_url
from slack_conformance.target.telling import told_by
from tests.run.canaries import CANARIES, CORE, ENCODINGS, HEADER_TAIL, TAIL, cores, forms, held, hostile, texts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from slack_conformance.catalog.model import State
    from tests.running import Finished, Runner

PLACES: dict[str, Callable[[str], bytes]] = {
    "plain": lambda form: f"before {form} after".encode(),
    "at the very end": lambda form: f"12345{form}".encode(),
    "JSON": lambda form: json.dumps({"a": [form]}).encode(),
    "JSON in JSON": lambda form: json.dumps({"a": json.dumps({"b": form})}).encode(),
    "JSON in an HTML attribute": lambda form: f'<div data-jsonblob="{html.escape(json.dumps([form]))}">'.encode(),
    "data URI": lambda form: b'<a href="data:text/plain;base64,' + base64.b64encode(f"x {form} y".encode()) + b'">',
    "wrapped base64": lambda form: base64.encodebytes(f"{'filling ' * 20}{form}{' filling' * 20}".encode()),
    "gzip": lambda form: gzip.compress(f"x {form} y".encode()),
    "far inside": lambda form: b"nothing to see here " * 500_000 + form.encode() + b" nothing" * 10,
}


@pytest.mark.parametrize("place", PLACES)
def test_the_scan_finds_every_encoding_in_every_place(tmp_path: Path, place: str) -> None:
    """Whatever a reporter wraps around it."""
    secrets = Secrets(CANARIES.items())
    encodings = [*ENCODINGS] if place != "far inside" else ["raw", "base64", "hexadecimal"]
    if place == "at the very end":
        encodings.remove("base64 of raw deflate")  # nothing tells where it begins
    if place == "data URI":
        encodings.remove("widthless characters between")  # three bytes in four are no longer ASCII text
    for name, value in CANARIES.items():
        for encoding in encodings if name == "client_secret" or place == "plain" else ():
            (tmp_path / "report").write_bytes(PLACES[place](forms(value)[encoding]))
            assert [leak.names for leak in scan([tmp_path], secrets)] == [(name,)], encoding


def test_the_scan_finds_nothing_where_nothing_is(tmp_path: Path) -> None:
    """Nor what resembles a secret, nor a value so short that it stands in any text."""
    secrets = Secrets([*CANARIES.items(), ("code", "report")])
    (tmp_path / "report").write_text(
        "report " + " ".join(value[: len(value) // 2] for value in CANARIES.values()), encoding="utf-8"
    )
    assert scan([tmp_path], secrets) == []


def test_a_secret_that_json_writes_as_pairs_of_surrogates_is_found() -> None:
    """As the results file does, which is ASCII."""
    value = "geheim-𝄞-𝄢-geheim"
    secrets = Secrets([("token", value)])
    assert secrets.in_text(json.dumps({"got": f'"{value}"'}).encode()) == {value: "token"}


@pytest.mark.parametrize("length", range(8, 40))
def test_secrets_of_any_length_are_found_at_any_place(length: int) -> None:
    """The words that are looked up fall differently at each."""
    value = "1bcdefghijklmnopqrstuvwxyz0123456789ABCD"[:length]
    secrets = Secrets([("token", value)])
    for before in range(17):
        assert secrets.in_text(b"-" * before + value.encode()) == {value: "token"}
        assert secrets.in_text(b"-" * before + base64.b64encode(b"x" * before + value.encode() + b"y") + b"--")
        assert not secrets.in_text(b"-" * before + value[len(value) // 2 :].encode() + b"-")


def test_a_leak_is_put_aside_for_its_owner_alone(tmp_path: Path) -> None:
    """Two files of one name do not meet; the message names secrets, and no value."""
    folder, leaks = tmp_path / "quarantine", []
    for place in ("a", "b"):
        (tmp_path / place).mkdir()
        (tmp_path / place / "junit.xml").write_text(CANARIES["token"], encoding="utf-8")
        leaks.append(put_aside(Leak(tmp_path / place / "junit.xml", ("token",)), folder))
    assert {path.name for path in folder.iterdir()} == {".gitignore", "junit.xml.leaked", "junit.xml.2.leaked"}
    for leak in leaks:
        assert leak.moved is not None
        assert stat.S_IMODE(leak.moved.stat().st_mode) == 0o600
        (error,) = ET.parse(leak.path).getroot().iter("error")  # noqa: S314 - our own file
        assert "held secrets (token) and was moved aside" in str(error.get("message"))
    told = "\n".join(message(leaks, tmp_path))
    assert "a/junit.xml held token; now quarantine/junit.xml.leaked" in told
    assert CANARIES["token"] not in told


@pytest.mark.parametrize("name", CANARIES)
def test_a_secret_is_hidden_though_what_a_base_gets_at_the_end_is_cut_in_its_middle(name: str) -> None:
    """The target may answer with any text, and of a long one only the beginning is shown."""
    drawn = f"{CANARIES[name].removesuffix(TAIL).removesuffix(HEADER_TAIL)}~%…"
    cause = Cause(Kind.BASE_BROKEN_AT_END, f"The base succeeded at the start and gets {drawn!r} at the end.", "")
    examiner: Any = SimpleNamespace(
        is_newer=lambda _: False,
        secrets=Secrets(CANARIES.items()),
        engine=SimpleNamespace(
            profile=profile_of_url("http://127.0.0.1/api/"),
            withdrawn=lambda: {"a.case": cause},
            session=SimpleNamespace(requests=RequestCount(1, 0)),
        ),
    )
    _, told = end_cases(examiner)
    assert told.startswith("The base succeeded")
    assert CORE.search(told) is None, told


NOISE = '''
"""Makes everything noisy: output, logs, warnings, exceptions, all with what the target answered."""
import itertools, logging, os, sys, warnings
import pytest
from slack_conformance.engine import engine
from slack_conformance.run import record
from slack_conformance.secrecy.secrets import Secrets
from slack_conformance.wire.redact import Redactor

judge, log = engine.judge, logging.getLogger("noise")
judged, called = itertools.count(), itertools.count()
ways = [print, lambda said: print(said, file=sys.stderr), log.debug, log.error, warnings.warn]

# The first time in every process, then now and again: a worker that gets few cases to judge makes its noise too.
def noisy(shown, *rest, **more):
    number = next(judged)
    answer = shown.edited if shown.edited is not None else shown.base
    text = answer.body.decode("utf-8", "backslashreplace") + repr(answer.headers) + answer.reason
    ways[number % len(ways)](text)
    if number % 9 == 0:
        raise RuntimeError(text)
    return judge(shown, *rest, **more)

engine.judge = noisy

@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call(item):
    if next(called) % 4 == 0:
        secret = item.funcargs["_conformance_examiner"].secrets.pairs()
        raise ValueError(f"a foreign fault {secret}")

if os.environ.get("NAKED"):
    same = lambda text, *rest: rest[0] if rest else text
    Redactor.by_value = lambda self, text: text
    Redactor.known = Redactor.body = Redactor.sentence = Redactor.outcome = Redactor.by_value
    Redactor.header = Redactor.sent_header = Redactor.reason = lambda self, about, text: text
    record.by_name, record.header_by_name = same, same
    Secrets.hidden = Secrets.hidden_in_prose = lambda self, text: text
'''


def _seeded(state: State) -> str:
    """Return a profile's entry for a state: something public, and the secret that puts a request into the state."""
    secret = {name: f'{name} = {{ env = "FAKE_{name.removesuffix("_token").upper()}" }}' for name in SEEDED}
    given = [secret[name] for name in state.gives if name in secret]
    names = {method: values for method, values in told_by(state, load_catalog()).items() if set(values) <= set(SEEDED)}
    methods = [f"methods = {json.dumps(list(names))}"] if given else ['unavailable = "not here"'] * bool(state.gives)
    return "\n".join([f"[state.{state.name}]", 'scopes = "users:read"', 'code = "zqcode"', *given, *methods])


SEEDED = ("token", "refresh_token")


def _run(command: Runner, folder: Path, url: str, *arguments: str, naked: bool = False) -> Finished:
    """Run everything against the hostile target, with each kind of source in the profile."""
    mint = "import itertools,os,time; print('zqcommand-%012x' % (time.monotonic_ns() & 0xffffffffffff))"
    (folder / "noise.py").write_text(NOISE, encoding="utf-8")
    (folder / "secret.txt").write_text(CANARIES["client_secret"] + "\n", encoding="utf-8")
    (folder / "triggers.txt").write_text("\n".join(f"zqlist-{n:012x}" for n in range(2000, 2400)), encoding="utf-8")
    (folder / "target.toml").write_text(
        f"""
        url = "{url}/api/"
        control = "{url}/control"
        control_key = {{ env = "FAKE_CONTROL_KEY" }}
        [headers]
        X-Gateway-Pass = {{ env = "FAKE_GATEWAY" }}
        [values]
        token = {{ env = "FAKE_TOKEN" }}
        client_id = "a-client"
        client_secret = {{ file = "secret.txt" }}
        refresh_token = {{ env = "FAKE_REFRESH" }}
        code = {{ command = [{json.dumps(sys.executable)}, "-c", {json.dumps(mint)}] }}
        trigger = {{ list = {{ file = "triggers.txt" }} }}
        """
        + "\n".join(_seeded(state) for _, state in sorted(load_catalog().states.items())[::2]),
        encoding="utf-8",
    )
    environment = {
        "FAKE_CONTROL_KEY": CANARIES["control_key"],
        "FAKE_GATEWAY": CANARIES["x_gateway_pass"],
        "FAKE_TOKEN": CANARIES["token"],
        "FAKE_REFRESH": CANARIES["refresh_token"],
        **({"NAKED": "1"} if naked else {}),
    }
    verbose = [
        "-m",
        "authentication",
        "-k",
        CHOSEN,
        "-vv",
        "--log-level=debug",
        "--log-file=reports/log.txt",
        "-W",
        "default",
        "-p",
        "noise",
        "-rA",
        "-l",
    ]
    return command("run", "--profile=target.toml", *verbose, *arguments, env=environment)


CHOSEN = "not (by-multipart or by-form or by-get)"
"""Enough requests for every encoding to come back in every kind of answer; more would only take longer."""

EVERY_REPORT = {"results.jsonl", "conformance.html", "pytest.html", "junit.xml", "summary.md", "ctrf.json"}


@pytest.mark.slow
@pytest.mark.parametrize("workers", ["0", "2"])
def test_nothing_leaves_a_run_against_a_target_that_repeats_everything(
    command: Runner, tmp_path: Path, workers: str
) -> None:
    """Not in any report, nor on standard output or error; verbose, with engine errors, logs and warnings."""
    with hostile() as (url, seen):
        finished = _run(command, tmp_path, url, "-n", workers)
    assert len(seen) > 50
    files = [path for path in (tmp_path / "reports").rglob("*") if path.is_file()]
    assert {path.name for path in files} >= EVERY_REPORT, finished.text[-3000:]
    assert len(files) > 100
    everything = {"the terminal": finished.text, **{str(path): texts(path) for path in files}}
    leaks = {name: (held(text), cores(text, seen)) for name, text in everything.items()}
    assert {name: leak for name, leak in leaks.items() if leak != (set(), set())} == {}
    assert "a foreign fault" in finished.text
    assert "The suite itself failed: RuntimeError." in finished.text
    assert not (tmp_path / "quarantine").exists()
    assert finished.code == 3


@pytest.mark.slow
def test_without_redaction_the_scan_finds_every_leak(command: Runner, tmp_path: Path) -> None:
    """Every file that held a canary is moved aside, and the run ends with 12."""
    with hostile() as (url, seen):
        finished = _run(command, tmp_path, url, "-n", "2", naked=True)
    assert finished.code == 12
    told = finished.text.rpartition("SECRET  ")[2]
    assert "reports/results.jsonl held " in told
    assert held(told) == set()
    assert cores(told, seen) == set()
    for path in (tmp_path / "reports").rglob("*"):
        if path.is_file():
            text = texts(path)
            assert (path.name, held(text), cores(text, seen)) == (path.name, set(), set())
    moved = [path for path in (tmp_path / "quarantine").iterdir() if path.suffix == ".leaked"]
    assert {path.name.removesuffix(".leaked") for path in moved} >= EVERY_REPORT - {"summary.md"}
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in moved)
    leaked = set().union(*(held(texts(path)) for path in moved))
    shown_as_words = {"zero bytes between", "line ends between", "widthless characters between"}
    everything = {(name, encoding) for name in CANARIES for encoding in ENCODINGS if encoding not in shown_as_words}
    assert leaked >= everything


def test_a_leak_in_a_file_of_somebody_else_is_in_the_footer_and_in_the_page(command: Runner, tmp_path: Path) -> None:
    """The reports without a secret say with which code the run ended, like the command itself."""
    (tmp_path / "loud.py").write_text(LOUD, encoding="utf-8")
    finished = command("run", "-p", "loud", "-k", "via-post-form.accepted")
    assert finished.code == finished.footer["exit"] == 12, finished.text[-2000:]
    assert "reports/loud.txt held token" in finished.text
    assert "xoxa" not in (tmp_path / "reports/loud.txt").read_text("utf-8")
    assert (tmp_path / "reports/conformance.html").is_file()


LOUD = """
from pathlib import Path

def pytest_runtest_teardown(item):
    value = dict(item.funcargs["_conformance_examiner"].secrets.pairs())["token"]
    Path("reports/loud.txt").write_text(f"the token is {value}")
"""
