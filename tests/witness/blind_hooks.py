"""What the blind faults do to a request on its way in, or to its answer on the way out."""

from __future__ import annotations

import json
import re
import time
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from werkzeug.wrappers import Response

from .exchange import content_of, error_of, put_content, put_error, put_warnings, warnings_of
from .permissions_request import APP_SCOPES, IDENTITY_SCOPES
from .wire import JSON, MULTIPART, NAME

if TYPE_CHECKING:
    from collections.abc import Callable

    from .behaviour import Around
    from .exchange import Exchange
    from .wire import Pairs
    from .world import Client, User

    Hook = Callable[[], Around]

CHARSET = re.compile(r'(?<=charset=)("?)([^";\s]*)\1', re.IGNORECASE)
LOWER_ESCAPE = re.compile(r"%(?=[0-9A-Fa-f]{2})(?=[0-9A-F]?[a-f])")
NUMBER = re.compile(r"[0-9]+\.[0-9]+")
NO_CHARSET = "x-none"
RACE_S = 0.08


def seen(change: Callable[[Exchange], None]) -> Hook:
    """Make a hook of a change to a request."""

    def around(exchange: Exchange) -> Response:
        change(exchange)
        return exchange.answer()

    return lambda: around


def said(change: Callable[[Exchange, Response], None]) -> Hook:
    """Make a hook of a change to an answer."""

    def around(exchange: Exchange) -> Response:
        exchange.body()
        response = exchange.answer()
        change(exchange, response)
        return response

    return lambda: around


def limited(method: str, around: Around) -> Around:
    """Let only one method be concerned."""
    return lambda exchange: around(exchange) if exchange.method == method else exchange.answer()


def refused(error: str) -> Response:
    """Return an answer of our own."""
    return Response(json.dumps({"ok": False, "error": error}), content_type="application/json; charset=utf-8")


# Who calls.


@seen
def header_on_get_lost(exchange: Exchange) -> None:
    """Look into the Authorization header of a POST only."""
    if exchange.verb == "GET":
        exchange.environ.pop("HTTP_AUTHORIZATION", None)


def token_left_over() -> Around:
    """Keep the Authorization header of a success for the next request, if that has no token."""
    kept = ""

    def around(exchange: Exchange) -> Response:
        nonlocal kept
        if not exchange.token_text():
            exchange.environ["HTTP_AUTHORIZATION"] = kept
        response = exchange.answer()
        kept = "" if error_of(response) else exchange.authorization
        return response

    return around


@said
def unknown_body_token_is_none(exchange: Exchange, response: Response) -> None:
    """Treat an unknown token of a form like one that is not there."""
    if not exchange.authorization and exchange.token() is None and error_of(response) == "invalid_auth":
        put_error(response, "not_authed")


@said
def bot_of_gone_workspace_revoked(exchange: Exchange, response: Response) -> None:
    """Think of deleted users only where bot tokens are concerned."""
    token = exchange.token()
    gone = token is not None and token.workspace is not None and token.workspace.deleted
    if gone and error_of(response) == "account_inactive":
        put_error(response, "token_revoked")


# The scopes and the trigger.


def edit_scopes(exchange: Exchange, change: Callable[[list[str]], list[str]]) -> None:
    """Change the list of scopes."""
    exchange.edit_argument("scopes", lambda text: ",".join(change(text.split(","))))


@seen
def later_scopes_unchecked(exchange: Exchange) -> None:
    """Look up the first scope, and drop unknown ones behind it."""
    known = APP_SCOPES | IDENTITY_SCOPES
    edit_scopes(exchange, lambda scopes: scopes[:1] + [scope for scope in scopes[1:] if scope.strip() in known])


@seen
def identity_first_unmixed(exchange: Exchange) -> None:
    """Notice another type of scope only behind one of the common type."""

    def change(scopes: list[str]) -> list[str]:
        others = [scope for scope in scopes if scope not in IDENTITY_SCOPES]
        return others if others and scopes[0] in IDENTITY_SCOPES else scopes

    edit_scopes(exchange, change)


