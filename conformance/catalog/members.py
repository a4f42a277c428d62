"""Classes of values: a case names a class, and each run draws one member of it from its seed.

A case about "any other host" must not send the same host in each run: a target that knows our list of requests could
answer it without looking. So the data say `{ like = "other-host" }`, and a run draws a member by a `Random` that
depends on the run's seed and the case alone. A value that matters as such, such as the empty one, is a literal.

    class              what decides whether a text is a member      innocent neighbour
    -----------------  -------------------------------------------  -------------------------------------------
    identifiers        same form as the base's own value, other     the value itself
    addresses          one part differs from the base's address     the address itself
    names of a kind    the characters of an argument's name         `plain-name`, `name-with-digits`
    charsets, types    the pages list neither                       the charsets and types that they list
    bodies             what JSON's grammar says                     `json-object`

A class is one function: it gets a `Random`, and the value that the base sends in this place, if there is one. Its
docstring says exactly what is in the class, and `explain` shows it. `tests/catalog/test_members.py` checks every class
against a predicate that is written independently of it.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from random import Random
from string import ascii_letters, ascii_lowercase, ascii_uppercase, digits
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

    from .edits.edit import Edit

    Draw = Callable[[Random, str], str]

CLASSES: dict[str, Draw] = {}
"""The function of each class, by its name in the data. It gets the base's own value, or an empty text."""

_ALPHABETS = (digits, "0123456789abcdef", "0123456789ABCDEF", ascii_lowercase, ascii_uppercase)
_MIXED = (ascii_lowercase + digits, ascii_uppercase + digits, ascii_letters, ascii_letters + digits)
_ALNUM = re.compile(r"[A-Za-z0-9]+")
_FORM = re.compile(r"[A-Za-z0-9._~-]+")
_TYPE_PREFIX = re.compile(r"[a-z]{2,5}-")
_ENOUGH = 10**12
"""How many values of a form there must be, so that a made-up one is never another that the target has issued."""
_ANY_FORM = "xxxx-1-never-issued"
_LETTERS_BEYOND_ASCII = "äéñøßþčłœşžαβδλωбжияשعの字"


def of_class(name: str) -> Callable[[Draw], Draw]:
    """Enter the function as the class of this name."""

    def enter(draw: Draw) -> Draw:
        CLASSES[name] = draw
        return draw

    return enter


def random_of(seed: str) -> Random:
    """Return the source of everything that a run draws under this name."""
    return Random(seed)  # noqa: S311 - nothing that is drawn is a secret


def drawn(edit: Edit, seed: str, own: Callable[[str], str]) -> Edit:
    """Return the edit with a member in place of each class that it names; the same for the same seed.

    `own` returns the base's own value of the argument with this name, or an empty text.
    """
    random = random_of(seed)
    return edit.drawn(lambda value, about: value.before + CLASSES[value.like](random, own(about)) + value.then)


def described(name: str) -> str:
    """Return what is in the class, as a phrase."""
    said = " ".join((CLASSES[name].__doc__ or "").split())
    return said.removeprefix("Return ").rstrip(".")


def alphabet(run: str) -> str:
    """Return the smallest usual alphabet that has all characters of this run of letters and digits."""
    return next(one for one in (*_ALPHABETS, *_MIXED) if set(run) <= set(one))


def _letters(random: Random, least: int, most: int) -> str:
    return "".join(random.choices(ascii_lowercase, k=random.randint(least, most)))


def _inside(random: Random, name: str, part: str) -> str:
    at = random.randint(1, len(name) - 1)
    return name[:at] + part + name[at:]


# Identifiers and secrets


@of_class("never-issued")
def _never_issued(random: Random, own: str) -> str:
    """Return a made-up value with the length, the alphabets and the separators of the base's own value."""
    form = own if _FORM.fullmatch(own) and _ways(own) >= _ENOUGH else _ANY_FORM
    kept = _type_prefix(form)
    while True:
        made = kept + _ALNUM.sub(lambda run: _alike(random, run[0]), form[len(kept) :])
        if made != own:
            return made


def _type_prefix(form: str) -> str:
    found = _TYPE_PREFIX.match(form)
    return found[0] if found else ""


def _ways(form: str) -> int:
    ways = 1
    for run in _ALNUM.findall(form[len(_type_prefix(form)) :]):
        ways *= len(alphabet(run)) ** len(run)
    return ways


def _alike(random: Random, run: str) -> str:
    made = "".join(random.choices(alphabet(run), k=len(run)))
    return random.choice(digits[1:]) + made[1:] if run.isdigit() and not run.startswith("0") else made


@of_class("unknown-scope")
def _unknown_scope(random: Random, _own: str) -> str:
    """Return a scope that does not exist, of two words with a colon between; one of them may be a real one."""
    made = _letters(random, 9, 14)
    real = random.choice(("channels", "chat", "files", "users", "")), random.choice(("read", "write", "history", ""))
    first, second = real[0] or _letters(random, 9, 14), real[1] or _letters(random, 9, 14)
    return random.choice((f"{first}:{made}", f"{made}:{second}"))


