"""The site over invented servers: what its pages say, link to and leave alone."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET

import pytest
from jsonschema import Draft202012Validator

from slack_conformance.results.io import read_results
from tests.report import build
from tests.report.pages import HOSTILE, Page, hostile_cases
from tests.results.schema import SITE
from tests.site.build import RULES, file, site

if TYPE_CHECKING:
    from pathlib import Path

SIX = 6


@pytest.fixture
def several(tmp_path: Path) -> Path:
    """Return the site of five mocks, a real service, and one that could not be tested."""
    (tmp_path / "in").mkdir()
    place = tmp_path / "in"
    return site(
        tmp_path / "site",
        file(place, "alpha", {"bad_colour": "FAIL", "bad_size": "FAIL"}, reading="table"),
        file(place, "beta", {"bad_colour": "FAIL"}, reading="example"),
        file(place, "gamma", {"bad_colour": "KNOWN", "bad_name": "WARN"}),
        file(place, "delta", dict.fromkeys(RULES, "INCONCLUSIVE")),
        file(place, "service", {"bad_name": "FAIL"}, kind="real", url="https://api.example/api/"),
    )


def rules(out: Path) -> dict[str, dict[str, dict[str, list[str]]]]:
    """Return how the implementations stand on each rule, by its name and kind."""
    found = json.loads((out / "api/v1/rules.json").read_text("utf-8"))["rules"]
    return {entry["rule"]["name"]: entry["kinds"] for entry in found.values()}


def text_of(path: Path) -> str:
    """Return the text of a page without its elements."""
    return " ".join(re.sub(r"<[^>]*>", " ", path.read_text("utf-8").partition("<body>")[2]).split())


def test_rules_are_sorted_by_what_is_worth_a_look(several: Path) -> None:
    first = text_of(several / "index.html")
    at = [first.index(words) for words in ("Failed by all who were tested", "Failed by one", "Warnings")]
    assert at == sorted(at)
    assert rules(several)["bad_colour"]["mock"]["failed"] == ["alpha", "beta", "gamma"]
    assert rules(several)["bad_size"]["mock"] == {"failed": ["alpha"], "warned": [], "passed": ["beta", "gamma"]}


def test_mocks_and_real_services_are_never_added_up(several: Path) -> None:
    assert rules(several)["bad_name"] == {
        "mock": {"failed": [], "warned": ["gamma"], "passed": ["alpha", "beta"]},
        "real": {"failed": ["service-" + one for one in _hashes(several, "service")], "warned": [], "passed": []},
    }
    assert "never added up" in text_of(several / "index.html")


def _hashes(out: Path, name: str) -> list[str]:
    return [path.stem.removeprefix(f"{name}-") for path in (out / "implementations").glob(f"{name}-*.html")]


def test_what_was_not_tested_is_no_loser(several: Path) -> None:
    """It has no column, and its badge says so without a colour of failure."""
    first = (several / "index.html").read_text("utf-8")
    assert 'title="delta"' not in first
    assert "No colour was given." in text_of(several / "index.html").partition("Not tested 1")[2]
    badge = json.loads((several / "badges/delta.json").read_text("utf-8"))
    assert badge["message"].startswith("not tested, ")
    assert badge["color"] == "grey"


def test_places_that_are_read_differently_name_who_reads_how(several: Path) -> None:
    first = text_of(several / "index.html")
    assert re.search(
        r"DOC-01 The example and the table .* table \( bad_colour \): alpha example \( bad_paint \): beta", first
    )


def test_every_link_leads_somewhere_in_the_site(several: Path) -> None:
    ids: dict[Path, set[str]] = {}
    links = 0
    for path in several.rglob("*.html"):
        ids[path] = {*Page(path.read_text("utf-8")).attributes("id")}
    for path in ids:
        for link in Page(path.read_text("utf-8")).attributes("href"):
            parts = urlsplit(link)
            if parts.scheme:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            assert target.is_file(), (path.name, link)
            assert not parts.fragment or unquote(parts.fragment) in ids[target], (path.name, link)
            links += 1
    assert links > SIX * len(RULES)


def test_every_cell_that_was_tried_links_to_both_exchanges(several: Path) -> None:
    cell = '<a class="fail" aria-label="FAIL" href="proof/alpha.html#things.make.bad_size">✕</a>'
    assert cell in (several / "index.html").read_text("utf-8")
    proof = (several / "proof/alpha.html").read_text("utf-8")
    entry = proof.partition('id="things.make.bad_size"')[2].partition("</article>")[0]
    assert entry.count('class="wire"') == 2
    assert "<ins>&amp;colour=none</ins>" in entry


def test_the_pages_allow_nothing_but_their_own_style(several: Path) -> None:
    for path in several.rglob("*.html"):
        page = Page(path.read_text("utf-8"))
        [policy] = [attributes["content"] for tag, attributes in page.tags if attributes.get("http-equiv")]
        assert re.fullmatch(
            r"default-src 'none'; style-src 'sha256-[\w+/=]+'; base-uri 'none'; form-action 'none'", policy or ""
        )
        assert not page.raw["script"]
        assert not page.attributes("style")


def test_the_json_is_as_its_schema_says(several: Path) -> None:
    validator = Draft202012Validator(json.loads(SITE.read_text("utf-8")))
    found = [*several.glob("api/v1/**/*.json")]
    assert len(found) == SIX + 1
    for path in found:
        document = json.loads(path.read_text("utf-8"))
        validator.validate(document)
        assert not validator.is_valid({**document, "more": 1})


def test_a_badge_counts_and_names_its_file(several: Path) -> None:
    name = "{http://www.w3.org/2000/svg}"
    picture = ET.fromstring((several / "badges/alpha.svg").read_text("utf-8"))  # noqa: S314 - made here
    said = "1 passed, 2 failed, edition 2026.1, 2026-11-21, not verified"
    assert picture.findtext(f"{name}title") == f"alpha: {said}"
    assert re.fullmatch(
        r"Rests on results/alpha\.jsonl, not verified, SHA-256 [0-9a-f]{64}\.", picture.findtext(f"{name}desc") or ""
    )
    endpoint = json.loads((several / "badges/alpha.json").read_text("utf-8"))
    assert endpoint == {"schemaVersion": 1, "label": "slack-conformance", "message": said, "color": "red"}
    assert "%" not in said
    assert 'href="../results/alpha.jsonl"' in (several / "implementations/alpha.html").read_text("utf-8")


def test_the_newest_file_counts_and_others_are_its_history(tmp_path: Path) -> None:
    old = file(tmp_path, "alpha", {"bad_size": "FAIL"}, started="2026-01-01T00:00:00Z")
    new = file(tmp_path, "alpha", started="2026-01-01T00:30:00+01:00", at="a.jsonl")
    newest = file(tmp_path, "alpha", {"bad_name": "WARN"}, started="2026-01-01T00:10:00Z")
    out = site(tmp_path / "site", new, newest, old)
    one = json.loads((out / "api/v1/implementations/alpha.json").read_text("utf-8"))
    assert one["run"]["started"] == "2026-01-01T00:10:00Z"
    assert [run["started"] for run in one["history"]] == ["2026-01-01T00:00:00Z", "2026-01-01T00:30:00+01:00"]
    assert one["notes"] == []


def test_a_reader_is_told_of_other_addresses_and_of_partial_runs(tmp_path: Path) -> None:
    old = file(tmp_path, "alpha", started="2026-01-01T00:00:00Z", url="https://one.example/api/")
    new = file(tmp_path, "alpha", started="2026-01-02T00:00:00Z", url="https://two.example/api/", cases=9)
    out = site(tmp_path / "site", old, new)
    page = text_of(out / "implementations/alpha.html")
    assert "This run was partial: 3 of 9 cases were selected." in page
    assert "The last whole run began at 2026-01-01T00:00:00Z" in page
    assert "https://two.example/api/, https://one.example/api/. They may be about different servers." in page


def test_the_same_file_counts_once_and_clients_are_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, client = file(tmp_path, "alpha"), file(tmp_path, "app", kind="client")
    two = tmp_path / "again.jsonl"
    two.write_bytes(one.read_bytes())
    out = site(tmp_path / "site", one, two, client)
    assert [path.name for path in (out / "implementations").iterdir()] == ["alpha.html"]
    said = capsys.readouterr().err
    assert "is about a client, and clients are not compared with servers. It is left out." in said
    assert "is the same as" in said


def test_names_of_strangers_are_text_and_stay_inside(tmp_path: Path) -> None:
    names = [HOSTILE, "../../outside", "..", "Alpha", "alpha", "/etc/passwd", "a\\b", "con", "x" * 900]
    place = tmp_path / "in"
    place.mkdir()
    out = site(tmp_path / "site", *(file(place, name, {"bad_size": "FAIL"}) for name in names))
    assert {path.name for path in tmp_path.iterdir()} == {"in", "site"}
    pages = [*(out / "implementations").iterdir()]
    assert len({path.name.lower() for path in pages}) == len(names)
    for path in out.rglob("*.html"):
        page = Page(path.read_text("utf-8"))
        assert not [tag for tag, _ in page.tags if tag in {"script", "img"}]
        assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
        assert "\u202e" not in path.read_text("utf-8")
    for path in out.glob("badges/*.svg"):
        ET.parse(path)  # noqa: S314 - made here


def test_answers_of_strangers_are_text(tmp_path: Path) -> None:
    rule = build.rule("../<script>", summary=HOSTILE, place=HOSTILE, page=HOSTILE, method=HOSTILE, id="../<script>")
    rules = [rule, *(build.rule(f"bad_{number}") for number in range(len(build.VERDICTS)))]
    path = build.written(tmp_path / "r.jsonl", build.lines(hostile_cases(), rules))
    out = site(tmp_path / "site", path)
    assert {path.name for path in tmp_path.iterdir()} == {"r.jsonl", "site"}
    for page in out.rglob("*.html"):
        assert not [tag for tag, _ in Page(page.read_text("utf-8")).tags if tag in {"script", "img"}]


def test_the_same_files_give_the_same_bytes_in_any_order(tmp_path: Path) -> None:
    place = tmp_path / "in"
    place.mkdir()
    files = [file(place, name, {"bad_size": "FAIL"}) for name in ("b", "a", "c")]
    one, two = site(tmp_path / "one", *files), site(tmp_path / "two", *reversed(files))
    content = [
        {path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.is_file()} for out in (one, two)
    ]
    assert content[0] == content[1]
    assert len(content[0]) > len(files)


def test_size_grows_with_the_number_of_files_and_each_is_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is made for each pair of implementations."""
    place = tmp_path / "in"
    place.mkdir()
    files = [file(place, f"s-{number:03}") for number in range(40)]
    read: list[Path] = []

    def counted(path: Path, **options: bool) -> object:
        read.append(path)
        return read_results(path, **options)

    monkeypatch.setattr("slack_conformance.site.build.read_results", counted)
    sizes = {}
    for number in (10, 20, 40):
        out = site(tmp_path / f"site-{number}", *files[:number])
        sizes[number] = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    assert len(read) == len(set(read)) + 10 + 20 == 10 + 20 + 40
    assert sizes[40] - sizes[20] < 2.2 * (sizes[20] - sizes[10])