@seen
def trigger_tail_ignored(exchange: Exchange) -> None:
    """Find a trigger by its first two parts."""
    given = exchange.argument("trigger_id") or ""
    head = given.rpartition(".")[0]
    if head and exchange.trigger() is None:
        same = (text for text in exchange.world.triggers if text.rpartition(".")[0] == head)
        exchange.edit_argument("trigger_id", lambda _: next(same, given))


def get_cached() -> Around:
    """Answer a GET that succeeded once from a cache."""
    cache: dict[tuple[str, str], bytes] = {}

    def around(exchange: Exchange) -> Response:
        if exchange.verb != "GET":
            return exchange.answer()
        key = exchange.environ.get("QUERY_STRING", ""), exchange.authorization
        if key in cache:
            return Response(cache[key], content_type="application/json; charset=utf-8")
        response = exchange.answer()
        if not error_of(response):
            cache[key] = response.get_data()
        return response

    return around


def trigger_kept_by_token() -> Around:
    """Mark a trigger as exchanged for the token that exchanged it, not for others."""
    used: set[tuple[str, str]] = set()

    def around(exchange: Exchange) -> Response:
        trigger, token = exchange.trigger(), exchange.token_text()
        if trigger is None:
            return exchange.answer()
        with exchange.world.lock:
            before, trigger.exchanged = trigger.exchanged, (trigger.text, token) in used
            response = exchange.answer()
            if trigger.exchanged:
                used.add((trigger.text, token))
            trigger.exchanged = trigger.exchanged or before
        return response

    return around


def trigger_raced() -> Around:
    """Look whether a trigger was exchanged, and mark it a moment later."""

    def around(exchange: Exchange) -> Response:
        trigger = exchange.trigger()
        fresh = trigger is not None and not trigger.exchanged
        if fresh:
            time.sleep(RACE_S)
        response = exchange.answer()
        if fresh and error_of(response) == "trigger_exchanged":
            content = content_of(response)
            del content["error"]
            put_content(response, content | {"ok": True})
        return response

    return around


# How arguments are presented.


@seen
def query_of_post_lost(exchange: Exchange) -> None:
    """Read the query string of a GET only."""
    if exchange.verb == "POST":
        exchange.environ["QUERY_STRING"] = ""


@seen
def lower_escapes_kept(exchange: Exchange) -> None:
    """Decode the escapes with capital letters only."""
    exchange.edit_text(lambda text: LOWER_ESCAPE.sub("%25", text))


@seen
def scopes_array_joined(exchange: Exchange) -> None:
    """Take an array of scopes for a list of them."""

    def change(pairs: Pairs) -> Pairs:
        scopes = [text for name, text in pairs if name == "scopes[]"]
        rest = [pair for pair in pairs if pair[0] != "scopes[]"]
        return [*rest, ("scopes", ",".join(scopes))] if scopes else pairs

    exchange.edit_pairs(change)


@seen
def blank_arguments_dropped(exchange: Exchange) -> None:
    """Let the parser drop arguments without a value before anybody sees their names."""
    exchange.edit_pairs(lambda pairs: [pair for pair in pairs if pair[1] or "[" in pair[0] or NAME.fullmatch(pair[0])])


@seen
def newline_after_name(exchange: Exchange) -> None:
    """Check names with a pattern whose end also matches before a newline."""

    def clean(name: str) -> str:
        return name[:-1] if name.endswith("\n") and NAME.fullmatch(name[:-1]) else name

    exchange.edit_pairs(lambda pairs: [(clean(name), text) for name, text in pairs])


# The content type and the body.


def is_json(exchange: Exchange) -> bool:
    """Tell whether the type of a request, with whatever verb, is that of JSON."""
    return exchange.type.partition(";")[0].strip().lower() == JSON


@seen
def list_is_object(exchange: Exchange) -> None:
    """Take a JSON array for an object, as languages do whose arrays are both."""
    if exchange.sent_as(JSON) and isinstance(read_json(exchange.body()), list):
        exchange.put_body(b"{}")


