"""The book's table of the command's options, held to the command itself."""

import argparse
import re

import pytest

from bloodshot_lib.own_cells.options import parser as parser_of_the_command
from tests.conftest import PROJECT

_ROW = re.compile(r"^\| (`-.*?) \| .*? \| (.*?) \|$", re.MULTILINE)


def options_of(parser: argparse.ArgumentParser) -> set[str]:
    """The names of a parser's options, without those of its verbs."""
    return {name for action in parser._actions for name in action.option_strings}


def test_the_book_lists_every_option_and_its_commands():
    page = (PROJECT / "book" / "own_cells.md").read_text()
    table = page.split("## All options")[1].split("\n## ")[0]
    parser = parser_of_the_command()
    (verbs,) = (a.choices for a in parser._actions if isinstance(a.choices, dict))
    listed = {name: set() for name in [*verbs, "none"]}
    for options, commands in _ROW.findall(table):
        for command in verbs if commands == "all" else commands.split(", "):
            listed[command] |= set(re.findall(r"`(--?[a-z-]+)", options))
    help_itself = {"-h", "--help"}
    assert listed.pop("none") == options_of(parser) - help_itself
    assert listed == {name: options_of(verb) - help_itself for name, verb in verbs.items()}


@pytest.mark.parametrize(
    "words, folders",
    [
        ("check L", ["L", None]),
        ("check -q L C", ["L", "C"]),
        ("check L -q C --views 8", ["L", "C"]),
        ("check --labels x L C", ["L", "C"]),
        ("compare T -q R", ["T", "R"]),
        ("compare --labels x R", [None, "R"]),
        ("compare --labels x T R", ["T", "R"]),
        ("classify C --labels x -o r", ["C", None]),
    ],
)
def test_options_stand_anywhere_among_the_folders(words, folders):
    asked = vars(parser_of_the_command().parse_args(words.split()))
    names = ("test", "result") if words.startswith("compare") else ("labelled", "cells")
    assert [asked[name] and str(asked[name]) for name in names] == folders


@pytest.mark.parametrize("words", ["check", "check a b c", "check a --of", "suggest c", "compare"])
def test_what_is_no_command_is_refused(words, capsys):
    with pytest.raises(SystemExit) as stopped:
        parser_of_the_command().parse_args(words.split())
    assert stopped.value.code == 2 and "usage: bloodshot" in capsys.readouterr().err
