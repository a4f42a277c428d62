"""One request on its way through the witness, with the means to change it or its answer."""

from __future__ import annotations

import base64
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from .access import presented_client, presented_token
from .behaviour import Behaviour
from .wire import FORM, Call, read_body

if TYPE_CHECKING:
    from collections.abc import Callable
    from wsgiref.types import WSGIEnvironment

    from werkzeug.wrappers import Response

    from .wire import Pairs
    from .world import Code, Token, Trigger, World


@dataclass(slots=True)
class Exchange:
    """A raw request, the world it is about, and the way to have it answered."""

    environ: WSGIEnvironment
    world: World
    answer: Callable[[], Response]
    kept: tuple[bytes, bool] | None = None

    @property
    def verb(self) -> str:
        """The verb of the request."""
        return str(self.environ["REQUEST_METHOD"])

    @property
    def method(self) -> str:
        """The name of the method that is called."""
        return str(self.environ.get("PATH_INFO", "")).rpartition("/")[2]

    @property
    def type(self) -> str:
        """The whole Content-Type, empty if there is none."""
        return str(self.environ.get("CONTENT_TYPE", ""))

    @property
    def authorization(self) -> str:
        """The whole Authorization header, empty if there is none."""
        return str(self.environ.get("HTTP_AUTHORIZATION", ""))

    def sent_as(self, kind: str) -> bool:
        """Tell whether this is a POST of a content type."""
        return self.verb == "POST" and self.type.partition(";")[0].strip().lower() == kind

    def load(self) -> tuple[bytes, bool]:
        """Read the body once, and return it and whether all of it arrived."""
        return self.kept or self.put_body(*read_body(self.environ))

    def put_body(self, body: bytes, whole: bool = True) -> tuple[bytes, bool]:  # noqa: FBT001, FBT002 (like read_body)
        """Replace the body, by one that lacks a byte if it is not whole."""
        self.environ["wsgi.input"] = io.BytesIO(body)
        self.environ["wsgi.input_terminated"] = False
        self.environ["CONTENT_LENGTH"] = str(len(body) + (not whole))
        self.kept = body, whole
        return self.kept

    def body(self) -> bytes:
        """Return the body, which can be asked for again, even after the answer."""
        return self.load()[0]

    def form(self) -> Pairs:
        """Return the pairs of a urlencoded form."""
        return parse_qsl(self.body().decode("latin-1"), keep_blank_values=True) if self.sent_as(FORM) else []

    def query(self) -> Pairs:
        """Return the pairs of the query string."""
        return parse_qsl(self.environ.get("QUERY_STRING", ""), keep_blank_values=True)

    def call(self) -> Call:
        """Return the request as a call."""
        form = self.form()
        return Call(self.verb, self.authorization, dict(self.query() + form), dict(form))

    def argument(self, name: str) -> str | None:
        """Return an argument of the query string or of a urlencoded form."""
        return self.call().arguments.get(name)

    def edit_text(self, change: Callable[[str], str]) -> None:
        """Change the query string and a urlencoded form as they were sent."""
        self.environ["QUERY_STRING"] = change(self.environ.get("QUERY_STRING", ""))
        if self.sent_as(FORM):
            body, whole = self.load()
            self.put_body(change(body.decode("latin-1")).encode("latin-1"), whole)

    def edit_pairs(self, change: Callable[[Pairs], Pairs]) -> None:
        """Change the arguments of the query string and of a urlencoded form."""

        def edit(text: str) -> str:
            before = parse_qsl(text, keep_blank_values=True, encoding="latin-1")
            after = change(before)
            return text if after == before else urlencode(after, encoding="latin-1")

        self.edit_text(edit)

    def edit_argument(self, name: str, change: Callable[[str], str]) -> None:
        """Change the value of one argument where it is given."""
        self.edit_pairs(lambda pairs: [(key, change(text) if key == name else text) for key, text in pairs])

    def client(self) -> tuple[str | None, str | None]:
        """Return the client id and secret."""
        return presented_client(self.call(), Behaviour())

    def put_client(self, name: str, secret: str) -> None:
        """Give other client credentials, in the header, which goes before the arguments."""
        pair = base64.b64encode(f"{name}:{secret}".encode()).decode()
        self.environ["HTTP_AUTHORIZATION"] = f"Basic {pair}"

    def token_text(self) -> str:
        """Return the token as it was sent."""
        return presented_token(self.call(), Behaviour()) or ""

    def token(self) -> Token | None:
        """Return the record of the token."""
        return self.world.tokens.get(self.token_text())

    def trigger(self) -> Trigger | None:
        """Return the record of the trigger."""
        return self.world.triggers.get(self.argument("trigger_id") or "")

    def code(self) -> Code | None:
        """Return the record of the code."""
        return self.world.codes.get(self.argument("code") or "")


def content_of(response: Response) -> dict[str, object]:
    """Return what an answer says."""
    content: object = json.loads(response.get_data())
    return content if isinstance(content, dict) else {}


def put_content(response: Response, content: dict[str, object]) -> None:
    """Let an answer say something else."""
    response.set_data(json.dumps(content, separators=(",", ":")))


def error_of(response: Response) -> str:
    """Return the error of an answer, empty if there is none."""
    return str(content_of(response).get("error", ""))


def put_error(response: Response, error: str) -> None:
    """Let an answer be an error, or another one."""
    put_content(response, content_of(response) | {"ok": False, "error": error})


def warnings_of(response: Response) -> list[str]:
    """Return the warnings of an answer."""
    return str(content_of(response).get("warning", "")).split(",") if "warning" in content_of(response) else []


def put_warnings(response: Response, warnings: list[str]) -> None:
    """Give an answer these warnings and no others."""
    content = content_of(response)
    content.pop("warning", None)
    metadata = content.pop("response_metadata", None)
    rest = {key: value for key, value in metadata.items() if key != "warnings"} if isinstance(metadata, dict) else {}
    if warnings:
        content["warning"] = ",".join(warnings)
        rest["warnings"] = warnings
    if rest:
        content["response_metadata"] = rest
    put_content(response, content)
