"""Which values of a profile are secret and which are public."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from ..catalog.values import HEALTHY, name_in_state
from ..wire.vocabulary import distinctive, why_not_distinctive

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..target.profile import Profile
    from ..target.sources import Source


def secrets_of_profile(profile: Profile | None) -> Iterator[tuple[str, str]]:
    """Yield name and value of the fixed secrets; those of commands and lists are known when they are taken."""
    if profile is None:
        return
    if profile.control_key is not None:
        yield from _drawn("control_key", profile.control_key)
    for headers in (profile.headers, *(seeded.headers for seeded in profile.states.values())):
        for header, source in headers.items():
            name = header.lower().replace("-", "_")
            for _, value in _drawn(name, source):
                yield name, value
                yield from ((name, part) for part in _parts(value))
    for state, values in ((HEALTHY, profile.values), *((state, one.values) for state, one in profile.states.items())):
        for name, source in values.items():
            yield from _drawn(name_in_state(name, state), source)


def public_texts(profile: Profile) -> frozenset[str]:
    """Return the values given as plain text in the profile, where secrets are not allowed."""
    tables = (profile.values, *(seeded.values for seeded in profile.states.values()))
    sources = (source for values in tables for source in values.values() if not source.secret)
    return frozenset(text for source in sources if (text := source.draw()))


def public_text(profile: Profile | None) -> str:
    """Return what every report says about the target: addresses, name, and values that are not secret."""
    if profile is None:
        return ""
    addresses = (profile.url, profile.host, profile.control, profile.proxy)
    said = (*addresses, profile.name, profile.file, *sorted(public_texts(profile)))
    return "\n".join(text for text in said if text)


def hidden_in_place_only(profile: Profile) -> list[str]:
    """Return the names of secrets that can only be hidden where they are complete values, each with the reason."""
    found = {
        name: why_not_distinctive(value)
        for name, value in secrets_of_profile(profile)
        if not distinctive(value, public_text(profile))
    }
    return [f"{name} ({why})" for name, why in found.items()]


def _drawn(name: str, source: Source) -> Iterator[tuple[str, str]]:
    if source.secret and not source.fresh:
        value = source.draw()
        if value:
            yield name, value


def _parts(value: str) -> Iterator[str]:
    """Yield the secret parts of a header: what follows the scheme, and the password of a Basic pair."""
    scheme, blank, rest = value.partition(" ")
    if blank:
        yield rest
    if scheme.lower() == "basic":
        try:
            pair = base64.b64decode(rest, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return
        yield from (pair, pair.partition(":")[2])
