"""The search for many secrets at once finds what a search for each of them finds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from slack_conformance.secrecy.secrets import Secrets, _Index

STRINGS = st.text("ab", min_size=8, max_size=40).map(str.encode)
"""With two letters, strings have words in common, overlap each other, and occur several times."""


@given(forms=st.lists(STRINGS, max_size=8), parts=st.lists(st.one_of(STRINGS, st.binary(max_size=9)), max_size=6))
def test_exactly_the_strings_that_occur_are_found(forms: list[bytes], parts: list[bytes]) -> None:
    index, text = _Index(), b"".join([*parts, *forms[:2], *parts[:1]])
    for form in forms:
        index.learn(form, form.decode())
    assert sorted(set(index.found(text))) == sorted({form.decode() for form in forms if form in text})


def test_secrets_that_begin_and_end_alike_are_told_apart() -> None:
    values = [f"xoxe-fake-{number:04}-5f1c2d3b7a9e4f60" for number in range(3000)]
    secrets = Secrets(("token", value) for value in values)
    text = f"5f1c2d3b7a9e4f60 {values[17]} xoxe-fake-{values[2999].upper()}-5f1c2d3b7a9e4f60"
    assert sorted(secrets.in_text(text.encode())) == [values[17], values[2999]]
