"""The points at which the witness can be made to depart from the pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response

    from .exchange import Exchange

    Around = Callable[[Exchange], Response]


@dataclass(frozen=True, slots=True)
class Behaviour:
    """Every knob, each set to what the pages say."""

    permissions_verbs: frozenset[str] = frozenset({"GET", "HEAD", "POST"})
    permissions_reads_json: bool = False
    token_read_from_body: bool = True
    scopes_required: bool = True
    trigger_works_once: bool = True
    scope_families_kept_apart: bool = True
    trigger_user_checked: bool = True
    no_token_error: str = "not_authed"
    revoked_user_token_error: str = "token_revoked"
    retry_after_sent: bool = True
    charset_recommended_for_forms: bool = False
    arrays_refused: bool = True
    longest_name: int | None = 100
    untyped_body_refused: bool = True
    truncation_noticed: bool = True
    basic_credentials_read: bool = True
    used_code_error: str = "code_already_used"
    redirect_compared: bool = True
    wrong_secret_error: str = "bad_client_secret"
    later_answer_shape: bool = False
    around: Around | None = None
