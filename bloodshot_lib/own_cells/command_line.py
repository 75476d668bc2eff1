"""The command `bloodshot`: one verb is run, and its result printed."""

import io
import os
import sys
import time
import warnings
from argparse import Namespace
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from errno import ENOSPC
from typing import TextIO

from .options import command, parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; returns 0 on success, 2 if something was wrong, 130 if stopped."""
    with redirect_stdout(_Lasting(sys.stdout)), redirect_stderr(_Lasting(sys.stderr)):
        try:
            return _main(sys.argv[1:] if arguments is None else arguments)
        finally:
            sys.stdout.flush()  # help is left in its buffer


def _main(arguments: Sequence[str]) -> int:
    asked = parser().parse_args(arguments)
    started = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("always", UserWarning)  # they are notes, said in words
        warnings.showwarning = _warn
        try:
            facts, words = _run(asked, command(*arguments))
        except (ValueError, OSError, ImportError, MemoryError) as error:
            _say(f"bloodshot {asked.verb}: {_words(error)}", sys.stderr)
            return 2
        except KeyboardInterrupt:
            _say("\nStopped. Run the same command again: it goes on from here.", sys.stderr)
            return 130
    if asked.json:
        from .summary import as_json

        words = as_json(facts, ascii=True)
    else:
        words += f"\n({time.perf_counter() - started:.0f} s)"
    _say(words, sys.stdout)
    return 0


def _run(asked: Namespace, command: str) -> tuple[dict, str]:
    from . import verbs  # here, because it loads slowly and --help should not wait
    from .embedded_cells import How

    names = [name for name in How.__dataclass_fields__ if name in asked]
    how = How(command=command, progress=not (asked.quiet or asked.json))
    how = replace(how, **{name: getattr(asked, name) for name in names})
    return getattr(verbs, asked.verb)(asked, how)


class _Lasting:
    """Standard output or standard error, whose reader may leave, as `| head` does.

    What is said then is lost, and the work goes on.
    """

    def __init__(self, stream: TextIO | None):
        self._stream = stream or io.StringIO()  # None where it was closed from the start

    def __getattr__(self, name: str):
        return getattr(self._stream, name)

    def write(self, text: str) -> int | None:
        return self._if_heard(self._stream.write, text)

    def flush(self) -> None:
        self._if_heard(self._stream.flush)

    def _if_heard(self, say: Callable, *text: str) -> int | None:
        try:
            return say(*text)
        except OSError as error:
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.fileno())
            if not isinstance(error, BrokenPipeError) and self is not sys.stderr:
                _say(f"What was found could not be shown here: {error.strerror}.", sys.stderr)


def _say(words: str, stream: TextIO) -> None:
    """Print what the stream can show, the rest as escapes."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    print(words.encode(encoding, "backslashreplace").decode(encoding), file=stream, flush=True)


def _words(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        told = f"{error.filename}: " * bool(error.filename) + error.strerror
        full = error.errno == ENOSPC and not told.endswith(".")  # those that do say the way out
        return told + ". Make room on the disk, and run this again." * full
    return str(error) or type(error).__name__


def _warn(message, category, filename, lineno, file=None, line=None) -> None:
    if issubclass(category, UserWarning):  # others are for programmers
        _say(f"note: {message}", sys.stderr)
