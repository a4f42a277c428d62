"""Content types, charsets and bodies: what is refused, what gets a warning, what is accepted."""

from .catalog.model import Concern
from .run.cases import cases
from .run.evidence import ExaminedCase


@cases(Concern.CONTENT_TYPES)
def test_content_types(_evidence: ExaminedCase) -> None:  # noqa: PT019 - the name hides it from `--fixtures`
    """The target answers as the page says, or as another accepted reading of it has it."""
    _evidence.conforms()
