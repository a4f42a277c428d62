"""Reads a request: which arguments, which token, which client, and what is wrong with how they are written."""

import base64
import binascii
import json
import re
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from urllib.parse import unquote_to_bytes

FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
JSON, TEXT = "application/json", "text/plain"
CHARSETS = frozenset({"utf-8", "iso-8859-1"})
LONGEST_NAME = 100


class Refused(Exception):  # noqa: N818 - it is an answer, not a failure
    """A request that is answered with an error code."""

    def __init__(self, code: str, **more: object) -> None:
        """Keep the code, and what else the answer tells."""
        super().__init__(code)
        self.code = code
        self.more = more


@dataclass
class Call:
    """A request as the methods see it."""

    verb: str
    method: str
    query: str = ""
    body: bytes = b""
    content_type: str | None = None
    authorization: str = ""
    arguments: dict[str, str] = field(default_factory=dict)
    posted: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def read(self, *, cut: bool) -> None:
        """Read query and body into `arguments`; the pairs of a POST body are in `posted` too."""
        if cut:
            raise Refused("request_timeout")
        pairs = _pairs(self.query.encode("ascii", "surrogateescape"), "utf-8")
        if self.verb == "POST":
            inside = self._body(has_query=bool(pairs))
            pairs += inside
            self.posted = dict(inside)
        _check_names(pairs)
        self.arguments = {name: value for name, value in pairs if name != "token"}

    def _body(self, *, has_query: bool) -> list[tuple[str, str]]:
        if self.content_type is None:
            if self.body:
                raise Refused("missing_post_type")
            return []
        header = Message()
        header["Content-Type"] = self.content_type
        kind = self.content_type.split(";")[0].strip().lower()
        if kind not in {FORM, MULTIPART, JSON, TEXT}:
            raise Refused("invalid_post_type")
        encoding = self._encoding(header.get_param("charset"), is_form=kind in {FORM, MULTIPART})
        if kind == TEXT:
            return []
        if kind == JSON:
            return self._json(encoding)
        return self._form(kind, encoding, has_query=has_query)

    def _encoding(self, parameter: object, *, is_form: bool) -> str:
        charset = None if parameter is None else str(parameter).strip().lower()
        if charset is not None and charset not in CHARSETS:
            raise Refused("invalid_charset")
        if is_form and charset is not None:
            self.warnings.append("superfluous_charset")
        if not is_form and charset is None:
            self.warnings.append("missing_charset")
        return charset or "utf-8"

    def _form(self, kind: str, encoding: str, *, has_query: bool) -> list[tuple[str, str]]:
        if not self.body:
            if has_query:
                return []
            raise Refused("invalid_form_data")
        if kind == MULTIPART:
            return _parts(self.content_type or "", self.body, encoding)
        if b"=" not in self.body:
            raise Refused("invalid_form_data")
        return _pairs(self.body, encoding)

    def _json(self, encoding: str) -> list[tuple[str, str]]:
        # Only oauth.access reads arguments from JSON: the other page says that it does not.
        try:
            content = json.loads(self.body.decode(encoding))
        except ValueError:
            raise Refused("invalid_json") from None
        if not isinstance(content, dict):
            raise Refused("json_not_object")
        if self.method != "oauth.access":
            return []
        pairs = []
        for name, value in content.items():
            if isinstance(value, list):
                raise Refused("invalid_array_arg")
            if isinstance(value, dict):
                raise Refused("invalid_arguments")
            if value is not None:
                pairs.append((name, value if isinstance(value, str) else json.dumps(value)))
        return pairs

    def bearer(self) -> str:
        """Give the token of the header or, failing that, of the POST body."""
        scheme, _, rest = self.authorization.partition(" ")
        if scheme.lower() == "bearer" and rest.strip():
            return rest.strip()
        return self.posted.get("token", "")

    def client(self) -> tuple[str, str]:
        """Give the client's id and secret: of HTTP Basic or, failing that, of the arguments."""
        scheme, _, rest = self.authorization.partition(" ")
        if scheme.lower() == "basic":
            try:
                plain = base64.b64decode(rest.strip(), validate=True).decode()
            except (binascii.Error, UnicodeDecodeError):
                raise Refused("invalid_client_id") from None
            name, _, secret = plain.partition(":")
            return name, secret
        return self.arguments.get("client_id", ""), self.arguments.get("client_secret", "")


def _check_names(pairs: list[tuple[str, str]]) -> None:
    for name, _ in pairs:
        if re.fullmatch(r"\w+(\[\w*\])+", name, re.ASCII):
            raise Refused("invalid_array_arg")
        if not re.fullmatch(r"\w+", name, re.ASCII) or len(name) > LONGEST_NAME:
            raise Refused("invalid_arg_name")


def _pairs(text: bytes, encoding: str) -> list[tuple[str, str]]:
    """Read pairs from a query string or from a form."""
    pairs = []
    for piece in text.split(b"&"):
        if not piece:
            continue
        if re.search(rb"%(?![0-9A-Fa-f]{2})", piece):
            raise Refused("invalid_form_data")
        name, _, value = (unquote_to_bytes(part) for part in piece.replace(b"+", b" ").partition(b"="))
        try:
            pairs.append((name.decode(encoding), value.decode(encoding)))
        except UnicodeDecodeError:
            raise Refused("invalid_form_data") from None
    return pairs


def _parts(content_type: str, body: bytes, encoding: str) -> list[tuple[str, str]]:
    """Read pairs from a multipart form."""
    head = Message()
    head["Content-Type"] = content_type
    boundary = head.get_param("boundary")
    if not boundary or f"--{boundary}--".encode() not in body:
        raise Refused("invalid_form_data")
    whole = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + content_type.encode("latin-1") + b"\r\n\r\n" + body)
    pairs = []
    for part in whole.iter_parts():
        name = part.get_param("name", header="Content-Disposition")
        content = part.get_payload(decode=True)
        if not isinstance(name, str) or not isinstance(content, bytes):
            raise Refused("invalid_form_data")
        try:
            pairs.append((name, content.decode(encoding)))
        except UnicodeDecodeError:
            raise Refused("invalid_form_data") from None
    return pairs