def read_json(body: bytes) -> object:
    """Return the value of a JSON text, or nothing."""
    try:
        value: object = json.loads(body)
    except ValueError:
        return None
    return value


def get_parsed_by_type() -> Around:
    """Parse the body that the Content-Type promises, whatever the verb."""

    def around(exchange: Exchange) -> Response:
        unread = exchange.verb == "GET" and is_json(exchange)
        return refused("invalid_json") if unread and read_json(exchange.body()) is None else exchange.answer()

    return around


def untyped_post_refused() -> Around:
    """Want a Content-Type of every POST, whether or not it has a body."""

    def around(exchange: Exchange) -> Response:
        untyped = exchange.verb == "POST" and not exchange.type
        return refused("missing_post_type") if untyped and not exchange.body() else exchange.answer()

    return around


@seen
def unfinished_chunks_taken(exchange: Exchange) -> None:
    """Take what came of a body in chunks, wherever it stops."""
    if not exchange.environ.get("wsgi.input_terminated"):
        return
    stream = exchange.environ["wsgi.input"]
    body = b""
    try:
        while piece := stream.read(1):
            body += piece
    except (OSError, ValueError):
        pass
    exchange.put_body(body)


def edit_charset(exchange: Exchange, change: Callable[[str, str], str]) -> None:
    """Change the charset of a POST, by its quote and its name."""
    if exchange.verb == "POST" and exchange.type:
        text = CHARSET.sub(lambda match: change(match[1], match[2]), exchange.type)
        exchange.environ["CONTENT_TYPE"] = text


@seen
def upper_charset_unknown(exchange: Exchange) -> None:
    """Compare the charset with its names in lower case."""
    edit_charset(exchange, lambda quote, name: quote + (name if name == name.lower() else NO_CHARSET) + quote)


@seen
def quoted_charset_unknown(exchange: Exchange) -> None:
    """Keep the quotes of a charset as a part of its name."""
    edit_charset(exchange, lambda quote, name: NO_CHARSET if quote else name)


@seen
def longer_latin_taken(exchange: Exchange) -> None:
    """Look only at how the name of a charset begins."""
    latin = "iso-8859-1"
    edit_charset(exchange, lambda quote, name: quote + (latin if name.lower().startswith(latin) else name) + quote)


@seen
def any_text_taken(exchange: Exchange) -> None:
    """Take every type of text for plain text."""
    kind, sign, options = exchange.type.partition(";")
    if exchange.verb == "POST" and kind.strip().lower().startswith("text/"):
        exchange.environ["CONTENT_TYPE"] = f"text/plain{sign}{options}"


@seen
def empty_multipart_taken(exchange: Exchange) -> None:
    """Do not parse a multipart form without a byte in it."""
    if exchange.sent_as(MULTIPART) and not exchange.body():
        exchange.environ["CONTENT_TYPE"] = ""


# The answer.


@said
def multipart_unwarned(exchange: Exchange, response: Response) -> None:
    """Count urlencoded forms only among those that need no charset."""
    if exchange.sent_as(MULTIPART):
        put_warnings(response, [name for name in warnings_of(response) if name != "superfluous_charset"])


@said
def refusal_unwarned(exchange: Exchange, response: Response) -> None:
    """Build refusals without a look at the warnings."""
    if error_of(response):
        put_warnings(response, [])


def warnings_pile_up() -> Around:
    """Share one list of warnings among all requests."""
    kept: list[str] = []

    def around(exchange: Exchange) -> Response:
        response = exchange.answer()
        kept.extend(name for name in warnings_of(response) if name not in kept)
        put_warnings(response, list(kept))
        return response

    return around


@said
def wait_rounded_down(exchange: Exchange, response: Response) -> None:
    """Round the seconds that are left down, so that the window is still closed when they are over."""
    if "Retry-After" in response.headers:
        response.headers["Retry-After"] = str(int(response.headers["Retry-After"]) - 1)


@said
def throttled_without_ok(exchange: Exchange, response: Response) -> None:
    """Let the part in front that throttles write its own answer."""
    if error_of(response) == "ratelimited":
        content = content_of(response)
        del content["ok"]
        put_content(response, content)


