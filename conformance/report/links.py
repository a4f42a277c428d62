"""The addresses of the documentation's pages, from the data of the methods. Nothing is ever fetched from them."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import TYPE_CHECKING

from ..catalog.place import data_root

if TYPE_CHECKING:
    from collections.abc import Mapping


@cache
def page_links() -> Mapping[str, str]:
    """Return the address of each method's page, or of its archived copy, without loading any case."""
    files = sorted((data_root() / "fixtures/methods").glob("*.toml"))
    found = [tomllib.loads(path.read_text(encoding="utf-8")) for path in files]
    links = {one["method"]: one.get("archive", one.get("address", "")) for one in found}
    return {method: link for method, link in links.items() if link}
