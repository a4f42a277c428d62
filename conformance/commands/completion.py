"""`slack-conformance completion`: prints the completion of the commands and their options for a shell."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ..catalog.load import load_catalog
from ..cli import COMMANDS, parser_of

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("shell", metavar="SHELL", choices=tuple(_SHELLS), help=", ".join(_SHELLS))


def main(options: argparse.Namespace, _rest: list[str]) -> int:
    """Print the completion."""
    sys.stdout.write(_SHELLS[options.shell].format(commands=" ".join(COMMANDS), cases=_cases(options.shell)))
    return 0


def words() -> Mapping[str, list[str]]:
    """Return the words that may follow each command: its options and the values it takes by name."""
    editions = load_catalog().editions
    offered = {"run": editions, "explain": editions}
    return {name: [*_words(parser_of(name)), *offered.get(name, ())] for name in COMMANDS}


def _words(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:  # noqa: SLF001 - argparse has no other way to read them
        yield from (option for option in action.option_strings if option.startswith("--"))
        if isinstance(action.choices, dict):
            for name, one in action.choices.items():
                yield name
                yield from _words(one)
        else:
            yield from map(str, action.choices or ())


def _cases(shell: str) -> str:
    """Return a line for each command, in the language of the shell."""
    line = _LINES[shell]
    return "\n".join(line.format(name=name, words=" ".join(dict.fromkeys(found))) for name, found in words().items())


_LINES = {
    "bash": "    {name}) words='{words}' ;;",
    "zsh": "    {name}) offered=({words}) ;;",
    "fish": "complete -c slack-conformance -n '__fish_seen_subcommand_from {name}' -a '{words}'",
}

_SHELLS = {
    "bash": """\
_slack_conformance() {{
  local words='{commands} --help --version'
  if [ "$COMP_CWORD" -gt 1 ]; then case "${{COMP_WORDS[1]}}" in
{cases}
    *) words='' ;;
  esac; fi
  COMPREPLY=($(compgen -W "$words" -- "${{COMP_WORDS[COMP_CWORD]}}"))
}}
complete -o default -F _slack_conformance slack-conformance
""",
    "zsh": """\
#compdef slack-conformance
_slack_conformance() {{
  local -a offered
  offered=({commands} --help --version)
  if (( CURRENT > 2 )); then case "$words[2]" in
{cases}
    *) offered=() ;;
  esac; fi
  compadd -- $offered
  _files
}}
compdef _slack_conformance slack-conformance
""",
    "fish": """\
complete -c slack-conformance -n __fish_use_subcommand -f -a '{commands} --help --version'
{cases}
""",
}
"""The script for each shell. Behind a word that nothing completes, files are offered."""
