"""The page about profiles: it shows the examples as they are, they work, and it explains every key that there is."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from slack_conformance.catalog.load import load_catalog
from slack_conformance.commands.target import check
from tests.outside.conforming import Service
from tests.outside.serving import serving
from tests.running import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.running import Runner

PAGE = (ROOT / "docs/profiles.md").read_text("utf-8")
SCHEMA = json.loads((ROOT / "schemas/target.schema.json").read_text("utf-8"))
PLACE = "127.0.0.1:8080"
"""Where the examples expect their mock."""

VALUES = set(SCHEMA["properties"]["values"]["properties"])
KEYS = {
    "The target": set(SCHEMA["properties"]),
    "Values": VALUES,
    "Where a value comes from": set(SCHEMA["$defs"]["source"]["properties"]),
    "TLS": set(SCHEMA["properties"]["tls"]["properties"]),
    "States": set(SCHEMA["properties"]["state"]["additionalProperties"]["properties"]) - VALUES,
}


def _example(name: str, folder: Path, address: str) -> tuple[Path, str]:
    """Copy an example for a mock at this address into the folder; return the copy and the text as it is shipped."""
    text = (ROOT / f"fixtures/targets/{name}.toml").read_text("utf-8")
    path = folder / f"{name}.toml"
    path.write_text(text.replace(PLACE, address), encoding="utf-8")
    return path, text


def _issue(service: Service, folder: Path) -> None:
    """Write the files of triggers and codes that the first example expects."""
    (folder / "triggers.txt").write_text("\n".join(service.world.mint_trigger("good") for _ in range(400)), "utf-8")
    (folder / "codes.txt").write_text("\n".join(service.world.mint_code("classic") for _ in range(400)), "utf-8")


@pytest.mark.parametrize("section", KEYS)
def test_every_key_is_explained(section: str) -> None:
    """The table of each section has a row for each key that the schema knows there, and no other."""
    (text,) = re.findall(rf"^##+ {section}\n(.*?)(?=^##|\Z)", PAGE, re.DOTALL | re.MULTILINE)
    assert Counter(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)) == Counter(KEYS[section])


@pytest.mark.parametrize("name", ["fixed", "minted", "switched"])
def test_the_page_shows_the_examples_as_they_are_shipped(name: str) -> None:
    """Character by character, under a link to the file."""
    shipped = (ROOT / f"fixtures/targets/{name}.toml").read_text("utf-8")
    assert f"```toml\n{shipped}```\n" in PAGE
    assert f"[fixtures/targets/{name}.toml](../fixtures/targets/{name}.toml)" in PAGE


SOME = ("-k", "by-get or by-form")
"""The cases by two ways in of each method; only the example that has everything is run with every case."""


@pytest.mark.parametrize(("name", "code", "chosen"), [("fixed", 10, SOME), ("minted", 10, SOME), ("switched", 0, ())])
def test_an_example_works(name: str, code: int, chosen: tuple[str, ...], command: Runner, tmp_path: Path) -> None:
    """A conforming mock of another author is not accused, and the one whose profile declares what it lacks is done.

    The fake values are in no report, though they stand in the example.
    """
    service = Service()
    with serving(service.handler()) as address:
        profile, text = _example(name, tmp_path, address.removeprefix("http://"))
        _issue(service, tmp_path)
        finished = command("run", "--profile", profile.name, *chosen)
    verdicts = Counter(finished.verdicts.values())
    assert finished.code == code, finished.text
    assert verdicts.keys() <= {"PASS", "INCONCLUSIVE", "N/A"}
    assert verdicts["PASS"] >= (100 if chosen else 200)
    assert verdicts["INCONCLUSIVE" if code == 0 else "N/A"] == 0
    assert not service.world.on
    written = "".join(file.read_text("utf-8") for file in (tmp_path / "reports").rglob("*") if file.is_file())
    fakes = re.findall(r'value = "([^"]+)", fake = true', text)
    assert fakes
    assert [fake for fake in fakes if fake in finished.text + written] == []


def test_what_the_lists_of_an_example_become(tmp_path: Path, command: Runner) -> None:
    """The files lose what is sent, and what the end of the run says of that is what the page says it says."""
    service = Service()
    with serving(service.handler()) as address:
        profile, _ = _example("fixed", tmp_path, address.removeprefix("http://"))
        _issue(service, tmp_path)
        finished = command("run", "--profile", profile.name, "-k", "invalid_code")
    (line,) = re.findall(r"^codes.txt: (\d+) values used, (\d+) left$", finished.text, re.MULTILINE)
    used, left = map(int, line)
    assert used + left == 400
    assert used > 0
    assert len((tmp_path / "codes.txt").read_text("utf-8").split()) == left
    assert re.search(r"`codes.txt: \d+ values\s+used, \d+ left`", PAGE)


def test_fake_values_are_hidden_everywhere(tmp_path: Path) -> None:
    """Those of the examples are distinctive, so that they are searched for, although the suite ships them."""
    path, _ = _example("switched", tmp_path, PLACE)
    assert "text, fake" in check(str(path))
    assert "hidden only where" not in check(str(path))


def test_the_message_about_a_secret_is_the_one_on_the_page(tmp_path: Path) -> None:
    """It names the ways out."""
    from slack_conformance.catalog.datafile import DataError  # noqa: PLC0415 - only here
    from slack_conformance.target.profile import read_profile  # noqa: PLC0415 - only here

    path = tmp_path / "my-sandbox.toml"
    path.write_text('url = "http://127.0.0.1/"\n[values]\ntoken = "xoxa-fake"\n', encoding="utf-8")
    with pytest.raises(DataError) as raised:
        read_profile(path, load_catalog())
    message = str(raised.value).replace(str(path), path.name)
    assert message in re.sub(r"\s+", " ", PAGE)