@of_class("words")
def _words(random: Random, _own: str) -> str:
    """Return two to four words of letters with a space between, which no identifier has."""
    return " ".join(_letters(random, 2, 8) for _ in range(random.randint(2, 4)))


@of_class("not-boolean")
def _not_boolean(random: Random, _own: str) -> str:
    """Return a word of five to ten letters that begins with x, and so says neither yes nor no."""
    return "x" + _letters(random, 4, 9)


# Addresses, such as redirect_uri


def _address(own: str) -> SplitResult:
    """Return the parts of the base's address, or of another one if it is not the address of a host."""
    with suppress(ValueError):
        parts = urlsplit(own)
        if parts.hostname and parts.port != 0:
            return parts
    return urlsplit("http://example.com")


def _netloc(address: SplitResult, *, host: str = "", port: int | None = None, user: str = "") -> str:
    before, at, _ = address.netloc.rpartition("@")
    kept = f":{address.port}" if address.port else ""
    return f"{f'{user}@' if user else before + at}{host or address.hostname}{f':{port}' if port else kept}"


@of_class("other-address")
def _other_address(random: Random, _own: str) -> str:
    """Return an address that has nothing in common with the base's: a made-up host, and a path of one made-up part."""
    return f"https://{_letters(random, 6, 12)}.example/{_letters(random, 6, 12)}"


@of_class("other-host")
def _other_host(random: Random, own: str) -> str:
    """Return the base's address with another host: a made-up one, or the base's own with one more label at its end."""
    address, label = _address(own), _letters(random, 6, 12)
    hosts = [f"{label}.example", f"www.{label}.example"]
    if address.hostname and ":" not in address.hostname:
        hosts.append(f"{address.hostname}.{label}.example")
    return address._replace(netloc=_netloc(address, host=random.choice(hosts))).geturl()


@of_class("other-scheme")
def _other_scheme(random: Random, own: str) -> str:
    """Return the base's address with another scheme: http, https or a made-up one."""
    address = _address(own)
    made = f"{_letters(random, 4, 9)}-app"
    schemes = [one for one in ("http", "https", made) if one != address.scheme]
    return address._replace(scheme=random.choice(schemes)).geturl()


@of_class("other-port")
def _other_port(random: Random, own: str) -> str:
    """Return the base's address with a port from 1024 to 65535 that is not its own."""
    address = _address(own)
    taken = address.port
    port = random.choice([one for one in range(1024, 65536) if one != taken])
    return address._replace(netloc=_netloc(address, port=port)).geturl()


@of_class("other-userinfo")
def _other_userinfo(random: Random, own: str) -> str:
    """Return the base's address with the name of a made-up user before its host."""
    address = _address(own)
    return address._replace(netloc=_netloc(address, user=_letters(random, 6, 10))).geturl()


@of_class("other-path")
def _other_path(random: Random, own: str) -> str:
    """Return the base's address with another path: a made-up one, or the base's own with one more made-up part."""
    address, part = _address(own), _letters(random, 6, 12)
    return address._replace(path=random.choice((f"/{part}", f"{address.path.rstrip('/')}/{part}"))).geturl()


@of_class("longer-path")
def _longer_path(random: Random, own: str) -> str:
    """Return the base's address with one more made-up part at the end of its path."""
    address = _address(own)
    return address._replace(path=f"{address.path.rstrip('/')}/{_letters(random, 6, 12)}").geturl()


@of_class("other-query")
def _other_query(random: Random, own: str) -> str:
    """Return the base's address with one more made-up parameter in its query."""
    address = _address(own)
    more = f"{_letters(random, 6, 10)}={_letters(random, 1, 8)}"
    return address._replace(query=f"{address.query}&{more}" if address.query else more).geturl()


@of_class("other-fragment")
def _other_fragment(random: Random, own: str) -> str:
    """Return the base's address with a made-up fragment."""
    return _address(own)._replace(fragment=_letters(random, 6, 12)).geturl()


# Names of arguments


@of_class("plain-name")
def _plain_name(random: Random, _own: str) -> str:
    """Return a name of eight to sixteen small letters, which no documented argument has."""
    return "x" + _letters(random, 7, 15)


@of_class("name-with-digits")
def _name_with_digits(random: Random, _own: str) -> str:
    """Return a name of letters in which two underscores and two digits are inserted; the pages allow all of them."""
    name = _letters(random, 4, 8)
    for _ in range(2):
        name = _inside(random, name, f"_{random.choice(digits)}")
    return name


@of_class("name-with-hyphen")
def _name_with_hyphen(random: Random, _own: str) -> str:
    """Return a name of letters with one hyphen anywhere but at its ends."""
    return _inside(random, _letters(random, 4, 12), "-")


@of_class("name-with-space")
def _name_with_space(random: Random, _own: str) -> str:
    """Return a name of letters with one space anywhere but at its ends."""
    return _inside(random, _letters(random, 4, 12), " ")


