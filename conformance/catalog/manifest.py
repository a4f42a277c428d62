"""Which data files differ from those that were released: `fixtures/manifest.txt` has the hash of each.

A run that was judged by edited data says so in every report, since a case that is gone fails nobody. The file is in the
format of `sha256sum`; `python -m tests.catalog.freeze` writes it.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from .datafile import DataError, why

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MANIFEST = "fixtures/manifest.txt"
_UNJUDGED = ("fixtures/targets/", "fixtures/baselines/")
"""Examples for users, by which nothing is judged."""


def manifest(root: Path) -> str:
    """Return the content of the manifest for the data below this folder."""
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(_digests(root)))


def changed_files(root: Path) -> tuple[str, ...]:
    """Return the names of the data files that were changed, added or deleted since the release.

    Raises `DataError` if the manifest cannot be read.
    """
    try:
        lines = (root / MANIFEST).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise DataError(MANIFEST, "", f"cannot be read ({why(error)}).", "Install slack-conformance again.") from None
    released = {(name, digest) for digest, _, name in (line.partition("  ") for line in lines)}
    return tuple(sorted({name for name, _ in released ^ set(_digests(root))}))


def is_as_released(root: Path) -> bool:
    """Return whether no data file was changed, added or deleted since the release; `False` without a manifest."""
    try:
        return not changed_files(root)
    except DataError:
        return False


def _digests(root: Path) -> Iterator[tuple[str, str]]:
    for folder, pattern in (("fixtures", "**/*.toml"), ("schemas", "**/*.json")):
        for path in (root / folder).glob(pattern):
            name = path.relative_to(root).as_posix()
            if not name.startswith(_UNJUDGED):
                # Line ends are those of the checkout, which may be Windows'.
                yield name, hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()