# The client.


def known_client(exchange: Exchange) -> Client | None:
    """Return the record of the client that is named."""
    return exchange.world.clients.get(exchange.client()[0] or "")


def comes_with_basic(exchange: Exchange) -> bool:
    """Tell whether the client uses the Basic scheme."""
    return exchange.authorization.lower().startswith("basic ")


@seen
def empty_secret_taken(exchange: Exchange) -> None:
    """Compare a secret only if there is something to compare."""
    client = known_client(exchange)
    if client is not None and exchange.client()[1] == "":
        exchange.put_client(client.id, client.secret)


@seen
def basic_secret_unchecked(exchange: Exchange) -> None:
    """Take the user of the Basic scheme as good without the password."""
    client = known_client(exchange)
    if client is not None and comes_with_basic(exchange):
        exchange.put_client(client.id, client.secret)


@seen
def client_id_is_number(exchange: Exchange) -> None:
    """Compare client ids as numbers."""
    name, secret = exchange.client()
    if name and NUMBER.fullmatch(name) and known_client(exchange) is None:
        same = [text for text in exchange.world.clients if Decimal(text) == Decimal(name)]
        if same:
            exchange.put_client(same[0], secret or "")


# The code.


@said
def code_unmarked_after_basic(exchange: Exchange, response: Response) -> None:
    """Forget to mark the code on the path for the Basic scheme."""
    code = exchange.code()
    if code is not None and comes_with_basic(exchange) and not error_of(response):
        code.used = False


@seen
def longer_redirect_taken(exchange: Exchange) -> None:
    """Compare only as much of an address as the authorisation had."""
    code = exchange.code()
    own = code.redirect if code is not None else None
    if own is not None:
        exchange.edit_argument("redirect_uri", lambda text: own if text.startswith(own) else text)


def redirect_checked_once() -> Around:
    """Compare the address on the first try with a code only."""
    tried: set[str] = set()

    def around(exchange: Exchange) -> Response:
        code = exchange.code()
        own = code.redirect if code is not None else None
        if code is None or own is None:
            return exchange.answer()
        if code.text in tried:
            exchange.edit_argument("redirect_uri", lambda _: own)
        response = exchange.answer()
        if error_of(response) == "bad_redirect_uri":
            tried.add(code.text)
        return response

    return around


@seen
def redirect_always_wanted(exchange: Exchange) -> None:
    """Want an address although the authorisation had none."""
    code = exchange.code()
    if code is not None and code.redirect is None and exchange.argument("redirect_uri") is None:
        query = exchange.environ.get("QUERY_STRING", "")
        exchange.environ["QUERY_STRING"] = f"{query}&redirect_uri=none".lstrip("&")


def email_checked_once() -> Around:
    """Ask for a verified address on the first try with a code only."""
    tried: set[str] = set()

    def around(exchange: Exchange) -> Response:
        code = exchange.code()
        if code is None:
            return exchange.answer()
        if code.text in tried:
            verified: User = replace(code.user, verified=True)
            code.user = verified
        response = exchange.answer()
        if error_of(response) == "user_email_unverified":
            tried.add(code.text)
        return response

    return around


@seen
def true_is_no_flag(exchange: Exchange) -> None:
    """Know 1 and 0 only as the values of a flag."""
    exchange.edit_argument("single_channel", lambda text: "none" if text == "true" else text)


def token_on_first_install() -> Around:
    """Leave the token out for a user who has installed the app before."""
    installed: set[tuple[str, str]] = set()

    def around(exchange: Exchange) -> Response:
        code = exchange.code()
        response = exchange.answer()
        if code is None or error_of(response):
            return response
        if (code.app.id, code.user.id) in installed:
            content = content_of(response)
            content.pop("access_token", None)
            put_content(response, content)
        installed.add((code.app.id, code.user.id))
        return response

    return around


@said
def token_not_stored(exchange: Exchange, response: Response) -> None:
    """Answer with a token that nobody keeps."""
    exchange.world.tokens.pop(str(content_of(response).get("access_token")), None)
