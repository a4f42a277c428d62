"""README for the package index and the documentation site: its links lead into the repository, from anywhere."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

if TYPE_CHECKING:
    from collections.abc import Callable

_RELATIVE = re.compile(r"\]\((?!https?:|mailto:|#)([^)\s#]+)(#[^)\s]*)?\)")
_ISSUES = re.compile(r"(?:\.\./){2,}(issues\b.*)")
"""A link from a page to the issues of whatever repository on GitHub it is in: above the folder `blob/<branch>`."""


def absolute(text: str, source: str, folder: str = "", stays: Callable[[str], bool] = lambda _: False) -> str:
    """Return this Markdown with its relative links made absolute, except to files that `stays` accepts by path.

    `source` is the repository's address, and `folder` the one in which the text lies.
    """

    def linked(found: re.Match[str]) -> str:
        path, place = found[1], found[2] or ""
        if issues := _ISSUES.match(path):
            return f"]({source}/{issues[1]})"
        target = posixpath.normpath(posixpath.join(folder, path))
        return found[0] if stays(target) else f"]({source}/blob/HEAD/{target}{place})"

    return _RELATIVE.sub(linked, text)


class ReadmeHook(MetadataHookInterface):
    """Gives the package a README without relative links, which are dead on a package index."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Set the README; the address of the repository is the one of `[project.urls]`."""
        text = Path(self.root, "README.md").read_text("utf-8")
        metadata["readme"] = {
            "content-type": "text/markdown",
            "text": absolute(text, metadata["urls"]["Repository"]),
        }