@of_class("name-with-semicolon")
def _name_with_semicolon(random: Random, _own: str) -> str:
    """Return a name of letters with one semicolon after the first letter or later, possibly at the end."""
    name = _letters(random, 2, 8)
    return f"{name};" if random.random() < 1 / 2 else _inside(random, name, ";")


@of_class("name-with-letter-beyond-ascii")
def _name_beyond_ascii(random: Random, _own: str) -> str:
    """Return a name of small letters, one of them beyond ASCII."""
    return _inside(random, _letters(random, 4, 10), random.choice(_LETTERS_BEYOND_ASCII))


@of_class("index-of-array")
def _index_of_array(random: Random, _own: str) -> str:
    """Return a name of letters followed by a number from 0 to 99 in brackets."""
    return f"{_letters(random, 4, 10)}[{random.randrange(100)}]"


@of_class("key-of-array")
def _key_of_array(random: Random, _own: str) -> str:
    """Return a name of letters followed by a key of letters in brackets."""
    return f"{_letters(random, 4, 10)}[{_letters(random, 1, 8)}]"


@of_class("whole-array")
def _whole_array(random: Random, _own: str) -> str:
    """Return a name of letters followed by empty brackets."""
    return f"{_letters(random, 4, 10)}[]"


@of_class("very-long")
def _very_long(random: Random, _own: str) -> str:
    """Return a length from 20000 to 24000, which nobody calls short."""
    return str(random.randint(20_000, 24_000))


@of_class("very-long-name")
def _very_long_name(random: Random, _own: str) -> str:
    """Return a name of 3000 to 3500 small letters: very long, yet within the lines that most servers read."""
    return _letters(random, 3000, 3500)


@of_class("text-in-brackets")
def _text_in_brackets(random: Random, _own: str) -> str:
    """Return letters or a number in brackets: an array in a name, and nothing special in a value."""
    return f"[{random.choice((_letters(random, 1, 8), str(random.randrange(100))))}]"


# Charsets, media types, boundaries


@of_class("made-up-charset")
def _made_up_charset(random: Random, _own: str) -> str:
    """Return the name of a charset that does not exist, of small letters and one hyphen."""
    return f"{_letters(random, 5, 9)}-{_letters(random, 3, 7)}"


@of_class("xml-type")
def _xml_type(random: Random, _own: str) -> str:
    """Return a media type for XML: the registered one or one of a made-up vendor."""
    return f"application/{random.choice(('', 'soap+', 'atom+', f'vnd.{_letters(random, 6, 12)}+'))}xml"


@of_class("boundary")
def _boundary(random: Random, _own: str) -> str:
    """Return a boundary of twelve to thirty letters and digits; no body of ours has it."""
    return "".join(random.choices(ascii_letters + digits, k=random.randint(12, 30)))


# JSON texts


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def _json_value(random: Random) -> str | int | bool | None:
    return random.choice((_letters(random, 1, 8), random.randrange(10_000), True, None))


def _members(random: Random) -> dict[str, str | int | bool | None]:
    return {_letters(random, 6, 10): _json_value(random) for _ in range(random.randint(1, 3))}


@of_class("json-object")
def _json_object(random: Random, _own: str) -> str:
    """Return an object with one to three members, as JSON; no documented argument has the name of one."""
    return _json(_members(random))


@of_class("json-array")
def _json_array(random: Random, _own: str) -> str:
    """Return an array of up to three values, as JSON."""
    return _json([_json_value(random) for _ in range(random.randrange(4))])


@of_class("json-string")
def _json_string(random: Random, _own: str) -> str:
    """Return a string of letters, as JSON."""
    return json.dumps(_letters(random, 1, 20))


@of_class("json-number")
def _json_number(random: Random, _own: str) -> str:
    """Return a number, as JSON: whole, with a fraction, or below zero."""
    whole = random.randrange(1, 10_000)
    return json.dumps(random.choice((whole, -whole, whole + 0.5)))


@of_class("json-with-comma-too-many")
def _json_with_comma_too_many(random: Random, _own: str) -> str:
    """Return an object as JSON with a comma behind its last member, which JSON does not allow."""
    return f"{_json(_members(random))[:-1]},}}"


@of_class("json-in-single-quotes")
def _json_in_single_quotes(random: Random, _own: str) -> str:
    """Return an object as JSON, but with single quotes around the names and texts."""
    return _json(_members(random)).replace('"', "'")


@of_class("two-json-objects")
def _two_json_objects(random: Random, _own: str) -> str:
    """Return two objects as JSON, one behind the other with a space between, which are not one JSON text."""
    return f"{_json(_members(random))} {_json(_members(random))}"


@of_class("cut-json")
def _cut_json(random: Random, _own: str) -> str:
    """Return an object as JSON that is cut after its first character or later, so that it is not JSON."""
    text = _json(_members(random))
    return text[: random.randint(1, len(text) - 1)]
