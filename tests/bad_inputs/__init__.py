"""What must not be given to a public function, and the error that says so: a table a room."""

from collections.abc import Callable
from typing import NamedTuple


class Bad(NamedTuple):
    """One bad input: the public name it is given to, the call, and what its error has to say.

    `call` takes one argument, the kit (see `kit.py`): small good inputs, of which it spoils one.
    """

    name: str
    call: Callable
    words: str  # a regular expression, found in the error's message
    error: type[Exception] | tuple[type[Exception], ...] = ValueError
