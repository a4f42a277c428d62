"""The states are those of the data, are facts, and change something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slack_conformance.sandbox.states import STATES

if TYPE_CHECKING:
    from slack_conformance.catalog.model import Catalog

    from .conftest import Client


def test_every_state_of_the_data_is_implemented_and_no_other(catalog: Catalog) -> None:
    assert STATES.keys() - {"healthy"} == catalog.states.keys() - {"healthy"}


def test_no_state_is_named_like_an_error(catalog: Catalog) -> None:
    codes = {code for method in catalog.methods.values() for code in method.error_codes | method.warning_codes}
    assert not {name.replace("-", "_") for name in STATES} & codes


def test_values_of_two_worlds_never_meet(client: Client) -> None:
    first, second = client.world(one_shot=3).values, client.world(one_shot=3).values
    assert len({*first["trigger"], *first["code"], *second["trigger"], *second["code"]}) == 12
    assert all(first[name] != second[name] for name in ("token", "client_id", "client_secret", "refresh_token"))


def test_secrets_are_recognisably_fake(client: Client) -> None:
    values = client.world().values
    secrets = [values["token"], values["client_secret"], values["refresh_token"], *values["trigger"], *values["code"]]
    assert all("fake" in secret for secret in secrets)
