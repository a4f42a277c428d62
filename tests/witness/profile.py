"""The profile of a running witness, as a TOML file with its values beside it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from .seeds import HEALTHY

if TYPE_CHECKING:
    from pathlib import Path

    from .seeds import Seed, Seeds

LIMIT_S = 60
METHODS = ("apps.permissions.request", "oauth.access")


def write_profile(folder: Path, url: str, seeds: Seeds) -> Path:
    """Write the profile and the files that it names, and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [
        f"url = {json.dumps(url)}",
        'name = "witness"',
        'kind = "mock"',
        f"methods = {json.dumps(METHODS)}",
        f"limit_s = {LIMIT_S}",
    ]
    for state, values in seeds.values.items():
        lines += ["", "[values]" if state == HEALTHY else f"[state.{state}]"]
        lines += [f"{name} = {write_value(folder, state, name, seed)}" for name, seed in values.items()]
    path = folder / "witness.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def write_value(folder: Path, state: str, name: str, seed: Seed) -> str:
    """Return what a profile says of one value, once its file is written where it has one."""
    if not seed.secret and len(seed.texts) == 1:
        return json.dumps(seed.texts[0])
    file = folder / f"{state or 'values'}.{name}.txt"
    file.write_text("\n".join(seed.texts) + "\n", encoding="utf-8")
    source = f"{{ file = {json.dumps(file.name)} }}"
    return source if len(seed.texts) == 1 else f"{{ list = {source} }}"
