"""Whole runs against six servers, for the pictures and the benchmark: `python -m tests.site.targets FOLDER`."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from slack_conformance.catalog.load import load_catalog
from slack_conformance.lab.deviations import find_all
from slack_conformance.lab.variants.registry import find_variant
from slack_conformance.sandbox.server import Sandbox
from tests.browser.wrong import run
from tests.witness.server import Witness

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIANTS = {"server of the example": "example-name", "strict server": "json-refused"}
FAULTS: Mapping[str, tuple[str, ...]] = {
    "lenient server": (
        "oauth.access.bad_redirect_uri--any-by-form",
        "oauth.access.code_already_used--other-documented-code",
        "apps.permissions.request.invalid_user--not-enforced",
    ),
    "server with own codes": (
        "oauth.access.bad_client_secret--undocumented-code",
        "apps.permissions.request.invalid_user--not-enforced",
        "apps.permissions.request.mixed_scope--undocumented-code",
    ),
}


def profiles(folder: Path, stack: ExitStack) -> dict[str, Path]:
    """Start the six servers, and return their profiles in the folder by the name of each."""
    catalog = load_catalog()
    sandboxes = {
        "sandbox": Sandbox(catalog),
        **{name: Sandbox(catalog, variant=find_variant(one, catalog)) for name, one in VARIANTS.items()},
        **{name: Sandbox(catalog, deviation=find_all(list(some), catalog)) for name, some in FAULTS.items()},
    }
    found = {"witness": stack.enter_context(Witness()).write_profile(folder / "witness")}
    for name, sandbox in sandboxes.items():
        stack.enter_context(sandbox)
        found[name] = folder / f"{name.replace(' ', '-')}.toml"
        lines = (f'url = "{sandbox.url}"', f'control = "{sandbox.control}"', f'name = "{name}"')
        found[name].write_text("\n".join(lines) + "\n", encoding="utf-8")
    return found


def run_all(folder: Path, *arguments: str) -> list[Path]:
    """Run the suite against each of them, and return the results files."""
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        found = profiles(folder.absolute(), stack)
        for name, profile in found.items():
            reports = f"results/{name.replace(' ', '-')}"
            code, text = run(folder, "--profile", str(profile), "--reports", reports, *arguments)
            sys.stderr.write(f"{name}: {code}, {text.splitlines()[-1]}\n")
    return sorted(folder.glob("results/*/results.jsonl"))


if __name__ == "__main__":
    run_all(Path(sys.argv[1]), *sys.argv[2:])
