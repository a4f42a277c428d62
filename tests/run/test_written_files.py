"""Which files a run may have written, and so are searched for secrets."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from slack_conformance.run.leaks import written_since

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


class _Config:
    """As much of a pytest configuration as the search looks at."""

    def __init__(self, folder: Path, ini: dict[str, str], **options: str) -> None:
        self.option, self.invocation_params = SimpleNamespace(**options), SimpleNamespace(dir=folder)
        self._ini = ini

    def getini(self, name: str) -> str:
        return self._ini.get(name, "")

    def getoption(self, _name: str) -> Any:  # noqa: ANN401 - as pytest's
        return None


def _written(folder: Path, files: list[str], ini: dict[str, str], **options: str) -> set[str]:
    begun = time.time()
    config = cast("pytest.Config", _Config(folder, ini, **options))
    for name in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x", encoding="utf-8")
    return {path.relative_to(folder).as_posix() for path in written_since(begun, config)}


def test_the_assets_of_pytest_html_are_beside_its_page(tmp_path: Path) -> None:
    """Whatever other reports go somewhere else."""
    files = ["html/page.html", "html/assets/shot.png", "logs/assets/no.png", "logs/log.txt", "junit.xml"]
    options = {"htmlpath": "html/page.html", "xmlpath": "junit.xml", "log_file": "logs/log.txt"}
    assert _written(tmp_path, files, {}, **options) == {*files} - {"logs/assets/no.png"}


def test_a_log_that_the_ini_file_names(tmp_path: Path) -> None:
    assert _written(tmp_path, ["logs/log.txt", "other.txt"], {"log_file": "logs/log.txt"}) == {"logs/log.txt"}
