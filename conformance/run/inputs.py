"""What a run reads before its first request: the profile, the baseline, the results of an earlier run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..baseline.entries import Baseline, read_baseline
from ..catalog.datafile import DataError
from ..catalog.editions import find_edition
from ..catalog.paths import path_of, spare
from ..results.io import read_even_cut
from ..target.profile import profile_of_url, read_profile, refuse_production
from .folder import CTRF, FOREIGN, OWN

if TYPE_CHECKING:
    from pathlib import Path

    from ..catalog.editions import Edition
    from ..catalog.model import Catalog
    from ..results.io import Results
    from ..target.profile import Profile
    from .options import Options


def find_profile(options: Options, catalog: Catalog, root: Path) -> Profile | None:
    """Return the profile of the target, or `None` for the embedded sandbox.

    Raises `DataError` if the profile or URL cannot be used, if both are given, or if it is production and not allowed.
    """
    if options.embedded:
        return None
    if options.target and options.profile:
        hint = "A profile holds the url itself."
        raise DataError("target and profile", "", "both are given; name one of the two.", hint)
    if options.profile:
        profile = read_profile(path_of(options.profile, "--conformance-profile", root), catalog)
    else:
        profile = profile_of_url(options.target or "")
    refuse_production(profile, allowed=options.allow_production)
    return profile


def edition_of(options: Options, profile: Profile | None, catalog: Catalog) -> Edition | None:
    """Return the edition by which a run is judged, or `None` if the catalog has none, so that every case gates.

    Options win over the profile, and without either it is the latest. Raises `DataError` if there is no such edition.
    """
    if options.edition:
        return find_edition(catalog, options.edition, "--conformance-edition")
    return find_edition(catalog, profile.edition if profile is not None else None, "edition")


def find_baseline(file: str | None, catalog: Catalog, root: Path) -> Baseline:
    """Return the baseline in this file, or an empty one without a file. Raises `DataError` if it is unusable."""
    if not file:
        return Baseline()
    path = path_of(file, "--conformance-baseline", root)
    shown = path.relative_to(root) if path.is_relative_to(root) else path
    return replace(read_baseline(path, (case.id for case in catalog.cases)), file=str(shown))


def find_previous(options: Options, root: Path) -> tuple[Results | None, str]:
    """Return the results of an earlier run, and a remark that is empty unless they were cut off.

    They are `None` if no file is named, or if no report would show them. Raises `DataError` and `ResultsError`.
    """
    if options.previous is None or options.reports is None:
        return None, ""
    return read_even_cut(path_of(options.previous, "--conformance-previous", root))


def place_of_ctrf(options: Options, root: Path) -> Path | None:
    """Return the file for the CTRF report, `None` for that in the folder. Raises `DataError` if it cannot be used."""
    where = "--conformance-ctrf"
    if options.ctrf is None:
        return None
    if options.reports is None:
        raise DataError(where, "", "no report is written.", "Name a folder in --conformance-reports.")
    path = path_of(options.ctrf, where, root)
    if path.is_dir():
        raise DataError(where, "", f"{path} is a folder.", "Name a file.")
    if path.parent.resolve() == (root / options.reports).resolve() and path.name in {*OWN, *FOREIGN} - {CTRF}:
        raise DataError(where, "", f"{path} is another report of this run.", "Name another file.")
    spare([root / one for one in (options.profile, options.baseline, options.previous) if one], path, where)
    return path
