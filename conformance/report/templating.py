"""Jinja2 environment for the HTML reports: everything escaped, invisible characters shown, foreign scripts blocked."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from .visible import plain

if TYPE_CHECKING:
    from pathlib import Path


def environment(*folders: Path) -> Environment:
    """Return the environment of the templates in these folders; the first one that has a template counts."""
    return Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalized,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def own_text(file: Path) -> Markup:
    """Return a file of the suite as markup that is not escaped."""
    return Markup(file.read_text("utf-8"))  # noqa: S704 - our own file


def policy(style: str, script: str = "") -> str:
    """Return a Content-Security-Policy that allows only this style and script."""
    own = {name: f"'sha256-{_digest(text)}'" for name, text in (("style-src", style), ("script-src", script)) if text}
    allowed = "; ".join(f"{name} {value}" for name, value in own.items())
    return f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'"


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _finalized(value: object) -> object:
    """Make invisible characters visible in every text that a template outputs; escaping follows."""
    return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value
