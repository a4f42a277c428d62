"""Write the pages, the JSON, the badges and the results files of the site into its folder."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from markupsafe import Markup

from .. import __version__
from ..report.html import templates_with
from ..report.links import page_links
from ..report.templating import own_text, policy
from ..results.terms import TargetKind
from . import badge
from .model import Listed, RulesDocument, SiteDocument
from .ranking import Group

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jinja2 import Template

    from .collect import Proof
    from .model import Implementation
    from .overall import Overall

_TEMPLATES = Path(__file__).parent / "templates"

KINDS = {TargetKind.MOCK: "mocks and sandboxes", TargetKind.REAL: "real services"}
"""What several implementations of a kind are called."""

_MOST_COLUMNS = 24
"""Where more implementations than this agree on a rule, the first page lists it without their cells."""


@dataclass
class Pages:
    """The folder of the site, while it is written. Every method raises `OSError` if it cannot write."""

    folder: Path

    def proofs(self, one: Implementation, found: Iterable[Proof]) -> None:
        """Write the transcripts of an implementation, one after the other."""
        path = self._path(f"proof/{one.id}.html")
        pieces = self._template("proof.html.j2").generate(one=one, proofs=found, **self._common("../"))
        with path.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(pieces)

    def keep(self, one: Implementation, results: Path) -> None:
        """Copy the results file that counts, so that anybody can verify it."""
        shutil.copyfile(results, self._path(f"results/{one.id}.jsonl"))

    def write(self, overall: Overall) -> None:
        """Write everything else, once all files are read."""
        entries = overall.entries()
        sides = overall.sides(entries)
        by_id = {one.id: one for one in overall.implementations}
        common = {"entries": entries, "ledger": overall.ledger, "by_id": by_id}
        untested = [one for one in overall.implementations if not one.tested]
        listed = {"sides": sides, "all": overall.implementations, "untested": untested}
        self._page("index.html", "first.html.j2", "", **common, **listed)
        for one in overall.implementations:
            picture = badge.svg(one)
            page = f"implementations/{one.id}.html"
            self._page(page, "implementation.html.j2", "../", one=one, picture=picture, **common)
            self._write(f"badges/{one.id}.svg", picture)
            self._json(f"badges/{one.id}.json", badge.endpoint(one))
            self._json(f"api/v1/implementations/{one.id}.json", one)
        for entry in entries.values():
            self._page(entry.page, "rule.html.j2", "../", entry=entry, rule=entry.rule, sides=sides, **common)
        self._json("api/v1/rules.json", RulesDocument(1, entries))
        self._json("api/v1/site.json", SiteDocument(1, __version__, tuple(map(_listed, overall.implementations))))

    def _page(self, name: str, template: str, up: str, **content: Any) -> None:  # noqa: ANN401 - the template knows
        self._write(name, self._template(template).render(**content, **self._common(up)))

    def _template(self, name: str) -> Template:
        return templates_with(_TEMPLATES).get_template(name)

    def _common(self, up: str) -> dict[str, Any]:
        """Return what every page has; `up` leads from it to the first page's folder."""
        own = {"kinds": KINDS, "Group": Group, "links": page_links(), "most": _MOST_COLUMNS}
        return {**own, "up": up, "suite": __version__, "style": _style(), "policy": policy(_style())}

    def _json(self, name: str, content: object) -> None:
        """Write a JSON file that people can read, too."""
        self._write(name, msgspec.json.format(msgspec.json.encode(content)).decode() + "\n")

    def _write(self, name: str, text: str) -> None:
        self._path(name).write_text(text, encoding="utf-8", newline="\n")

    def _path(self, name: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path


@cache
def _style() -> Markup:
    return Markup("{}{}").format(templates_with().globals["style"], own_text(_TEMPLATES / "site.css"))


def _listed(one: Implementation) -> Listed:
    return Listed(
        id=one.id,
        name=one.name,
        kind=one.kind,
        tested=one.tested,
        run=one.run,
        page=f"implementations/{one.id}.html",
        data=f"api/v1/implementations/{one.id}.json",
        badge=f"badges/{one.id}.svg",
        results=f"results/{one.id}.jsonl",
    )
