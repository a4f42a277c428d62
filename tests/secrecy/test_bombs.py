"""What a search for secrets decompresses is bounded, whatever a target sends."""

from __future__ import annotations

import base64
import gzip
import zlib
from typing import TYPE_CHECKING

import pytest

from slack_conformance.secrecy.peel import OPENED_CAP, views

if TYPE_CHECKING:
    from collections.abc import Callable

LARGE = b"a" * 40_000_000

BOMBS: dict[str, Callable[[], bytes]] = {
    "gzip": lambda: gzip.compress(LARGE),
    "gzip in base64": lambda: base64.b64encode(gzip.compress(LARGE)),
    "zlib in base64": lambda: base64.b64encode(zlib.compress(LARGE)),
    "raw deflate in base64": lambda: base64.b64encode(zlib.compress(LARGE, wbits=-15)),
    "many small ones": lambda: b" ".join(
        base64.b64encode(gzip.compress(b"%d" % number + b"a" * 2_000_000)) for number in range(20)
    ),
    "gzip in gzip in base64": lambda: base64.b64encode(gzip.compress(gzip.compress(LARGE))),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_opened_only_so_far(bomb: str) -> None:
    """Each view of what was opened is as long as that, and there are few: plain, unescaped, and as quoted text."""
    data = BOMBS[bomb]()
    assert sum(map(len, views(data))) < 4 * (OPENED_CAP + 2 * len(data))
