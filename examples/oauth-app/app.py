"""A Slack app: workspaces install it by OAuth, and a button in it asks the user for more scopes.

    python app.py   # serves it on port 3000; see the variables in `App.from_environment`

`GET /install` sends the user to Slack, `GET /callback` is where Slack sends the user back with a code, and
`POST /interactions` is what Slack calls when the user clicks the button.
"""

from __future__ import annotations

import json
import os
import secrets
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

if TYPE_CHECKING:
    from collections.abc import Iterable, MutableMapping
    from wsgiref.types import StartResponse, WSGIEnvironment

AUTHORIZE = "https://slack.com/oauth/authorize"
FIRST_SCOPES = "commands"
MORE_SCOPES = "channels:read,chat:write"


class App:
    """The app as a WSGI application."""

    def __init__(
        self,
        client_id: str,
        client_secret: str,
        redirect_uri: str,
        *,
        api: str = WebClient.BASE_URL,
        tokens: MutableMapping[str, str] | None = None,
    ) -> None:
        """Take the credentials of the app, the address of the API, and where the token of each workspace is kept."""
        self._client_id, self._client_secret, self._redirect_uri = client_id, client_secret, redirect_uri
        self._api = api
        self.tokens: MutableMapping[str, str] = {} if tokens is None else tokens
        self._states: set[str] = set()

    @classmethod
    def from_environment(cls) -> App:
        """Return the app with the settings that stand in environment variables."""
        names = ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_REDIRECT_URI")
        return cls(*(os.environ[name] for name in names), api=os.environ.get("SLACK_API_URL", WebClient.BASE_URL))

    def install_url(self) -> str:
        """Return where the user agrees to the installation; the `state` in it is good for one callback."""
        state = secrets.token_urlsafe(16)
        self._states.add(state)
        asked = {"client_id": self._client_id, "scope": FIRST_SCOPES, "redirect_uri": self._redirect_uri}
        return f"{AUTHORIZE}?{urlencode({**asked, 'state': state})}"

    def callback(self, state: str, code: str) -> tuple[str, str]:
        """Exchange the code for a token and keep it; return the status and the page for the user."""
        if state not in self._states:
            return "400 Bad Request", "This installation was not started here, or is finished already."
        self._states.remove(state)
        try:
            answer = self._exchange(code)
            user = WebClient(token=answer["access_token"], base_url=self._api).auth_test()["user"]
        except SlackApiError as error:
            return "502 Bad Gateway", f"Slack did not install the app ({_reason(error)}). Please start again."
        self.tokens[answer["team_id"]] = answer["access_token"]
        return "200 OK", f"{user} has installed the app."

    def ask_for_more(self, team: str, trigger: str) -> tuple[str, str]:
        """Ask the user who clicked for more scopes; return the status and what the user reads."""
        if team not in self.tokens:
            return "200 OK", "Please install the app first."
        client = WebClient(token=self.tokens[team], base_url=self._api)
        try:
            client.api_call("apps.permissions.request", data={"scopes": MORE_SCOPES, "trigger_id": trigger})
        except SlackApiError as error:
            return "200 OK", f"Slack did not ask you ({_reason(error)}). Please click again."
        return "200 OK", "Please look at what Slack asks you."

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        headers = [("Content-Type", "text/plain; charset=utf-8")]
        match environ["REQUEST_METHOD"], environ["PATH_INFO"]:
            case "GET", "/install":
                status, page = "302 Found", ""
                headers.append(("Location", self.install_url()))
            case "GET", "/callback":
                query = parse_qs(environ["QUERY_STRING"])
                status, page = self.callback(query.get("state", [""])[0], query.get("code", [""])[0])
            case "POST", "/interactions":
                form = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])).decode()
                payload = json.loads(parse_qs(form)["payload"][0])
                status, page = self.ask_for_more(payload["team"]["id"], payload["trigger_id"])
            case _:
                status, page = "404 Not Found", "There is nothing here."
        start_response(status, headers)
        return [page.encode()]

    def _exchange(self, code: str) -> dict[str, str]:
        answer = WebClient(base_url=self._api).oauth_access(
            client_id=self._client_id, client_secret=self._client_secret, code=code, redirect_uri=self._redirect_uri
        )
        return {name: answer[name] for name in ("team_id", "access_token")}


def _reason(error: SlackApiError) -> str:
    """Return Slack's error code, or the status if the answer was not JSON."""
    return str(error.response.get("error") or error.response.status_code)


if __name__ == "__main__":
    from wsgiref.simple_server import make_server

    make_server("127.0.0.1", 3000, App.from_environment()).serve_forever()
