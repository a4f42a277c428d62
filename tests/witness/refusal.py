"""An answer that is not ok."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class RefusalError(Exception):
    """Ends a call with an error of the tables, and with what goes with it."""

    def __init__(
        self,
        error: str,
        *,
        extra: Mapping[str, object] | None = None,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Keep the error's name and everything that surrounds it in the answer."""
        super().__init__(error)
        self.error = error
        self.extra = dict(extra or {})
        self.status = status
        self.headers = dict(headers or {})
